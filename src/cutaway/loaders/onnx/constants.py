"""Constants that an operator holds, and sparse tensors, as tensors."""
# pyright: standard

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from onnx import NodeProto, SparseTensorProto, TensorProto
from onnx.helper import get_attribute_value
from onnx.numpy_helper import from_array

from cutaway.trace import Array

AnyTensor: TypeAlias = TensorProto | SparseTensorProto

_HOLDERS: Final[dict[str, type | None]] = {
    "value": None,
    "sparse_value": None,
    "value_float": np.float32,
    "value_floats": np.float32,
    "value_int": np.int64,
    "value_ints": np.int64,
    "value_string": np.object_,
    "value_strings": np.object_,
}
"""The attributes that hold the value, and the dtype of those that are no tensors."""


def is_constant(node: NodeProto) -> bool:
    """Whether the node only hands out a value that it holds."""
    return (
        node.op_type == "Constant"
        and node.domain in ("", "ai.onnx")
        and len(node.output) == 1
        and any(attribute.name in _HOLDERS for attribute in node.attribute)
    )


def constant_tensor(node: NodeProto) -> AnyTensor:
    """The tensor that a ``Constant`` operator holds, in whichever attribute."""
    attribute = next(held for held in node.attribute if held.name in _HOLDERS)
    if attribute.name == "value":
        return attribute.t
    if attribute.name == "sparse_value":
        return attribute.sparse_tensor
    value = get_attribute_value(attribute)
    dtype = np.dtype(_HOLDERS[attribute.name])
    return from_array(np.array(value, dtype=dtype), node.output[0])


def dense(shape: tuple[int, ...], indices: Array, values: Array) -> Array:
    """A sparse tensor with its zeros written out.

    Args:
        shape: of the result.
        indices: int64, flat positions ``(n,)`` or coordinates ``(n, rank)``.
        values: ``(n,)``.
    """
    full = np.zeros(shape, values.dtype)
    flat = indices if indices.ndim == 1 else np.ravel_multi_index(tuple(indices.T), shape)
    full.reshape(-1)[flat] = values
    return full
