"""Messages over a pipe: a JSON header and a body of bytes, each with its length before it."""

from __future__ import annotations

import os
import struct
from typing import Any, TypeAlias

import orjson

Header: TypeAlias = dict[str, Any]

_LENGTHS = struct.Struct("<IQ")
"""Bytes of the header, bytes of the body."""

_JOINED = 1 << 16


def pack(header: Header, body: bytes | memoryview = b"") -> list[bytes | memoryview]:
    """The parts of one frame, a large body left where it is."""
    text = orjson.dumps(header, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY)
    start = _LENGTHS.pack(len(text), len(body)) + text
    return [start, body] if len(body) > _JOINED else [start + bytes(body)]


def write(out: int, parts: list[bytes | memoryview]) -> None:
    """Write a packed frame to a file descriptor, all of it."""
    for part in parts:
        view = memoryview(part)
        while view:
            view = view[os.write(out, view) :]


def read(source: int) -> tuple[Header, memoryview] | None:
    """The next frame from a file descriptor, None where the other end has closed."""
    start = _exactly(source, _LENGTHS.size)
    if start is None:
        return None
    text_length, body_length = _LENGTHS.unpack(start)
    text = _exactly(source, text_length)
    body = _exactly(source, body_length)
    if text is None or body is None:
        return None
    return orjson.loads(text), body


def _exactly(source: int, length: int) -> memoryview | None:
    held = bytearray(length)
    view = memoryview(held)
    filled = 0
    while filled < length:
        try:
            # Windows reads at most 2 GB at a time.
            chunk = os.read(source, min(length - filled, 1 << 20))
        except OSError:
            return None
        if not chunk:
            return None
        view[filled : filled + len(chunk)] = chunk
        filled += len(chunk)
    return view
