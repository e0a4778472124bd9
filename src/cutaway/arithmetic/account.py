"""What the arithmetic of one operator says of one number, before it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from cutaway.arithmetic.patch import Array, Patch

Form: TypeAlias = Literal["products", "extreme", "mean", "formula", "copy", "none"]

Number: TypeAlias = float | int


class UnexplainedError(Exception):
    """Why a number is not explained, as a sentence for the user."""


@dataclass(frozen=True, slots=True)
class Step:
    """One stage on the way to the result."""

    words: str
    """Such as ``sum of 27 products``."""
    number: Number
    """What it gives."""
    expression: str = ""
    """How."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What was put together: numbers of one tensor, each with its weight where it has one."""

    inputs: Patch
    numbers: Array
    """``(n,)`` in the tensor's dtype; zero where they are padding."""
    weights: Patch | None = None
    """Where the factors lie; None where there are none, or where they follow from attributes."""
    factors: Array | None = None
    """``(n,)`` what each number is multiplied with."""
    products: Array | None = None
    """``(n,)`` float64 or int64; None where the numbers themselves are put together."""
    chosen: int | None = None
    """The one that the result is, of an extreme."""


@dataclass(frozen=True, slots=True)
class Account:
    """The arithmetic of one number."""

    form: Form
    computed: Number | None
    """In float64, or exact for integers; None where the result is no real number."""
    expression: str
    """For people, without the result."""
    terms: tuple[Terms, ...] = ()
    beside: tuple[Patch, ...] = ()
    """Cells that were read and are no terms: a bias, a scale."""
    steps: tuple[Step, ...] = ()
    absolute: float = 0.0
    """Sum of the magnitudes of what was added up."""
    bound: float = 0.0
    """How far a correct engine may be off, before its result is stored."""
    note: str = ""
    element: object = None
    """The very element, of a copy."""
