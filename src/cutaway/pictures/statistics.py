"""What a tensor holds, in numbers: two passes over pieces that stay in the processor's cache."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from cutaway.pictures.pieces import PIECE, pieces
from cutaway.pictures.ranks import Ranks, ranks
from cutaway.pictures.robust import robust_range, sample_step
from cutaway.pictures.values import Array, has_numbers, reals

BINS = 64
"""Bins of a histogram."""

_LARGE, _SMALL = 1e100, 1e-100
"""Beyond these, squares and ranges could leave float64: such tensors are scaled on the way."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often finite values fall into each of 64 equally wide bins."""

    low: float
    """The smallest finite value; where it equals ``high``, the first bin holds all."""
    high: float
    """The largest finite value, which is counted in the last bin."""
    counts: tuple[int, ...]
    """64 of them."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Over the finite values of a tensor; complex numbers count by their magnitude.

    A tensor of text or objects has a size only.
    """

    size: int
    """Number of elements, whatever they are."""
    min: float | None = None
    """None where no value is finite, as are ``max``, ``mean``, ``std`` and ``robust``."""
    max: float | None = None
    mean: float | None = None
    std: float | None = None
    """Of the population: the root of the mean squared distance from the mean."""
    zeros: int = 0
    """Values equal to 0."""
    nan: int = 0
    """Values that are not a number."""
    inf: int = 0
    """Infinite values of either sign."""
    robust: tuple[float, float] | None = None
    """A range that a few outliers do not stretch: the 0.5 and 99.5 percentiles; of the values
    that are not zero (widened to hold zero) where nine in ten are."""
    sampled: bool = False
    """Whether ``robust`` is of an evenly strided sample of at most 2^15 values, not of all."""
    signed: bool = False
    """Whether any finite value is negative."""
    histogram: Histogram | None = None
    ranks: Ranks | None = None
    """Percentiles and octaves."""


def statistics(array: Array, *, spread: bool = True) -> Statistics:
    """The statistics of a tensor of any shape, dtype and strides, read in pieces, never copied.

    Sums are kept in float64. NaN and infinities are counted and otherwise left out.

    Args:
        array: the tensor.
        spread: whether to go over it a second time, for ``mean``, ``std``, ``histogram``
            and ``ranks``; they are None otherwise.
    """
    if not has_numbers(array.dtype) or array.size == 0:
        return Statistics(size=array.size)
    step = sample_step(array.size)
    found = _survey(array, step)
    if found.low > found.high:
        return Statistics(size=array.size, nan=found.nan, inf=found.inf)
    mean, std, histogram = _spread(array, found) if spread else (None, None, None)
    return Statistics(
        size=array.size,
        nan=found.nan,
        inf=found.inf,
        min=found.low,
        max=found.high,
        mean=mean,
        std=std,
        zeros=found.zeros,
        robust=robust_range(found.sample, found.low, found.high, any_zero=found.zeros > 0),
        sampled=step > 1,
        signed=found.low < 0,
        histogram=histogram,
        ranks=ranks(array, found.zeros) if spread else None,
    )


@dataclass(slots=True)
class _Survey:
    """What the first pass finds."""

    low: float = math.inf
    high: float = -math.inf
    zeros: int = 0
    nan: int = 0
    inf: int = 0
    samples: list[Array] = field(default_factory=list[Array])

    @property
    def sample(self) -> Array:
        """Every ``step``-th element, as float32 or float64."""
        return self.samples[0] if len(self.samples) == 1 else np.concatenate(self.samples)


def _survey(array: Array, step: int) -> _Survey:
    found = _Survey()
    passed = 0
    with np.errstate(all="ignore"):
        for piece in pieces(array):
            values = reals(piece)
            part = values[-passed % step :: step]
            # A long sample must not keep whole pieces alive.
            found.samples.append(part.copy() if step > 1 else part)
            passed += values.size
            found.zeros += int(np.count_nonzero(values == 0))
            low, high = float(values.min()), float(values.max())
            # NaN spreads into both ends and an infinity is one of them: else all are finite.
            if not (math.isfinite(low) and math.isfinite(high)):
                nan = int(np.count_nonzero(np.isnan(values)))
                finite = values[np.isfinite(values)]
                found.nan += nan
                found.inf += values.size - nan - finite.size
                if finite.size == 0:
                    continue
                low, high = float(finite.min()), float(finite.max())
            found.low, found.high = min(found.low, low), max(found.high, high)
    return found


def _spread(array: Array, found: _Survey) -> tuple[float, float, Histogram]:
    """Mean, standard deviation and histogram of the finite values.

    Means and squared distances of pieces are merged by the pairwise update of Chan, Golub and
    LeVeque (1979), which loses nothing where the mean is large beside the spread.
    """
    low, high = found.low, found.high
    if low == high:
        count = array.size - found.nan - found.inf
        return low, 0.0, Histogram(low, high, (count,) + (0,) * (BINS - 1))
    unit = _unit(max(abs(low), abs(high)))
    start, per_bin = low * unit, BINS / (high * unit - low * unit)
    counts = np.zeros(BINS + 1, np.int64)
    count, mean, squares = 0, 0.0, 0.0
    scratch = np.empty(min(PIECE, array.size), np.float64)
    for values in _finite_pieces(array, all_finite=found.nan + found.inf == 0):
        if unit != 1.0:
            np.multiply(values, unit, out=values)
        work = scratch[: values.size]
        here = float(values.sum()) / values.size
        np.subtract(values, here, out=work)
        np.multiply(work, work, out=work)
        apart, total = here - mean, count + values.size
        squares += float(work.sum()) + apart * apart * count * values.size / total
        mean += apart * values.size / total
        count = total
        np.subtract(values, start, out=work)
        np.multiply(work, per_bin, out=work)
        counts += np.bincount(work.astype(np.intp), minlength=BINS + 1)
    counts[BINS - 1] += counts[BINS]
    return (
        min(max(mean / unit, low), high),
        math.sqrt(squares / count) / unit,
        Histogram(low, high, tuple(counts[:BINS].tolist())),
    )


def _unit(magnitude: float) -> float:
    """A power of two to multiply by so that squares stay within float64; mostly 1."""
    if _SMALL < magnitude < _LARGE:
        return 1.0
    return math.ldexp(1.0, max(-1000, min(1000, -math.frexp(magnitude)[1])))


def _finite_pieces(array: Array, *, all_finite: bool) -> Iterator[Array]:
    """1-D float64 pieces that may be written to."""
    own = np.empty(min(PIECE, array.size), np.float64)
    for piece in pieces(array):
        values = reals(piece)
        if not all_finite:
            values = values[np.isfinite(values)]
            if values.size == 0:
                continue
        into = own[: values.size]
        np.copyto(into, values)
        yield into
