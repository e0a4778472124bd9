"""A tensor as one sheet of cells, and the sheet in pieces that fit a processor's cache."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cutaway.pictures.arrangement import Arrangement
from cutaway.pictures.values import Array

_BLOCK = 1 << 18
"""Cells in a block, about: 1 to 2 MB."""


def sheet(array: Array, arrangement: Arrangement) -> Array:
    """The tensor laid out flat, in its own dtype.

    Args:
        array: of the shape that was arranged.
        arrangement: what ``arrange`` gave for it.

    Returns:
        ``(planes, grid[0] * rows, grid[1] * columns)``; zero (empty for text) in slots and in the
        end of a strip that hold no element. A view where strides allow.
    """
    a = arrangement
    if a.maps == 0:
        return np.zeros((1, 0, 0), array.dtype)
    shown = placed(array, a)
    if a.strip:
        return _padded(shown.reshape(-1), a)
    if a.order is not None:
        shown = _chosen(shown, a)
    return laid_out(shown.reshape(a.planes, a.maps, a.rows, a.columns), a)


def laid_out(maps: Array, arrangement: Arrangement) -> Array:
    """Maps ``(planes, maps, rows, columns)`` in the slots of a sheet: see ``sheet``."""
    a = arrangement
    down, across = a.grid
    if across == 1:
        return maps.reshape(a.planes, a.maps * a.rows, a.columns)
    out = _blank((a.planes, down, a.rows, across, a.columns), maps)
    slots = out.transpose(0, 1, 3, 2, 4)
    full = a.maps // across
    slots[:, :full] = maps[:, : full * across].reshape(a.planes, full, across, a.rows, a.columns)
    if full < down:
        slots[:, full, : a.maps - full * across] = maps[:, full * across :]
    return out.reshape(a.planes, down * a.rows, across * a.columns)


def placed(array: Array, arrangement: Arrangement) -> Array:
    """The elements that an arrangement shows if no map is left out, a view.

    Its axes are those of the planes, the grid, the rows and the columns, one behind the other.
    """
    axes = arrangement.axes
    order = axes.sliced + axes.planes + axes.grid + axes.rows + axes.columns
    return array.transpose(order)[(*arrangement.at, ...)]


def _chosen(shown: Array, a: Arrangement) -> Array:
    """The maps of an order alone, one behind the other in place of the grid's axes."""
    first = len(a.axes.planes)
    lengths = shown.shape[first : first + len(a.axes.grid)]
    slots = np.unravel_index(np.array(a.order, np.intp), lengths)
    return shown[(slice(None),) * first + tuple(slots)]


def _padded(vector: Array, a: Arrangement) -> Array:
    if a.rows * a.columns == a.cells:
        return vector.reshape(1, a.rows, a.columns)
    out = _blank((a.rows * a.columns,), vector)
    out[: a.cells] = vector
    return out.reshape(1, a.rows, a.columns)


def _blank(shape: tuple[int, ...], like: Array) -> Array:
    if like.dtype.kind == "O":
        return np.full(shape, "", like.dtype)
    return np.zeros(shape, like.dtype)


@dataclass(frozen=True, slots=True)
class Block:
    """Some of a sheet's maps, whole or in part."""

    grid: slice
    """Which rows of the grid it covers."""
    top: int
    """First row of each map that is in it, and ``left`` the first column."""
    left: int
    cells: Array
    """``(planes, grid rows, rows, grid columns, columns)``, a view."""


def blocks(sheet: Array, arrangement: Arrangement, step: int = 1) -> Iterator[Block]:
    """The whole sheet, block by block; none where it has no cells.

    Args:
        sheet: ``(planes, height, width)`` at level 0.
        arrangement: of the sheet.
        step: blocks begin at rows and columns of a map that are multiples of this.
    """
    a = arrangement
    if a.maps == 0:
        return
    down, across = a.grid
    split = sheet.reshape(a.planes, down, a.rows, across, a.columns)
    row = a.planes * across * a.rows * a.columns
    if row <= _BLOCK:
        some = max(1, _BLOCK // row)
        for start in range(0, down, some):
            grid = slice(start, min(down, start + some))
            yield Block(grid, 0, 0, split[:, grid])
        return
    # A transposed matrix is cut along its columns: those lie together in memory.
    upright = across == 1 and abs(split.strides[2]) < abs(split.strides[4])
    length, other = (a.columns, a.rows) if upright else (a.rows, a.columns)
    some = max(1, _BLOCK // (a.planes * across * other * step)) * step
    for start in range(down):
        grid = slice(start, start + 1)
        for at in range(0, length, some):
            part = slice(at, at + some)
            if upright:
                yield Block(grid, 0, at, split[:, grid, :, :, part])
            else:
                yield Block(grid, at, 0, split[:, grid, part])


def present(block: Block, arrangement: Arrangement) -> Array:
    """Which cells of a block hold an element; broadcasts against them.

    All do, but at the end of a strip.
    """
    a = arrangement
    if not a.strip:
        return np.ones((1, 1, 1, 1, 1), bool)
    first, rows = block.top * a.columns, int(block.cells.shape[2])
    places = np.arange(first, first + rows * a.columns).reshape(1, 1, rows, 1, a.columns)
    return places < a.cells
