"""One number of a run, and what its node was given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import ml_dtypes
import numpy as np

from cutaway.arithmetic.account import Number, UnexplainedError
from cutaway.arithmetic.bounds import is_float
from cutaway.arithmetic.patch import Array, Patch, one
from cutaway.graph import Graph, Node


@dataclass(frozen=True)
class Cell:
    """One cell of what a node wrote."""

    graph: Graph
    node: Node
    value: int
    """Id of the value that it is a cell of."""
    index: tuple[int, ...]
    output: Array
    """The whole value."""
    tensor: Callable[[int], Array | None]
    """Array by value id, None where the run did not keep it; memory-mapped or not."""

    @property
    def kind(self) -> str:
        """The operator, as it is called in messages."""
        return self.node.kind or self.node.op

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the number."""
        return self.output.dtype

    @property
    def number_of_output(self) -> int:
        """Which of the node's outputs it is."""
        return self.node.writes.index(self.value)

    def attribute(self, name: str, default: Any = None) -> Any:
        """An attribute of the kind; a number with a point as the float32 that engines hold."""
        found = self.node.kind_attributes.get(name, default)
        if found in ("inf", "-inf", "nan"):  # which JSON has no numbers for
            return float(found)
        return float(np.float32(found)) if isinstance(found, float) else found

    def has(self, role: str) -> bool:
        """Whether something is read in a role."""
        return any(read.role == role for read in self.node.reads)

    def read(self, role: str) -> int:
        """Position of the first read in a role; raises UnexplainedError."""
        for position, read in enumerate(self.node.reads):
            if read.role == role:
                return position
        raise UnexplainedError(f"{self.kind} '{self.node.name}' reads nothing as its {role}")

    def operands(self) -> list[int]:
        """Positions of all reads, what a body takes from outside apart."""
        return [at for at, read in enumerate(self.node.reads) if read.role != "captured"]

    def name(self, read: int) -> str:
        """The name of the value that is read."""
        return self.graph.values[self.node.reads[read].value].name

    def array(self, read: int) -> Array:
        """What is read; raises UnexplainedError where the run did not keep it."""
        found = self.tensor(self.node.reads[read].value)
        if found is None:
            raise UnexplainedError(f"'{self.name(read)}', which {self.kind} reads, was not kept")
        return found

    def shape(self, read: int) -> tuple[int, ...]:
        """Of what is read, as the network states it where the run did not keep it.

        Raises:
            UnexplainedError: it was not kept, and its shape is not stated.
        """
        value = self.node.reads[read].value
        stated = static_shape(self.graph, value) if self.tensor(value) is None else None
        return self.array(read).shape if stated is None else stated

    def letters(self, read: int) -> str | None:
        """Axis letters of what is read, None where they are not known."""
        value = self.graph.values[self.node.reads[read].value]
        rank = len(self.shape(read))
        return value.axes if value.axes is not None and len(value.axes) == rank else None

    def channels_last(self, read: int) -> bool:
        """Whether channels are the last axis; by default they are the second."""
        letters = self.letters(read) or ""
        return len(letters) > 2 and letters.endswith("C")

    def integers(self, name: str) -> list[int] | None:
        """A list of integers that some versions of an operator read and others state."""
        if self.has(name):
            return [int(number) for number in self.array(self.read(name)).reshape(-1)]
        found = self.attribute(name)
        return [found] if isinstance(found, int) else found

    def axes(self, name: str, rank: int) -> list[int] | None:
        """Axes that are read or stated, counted from the front; None where none are."""
        found = self.integers(name)
        return None if found is None else [axis % rank for axis in found]

    def aligned(self, read: int, index: Sequence[int] | None = None) -> Patch:
        """The cell of an operand that is spread over the output (NumPy's broadcasting)."""
        return self.spread(read, self.shape(read), index)

    def spread(self, read: int, shape: Sequence[int], index: Sequence[int] | None = None) -> Patch:
        """The same for the last axes of a shape."""
        whole = self.index if index is None else index
        last = whole[len(whole) - len(shape) :] if shape else ()
        found = [0 if size == 1 else at for at, size in zip(last, shape, strict=True)]
        return one(read, found, shape)

    def element(self, patch: Patch) -> Number:
        """The number in a patch of one cell."""
        return real(patch.numbers(self.array(patch.read))[0])


def static_shape(graph: Graph, value: int) -> tuple[int, ...] | None:
    """The shape of a value as the network states it; None where an axis is left open."""
    stated = graph.values[value].shape
    if stated is None:
        return None
    lengths = [length for length in stated if isinstance(length, int)]
    return tuple(lengths) if len(lengths) == len(stated) else None


def real(element: Any) -> Number:
    """An element as a Python number: an integer exactly, all else as float64."""
    dtype = np.asarray(element).dtype
    if dtype.kind in "cOSU":
        raise UnexplainedError("the arithmetic of complex numbers and of words is not written yet")
    return float(element) if is_float(dtype) else int(element)


def wide(array: Array) -> Array:
    """Numbers to compute with: float64, or int64 (which wraps as the engine's integers do)."""
    if array.dtype.kind in "cOSU":
        raise UnexplainedError("the arithmetic of complex numbers and of words is not written yet")
    return array.astype(np.float64 if is_float(array.dtype) else np.int64)


def wrapped(number: Number, dtype: np.dtype[Any]) -> Number:
    """A number as an integer dtype holds it: bits beyond its width are lost."""
    if is_float(dtype) or isinstance(number, float):
        return number
    if dtype.kind == "b":
        return int(bool(number))
    held = ml_dtypes.iinfo(dtype)
    least, most = int(held.min), int(held.max)
    return (int(number) - least) % (most - least + 1) + least
