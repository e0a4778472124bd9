"""The wire format of Protocol Buffers, as far as finding big tensors in a file needs it.

A message is a run of fields; each is a key (number and wire type, one varint) and a body.
Source: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Iterator
from mmap import mmap
from typing import NamedTuple, TypeAlias

Buffer: TypeAlias = bytes | memoryview | mmap

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
"""The wire types in use; 3 and 4 (groups) are not used by ONNX."""


class WireError(ValueError):
    """The bytes are no message: a field is malformed or reaches past the end."""


class Field(NamedTuple):
    """Where one field lies in the buffer."""

    number: int
    wire: int
    start: int
    """Position of the key."""
    body: int
    """Position of the content: after the length of a length-delimited field."""
    end: int
    """Position after the field."""


def varint(data: Buffer, at: int, end: int) -> tuple[int, int]:
    """The number at a position, and the position after it.

    Raises:
        WireError: it does not end before ``end``, or takes more than ten bytes.
    """
    result = shift = 0
    while at < end and shift < 70:
        byte = data[at]
        at += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result, at
        shift += 7
    raise WireError(f"a number is cut off at byte {at:,}")


def fields(data: Buffer, start: int, end: int) -> Iterator[Field]:
    """The fields of the message between two positions, one after the other.

    Raises:
        WireError: what lies there is no message.
    """
    at = start
    while at < end:
        key, body = varint(data, at, end)
        number, wire = key >> 3, key & 7
        if wire == LENGTH:
            length, body = varint(data, body, end)
            after = body + length
        elif wire == VARINT:
            _, after = varint(data, body, end)
        elif wire == FIXED32:
            after = body + 4
        elif wire == FIXED64:
            after = body + 8
        else:
            raise WireError(f"unknown wire type {wire} at byte {at:,}")
        if after > end or number == 0:
            raise WireError(f"the field at byte {at:,} reaches to byte {after:,} of {end:,}")
        yield Field(number, wire, at, body, after)
        at = after


def as_varint(number: int) -> bytes:
    """A number of zero or more in the wire format."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def as_field(number: int, content: bytes) -> bytes:
    """A length-delimited field."""
    return as_varint(number << 3 | LENGTH) + as_varint(len(content)) + content
