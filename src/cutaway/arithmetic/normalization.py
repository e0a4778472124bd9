"""Normalizations: a number, less a mean, over a spread."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod, sqrt

import numpy as np

from cutaway.arithmetic import expression
from cutaway.arithmetic.account import Account, Step, Terms, UnexplainedError
from cutaway.arithmetic.bounds import FUNCTION_ULPS, gamma, unit_roundoff
from cutaway.arithmetic.cell import Cell, wide
from cutaway.arithmetic.convolution import maps
from cutaway.arithmetic.patch import Array, Patch, one
from cutaway.arithmetic.pooling import across
from cutaway.arithmetic.products import MOST, per_channel


def batch_normalization(cell: Cell) -> Account:
    """BatchNormalization: ``(x - mean) / √(variance + epsilon) × scale + bias``, kept statistics.

    Source: Ioffe and Szegedy 2015; the BatchNormalization operator of the ONNX specification. The
    bound is that of three terms, because engines fold mean and scale into a factor and a summand:
    gamma_8 times ``|x k| + |mean k| + |bias|`` with ``k = scale / √(variance + epsilon)``.
    """
    data = cell.read("data")
    if cell.number_of_output or cell.attribute("training_mode"):
        raise UnexplainedError("BatchNormalization that learns takes its statistics from the batch")
    channel = cell.index[channel_axis(cell, data)]
    x = one(data, cell.index, cell.shape(data))
    parts = {
        role: per_channel(cell, role, channel) for role in ("mean", "variance", "scale", "bias")
    }
    held = {role: patch for role, patch in parts.items() if patch is not None}
    number = {role: float(cell.element(patch)) for role, patch in held.items()}
    told = {role: _told(cell, patch) for role, patch in {**held, "data": x}.items()}
    spread = sqrt(number.get("variance", 1.0) + _epsilon(cell))
    centered = float(cell.element(x)) - number.get("mean", 0.0)
    factor = number.get("scale", 1.0) / spread
    computed = centered * factor + number.get("bias", 0.0)
    words = f"({told['data']}{expression.plus(_negated(told.get('mean', '0')))})"
    root = f"√({told.get('variance', '1')} + {expression.stated(_epsilon(cell))})"
    words = f"{words} / {root}"
    steps = [Step("less the mean", centered), Step("spread", spread, root)]
    steps.append(Step("normalized", centered / spread, words))
    words += _affine(told.get("scale"), told.get("bias"))
    absolute = abs(float(cell.element(x)) * factor) + abs(number.get("mean", 0.0) * factor)
    absolute += abs(number.get("bias", 0.0))
    terms = tuple(_single(cell, patch) for patch in (x, *held.values()))
    bound = gamma(8, unit_roundoff(cell.dtype)) * absolute
    return Account("formula", computed, words, terms, (), tuple(steps), absolute, bound)


@dataclass(frozen=True, slots=True)
class _Whole:
    """What is normalized together."""

    patch: Patch
    scale: Patch | None
    bias: Patch | None
    centered: bool = True
    """Whether the mean is taken off."""


def layer_normalization(cell: Cell) -> Account:
    """LayerNormalization and RMSNormalization: over the last axes, or over those that are listed.

    Source: Ba, Kiros and Hinton 2016; Zhang and Sennrich 2019.
    """
    data = cell.read("data")
    if cell.number_of_output:
        raise UnexplainedError(
            "the mean and spread that LayerNormalization returns are not written out"
        )
    rank = len(cell.shape(data))
    stated: int | list[int] = cell.attribute("axis", -1)
    axes = (
        [axis % rank for axis in stated]
        if isinstance(stated, list)
        else list(range(stated % rank, rank))
    )
    within = [cell.index[axis] for axis in axes]
    scale, bias = (
        cell.spread(cell.read(role), cell.shape(cell.read(role)), within)
        if cell.has(role)
        else None
        for role in ("scale", "bias")
    )
    return _normalized(
        cell, _Whole(across(cell, data, axes), scale, bias, cell.kind == "LayerNormalization")
    )


def instance_normalization(cell: Cell) -> Account:
    """InstanceNormalization: over one map. Source: Ulyanov, Vedaldi and Lempitsky 2016."""
    data = cell.read("data")
    layout = maps(cell, data)
    scale, bias = (
        per_channel(cell, role, cell.index[layout.channel]) for role in ("scale", "bias")
    )
    return _normalized(cell, _Whole(across(cell, data, list(layout.spatial)), scale, bias))


def group_normalization(cell: Cell) -> Account:
    """GroupNormalization: over a group of maps. Source: Wu and He 2018."""
    data = cell.read("data")
    shape, axis = cell.shape(data), channel_axis(cell, data)
    groups = int(cell.attribute("num_groups"))
    each, channel = shape[axis] // groups, cell.index[axis]
    group = channel // each
    ranges = [range(size) for size in shape]
    ranges[0] = range(cell.index[0], cell.index[0] + 1)
    ranges[axis] = range(group * each, (group + 1) * each)
    scale, bias = (
        None
        if not cell.has(role)
        else per_channel(cell, role, _of(cell, role, groups, group, channel))
        for role in ("scale", "bias")
    )
    return _normalized(cell, _Whole(Patch(data, tuple(ranges), shape), scale, bias))


def mean_variance_normalization(cell: Cell) -> Account:
    """MeanVarianceNormalization: over the axes that are stated, (N, H, W) by default."""
    data = cell.read("data")
    axes = cell.axes("axes", len(cell.shape(data))) or [0, 2, 3]
    return _normalized(cell, _Whole(across(cell, data, axes), None, None))


def _normalized(cell: Cell, asked: _Whole) -> Account:
    """The account of a number normalized by its neighbours.

    The bound, to first order, with u the unit roundoff and n numbers: the mean is off by gamma_n
    times the mean magnitude; the variance, which engines may take as the mean square less the
    squared mean, by gamma_(n+4) times mean square plus squared mean (Chan, Golub and LeVeque,
    Algorithms for computing the sample variance, 1983), half of which relative to the variance the
    spread is off; the rest is a few roundings of ``x k``, ``mean k`` and the bias.
    """
    if asked.patch.size > MOST:
        raise UnexplainedError(
            f"{asked.patch.size:,} numbers are normalized together; up to {MOST:,} are"
        )
    data = asked.patch.read
    numbers = asked.patch.numbers(cell.array(data))
    held = wide(numbers).astype(np.float64)
    x = one(data, cell.index, cell.shape(data))
    value = float(cell.element(x))
    with np.errstate(all="ignore"):
        mean = float(held.mean()) if asked.centered else 0.0
        variance = float(np.square(held - mean).mean())
        square = float(np.square(held).mean())
    epsilon = _epsilon(cell)
    spread = sqrt(variance + epsilon) if variance + epsilon > 0 else float("nan")
    scale = 1.0 if asked.scale is None else float(cell.element(asked.scale))
    bias = 0.0 if asked.bias is None else float(cell.element(asked.bias))
    computed = float(np.float64(value - mean) / np.float64(spread) * scale + bias)
    unit, factor = unit_roundoff(cell.dtype), abs(scale / spread)
    off = gamma(held.size + 4, unit)
    relative = off * (square + mean * mean) / (2 * (variance + epsilon)) if spread > 0 else 0.0
    absolute = (abs(value) + abs(mean)) * factor + abs(bias)
    bound = off * float(np.abs(held).mean()) * factor + relative * abs(value - mean) * factor
    bound += gamma(10, unit) * absolute
    words, steps = _words(cell, asked, x, (mean, variance, spread))
    terms = (Terms(asked.patch, numbers),)
    beside = tuple(patch for patch in (asked.scale, asked.bias) if patch is not None)
    return Account("formula", computed, words, terms, beside, steps, absolute, bound)


def _words(
    cell: Cell, asked: _Whole, x: Patch, found: tuple[float, float, float]
) -> tuple[str, tuple[Step, ...]]:
    mean, variance, spread = found
    count, epsilon = asked.patch.size, expression.stated(_epsilon(cell))
    m, v = (expression.text(number, cell.dtype) for number in (mean, variance))
    root = f"√({v} + {epsilon})"
    inside = _told(cell, x)
    if asked.centered:
        inside = f"({inside}{expression.plus(_negated(m))})"
    words = f"{inside} / {root}"
    told = [_told(cell, patch) if patch else None for patch in (asked.scale, asked.bias)]
    steps = [
        Step(
            f"variance of {count:,} numbers"
            if asked.centered
            else f"mean square of {count:,} numbers",
            variance,
        ),
        Step("spread", spread, root),
        Step("normalized", (float(cell.element(x)) - mean) / spread, words),
    ]
    if asked.centered:
        steps.insert(0, Step(f"mean of {count:,} numbers", mean))
    return words + _affine(*told), tuple(steps)


def local_response_normalization(cell: Cell) -> Account:
    """LRN: ``x / (bias + alpha / size × sum of squares)^beta`` over neighbouring channels.

    Source: Krizhevsky, Sutskever and Hinton 2012; the LRN operator of the ONNX specification.
    """
    data = cell.read("data")
    shape, axis = cell.shape(data), maps(cell, data).channel
    size, channel = int(cell.attribute("size")), cell.index[axis]
    low = max(0, channel - (size - 1) // 2)
    ranges = [range(at, at + 1) for at in cell.index]
    ranges[axis] = range(low, min(shape[axis], channel + size // 2 + 1))
    patch = Patch(data, tuple(ranges), shape)
    numbers = patch.numbers(cell.array(data))
    total = float(np.square(wide(numbers)).sum())
    alpha, beta = float(cell.attribute("alpha", 1e-4)), float(cell.attribute("beta", 0.75))
    bias = float(cell.attribute("bias", 1.0))
    x = one(data, cell.index, shape)
    value = float(cell.element(x))
    base = bias + alpha / size * total
    computed = value / base**beta
    stated = expression.stated
    told = expression.text(total, cell.dtype)
    words = (
        f"{_told(cell, x)} / ({stated(bias)} + {stated(alpha)} / {size} × {told})^{stated(beta)}"
    )
    steps = (Step(f"sum of {numbers.size} squares", total), Step("base", base))
    bound = gamma(numbers.size + 4 + FUNCTION_ULPS, unit_roundoff(cell.dtype)) * abs(computed)
    return Account(
        "formula", computed, words, (Terms(patch, numbers),), (), steps, abs(computed), bound
    )


def lp_normalization(cell: Cell) -> Account:
    """LpNormalization: a number over the norm of those along its axis; 0 where that is 0."""
    data = cell.read("data")
    shape = cell.shape(data)
    axis, power = int(cell.attribute("axis", -1)) % len(shape), int(cell.attribute("p", 2))
    patch = across(cell, data, [axis])
    numbers = patch.numbers(cell.array(data))
    norm = float((np.abs(wide(numbers)) ** power).sum() ** (1 / power))
    x = one(data, cell.index, shape)
    computed = float(cell.element(x)) / norm if norm else 0.0
    words = f"{_told(cell, x)} / {expression.text(norm, cell.dtype)}"
    steps = (Step(f"norm of order {power} of {numbers.size:,} numbers", norm),)
    bound = gamma(numbers.size + 4 + FUNCTION_ULPS, unit_roundoff(cell.dtype)) * abs(computed)
    return Account(
        "formula", computed, words, (Terms(patch, numbers),), (), steps, abs(computed), bound
    )


def channel_axis(cell: Cell, data: int) -> int:
    """Stated, or from the letters, or the second."""
    stated = cell.attribute("axis")
    if isinstance(stated, int):
        return stated % len(cell.index)
    letters = cell.letters(data) or ""
    return letters.index("C") if cell.channels_last(data) else min(1, len(cell.index) - 1)


def _of(cell: Cell, role: str, groups: int, group: int, channel: int) -> int:
    """Where a group's or channel's scale lies: older operators have one number a group."""
    return group if prod(cell.shape(cell.read(role))) == groups else channel


def _epsilon(cell: Cell) -> float:
    return float(
        cell.attribute("epsilon", 1e-5 if cell.kind != "MeanVarianceNormalization" else 0.0)
    )


def _single(cell: Cell, patch: Patch) -> Terms:
    return Terms(patch, patch.numbers(cell.array(patch.read)))


def _told(cell: Cell, patch: Patch) -> str:
    numbers: Array = patch.numbers(cell.array(patch.read))
    return expression.texts(numbers)[0]


def _negated(word: str) -> str:
    return word[1:] if word.startswith("-") else f"-{word}"


def _affine(scale: str | None, bias: str | None) -> str:
    return (f" × {scale}" if scale else "") + (expression.plus(bias) if bias else "")
