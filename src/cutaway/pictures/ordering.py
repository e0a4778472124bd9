"""The order of a tensor's maps by what they hold."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias

import numpy as np

from cutaway.errors import InputError
from cutaway.pictures.arrangement import Arrangement
from cutaway.pictures.sheet import placed
from cutaway.pictures.values import Array, has_numbers, reals

Measure: TypeAlias = Literal["mean", "max", "variance"]

_PIECE = 1 << 18
"""Elements looked at in one go: 2 MB in float64."""


def map_order(array: Array, arrangement: Arrangement, by: Measure | int) -> Array:
    """The numbers of all maps, the one with the largest measure first.

    Args:
        array: the tensor that was arranged, any dtype; it is read in pieces, never copied.
        arrangement: in natural order.
        by: a measure over the finite values of a map (the variance is the population's); a number
            for the cosine similarity to the map of that number.

    Returns:
        ``(maps,) int64``. Maps that are equal keep their order; those without a measure, of NaN
        alone or of length 0, come last.

    Raises:
        InputError: there is no map of that number.
    """
    a = arrangement
    if isinstance(by, int) and not 0 <= by < a.maps:
        there = f"maps 0 to {a.maps - 1} are there" if a.maps else "the tensor has no map"
        raise InputError(f"{there}; got similar:{by}: choose one that is")
    if a.maps < 2 or not has_numbers(array.dtype):
        return np.arange(a.maps)
    maps = _Maps(array, a)
    with np.errstate(all="ignore"):
        measured = maps.similarity(by) if isinstance(by, int) else _MEASURES[by](maps)
    # NumPy puts NaN last, whatever its sign.
    return np.argsort(-measured, kind="stable")


class _Maps:
    """The maps of a tensor, each reduced to one number."""

    def __init__(self, array: Array, a: Arrangement) -> None:
        self._cells = placed(array, a)
        before = len(a.axes.planes)
        self._grid = range(before, before + len(a.axes.grid))
        self._within = tuple(axis for axis in range(self._cells.ndim) if axis not in self._grid)

    def mean(self) -> Array:
        """``(maps,) float64`` of the finite values of each map, as are all others."""
        total, count = self._sums(_finite), self._counts()
        return (total / count).reshape(-1)

    def max(self) -> Array:
        """The largest finite value; NaN where none is."""
        out = self._filled(-np.inf)
        for cut, part in self._pieces():
            finite = np.where(np.isfinite(part), part, -np.inf)
            into = out[self._over(cut)]
            np.maximum(into, np.maximum.reduce(finite, self._within, keepdims=True), out=into)
        return np.where(np.isneginf(out), np.nan, out).reshape(-1)

    def variance(self) -> Array:
        """The mean squared distance from the mean, in a second pass so that no digit is lost."""
        mean = self.mean().reshape(self._filled(0).shape)

        def squares(part: Array, cut: tuple[slice, ...]) -> Array:
            apart = np.where(np.isfinite(part), part - mean[self._over(cut)], 0.0)
            return apart * apart

        return (self._sums(squares) / self._counts()).reshape(-1)

    def similarity(self, number: int) -> Array:
        """The cosine of the angle between each map and one of them; what is not finite is 0."""
        lengths = [self._cells.shape[axis] for axis in self._grid]
        place = iter(np.unravel_index(number, lengths))
        one = tuple(
            slice(int(at := next(place)), int(at) + 1) if axis in self._grid else slice(None)
            for axis in range(self._cells.ndim)
        )
        chosen = _finite(reals(self._cells[one]).astype(np.float64), one)

        def along(part: Array, cut: tuple[slice, ...]) -> Array:
            inside = tuple(
                slice(None) if axis in self._grid else where for axis, where in enumerate(cut)
            )
            return _finite(part, cut) * chosen[inside]

        products = self._sums(along)
        squares = self._sums(lambda part, cut: _finite(part, cut) ** 2)
        found = (products / np.sqrt(squares * np.sum(chosen * chosen))).reshape(-1)
        # Its own cosine may come out a digit below that of a multiple of it.
        found[number] = np.nan if np.isnan(found[number]) else np.inf
        return found

    def _sums(self, measure: Callable[[Array, tuple[slice, ...]], Array]) -> Array:
        """The sum over each map of something of its cells, the grid's axes kept, others 1."""
        out = self._filled(0)
        for cut, part in self._pieces():
            out[self._over(cut)] += np.add.reduce(measure(part, cut), self._within, keepdims=True)
        return out

    def _counts(self) -> Array:
        """Finite values of each map; NaN where there are none, so that what they divide is too."""
        found = self._sums(lambda part, _: np.isfinite(part).astype(np.float64))
        return np.where(found > 0, found, np.nan)

    def _filled(self, value: float) -> Array:
        shape = [n if axis in self._grid else 1 for axis, n in enumerate(self._cells.shape)]
        return np.full(shape, value, np.float64)

    def _over(self, cut: tuple[slice, ...]) -> tuple[slice, ...]:
        """Where the maps of a cut are in an array of one number a map."""
        return tuple(w if axis in self._grid else slice(None) for axis, w in enumerate(cut))

    def _pieces(self) -> Iterator[tuple[tuple[slice, ...], Array]]:
        """All cells, piece by piece, as float64."""
        for cut in cuts(self._cells):
            yield cut, reals(self._cells[cut]).astype(np.float64, copy=False)


def _finite(part: Array, _: tuple[slice, ...]) -> Array:
    return np.where(np.isfinite(part), part, 0.0)


_MEASURES: dict[Measure, Callable[[_Maps], Array]] = {
    "mean": _Maps.mean,
    "max": _Maps.max,
    "variance": _Maps.variance,
}


def cuts(array: Array) -> Iterator[tuple[slice, ...]]:
    """Slices that cover an array once, each of at most ``2^18`` elements that lie together."""
    along = sorted(range(array.ndim), key=lambda axis: -abs(array.strides[axis]))
    return _cuts(array.shape, along, (slice(None),) * array.ndim)


def _cuts(
    shape: tuple[int, ...], along: list[int], whole: tuple[slice, ...]
) -> Iterator[tuple[slice, ...]]:
    inner = math.prod(shape[axis] for axis in along[1:])
    if not along or inner * shape[along[0]] <= _PIECE:
        yield whole
        return
    first, step = along[0], max(1, _PIECE // max(1, inner))
    for start in range(0, shape[first], step):
        some = slice(start, min(shape[first], start + step))
        cut = (*whole[:first], some, *whole[first + 1 :])
        if inner > _PIECE:
            yield from _cuts(shape, along[1:], cut)
        else:
            yield cut
