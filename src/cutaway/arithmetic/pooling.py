"""Pooling and reductions: one number of many, the largest, the mean, the sum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from cutaway.arithmetic.account import Account, Form, Number, Step, Terms, UnexplainedError
from cutaway.arithmetic.bounds import FUNCTION_ULPS, accumulation, gamma, is_float, unit_roundoff
from cutaway.arithmetic.cell import Cell, wide, wrapped
from cutaway.arithmetic.convolution import maps, slides
from cutaway.arithmetic.patch import Array, Patch
from cutaway.arithmetic.products import MOST, written
from cutaway.arithmetic.sliding import Slide


@dataclass(frozen=True, slots=True)
class Fold:
    """How many numbers become one."""

    form: Form
    of: Callable[[Array], Number]
    """Of ``(n,)`` float64 or int64."""
    words: str
    """With ``{0}`` for the numbers, such as ``max({0})``."""
    joint: str = ", "
    said: str = ""
    """What is done, such as ``the largest of {0} numbers``."""
    terms: Callable[[Array], Array] | None = None
    """What is added up, where that is not the numbers themselves."""
    size: Callable[[Array, float], float] | None = None
    """What rounding is relative to, of the terms and the result, where the result is a function of
    a sum; None where it is the sum of the terms' magnitudes."""


def _of_result(_: Array, result: float) -> float:
    return abs(result)


def _of_logarithm(summed: Array, result: float) -> float:
    """Of a sum s the logarithm's slope is 1 / s."""
    total = abs(float(summed.sum()))
    return abs(result) + (float(np.abs(summed).sum()) / total if total else 1.0)


def _of_exponents(numbers: Array, result: float) -> float:
    return 1.0 + float(np.abs(numbers).max()) + abs(result)


def _log_sum_exp(x: Array) -> float:
    most = float(x.max())
    return most + float(np.log(np.exp(x - most).sum())) if np.isfinite(most) else most


MEAN: Final = Fold(
    "mean", lambda x: x.sum().item() / x.size, "({0}) / {1}", " + ", "mean of {0} numbers"
)
SUM: Final = Fold("products", lambda x: x.sum().item(), "{0}", " + ", "sum of {0} numbers")
LARGEST: Final = Fold(
    "extreme", lambda x: x.max().item(), "max({0})", said="largest of {0} numbers"
)
LEAST: Final = Fold("extreme", lambda x: x.min().item(), "min({0})", said="least of {0} numbers")

REDUCTIONS: Final[dict[str, Fold]] = {
    "ReduceSum": SUM,
    "ReduceMean": MEAN,
    "ReduceMax": LARGEST,
    "ReduceMin": LEAST,
    "ReduceProd": Fold(
        "formula", lambda x: x.prod().item(), "{0}", " × ", "product of {0} numbers",
        size=_of_result,
    ),
    "ReduceL1": Fold(
        "formula", lambda x: np.abs(x).sum().item(), "|{0}|", "| + |", "sum of {0} magnitudes",
        np.abs,
    ),
    "ReduceL2": Fold(
        "formula", lambda x: float(np.sqrt((x * x).sum())), "√({0}²)", "² + ",
        "root of the sum of {0} squares", np.square, _of_result,
    ),
    "ReduceSumSquare": Fold(
        "formula", lambda x: (x * x).sum().item(), "{0}²", "² + ", "sum of {0} squares", np.square
    ),
    "ReduceLogSum": Fold(
        "formula", lambda x: float(np.log(x.sum())), "log({0})", " + ",
        "logarithm of the sum of {0} numbers", size=_of_logarithm,
    ),
    "ReduceLogSumExp": Fold(
        "formula", _log_sum_exp, "log(exp({0}))", ") + exp(",
        "logarithm of the sum of {0} exponentials", size=_of_exponents,
    ),
}  # fmt: skip


def reduction(cell: Cell) -> Account:
    """Reduce...: over the axes that are read or stated, over all where none are.

    Source: the Reduce operators of the ONNX specification.
    """
    data = cell.operands()[0]
    shape = cell.shape(data)
    axes = cell.axes("axes", len(shape))
    if not axes:
        axes = [] if cell.attribute("noop_with_empty_axes") else list(range(len(shape)))
    return folded(cell, across(cell, data, axes), REDUCTIONS[cell.kind])


def across(cell: Cell, data: int, axes: list[int]) -> Patch:
    """The whole of some axes, at the output's place along the others."""
    shape = cell.shape(data)
    kept = len(cell.index) == len(shape)
    places = iter(cell.index)
    ranges: list[range] = []
    for axis, size in enumerate(shape):
        if axis in axes:
            ranges.append(range(size))
            if kept:
                next(places)
        else:
            at = next(places)
            ranges.append(range(at, at + 1))
    return Patch(data, tuple(ranges), shape)


def global_pooling(cell: Cell) -> Account:
    """Global...Pool: all of a map."""
    data = cell.read("data")
    patch = across(cell, data, list(maps(cell, data).spatial))
    if cell.kind == "GlobalLpPool":
        return folded(cell, patch, _norm(int(cell.attribute("p", 2))))
    return folded(cell, patch, MEAN if cell.kind == "GlobalAveragePool" else LARGEST)


def pooling(cell: Cell) -> Account:
    """MaxPool, AveragePool, LpPool: of a window; padding is left out of it.

    AveragePool divides by the cells that lie in the data, or where ``count_include_pad`` is set in
    the padded data: what ``ceil_mode`` adds at the end is in neither. Source: the AveragePool
    operator of the ONNX specification.
    """
    data = cell.read("data")
    shape, layout = cell.shape(data), maps(cell, data)
    sizes = [shape[axis] for axis in layout.spatial]
    moving = slides(cell, list(cell.attribute("kernel_shape")), sizes)
    seen = [slide.at(cell.index[axis]) for slide, axis in zip(moving, layout.spatial, strict=True)]
    at, channel = cell.index[0], cell.index[layout.channel]
    ranges = layout.arranged(range(at, at + 1), range(channel, channel + 1), seen)
    patch = Patch(data, ranges, shape)
    if cell.kind == "MaxPool":
        if cell.number_of_output:
            raise UnexplainedError(
                "where the largest number of a window lies is not written out yet"
            )
        return folded(cell, patch, LARGEST)
    if cell.kind == "LpPool":
        return folded(cell, patch, _norm(int(cell.attribute("p", 2))))
    count = None
    if cell.attribute("count_include_pad"):
        count = _padded(cell, moving, seen, sizes)
    return folded(cell, patch, MEAN, count)


def _padded(cell: Cell, moving: list[Slide], seen: list[range], sizes: list[int]) -> int:
    """Cells of a window that lie in the padded data."""
    pads: list[int] = cell.attribute("pads") or [0] * 2 * len(seen)
    count = 1
    for axis, (slide, positions, size) in enumerate(zip(moving, seen, sizes, strict=True)):
        end = size + pads[len(seen) + axis]
        count *= sum(1 for position in positions if -slide.begin <= position < end)
    return count


def _norm(power: int) -> Fold:
    def norm(x: Array) -> float:
        return float((np.abs(x) ** power).sum() ** (1 / power))

    return Fold(
        "formula", norm, f"(|{{0}}|^{power})^(1/{power})", f"|^{power} + |",
        f"norm of order {power} of {{0}} numbers", lambda x: np.abs(x) ** power,
        _of_result,
    )  # fmt: skip


def folded(cell: Cell, patch: Patch, how: Fold, count: int | None = None) -> Account:
    """The account of many numbers that become one.

    Args:
        cell: the one.
        patch: the many; padding is left out.
        how: they become one.
        count: what a mean is divided by, where that is not the number of cells.
    """
    if patch.size > MOST:
        raise UnexplainedError(
            f"{patch.size:,} numbers make this one; up to {MOST:,} are put together"
        )
    numbers = patch.numbers(cell.array(patch.read))
    outside = patch.padding()
    inside = wide(numbers if outside is None else numbers[~outside])
    if not inside.size:
        raise UnexplainedError("no number lies in this window")
    note = accumulation(cell.dtype) if how.form != "extreme" else ""
    if how.form == "extreme" and not np.array_equal(inside, inside):
        inside, note = _beside_nan(cell, inside)
    with np.errstate(all="ignore"):
        computed = how.of(inside)
        made = inside if how.terms is None else how.terms(inside)
    divisor = count or inside.size
    if how is MEAN and divisor != inside.size:
        computed = computed * inside.size / divisor
    if not is_float(cell.dtype):
        computed = wrapped(int(computed), cell.dtype)
    terms = Terms(patch, numbers, chosen=_chosen(how, wide(numbers), outside, computed))
    words = how.words.format(written(terms, joint=how.joint), divisor)
    absolute = float(np.abs(made).sum()) / (divisor if how.form == "mean" else 1)
    step = Step(how.said.format(f"{inside.size:,}"), computed, words)
    bound = _bound(cell, how, made, computed, absolute)
    return Account(how.form, computed, words, (terms,), (), (step,), absolute, bound, note)


def _beside_nan(cell: Cell, numbers: Array) -> tuple[Array, str]:
    """What the engine chose from: some return a NaN among the numbers, some pass over it."""
    note = "there is a NaN among these numbers, which engines return or pass over"
    rest = numbers[~np.isnan(numbers)]
    passed_over = rest.size and not np.isnan(float(cell.output[cell.index]))
    return (rest if passed_over else numbers), note


def _chosen(how: Fold, numbers: Array, outside: Array | None, result: Number) -> int | None:
    """The first that is the result."""
    if how.form != "extreme":
        return None
    same = np.isnan(numbers) if result != result else numbers == result  # noqa: PLR0124 - a NaN
    found = np.flatnonzero(same if outside is None else same & ~outside)
    return int(found[0]) if found.size else None


def _bound(cell: Cell, how: Fold, made: Array, computed: Number, absolute: float) -> float:
    """Rounding of a sum, or of a function of one (Higham, chapters 3 and 4)."""
    unit, count = unit_roundoff(cell.dtype), made.size + 2
    if how.form == "extreme":
        return 0.0
    if how.size is None:
        return gamma(count, unit) * absolute
    return gamma(count + FUNCTION_ULPS, unit) * how.size(made, float(computed))
