"""A range that a few outliers do not stretch."""

from __future__ import annotations

import math

import numpy as np

from cutaway.pictures.values import Array

SAMPLE = 1 << 15
"""Most values that percentiles are taken of."""

_LOW, _HIGH = 0.005, 0.995
_MOSTLY = 0.9
"""Share of zeros from which on the other values alone set the range."""


def sample_step(size: int) -> int:
    """Every how many elements one is taken, 1 where all are.

    It has no divisor in common with the size, so that a sample of maps whose channels lie last
    meets every channel.
    """
    step = max(1, -(-size // SAMPLE))
    while math.gcd(step, size) > 1:
        step += 1
    return step


def robust_range(sample: Array, low: float, high: float, *, any_zero: bool) -> tuple[float, float]:
    """The 0.5 and 99.5 percentiles of the finite values, or what serves in their place.

    Where nine in ten are zero (after a ReLU, in a sparse tensor) those of the values that are not
    zero, widened to hold zero: else the few that count would all be drawn as saturated. Where
    both percentiles fall on one value, the whole range.

    Args:
        sample: (n,) float32 or float64, NaN and infinities among them.
        low: the smallest finite value of the whole tensor.
        high: its largest.
        any_zero: whether any value of the whole tensor is zero.
    """
    finite = sample
    if not np.isfinite(sample).all():
        finite = sample[np.isfinite(sample)]
    if finite.size == 0:
        return low, high
    other = finite
    if any_zero and np.count_nonzero(finite == 0) > _MOSTLY * finite.size:
        other = finite[finite != 0]
        if other.size == 0:
            return low, high
    bottom, top = _percentiles(other)
    if other is not finite:
        bottom, top = min(bottom, 0.0), max(top, 0.0)
    return (bottom, top) if bottom < top else (low, high)


def _percentiles(values: Array) -> tuple[float, float]:
    """The 0.5 and 99.5 percentiles, between neighbours by straight lines as NumPy does."""
    last = values.size - 1
    places = (_LOW * last, _HIGH * last)
    wanted = sorted({end for place in places for end in (math.floor(place), math.ceil(place))})
    ordered = np.partition(values, wanted)
    bottom, top = (
        between(float(ordered[math.floor(p)]), float(ordered[math.ceil(p)]), p % 1) for p in places
    )
    return bottom, top


def between(low: float, high: float, part: float) -> float:
    """What lies a part of the way from one number to the next, never beyond either."""
    # Each times its share: the distance of the ends of float64 would be infinite.
    return min(max(low * (1 - part) + high * part, low), high)
