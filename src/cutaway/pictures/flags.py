"""What is worth finding in a tensor: numbers that are none, dead, constant and saturated cells."""

from __future__ import annotations

import math
from enum import IntFlag, auto
from typing import Any, NamedTuple

import numpy as np

from cutaway.pictures.pieces import pieces
from cutaway.pictures.values import Array, has_numbers, reals

NEAR = 1e-3
"""How near a bound a saturated cell is, as a share of the distance between the two bounds."""


class Flag(IntFlag):
    """What was found in a tensor; several may be."""

    NAN = auto()
    """Some cell is not a number."""
    INF = auto()
    """Some cell is infinite."""
    DEAD = auto()
    """Every cell is 0."""
    CONSTANT = auto()
    """There is more than one cell, and all are equal; what is dead is constant too."""
    SATURATED = auto()
    """At least half of the cells lie at one or the other bound of the activation, or beyond it, or
    nearer to it than a thousandth of the distance between the two."""


def flags(array: Array, bounds: Bounds | None = None) -> Flag:
    """What is found in one pass over a tensor, in pieces, without a copy of the whole.

    Nothing is found in an empty tensor; in one of text, only that it is constant. NaN equals
    nothing, itself included. Complex numbers are 0, infinite and at a bound by their magnitude.

    Args:
        array: any shape, any dtype.
        bounds: lowest and highest value of the bounded activation that wrote it, such as (0, 1)
            for Sigmoid, HardSigmoid and Softmax, (-1, 1) for Tanh, Clip's own; None for others.
            Bounds that are not finite, or not in order, bound nothing.
    """
    if array.size == 0:
        return Flag(0)
    if not has_numbers(array.dtype):
        return _constant(array)
    look = _Look(bounds)
    with np.errstate(all="ignore"):
        for piece in pieces(array):
            look.at(piece if piece.dtype.kind in "biu" else reals(piece))
    found = look.found(array.size)
    if array.dtype.kind == "c":  # of one magnitude, but perhaps not equal
        found = found & ~Flag.CONSTANT | _constant(array)
    return found


class Bounds(NamedTuple):
    """Between what the values of a bounded activation lie."""

    low: float
    high: float

    @property
    def are_finite(self) -> bool:
        """Whether they bound anything: both finite, and in order."""
        return math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high

    def near(self, cells: Array) -> Array:
        """Which cells lie at a bound, beyond it, or nearer than a thousandth of the distance."""
        near = NEAR * (self.high - self.low)
        return (cells <= self.low + near) | (cells >= self.high - near)


class _Look:
    """What has been seen so far."""

    def __init__(self, bounds: Bounds | None) -> None:
        self._bounds = bounds if bounds is not None and bounds.are_finite else None
        self._at_bounds = 0
        self._low: Any = None
        self._high: Any = None
        self._flags = Flag(0)

    def at(self, piece: Array) -> None:
        """Look at some cells: real numbers, not none."""
        low, high = piece.min(), piece.max()
        # NaN spreads into both ends and an infinity is one of them: else all are finite.
        if not (np.isfinite(low) and np.isfinite(high)):
            self._flags |= Flag.NAN if np.isnan(piece).any() else Flag(0)
            self._flags |= Flag.INF if np.isinf(piece).any() else Flag(0)
        self._low = low if self._low is None else min(low, self._low)
        self._high = high if self._high is None else max(high, self._high)
        if self._bounds is not None:
            self._at_bounds += int(np.count_nonzero(self._bounds.near(piece)))

    def found(self, size: int) -> Flag:
        """What was found in a tensor of so many cells."""
        found = self._flags
        if not found & Flag.NAN and self._low == self._high:
            found |= Flag.DEAD if self._low == 0 else Flag(0)
            found |= Flag.CONSTANT if size > 1 else Flag(0)
        if self._bounds is not None and 2 * self._at_bounds >= size:
            found |= Flag.SATURATED
        return found


def _constant(array: Array) -> Flag:
    """CONSTANT where more than one cell is there and all are equal."""
    first = array[(0,) * array.ndim]
    same = array.size > 1 and all(bool(np.all(piece == first)) for piece in pieces(array))
    return Flag.CONSTANT if same else Flag(0)
