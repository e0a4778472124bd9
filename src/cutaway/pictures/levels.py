"""Levels of detail: every map made smaller on its own, never across its border."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cutaway.errors import UnknownKey
from cutaway.pictures.arrangement import Arrangement
from cutaway.pictures.sheet import blocks, present
from cutaway.pictures.values import Array, has_numbers, reals

TILE = 256
"""Cells along one side of a tile."""

OVERVIEWS = (32, 64, 128, 256, 512)
"""Most cells along one side of an overview, by size."""


@dataclass(frozen=True, slots=True)
class Level:
    """The size of one map and of the whole sheet at one level of detail, in cells."""

    rows: int
    """Of one map, as are ``columns``."""
    columns: int
    height: int
    """Of the sheet, as is ``width``."""
    width: int


def levels(arrangement: Arrangement) -> tuple[Level, ...]:
    """The levels of a sheet, the finest first.

    Level ``l`` has maps of ``ceil(rows / 2^l)`` by ``ceil(columns / 2^l)`` cells; at the last one
    a map is a single cell.
    """
    down, across = arrangement.grid
    rows, columns = arrangement.rows, arrangement.columns
    found: list[Level] = []
    while True:
        level = Level(rows, columns, down * rows, across * columns)
        found.append(level)
        if max(rows, columns) <= 1:
            return tuple(found)
        rows, columns = -(-rows // 2), -(-columns // 2)


def overview(levels: tuple[Level, ...], size: int) -> int:
    """The finest level of at most ``size`` x ``size`` cells; the last where even that has more."""
    for number, level in enumerate(levels):
        if max(level.height, level.width) <= size:
            return number
    return len(levels) - 1


def tiles(level: Level) -> tuple[int, int]:
    """Rows and columns of tiles of a level; both 0 where it has no cells."""
    return math.ceil(level.height / TILE), math.ceil(level.width / TILE)


def tile(sheet: Array, page: int) -> Array:
    """One tile, ``(at most 256, at most 256)``, a view.

    Args:
        sheet: ``(planes, height, width)`` at any level.
        page: ``(plane * rows of tiles + row) * columns of tiles + column``.

    Raises:
        UnknownKey: there is no such tile.
    """
    planes, height, width = sheet.shape
    down, across = math.ceil(height / TILE), math.ceil(width / TILE)
    if not 0 <= page < planes * down * across:
        raise UnknownKey(f"the sheet has {planes * down * across} tiles from 0; got {page}")
    plane, within = divmod(page, down * across)
    top, left = (within // across) * TILE, (within % across) * TILE
    return sheet[plane, top : top + TILE, left : left + TILE]


def reduce(sheet: Array, arrangement: Arrangement, level: int) -> Array:
    """The sheet at a coarser level: the mean of the finite values beneath each cell.

    A cell with a NaN beneath is NaN, else one with an infinity beneath is that infinity (the
    positive one of both). The empty end of a strip does not count.

    Args:
        sheet: ``(planes, height, width)`` at level 0, any dtype.
        arrangement: of the sheet.
        level: at least 0.

    Returns:
        ``(planes, grid[0] * ceil(rows / 2^level), grid[1] * ceil(columns / 2^level))``, float32,
        or float64 where the tensor holds what float32 may not (float64, complex128, int32 and
        wider).
    """
    a, side = arrangement, 2**level
    down, across = a.grid
    rows, columns = -(-a.rows // side), -(-a.columns // side)
    dtype = reals(sheet[:0]).dtype if has_numbers(sheet.dtype) else np.dtype(np.float32)
    out = np.zeros((a.planes, down, rows, across, columns), dtype)
    if has_numbers(sheet.dtype):
        for block in blocks(sheet, a, side):
            cells = reals(block.cells)
            there = present(block, a) if a.strip else None
            part = _means(cells, side, there)
            top, left = block.top // side, block.left // side
            rows_in, columns_in = part.shape[2], part.shape[4]
            into = out[:, block.grid, top : top + rows_in, :, left : left + columns_in]
            into[...] = part
    return out.reshape(a.planes, down * rows, across * columns)


def _means(cells: Array, side: int, there: Array | None) -> Array:
    """Mean of every ``side x side`` cells within each map of ``(P, g, rows, h, columns)``."""
    with np.errstate(all="ignore"):
        sums = _sums(cells, side)
        if there is None and np.isfinite(sums).all():
            return (sums / _counts(cells.shape, side)).astype(cells.dtype)
        return _careful_means(cells, side, there).astype(cells.dtype)


def _careful_means(cells: Array, side: int, there: Array | None) -> Array:
    """The same where cells are missing or not finite, or their sum leaves float64."""
    finite = np.isfinite(cells)
    counted = finite if there is None else finite & there
    count = _sums(counted, side)
    area = float(side * side)
    shares = np.where(counted, cells, 0).astype(np.float64) / area
    means = np.where(count > 0, _sums(shares, side) * (area / np.maximum(count, 1)), 0)
    for sign, shown in (
        ("-", np.isneginf(cells)),
        ("+", np.isposinf(cells)),
        ("", np.isnan(cells)),
    ):
        if shown.any():
            means[_sums(shown, side) > 0] = np.nan if not sign else float(f"{sign}inf")
    return means


def _counts(shape: tuple[int, ...], side: int) -> Array:
    """Cells beneath each cell of the coarser level: fewer at the lower and right border."""
    rows = np.diff([*range(0, shape[2], side), shape[2]])
    columns = np.diff([*range(0, shape[4], side), shape[4]])
    return rows[:, None, None] * columns


def _sums(cells: Array, side: int) -> Array:
    """Sum of every ``side x side`` cells within each map, float64; the side a power of two."""
    sums = cells.astype(np.float64)
    while side > 1:
        sums = _pairs(_pairs(sums, 2), 4)
        side //= 2
    return sums


def _pairs(cells: Array, axis: int) -> Array:
    """Sums of neighbours along an axis, the last alone where their number is odd."""
    length = cells.shape[axis]
    if length == 1:
        return cells
    ahead = (slice(None),) * axis
    even, odd = cells[(*ahead, slice(0, None, 2))], cells[(*ahead, slice(1, None, 2))]
    if length % 2 == 0:
        return even + odd
    out = even.copy()
    out[(*ahead, slice(0, length // 2))] += odd
    return out
