"""How the axes of a tensor of any rank are laid out as a sheet of maps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cutaway.pictures.assignment import checked, indices
from cutaway.pictures.axes import Axes, place_axes, slots_across, without_first


@dataclass(frozen=True, slots=True)
class Letters:
    """Which axes of the tensor lie where on its sheet: letters, or positions such as ``01``."""

    grid: str
    """Axes that choose the map."""
    row: str
    """Axes that run down a map."""
    column: str
    """Axes that run along a map; of a folded vector the same as ``row``."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A sheet: ``(planes, grid[0] * rows, grid[1] * columns)`` cells, without gaps."""

    grid: tuple[int, int]
    """Rows and columns of slots, each of which holds one map."""
    maps: int
    """Slots used, in reading order; 0 where the tensor has no cell."""
    rows: int
    """Cells from the top of a map to its bottom."""
    columns: int
    """Cells from the left of a map to its right."""
    planes: int
    """3 where three channels make one RGB picture, else 1."""
    cells: int
    """Elements of the tensor that are on the sheet, over all planes."""
    strip: bool
    """Whether a long vector was folded into rows; the last one may be short."""
    letters: Letters
    axes: Axes
    """Positions of the tensor's axes by what they became."""
    at: tuple[int, ...] = ()
    """The index shown of each axis in ``axes.sliced``."""
    order: tuple[int, ...] | None = None
    """The map's own number, row-major over the grid's axes, for each slot; None where slot ``i``
    shows map ``i`` and none is left out."""


LONGEST_COLUMN = 48
"""Cells of a vector that still stand in one column."""


def arrange(
    shape: Sequence[int],
    axes: str | None = None,
    *,
    image: bool = False,
    given: Axes | None = None,
    at: Mapping[int, int] | None = None,
    item: int | None = None,
) -> Arrangement:
    """The arrangement of a tensor, as given or the default.

    Args:
        shape: lengths of its axes; rank 0 and lengths of 0 are fine.
        axes: one letter an axis, such as ``NCHW``, ``NHWC``, ``NWC``, ``NDHWC``, ``OIHW``,
            ``HWIO``, ``IO``, ``NC``, ``O``; None where not known. N is a batch, of which one
            sample is shown.
        image: whether it is a picture fed to the network; with three channels it becomes one RGB
            map of three planes.
        given: where axes are to lie; those that have no place in it are sliced. None for the
            default by letters or shape.
        at: the index shown of sliced axes, by axis; 0 where not said.
        item: which item of a batch is shown, where the first axis is one; the rest is arranged as
            that of a batch of one. None to go by the shape. ``given`` and ``at`` come before it.

    Raises:
        InputError: ``given`` or ``at`` does not fit the shape.
    """
    lengths = tuple(int(length) for length in shape)
    wanted = dict(at or {})
    if item is not None and len(lengths) > 1:
        placed, names = place_axes((1, *lengths[1:]), axes, image=image)
        placed = without_first(placed)
    else:
        placed, names = place_axes(lengths, axes, image=image)
    if given is not None:
        placed = checked(given, lengths)
    if item is not None and len(lengths) > 1 and 0 in placed.sliced:
        wanted.setdefault(0, item)
    shown = indices(wanted, placed, lengths)
    if 0 in lengths:
        letters = _letters(placed, names)
        return Arrangement(
            (1, 1), 0, 0, 0, 1, 0, strip=False, letters=letters, axes=placed, at=shown
        )
    planes, maps, rows, columns = (
        math.prod(lengths[axis] for axis in group)
        for group in (placed.planes, placed.grid, placed.rows, placed.columns)
    )
    if planes == maps == 1 and min(rows, columns) == 1:
        upright = given is None or rows > 1
        if upright or columns > LONGEST_COLUMN:
            return replace(_vector(lengths, placed, names), at=shown)
    wide = slots_across(placed, names, lengths)
    return Arrangement(
        grid=(-(-maps // wide), wide) if wide else _nearly_square(maps, rows, columns),
        maps=maps,
        rows=rows,
        columns=columns,
        planes=planes,
        cells=planes * maps * rows * columns,
        strip=False,
        letters=_letters(placed, names),
        axes=placed,
        at=shown,
    )


def ordered(arrangement: Arrangement, order: Sequence[int]) -> Arrangement:
    """The same sheet with only these maps, in this order.

    Args:
        arrangement: in natural order.
        order: numbers of maps, each at most once.
    """
    a = arrangement
    if len(order) == a.maps and all(slot == number for slot, number in enumerate(order)):
        return a
    return replace(
        a,
        grid=_nearly_square(len(order), a.rows, a.columns),
        maps=len(order),
        cells=a.planes * len(order) * a.rows * a.columns,
        order=tuple(order),
    )


def _nearly_square(maps: int, rows: int, columns: int) -> tuple[int, int]:
    """Rows and columns of slots that make the sheet about as wide as tall, counted in cells."""
    across = min(maps, math.ceil(math.sqrt(maps * rows / columns)))
    return -(-maps // across), across


def _vector(lengths: Sequence[int], placed: Axes, names: Sequence[str]) -> Arrangement:
    """One map: a column, or rows that a longer vector is folded into."""
    all_axes = placed.planes + placed.grid + placed.rows + placed.columns
    count = math.prod(lengths[axis] for axis in all_axes)
    columns = fold(count)
    # Axes of length 1 say nothing of where a cell is from.
    named = [names[axis] for axis in all_axes if lengths[axis] > 1]
    letter = "".join(named or [names[axis] for axis in all_axes[-1:]])
    return Arrangement(
        grid=(1, 1),
        maps=1,
        rows=-(-count // columns),
        columns=columns,
        planes=1,
        cells=count,
        strip=columns > 1,
        letters=Letters(grid="", row=letter, column=letter if columns > 1 else ""),
        axes=Axes(placed.sliced, rows=all_axes),
    )


def fold(count: int) -> int:
    """Cells in one row of a vector of ``count``: 1 up to 48, else rows that make a strip.

    The strip is two to four times as tall as wide; within that, the width that leaves the least
    of the last row empty, and of those the widest.
    """
    if count <= LONGEST_COLUMN:
        return 1
    widest = math.isqrt(count // 2)
    candidates = range(max(2, math.ceil(0.7 * widest)), widest + 1)
    return min(candidates, key=lambda columns: (-count % columns, -columns))


def _letters(placed: Axes, names: Sequence[str]) -> Letters:
    grid, row, column = (
        "".join(names[axis] for axis in group)
        for group in (placed.planes + placed.grid, placed.rows, placed.columns)
    )
    return Letters(grid, row, column)
