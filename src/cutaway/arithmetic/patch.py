"""The cells of a tensor that a number was made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Patch:
    """Some positions along every axis of a tensor, and the order in which their cells count."""

    read: int
    """Position in ``Node.reads``."""
    ranges: tuple[range, ...]
    """Positions along each axis; those outside the tensor are padding."""
    shape: tuple[int, ...]
    """Of the tensor."""
    order: tuple[int, ...] | None = None
    """Axes from the slowest to the fastest; None for the tensor's own order."""

    @property
    def size(self) -> int:
        """Number of cells, padding included."""
        return prod(map(len, self.ranges))

    def numbers(self, array: Array) -> Array:
        """The cells in order, ``(n,)`` in the tensor's dtype; zero where they are padding."""
        inside = [_inside(*pair) for pair in zip(self.ranges, self.shape, strict=True)]
        found = np.asarray(array[tuple(_slice(r[a:b]) for r, (a, b) in self._with(inside))])
        backward = tuple(axis for axis, r in enumerate(self.ranges) if r.step < 0)
        found = np.flip(found, backward) if backward else found
        lengths = tuple(map(len, self.ranges))
        if found.shape != lengths:
            full = np.zeros(lengths, array.dtype)
            full[tuple(slice(a, b) for a, b in inside)] = found
            found = full
        return self._in_order(found)

    def padding(self) -> Array | None:
        """Which cells lie outside the tensor, ``(n,)`` bool; None where none does."""
        inside = [_inside(*pair) for pair in zip(self.ranges, self.shape, strict=True)]
        if all(b - a == len(r) for r, (a, b) in self._with(inside)):
            return None
        outside = np.ones(tuple(map(len, self.ranges)), np.bool_)
        outside[tuple(slice(a, b) for a, b in inside)] = False
        return self._in_order(outside)

    def indices(self, cells: Sequence[int] | Array) -> Array:
        """Index in the tensor of some cells by their number, ``(k, rank)`` int64."""
        axes = self._axes
        lengths = [len(self.ranges[axis]) for axis in axes]
        found = np.zeros((len(cells), len(axes)), np.int64)
        if axes:
            for axis, at in zip(axes, np.unravel_index(np.asarray(cells), lengths), strict=True):
                held = self.ranges[axis]
                found[:, axis] = held.start + at * held.step
        return found

    def box(self) -> tuple[list[int], list[int], list[int]]:
        """Low, high (half-open) and step along each axis, without what is padding."""
        low, high, step = list[int](), list[int](), list[int]()
        for r, size in zip(self.ranges, self.shape, strict=True):
            a, b = _inside(r, size)
            clipped = r[a:b] if r.step > 0 else r[a:b][::-1]
            low.append(clipped[0] if clipped else 0)
            high.append(clipped[-1] + 1 if clipped else 0)
            step.append(clipped.step if len(clipped) > 1 else 1)
        return low, high, step

    @property
    def _axes(self) -> tuple[int, ...]:
        return tuple(range(len(self.ranges))) if self.order is None else self.order

    def _in_order(self, found: Array) -> Array:
        return found.reshape(-1) if self.order is None else found.transpose(self.order).reshape(-1)

    def _with(self, inside: list[tuple[int, int]]) -> zip[tuple[range, tuple[int, int]]]:
        return zip(self.ranges, inside, strict=True)


def one(read: int, index: Sequence[int], shape: Sequence[int]) -> Patch:
    """A single cell."""
    return Patch(read, tuple(range(at, at + 1) for at in index), tuple(shape))


def _inside(positions: range, size: int) -> tuple[int, int]:
    """First and last (half-open) of the positions that lie in an axis."""
    step = abs(positions.step)
    if positions.step > 0:
        first = -(positions.start // step)
        last = -(-(size - positions.start) // step)
    else:
        first = -((size - 1 - positions.start) // step)
        last = positions.start // step + 1
    first = min(max(first, 0), len(positions))
    return first, min(max(last, first), len(positions))


def _slice(positions: range) -> slice:
    """A slice with the same positions, ascending."""
    ascending = positions if positions.step > 0 else positions[::-1]
    return slice(ascending.start, ascending.start + len(ascending) * ascending.step, ascending.step)
