"""Which of the formats a file is of, judged by its first bytes; nothing in it is executed."""

from __future__ import annotations

import bz2
import lzma
import pickletools
import re
import zlib
from pathlib import Path
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["xgboost json", "xgboost ubj", "lightgbm", "pickle"]

_LEARNER: Final = re.compile(
    rb'\A\s*\{\s*"(?:learner"\s*:\s*\{|version"\s*:\s*\[[\d\s,]{5,30}\]\s*,\s*"learner")'
)
_FIELDS: Final = re.compile(
    rb'"(?:attributes|feature_names|gradient_booster|learner_model_param|learner_train_param)"'
)
_UBJ: Final = (b"{L\0\0\0\0\0\0\0\x07learner{", b"{i\x07learner{", b"{U\x07learner{")
"""A length is a 64-bit number as XGBoost writes it, or a byte."""
_LIGHTGBM: Final = re.compile(rb"\Atree\r?\nversion=v\d")

_PACKAGES: Final = ("sklearn", "xgboost", "lightgbm", "joblib", "imblearn")
_SCANNED: Final = 1 << 16
"""Bytes of a pickle that are looked at."""
_PICKLE: Final = re.compile(rb"\A(?:\x80[\x02-\x05]|c[a-zA-Z_][\w.]*\n|\(c[a-zA-Z_]|ccopy_reg)")
"""A pickle begins with its protocol; one of protocol 0 with what it imports."""


def kind_of(path: Path, head: bytes) -> Kind | None:
    """The format of a file; None where it is none of these.

    Args:
        path: the file; more of it is read only where it is a pickle, and never more than 64 kB.
        head: its first 4,096 bytes.
    """
    if _LEARNER.match(head) and _FIELDS.search(head):
        return "xgboost json"
    if head.startswith(_UBJ):
        return "xgboost ubj"
    if _LIGHTGBM.match(head):
        return "lightgbm"
    return "pickle" if _imports_estimators(path, head) else None


def _imports_estimators(path: Path, head: bytes) -> bool:
    """Whether a pickle, perhaps a compressed one, names a module of scikit-learn or its kin."""
    if not _PICKLE.match(_unpacked(head)):
        return False
    try:
        with path.open("rb") as file:
            content = _unpacked(file.read(_SCANNED))
    except OSError:
        return False
    return any(word.split(".")[0] in _PACKAGES for word in _modules(content))


def _modules(content: bytes) -> list[str]:
    """The words of a pickle that look like modules, as far as it can be taken apart."""
    found: list[str] = []
    try:
        for opcode, held, _ in pickletools.genops(content):
            if not isinstance(held, str):
                continue
            if opcode.name == "GLOBAL":
                found.append(held.partition(" ")[0])
            elif "UNICODE" in opcode.name and "." in held:
                found.append(held)
    except Exception:  # noqa: BLE001 - cut off, or joblib's arrays between the opcodes
        return found
    return found


def _unpacked(content: bytes) -> bytes:
    """The beginning of what is compressed as joblib does it, at most 64 kB; else as it is."""
    try:
        if content[:1] == b"\x78" or content[:2] == b"\x1f\x8b":
            # 32 more than the window's size: with the header of zlib or gzip.
            return zlib.decompressobj(zlib.MAX_WBITS + 32).decompress(content, _SCANNED)
        if content[:3] == b"BZh":
            return bz2.BZ2Decompressor().decompress(content, _SCANNED)
        if content[:6] == b"\xfd7zXZ\0" or content[:3] == b"\x5d\0\0":
            return lzma.LZMADecompressor(memlimit=1 << 27).decompress(content, _SCANNED)
    except (zlib.error, OSError, EOFError, lzma.LZMAError):
        return b""
    return content
