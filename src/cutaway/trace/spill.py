"""A byte budget for the tensors of a run: past it, they lie in files instead of in memory."""

from __future__ import annotations

import contextlib
import ctypes
import heapq
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from cutaway.trace.runner import Array


class Store:
    """The tensors of one run, the largest moved to files whenever the rest is over the budget.

    A run that comes in parts adds what each gives, so that memory never holds everything. What
    becomes of a moved tensor is read-only and memory-mapped, with the same shape, dtype and
    values. Arrays of text stay in memory, whatever the budget. A tensor that finds no room on the
    disk either is lost, and the sentence says so.
    """

    def __init__(self, budget: int, folder: Path) -> None:
        """Keep tensors.

        Args:
            budget: bytes that may stay in memory.
            folder: where the files go, made where it is missing; its owner removes it.
        """
        self._budget = budget
        self._folder = folder
        self._in_memory = 0
        self._largest: list[tuple[int, int]] = []
        self._moved = _Count()
        self._lost = _Count()
        self._seen = 0
        self.tensors: dict[int, Array] = {}
        """By value id, in the order in which they came."""
        self.lost: dict[int, str] = {}
        """The reason of each that was lost, by value id."""

    def add(self, tensors: Mapping[int, Array]) -> None:
        """Keep more tensors; what came before may go to files for them.

        One that came before is not taken again: where a run in parts is begun anew, it is the same.
        """
        if self._moved.tensors:
            _give_memory_back()
        for value, array in tensors.items():
            if value in self.tensors or value in self.lost:
                continue
            self._seen += 1
            self.tensors[value] = array
            self._in_memory += array.nbytes
            if array.nbytes and not array.dtype.hasobject:
                heapq.heappush(self._largest, (-array.nbytes, value))
        while self._in_memory > self._budget and self._largest:
            self._move(heapq.heappop(self._largest)[1])

    def _move(self, value: int) -> None:
        array = self.tensors[value]
        self._in_memory -= array.nbytes
        try:
            self.tensors[value] = _moved(array, self._folder)
            self._moved.take(array)
        except OSError as problem:
            del self.tensors[value]
            self.lost[value] = (
                f"no room in memory, and none on disk ({problem.strerror or problem})"
            )
            self._lost.take(array)

    def clear(self) -> None:
        """Let go of everything, files included."""
        self.tensors = {}
        self._largest = []
        self._in_memory = 0
        shutil.rmtree(self._folder, ignore_errors=True)

    def sentence(self) -> str | None:
        """A sentence on what was moved or lost; None where nothing was."""
        said: list[str] = []
        if self._moved.tensors:
            said.append(
                f"{self._moved.tensors} of {self._seen} tensors ({_megabytes(self._moved.bytes)}) "
                f"lie in files on disk, because {_megabytes(self._budget)} are kept in memory"
            )
        if self._lost.tensors:
            why = next(iter(self.lost.values()))
            said.append(
                f"{self._lost.tensors} of {self._seen} tensors ({_megabytes(self._lost.bytes)}) "
                f"are lost: {why}"
            )
        return "; ".join(said) or None


class _Count:
    """How many tensors, and their bytes."""

    def __init__(self) -> None:
        self.tensors = self.bytes = 0

    def take(self, array: Array) -> None:
        """Count one more."""
        self.tensors += 1
        self.bytes += array.nbytes


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


def _give_memory_back() -> None:
    """Memory that moved tensors left goes back to the system, where the C library keeps it.

    Of a freed tensor glibc keeps just as much as it took, which is too little for the next one
    of that size, whose place must be aligned: memory would grow as if nothing had been moved.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:  # not every C library has it
            trim(0)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
