"""Element types of OpenVINO, and numbers between its tensors and NumPy."""
# pyright: standard

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import ml_dtypes
import numpy as np
import openvino as ov

from cutaway.errors import UnsupportedModel
from cutaway.graph import Dim
from cutaway.trace import Array

DTYPES: Final = {
    "f32": "float32", "f16": "float16", "bf16": "bfloat16", "f64": "float64", "i8": "int8",
    "i16": "int16", "i32": "int32", "i64": "int64", "u8": "uint8", "u16": "uint16",
    "u32": "uint32", "u64": "uint64", "boolean": "bool", "i4": "int4", "u4": "uint4",
    "f8e4m3": "float8_e4m3fn", "f8e5m2": "float8_e5m2", "string": "object",
}  # fmt: skip
"""NumPy's or ml_dtypes' name by OpenVINO's; what is missing has no tensors that Cutaway reads."""


def dtype_of(element: Any) -> str | None:
    """Name of an element type; None where it is not known before a run, or is no number.

    Args:
        element: OpenVINO's Type.
    """
    return DTYPES.get(element.get_type_name())


def shape_of(partial: Any) -> tuple[Dim, ...] | None:
    """A shape with None for free axes; None where even the rank is not known.

    Args:
        partial: OpenVINO's PartialShape.
    """
    if partial.rank.is_dynamic:
        return None
    return tuple(int(axis.get_length()) if axis.is_static else None for axis in partial)


def array_of(tensor: Any, name: str, *, copy: bool) -> Array:
    """The numbers of a tensor, read-only.

    Args:
        tensor: OpenVINO's Tensor.
        name: of the value, for messages.
        copy: whether the numbers shall stay when OpenVINO writes to the tensor again.

    Raises:
        UnsupportedModel: NumPy has no such elements.
    """
    told = tensor.element_type.get_type_name()
    words = told == "string"
    held: Array = np.array(tensor.str_data, dtype=object) if words else tensor.data
    found = numbers(held, told, [int(length) for length in tensor.shape], name)
    if copy:
        found = found.copy()
        found.flags.writeable = False
    return found


def numbers(held: Array, told: str, shape: Sequence[int], name: str) -> Array:
    """What OpenVINO gives as an array, with the dtype that it is of, read-only.

    Args:
        held: as it comes; elements that NumPy lacks come as others of their size.
        told: OpenVINO's name of the element type.
        shape: of the tensor.
        name: of the value, for messages.

    Raises:
        UnsupportedModel: NumPy has no such elements.
    """
    dtype = DTYPES.get(told)
    if dtype is None:
        raise UnsupportedModel(f"'{name}' has elements of type {told}, which Cutaway does not read")
    if dtype in ("int4", "uint4"):
        found = _unpacked(held, dtype, shape)
    else:
        wanted = np.dtype(getattr(ml_dtypes, dtype, None) or dtype)
        found = held if held.dtype == wanted else held.view(wanted)
    found = found.reshape(shape)
    found.flags.writeable = False
    return found


def _unpacked(held: Array, dtype: str, shape: Sequence[int]) -> Array:
    """Two numbers a byte, the lower half first."""
    packed = held.reshape(-1).view(np.uint8)
    halves = np.stack([packed & 15, packed >> 4], axis=-1).reshape(-1)[: math.prod(shape)]
    if dtype == "int4":
        return ((halves ^ 8).astype(np.int8) - 8).astype(ml_dtypes.int4)
    return halves.astype(ml_dtypes.uint4)


def tensor_of(array: Array) -> Any:
    """OpenVINO's Tensor of an array's numbers.

    Args:
        array: contiguous, of one of the dtypes in ``DTYPES``.
    """
    told = next(name for name, dtype in DTYPES.items() if dtype == array.dtype.name)
    if told == "string":
        return ov.Tensor(array.astype(str))
    if array.dtype.name in ("bfloat16", "float8_e4m3fn", "float8_e5m2"):
        made = ov.Tensor(getattr(ov.Type, told), ov.Shape(list(array.shape)))
        made.data[...] = array.view(made.data.dtype)
        return made
    return ov.Tensor(np.array(array))
