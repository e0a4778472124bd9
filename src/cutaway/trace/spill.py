"""A byte budget for the tensors of a run: past it, they lie in files instead of in memory."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from cutaway.trace.runner import Array


def keep_under(
    tensors: Mapping[int, Array], budget: int, folder: Path
) -> tuple[dict[int, Array], dict[int, str], str | None]:
    """The tensors, the largest of them moved to files until the rest is within the budget.

    What comes back of a moved tensor is read-only and memory-mapped, with the same shape, dtype
    and values. Arrays of text stay in memory, whatever the budget. A tensor that finds no room on
    the disk either is lost, and the sentence says so.

    Args:
        tensors: by value id.
        budget: bytes that may stay in memory.
        folder: where the files go, made where it is missing; its owner removes it.

    Returns:
        The tensors by value id; the reason of each that was lost, by value id; and a sentence on
        what was moved or lost, None where nothing was.
    """
    kept = dict(tensors)
    excess = sum(array.nbytes for array in tensors.values()) - budget
    moved: list[int] = []
    lost: dict[int, str] = {}
    for value in sorted(tensors, key=lambda value: tensors[value].nbytes, reverse=True):
        array = tensors[value]
        if excess <= 0:
            break
        if array.nbytes == 0 or array.dtype.hasobject:
            continue
        try:
            kept[value] = _moved(array, folder)
            moved.append(value)
        except OSError as problem:
            del kept[value]
            lost[value] = f"no room in memory, and none on disk ({problem.strerror or problem})"
        excess -= array.nbytes
    return kept, lost, _sentence(tensors, moved, lost, budget)


def _moved(array: Array, folder: Path) -> Array:
    """The array as a read-only map of a new file."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(".tensor", "value-", folder)
    try:
        with os.fdopen(handle, "wb") as file:
            # A view of bytes, because files take no view of types that NumPy does not know.
            file.write(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    mapped = np.memmap(name, np.uint8, "r")
    return mapped.view(array.dtype).reshape(array.shape)


def _sentence(
    tensors: Mapping[int, Array], moved: list[int], lost: Mapping[int, str], budget: int
) -> str | None:
    said: list[str] = []
    if moved:
        size = sum(tensors[value].nbytes for value in moved)
        said.append(
            f"{len(moved)} of {len(tensors)} tensors ({_megabytes(size)}) lie in files on disk, "
            f"because {_megabytes(budget)} are kept in memory"
        )
    if lost:
        size = sum(tensors[value].nbytes for value in lost)
        why = next(iter(lost.values()))
        said.append(f"{len(lost)} of {len(tensors)} tensors ({_megabytes(size)}) are lost: {why}")
    return "; ".join(said) or None


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
