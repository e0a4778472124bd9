"""Two tensors of one shape beside one another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from cutaway.pictures.values import Array, has_numbers, reals

_PIECE = 1 << 18


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Two numbers pass where they are apart by ``absolute + relative * |reference|`` at most."""

    absolute: float
    relative: float


_BY_BYTES: Final = {8: Tolerance(1e-10, 1e-7), 4: Tolerance(1e-5, 1e-3), 2: Tolerance(1e-3, 1e-2)}


def tolerance(dtype: np.dtype[Any]) -> Tolerance:
    """What two engines that are both right may differ by, by experience; integers by nothing."""
    if dtype.kind in "biuOSU" or "int" in dtype.name:
        return Tolerance(0.0, 0.0)
    if dtype.kind == "c":
        return _BY_BYTES[min(8, dtype.itemsize // 2)]
    return _BY_BYTES.get(dtype.itemsize, Tolerance(0.1, 0.1))


@dataclass(frozen=True, slots=True)
class Apart:
    """How far two tensors are apart."""

    absolute: float
    """The largest difference; infinite where one number is finite and the other is not."""
    relative: float
    """The largest difference over the larger of both magnitudes, 0 to 2, or infinite."""
    at: int | None
    """Place in row-major order of the element farthest past the tolerance; None of none."""
    passes: bool


def apart(ours: Array, theirs: Array, allowed: Tolerance) -> Apart:
    """How far a tensor is from its reference, looked at piece by piece.

    NaN beside NaN and an infinity beside the same one are equal. Words are equal or not.

    Args:
        ours: any shape and dtype.
        theirs: the reference, of the same shape.
        allowed: what the two may be apart by.
    """
    worst, absolute, relative, at = -math.inf, 0.0, 0.0, None
    flat, other = _flat(ours), _flat(theirs)
    for start in range(0, ours.size, _PIECE):
        a, b = flat[start : start + _PIECE], other[start : start + _PIECE]
        difference, share, past = _piece(np.asarray(a), np.asarray(b), allowed)
        absolute, relative = (
            max(absolute, float(difference.max())),
            max(relative, float(share.max())),
        )
        here = int(past.argmax())
        if float(past[here]) > worst:
            worst, at = float(past[here]), start + here
    return Apart(absolute, relative, at, worst <= 0)


def _flat(array: Array) -> Any:
    return array.reshape(-1) if array.flags.c_contiguous else array.flat


def _piece(a: Array, b: Array, allowed: Tolerance) -> tuple[Array, Array, Array]:
    """Differences, their share of the larger magnitude, and how far past the tolerance they are."""
    if not (has_numbers(a.dtype) and has_numbers(b.dtype)):
        differ = np.where(a.astype(str) == b.astype(str), 0.0, np.inf)
        return differ, differ, differ
    with np.errstate(all="ignore"):
        x, y = _wide(a), _wide(b)
        if whole := _are_integers(a, b):
            same = np.asarray(a == b)
        else:
            same = (x == y) | (np.isnan(x) & np.isnan(y))
        difference = _distance(a, b) if whole else np.abs(x - y)
        difference = np.where(same, 0.0, difference)
        # NaN beside a number, or two infinities that differ.
        difference = np.where(np.isnan(difference), np.inf, difference)
        size = np.maximum(np.abs(x), np.abs(y))
        share = np.where(same, 0.0, difference / np.where(size > 0, size, 1))
        share = np.where(np.isnan(share), np.inf, share)
        past = difference - (allowed.absolute + allowed.relative * np.abs(y))
        past = np.where(same, -np.inf, np.where(np.isnan(past), np.inf, past))
    # What is the same is not past anything, yet the place of the worst must be one that differs.
    return difference, share, np.where(np.isneginf(past), -np.finfo(np.float64).max, past)


def _are_integers(a: Array, b: Array) -> bool:
    """Whether two arrays are of whole numbers of one sign, whose differences are told exactly."""
    return a.dtype.kind == b.dtype.kind and a.dtype.kind in "biu"


def _distance(a: Array, b: Array) -> Array:
    """How far whole numbers are apart; float64, rounded only once, beyond 2^53."""
    # Less and larger wrap alike in 64 bits, so that what lies between them is right.
    return (np.maximum(a, b).astype(np.uint64) - np.minimum(a, b).astype(np.uint64)).astype(
        np.float64
    )


def _wide(array: Array) -> Array:
    return array if array.dtype.kind == "c" else reals(array).astype(np.float64, copy=False)


def difference(ours: Array, theirs: Array) -> Array:
    """The reference less the tensor, float32 where both fit, else float64; complex stays complex.

    Words are 1 where they differ.
    """
    if not (has_numbers(ours.dtype) and has_numbers(theirs.dtype)):
        return (ours.astype(str) != theirs.astype(str)).astype(np.float32)
    if "c" in (ours.dtype.kind, theirs.dtype.kind):
        return theirs.astype(np.complex128) - ours.astype(np.complex128)
    if _are_integers(ours, theirs) and ours.dtype.itemsize == 8:
        return np.where(theirs < ours, -1.0, 1.0) * _distance(ours, theirs)
    x, y = reals(ours), reals(theirs)
    with np.errstate(all="ignore"):
        return y - x
