"""What is remarkable about a tensor as a whole, in one pass: for finding it among thousands."""

from __future__ import annotations

import enum

import numpy as np

from cutaway.pictures.statistics import pieces
from cutaway.pictures.values import Array, has_numbers, reals

_NEAR = 1e-3
"""A cell is at a bound when it lies within this share of the range of it."""

_MANY = 0.5
"""From this share of cells at the bounds on, a tensor is saturated."""


class Flag(enum.IntFlag):
    """Any of these may hold at once."""

    NONE = 0
    NAN = 1
    """At least one cell is not a number."""
    INF = 2
    """At least one cell is infinite."""
    DEAD = 4
    """Every cell is zero."""
    CONSTANT = 8
    """More than one cell, and all are equal."""
    SATURATED = 16
    """At least half of the cells lie within a thousandth of the range of one of its bounds."""


def flags(array: Array, bounds: tuple[float, float] | None = None) -> Flag:
    """The flags of a tensor of any shape, dtype and strides, read in pieces, never copied whole.

    Args:
        array: the tensor; text and objects have no flags.
        bounds: between what its values lie by their nature, such as (0, 1) after a sigmoid; None
            where nothing bounds them: then it is never saturated.
    """
    if not has_numbers(array.dtype) or array.size == 0:
        return Flag.NONE
    found = Flag.NONE
    low, high, at_bounds = np.inf, -np.inf, 0
    for piece in pieces(array):
        values = reals(piece)
        least, most = float(values.min()), float(values.max())
        if not (np.isfinite(least) and np.isfinite(most)):
            found |= _unusual(values)
        # NaN makes both of these false in turn, so that the tensor is not taken for constant.
        low, high = np.minimum(low, least), np.maximum(high, most)
        if bounds is not None:
            at_bounds += _at_bounds(values, bounds)
    if low == high == 0:
        found |= Flag.DEAD
    if low == high and array.size > 1:
        found |= Flag.CONSTANT
    if at_bounds >= array.size * _MANY and bounds is not None:
        found |= Flag.SATURATED
    return found


def _unusual(values: Array) -> Flag:
    found = Flag.NONE
    if np.isnan(values).any():
        found |= Flag.NAN
    if np.isinf(values).any():
        found |= Flag.INF
    return found


def _at_bounds(values: Array, bounds: tuple[float, float]) -> int:
    low, high = bounds
    near = (high - low) * _NEAR
    return int(np.count_nonzero((values <= low + near) | (values >= high - near)))
