"""Class vectors of many entries at once: which class is best, and how sure that is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cutaway import outputs

Array: TypeAlias = npt.NDArray[Any]

_PROBABILITIES: Final[Collection[str]] = ("Softmax", "Sigmoid", "HardSigmoid")
"""Kinds of node after which values are scores already, as in ``outputs.read``."""
_SUM_TOLERANCE: Final = 1e-3


def vectors(array: Array, count: int) -> Array | None:
    """(count, F) numbers, an entry a row; None where the output is no vector for each.

    Args:
        array: one output: (count, F), or with axes of length 1 around.
        count: entries that went in.
    """
    if array.dtype.kind not in "iufV" or array.dtype.fields is not None or array.ndim == 0:
        return None
    if count == 1 and array.ndim == 1:
        array = array[None]
    if array.shape[0] != count or sum(n != 1 for n in array.shape[1:]) > 1 or array.size == 0:
        return None
    return array.reshape(count, -1)


def is_classes(array: Array, count: int, kind: str | None) -> bool:
    """Whether one entry's output is read as classes by ``outputs.read``."""
    if array.ndim == 0 or (count > 1 and array.shape[0] != count):
        return False
    return outputs.read(array[:1], kind, None, single_output=True) is not None


def scores(values: Array, kind: str | None, activation: str = "auto") -> Array:
    """(N, F) float64 in 0..1, row by row what ``outputs.read`` gives as scores.

    Args:
        values: (N, F) as the model gave them; a row with a NaN has no scores, but NaN.
        kind: the ONNX operator that wrote them, None where not known.
        activation: what makes scores of values: ``auto``, ``none``, ``softmax`` or ``sigmoid``.
    """
    real = values.astype(np.float64)
    if activation in ("softmax", "sigmoid"):
        found = outputs.sigmoid(real) if activation == "sigmoid" else outputs.softmax(real)
        return np.where(np.isnan(real).any(axis=1, keepdims=True), np.nan, found)
    if activation == "none":
        kind = "Softmax"
    if kind in _PROBABILITIES:
        return np.where(np.isfinite(real).all(axis=1, keepdims=True), real, np.nan)
    with np.errstate(invalid="ignore"):
        within = ((real >= 0) & (real <= 1)).all(axis=1)
        sure = within & (np.abs(real.sum(axis=1) - 1) <= _SUM_TOLERANCE)
    if sure.all():
        return real
    return np.where(sure[:, None], real, outputs.softmax(real))


def best(values: Array, kind: str | None, activation: str = "auto") -> tuple[Array, Array]:
    """The best class of each row and its score: (N,) int32 and (N,) float32.

    Ties go to the lower number and NaN comes last; a row that holds a NaN has the score NaN.
    """
    if np.isfinite(values).all():
        top = values.argmax(axis=1)
        found = scores(values, kind, activation)[np.arange(len(values)), top]
        return top.astype(np.int32), found.astype(np.float32)
    real = values.astype(np.float64)
    known = np.logical_not(np.isnan(real))
    seen = np.where(known, real, -np.inf)
    # Where all that is known is minus infinity, NaN still comes after it.
    ranked = np.where(known & np.isneginf(real), np.finfo(np.float64).min, seen)
    top = ranked.argmax(axis=1)
    with np.errstate(invalid="ignore"):
        found = scores(values, kind, activation)[np.arange(len(values)), top]
    found = np.where(np.isnan(real).any(axis=1), np.nan, found)
    return top.astype(np.int32), found.astype(np.float32)


def nearest(vectors_: Array, entry: int, count: int) -> tuple[Array, Array]:
    """The entries whose vectors point most nearly the same way: numbers and cosines.

    Args:
        vectors_: (N, F), NaN for entries without one.
        entry: whose neighbours are wanted; it is not among them.
        count: how many at most.
    """
    query = vectors_[entry].astype(np.float32)
    cosines = np.empty(len(vectors_), np.float32)
    own = float(np.linalg.norm(query))
    for first in range(0, len(vectors_), 4096):  # so that a mapped file is never all in memory
        part = vectors_[first : first + 4096].astype(np.float32)
        norms = np.linalg.norm(part, axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            cosines[first : first + 4096] = part @ query / (norms * own)
    cosines[~np.isfinite(cosines)] = -np.inf
    cosines[entry] = -np.inf
    order = np.argsort(-cosines, kind="stable")[:count]
    order = order[np.isfinite(cosines[order])]
    return order, cosines[order]
