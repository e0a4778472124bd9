"""The numbers of an ML Program: those in its text, and those in the weight file beside it.

Source of the weight file's form: MLModel/src/MILBlob/Blob/StorageFormat.hpp of coremltools. At the
offset that an operation states lies a record of 64 bytes: a mark, the dtype, how many bytes the
numbers take, and where they begin.
"""
# pyright: standard

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import ml_dtypes
import numpy as np

from cutaway.errors import BrokenFile
from cutaway.loaders.coreml.package import Package
from cutaway.trace import Array

Lengths: TypeAlias = tuple[int | None, ...] | None
"""A shape; None where even the rank is not known."""

DTYPES: Final = {
    1: "bool", 2: "object", 10: "float16", 11: "float32", 12: "float64", 13: "bfloat16",
    21: "int8", 22: "int16", 23: "int32", 24: "int64", 25: "int4", 31: "uint8", 32: "uint16",
    33: "uint32", 34: "uint64", 35: "uint4", 36: "uint2", 37: "uint1", 38: "uint6", 39: "uint3",
    40: "float8_e4m3fn", 41: "float8_e5m2",
}  # fmt: skip
"""By number of DataType (MIL.proto)."""
_BITS: Final = {"int4": 4, "uint4": 4, "uint2": 2, "uint1": 1, "uint6": 6, "uint3": 3}
"""Types of less than a byte; they are shown as the smallest whole type that NumPy has."""
_RECORD: Final = struct.Struct("<IIQQ")
_MARK: Final = 0xDEADBEEF


def type_of(type_: Any) -> tuple[Lengths, str | None]:
    """Shape and dtype of a ValueType; neither for what is no tensor."""
    if type_.WhichOneof("type") == "stateType":
        return type_of(type_.stateType.wrappedType)
    if type_.WhichOneof("type") != "tensorType":
        return None, None
    held = type_.tensorType
    lengths = tuple(
        int(one.constant.size) if one.HasField("constant") else None for one in held.dimensions
    )
    return lengths, shown(DTYPES.get(held.dataType))


def shown(dtype: str | None) -> str | None:
    """The dtype that numbers are shown in: whole bytes for most of what takes less."""
    if dtype in _BITS and dtype not in ("int4", "uint4", "uint2"):
        return "uint8"
    return dtype


def is_stored(value: Any) -> bool:
    """Whether a Value lies in a file beside the program."""
    return value.WhichOneof("value") == "blobFileValue"


def held_reader(value: Any, package: Package, name: str) -> Callable[[], Array]:
    """What reads the numbers of a Value.

    Args:
        value: a tensor, which is kept.
        package: that holds the files.
        name: for messages.
    """
    told = value.type.tensorType
    shape, dtype = type_of(value.type)
    lengths = tuple(length for length in shape or () if length is not None)
    raw = DTYPES.get(told.dataType)

    def read() -> Array:
        if raw is None or dtype is None or shape is None or len(lengths) != len(shape):
            raise BrokenFile(f"'{name}' is of no known type; convert the model again")
        if is_stored(value):
            array = _stored(value.blobFileValue, package, raw, lengths, name)
        else:
            array = immediate(value, raw, name)
        if array.size != math.prod(lengths):
            raise BrokenFile(
                f"'{name}' of shape {lengths} wants {math.prod(lengths):,} numbers, "
                f"{array.size:,} are stored; convert the model again"
            )
        array = array.reshape(lengths)
        array.flags.writeable = False
        return array

    return read


def check_stored(value: Any, package: Package, name: str) -> None:
    """Find the file and the place of stored numbers, without reading them.

    Raises:
        RefusedFile: the file lies outside the package.
        BrokenFile: it is missing, too short, or holds something else there.
    """
    shape, _ = type_of(value.type)
    raw = DTYPES.get(value.type.tensorType.dataType)
    if raw is None or shape is None or any(length is None for length in shape):
        raise BrokenFile(f"'{name}' is of no known type; convert the model again")
    _place(value.blobFileValue, package, raw, tuple(one or 0 for one in shape), name)


def _place(
    blob: Any, package: Package, raw: str, lengths: tuple[int, ...], name: str
) -> memoryview:
    """The bytes of stored numbers, found to be of their shape."""
    held = package.beside(blob.fileName)
    offset = int(blob.offset)
    if offset + _RECORD.size > len(held):
        raise BrokenFile(
            f"'{name}' should lie at byte {offset:,} of {blob.fileName}, which has {len(held):,}; "
            "fetch or save the package again"
        )
    mark, _, size, start = _RECORD.unpack_from(held, offset)
    count = math.prod(lengths)
    wanted = -(-count * _width(raw) // 8)
    if mark != _MARK or start + size > len(held) or size != wanted:
        raise BrokenFile(
            f"'{name}' of shape {lengths} wants {wanted:,} bytes; at byte {offset:,} of "
            f"{blob.fileName} {size:,} are stated from byte {start:,} of {len(held):,}; fetch or "
            "save the package again"
        )
    return held[start : start + size]


def _width(raw: str) -> int:
    return _BITS.get(raw) or _dtype(raw).itemsize * 8


def _dtype(name: str) -> np.dtype[Any]:
    return np.dtype(getattr(ml_dtypes, name, None) or name)


def _stored(blob: Any, package: Package, raw: str, lengths: tuple[int, ...], name: str) -> Array:
    content = _place(blob, package, raw, lengths, name)
    if raw not in _BITS:
        return np.frombuffer(content, _dtype(raw))
    return _unpacked(content, raw, math.prod(lengths))


def _unpacked(content: memoryview | bytes, raw: str, count: int) -> Array:
    """Numbers of less than a byte, the lowest bits first."""
    bits = _BITS[raw]
    places = np.unpackbits(np.frombuffer(content, np.uint8), count=count * bits, bitorder="little")
    whole = (places.reshape(count, bits) << np.arange(bits, dtype=np.uint8)).sum(1, dtype=np.uint8)
    if raw == "int4":
        whole = (whole ^ 8).astype(np.int8) - 8
    return whole.astype(_dtype(shown(raw) or "uint8"))


def immediate(value: Any, raw: str, name: str) -> Array:
    """The numbers, or words, that stand in the program itself.

    Raises:
        BrokenFile: they are no tensor.
    """
    if value.WhichOneof("value") != "immediateValue" or not value.immediateValue.HasField("tensor"):
        raise BrokenFile(f"'{name}' holds no numbers; convert the model again")
    tensor = value.immediateValue.tensor
    kind = tensor.WhichOneof("value")
    if kind is None:
        return np.zeros(0, _dtype(shown(raw) or "float32"))
    held = getattr(tensor, kind).values
    if kind == "bytes":
        if raw in _BITS:
            return _unpacked(held, raw, len(held) * 8 // _BITS[raw])
        dtype = _dtype(raw)
        return np.frombuffer(held, dtype, len(held) // dtype.itemsize)
    if raw == "object":
        return np.array(list(held), object)
    return np.array(held, _dtype(shown(raw) or raw))
