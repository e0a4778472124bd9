"""Formats that Cutaway knows by sight but does not open."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

_PROTOCOLS: Final = {b"\x02", b"\x03", b"\x04", b"\x05"}
"""Versions of the pickle protocol, the second byte of a pickle."""

_Test: TypeAlias = Callable[[Path, bytes], bool]


def seen(path: Path, head: bytes) -> str | None:
    """What kind of model a file or folder is, with its article; None where it is none we know.

    Args:
        path: the file or folder.
        head: its first bytes; empty for a folder.
    """
    return next((name for name, test in _TESTS.items() if test(path, head)), None)


def _holds(path: Path, head: bytes, ending: str) -> bool:
    """Whether a file is a zip archive with a member of that ending."""
    if head[:4] != b"PK\x03\x04":
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(ending) for name in archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False


def _is_coreml(path: Path, head: bytes) -> bool:
    if path.is_dir():
        return (path / "Manifest.json").is_file() and (path / "Data").is_dir()
    return path.suffix == ".mlmodel" and head[:1] == b"\x08"


_TESTS: Final[dict[str, _Test]] = {
    "a TorchScript model": lambda path, head: _holds(path, head, "/constants.pkl"),
    "an exported PyTorch program": lambda path, head: _holds(path, head, "/archive_format"),
    "a PyTorch checkpoint": lambda path, head: _holds(path, head, "/data.pkl"),
    # The magic number and protocol that torch.save wrote before version 1.6.
    "an old PyTorch checkpoint": lambda _, head: head[2:10] == b"\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20",
    "a Python pickle": lambda _, head: head[:1] == b"\x80" and head[1:2] in _PROTOCOLS,
    "a TensorFlow SavedModel": lambda path, _: (
        (path / "saved_model.pb").is_file() or path.name == "saved_model.pb"
    ),
    "a TensorFlow graph": lambda path, _: path.suffix == ".pb",
    "a Core ML model": _is_coreml,
}
