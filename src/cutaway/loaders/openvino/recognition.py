"""Which of the formats that OpenVINO reads a file or folder is, judged by its content."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, Literal, TypeAlias

from cutaway.loaders.onnx.wire import LENGTH, VARINT, WireError, varint

Format: TypeAlias = Literal[
    "ir", "saved_model", "frozen", "paddle", "paddle_weights", "paddle_json"
]

SAVED_MODEL: Final = "saved_model.pb"
PADDLE_FOLDER: Final = "__model__"
"""The program in a folder of a Paddle model whose parameters lie in a file each."""

_HEAD: Final = 4096
_IR: Final = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>)?\s*(?:<!--.*?-->\s*)*"
    rb"(?:<!DOCTYPE[^\[>]*(?:\[.*?\])?\s*>)?\s*<net[\s>]",
    re.DOTALL,
)
_NAME: Final = re.compile(rb"[A-Za-z0-9_.\\/>\-^:;@ ()+~]+\Z")
_OPERATOR: Final = re.compile(rb"[A-Za-z_>][A-Za-z0-9_>.]*\Z")
_STATED_TYPES: Final = {0, 1, 2, 3, 4, 5, 6, 20, 21, 22, 23, 24}
"""Numbers of Paddle's VarType that are types of elements."""


def recognized(path: Path, head: bytes) -> Format | None:
    """The format of a file or folder; None where it is none of these.

    Args:
        path: the file or folder.
        head: the first bytes of the file; empty for a folder.
    """
    if path.is_dir():
        return _folder(path)
    return content(head, path.stat().st_size, path.name)


def content(head: bytes, size: int, name: str) -> Format | None:
    """The format of a file by its first bytes.

    Args:
        head: at least the first 4,096 bytes, or all.
        size: of the whole file.
        name: of the file, which tells a SavedModel that is cut off from a Core ML model.
    """
    if _IR.match(head):
        return "ir"
    if re.match(rb'\s*\{\s*"base_code"\s*:\s*\{[^}]*"pir"', head):
        return "paddle_json"
    if _is_saved_model(head, size, name):
        return "saved_model"
    if _is_frozen(head, size):
        return "frozen"
    if _is_paddle(head):
        return "paddle"
    return "paddle_weights" if _is_paddle_weights(head, size) else None


def _folder(path: Path) -> Format | None:
    for name, wanted in ((SAVED_MODEL, "saved_model"), (PADDLE_FOLDER, "paddle")):
        file = path / name
        if file.is_file():
            with file.open("rb") as opened:
                found = content(opened.read(_HEAD), file.stat().st_size, name)
            return found if found == wanted else None
    return None


def _is_saved_model(head: bytes, size: int, name: str) -> bool:
    """A schema version, then a MetaGraphDef and no more, which begins with tags or its graph."""
    try:
        key, at = varint(head, 0, len(head))
        if key != 1 << 3 | VARINT:
            return False
        version, at = varint(head, at, len(head))
        key, at = varint(head, at, len(head))
        if not 0 < version < 100 or key != 2 << 3 | LENGTH:
            return False
        length, at = varint(head, at, len(head))
        end = at + length
        key, at = varint(head, at, len(head))
        inner, _ = varint(head, at, len(head))
    except WireError:
        return False
    begins = key in (1 << 3 | LENGTH, 2 << 3 | LENGTH) and inner < length
    return begins and (end == size or name == SAVED_MODEL)


def _is_frozen(head: bytes, size: int) -> bool:
    """A NodeDef: a name and the name of an operator."""
    try:
        key, at = varint(head, 0, len(head))
        if key != 1 << 3 | LENGTH:
            return False
        length, at = varint(head, at, len(head))
        if at + length > size:
            return False
        words: list[bytes] = []
        for field in (1, 2):
            key, at = varint(head, at, len(head))
            if key != field << 3 | LENGTH:
                return False
            length, at = varint(head, at, len(head))
            words.append(head[at : at + length])
            at += length
    except WireError:
        return False
    return bool(_NAME.match(words[0]) and _OPERATOR.match(words[1]))


def _is_paddle(head: bytes) -> bool:
    """A ProgramDesc: a block with the number 0, inside which variables or operators come."""
    try:
        key, at = varint(head, 0, len(head))
        if key != 1 << 3 | LENGTH:
            return False
        _, at = varint(head, at, len(head))
        found: list[int] = []
        for _ in range(2):
            key, at = varint(head, at, len(head))
            found.append(key)
            number, at = varint(head, at, len(head))
            found.append(number)
        key, at = varint(head, at, len(head))
    except WireError:
        return False
    first, index, second, _ = found
    return (first, index, second) == (8, 0, 16) and key in (3 << 3 | LENGTH, 4 << 3 | LENGTH)


def _is_paddle_weights(head: bytes, size: int) -> bool:
    """A tensor as Paddle saves it: versions and lengths that are zero, then its description."""
    if size < 26 or head[:16] != bytes(16):
        return False
    length = int.from_bytes(head[16:20], "little")
    return 2 <= length <= 256 and head[20:21] == b"\x08" and head[21] in _STATED_TYPES
