"""A separable convolution: one filter a channel, then a weighted sum of channels, in one layer."""

from __future__ import annotations

from typing import Final

import numpy as np

from cutaway.arithmetic import expression
from cutaway.arithmetic.account import Account, Step, Terms, UnexplainedError
from cutaway.arithmetic.bounds import gamma, unit_roundoff
from cutaway.arithmetic.cell import Cell, wide
from cutaway.arithmetic.convolution import maps, slides
from cutaway.arithmetic.patch import Array, Patch
from cutaway.arithmetic.products import per_channel, written

ROLES: Final = frozenset({"data", "depthwise_kernel", "pointwise_kernel"})
"""What such a layer reads, by which it is known: it is no operator of ONNX."""


def separable(cell: Cell) -> Account:
    """The window's numbers times the product of both kernels, and the bias.

    ``y[o] = sum over k, c of x[k, c] × sum over m of depth[k, c, m] × point[c M + m, o]``.
    Source: Chollet, Xception: deep learning with depthwise separable convolutions, 2017.
    """
    data, depth, point = (
        cell.read(role) for role in ("data", "depthwise_kernel", "pointwise_kernel")
    )
    shape, layout = cell.shape(data), maps(cell, data)
    *cells, channels, each = cell.shape(depth)
    if len(cells) != len(layout.spatial):
        raise UnexplainedError(
            "the kernel of this separable convolution has other axes than its data"
        )
    moving = slides(cell, cells, [shape[axis] for axis in layout.spatial])
    seen = [slide.at(cell.index[axis]) for slide, axis in zip(moving, layout.spatial, strict=True)]
    sample, out = range(cell.index[0], cell.index[0] + 1), cell.index[layout.channel]
    window = Patch(data, layout.arranged(sample, range(channels), seen), shape)
    first = tuple(range(len(cells)))
    last = layout.channel > 1 or not layout.spatial
    order = (*first, len(cells)) if last else (len(cells), *first)
    ranges = tuple(map(range, cell.shape(depth)))
    filters = Patch(depth, ranges, cell.shape(depth), (*order, len(cells) + 1))
    mixed = (*(range(1) for _ in cells), range(channels * each), range(out, out + 1))
    mixing = Patch(point, mixed, cell.shape(point))
    left = wide(filters.numbers(cell.array(depth))).reshape(-1, each)
    right = wide(mixing.numbers(cell.array(point))).reshape(channels, each)
    count = left.shape[0] // channels
    right = np.tile(right, (count, 1)) if last else np.repeat(right, count, 0)
    bias = per_channel(cell, "bias", out)
    return _account(
        cell, window, (left * right).sum(1), np.abs(left * right).sum(1), (filters, mixing, bias)
    )


def _account(
    cell: Cell, window: Patch, weights: Array, sizes: Array, read: tuple[Patch, Patch, Patch | None]
) -> Account:
    filters, mixing, bias = read
    numbers = window.numbers(cell.array(window.read))
    made = wide(numbers) * weights
    terms = Terms(window, numbers, factors=weights.astype(cell.dtype), products=made)
    total, told = float(made.sum()), written(terms)
    steps = [Step(f"sum of {made.size:,} products", total, told)]
    absolute = float((np.abs(wide(numbers)) * sizes).sum())
    beside: tuple[Patch, ...] = (filters, mixing)
    if bias is not None:
        extra, (word,) = (
            float(cell.element(bias)),
            expression.texts(bias.numbers(cell.array(bias.read))),
        )
        steps.append(
            Step(
                "plus the bias",
                total + extra,
                f"{expression.text(total, cell.dtype)}{expression.plus(word)}",
            )
        )
        total, told, absolute = (
            total + extra,
            f"{told}{expression.plus(word)}",
            absolute + abs(extra),
        )
        beside = (filters, mixing, bias)
    bound = gamma(made.size + mixing.size + 4, unit_roundoff(cell.dtype)) * absolute
    note = "each weight is the product of both kernels, summed over the filters of its channel"
    return Account("products", total, told, (terms,), beside, tuple(steps), absolute, bound, note)
