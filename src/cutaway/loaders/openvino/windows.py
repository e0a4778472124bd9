"""Convolutions and pooling of OpenVINO in ONNX's terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from cutaway.arithmetic.padding import same_pads, same_transposed_pads
from cutaway.loaders.openvino.operation import GROUPED, Operation, Told, View, known

_ROLES: Final = ("data", "kernel")
_SAME: Final = {"same_upper": "SAME_UPPER", "same_lower": "SAME_LOWER"}


def convolution(operation: Operation) -> Told:
    """Convolution and GroupConvolution, whose kernel has an axis of groups before the others."""
    grouped = operation.op == "GroupConvolution"
    shape = operation.lengths(1)
    if shape is None or (grouped and not operation.held[1]):
        return Told(None, roles=_ROLES, family="convolution")
    cells = shape[3 if grouped else 2 :]
    found = _window(operation, cells)
    found["group"] = shape[0] if grouped else 1
    views: dict[int, View] = {1: GROUPED} if grouped else {}
    return Told("Conv", found, _ROLES, views=views)


def transposed(operation: Operation) -> Told:
    """ConvolutionBackpropData and its grouped form; a stated output shape decides the padding."""
    roles = (*_ROLES, "output_shape")
    grouped = operation.op == "GroupConvolutionBackpropData"
    shape = operation.lengths(1)
    if shape is None or (grouped and not operation.held[1]):
        return Told(None, roles=roles, family="convolution")
    cells = shape[3 if grouped else 2 :]
    strides = operation.list("strides", [1] * len(cells))
    dilations = operation.list("dilations", [1] * len(cells))
    extra = operation.list("output_padding", [0] * len(cells))
    found: dict[str, Any] = {
        "kernel_shape": cells,
        "strides": strides,
        "dilations": dilations,
        "output_padding": extra,
        "group": shape[0] if grouped else 1,
    }
    auto = str(operation.attributes.get("auto_pad", "explicit"))
    lower = auto == "same_lower"
    pads = [*operation.list("pads_begin"), *operation.list("pads_end")]
    if len(operation.shapes) > 2:
        pads = _left(operation, found) or ([] if auto in _SAME else pads)
    elif auto in _SAME:
        pads = same_transposed_pads(cells, strides, dilations, extra, lower=lower)
    elif auto == "valid":
        pads = [0] * 2 * len(cells)
    if len(pads) != 2 * len(cells):
        return Told(None, roles=roles, family="convolution")
    found["pads"] = pads
    views: dict[int, View] = {1: GROUPED} if grouped else {}
    return Told("ConvTranspose", found, roles, views=views)


def _left(operation: Operation, found: dict[str, Any]) -> list[int]:
    """What is cut off so that the stated output shape is left; empty where sizes are not known.

    OpenVINO has worked out the begins, none of them below zero, and cuts the ends to fit.
    """
    before = operation.spatial(0)
    after = known((operation.written[0] or ())[2:])
    if before is None or not after or len(before) != len(after):
        return []
    begins = operation.list("pads_begin", [0] * len(after))
    wholes = [
        (size - 1) * stride + (cells - 1) * dilation + 1 + extra
        for size, stride, cells, dilation, extra in zip(
            before,
            found["strides"],
            found["kernel_shape"],
            found["dilations"],
            found["output_padding"],
            strict=True,
        )
    ]
    ends = [max(0, w - b - left) for w, b, left in zip(wholes, begins, after, strict=True)]
    return [*begins, *ends]


def max_pool(operation: Operation) -> Told:
    """MaxPool, which from opset 8 on also says where the largest numbers lie."""
    return Told("MaxPool", _pool(operation))


def average_pool(operation: Operation) -> Told:
    """AvgPool."""
    found = _pool(operation)
    found["count_include_pad"] = int(not operation.attributes.get("exclude-pad", True))
    return Told("AveragePool", found)


def _pool(operation: Operation) -> dict[str, Any]:
    found = _window(operation, operation.list("kernel"))
    if str(operation.attributes.get("rounding_type", "floor")).startswith("ceil"):
        found["ceil_mode"] = 1
    return found


def _window(operation: Operation, cells: Sequence[int]) -> dict[str, Any]:
    axes = len(cells)
    strides = operation.list("strides", [1] * axes)
    dilations = operation.list("dilations", [1] * axes)
    found: dict[str, Any] = {
        "kernel_shape": list(cells),
        "strides": strides,
        "dilations": dilations,
    }
    auto = str(operation.attributes.get("auto_pad", "explicit"))
    sizes = operation.spatial(0)
    if auto == "valid":
        found["pads"] = [0] * 2 * axes
    elif auto not in _SAME:
        begin = operation.list("pads_begin", [0] * axes)
        found["pads"] = [*begin, *operation.list("pads_end", [0] * axes)]
    elif sizes is not None and len(sizes) == axes:
        lower = auto == "same_lower"
        found["pads"] = same_pads(sizes, cells, strides, dilations, lower=lower)
    else:
        found["auto_pad"] = _SAME[auto]
    return found
