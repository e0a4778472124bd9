"""What a TFLite file carries beside its network: class names, how its input is normalized.

Source of the numbers of fields: metadata_schema.fbs of the TFLite metadata.
"""
# pyright: standard

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any, Final

from flatbuffers import encode, number_types
from flatbuffers.table import Table

from cutaway.graph import Graph

_LONGEST: Final = 8 << 20
"""Bytes of a list of class names at most."""


def labels_of(path: Path, graph: Graph) -> tuple[str, ...] | None:
    """The class names that the file holds; None where there are none.

    Of several lists that one which has a name for each number of the last axis of an output.
    """
    lengths = {
        shape[-1]
        for value in graph.outputs
        if (shape := graph.values[value].shape) and isinstance(shape[-1], int)
    }
    lists = _lists(path)
    fitting = [names for names in lists if len(names) in lengths]
    return next(iter(fitting or lists), None)


def _lists(path: Path) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.filename.endswith(".txt") and member.file_size <= _LONGEST:
                    text = archive.read(member).decode("utf-8", "replace")
                    found.append(tuple(line.strip() for line in text.splitlines() if line.strip()))
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError):
        # Most files have no archive behind them.
        return found
    return found


def normalized(content: bytes) -> tuple[list[float], list[float]] | None:
    """Mean and standard deviation that pixels from 0 to 255 are normalized by, for the first input.

    Args:
        content: the metadata, a flatbuffer of its own.

    Returns:
        None where none are stated, one for each channel or one for all.

    Raises:
        Exception: of any kind, where it is damaged.
    """
    root = Table(content, encode.Get(number_types.UOffsetTFlags.packer_type, content, 0))
    for network in _tables(root, _NETWORKS)[:1]:
        for tensor in _tables(network, _INPUTS)[:1]:
            for unit in _tables(tensor, _STEPS):
                kind = unit.Offset(_at(_KIND))
                options = unit.Offset(_at(_OPTIONS))
                if not kind or not options:
                    continue
                if unit.Get(number_types.Uint8Flags, kind + unit.Pos) == _NORMALIZATION:
                    told = Table(content, unit.Indirect(options + unit.Pos))
                    mean, deviation = (_floats(told, field) for field in (_MEAN, _DEVIATION))
                    if mean and deviation and all(deviation):
                        return mean, deviation
    return None


def heard_at(content: bytes) -> int | None:
    """Samples a second of the sound that the first input takes; None where it is no sound.

    Args:
        content: the metadata, a flatbuffer of its own.

    Raises:
        Exception: of any kind, where it is damaged.
    """
    root = Table(content, encode.Get(number_types.UOffsetTFlags.packer_type, content, 0))
    for network in _tables(root, _NETWORKS)[:1]:
        for tensor in _tables(network, _INPUTS)[:1]:
            place = tensor.Offset(_at(_CONTENT))
            if not place:
                continue
            held = Table(content, tensor.Indirect(place + tensor.Pos))
            kind, properties = held.Offset(_at(_KIND)), held.Offset(_at(_OPTIONS))
            if not kind or not properties:
                continue
            if held.Get(number_types.Uint8Flags, kind + held.Pos) == _AUDIO:
                sound = Table(content, held.Indirect(properties + held.Pos))
                rate = sound.Offset(_at(_RATE))
                return sound.Get(number_types.Uint32Flags, rate + sound.Pos) if rate else None
    return None


_NETWORKS, _INPUTS, _STEPS = 3, 2, 4
_CONTENT, _AUDIO, _RATE = 3, 4, 0
_KIND, _OPTIONS, _NORMALIZATION = 0, 1, 1
_MEAN, _DEVIATION = 0, 1


def _at(field: int) -> int:
    """Where a table keeps the offset of a field."""
    return 4 + 2 * field


def _tables(table: Any, field: int) -> list[Any]:
    offset = table.Offset(_at(field))
    if not offset:
        return []
    start = table.Vector(offset)
    count = min(table.VectorLen(offset), _MOST)
    return [Table(table.Bytes, table.Indirect(start + 4 * at)) for at in range(count)]


def _floats(table: Any, field: int) -> list[float]:
    offset = table.Offset(_at(field))
    if not offset:
        return []
    start, count = table.Vector(offset), min(table.VectorLen(offset), _MOST)
    return [float(table.Get(number_types.Float32Flags, start + 4 * at)) for at in range(count)]


_MOST: Final = 4096
"""Entries of a list that are looked at."""
