"""A model file as a small ModelProto whose big tensors stay where they are, in the file.

Every tensor over 4 kB becomes external data that points into the ``.onnx`` file itself. The small
message parses at once, its weights are memory-mapped for whoever wants to see them, and ONNX
Runtime, given the same message, maps the same pages: no weight is held or serialized twice.
"""
# pyright: standard

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Final, NamedTuple

from google.protobuf.message import DecodeError
from onnx import ModelProto, TensorProto

from cutaway.errors import BrokenFile
from cutaway.loaders.onnx.wire import LENGTH, Field, WireError, as_field, fields

INLINE: Final = 4096
"""Tensors of at most so many bytes stay in the message: shape inference reads small ones."""

# What lies in which field of which message, as far as tensors are found below it (onnx.proto).
_CHILDREN: Final[dict[str, dict[int, str]]] = {
    "model": {7: "graph", 25: "function"},
    "graph": {1: "node", 5: "tensor"},
    "function": {7: "node"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph"},
}
_DEEPEST: Final = 100
"""Protocol Buffers' own limit of messages inside messages."""
_DATA: Final = {9: None, 4: TensorProto.DataType.FLOAT, 10: TensorProto.DataType.DOUBLE}
"""Fields that hold the bytes of a tensor: raw data of any type, and packed lists of two types,
which have the same bytes as raw data."""


def read_light(path: Path) -> ModelProto:
    """The message of a model file, its big tensors external data in the file itself.

    Raises:
        BrokenFile: the file is truncated or no ONNX model.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            slim = _slim(_Scan(data, path.name), 0, len(data), "model")
        model = ModelProto.FromString(slim)
    except (WireError, DecodeError) as problem:
        raise BrokenFile(
            f"{path.name} is truncated or damaged: {problem}; fetch or export the file again"
        ) from problem
    if not model.HasField("graph"):
        raise BrokenFile(f"{path.name} is an ONNX file without a graph; export the model again")
    return model


class _Scan(NamedTuple):
    """What is scanned, and the name by which pointers refer to it."""

    data: mmap.mmap
    location: str


def _slim(scan: _Scan, start: int, end: int, message: str, depth: int = 0) -> bytes:
    """The message between two positions, its big tensors replaced by pointers."""
    if message == "tensor":
        return _slim_tensor(scan, start, end)
    if depth > _DEEPEST:
        raise WireError(f"more than {_DEEPEST} messages lie inside one another")
    data = scan.data
    children = _CHILDREN[message]
    parts: list[bytes] = []
    copied = start
    for field in fields(data, start, end):
        child = children.get(field.number)
        if child is None or field.wire != LENGTH or field.end - field.body <= INLINE:
            continue  # copied with its neighbours below
        parts.append(data[copied : field.start])
        slim = _slim(scan, field.body, field.end, child, depth + 1)
        parts.append(as_field(field.number, slim))
        copied = field.end
    parts.append(data[copied:end])
    return b"".join(parts)


def _slim_tensor(scan: _Scan, start: int, end: int) -> bytes:
    """A TensorProto with its one big data field replaced by a pointer, where it has one."""
    data = scan.data
    big: list[Field] = []
    rest: list[bytes] = []
    for field in fields(data, start, end):
        if field.number in _DATA and field.wire == LENGTH and field.end - field.body > INLINE:
            big.append(field)
        else:
            rest.append(data[field.start : field.end])
    if len(big) != 1:
        return data[start:end]
    tensor = TensorProto.FromString(b"".join(rest))
    bytes_of = _DATA[big[0].number] or tensor.data_type
    if bytes_of != tensor.data_type or _has_data(tensor):
        return data[start:end]  # no usual tensor: left as it is
    tensor.data_location = TensorProto.DataLocation.EXTERNAL
    offset, length = big[0].body, big[0].end - big[0].body
    for key, value in (("location", scan.location), ("offset", offset), ("length", length)):
        tensor.external_data.add(key=key, value=str(value))
    return tensor.SerializeToString()


def _has_data(tensor: TensorProto) -> bool:
    """Whether the tensor, its big field taken away, still holds or points to data."""
    return bool(
        tensor.float_data
        or tensor.int32_data
        or tensor.int64_data
        or tensor.double_data
        or tensor.uint64_data
        or tensor.string_data
        or tensor.raw_data
        or tensor.external_data
    )
