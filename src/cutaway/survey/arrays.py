"""Files of many inputs: ``.npy``, ``.npz`` and IDX, opened without reading them into memory."""

from __future__ import annotations

import gzip
import re
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cutaway.errors import InputError

Array: TypeAlias = npt.NDArray[Any]

MOST_UNPACKED: Final = 16 << 30
"""Bytes that one packed array may take on the disk."""
_CHUNK: Final = 1 << 20
_PICTURES: Final = ("x_test", "x", "images", "data", "inputs", "arr_0", "x_train")
_LABELS: Final = ("y_test", "y", "labels", "label", "targets", "arr_1", "y_train")
_TYPES: Final[dict[int, str]] = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
"""NumPy's types by the third byte of an IDX file."""


def open_npy(path: Path, name: str) -> Array:
    """The array of a ``.npy`` file, mapped.

    Raises:
        InputError: it is broken, truncated, or holds Python objects.
    """
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except Exception as problem:
        raise InputError(f"'{name}' is a broken .npy file ({problem}); save it again") from problem


def open_npz(
    path: Path, name: str, scratch: Path, wanted: Sequence[str]
) -> tuple[Array, Array | None]:
    """The inputs in an ``.npz`` file, and the labels where it holds some.

    Args:
        path: of the file.
        name: what to call it in messages.
        scratch: a folder for the unpacked arrays.
        wanted: names that the inputs may have besides the usual ones, such as the model's input.

    Raises:
        InputError: it is damaged, or no array in it is one of many inputs.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = {
                one.filename.removesuffix(".npy"): one
                for one in archive.infolist()
                if one.filename.endswith(".npy")
            }
            lowered = {key.lower(): key for key in names}
            key = next((lowered[k] for k in (*wanted, *_PICTURES) if k in lowered), None)
            if key is None and len(names) == 1:
                key = next(iter(names))
            if key is None:
                raise InputError(
                    f"the inputs of a gallery are called x or images in an .npz file; '{name}' "
                    f"holds {', '.join(names) or 'nothing'}: save them under such a name"
                )
            told = {"x_test": "y_test", "x_train": "y_train"}.get(key.lower())
            beside = [told] if told else [one for one in _LABELS if one != key.lower()]
            label = next((lowered[k] for k in beside if k in lowered), None)
            array = _member(archive, names[key], scratch, name)
            labels = None if label is None else _member(archive, names[label], scratch, name)
    except InputError:
        raise
    except Exception as problem:
        # zipfile and zlib raise whatever a damaged archive makes them meet.
        raise InputError(f"'{name}' cannot be read as an .npz file: {problem}") from problem
    return array, labels


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, scratch: Path, name: str) -> Array:
    if member.file_size > max(256 << 20, 1000 * member.compress_size):
        raise InputError(
            f"{member.filename} in '{name}' would swell from {member.compress_size:,} bytes to "
            f"{member.file_size:,}, which no array does by honest means; save it again"
        )
    place = scratch / f"{abs(hash((name, member.filename))):x}.npy"
    with archive.open(member) as packed:
        _unpack(packed, place, min(member.file_size, MOST_UNPACKED), name)
    return open_npy(place, f"{member.filename} in {name}")


def is_idx(head: bytes) -> bool:
    """Whether a file begins as an IDX file of at least one axis does; packed ones do not."""
    return len(head) >= 4 and head[:2] == b"\0\0" and head[2] in _TYPES and 1 <= head[3] <= 5


def open_idx(path: Path, name: str, scratch: Path) -> Array:
    """The array of an IDX file, packed by gzip or not.

    Raises:
        InputError: it is damaged, truncated, or longer than it says.
    """
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b"
        opener: Any = gzip.open if packed else open
        with opener(path, "rb") as file:
            dtype, shape, offset = _idx_header(file, name)
            size = dtype.itemsize * int(np.prod(shape, dtype=object))
            if not packed:
                held = path.stat().st_size - offset
                place = path
            else:
                place = scratch / f"{abs(hash((name, str(path)))):x}.idx"
                held = _unpack(file, place, min(size, MOST_UNPACKED), name)
                offset = 0
    except InputError:
        raise
    except Exception as problem:
        raise InputError(f"'{name}' is a broken IDX file ({problem}); fetch it again") from problem
    if held < size:
        raise InputError(f"'{name}' says {size:,} bytes and holds {held:,}: fetch it again")
    return np.memmap(place, dtype, "r", offset, shape)


def idx_labels(path: Path) -> Path | None:
    """The file of labels beside an IDX file of pictures, as the MNIST family names them."""
    stem, count = re.subn(r"images([.-])idx\d", r"labels\1idx1", path.name)
    if not count:
        return None
    plain = stem.removesuffix(".gz")
    found = (path.with_name(one) for one in (stem, plain, f"{plain}.gz"))
    return next((one for one in found if one.is_file()), None)


def _idx_header(file: BinaryIO, name: str) -> tuple[np.dtype[Any], tuple[int, ...], int]:
    head = file.read(4)
    if not is_idx(head):
        raise InputError(f"'{name}' is no IDX file (first bytes {head.hex(' ')})")
    axes = head[3]
    lengths = struct.unpack(f">{axes}I", file.read(4 * axes))
    return np.dtype(_TYPES[head[2]]), lengths, 4 + 4 * axes


def _unpack(packed: Any, place: Path, most: int, name: str) -> int:
    """Bytes written to a file, never more than ``most``; raises InputError beyond."""
    written = 0
    with place.open("wb") as out:
        while chunk := packed.read(_CHUNK):
            written += len(chunk)
            if written > most:
                raise InputError(f"'{name}' unpacks to more than the {most:,} bytes that it says")
            out.write(chunk)
    return written
