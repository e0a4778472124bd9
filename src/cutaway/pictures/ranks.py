"""Percentiles and magnitudes of a tensor of any size, exact, without sorting or copying it.

A float's bits, read as an unsigned integer with the sign turned, are in the order of the floats.
So the elements are counted by the upper sixteen bits, and only those that share them with a wanted
rank are looked at again: a radix selection, most significant digit first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from cutaway.pictures.pieces import pieces
from cutaway.pictures.robust import between
from cutaway.pictures.values import Array, reals

PERCENTILES = (0.1, 1.0, 5.0, 25.0, 50.0, 75.0, 95.0, 99.0, 99.9)

_DIGIT = 16
"""Bits told apart in one pass."""

_DIGITS = 1 << _DIGIT
_SORTED = 1 << 21
"""Elements that are sorted rather than counted once more, and that wait to be counted."""

_MOST_BINS = 64


@dataclass(frozen=True, slots=True)
class Octaves:
    """How often finite magnitudes fall into each of equally many factors of two."""

    low: int
    """The first bin begins at ``2 ** low``."""
    step: int
    """A bin reaches over this many factors of two."""
    zeros: int
    """Values equal to 0, which are in no bin."""
    negative: tuple[int, ...]
    """Of magnitudes by bin, and as many in ``positive``; what is too small for a full mantissa
    (denormal) is in the first."""
    positive: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ranks:
    """What the order of the finite values of a tensor tells."""

    percentiles: tuple[tuple[float, float], ...]
    """Pairs of a percentage and the value that so many lie at or below; between two neighbours by
    straight lines, as NumPy's default does."""
    octaves: Octaves


def ranks(array: Array, zeros: int) -> Ranks | None:
    """Percentiles and octaves over the finite values; None where there are none.

    Args:
        array: any shape and strides, a dtype with numbers; complex numbers by magnitude.
        zeros: how many of its values equal 0.
    """
    counts = _counts(array)
    total = int(counts.sum())
    if total == 0:
        return None
    places = [percent / 100 * (total - 1) for percent in PERCENTILES]
    ends = sorted({end for place in places for end in (math.floor(place), math.ceil(place))})
    values = dict(zip(ends, _Selection(array, counts, ends).values(), strict=True))
    found = (between(values[math.floor(p)], values[math.ceil(p)], p % 1) for p in places)
    return Ranks(tuple(zip(PERCENTILES, found, strict=True)), _octaves(array, counts, zeros))


def _counts(array: Array) -> Array:
    """``(65536,) int64``: finite values by the upper sixteen bits of their float."""
    counts = np.zeros(_DIGITS, np.int64)
    for bits in _bits(array):
        counts += np.bincount(_upper(bits).astype(np.intp), minlength=_DIGITS)
    # Where the exponent is all ones the value is NaN or infinite.
    ones = ((1 << _exponent_bits(array)) - 1) << _mantissa_bits(array)
    counts[(np.arange(_DIGITS) & ones) == ones] = 0
    return counts


def _bits(array: Array) -> Iterator[Array]:
    """The floats of an array as unsigned integers, 1-D piece by piece."""
    for piece in pieces(array):
        values = np.ascontiguousarray(reals(piece))
        yield values.view(f"u{values.dtype.itemsize}")


def _upper(bits: Array) -> Array:
    return bits >> bits.dtype.type(bits.dtype.itemsize * 8 - _DIGIT)


def _width(array: Array) -> int:
    """Bits of the floats that its elements are counted as."""
    return reals(np.empty(0, array.dtype)).dtype.itemsize * 8


def _exponent_bits(array: Array) -> int:
    return 8 if _width(array) == 32 else 11


def _mantissa_bits(array: Array) -> int:
    """Of the upper sixteen bits, those of the mantissa."""
    return _DIGIT - 1 - _exponent_bits(array)


def _keys(bits: Array) -> Array:
    """Unsigned integers in the order of the floats."""
    width = bits.dtype.itemsize * 8
    top = bits.dtype.type(1 << (width - 1))
    negative = (bits & top) != 0
    return np.where(negative, ~bits, bits | top)


def _floats(keys: Array) -> Array:
    top = keys.dtype.type(1 << (keys.dtype.itemsize * 8 - 1))
    bits = np.where((keys & top) != 0, keys ^ top, ~keys)
    return bits.view(f"f{keys.dtype.itemsize}")


class _Selection:
    """The values at some ranks, found digit by digit."""

    def __init__(self, array: Array, counts: Array, wanted: Sequence[int]) -> None:
        self._array = array
        self._width = _width(array)
        self._type = np.dtype(f"u{self._width // 8}")
        # From the order of bits to that of floats: negative numbers come first, turned round.
        by_key = np.concatenate([counts[: _DIGITS // 2 - 1 : -1], counts[: _DIGITS // 2]])
        self._known = _DIGIT
        self._prefixes, self._offsets, self._sizes = _located(
            by_key[None], np.zeros(1, np.uint64), [(0, rank) for rank in wanted]
        )

    def values(self) -> list[float]:
        """In the order of the ranks."""
        while self._known < self._width:
            if int(self._distinct()[1].sum()) <= _SORTED:
                return self._by_sorting()
            self._count_on()
        keys = self._prefixes.astype(self._type)
        return [float(value) + 0.0 for value in _floats(keys)]

    def _distinct(self) -> tuple[Array, Array, Array]:
        """The prefixes without repetition, how many elements have each, and the way back."""
        prefixes, first, back = np.unique(self._prefixes, return_index=True, return_inverse=True)
        return prefixes, self._sizes[first], back

    def _by_sorting(self) -> list[float]:
        prefixes, sizes, back = self._distinct()
        values = _floats(np.sort(np.concatenate(list(self._sharing(prefixes)))))
        begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        return [float(value) + 0.0 for value in values[begins[back] + self._offsets]]

    def _count_on(self) -> None:
        prefixes, _, back = self._distinct()
        counts = np.zeros(len(prefixes) * _DIGITS, np.int64)
        self._known += _DIGIT
        shift = self._type.type(self._width - self._known)
        for keys in _gathered(self._sharing(prefixes, self._known - _DIGIT)):
            slot = np.searchsorted(prefixes, self._prefix(keys, self._known - _DIGIT))
            digit = (keys >> shift) & self._type.type(_DIGITS - 1)
            index = slot * _DIGITS + digit.astype(np.intp)
            counts += np.bincount(index, minlength=len(counts))
        asked = list(zip(back.tolist(), self._offsets.tolist(), strict=True))
        self._prefixes, self._offsets, self._sizes = _located(
            counts.reshape(len(prefixes), _DIGITS), prefixes, asked
        )

    def _prefix(self, keys: Array, known: int) -> Array:
        return (keys >> self._type.type(self._width - known)).astype(np.uint64)

    def _sharing(self, prefixes: Array, known: int | None = None) -> Iterator[Array]:
        """The keys of all elements that begin with one of these prefixes, piece by piece."""
        known = self._known if known is None else known
        first = (prefixes >> np.uint64(known - _DIGIT)).astype(np.intp)
        half = _DIGITS // 2
        table = np.zeros(_DIGITS, bool)
        table[np.where(first >= half, first - half, _DIGITS - 1 - first)] = True
        for bits in _bits(self._array):
            keys = _keys(bits[table[_upper(bits)]])
            if known > _DIGIT:
                keys = keys[np.isin(self._prefix(keys, known), prefixes)]
            if keys.size:
                yield keys


def _located(
    counts: Array, prefixes: Array, asked: Sequence[tuple[int, int]]
) -> tuple[Array, Array, Array]:
    """The next digit of each rank: the longer prefix, the rank within it, how many have it.

    Args:
        counts: ``(prefixes, 65536)`` elements by their next digit.
        prefixes: ``(prefixes,) uint64``.
        asked: the prefix and the rank within it of each.
    """
    ends = counts.cumsum(axis=1)
    digits = [int(np.searchsorted(ends[one], rank, side="right")) for one, rank in asked]
    sizes = [int(counts[one, digit]) for (one, _), digit in zip(asked, digits, strict=True)]
    offsets = [
        rank - int(ends[one, digit]) + size
        for (one, rank), digit, size in zip(asked, digits, sizes, strict=True)
    ]
    longer = [
        (int(prefixes[one]) << _DIGIT) + digit
        for (one, _), digit in zip(asked, digits, strict=True)
    ]
    return np.array(longer, np.uint64), np.array(offsets, np.int64), np.array(sizes, np.int64)


def _gathered(parts: Iterator[Array]) -> Iterator[Array]:
    """Longer pieces out of short ones, so that counting them pays."""
    waiting: list[Array] = []
    size = 0
    for part in parts:
        waiting.append(part)
        size += part.size
        if size >= _SORTED:
            yield np.concatenate(waiting)
            waiting, size = [], 0
    if waiting:
        yield np.concatenate(waiting)


def _octaves(array: Array, counts: Array, zeros: int) -> Octaves:
    exponents = 1 << _exponent_bits(array)
    by_sign = counts.reshape(2, exponents, -1).sum(axis=2)
    by_sign[:, 0] = _denormal(array) if by_sign[:, 0].sum() > zeros else 0
    used = np.flatnonzero(by_sign.sum(axis=0))
    first, last = (int(used[0]), int(used[-1])) if used.size else (0, -1)
    bias = exponents // 2 - 1
    step = max(1, -(-(last + 1 - first) // _MOST_BINS))
    edges = range(first, last + 1 + step, step)
    positive, negative = (tuple(int(row[a:b].sum()) for a, b in pairwise(edges)) for row in by_sign)
    return Octaves(first - bias, step, zeros, negative, positive)


def _denormal(array: Array) -> tuple[int, int]:
    """How many positive and negative values are too small for a full mantissa, and not zero."""
    positive = negative = 0
    for piece in pieces(array):
        values = reals(piece)
        small = np.abs(values) < np.finfo(values.dtype).smallest_normal
        positive += int(np.count_nonzero(small & (values > 0)))
        negative += int(np.count_nonzero(small & (values < 0)))
    return positive, negative
