"""The range of every map of a sheet."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cutaway.pictures.arrangement import Arrangement
from cutaway.pictures.sheet import blocks
from cutaway.pictures.values import Array, has_numbers, reals

_MOST = float(np.finfo(np.float32).max)
_LEAST = float(np.finfo(np.float32).smallest_subnormal)


def map_ranges(sheet: Array, arrangement: Arrangement) -> Array:
    """Smallest, largest and mean finite value of each map.

    Args:
        sheet: ``(planes, height, width)`` at level 0, any dtype.
        arrangement: of the sheet. The planes of an RGB map count together; the empty end of a
            strip does not count.

    Returns:
        ``(maps, 3) float32``; NaN where a map has no finite value. What float32 cannot hold is
        the nearest it can, never infinite and zero only where the value is.
    """
    return _as_float32(finite_ranges(sheet, arrangement))


def finite_ranges(sheet: Array, arrangement: Arrangement) -> Array:
    """The same as float64, exact but for integers beyond 2^53."""
    a = arrangement
    if a.maps == 0 or not has_numbers(sheet.dtype):
        return np.full((a.maps, 3), np.nan)
    if a.strip:
        cells = sheet.reshape(-1)[: a.cells].reshape(1, 1, 1, 1, -1)
        return _finish(*_measure(reals(cells))).reshape(1, 3)
    low, high, total, count = (
        np.full(a.grid, start, np.float64) for start in (np.inf, -np.inf, 0.0, 0.0)
    )
    for block in blocks(sheet, a):
        least, most, part, finite = _measure(reals(block.cells))
        low[block.grid] = np.minimum(low[block.grid], least)
        high[block.grid] = np.maximum(high[block.grid], most)
        total[block.grid] += part
        count[block.grid] += finite
    return _finish(low, high, total, count).reshape(-1, 3)[: a.maps]


def dead(ranges: Array) -> int:
    """How many maps are zero everywhere, of ``map_ranges``' ``(maps, 3)``."""
    return int(np.count_nonzero((ranges[:, 0] == 0) & (ranges[:, 1] == 0)))


def _measure(cells: Array) -> tuple[Array, Array, Array, Array]:
    """Least, most, sum and number of the finite cells, each ``(grid rows, grid columns)``."""
    with np.errstate(all="ignore"):
        least = _over(np.minimum.reduce, cells)
        most = _over(np.maximum.reduce, cells)
        # NaN spreads into both, an infinity is one of them: else all cells are finite.
        finite = np.isfinite(least) & np.isfinite(most)
        if finite.all():
            shape = cells.shape
            count = np.full(least.shape, shape[0] * shape[2] * shape[4], np.float64)
            return least, most, _over(np.add.reduce, cells, np.float64), count
        there = np.isfinite(cells)
        least = _over(np.minimum.reduce, np.where(there, cells, np.inf))
        most = _over(np.maximum.reduce, np.where(there, cells, -np.inf))
        total = _over(np.add.reduce, np.where(there, cells, 0), np.float64)
        return least, most, total, _over(np.add.reduce, there, np.float64)


def _over(
    reduce: Callable[..., Array], cells: Array, dtype: type[np.float64] | None = None
) -> Array:
    """A reduction over planes, rows and columns of ``(planes, g, rows, h, columns)``."""
    more = {} if dtype is None else {"dtype": dtype}
    # First the axis whose neighbours lie far apart: then many cells are reduced side by side.
    first, last = (2, -1) if abs(cells.strides[2]) >= abs(cells.strides[4]) else (4, 2)
    part = reduce(reduce(cells, axis=first, **more), axis=0, **more)
    return reduce(part, axis=-1 if last == -1 else 1, **more)


def _finish(low: Array, high: Array, total: Array, count: Array) -> Array:
    """``(..., 3)``: low, high, mean; NaN where nothing was counted."""
    with np.errstate(all="ignore"):
        mean = np.clip(total / count, low, high)
    return np.where(count[..., None] > 0, np.stack([low, high, mean], axis=-1), np.nan)


def _as_float32(values: Array) -> Array:
    with np.errstate(all="ignore"):
        small = np.clip(values, -_MOST, _MOST).astype(np.float32)
    lost = (small == 0) & (values != 0)
    return np.where(lost, np.copysign(np.float32(_LEAST), values), small).astype(np.float32)
