"""The terms of a sum as they are told: each with where it lies and its exact text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cutaway.arithmetic import expression
from cutaway.arithmetic.account import Number, Terms
from cutaway.arithmetic.bounds import is_float
from cutaway.arithmetic.cell import Cell, wide
from cutaway.arithmetic.patch import Array, Patch

MOST = 1024
"""Terms that are told one by one."""


@dataclass(frozen=True, slots=True)
class Operand:
    """One number and where it lies."""

    value: int | None
    """Id of the value; None for a factor that follows from the operator's attributes."""
    index: tuple[int, ...]
    text: str
    """The exact number."""
    number: Number | None
    """None where it is no real number."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term: a number, its weight where it has one, and their product."""

    input: Operand
    weight: Operand | None
    product: Number | None
    padding: bool
    """Whether the number is padding, which lies outside its tensor; its index does too."""
    chosen: bool
    """Of an extreme, whether this number is the result."""


def told(cell: Cell, groups: Sequence[Terms]) -> tuple[tuple[Term, ...], int]:
    """The terms to show, and how many there are in all."""
    count = sum(terms.numbers.size for terms in groups)
    found: list[Term] = []
    for terms in groups:
        found += _terms(cell, terms, _largest(terms, MOST - len(found)))
    return tuple(found), count


def _largest(terms: Terms, most: int) -> Array:
    """Which terms have the largest magnitudes, in the order of the window."""
    count = terms.numbers.size
    if count <= most:
        return np.arange(count)
    made = terms.products if terms.products is not None else wide(terms.numbers)
    sizes = np.abs(made.astype(np.float64))
    sizes[np.isnan(sizes)] = np.inf
    if terms.chosen is not None:
        sizes[terms.chosen] = np.inf
    return np.sort(np.argpartition(-sizes, most - 1)[:most])


def _terms(cell: Cell, terms: Terms, which: Array) -> list[Term]:
    inputs = _operands(cell, terms.inputs, terms.numbers[which], which)
    weights: list[Operand] | list[None] = [None] * len(which)
    if terms.factors is not None:
        weights = _operands(cell, terms.weights, terms.factors[which], which)
    products: list[Number] | list[None] = [None] * len(which)
    if terms.products is not None:
        products = terms.products[which].tolist()
    outside = terms.inputs.padding()
    padding = [False] * len(which) if outside is None else outside[which].tolist()
    chosen = [False] * len(which) if terms.chosen is None else (which == terms.chosen).tolist()
    rows = zip(inputs, weights, products, padding, chosen, strict=True)
    return [Term(*row) for row in rows]


def _operands(cell: Cell, patch: Patch | None, numbers: Array, which: Array) -> list[Operand]:
    words = expression.texts(numbers)
    held: list[Number] | list[None] = [None] * len(words)
    if numbers.dtype.kind not in "cOSU":
        exact = numbers.astype(np.float64) if is_float(numbers.dtype) else _whole(numbers)
        held = exact.tolist()
    if patch is None:
        return [Operand(None, (), word, number) for word, number in zip(words, held, strict=True)]
    value = cell.node.reads[patch.read].value
    places = map(tuple, patch.indices(which).tolist())
    return [Operand(value, *row) for row in zip(places, words, held, strict=True)]


def _whole(numbers: Array) -> Array:
    return numbers if numbers.dtype == np.uint64 else numbers.astype(np.int64)
