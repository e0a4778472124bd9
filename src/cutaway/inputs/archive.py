"""Several arrays of one ``.npz`` file, one for each input of a model."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any, Final

import numpy.typing as npt

from cutaway.errors import InputError
from cutaway.inputs.source import ZIP, read_array

_SWELLING: Final = 1000
"""How many times its size in the file an array may take: what zlib can pack at most."""
_HARMLESS: Final = 256 << 20
"""So many bytes are unpacked in any case."""


def is_archive(data: bytes | Path) -> bool:
    """Whether a file begins as a zip archive does; a missing one and a pipe do not."""
    if isinstance(data, bytes):
        return data.startswith(ZIP)
    if not data.is_file():
        return False
    try:
        with data.open("rb") as file:
            return file.read(len(ZIP)) == ZIP
    except OSError:
        return False


def load_arrays(data: bytes | Path, name: str) -> dict[str, npt.NDArray[Any]]:
    """The arrays of an ``.npz`` file by name; nothing is unpickled.

    Args:
        data: the bytes of the file, or where it lies.
        name: what to call it in messages.

    Raises:
        InputError: it is damaged, holds something else than arrays of numbers, or swells.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data) if isinstance(data, bytes) else data) as archive:
            return {
                member.filename.removesuffix(".npy"): _member(archive, member, name)
                for member in archive.infolist()
            }
    except InputError:
        raise
    except Exception as problem:
        # zipfile and zlib raise whatever a damaged archive makes them meet.
        raise InputError(f"{name} cannot be read as an .npz file: {problem}") from problem


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> npt.NDArray[Any]:
    inside = f"{member.filename} in {name}"
    if not member.filename.endswith(".npy"):
        raise InputError(
            f"a picture, a .npy array or an .npz file of arrays was wanted; {name} holds "
            f"{member.filename}: save the arrays by numpy.savez"
        )
    if member.file_size > max(_HARMLESS, _SWELLING * member.compress_size):
        raise InputError(
            f"{inside} would swell from {member.compress_size:,} bytes to {member.file_size:,}, "
            "which no array does by honest means; save it again"
        )
    return read_array(io.BytesIO(archive.read(member)), member.file_size, inside).array
