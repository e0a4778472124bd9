"""The usual ways to feed a picture, for a model that does not say which it wants."""

from __future__ import annotations

from collections.abc import Sequence

from cutaway.inputs.presets import PRESETS, steps_of
from cutaway.inputs.source import Source
from cutaway.inputs.state import Step, step
from cutaway.inputs.target import Target, as_dtype, resolved


def variants(steps: Sequence[Step], target: Target, source: Source) -> list[tuple[str, list[Step]]]:
    """Every preset that the input can take, each plain and inverted, by name.

    An integer input is tried with the steps given, plain and inverted, only.

    Args:
        steps: what is in use.
        target: what the input wants.
        source: the picture that is tried.
    """
    if as_dtype(target).kind in "iu":
        plain = _plain(steps)
        return [("plain", plain), ("inverted", _inverted(plain))]
    channels = resolved(target).channels
    found: list[tuple[str, list[Step]]] = []
    for preset in PRESETS:
        if channels in preset.channels:
            tried = _plain(steps_of(preset, target, source))
            found += [(preset.title, tried), (f"{preset.title}, inverted", _inverted(tried))]
    return found


def _plain(steps: Sequence[Step]) -> list[Step]:
    return [dict(one) for one in steps if one["step"] != "invert"]


def _inverted(steps: Sequence[Step]) -> list[Step]:
    names = ("resize", "scale", "crop", "range", "normalize", "quantize", "layout", "dtype")
    at = next((i for i, one in enumerate(steps) if one["step"] in names), len(steps))
    return [*steps[:at], step("invert", guessed="tried both ways"), *steps[at:]]
