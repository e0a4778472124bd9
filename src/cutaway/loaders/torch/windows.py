"""Convolutions and pooling of PyTorch in ONNX's terms: windows with explicit pads."""
# pyright: standard

from __future__ import annotations

from typing import Any, Final

from cutaway.loaders.torch.calls import Call

CONVOLUTIONS: Final = frozenset({
    "conv1d", "conv2d", "conv3d", "convolution", "_convolution", "conv_transpose1d",
    "conv_transpose2d", "conv_transpose3d",
})  # fmt: skip
POOLS: Final = frozenset({
    "max_pool1d", "max_pool2d", "max_pool3d", "max_pool2d_with_indices", "avg_pool1d",
    "avg_pool2d", "avg_pool3d", "adaptive_avg_pool1d", "adaptive_avg_pool2d",
    "adaptive_avg_pool3d", "_adaptive_avg_pool2d", "adaptive_max_pool2d",
})  # fmt: skip


def describe_window(op: str, call: Call) -> tuple[str | None, dict[str, Any]]:
    """Kind and attributes of a convolution or a pooling; no kind where ONNX has none.

    Args:
        op: a name of ``CONVOLUTIONS`` or ``POOLS``.
        call: its arguments.
    """
    if "adaptive" in op:
        return _adaptive(op, call)
    return _convolution(op, call) if op in CONVOLUTIONS else _pooling(op, call)


def _convolution(op: str, call: Call) -> tuple[str | None, dict[str, Any]]:
    kernel = call.shape("weight")
    if kernel is None or not all(isinstance(length, int) for length in kernel):
        return None, {}
    cells = [int(length or 0) for length in kernel[2:]]
    rank = len(cells)
    strides = _all(call.plain("stride", 1), rank)
    dilations = _all(call.plain("dilation", 1), rank)
    found: dict[str, Any] = {"kernel_shape": cells, "strides": strides, "dilations": dilations}
    found["group"] = int(call.plain("groups", 1))
    padding = call.plain("padding", 0)
    if isinstance(padding, str):
        total = [dilation * (cell - 1) for dilation, cell in zip(dilations, cells, strict=True)]
        before = [part // 2 for part in total] if padding == "same" else [0] * rank
        after = [a - b for a, b in zip(total, before, strict=True)] if padding == "same" else before
        return "Conv", {**found, "pads": [*before, *after]}
    pads = _all(padding, rank)
    found["pads"] = [*pads, *pads]
    if "transpose" in op or call.plain("transposed", otherwise=False):
        found["output_padding"] = _all(call.plain("output_padding", 0), rank)
        return "ConvTranspose", found
    return "Conv", found


def _pooling(op: str, call: Call) -> tuple[str | None, dict[str, Any]]:
    rank = int(op.partition("pool")[2][0])
    cells = _all(call.plain("kernel_size", 1), rank)
    found: dict[str, Any] = {"kernel_shape": cells}
    # Without strides windows lie side by side.
    found["strides"] = _all(call.plain("stride") or cells, rank)
    pads = _all(call.plain("padding", 0), rank)
    found["pads"] = [*pads, *pads]
    found["ceil_mode"] = int(bool(call.plain("ceil_mode", otherwise=False)))
    if op.startswith("max"):
        return "MaxPool", {**found, "dilations": _all(call.plain("dilation", 1), rank)}
    if call.plain("divisor_override") is not None:
        return None, {}
    counted = bool(call.plain("count_include_pad", otherwise=True))
    return "AveragePool", {**found, "count_include_pad": int(counted)}


def _adaptive(op: str, call: Call) -> tuple[str | None, dict[str, Any]]:
    sizes = call.plain("output_size", 0)
    one = all(size == 1 for size in _all(sizes, 1))
    if not one or len(call.writes) != 1:
        return None, {}
    return "GlobalMaxPool" if "max" in op else "GlobalAveragePool", {}


def _all(number: Any, rank: int) -> list[int]:
    """One number for each axis: PyTorch takes one for all of them."""
    numbers: list[Any] = list(number) if isinstance(number, list | tuple) else [number]
    return [int(one) for one in (numbers * rank if len(numbers) == 1 else numbers)]
