"""A class vector, read: raw values, scores, and which class is best."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]

_PROBABILITIES: Final = frozenset({"Softmax", "Sigmoid", "HardSigmoid"})
"""Kinds of node after which values are scores already."""

_SUM_TOLERANCE: Final = 1e-3
"""How far from 1 the sum of float16 or quantized probabilities may be."""


@dataclass(frozen=True, slots=True)
class Class:
    """One class of the answer."""

    index: int
    """Class number."""
    label: str | None
    """None where no label is known."""
    value: float | None
    """As the model gave it; None for NaN and infinities."""
    score: float | None
    """In 0..1: after softmax where one was applied, else the value; None with a NaN around."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A class vector, read."""

    raw: bool
    """Whether the model's values are raw (logits) rather than probabilities."""
    applied: Literal["softmax", "sigmoid"] | None
    """What was applied to raw values; no part of the model."""
    classes: tuple[Class, ...]
    """By class number."""
    top: tuple[int, ...]
    """Class numbers, best first; ties by number, NaN last."""


def read(
    array: npt.NDArray[Any],
    producing_kind: str | None,
    labels: Sequence[str] | None,
    *,
    single_output: bool,
    activation: Literal["auto", "none", "softmax", "sigmoid"] = "auto",
) -> Answer | None:
    """The classes of one output; None where it is no class vector, so that nothing is claimed.

    Args:
        array: the output: (1, N) or (N,), or (1, N, 1, 1) and (1, 1, 1, N), N at least 2, numbers.
        producing_kind: the ONNX operator that wrote it, None where not known.
        labels: class names by class number; missing and empty ones are None.
        single_output: whether the model has no other output.
        activation: what makes scores of values: ``auto`` is softmax where they are raw.
    """
    vector = vector_of(array) if single_output else None
    if vector is None:
        return None
    values = vector.astype(np.float64)
    raw = is_raw(values, producing_kind)
    if activation != "auto":
        raw = activation != "none"
    applied = None if not raw else ("sigmoid" if activation == "sigmoid" else "softmax")
    scores = _scores(values, applied)
    classes = tuple(
        Class(
            index,
            (labels[index] or None) if labels is not None and index < len(labels) else None,
            float(value) if math.isfinite(value) else None,
            None if scores is None else float(scores[index]),
        )
        for index, value in enumerate(values)
    )
    return Answer(raw, applied, classes, _best_first(values))


def is_raw(values: npt.NDArray[Any], producing_kind: str | None) -> bool:
    """Whether a vector, (N,), holds raw numbers rather than scores.

    Args:
        values: of the classes.
        producing_kind: the ONNX operator that wrote them, None where not known.
    """
    return producing_kind not in _PROBABILITIES and not _are_probabilities(
        values.astype(np.float64)
    )


def softmax(values: npt.ArrayLike) -> Floats:
    """exp(x) / sum(exp(x)) over the last axis, float64, without overflow; NaN spreads.

    Args:
        values: (..., N) numbers. Several infinities share the whole evenly.
    """
    x = np.asarray(values, np.float64)
    highest = np.max(x, axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", over="ignore"):
        # inf - inf is NaN, where the limit is 1; all minus infinity is no preference at all.
        shifted = np.where(x == highest, 0.0, x - highest)
    powers = np.exp(shifted)
    return powers / np.sum(powers, axis=-1, keepdims=True)


def sigmoid(values: npt.ArrayLike) -> Floats:
    """1 / (1 + exp(-x)), float64, without overflow."""
    x = np.asarray(values, np.float64)
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, small) / (1.0 + small)


def vector_of(array: npt.NDArray[Any]) -> npt.NDArray[Any] | None:
    """(N,) numbers, where the array is one vector of at least 2 and no map."""
    # V: bfloat16 and its like; complex numbers and words have no best.
    if array.dtype.kind not in "iufV" or array.dtype.fields is not None:
        return None
    shape = array.shape
    long = [axis for axis, length in enumerate(shape) if length != 1]
    if len(long) != 1 or shape[long[0]] < 2:
        return None
    # (1, N) and (N,), and what a global pooling leaves: channels first or last.
    if (len(shape), long[0]) not in ((1, 0), (2, 1), (4, 1), (4, 3)):
        return None
    return array.reshape(-1)


def _are_probabilities(values: Floats) -> bool:
    in_range = bool(np.all((values >= 0) & (values <= 1)))
    return in_range and abs(float(values.sum()) - 1) <= _SUM_TOLERANCE


def _scores(values: Floats, applied: str | None) -> Floats | None:
    if np.isnan(values).any():
        return None
    if applied is not None:
        return sigmoid(values) if applied == "sigmoid" else softmax(values)
    return values if bool(np.isfinite(values).all()) else None


def _best_first(values: Floats) -> tuple[int, ...]:
    """Positions by falling value; a stable sort keeps ties by number."""
    keys = np.where(np.isnan(values), np.inf, -values)
    order = np.lexsort((keys, np.isnan(values)))
    return tuple(int(index) for index in order)
