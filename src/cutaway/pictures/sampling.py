"""A picture of a few elements of a tensor, for one that takes long to go over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cutaway.pictures.arrangement import Arrangement
from cutaway.pictures.levels import Level
from cutaway.pictures.sheet import laid_out, placed
from cutaway.pictures.values import Array


@dataclass(frozen=True, slots=True)
class Sample:
    """One element for each cell of a coarse level."""

    sheet: Array
    """``(planes, height, width)`` of the level, in the tensor's own dtype."""
    elements: Array
    """Those that were taken, 1-D, nothing beside them."""
    arrangement: Arrangement
    """Of ``sheet``, as if there were no finer level."""


def sample(array: Array, arrangement: Arrangement, level: Level, number: int) -> Sample:
    """The element nearest to the middle of what each cell of a level covers.

    Args:
        array: the tensor; no more of it is touched.
        arrangement: of the tensor.
        level: whose cells are wanted.
        number: of the level: a cell covers ``2^number`` rows and columns of a map.
    """
    a, side = arrangement, 2**number
    rows = np.minimum(np.arange(level.rows) * side + side // 2, a.rows - 1)
    columns = np.minimum(np.arange(level.columns) * side + side // 2, a.columns - 1)
    coarse = replace(
        a,
        rows=level.rows,
        columns=level.columns,
        cells=a.planes * a.maps * level.rows * level.columns,
        strip=False,
        order=None,
    )
    if a.maps == 0:
        return Sample(np.zeros((1, 0, 0), array.dtype), array.reshape(-1)[:0], coarse)
    shown = placed(array, a)
    if a.strip:
        flat = np.minimum(rows[:, None] * a.columns + columns, a.cells - 1)
        taken = shown[np.unravel_index(flat, shown.shape)][None, None]
    else:
        taken = np.asarray(shown[_places(a, shown.shape, rows, columns)])
        taken = taken.reshape(a.planes, a.maps, level.rows, level.columns)
    return Sample(laid_out(taken, coarse), taken.reshape(-1), coarse)


def _places(
    a: Arrangement, lengths: Sequence[int], rows: Array, columns: Array
) -> tuple[Array, ...]:
    """Indices along every placed axis that pick ``(planes, maps, rows, columns)``."""
    maps = np.arange(a.maps) if a.order is None else np.array(a.order, np.intp)
    chosen = np.ix_(np.arange(a.planes), maps, rows, columns)
    found: list[Array] = []
    first = 0
    groups = (a.axes.planes, a.axes.grid, a.axes.rows, a.axes.columns)
    for axes, wanted in zip(groups, chosen, strict=True):
        sizes = tuple(lengths[first : first + len(axes)])
        first += len(axes)
        found += np.unravel_index(wanted, sizes) if sizes else []
    return np.broadcast_arrays(*found, *chosen)[: len(found)] if found else ()
