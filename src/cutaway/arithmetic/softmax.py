"""Softmax and its logarithm: a number among those along its axis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cutaway.arithmetic import expression
from cutaway.arithmetic.account import Account, Step, Terms
from cutaway.arithmetic.bounds import FUNCTION_ULPS, gamma, unit_roundoff
from cutaway.arithmetic.cell import Cell, wide
from cutaway.arithmetic.patch import Array, Patch, one
from cutaway.arithmetic.pooling import across


def softmax(cell: Cell) -> Account:
    """Softmax and LogSoftmax: ``exp(x) / sum of exp``, the largest taken off first.

    The bound: ``x - max`` is rounded, which moves its exponential relatively by u times its size;
    the sum of n positive numbers is off relatively by gamma_n and by its terms' errors, weighted
    (Blanchard, Higham and Higham, Accurately computing the log-sum-exp and softmax functions, IMA
    J. Numer. Anal. 41(4), 2021).
    """
    patch = _together(cell)
    numbers = patch.numbers(cell.array(patch.read))
    held = wide(numbers).astype(np.float64)
    x = one(patch.read, cell.index, cell.shape(patch.read))
    most, value = float(held.max()), float(cell.element(x))
    powers = np.exp(held - most)
    total, distance = float(powers.sum()), value - most
    relative = _relative(held - most, powers / total, cell)
    terms = (Terms(patch, numbers),)
    steps = (
        Step(f"largest of {held.size:,} numbers", most),
        Step("sum of exponentials", total, _sum(held, cell)),
    )
    less = expression.plus(expression.text(-most, cell.dtype))
    shifted = f"{expression.text(value, cell.dtype)}{less}"
    bottom, unit = expression.text(total, cell.dtype), unit_roundoff(cell.dtype)
    if cell.kind == "LogSoftmax":
        log = float(np.log(total))
        bound = relative + FUNCTION_ULPS * unit * (abs(log) + abs(distance))
        words = f"{shifted} - log({bottom})"
        return Account(
            "formula", distance - log, words, terms, (), steps, abs(distance) + abs(log), bound
        )
    computed = float(np.exp(distance)) / total
    bound = computed * (relative + unit * abs(distance))
    words = f"exp({shifted}) / {bottom}"
    return Account("formula", computed, words, terms, (), steps, computed, bound)


def hardmax(cell: Cell) -> Account:
    """Hardmax: 1 at the first of the largest, 0 elsewhere."""
    patch = _together(cell)
    numbers = patch.numbers(cell.array(patch.read))
    at = int(wide(numbers).argmax())
    first = tuple(patch.indices([at])[0].tolist()) == cell.index
    words = "1, the first of the largest" if first else "0, because another is the largest"
    return Account("extreme", float(first), words, (Terms(patch, numbers, chosen=at),))


def _together(cell: Cell) -> Patch:
    """The numbers that one is compared with."""
    data = cell.read("data")
    rank = len(cell.shape(data))
    axis = int(cell.attribute("axis", -1)) % rank
    # Before opset 13 everything from the axis on was one axis.
    axes = list(range(axis, rank)) if cell.attribute("flattened") else [axis]
    return across(cell, data, axes)


def _relative(below: Array, share: Array, cell: Cell) -> float:
    """How far the sum of exponentials may be off, relatively."""
    unit = unit_roundoff(cell.dtype)
    far = np.where(share > 0, np.abs(below) * share, 0.0)
    return gamma(below.size + 2 * FUNCTION_ULPS, unit) + unit * float(far.sum())


def _sum(held: Array, cell: Cell) -> str:
    less = expression.plus(expression.text(-float(held.max()), cell.dtype))

    def part(chosen: Sequence[int]) -> list[str]:
        words = (expression.text(float(held[at]), cell.dtype) for at in chosen)
        return [f"exp({word}{less})" for word in words]

    return expression.elided(held.size, part)
