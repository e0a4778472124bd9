"""How many zeros ``same`` padding adds, in ONNX's explicit terms."""

from __future__ import annotations

from collections.abc import Sequence


def same_pads(
    sizes: Sequence[int],
    kernel: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
    *,
    lower: bool = False,
) -> list[int]:
    """Begin of every axis, then end of every axis, in cells.

    The output has ``ceil(size / stride)`` cells; the odd cell is added at the end, or at the begin
    where ``lower`` is set. Source: the Conv operator of the ONNX specification.

    Args:
        sizes: cells of the input along each spatial axis.
        kernel: cells of the kernel.
        strides: step of the kernel.
        dilations: distance between neighbouring cells of the kernel.
        lower: SAME_LOWER instead of SAME_UPPER.
    """
    totals = [
        max((-(-size // stride) - 1) * stride + (cells - 1) * dilation + 1 - size, 0)
        for size, cells, stride, dilation in zip(sizes, kernel, strides, dilations, strict=True)
    ]
    return _split(totals, lower=lower)


def same_transposed_pads(
    kernel: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
    output_padding: Sequence[int],
    *,
    lower: bool = False,
) -> list[int]:
    """Cells cut off a transposed convolution, so that it gives ``size * stride`` cells.

    Source: the ConvTranspose operator of the ONNX specification.
    """
    totals = [
        max((cells - 1) * dilation + 1 - stride + extra, 0)
        for cells, stride, dilation, extra in zip(
            kernel, strides, dilations, output_padding, strict=True
        )
    ]
    return _split(totals, lower=lower)


def _split(totals: list[int], *, lower: bool) -> list[int]:
    small = [total // 2 for total in totals]
    large = [total - half for total, half in zip(totals, small, strict=True)]
    return large + small if lower else small + large
