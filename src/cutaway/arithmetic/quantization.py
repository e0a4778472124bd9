"""Numbers kept as small integers: a scale and a zero point."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ml_dtypes
import numpy as np

from cutaway.arithmetic import expression
from cutaway.arithmetic.account import Account, Step, Terms, UnexplainedError
from cutaway.arithmetic.bounds import is_float, unit_roundoff
from cutaway.arithmetic.cell import Cell
from cutaway.arithmetic.convolution import windowed
from cutaway.arithmetic.dense import factors
from cutaway.arithmetic.expression import guarded, text
from cutaway.arithmetic.patch import Patch, one
from cutaway.arithmetic.products import Product, products


def dequantize(cell: Cell) -> Account:
    """DequantizeLinear: ``(x - zero point) × scale``. Source: the ONNX specification."""
    x = one(cell.read("data"), cell.index, cell.shape(cell.read("data")))
    scale, zero = _parameter(cell, "scale"), _parameter(cell, "zero_point")
    number, factor = cell.element(x), float(_number(cell, scale, 1.0))
    offset = _number(cell, zero, 0)
    computed = float(number - offset) * factor
    left = _told(cell, x) if zero is None else f"({_told(cell, x)}{expression.plus(text(-offset))})"
    words = f"{left} × {_told(cell, scale) if scale else '1'}"
    bound = 2 * unit_roundoff(cell.dtype) * abs(computed)
    return Account(
        "formula", computed, words, _terms(cell, x, scale, zero), (), (), abs(computed), bound
    )


def quantize(cell: Cell) -> Account:
    """QuantizeLinear: ``x / scale`` rounded to even, plus the zero point, held within the dtype.

    Source: the ONNX specification. The bound is one step where the quotient lies so near a half
    that the rounding of the division decides.
    """
    if is_float(cell.dtype):
        raise UnexplainedError(f"quantization to {cell.dtype.name} is not written out")
    x = one(cell.read("data"), cell.index, cell.shape(cell.read("data")))
    scale, zero = _parameter(cell, "scale"), _parameter(cell, "zero_point")
    factor, offset = float(_number(cell, scale, 1.0)), int(_number(cell, zero, 0))
    quotient = float(np.float32(cell.element(x)) / np.float32(factor))
    computed = _held(quotient, offset, cell.dtype)
    words = f"round({_told(cell, x)} / {_told(cell, scale) if scale else '1'})"
    words += expression.plus(str(offset)) if zero is not None else ""
    steps = (Step("over the scale", quotient),)
    return Account(
        "formula", computed, words, _terms(cell, x, scale, zero), (), steps, abs(quotient),
        _one_step(quotient),
    )  # fmt: skip


def integer_convolution(cell: Cell) -> Account:
    """ConvInteger: a convolution of what lies above the zero points."""
    return products(cell, replace(windowed(cell), zeros=_zeros(cell, cell.index[1])))


def integer_matmul(cell: Cell) -> Account:
    """MatMulInteger: a product of matrices of what lies above the zero points."""
    return products(cell, replace(_matrices(cell), zeros=_zeros(cell, cell.index[-1])))


def quantized_convolution(cell: Cell) -> Account:
    """QLinearConv: the sum in int32, then scaled and rounded. Source: the ONNX specification."""
    return _requantized(cell, windowed(cell), cell.index[1])


def quantized_matmul(cell: Cell) -> Account:
    """QLinearMatMul: the same for matrices."""
    return _requantized(cell, _matrices(cell), cell.index[-1])


def _matrices(cell: Cell) -> Product:
    first, second = cell.read("data"), cell.read("kernel")
    return factors(cell, first, second)


def _requantized(cell: Cell, asked: Product, channel: int) -> Account:
    inner = products(cell, replace(asked, zeros=_zeros(cell, channel)), exact=True)
    names = ("data_scale", "kernel_scale", "scale")
    data, kernel, out = (float(_at(cell, name, channel)) for name in names)
    factor = data * kernel / out
    quotient = float(inner.computed or 0) * factor
    offset = int(_at(cell, "zero_point", channel))
    computed = _held(quotient, offset, cell.dtype)
    scale = f"{text(data)} × {text(kernel)} / {text(out)}"
    words = f"round(({inner.expression}) × {scale}){expression.plus(str(offset))}"
    steps = (*inner.steps, Step("scaled", quotient, f"{inner.computed} × {scale}"))
    return replace(
        inner, computed=computed, expression=words, steps=steps, bound=_one_step(quotient), note=""
    )


def _one_step(quotient: float) -> float:
    """1 where the quotient is so near a half that a rounding decides, else 0."""
    apart = abs(abs(quotient) % 1 - 0.5)
    return 1.0 if apart <= 1e-5 * max(1.0, abs(quotient)) else 0.0


def _held(quotient: float, offset: int, dtype: np.dtype[Any]) -> int:
    """Rounded to even and held between the least and the largest number of the dtype."""
    if "int" not in dtype.name:
        raise UnexplainedError(f"quantization to {dtype.name} is not written out")
    held = ml_dtypes.iinfo(dtype)
    low, high = int(held.min), int(held.max)
    if np.isnan(quotient):
        raise UnexplainedError("a NaN has no integer")
    rounded = round(min(max(quotient, -1e18), 1e18))
    return min(max(rounded + offset, low), high)


def _zeros(cell: Cell, channel: int) -> tuple[int, int]:
    return (
        int(_at(cell, "data_zero_point", channel)),
        int(_at(cell, "kernel_zero_point", channel)),
    )


def _at(cell: Cell, role: str, channel: int) -> float | int:
    """A number for the whole tensor or one a channel; 0 where it is not read."""
    if not cell.has(role):
        return 0
    read = cell.read(role)
    size = cell.array(read).size
    place = (
        np.unravel_index(channel if size > 1 else 0, cell.shape(read)) if cell.shape(read) else ()
    )
    return cell.element(one(read, [int(at) for at in place], cell.shape(read)))


def _parameter(cell: Cell, role: str) -> Patch | None:
    """Where the scale or zero point of an element lies: one in all, one a channel, one a block."""
    if not cell.has(role):
        return None
    read = cell.read(role)
    shape = cell.shape(read)
    if cell.array(read).size == 1:
        return one(read, [0] * len(shape), shape)
    axis = int(cell.attribute("axis", 1)) % len(cell.index)
    block = int(cell.attribute("block_size") or 0)
    if block:
        index = [at // block if place == axis else at for place, at in enumerate(cell.index)]
        return one(read, index, shape)
    return one(read, [cell.index[axis]], shape)


def _number(cell: Cell, patch: Patch | None, default: float) -> float | int:
    return default if patch is None else cell.element(patch)


def _told(cell: Cell, patch: Patch) -> str:
    return guarded(expression.texts(patch.numbers(cell.array(patch.read)))[0])


def _terms(cell: Cell, *patches: Patch | None) -> tuple[Terms, ...]:
    return tuple(
        Terms(patch, patch.numbers(cell.array(patch.read)))
        for patch in patches
        if patch is not None
    )
