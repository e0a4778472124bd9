"""From a cell of a sheet to the element of the tensor that it shows, and back.

The page does the same sums in ``viewer/src/client/arrangement.ts``; change both or neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from cutaway.pictures.arrangement import Arrangement

Cell: TypeAlias = tuple[int, int, int]
"""Plane, row and column on the sheet at level 0."""


def element_at(
    arrangement: Arrangement, shape: Sequence[int], cell: Cell
) -> tuple[int, ...] | None:
    """The index, along every axis, of the element that a cell shows; None where it shows none."""
    a = arrangement
    plane, row, column = cell
    if a.maps == 0 or min(cell) < 0 or plane >= a.planes:
        return None
    (down, row), (across, column) = divmod(row, a.rows), divmod(column, a.columns)
    slot = down * a.grid[1] + across
    if across >= a.grid[1] or slot >= a.maps:
        return None
    index = [0] * len(shape)
    for axis, shown in zip(a.axes.sliced, a.at, strict=True):
        index[axis] = shown
    if a.strip:
        along = row * a.columns + column
        _spread(along, a.axes.rows, shape, index)
        return tuple(index) if along < a.cells else None
    number = slot if a.order is None else a.order[slot]
    _spread(plane, a.axes.planes, shape, index)
    _spread(number, a.axes.grid, shape, index)
    _spread(row, a.axes.rows, shape, index)
    _spread(column, a.axes.columns, shape, index)
    return tuple(index)


def cell_of(arrangement: Arrangement, shape: Sequence[int], index: Sequence[int]) -> Cell | None:
    """The cell that shows an element; None where it is sliced away or its map is left out."""
    a = arrangement
    if a.maps == 0 or any(
        index[axis] != shown for axis, shown in zip(a.axes.sliced, a.at, strict=True)
    ):
        return None
    if a.strip:
        return 0, *divmod(_joined(index, a.axes.rows, shape), a.columns)
    number = _joined(index, a.axes.grid, shape)
    if a.order is not None and number not in a.order:
        return None
    slot = number if a.order is None else a.order.index(number)
    down, across = divmod(slot, a.grid[1])
    return (
        _joined(index, a.axes.planes, shape),
        down * a.rows + _joined(index, a.axes.rows, shape),
        across * a.columns + _joined(index, a.axes.columns, shape),
    )


def _spread(flat: int, axes: Sequence[int], shape: Sequence[int], index: list[int]) -> None:
    """Write a row-major position over some axes into an index."""
    for axis in reversed(axes):
        flat, index[axis] = divmod(flat, shape[axis])


def _joined(index: Sequence[int], axes: Sequence[int], shape: Sequence[int]) -> int:
    """The row-major position over some axes."""
    flat = 0
    for axis in axes:
        flat = flat * shape[axis] + index[axis]
    return flat
