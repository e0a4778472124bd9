"""What each map of a tensor holds: one row a map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cutaway.pictures.arrangement import Arrangement
from cutaway.pictures.flags import Bounds, Flag
from cutaway.pictures.maps import finite_ranges
from cutaway.pictures.sheet import Block, blocks, present
from cutaway.pictures.values import Array, has_numbers, reals

SPARK_BINS = 24
"""Bins of a map's own histogram."""

MOST_SPARKS = 1 << 16
"""Of more maps than this no histograms are made."""

_COUNTED = ("size", "zeros", "nan", "inf", "saturated")


@dataclass(frozen=True, slots=True)
class Channels:
    """One row a map, in the order in which the maps stand."""

    min: Array
    """(maps,) float64 over finite values, as are ``max``, ``mean`` and ``std`` (of the
    population); NaN where a map has none."""
    max: Array
    mean: Array
    std: Array
    zeros: Array
    """(maps,) int64, as are ``nan``, ``inf`` and ``size``."""
    nan: Array
    inf: Array
    size: Array
    flags: Array
    """(maps,) uint8: bits of ``Flag``: dead, constant, saturated."""
    counts: Array
    """(maps, 24) int32: finite values by equally wide bins from ``low`` to ``high``; (0, 24) where
    there are more than 65,536 maps."""
    low: float
    """Smallest finite value of all maps; 0 where there is none, as is ``high``."""
    high: float


def channels(sheet: Array, arrangement: Arrangement, bounds: Bounds | None = None) -> Channels:
    """What each map holds, in two passes over a sheet, block by block.

    Args:
        sheet: ``(planes, height, width)`` at level 0, any dtype. Planes of a picture count
            together.
        arrangement: of the sheet.
        bounds: lowest and highest value of the bounded activation that wrote the tensor.
    """
    ranges = finite_ranges(sheet, arrangement)
    tally = _Tally(arrangement, ranges, bounds)
    if arrangement.maps and has_numbers(sheet.dtype):
        with np.errstate(all="ignore"):
            for block in blocks(sheet, arrangement):
                tally.add(block)
    low, high = _ends(ranges)
    return Channels(
        min=ranges[:, 0],
        max=ranges[:, 1],
        mean=ranges[:, 2],
        std=tally.deviations(),
        zeros=tally.column("zeros"),
        nan=tally.column("nan"),
        inf=tally.column("inf"),
        size=tally.column("size"),
        flags=_flags(ranges, tally),
        counts=tally.histograms(),
        low=low,
        high=high,
    )


def _ends(ranges: Array) -> tuple[float, float]:
    finite = ranges[np.isfinite(ranges[:, 0])]
    return (float(finite[:, 0].min()), float(finite[:, 1].max())) if finite.size else (0.0, 0.0)


def _flags(ranges: Array, tally: _Tally) -> Array:
    flags = np.zeros(len(ranges), np.int64)
    size = tally.column("size")
    equal = (ranges[:, 0] == ranges[:, 1]) & (tally.column("nan") + tally.column("inf") == 0)
    flags[equal & (ranges[:, 0] == 0)] |= Flag.DEAD
    flags[equal & (size > 1)] |= Flag.CONSTANT
    if tally.bounds is not None:
        flags[(2 * tally.column("saturated") >= size) & (size > 0)] |= Flag.SATURATED
    return flags.astype(np.uint8)


class _Tally:
    """Counts and squares by slot."""

    def __init__(self, a: Arrangement, ranges: Array, bounds: Bounds | None) -> None:
        self._a = a
        self.bounds = bounds if bounds is not None and bounds.are_finite else None
        self._low, high = _ends(ranges)
        # The distance of the ends may leave float64: halves of both never do.
        half = high / 2 - self._low / 2
        self._per_bin = SPARK_BINS / half / 2 if half > 0 else 0.0
        self._columns = {name: np.zeros(a.grid, np.int64) for name in _COUNTED}
        self._means = np.zeros(a.grid, np.float64)
        self._means.reshape(-1)[: a.maps] = np.nan_to_num(ranges[:, 2])
        self._squares = np.zeros(a.grid, np.float64)
        grid = a.grid if a.maps <= MOST_SPARKS else (0, 0)
        self._counts = np.zeros((*grid, SPARK_BINS), np.int64)

    def column(self, name: str) -> Array:
        """(maps,) int64."""
        return self._columns[name].reshape(-1)[: self._a.maps]

    def deviations(self) -> Array:
        """(maps,) float64: roots of the mean squared distance from the mean."""
        count = self.column("size") - self.column("nan") - self.column("inf")
        with np.errstate(all="ignore"):
            return np.sqrt(
                self._squares.reshape(-1)[: self._a.maps] / np.where(count, count, np.nan)
            )

    def histograms(self) -> Array:
        """(maps, 24) int32, or (0, 24)."""
        return self._counts.reshape(-1, SPARK_BINS)[: self._a.maps].astype(np.int32)

    def add(self, block: Block) -> None:
        """Count the cells of some rows of slots."""
        cells = reals(block.cells)
        there = np.broadcast_to(present(block, self._a), cells.shape)
        finite = there & np.isfinite(cells)
        self._count("size", block.grid, there)
        self._count("zeros", block.grid, there & (cells == 0))
        if not finite.all():
            nan = there & np.isnan(cells)
            self._count("nan", block.grid, nan)
            self._count("inf", block.grid, there & ~finite & ~nan)
        if self.bounds is not None:
            self._count("saturated", block.grid, there & self.bounds.near(cells))
        means = self._means[block.grid][None, :, None, :, None]
        apart = np.where(finite, cells - means, 0.0)
        self._squares[block.grid] += np.einsum("pgrhc,pgrhc->gh", apart, apart)
        if self._counts.size:
            self._histogram(block.grid, cells, finite)

    def _count(self, name: str, grid: slice, which: Array) -> None:
        self._columns[name][grid] += which.sum(axis=(0, 2, 4))

    def _histogram(self, grid: slice, cells: Array, finite: Array) -> None:
        place = (cells.astype(np.float64) - self._low) * self._per_bin
        place = np.clip(place, 0, SPARK_BINS - 1)
        down, across = int(cells.shape[1]), int(cells.shape[3])
        slots = np.arange(down * across).reshape(1, down, 1, across, 1) * SPARK_BINS
        index = np.where(finite, place, 0).astype(np.intp) + slots
        counts = np.bincount(index[finite], minlength=down * across * SPARK_BINS)
        self._counts[grid] += counts.reshape(down, across, SPARK_BINS)
