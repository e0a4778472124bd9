"""Universal Binary JSON as XGBoost writes it, read with every length checked against the file.

Source of the markers: https://ubjson.org/type-reference/ and XGBoost's ``src/common/json.cc``.
"""
# pyright: standard

from __future__ import annotations

import struct
from typing import Any, Final

import numpy as np

_DEEPEST: Final = 100
_NUMBERS: Final = {
    b"i": np.dtype("i1"), b"U": np.dtype("u1"), b"I": np.dtype(">i2"), b"l": np.dtype(">i4"),
    b"L": np.dtype(">i8"), b"d": np.dtype(">f4"), b"D": np.dtype(">f8"),
}  # fmt: skip
"""Numbers by marker; all are big-endian."""
_WORDS: Final = {b"T": True, b"F": False, b"Z": None}


class UbjsonError(ValueError):
    """The bytes are no such document."""


def read_ubjson(content: bytes) -> Any:
    """What a document holds: dictionaries, lists, words, and arrays for lists of one type.

    Raises:
        UbjsonError: it is cut off or damaged.
    """
    reader = _Reader(content)
    found = reader.value(reader.marker(), 0)
    if reader.at != len(content):
        raise UbjsonError(f"{len(content) - reader.at} bytes follow its end")
    return found


class _Reader:
    """One document and how far it is read."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0

    def take(self, count: int) -> bytes:
        if count < 0 or count > len(self.content) - self.at:
            raise UbjsonError(
                f"{count:,} bytes are wanted at byte {self.at:,}, "
                f"{len(self.content) - self.at:,} are left"
            )
        self.at += count
        return self.content[self.at - count : self.at]

    def marker(self) -> bytes:
        found = self.take(1)
        while found == b"N":  # stands for nothing
            found = self.take(1)
        return found

    def peeked(self) -> bytes:
        return self.content[self.at : self.at + 1]

    def value(self, marker: bytes, depth: int) -> Any:
        if depth > _DEEPEST:
            raise UbjsonError(f"more than {_DEEPEST} lists lie inside one another")
        if marker == b"{":
            return self._object(depth)
        if marker == b"[":
            return self._array(depth)
        if marker == b"S":
            return self._word()
        if marker == b"C":
            return self.take(1).decode("latin-1")
        if marker in _WORDS:
            return _WORDS[marker]
        return self._number(marker)

    def _number(self, marker: bytes) -> int | float:
        dtype = _NUMBERS.get(marker)
        if dtype is None:
            raise UbjsonError(f"{marker!r} at byte {self.at - 1:,} begins nothing")
        code = dtype.char if dtype.kind != "i" else "bhiq"[dtype.itemsize.bit_length() - 1]
        return struct.unpack(f">{code}", self.take(dtype.itemsize))[0]

    def _length(self) -> int:
        found = self._number(self.marker())
        if not isinstance(found, int) or found < 0:
            raise UbjsonError(f"a length of {found} at byte {self.at:,}")
        return found

    def _word(self) -> str:
        return self.take(self._length()).decode("utf-8", "replace")

    def _container(self) -> tuple[bytes | None, int | None]:
        """The type and the count that a list states before its items, where it does."""
        kind = count = None
        if self.peeked() == b"$":
            self.take(1)
            kind = self.take(1)
        if self.peeked() == b"#":
            self.take(1)
            count = self._length()
        if kind is not None and count is None:
            raise UbjsonError(f"a list of one type without a count at byte {self.at:,}")
        return kind, count

    def _array(self, depth: int) -> Any:
        kind, count = self._container()
        if kind in _NUMBERS and count is not None:
            dtype = _NUMBERS[kind]
            held = np.frombuffer(self.take(count * dtype.itemsize), dtype)
            return held.astype(dtype.newbyteorder("="))
        if count is not None:
            self._bounded(count)
            return [self.value(kind or self.marker(), depth + 1) for _ in range(count)]
        found: list[Any] = []
        while (marker := self.marker()) != b"]":
            found.append(self.value(marker, depth + 1))
        return found

    def _object(self, depth: int) -> dict[str, Any]:
        kind, count = self._container()
        found: dict[str, Any] = {}
        if count is not None:
            self._bounded(count)
            for _ in range(count):
                name = self._word()
                found[name] = self.value(kind or self.marker(), depth + 1)
            return found
        while self.peeked() != b"}":
            name = self._word()
            found[name] = self.value(self.marker(), depth + 1)
        self.take(1)
        return found

    def _bounded(self, count: int) -> None:
        # Words for true and nothing take no bytes of their own in a list of one type.
        if count > len(self.content) - self.at:
            raise UbjsonError(f"{count:,} items are stated at byte {self.at:,} of fewer bytes")
