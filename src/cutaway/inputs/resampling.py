"""A sound at another rate: a windowed sinc, so that nothing above half the lower rate remains."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

_ZEROS = 16
"""Zero crossings of the sinc on each side."""

_BETA = 8.6
"""Of the Kaiser window: about 90 dB below the passband."""

_BLOCK = 1 << 15
"""Samples that are made at once, which bounds the memory."""


def resampled(sound: npt.NDArray[np.float32], before: float, after: int) -> npt.NDArray[np.float32]:
    """The same sound with another number of samples a second.

    Args:
        sound: (T, C).
        before: its rate.
        after: the wanted rate.

    Returns:
        (ceil(T * after / before), C) float32.
    """
    if before == after or not len(sound):
        return sound
    ratio = _ratio(before, after)
    count = resampled_length(len(sound), before, after)
    cut = min(1.0, float(ratio))
    reach = int(np.ceil(_ZEROS / cut))
    taps = np.arange(-reach + 1, reach + 1)
    padded = np.pad(sound, ((reach, reach + 1), (0, 0)))
    out = np.empty((count, sound.shape[1]), np.float32)
    kernels = _kernels(ratio, taps, cut)
    for begin in range(0, count, _BLOCK):
        n = np.arange(begin, min(count, begin + _BLOCK), dtype=np.int64)
        whole, phase = np.divmod(n * ratio.denominator, ratio.numerator)
        rows = kernels[phase]
        # Of each tap all samples at once: taps are few, samples many.
        total = np.zeros((len(n), sound.shape[1]), np.float32)
        for at, tap in enumerate(taps):
            total += rows[:, at, None] * padded[whole + tap + reach]
        out[begin : begin + len(n)] = total
    return out


def resampled_length(samples: int, before: float, after: int) -> int:
    """How many samples there are at the other rate."""
    ratio = _ratio(before, after)
    return -(-samples * ratio.numerator // ratio.denominator)


def _ratio(before: float, after: int) -> Fraction:
    return Fraction(after) / Fraction(before).limit_denominator(1000)


def _kernels(ratio: Fraction, taps: npt.NDArray[np.int64], cut: float) -> npt.NDArray[np.float32]:
    """(phases, taps): what each sample near is weighed by, for every place between two."""
    phases = np.arange(ratio.numerator)[:, None] / ratio.numerator
    away = taps[None, :] - phases
    inside = np.clip(1 - (away * cut / _ZEROS) ** 2, 0, None)
    weights = cut * np.sinc(away * cut) * np.i0(_BETA * np.sqrt(inside)) / np.i0(_BETA)
    weights[inside == 0] = 0
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
