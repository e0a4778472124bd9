"""What the integers of a quantized tensor stand for."""

from __future__ import annotations

from cutaway.errors import UnknownKey
from cutaway.graph import Node
from cutaway.loaders import Model

_QUANTIZING = frozenset({"QuantizeLinear", "QLinearConv", "QLinearMatMul"})
"""Kinds that read the scale and the zero point of what they write."""


def quantization_of(model: Model, node: Node) -> tuple[float, int] | None:
    """Scale and zero point of what a node writes; None where there is not one of each.

    The real number is the scale times (the integer less the zero point). Source: the
    QuantizeLinear operator of the ONNX specification, and TFLite's quantization specification.
    """
    stated = node.kind_attributes.get("y_scale")
    if stated is not None:
        return float(stated), int(node.kind_attributes.get("y_zero_point", 0))
    if node.kind not in _QUANTIZING:
        return None
    by_role = {read.role: read.value for read in node.reads}
    scale = _only(model, by_role.get("scale"))
    zero = _only(model, by_role["zero_point"]) if "zero_point" in by_role else 0.0
    return None if scale is None or zero is None else (scale, int(zero))


def quantizations(model: Model) -> dict[str, tuple[float, int]]:
    """Scale and zero point by value id, as JSON has keys, of all values that have one of each."""
    found: dict[str, tuple[float, int]] = {}
    for node in model.graph.nodes:
        told = quantization_of(model, node)
        if told is not None and node.writes:
            found[str(node.writes[0])] = told
    return found


def _only(model: Model, value: int | None) -> float | None:
    """The one number of a constant; None where it is computed, or they are several."""
    if value is None or model.graph.values[value].what not in ("weight", "constant"):
        return None
    try:
        array = model.weight(value)
    except UnknownKey:
        return None
    return float(array.reshape(-1)[0]) if array.size == 1 else None
