"""NumPy's files: one array (``.npy``), or a zip archive of them (``.npz``)."""
# pyright: standard

from __future__ import annotations

import io
import math
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import numpy as np

from cutaway.errors import BrokenFile, ModelError, RefusedFile, UnsupportedModel
from cutaway.loaders.base import Facts, Model
from cutaway.loaders.swelling import check_archive
from cutaway.loaders.weights.listing import Stored, weights_model
from cutaway.loaders.weights.mapped import Mapped, lengths, short
from cutaway.trace import Array

_LONGEST: Final = 1 << 16
"""Bytes of an array's header that are read; those of plain arrays have about 100."""

_NUMBERS: Final = "biufc"
"""Kinds of dtypes that are numbers."""


@dataclass(frozen=True, slots=True)
class _Header:
    """What stands before the elements of an array."""

    shape: tuple[int, ...]
    columns_first: bool
    """Fortran's order of the elements."""
    dtype: np.dtype[Any]
    length: int
    """Bytes of the header, its beginning included."""


def open_npy(path: Path) -> Model:
    """One array, mapped into memory.

    Raises:
        BrokenFile: the header is damaged or does not fit the file.
        RefusedFile: it holds pickled Python objects.
        UnsupportedModel: it holds no numbers.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        header = _header(file, path.name, path.name)
    _check_size(header, size, path.name, path.name)
    if header.dtype.kind not in _NUMBERS:
        raise UnsupportedModel(f"{path.name} holds {header.dtype}, no numbers; save it as such")
    held = Mapped(path)
    name = path.name.removesuffix(".npy") or path.name
    return weights_model(
        path.name,
        Facts("NumPy", None, size, 0),
        [Stored(name, header.shape, header.dtype.name)],
        lambda _: _shaped(held, header.length, header),
    )


def open_npz(path: Path) -> Model:
    """The arrays of an archive, mapped into memory where they are not compressed.

    Raises:
        BrokenFile: the archive or a header is damaged, or they do not fit each other.
        RefusedFile: an array swells when it is unpacked, or holds pickled Python objects.
        UnsupportedModel: there are no arrays of numbers in it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive, path.name)
            members = [one for one in archive.infolist() if one.filename.endswith(".npy")]
            headers = [_header_of(archive, member, path.name) for member in members]
            starts = [_start(path, member) for member in members]
    except ModelError:
        raise
    except _DAMAGES as problem:
        raise _damaged(path, problem) from problem
    held = Mapped(path)
    tensors: list[Stored] = []
    readers: dict[str, Callable[[], Array]] = {}
    others: list[str] = []
    for member, header, start in zip(members, headers, starts, strict=True):
        name = member.filename.removesuffix(".npy")
        if header.dtype.kind not in _NUMBERS:
            others.append(name)
            continue
        if name in readers:
            raise BrokenFile(f"{path.name} holds '{short(name)}' twice; save it again")
        tensors.append(Stored(name, header.shape, header.dtype.name))
        readers[name] = _reader(path, held, member, header, start)
    if not tensors:
        raise UnsupportedModel(f"{path.name} holds no arrays of numbers; save some into it")
    return weights_model(
        path.name,
        Facts("NumPy", None, path.stat().st_size, 0),
        tensors,
        lambda name: readers[name](),
        notes=[f"{len(others)} arrays of text or records were left out: {_some(others)}"]
        if others
        else (),
    )


_DAMAGES: Final = (
    zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError,
    struct.error, zipfile.zlib.error, MemoryError,  # pyright: ignore[reportAttributeAccessIssue]
)  # fmt: skip
"""What damaged archives end in."""


def _damaged(path: Path, problem: Exception) -> BrokenFile:
    return BrokenFile(f"{path.name} is damaged ({problem}); fetch or save it again")


def _some(names: list[str]) -> str:
    return ", ".join(map(short, names[:3])) + (", ..." if len(names) > 3 else "")


def _reader(
    path: Path, held: Mapped, member: zipfile.ZipInfo, header: _Header, start: int
) -> Callable[[], Array]:
    """What reads one array of an archive."""
    if member.compress_type == zipfile.ZIP_STORED:
        return lambda: _shaped(held, start + header.length, header)

    def unpacked() -> Array:
        try:
            with zipfile.ZipFile(path) as archive, archive.open(member) as file:
                file.read(header.length)
                found = np.frombuffer(file.read(), header.dtype)
        except _DAMAGES as problem:
            raise _damaged(path, problem) from problem
        return _ordered(found, header)

    return unpacked


def _shaped(held: Mapped, at: int, header: _Header) -> Array:
    return _ordered(held.array(at, header.dtype, (math.prod(header.shape),)), header)


def _ordered(flat: Array, header: _Header) -> Array:
    """The elements in their shape, and in the byte order of this machine."""
    array = flat.reshape(header.shape, order="F" if header.columns_first else "C")
    return array if header.dtype.isnative else array.astype(header.dtype.newbyteorder("="))


def _start(path: Path, member: zipfile.ZipInfo) -> int:
    """Where the bytes of a member begin: behind a head of its own, of a length told there."""
    with path.open("rb") as file:
        file.seek(member.header_offset)
        head = file.read(30)
        if head[:4] != b"PK\x03\x04" or len(head) < 30:
            raise zipfile.BadZipFile(f"no head before {short(member.filename)}")
        start = member.header_offset + 30 + sum(struct.unpack("<HH", head[26:30]))
    if start + member.compress_size > path.stat().st_size:
        raise zipfile.BadZipFile(f"{short(member.filename)} ends behind the end of the file")
    return start


def _header_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: str) -> _Header:
    with archive.open(member) as opened:
        header = _header(opened, member.filename, file)
    _check_size(header, member.file_size, member.filename, file)
    return header


def _header(file: IO[bytes], name: str, whole: str) -> _Header:
    """The checked header of an array, read without unpickling.

    Raises:
        BrokenFile: it is damaged.
        RefusedFile: the array holds Python objects.
    """
    head = io.BytesIO(file.read(_LONGEST))
    try:
        version = np.lib.format.read_magic(head)
        read = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }.get(version)
        if read is None:
            raise ValueError(f"version {version}, known are 1 and 2")
        shape, columns_first, dtype = read(head)
    except Exception as problem:  # the header is a Python literal: parsing one fails in many ways
        raise BrokenFile(
            f"the array {short(name)} of {whole} is damaged ({problem}); save it again"
        ) from problem
    if dtype.hasobject:
        raise RefusedFile(
            f"the array {short(name)} of {whole} holds pickled Python objects, which Cutaway does "
            "not unpack; save arrays of numbers"
        )
    shape = lengths(shape, name, whole)
    return _Header(shape, columns_first, dtype, head.tell())


def _check_size(header: _Header, size: int, name: str, file: str) -> None:
    needed = header.length + math.prod(header.shape) * header.dtype.itemsize
    if needed != size:
        raise BrokenFile(
            f"the array {short(name)} of {file} with shape {header.shape} and dtype "
            f"{header.dtype} needs {needed:,} bytes and has {size:,}; fetch or save it again"
        )
