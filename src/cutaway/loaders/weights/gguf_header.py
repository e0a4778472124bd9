"""The header of a GGUF file, every number in it checked before it is followed.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. The package ``gguf`` reads
headers too, but follows whatever lengths stand there, and makes an object of every word of a
vocabulary; here arrays are passed over.
"""
# pyright: standard

from __future__ import annotations

import mmap
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cutaway.errors import BrokenFile, UnsupportedModel
from cutaway.loaders.weights.mapped import lengths, short

_SCALARS: Final = {
    0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d",
}  # fmt: skip
"""Format of ``struct`` by the number of a type."""
_TEXT: Final = 8
_ARRAY: Final = 9

_LONGEST: Final = 1 << 16
"""Bytes of a name."""
_DEEPEST: Final = 4
"""Arrays of arrays."""
_AXES: Final = 4
"""That a tensor has at most."""


@dataclass(frozen=True, slots=True)
class Described:
    """One tensor as the header describes it."""

    name: str
    shape: tuple[int, ...]
    """In NumPy's order: the axis that runs fastest is the last one."""
    type: int
    """The number of the way in which its elements are kept."""
    offset: int
    """From the beginning of the data."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the tensors."""

    version: int
    metadata: dict[str, Any]
    """Scalars and texts as they are; of arrays only how many items they have."""
    tensors: tuple[Described, ...]
    data: int
    """The byte at which the tensors begin."""


def read_header(path: Path) -> Header:
    """The header of a file.

    Raises:
        BrokenFile: it is damaged or cut off.
        UnsupportedModel: it is of a version, or written for machines, that are not read.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held:
        try:
            return _Walk(held, path.name).header()
        except (struct.error, ValueError, IndexError, OverflowError) as problem:
            raise BrokenFile(
                f"the header of {path.name} is damaged ({problem}); fetch or convert it again"
            ) from problem


class _Walk:
    """A place in the header that moves on with what is read."""

    def __init__(self, held: mmap.mmap, name: str) -> None:
        self._held = held
        self._name = name
        self._at = 4

    def header(self) -> Header:
        version = self._scalar("I")
        if version not in (2, 3):
            raise UnsupportedModel(
                f"{self._name} is of version {version} of GGUF or written for big-endian machines; "
                "Cutaway reads versions 2 and 3, little-endian: convert it again"
            )
        tensors, pairs = self._scalar("Q"), self._scalar("Q")
        metadata: dict[str, Any] = {}
        for _ in range(self._count(pairs, 13)):
            key = self._text(_LONGEST)
            metadata[key] = self._value(self._scalar("I"), 0)
        described = tuple([self._tensor() for _ in range(self._count(tensors, 24))])
        alignment = metadata.get("general.alignment", 32)
        if type(alignment) is not int or not 0 < alignment <= 1 << 20:
            raise ValueError(f"alignment {alignment}")
        return Header(version, metadata, described, -(-self._at // alignment) * alignment)

    def _scalar(self, form: str) -> Any:
        (value,) = struct.unpack_from(f"<{form}", self._held, self._at)
        self._at += struct.calcsize(f"<{form}")
        return value

    def _count(self, count: int, least: int) -> int:
        """A number of things that each take some bytes, if there is room for them."""
        if count * least > len(self._held) - self._at:
            raise ValueError(f"{count:,} items where the file has {len(self._held):,} bytes")
        return count

    def _text(self, most: int) -> str:
        length = self._count(self._scalar("Q"), 1)
        text = self._held[self._at : self._at + min(length, most)].decode("utf-8", "replace")
        self._at += length
        return text

    def _value(self, kind: int, depth: int) -> Any:
        if kind == _TEXT:
            return self._text(_LONGEST)
        if kind != _ARRAY:
            return self._scalar(_form(kind))
        inner, count = self._scalar("I"), self._scalar("Q")
        self._pass(inner, count, depth)
        return f"{count:,} items"

    def _pass(self, kind: int, count: int, depth: int) -> None:
        """Moves behind the items of an array."""
        if kind == _ARRAY and depth >= _DEEPEST:
            raise ValueError("arrays within arrays within arrays")
        if kind in (_TEXT, _ARRAY):
            step: Callable[[], object] = (
                self._pass_text if kind == _TEXT else lambda: self._value(_ARRAY, depth + 1)
            )
            for _ in range(self._count(count, 8)):
                step()
        else:
            size = struct.calcsize(f"<{_form(kind)}")
            self._at += self._count(count, size) * size

    def _pass_text(self) -> None:
        self._at += 8 + self._count(struct.unpack_from("<Q", self._held, self._at)[0], 1)

    def _tensor(self) -> Described:
        name = self._text(_LONGEST)
        rank = self._scalar("I")
        if rank > _AXES:
            raise ValueError(f"tensor '{short(name)}' with {rank} axes")
        shape = [self._scalar("Q") for _ in range(rank)]
        kind, offset = self._scalar("I"), self._scalar("Q")
        return Described(name, lengths(shape[::-1], name, self._name), kind, offset)


def _form(kind: int) -> str:
    if kind not in _SCALARS:
        raise ValueError(f"a value of type {kind}")
    return _SCALARS[kind]
