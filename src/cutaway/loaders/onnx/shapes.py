"""Shapes and dtypes of the values of an ONNX graph, as far as they are known before a run."""
# pyright: standard

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from onnx import GraphProto, ModelProto, TypeProto, ValueInfoProto, shape_inference

from cutaway.graph import Dim
from cutaway.loaders.onnx.tensors import dtype_name

MOST_NODES = 5000
"""Graphs with more nodes are not inferred: their shapes come with the first run."""

_MADE_UP = re.compile(r"unk__\d+$")
"""Symbols that inference makes up for lengths it does not know."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a value before a run."""

    shape: tuple[Dim, ...] | None = None
    dtype: str | None = None


UNKNOWN: Final = Known()
"""Nothing."""


def known_shapes(model: ModelProto) -> Mapping[str, Known]:
    """Shape and dtype by value name: as the file states them, else inferred where that is cheap."""
    stated = stated_shapes(model.graph)
    if len(model.graph.node) > MOST_NODES or _complete(model, stated):
        return stated
    try:
        inferred = shape_inference.infer_shapes(model)
    except Exception:  # noqa: BLE001 - whatever a strange graph does to it, shapes are a bonus
        return stated
    return stated_shapes(inferred.graph)


def _complete(model: ModelProto, stated: Mapping[str, Known]) -> bool:
    names = (name for node in model.graph.node for name in node.output if name)
    return all(name in stated and stated[name].shape is not None for name in names)


def stated_shapes(graph: GraphProto) -> dict[str, Known]:
    """Shape and dtype by value name, as a graph states them."""
    infos = [*graph.value_info, *graph.output, *graph.input]
    return {info.name: _known(info) for info in infos}


def _known(info: ValueInfoProto) -> Known:
    return known_type(info.type)


def known_type(type_: TypeProto) -> Known:
    """Shape and dtype of a tensor's type; nothing for sequences, maps and optionals."""
    if not type_.HasField("tensor_type"):
        return Known()
    tensor = type_.tensor_type
    dtype = dtype_name(tensor.elem_type) if tensor.elem_type else None
    if not tensor.HasField("shape"):
        return Known(None, dtype)
    return Known(tuple(_dim(dim) for dim in tensor.shape.dim), dtype)


def _dim(dim: object) -> Dim:
    which = dim.WhichOneof("value")  # type: ignore[attr-defined]
    if which == "dim_value":
        # Some exporters write -1 or 0 for a free axis; a true 0 is only seen in a run.
        return dim.dim_value if dim.dim_value > 0 else None  # type: ignore[attr-defined]
    symbol = dim.dim_param if which == "dim_param" else ""  # type: ignore[attr-defined]
    return None if not symbol or _MADE_UP.match(symbol) else symbol
