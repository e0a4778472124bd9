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


@dataclass(frozen=True, slots=True)
class BoxDoc:
    """The part of one earlier tensor that a number depends on, half-open along every axis."""

    value: int
    low: list[int]
    high: list[int]
    whole: bool
    """Whether that is all of it."""
    exact: bool
    """False where the box may be larger than what counts: ``why`` says why."""
    why: str


@dataclass(frozen=True, slots=True)
class FieldDoc:
    """The theoretical receptive field of one number, the nearest tensors first."""

    value: int
    index: list[int]
    fields: list[BoxDoc]
    inputs: list[int]
    """Of the values in ``fields``, the inputs of the network."""


class Explainer:
    """What is told of single numbers of one run."""

    def __init__(self, model: Model, tensors: Mapping[int, Array]) -> None:
        self._model, self._tensors = model, tensors
        self._fields = arithmetic.Fields(model.graph, self._tensor)

    def answer(self, value: int, what: str, flat: str) -> Answer:
        """The SumDoc (``sum``) or FieldDoc (``field``) of one element of a value that was kept.

        Args:
            value: its id.
            what: is asked.
            flat: the element's place in row-major order, as in the key.

        Raises:
            UnknownKey: there is no such element.
        """
        output, graph = self._tensors[value], self._model.graph
        at = whole(flat, output.size, f"elements of '{graph.values[value].name}'")
        index = tuple(int(place) for place in np.unravel_index(at, output.shape))
        if what == "field":
            return as_json(self._field(value, index))
        return as_json(arithmetic.explain(graph, value, index, output, self._tensor))

    def _field(self, value: int, index: tuple[int, ...]) -> FieldDoc:
        boxes = [self._box(field) for field in self._fields.of(value, index)]
        inputs = [box.value for box in boxes if box.value in self._model.graph.inputs]
        return FieldDoc(value, list(index), boxes, inputs)

    def _box(self, field: arithmetic.Field) -> BoxDoc:
        low, high = ([ends[i] for ends in field.box] for i in (0, 1))
        held = self._tensors[field.value].shape
        whole = all(a == 0 and b == n for a, b, n in zip(low, high, held, strict=True))
        return BoxDoc(field.value, low, high, whole, not field.why, field.why)

    def _tensor(self, number: int) -> Array | None:
        if self._model.graph.values[number].what in ("weight", "constant"):
            return self._model.weight(number)
        return self._tensors.get(number)
