"""What can be asked of a tensor's numbers beside its pictures, as the page gets it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import orjson

from cutaway import pictures
from cutaway.errors import UnknownKey
from cutaway.session.answer import Answer, as_blob, as_json
from cutaway.session.documents import OctavesDoc
from cutaway.session.keys import whole
from cutaway.session.view import View
from cutaway.trace import Array

_KINDS: dict[str, pictures.Odd] = {"nan": "nan", "inf": "inf", "any": "any"}

_SAMPLED = 128
"""Cells along a side of a sampled picture at most, where a map has more than one cell."""


@dataclass(frozen=True, slots=True)
class OddDoc:
    """One NaN or infinity of a tensor, the rest null where it holds none."""

    flat: int | None
    """Its place in row-major order."""
    index: list[int] | None
    place: int | None
    """Which one it is among all of its kind, from 1."""
    count: int


def channel_table(view: View, bounds: pictures.Bounds | None) -> Answer:
    """One row a map, columns as in ``pictures.Channels``.

    ``min``, ``max``, ``mean``, ``std`` float64; ``zeros``, ``nan``, ``inf``, ``size`` int64;
    ``flags`` uint8; ``counts`` (maps, 24) int32; the metadata's ``json`` holds ``low`` and
    ``high``, between which the counts lie.
    """
    table = pictures.channels(view.sheet, view.arrangement, bounds)
    columns = ("min", "max", "mean", "std", "zeros", "nan", "inf", "size", "flags", "counts")
    ends = orjson.dumps({"low": table.low, "high": table.high}).decode()
    return as_blob({name: getattr(table, name) for name in columns}, {"json": ends})


def next_odd(array: Array, kind: str, after: str) -> Answer:
    """The OddDoc of the first NaN or infinity at or after an element; raises UnknownKey.

    Args:
        array: the tensor.
        kind: ``nan``, ``inf`` or ``any``.
        after: a place in row-major order, as in the key.
    """
    if kind not in _KINDS:
        raise UnknownKey(f"nan, inf or any can be looked for; got '{kind[:40]}'")
    start = whole(after, array.size, "elements") if array.size else 0
    found = pictures.next_odd(array, _KINDS[kind], start)
    if found is None:
        return as_json(OddDoc(None, None, None, 0))
    index = [int(at) for at in np.unravel_index(found.flat, array.shape)]
    return as_json(OddDoc(found.flat, index, found.place, found.total))


def taken(view: View) -> tuple[int, pictures.Sample]:
    """The level of detail of a sampled picture, and the sample."""
    number = pictures.overview(view.levels, _SAMPLED)
    return number, pictures.sample(view.array, view.arrangement, view.levels[number], number)


def octaves_document(ranks: pictures.Ranks | None) -> OctavesDoc | None:
    """What the page is told of magnitudes."""
    if ranks is None:
        return None
    o = ranks.octaves
    return OctavesDoc(o.low, o.step, o.zeros, list(o.negative), list(o.positive))
