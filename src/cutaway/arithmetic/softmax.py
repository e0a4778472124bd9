"""Softmax and its logarithm: a number among those along its axis."""

from __future__ import annotations

import numpy as np

from cutaway.arithmetic import expression
from cutaway.arithmetic.account import Account, Step, Terms
from cutaway.arithmetic.bounds import FUNCTION_ULPS, gamma, unit_roundoff
from cutaway.arithmetic.cell import Cell, wide
from cutaway.arithmetic.patch import one
from cutaway.arithmetic.pooling import across


def softmax(cell: Cell) -> Account:
    """Softmax, LogSoftmax and Hardmax: ``exp(x) / sum of exp``, the largest taken off first.

    The bound: ``x - max`` is rounded, which moves its exponential relatively by u times its size;
    the sum of n positive numbers is off relatively by gamma_n and by its terms' errors, weighted
    (Blanchard, Higham and Higham, Accurately computing the log-sum-exp and softmax functions, IMA
    J. Numer. Anal. 41(4), 2021).
    """
    data = cell.read("data")
    rank = len(cell.shape(data))
    axis = int(cell.attribute("axis", -1)) % rank
    # Before opset 13 everything from the axis on was one axis.
    axes = list(range(axis, rank)) if cell.attribute("flattened") else [axis]
    patch = across(cell, data, axes)
    numbers = patch.numbers(cell.array(data))
    held = wide(numbers).astype(np.float64)
    x = one(data, cell.index, cell.shape(data))
    value = float(cell.element(x))
    with np.errstate(all="ignore"):
        below = held - held.max()
        powers = np.exp(below)
        total = float(powers.sum())
        share = powers / total
    unit = unit_roundoff(cell.dtype)
    far = np.where(share > 0, np.abs(below) * share, 0.0)
    relative = gamma(held.size + 2 * FUNCTION_ULPS, unit) + unit * float(far.sum())
    distance = value - float(held.max())
    terms = (Terms(patch, numbers, chosen=int(held.argmax())),)
    steps = (
        Step(f"largest of {held.size:,} numbers", float(held.max())),
        Step("sum of exponentials", total, _sum(held, cell)),
    )
    if cell.kind == "Hardmax":
        first = np.ravel_multi_index(cell.index, cell.shape(data)) == np.ravel_multi_index(
            patch.indices([int(held.argmax())])[0], cell.shape(data)
        )
        words = "1 at the first largest, 0 elsewhere"
        return Account("extreme", float(first), words, terms, (), steps[:1])
    told, most = (expression.text(number, cell.dtype) for number in (value, float(held.max())))
    shifted = f"{told}{expression.plus(expression.text(-float(held.max()), cell.dtype))}"
    bottom = expression.text(total, cell.dtype)
    if cell.kind == "LogSoftmax":
        computed = distance - float(np.log(total))
        bound = relative + FUNCTION_ULPS * unit * (abs(float(np.log(total))) + abs(distance))
        words = f"{shifted} - log({bottom})"
        return Account("formula", computed, words, terms, (), steps, abs(distance), bound)
    del most
    computed = float(np.exp(distance)) / total
    bound = computed * (relative + unit * abs(distance))
    words = f"exp({shifted}) / {bottom}"
    return Account("formula", computed, words, terms, (), steps, computed, bound)


def _sum(held: np.ndarray, cell: Cell) -> str:
    most = expression.plus(expression.text(-float(held.max()), cell.dtype))
    told = lambda chosen: [  # noqa: E731 - a line's work
        f"exp({expression.text(float(held[at]), cell.dtype)}{most})" for at in chosen
    ]
    return expression.elided(held.size, told)
