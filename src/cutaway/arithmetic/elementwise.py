"""Operators that make each number of the numbers at the same place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cutaway.arithmetic import expression
from cutaway.arithmetic.account import Account, Number, Terms
from cutaway.arithmetic.bounds import FUNCTION_ULPS, is_float, unit_roundoff
from cutaway.arithmetic.cell import Cell, real, wrapped
from cutaway.arithmetic.formulas import DEFAULTS, FORMULAS, Formula
from cutaway.arithmetic.integers import INTEGERS
from cutaway.arithmetic.patch import Patch


def elementwise(cell: Cell) -> Account:
    """An operator in ``FORMULAS``; its operands are spread as NumPy's broadcasting does."""
    patches = _operands(cell)
    numbers = [cell.element(patch) for patch in patches]
    words = [expression.texts(patch.numbers(cell.array(patch.read)))[0] for patch in patches]
    approximated = f"{cell.kind} {cell.attribute('approximate')}"
    formula = FORMULAS.get(approximated) or FORMULAS[cell.kind]
    stated = {**DEFAULTS.get(cell.kind, {}), **cell.node.kind_attributes}
    attributes = {name: cell.attribute(name, given) for name, given in stated.items()}
    computed = _computed(cell, formula, numbers, attributes)
    told = formula.written(words, numbers, attributes)
    terms = tuple(Terms(patch, patch.numbers(cell.array(patch.read))) for patch in patches)
    bound, absolute = 0.0, abs(float(computed))
    if is_float(cell.dtype):
        size = formula.size([float(number) for number in numbers], float(computed))
        absolute = max(absolute, size)
        ulps = FUNCTION_ULPS if formula.function else len(numbers)
        bound = 0.0 if formula.exact else ulps * unit_roundoff(cell.dtype) * absolute
    return Account("formula", computed, told, terms, (), (), absolute, bound)


def _operands(cell: Cell) -> list[Patch]:
    patches = [cell.aligned(read) for read in cell.operands()]
    if len(patches) == 1 and cell.kind == "Mul":
        return patches * 2  # a square
    return patches


def _computed(
    cell: Cell, formula: Formula, numbers: Sequence[Number], attributes: Mapping[str, Any]
) -> Number:
    if not is_float(cell.dtype) and all(isinstance(number, int) for number in numbers):
        exact = INTEGERS.get(cell.kind)
        if exact is not None:
            return wrapped(exact([int(number) for number in numbers], attributes), cell.dtype)
    with np.errstate(all="ignore"):
        found = formula.of([np.float64(number) for number in numbers], attributes)
    return float(found) if is_float(cell.dtype) else wrapped(int(found), cell.dtype)


def clip(cell: Cell) -> Account:
    """Clip: a number between two that are read or stated; either may be missing."""
    x = cell.aligned(cell.read("data"))
    limits = {role: cell.aligned(cell.read(role)) for role in ("min", "max") if cell.has(role)}
    number = cell.element(x)
    found: dict[str, Number] = {role: cell.element(patch) for role, patch in limits.items()}
    for role in ("min", "max"):
        stated = cell.attribute(role)
        if role not in found and isinstance(stated, int | float):
            found[role] = stated
    computed = number
    words = expression.text(number, cell.dtype)
    if "min" in found:
        computed = found["min"] if computed < found["min"] else computed
        words = f"max({words}, {expression.text(found['min'], cell.dtype)})"
    if "max" in found:
        computed = found["max"] if computed > found["max"] else computed
        words = f"min({words}, {expression.text(found['max'], cell.dtype)})"
    patches = (x, *limits.values())
    terms = tuple(Terms(patch, patch.numbers(cell.array(patch.read))) for patch in patches)
    return Account("formula", computed, words, terms, (), (), abs(float(computed)), 0.0)


def where(cell: Cell) -> Account:
    """Where: one of two numbers, by a truth value."""
    condition, first, second = (cell.aligned(read) for read in cell.operands())
    holds = bool(condition.numbers(cell.array(condition.read))[0])
    taken = first if holds else second
    element = taken.numbers(cell.array(taken.read))
    words = f"{cell.name(taken.read)}, because the condition is {'true' if holds else 'false'}"
    number = real(element[0]) if element.dtype.kind not in "cOSU" else None
    terms = tuple(
        Terms(patch, patch.numbers(cell.array(patch.read))) for patch in (condition, taken)
    )
    return Account("copy", number, words, terms, element=element[0])
