"""A sum of products: each number times its weight, then the bias."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cutaway.arithmetic import expression
from cutaway.arithmetic.account import Account, Step, Terms, UnexplainedError
from cutaway.arithmetic.bounds import accumulation, gamma, unit_roundoff
from cutaway.arithmetic.cell import Cell, wide, wrapped
from cutaway.arithmetic.patch import Array, Patch, one

MOST = 1 << 24
"""Terms that are added up here; a longer sum is not explained."""


@dataclass(frozen=True, slots=True)
class Product:
    """What is multiplied and what is added."""

    data: Patch
    kernel: Patch
    bias: Patch | None = None
    alpha: float = 1.0
    """Factor before the sum."""
    beta: float = 1.0
    """Factor before the bias."""
    zeros: tuple[int, int] = (0, 0)
    """Zero points, taken from the data and the kernel before they are multiplied."""


def products(cell: Cell, asked: Product, *, exact: bool = False) -> Account:
    """The account of a sum of products.

    The bound is gamma_n times the sum of the magnitudes of the products and the bias (Higham,
    section 3.1), n the number of terms and the roundings after them.

    Args:
        cell: of the result.
        asked: what is multiplied.
        exact: whether the sum is an integer that is not stored as the result is.
    """
    terms = multiplied(cell, asked.data, asked.kernel, asked.zeros)
    made = np.zeros(0) if terms.products is None else terms.products
    told = written(terms, asked.zeros)
    steps = [Step(f"sum of {made.size:,} products", made.sum().item(), told)]
    absolute = float(np.abs(made).sum()) * abs(asked.alpha)
    if asked.alpha != 1:
        alpha = expression.stated(asked.alpha)
        sum_ = expression.text(steps[0].number, cell.dtype)
        told = f"{alpha} × ({told})"
        steps.append(Step("times alpha", steps[0].number * asked.alpha, f"{alpha} × {sum_}"))
    if asked.bias is not None:
        extra = cell.element(asked.bias) * (1 if asked.beta == 1 else asked.beta)
        before, word = steps[-1].number, _added(cell, asked.bias, asked.beta)
        absolute, told = absolute + abs(extra), f"{told}{word}"
        without = expression.text(before, cell.dtype)
        steps.append(Step("plus the bias", before + extra, f"{without}{word}"))
    computed = steps[-1].number if exact else wrapped(steps[-1].number, cell.dtype)
    beside = () if asked.bias is None else (asked.bias,)
    bound = gamma(made.size + 3, unit_roundoff(cell.dtype)) * absolute
    note = accumulation(cell.dtype)
    return Account(
        "products", computed, told, (terms,), beside, tuple(steps), absolute, bound, note
    )


def multiplied(cell: Cell, data: Patch, kernel: Patch, zeros: tuple[int, int] = (0, 0)) -> Terms:
    """Numbers, weights and their products; raises UnexplainedError where they are too many."""
    if data.size > MOST:
        raise UnexplainedError(
            f"this sum has {data.size:,} terms; sums of up to {MOST:,} are written out"
        )
    numbers = data.numbers(cell.array(data.read))
    factors = kernel.numbers(cell.array(kernel.read))
    left, right = wide(numbers), wide(factors)
    if zeros != (0, 0):
        left, right = left - zeros[0], right - zeros[1]
        outside = data.padding()
        if outside is not None:
            left[outside] = 0
    with np.errstate(all="ignore"):
        made = left * right
    outside = data.padding()
    if outside is not None:
        made[outside] = 0  # whatever the weight is: engines leave padding out
    return Terms(data, numbers, kernel, factors, made)


def written(terms: Terms, zeros: tuple[int, int] = (0, 0), joint: str = " + ") -> str:
    """Terms as text, products where they have weights; padding is counted but not written."""
    outside = terms.inputs.padding()
    seen = np.arange(terms.numbers.size) if outside is None else np.flatnonzero(~outside)

    def part(chosen: Sequence[int]) -> list[str]:
        at = seen[list(chosen)]
        left = _less(terms.numbers[at], zeros[0])
        if terms.factors is None:
            return left
        right = _less(terms.factors[at], zeros[1])
        return [f"{one} × {other}" for one, other in zip(left, right, strict=True)]

    return expression.elided(len(seen), part, joint, padding=terms.numbers.size - len(seen))


def _less(numbers: Array, zero: int) -> list[str]:
    words = expression.texts(numbers)
    return [f"({word}{expression.plus(str(-zero))})" for word in words] if zero else words


def _added(cell: Cell, bias: Patch, beta: float) -> str:
    (word,) = expression.texts(bias.numbers(cell.array(bias.read)))
    return expression.plus(word) if beta == 1 else f" + {expression.stated(beta)} × {word}"


def per_channel(cell: Cell, role: str, channel: int) -> Patch | None:
    """The cell of a vector with one number a channel; None where nothing is read in that role."""
    if not cell.has(role):
        return None
    read = cell.read(role)
    shape = cell.shape(read)
    return one(read, [channel if size > 1 else 0 for size in shape], shape)
