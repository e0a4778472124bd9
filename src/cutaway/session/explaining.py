"""The sum behind a number, as the page gets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from cutaway import arithmetic
from cutaway.loaders import Model
from cutaway.session.answer import Answer, as_json
from cutaway.session.keys import whole
from cutaway.trace import Array


@dataclass(frozen=True, slots=True)
class OperandDoc:
    """One number and where it lies."""

    value: int | None
    """Null for a factor that follows from the operator's attributes."""
    index: list[int]
    """Of padding, outside the tensor."""
    text: str
    """The exact number, in its own dtype."""
    number: float | None
    """Null where it is no finite real number: the text tells."""


@dataclass(frozen=True, slots=True)
class TermDoc:
    """One term: a number, its weight where it has one, and their product."""

    input: OperandDoc
    weight: OperandDoc | None
    product: float | None
    """Null where the numbers themselves are put together."""
    padding: bool
    chosen: bool
    """Of an extreme, whether this number is the result."""


@dataclass(frozen=True, slots=True)
class WindowDoc:
    """The cells of one tensor that were read: half-open boxes, padding clipped off."""

    read: int
    """Position in the node's reads."""
    value: int
    role: str
    low: list[int]
    high: list[int]
    step: list[int]
    padding: int
    """Number of cells outside the tensor."""


@dataclass(frozen=True, slots=True)
class SumStepDoc:
    """One stage on the way to the result."""

    words: str
    number: float | None
    expression: str


@dataclass(frozen=True, slots=True)
class SumDoc:
    """The arithmetic of one number: ``cutaway.arithmetic.Sum``, lists for tuples."""

    value: int
    index: list[int]
    node: int | None
    """Null for what was fed."""
    name: str
    """Of the node; of the value where no node wrote it."""
    op: str
    kind: str | None
    dtype: str
    form: Literal["products", "extreme", "mean", "formula", "copy", "none"]
    windows: list[WindowDoc]
    count: int
    shown: int
    """Terms in ``terms``: of more than 1,024 those whose products are largest."""
    terms: list[TermDoc]
    steps: list[SumStepDoc]
    expression: str
    computed: float | None
    """In float64, or exact for integers; null where it is no finite real number."""
    computed_text: str
    captured: float | None
    captured_text: str
    difference: float | None
    """Captured less computed."""
    bound: float | None
    """How far rounding alone may take a correct engine; null where that has no limit."""
    absolute: float | None
    """Sum of the magnitudes of what was added up."""
    verdict: Literal["equal", "rounding", "differs"] | None
    note: str
    """Why there is no arithmetic, or what the bound allows for; else empty."""


def explained(model: Model, tensors: Mapping[int, Array], value: int, flat: str) -> Answer:
    """The SumDoc of one element of a value that a run kept; raises UnknownKey.

    Args:
        model: that ran.
        tensors: of the run, by value id.
        value: id of one of them.
        flat: the element's place in row-major order, as in the key.
    """
    values, output = model.graph.values, tensors[value]
    at = whole(flat, output.size, f"elements of '{values[value].name}'")
    index = tuple(int(place) for place in np.unravel_index(at, output.shape))

    def tensor(number: int) -> Array | None:
        if values[number].what in ("weight", "constant"):
            return model.weight(number)
        return tensors.get(number)

    return as_json(arithmetic.explain(model.graph, value, index, output, tensor))
