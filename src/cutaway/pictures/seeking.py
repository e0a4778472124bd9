"""NaN and infinities of a tensor, found one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from cutaway.pictures.values import Array, has_numbers, reals

Odd: TypeAlias = Literal["nan", "inf", "any"]

_PIECE = 1 << 18


class Found(NamedTuple):
    """One element that is no finite number."""

    flat: int
    """Its place in C order."""
    place: int
    """Which one it is among all of its kind, from 1."""
    total: int
    """How many there are."""


def next_odd(array: Array, kind: Odd, after: int) -> Found | None:
    """The first NaN or infinity at or after an element, from the start again where none follows.

    The tensor is read in pieces, never copied; None where it holds none.

    Args:
        array: any shape and dtype; a complex number is NaN or infinite by its magnitude.
        kind: what is looked for.
        after: a place in C order.
    """
    first: int | None = None
    here: tuple[int, int] | None = None
    count = 0
    for start, odd in _pieces(array, kind):
        if first is None:
            first = start + int(odd[0])
        later = odd[odd >= after - start]
        if here is None and later.size:
            here = (start + int(later[0]), count + odd.size - later.size + 1)
        count += odd.size
    if first is None:
        return None
    flat, place = here or (first, 1)
    return Found(flat, place, count)


def _pieces(array: Array, kind: Odd) -> Iterator[tuple[int, Array]]:
    """Where a piece begins, and where in it the odd elements are; pieces without are left out."""
    if not has_numbers(array.dtype) or array.dtype.kind in "biu":
        return
    flat = array.reshape(-1) if array.flags.c_contiguous else array.flat
    for start in range(0, array.size, _PIECE):
        with np.errstate(all="ignore"):
            values = reals(np.asarray(flat[start : start + _PIECE]))
            # A sum is finite only where all are: most pieces need no second look.
            if np.isfinite(values.sum(dtype=np.float64)):
                continue
            found = np.flatnonzero(_odd(values, kind))
        if found.size:
            yield start, found


def _odd(values: Array, kind: Odd) -> Array:
    if kind == "any":
        return ~np.isfinite(values)
    return np.isnan(values) if kind == "nan" else np.isinf(values)
