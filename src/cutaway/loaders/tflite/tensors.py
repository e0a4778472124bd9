"""Tensors of a TFLite file: dtypes, and the numbers that are stored."""
# pyright: standard

from __future__ import annotations

from typing import Any, Final

import ml_dtypes
import numpy as np

from cutaway.errors import BrokenFile, UnsupportedModel
from cutaway.graph import Value
from cutaway.trace import Array

DTYPES: Final = {
    0: "float32", 1: "float16", 2: "int32", 3: "uint8", 4: "int64", 5: "object", 6: "bool",
    7: "int16", 8: "complex64", 9: "int8", 10: "float64", 11: "complex128", 12: "uint64",
    15: "uint32", 16: "uint16", 17: "int4", 18: "bfloat16",
}  # fmt: skip
"""By number of the schema's TensorType; resources and variants are no tensors."""


def stored(held: memoryview, model: Any, tensor: Any, value: Value) -> Array:
    """The numbers of a constant, memory-mapped where they lie as NumPy has them.

    Args:
        held: the whole file.
        model: the schema's Model.
        tensor: the schema's Tensor.
        value: what it became.

    Raises:
        BrokenFile: the buffer is shorter than its shape says.
        UnsupportedModel: they are sparse or words.
    """
    if tensor.Sparsity() is not None:
        raise UnsupportedModel(f"'{value.name}' is stored sparse, which Cutaway does not read yet")
    shape = [length for length in value.shape or () if isinstance(length, int)]
    if value.dtype == "object":
        raise UnsupportedModel(f"'{value.name}' holds words, which Cutaway does not read yet")
    dtype = np.dtype(getattr(ml_dtypes, value.dtype or "", None) or value.dtype)
    count = int(np.prod(shape, dtype=np.int64))
    stored_bytes = _bytes(held, model, tensor)
    if stored_bytes is None:  # a variable: it begins as zeros
        return _frozen(np.zeros(shape, dtype))
    if count < 0 or count > 1 << 40:
        raise BrokenFile(f"'{value.name}' has shape {tuple(shape)}, which no file holds")
    wanted = (count + 1) // 2 if value.dtype == "int4" else count * dtype.itemsize
    if len(stored_bytes) < wanted:
        raise BrokenFile(
            f"'{value.name}' wants {wanted} bytes, {len(stored_bytes)} are stored; convert the "
            "model again"
        )
    if value.dtype == "int4":
        packed = np.frombuffer(stored_bytes, np.uint8, wanted)
        pairs = np.stack([packed & 15, packed >> 4], axis=-1).reshape(-1)[:count]
        signed = (pairs ^ 8).astype(np.int8) - 8
        return _frozen(signed.astype(ml_dtypes.int4).reshape(shape))
    return _frozen(np.frombuffer(stored_bytes, dtype, count).reshape(shape))


def _bytes(held: memoryview, model: Any, tensor: Any) -> memoryview | None:
    buffer = model.Buffers(tensor.Buffer())
    if buffer is None:
        return None
    offset, size = buffer.Offset(), buffer.Size()
    if offset > 1:  # files over 2 GB keep numbers behind the flatbuffer
        return held[offset : offset + size]
    if buffer.DataLength() == 0:
        return None
    return memoryview(buffer.DataAsNumpy())


def _frozen(array: Array) -> Array:
    array.flags.writeable = False
    return array
