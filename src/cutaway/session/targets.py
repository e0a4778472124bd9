"""The inputs of a model, and what each wants: the file's word, then the user's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

from cutaway import inputs
from cutaway.errors import InputError
from cutaway.graph import Dim, Graph, Value
from cutaway.session.carried import is_state
from cutaway.session.indices import lengths_indexed
from cutaway.trace import Array

Shapes: TypeAlias = Mapping[str, tuple[int | None, ...]]
"""Lengths that the user chose, by the input's name; None for an axis left as the model has it."""


@dataclass(frozen=True)
class Targets:
    """A model's inputs, the main one apart."""

    graph: Graph
    hints: Mapping[str, Any]
    """What the file says of the main input's values."""
    shapes: Shapes
    """Shapes that the user chose, by the input's name; an empty name is the main input's."""

    def __post_init__(self) -> None:
        """Refuse a shape for an input that is none; raises InputError."""
        names = [self.graph.values[i].name for i in self.graph.inputs]
        for name in self.shapes:
            if name and name not in names:
                raise InputError(
                    f"a shape was given for '{name}', which is no input of this model; its inputs "
                    f"are {', '.join(names) or 'none'}"
                )

    @cached_property
    def main(self) -> Value:
        """The input that a picture goes to: the first that can hold one, else the first.

        What the model carries from run to run is left to itself: it begins with zeros.
        """
        values = [self.graph.values[i] for i in self.graph.inputs]
        if not values:
            raise InputError("the model has no input: there is nothing to feed")
        if len(values) > 1:
            values = [v for v in values if not is_state(self.graph, v.id)] or values
        pictures = [v for v in values if v.shape is not None and len(v.shape) in (3, 4)]
        return (pictures or values)[0]

    @cached_property
    def target(self) -> inputs.Target:
        """What the main input wants."""
        return self._of(self.main, self.hints)

    def completed(self, given: Mapping[int, Array]) -> tuple[dict[int, Array], dict[int, str]]:
        """One array for every input: the given ones, else stated defaults of fitting lengths.

        With them the words for each default.

        A length that the model leaves free under one name in several inputs is that of the arrays
        given.

        Args:
            given: by value id.
        """
        known: dict[str, int] = {}
        for number, array in given.items():
            shape = self.graph.values[number].shape or ()
            for declared, length in zip(shape, array.shape, strict=False):
                if isinstance(declared, str):
                    known.setdefault(declared, length)
        arrays: dict[int, Array] = {}
        words: dict[int, str] = {}
        for number in self.graph.inputs:
            if number in given:
                arrays[number] = given[number]
                continue
            target = self._of(self.graph.values[number])
            shape = target.shape
            if shape is not None:
                target = replace(target, shape=tuple(_known(length, known) for length in shape))
            arrays[number], words[number] = inputs.stated_default(target)
        return arrays, words

    def wanted(self, value: Value) -> inputs.Target:
        """What one input wants, the user's lengths in it; raises InputError if they do not fit."""
        return self._of(value, self.hints if value.id == self.main.id else None)

    def chosen(self, value: Value) -> tuple[int | None, ...]:
        """The lengths that the user chose for an input's axes, None for each other axis."""
        named = self.shapes.get(value.name)
        if named is None and value.id == self.main.id:
            named = self.shapes.get("")
        return named if named is not None else (None,) * len(value.shape or ())

    def guessed(self, arrays: Mapping[int, Array]) -> str | None:
        """The lengths that nobody stated, as a sentence for a run that failed; None without any.

        Args:
            arrays: what was fed, by value id.
        """
        told: list[str] = []
        for number in self.graph.inputs:
            value = self.graph.values[number]
            shape = self._shape(value)
            if number in arrays and (shape is None or not all(isinstance(n, int) for n in shape)):
                lengths = "x".join(map(str, arrays[number].shape))
                told.append(f"{value.name}={lengths}")
        if not told:
            return None
        return (
            f"the lengths that the model leaves free were chosen here ({', '.join(told)}): where "
            "they are the matter, state others by --shape (shapes in Python)"
        )

    def _of(self, value: Value, hints: Mapping[str, Any] | None = None) -> inputs.Target:
        said = dict(hints or {})
        rows = lengths_indexed(self.graph, value.id)
        if rows is not None:
            said["rows"] = rows
        return inputs.Target(value.name, self._shape(value), value.dtype, value.axes, said)

    def _shape(self, value: Value) -> tuple[Dim, ...] | None:
        """The user's shape of an input where there is one; raises InputError where it cannot be."""
        chosen = self.chosen(value)
        if value.shape is None:
            return chosen or None
        fits = len(chosen) == len(value.shape) and all(
            length is None
            or (length > 0 and (not isinstance(fixed, int) or fixed < 0 or fixed == length))
            for fixed, length in zip(value.shape, chosen, strict=True)
        )
        if not fits:
            wanted = "x".join("?" if not isinstance(n, int) else str(n) for n in value.shape)
            given = "x".join("?" if n is None else str(n) for n in chosen)
            raise InputError(
                f"input '{value.name}' has the shape {wanted or 'of a scalar'}, where ? may be any "
                f"length from 1; {given} does not fit"
            )
        pairs = zip(value.shape, chosen, strict=True)
        return tuple(fixed if length is None else length for fixed, length in pairs)


def _known(length: Dim, known: Mapping[str, int]) -> Dim:
    return known.get(length, length) if isinstance(length, str) else length
