"""Single tensors as ONNX keeps them (``.pb``): recognized here, read by ONNX's own loader."""

from __future__ import annotations

from typing import BinaryIO, Final

from cutaway import loaders
from cutaway.errors import InputError
from cutaway.inputs.source import Source

_FIELDS: Final = {1: (0, 2), 2: (0,), 4: (2,), 5: (2,), 6: (2,), 7: (2,), 8: (2,), 9: (2,),
                  10: (2,), 11: (2,), 12: (2,), 13: (2,), 14: (0,), 16: (2,)}  # fmt: skip
"""Fields of TensorProto (onnx.proto) and the wire types that each may have."""

_TYPE: Final = 2
_MOST_TYPES: Final = 64
"""No element type has a number as high."""


def is_tensor(head: bytes, size: int) -> bool:
    """Whether a file's first bytes are those of a TensorProto: it has no signature.

    Args:
        head: the first bytes.
        size: of the whole file.
    """
    at, typed = 0, False
    while at < min(len(head), size):
        key, at = _varint(head, at)
        number, wire = key >> 3, key & 7
        if wire not in _FIELDS.get(number, ()):
            return False
        value, at = _varint(head, at)
        if at < 0 or (wire == 2 and at + value > size):
            return typed  # cut off, or in the middle of what was looked at
        if number == _TYPE:
            if not 0 < value < _MOST_TYPES:
                return False
            typed = True
        at += value if wire == 2 else 0
    return typed


def read(file: BinaryIO, name: str) -> Source:
    """The tensor of a file.

    Raises:
        InputError: it is truncated, broken, or keeps its numbers in another file.
    """
    content = file.read()
    try:
        array = loaders.read_tensor(content)
    except ValueError as problem:
        raise InputError(
            f"wanted a whole ONNX tensor; '{name}' is truncated or broken ({problem}); save it "
            "again"
        ) from problem
    if array is None:
        raise InputError(
            f"'{name}' looks like an ONNX tensor, which no installed loader reads; save it as .npy"
        )
    said = f"ONNX tensor, {array.shape} {array.dtype}"
    return Source(name, "array", array, None, None, None, said)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at a position and the position after it; -1 for both where it is cut off."""
    result = shift = 0
    while 0 <= at < len(data) and shift < 70:
        byte = data[at]
        at += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result, at
        shift += 7
    return -1, -1
