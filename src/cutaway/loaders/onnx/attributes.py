"""Attributes of ONNX operators: as the file states them, and complete in ONNX's own terms."""
# pyright: standard

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from onnx import AttributeProto, GraphProto, NodeProto, TensorProto, defs

from cutaway.arithmetic.padding import same_pads, same_transposed_pads
from cutaway.graph import Dim
from cutaway.loaders.onnx.tensors import dtype_name

LONGEST: Final = 64
"""Longer lists (the nodes of a decision forest) are shown by their length and first entries."""

WINDOWS: Final = {"Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool"}
"""Operators that move a window over their data."""
_PLAIN_DOMAINS: Final = {"", "ai.onnx", "ai.onnx.ml"}


def kind_of(op: str, domain: str) -> str | None:
    """The ONNX operator that an operator is; None for those of other domains."""
    return op if domain in _PLAIN_DOMAINS else None


def stated_attributes(node: NodeProto) -> dict[str, Any]:
    """The attributes of a node as plain JSON values.

    A tensor becomes its shape and dtype, a body (of ``If``, ``Loop``, ``Scan``) its number of
    nodes, a list longer than 64 its length and its first entries.
    """
    return {attribute.name: plain(attribute) for attribute in node.attribute}


def plain(attribute: AttributeProto) -> Any:
    """One attribute as a plain JSON value."""
    read = _READERS.get(attribute.type)
    return None if read is None else read(attribute)


def _tensor(tensor: TensorProto) -> dict[str, Any]:
    return {"shape": list(tensor.dims), "dtype": dtype_name(tensor.data_type)}


def _body(graph: GraphProto) -> dict[str, Any]:
    return {"nodes": len(graph.node), "name": graph.name}


def _float(number: float) -> float | str:
    """The shortest decimal of a float32, 0.1 instead of 0.10000000149; ``inf`` as a word."""
    return float(str(np.float32(number))) if math.isfinite(number) else str(number)


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _short(value: list[Any]) -> Any:
    if len(value) > LONGEST:
        return {"length": len(value), "first": value[:LONGEST]}
    return value


_READERS: Final[dict[int, Callable[[AttributeProto], Any]]] = {
    AttributeProto.INT: lambda held: held.i,
    AttributeProto.INTS: lambda held: _short(list(held.ints)),
    AttributeProto.FLOAT: lambda held: _float(held.f),
    AttributeProto.FLOATS: lambda held: _short([_float(number) for number in held.floats]),
    AttributeProto.STRING: lambda held: _text(held.s),
    AttributeProto.STRINGS: lambda held: _short([_text(word) for word in held.strings]),
    AttributeProto.TENSOR: lambda held: _tensor(held.t),
    AttributeProto.TENSORS: lambda held: _short([_tensor(one) for one in held.tensors]),
    AttributeProto.GRAPH: lambda held: _body(held.g),
    AttributeProto.GRAPHS: lambda held: _short([_body(graph) for graph in held.graphs]),
    AttributeProto.SPARSE_TENSOR: lambda held: {
        "shape": list(held.sparse_tensor.dims),
        "sparse": True,
    },
}
"""How an attribute of each type becomes a plain value; a list made short where it is long."""


def kind_attributes(
    op: str,
    domain: str,
    stated: Mapping[str, Any],
    opset: int,
) -> dict[str, Any]:
    """The attributes of a node with every default filled in.

    Args:
        op: the operator, of one of ONNX's own domains.
        domain: that domain.
        stated: the node's attributes as the file states them.
        opset: version of the domain.
    """
    found = {**_schema_defaults(op, domain, opset), **stated}
    if op in _ONCE_FLATTENED and domain in _PLAIN_DOMAINS and opset < 13:
        found["flattened"] = 1
    return found


_ONCE_FLATTENED: Final = {"Softmax", "LogSoftmax", "Hardmax"}
"""Operators that before opset 13 took all axes from ``axis`` on as one: ``flattened`` says so."""


@lru_cache(maxsize=1024)
def _schema_defaults(op: str, domain: str, opset: int) -> Mapping[str, Any]:
    try:
        schema = defs.get_schema(op, opset, "" if domain == "ai.onnx" else domain)
    except defs.SchemaError:
        return {}
    unset = AttributeProto.AttributeType.UNDEFINED
    known = ((name, attribute.default_value) for name, attribute in schema.attributes.items())
    return {name: plain(value) for name, value in known if value.type != unset}


def complete_window(
    op: str, found: dict[str, Any], data: tuple[Dim, ...] | None, kernel: tuple[Dim, ...] | None
) -> None:
    """Make what a window (of a convolution or pooling) leaves open explicit, padding above all.

    ``pads`` then holds begins, then ends. Where automatic padding depends on sizes that are not
    known before a run, ``auto_pad`` stays and ``pads`` is missing.

    Args:
        op: one of ``WINDOWS``.
        found: the node's attributes, changed in place.
        data: shape of its first input.
        kernel: shape of its second input, where it is a convolution.
    """
    if "kernel_shape" not in found and kernel is not None and len(kernel) > 2:
        found["kernel_shape"] = list(kernel[2:])
    cells = found.get("kernel_shape")
    if not isinstance(cells, list):
        return
    axes = len(cells)
    found.setdefault("strides", [1] * axes)
    found.setdefault("dilations", [1] * axes)
    if op == "ConvTranspose":
        found.setdefault("output_padding", [0] * axes)
    auto = found.get("auto_pad", "NOTSET")
    if op == "ConvTranspose" and "output_shape" in found:
        # What is cut off follows from the sizes of a run; stated padding is left out of account.
        found.pop("pads", None)
        return
    if auto == "NOTSET":
        found.setdefault("pads", [0] * 2 * axes)
    elif auto == "VALID":
        found["pads"] = [0] * 2 * axes
    elif (pads := _automatic(op, found, data, lower=auto == "SAME_LOWER")) is not None:
        found["pads"] = pads
    else:
        return
    found.pop("auto_pad", None)


def _automatic(
    op: str, found: dict[str, Any], data: tuple[Dim, ...] | None, *, lower: bool
) -> list[int] | None:
    cells, strides, dilations = found["kernel_shape"], found["strides"], found["dilations"]
    axes = len(cells)
    windows = (cells, strides, dilations)
    if not all(len(window) == axes and _positive(window) for window in windows):
        return None
    if op == "ConvTranspose":
        extra = found["output_padding"]
        if len(extra) != axes:
            return None
        return same_transposed_pads(cells, strides, dilations, extra, lower=lower)
    sizes = _spatial(data, axes)
    return None if sizes is None else same_pads(sizes, cells, strides, dilations, lower=lower)


def _positive(numbers: Sequence[Any]) -> bool:
    return all(isinstance(number, int) and number > 0 for number in numbers)


def _spatial(data: tuple[Dim, ...] | None, axes: int) -> Sequence[int] | None:
    if data is None or len(data) != axes + 2:
        return None
    sizes = [size for size in data[2:] if isinstance(size, int)]
    return sizes if len(sizes) == axes else None
