"""What the files of a network say of themselves, read before OpenVINO sees them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Final
from xml.parsers import expat

from cutaway.errors import BrokenFile, RefusedFile
from cutaway.loaders.onnx.wire import WireError, fields, varint

_NAMES: Final = {"name", "names", "output_names", "friendly_name", "value"}
"""Attributes that hold free words."""
_LIBRARY: Final = re.compile(r"(?i)\.(so(\.\d+)*|dll|dylib|pyd|py)\s*\Z")
_PLACE: Final = re.compile(r"(?i)path|file|location|library|extension")
_LARGEST_IR: Final = 1 << 30


def check_ir(path: Path) -> int:
    """How many bytes of weights the description of an IR asks for.

    Args:
        path: the ``.xml`` file.

    Raises:
        BrokenFile: it is no XML, or is too large.
        RefusedFile: it declares entities, or names a library or a path out of its folder.
    """
    size = path.stat().st_size
    if size > _LARGEST_IR:
        raise BrokenFile(
            f"{path.name} describes a network in {size:,} bytes, more than any export writes; "
            "export it again"
        )
    reading = _IrReading(path.name)
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = reading.doctype
    parser.EntityDeclHandler = reading.doctype
    parser.StartElementHandler = reading.element
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as problem:
        raise BrokenFile(
            f"{path.name} is truncated or damaged: {problem}; fetch or export it again"
        ) from problem
    return reading.weights


class _IrReading:
    """An IR while it is read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.weights = 0

    def doctype(self, *_: Any) -> None:
        """Entities can grow without bound or name files."""
        raise RefusedFile(
            f"{self.name} declares a document type or entities, which no export writes and "
            "Cutaway does not follow; export the model again"
        )

    def element(self, _: str, attributes: dict[str, str]) -> None:
        """Check what an element states, and add up the weights that it asks for."""
        for key, value in attributes.items():
            if key not in _NAMES:
                self._check(key, value)
        if "offset" in attributes and "size" in attributes:
            try:
                end = int(attributes["offset"]) + int(attributes["size"])
            except ValueError as problem:
                raise BrokenFile(
                    f"{self.name} is damaged: a weight lies at '{attributes['offset']}' with size "
                    f"'{attributes['size']}'; fetch or export it again"
                ) from problem
            self.weights = max(self.weights, end)

    def _check(self, key: str, value: str) -> None:
        if _LIBRARY.search(value):
            raise RefusedFile(
                f"{self.name} names the library '{value}' as its {key}, code that Cutaway does "
                "not load; export the model without it"
            )
        if _PLACE.search(key) and _leaves(value):
            raise RefusedFile(
                f"{self.name} names '{value}' as its {key}, outside the model's folder, which "
                "Cutaway does not read; put the file beside the model and name it so"
            )


def _leaves(value: str) -> bool:
    parts = PurePosixPath(value).parts + PureWindowsPath(value).parts
    anchored = PurePosixPath(value).is_absolute() or bool(PureWindowsPath(value).anchor)
    return anchored or ".." in parts


@dataclass(frozen=True)
class Paddle:
    """What a Paddle program says of itself."""

    parameters: tuple[str, ...]
    """Names of the variables that files hold."""
    version: str | None


def paddle_program(path: Path) -> Paddle:
    """The parameters and the version of a Paddle program.

    The numbers of fields are those of Paddle's framework.proto.

    Raises:
        BrokenFile: it is damaged.
    """
    data = path.read_bytes()
    names: list[str] = []
    version = None
    try:
        for part in fields(data, 0, len(data)):
            if part.number == _BLOCKS:
                for held in fields(data, part.body, part.end):
                    if held.number == _VARIABLES:
                        name = _parameter(data, held.body, held.end)
                        names += [] if name is None else [name]
            elif part.number == _VERSION:
                stated = {one.number: one for one in fields(data, part.body, part.end)}
                number = varint(data, stated[1].body, part.end)[0] if 1 in stated else 0
                version = _paddle_version(number) if 0 < number < 1 << 40 else None
    except WireError as problem:
        raise BrokenFile(
            f"{path.name} is truncated or damaged: {problem}; fetch or export it again"
        ) from problem
    return Paddle(tuple(names), version)


_BLOCKS, _VERSION, _VARIABLES = 1, 4, 3
_VAR_NAME, _VAR_TYPE, _PERSISTABLE = 1, 2, 3
_FEED, _FETCH = 9, 10


def _parameter(data: bytes, start: int, end: int) -> str | None:
    """The name of a variable that a file holds; None for one that a run computes or is fed."""
    name, kind, persistent = "", 0, False
    for part in fields(data, start, end):
        if part.number == _VAR_NAME:
            name = data[part.body : part.end].decode("utf-8", "replace")
        elif part.number == _VAR_TYPE:
            for inner in fields(data, part.body, part.end):
                if inner.number == 1:
                    kind = varint(data, inner.body, inner.end)[0]
        elif part.number == _PERSISTABLE:
            persistent = bool(varint(data, part.body, part.end)[0])
    return name if persistent and kind not in (_FEED, _FETCH) else None


def _paddle_version(number: int) -> str:
    major, rest = divmod(number, 1_000_000)
    minor, patch = divmod(rest, 1000)
    return f"{major}.{minor}.{patch}"


def tensorflow_version(path: Path) -> str | None:
    """The version of TensorFlow that wrote a SavedModel; None where it does not say.

    The numbers of fields are those of TensorFlow's saved_model.proto and meta_graph.proto.
    """
    data = path.read_bytes()
    try:
        for graph in fields(data, 0, len(data)):
            if graph.number != _META_GRAPHS:
                continue
            for part in fields(data, graph.body, graph.end):
                if part.number != _META_INFO:
                    continue
                for stated in fields(data, part.body, part.end):
                    if stated.number == _TENSORFLOW_VERSION:
                        return data[stated.body : stated.end].decode("utf-8", "replace")
    except WireError:
        return None
    return None


_META_GRAPHS, _META_INFO, _TENSORFLOW_VERSION = 2, 1, 5
