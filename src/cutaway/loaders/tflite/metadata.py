"""What a TFLite file carries beside its network: class names, in an archive behind it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final

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
