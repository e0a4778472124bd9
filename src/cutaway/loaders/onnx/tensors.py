"""Tensors of an ONNX file as arrays, memory-mapped where they lie in a file of their own bytes."""
# pyright: standard

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

import ml_dtypes
import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper
from onnx.numpy_helper import to_array

from cutaway.errors import BrokenFile
from cutaway.trace import Array

_PACKED = {"int4", "uint4", "int2", "uint2", "float4_e2m1fn"}
"""Types of which several elements share a byte in a file."""


@lru_cache
def dtype_of(element: int) -> np.dtype | None:
    """The dtype of an ONNX element type: ``object`` for strings, None where it is unknown."""
    try:
        return np.dtype(helper.tensor_dtype_to_np_dtype(element))
    except (KeyError, ValueError):
        return None


def dtype_name(element: int) -> str | None:
    """NumPy's or ml_dtypes' name of an ONNX element type."""
    dtype = dtype_of(element)
    return None if dtype is None else dtype.name


def is_external(tensor: TensorProto) -> bool:
    """Whether the tensor's bytes lie outside the message."""
    return tensor.data_location == TensorProto.DataLocation.EXTERNAL


def byte_length(tensor: TensorProto) -> int:
    """How many bytes the data of a tensor takes in a file.

    Raises:
        ValueError: its element type is unknown.
    """
    dtype = dtype_name(tensor.data_type)
    if dtype is None:
        raise ValueError(f"element type {tensor.data_type} is unknown")
    count = math.prod(tensor.dims)
    if dtype in _PACKED:
        return -(-count * _bits(dtype) // 8)
    return count * np.dtype(dtype_of(tensor.data_type)).itemsize


def _bits(dtype: str) -> int:
    return 2 if dtype.endswith("int2") else 4


class Tensors:
    """The arrays of tensors, by memory map where they are external."""

    def __init__(self, folder: Path) -> None:
        """Read external tensors from a folder, in which each was found to lie."""
        self._folder = folder
        self._maps: dict[Path, np.memmap] = {}

    def array(self, tensor: TensorProto) -> Array:
        """A tensor as a read-only array; a big one is a slice of its file, not in memory.

        Raises:
            BrokenFile: the data inside the message is not of its shape.
        """
        if is_external(tensor):
            return self._mapped(tensor)
        try:
            array = np.asarray(to_array(tensor))
        except (KeyError, TypeError, ValueError) as problem:
            raise BrokenFile(
                f"the data of tensor '{tensor.name}' does not fit its shape "
                f"{tuple(tensor.dims)}: {problem}; export the model again"
            ) from problem
        array.flags.writeable = False
        return array

    def _mapped(self, tensor: TensorProto) -> Array:
        words = {entry.key: entry.value for entry in tensor.external_data}
        offset, length = int(words.get("offset") or 0), byte_length(tensor)
        shape, dtype = tuple(tensor.dims), np.dtype(dtype_of(tensor.data_type))
        if length == 0:
            return np.zeros(shape, dtype)
        file = self._folder / words["location"]
        if file not in self._maps:
            self._maps[file] = np.memmap(file, np.uint8, "r")
        raw = self._maps[file][offset : offset + length]
        if dtype.name in _PACKED:
            return unpacked(raw, dtype.name, shape)
        return raw.view(dtype).reshape(shape)


def unpacked(raw: npt.NDArray[np.uint8], dtype: str, shape: tuple[int, ...]) -> Array:
    """Elements of 2 or 4 bits, of which several share a byte (lowest bits first), one by one.

    Args:
        raw: the bytes.
        dtype: ``int4``, ``uint4``, ``int2``, ``uint2`` or ``float4_e2m1fn``.
        shape: of the result, which is of that dtype of ml_dtypes.
    """
    bits = _bits(dtype)
    shifts = np.arange(0, 8, bits, dtype=np.uint8)
    codes = (raw[:, None] >> shifts) & np.uint8((1 << bits) - 1)
    codes = codes.reshape(-1)[: math.prod(shape)].reshape(shape)
    if dtype == "float4_e2m1fn":
        return codes.view(ml_dtypes.float4_e2m1fn)
    if dtype.startswith("int"):
        half = 1 << (bits - 1)
        return ((codes.astype(np.int8) ^ half) - half).astype(np.dtype(dtype))
    return codes.astype(np.dtype(dtype))
