"""The numbers of a sheet as the bits of float16, which every graphics card reads."""

from __future__ import annotations

import math

import numpy as np

from cutaway.pictures.statistics import Statistics
from cutaway.pictures.values import Array, has_numbers, reals

_NARROW = 1 / 64
"""Spread over size below which the cells are told from a centre instead of from zero."""

_LEAST = float(np.finfo(np.float32).smallest_subnormal)
_MOST = float(np.finfo(np.float32).max)

_LARGEST = float(np.finfo(np.float16).max)


def scaling(statistics: Statistics) -> tuple[float, float]:
    """The scale and centre that make a tensor's numbers precise in float16.

    Returns:
        ``scale``, a power of two that brings the largest finite magnitude between a half and 1
        (up to 2, or below a half, at the ends of the range of float32), so that zeros and signs
        stay exact; and ``center``, 0 but where all
        finite values have one sign and lie within 1/64 of their size of each other: then float16
        counts from the middle of them, a number that float32 holds.
    """
    low, high = statistics.min, statistics.max
    if low is None or high is None:
        return 1.0, 0.0
    center = _center(low, high)
    most = max(abs(low - center), abs(high - center))
    if most == 0:
        return 1.0, center
    exponent = math.frexp(most)[1]
    # What float32 holds gets a scale that graphics cards hold too: a normal float32.
    if _LEAST <= most <= _MOST:
        exponent = max(-126, min(exponent, 127))
    return math.ldexp(1.0, min(exponent, 1023)), center


def _center(low: float, high: float) -> float:
    same_sign = low > 0 or high < 0
    if not same_sign or (high - low) >= _NARROW * max(abs(low), abs(high)):
        return 0.0
    with np.errstate(all="ignore"):
        center = float(np.float32(low + (high - low) / 2))
    # What is beyond float32 (1e300, 1e-300) has no centre that the page could add.
    return center if math.isfinite(center) and (high - low) < abs(center) else 0.0


def encode(array: Array, scale: float, center: float) -> Array:
    """The bits of float16 of ``(x - center) / scale``.

    Args:
        array: any shape and dtype; complex numbers by magnitude; text becomes zeros.
        scale: a power of two.
        center: as ``scaling`` gave it.

    Returns:
        The same shape, uint16. NaN and infinities are kept, finite values beyond 65504 clamped,
        zeros keep their sign where ``center`` is 0.
    """
    if not has_numbers(array.dtype):
        return np.zeros(array.shape, np.uint16)
    values = reals(array)
    with np.errstate(all="ignore"):
        if center != 0:
            values = values.astype(np.float64, copy=False) - center
        # Divided in float64 where the scale leaves the normal range of float32.
        if values.dtype == np.float32 and not 2.0**-126 <= scale <= 2.0**127:
            values = values.astype(np.float64)
        scaled = values / values.dtype.type(scale)
        halves = np.asarray(np.clip(scaled, -_LARGEST, _LARGEST)).astype(np.float16)
        infinite = np.isinf(values)
        if infinite.any():
            halves[infinite] = values[infinite]
    return halves.view(np.uint16)


def decode(bits: Array, scale: float, center: float) -> Array:
    """The numbers that the page reads back: float32, computed as its shader does."""
    with np.errstate(all="ignore"):
        return bits.view(np.float16).astype(np.float32) * np.float32(scale) + np.float32(center)
