"""Whether a file or folder is a Core ML model, judged by content."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Final

from cutaway.loaders.archives import member_names
from cutaway.loaders.onnx.wire import LENGTH, VARINT, Buffer, WireError, varint

_VERSION, _DESCRIPTION, _UPDATABLE = 1, 2, 10
_TYPES: Final = {
    *(200, 201, 202, 300, 301, 302, 303, 304, 400, 401, 402, 403, 404, 500, 501, 502, 555, 556),
    *(560, 600, 601, 602, 603, 604, 606, 607, 609, 610, 900, *range(2000, 2007), 3000),
}
"""Fields of Core ML's Model message (Model.proto) that hold the network."""
_HIGHEST_VERSION: Final = 1000
MANIFEST: Final = "Manifest.json"


def is_coreml(path: Path, head: bytes) -> bool:
    """Whether it is a specification, a package with one, or a zip archive of such a package.

    Args:
        path: the file or folder.
        head: the first bytes of the file; empty for a folder.
    """
    if path.is_dir():
        return (path / MANIFEST).is_file() and (path / "Data").is_dir()
    if head[:4] == b"PK\x03\x04":
        return _is_zipped(path)
    if head[:1] != b"\x08":
        return False
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _is_model(data)
    except (OSError, ValueError):
        return False


def _is_model(data: Buffer) -> bool:
    """Whether the fields, whose contents are skipped, are a model's; it may be cut off."""
    at, seen = 0, set[int]()
    try:
        while at < len(data):
            key, at = varint(data, at, len(data))
            number, wire = key >> 3, key & 7
            if wire != (VARINT if number in (_VERSION, _UPDATABLE) else LENGTH):
                return False
            held, at = varint(data, at, len(data))
            if number in _TYPES:
                return _VERSION in seen
            if number not in (_VERSION, _DESCRIPTION, _UPDATABLE):
                return False
            if number == _VERSION and not 0 < held < _HIGHEST_VERSION:
                return False
            seen.add(number)
            at += held if wire == LENGTH else 0
    except WireError:
        return False
    return False


def _is_zipped(path: Path) -> bool:
    names = member_names(path) or []
    roots = {name.removesuffix(MANIFEST) for name in names if name.endswith(MANIFEST)}
    return any(name.startswith(f"{root}Data/") for root in roots for name in names)
