"""GGUF files: weights of language models, most of them quantized."""
# pyright: standard

from __future__ import annotations

import importlib.util
import math
from collections import Counter
from pathlib import Path
from typing import Any, Final

import numpy as np

from cutaway.errors import BrokenFile, MissingPackage, UnsupportedModel
from cutaway.loaders.base import Facts, Model
from cutaway.loaders.weights.gguf_header import Described, Header, read_header
from cutaway.loaders.weights.listing import Stored, weights_model
from cutaway.loaders.weights.mapped import Mapped, dtype_named, short
from cutaway.trace import Array

_PLAIN: Final = {
    "F32": "float32", "F16": "float16", "BF16": "bfloat16", "F64": "float64",
    "I8": "int8", "I16": "int16", "I32": "int32", "I64": "int64",
}  # fmt: skip
"""Types whose elements are read as they are."""

_MOST_WORDS: Final = 300
"""Letters of a text among the facts; templates of chats are longer than anybody reads there."""


def open_gguf(path: Path) -> Model:
    """The tensors of a file, none of them read yet.

    Raises:
        MissingPackage: the package ``gguf`` is missing.
        BrokenFile: the file is damaged or cut off.
        UnsupportedModel: a tensor is kept in a way that the package does not know.
    """
    if importlib.util.find_spec("gguf") is None:
        raise MissingPackage(
            f"{path.name} is a GGUF file, which needs: pip install 'cutaway[weights]'"
        )
    size = path.stat().st_size
    header = read_header(path)
    types = {one.name: _type(one, path.name) for one in header.tensors}
    for one in header.tensors:
        _check_size(one, types[one.name], header, size, path.name)
    by_name = {one.name: one for one in header.tensors}
    if len(by_name) < len(header.tensors):
        raise BrokenFile(f"{path.name} holds a tensor twice; fetch or convert it again")
    held = Mapped(path)

    def read(name: str) -> Array:
        one, kind = by_name[name], types[name]
        at = header.data + one.offset
        if kind.name in _PLAIN:
            return held.array(at, dtype_named(_PLAIN[kind.name]), one.shape)
        return _dequantized(held.array(at, np.uint8, _in_bytes(one.shape, kind)), kind, path.name)

    return weights_model(
        path.name,
        Facts("GGUF", _producer(header), size, 0, _facts(header, types)),
        [_stored(one, types[one.name].name) for one in header.tensors],
        read,
    )


def _stored(one: Described, kind: str) -> Stored:
    if kind in _PLAIN:
        return Stored(one.name, one.shape, _PLAIN[kind])
    return Stored(one.name, one.shape, "float32", kind)


def _type(one: Described, file: str) -> Any:
    from gguf import GGMLQuantizationType

    try:
        return GGMLQuantizationType(one.type)
    except ValueError as problem:
        raise UnsupportedModel(
            f"tensor '{short(one.name)}' of {file} is kept in way number {one.type}, which the "
            "installed gguf does not know; run pip install --upgrade gguf"
        ) from problem


def _in_bytes(shape: tuple[int, ...], kind: Any) -> tuple[int, ...]:
    """The shape of a tensor told in bytes: rows are quantized in blocks."""
    from gguf import GGML_QUANT_SIZES

    block, size = GGML_QUANT_SIZES[kind]
    return (*shape[:-1], shape[-1] // block * size) if shape else (size,)


def _check_size(one: Described, kind: Any, header: Header, size: int, file: str) -> None:
    from gguf import GGML_QUANT_SIZES

    block, _ = GGML_QUANT_SIZES[kind]
    row = one.shape[-1] if one.shape else 1
    if row % block:
        raise BrokenFile(
            f"tensor '{short(one.name)}' of {file} has rows of {row:,} elements, "
            f"{kind.name} keeps them in blocks of {block}; fetch or convert it again"
        )
    end = header.data + one.offset + math.prod(_in_bytes(one.shape, kind))
    if end > size:
        raise BrokenFile(
            f"tensor '{short(one.name)}' of {file} should end at byte {end:,}, the file has "
            f"{size:,}: it was cut off; fetch it again"
        )


def _dequantized(rows: Array, kind: Any, file: str) -> Array:
    """The numbers that quantized rows stand for, as float32."""
    from gguf import dequantize

    try:
        return dequantize(rows, kind)
    except NotImplementedError as problem:
        raise UnsupportedModel(
            f"{file} holds numbers kept as {kind.name}, which the installed gguf does not turn "
            "back; run pip install --upgrade gguf"
        ) from problem


def _producer(header: Header) -> str | None:
    told = header.metadata.get("general.quantized_by")
    return told if isinstance(told, str) else None


def _facts(header: Header, types: dict[str, Any]) -> dict[str, str]:
    """What the file tells of itself, and how many tensors it keeps in which way."""
    kept = Counter(kind.name for kind in types.values()).most_common()
    told = {"version": str(header.version)}
    told["stored as"] = ", ".join(f"{name} ({count})" for name, count in kept)
    file_type = header.metadata.get("general.file_type")
    if isinstance(file_type, int):
        told["file type"] = _file_type(file_type)
    for key, value in header.metadata.items():
        text = str(value)
        told[key] = text if len(text) <= _MOST_WORDS else f"{text[: _MOST_WORDS - 3]}..."
    return told


def _file_type(number: int) -> str:
    from gguf import LlamaFileType

    try:
        return LlamaFileType(number).name.removeprefix("MOSTLY_").removeprefix("ALL_")
    except ValueError:
        return str(number)
