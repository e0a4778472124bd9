"""Outputs of made networks, as recognition sees them."""

from __future__ import annotations

import numpy as np

from cutaway.outputs import Output, Seen

SIZE = (64, 96)
"""Height and width of the picture that made networks get."""


def output(value, name, array, kind=None, upstream=(), axes=None):
    array = np.asarray(array)
    return Output(value, name, array, kind, frozenset([*upstream, *([kind] if kind else [])]), axes)


def seen(*outputs, size=SIZE, channels=3, **more):
    words = more.pop("words", " ".join(one.name for one in outputs)).lower()
    return Seen(outputs=tuple(outputs), size=size, channels=channels, words=words, **more)
