"""Safetensors files: a header of JSON, and the tensors one after the other behind it."""
# pyright: standard

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from cutaway.errors import BrokenFile
from cutaway.loaders.base import Facts, Model
from cutaway.loaders.weights.listing import Stored, weights_model
from cutaway.loaders.weights.mapped import Mapped, dtype_named, lengths, short
from cutaway.trace import Array

_LONGEST: Final = 100_000_000
"""Bytes of a header that the format allows."""

_DTYPES: Final = {
    "BOOL": "bool",
    "U8": "uint8",
    "I8": "int8",
    "U16": "uint16",
    "I16": "int16",
    "U32": "uint32",
    "I32": "int32",
    "U64": "uint64",
    "I64": "int64",
    "F16": "float16",
    "BF16": "bfloat16",
    "F32": "float32",
    "F64": "float64",
    "C64": "complex64",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
    "F8_E8M0": "float8_e8m0fnu",
    "F8_E4M3FNUZ": "float8_e4m3fnuz",
    "F8_E5M2FNUZ": "float8_e5m2fnuz",
    "F4": "float4_e2m1fn",
    "F6_E2M3": "float6_e2m3fn",
    "F6_E3M2": "float6_e3m2fn",
}
"""NumPy's or ml_dtypes' name by the format's own."""

_PACKED: Final = {"F4": 4, "F6_E2M3": 6, "F6_E3M2": 6}
"""Bits of elements that are smaller than a byte."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One tensor of a header."""

    stored: Stored
    kind: str
    """The format's own name of the dtype."""
    at: int
    """Of its first byte in the file."""
    size: int
    """In bytes."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands at the beginning of a file."""

    entries: tuple[Entry, ...]
    """In the order in which the header lists them."""
    metadata: dict[str, str]


def open_safetensors(path: Path) -> Model:
    """The tensors of a file, none of them read yet.

    Raises:
        BrokenFile: the header is damaged, or does not fit the file.
    """
    header = read_header(path)
    by_name = {entry.stored.name: entry for entry in header.entries}
    read = reader(path)
    return weights_model(
        path.name,
        Facts("safetensors", None, path.stat().st_size, 0, header.metadata),
        [entry.stored for entry in header.entries],
        lambda name: read(by_name[name]),
    )


def reader(path: Path) -> Callable[[Entry], Array]:
    """What reads the tensors of a file, mapped into memory."""
    held = Mapped(path)

    def read(entry: Entry) -> Array:
        bits = _PACKED.get(entry.kind)
        kind = dtype_named(entry.stored.dtype)
        if bits is None:
            return held.array(entry.at, kind, entry.stored.shape)
        packed = held.array(entry.at, np.uint8, (entry.size,))
        return _unpacked(packed, bits).view(kind).reshape(entry.stored.shape)

    return read


def _unpacked(packed: Array, bits: int) -> Array:
    """Elements smaller than a byte, each in a byte of its own; the lowest bits come first."""
    each = np.unpackbits(packed, bitorder="little").reshape(-1, bits)
    return np.packbits(each, axis=1, bitorder="little").reshape(-1)


def read_header(path: Path) -> Header:
    """The header of a file, every place in it checked.

    Raises:
        BrokenFile: it is damaged, tensors overlap, or do not lie in the file.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= min(_LONGEST, size - 8):
            raise BrokenFile(
                f"{path.name} says that its header has {length:,} bytes, and has {size:,} in all; "
                "fetch or save it again"
            )
        text = file.read(length)
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise BrokenFile(
            f"the header of {path.name} is damaged ({problem}); fetch or save it again"
        ) from problem
    if not isinstance(told, dict):
        raise BrokenFile(f"the header of {path.name} is no dictionary; fetch or save it again")
    metadata = told.pop("__metadata__", None)
    start = 8 + length
    entries = tuple(
        _entry(name, entry, start, size - start, path.name) for name, entry in told.items()
    )
    _check_apart(entries, path.name)
    return Header(entries, dict(_words(metadata)))


def _words(metadata: Any) -> Iterator[tuple[str, str]]:
    for key, word in metadata.items() if isinstance(metadata, dict) else ():
        if isinstance(word, str):
            yield str(key), word


def _entry(name: str, entry: Any, start: int, room: int, file: str) -> Entry:
    """One checked line of the header.

    Args:
        name: of the tensor.
        entry: as parsed.
        start: where the tensors begin in the file.
        room: bytes that there are for all of them.
        file: name of the file.
    """
    if not isinstance(entry, dict):
        raise BrokenFile(
            f"tensor '{short(name)}' is not described in {file}; fetch or save it again"
        )
    kind = entry.get("dtype")
    if not isinstance(kind, str) or kind not in _DTYPES:
        raise BrokenFile(
            f"tensor '{short(name)}' in {file} is of dtype {short(str(kind))}, known are "
            f"{', '.join(_DTYPES)}; fetch or save it again"
        )
    shape = lengths(entry.get("shape"), name, file)
    ends = entry.get("data_offsets")
    if not isinstance(ends, list) or [type(end) for end in ends] != [int, int]:
        raise BrokenFile(
            f"{file} does not say where tensor '{short(name)}' lies; fetch or save it again"
        )
    first, last = ends
    if not 0 <= first <= last <= room:
        raise BrokenFile(
            f"tensor '{short(name)}' of {file} should lie at bytes {first:,} to {last:,}, there "
            f"are {room:,}; the file was cut off or damaged: fetch it again"
        )
    bits = math.prod(shape) * _PACKED.get(kind, 8 * dtype_named(_DTYPES[kind]).itemsize)
    if bits != 8 * (last - first):
        raise BrokenFile(
            f"tensor '{short(name)}' of {file} with shape {shape} and dtype {kind} needs "
            f"{-(-bits // 8):,} bytes and has {last - first:,}; fetch or save it again"
        )
    return Entry(Stored(name, shape, _DTYPES[kind]), kind, start + first, last - first)


def _check_apart(entries: tuple[Entry, ...], file: str) -> None:
    """No two tensors may share a byte: no honest file has such."""
    end, before = 0, ""
    for entry in sorted(entries, key=lambda entry: (entry.at, entry.size)):
        if entry.size and entry.at < end:
            raise BrokenFile(
                f"tensors '{short(before)}' and '{short(entry.stored.name)}' overlap in {file}; "
                "fetch or save it again"
            )
        end, before = max(end, entry.at + entry.size), entry.stored.name
