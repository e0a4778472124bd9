"""Whether what is fed to a model fits its inputs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cutaway.errors import InputError
from cutaway.graph import Graph, Value
from cutaway.trace import Array


def checked_feeds(graph: Graph, inputs: Mapping[int, Array]) -> dict[int, Array]:
    """The inputs as contiguous read-only arrays of their own, each of a shape its value allows.

    Raises:
        InputError: one is missing, is no input, or has another dtype, rank or length.
    """
    extra = [value for value in inputs if value not in graph.inputs]
    if extra:
        named = ", ".join(_named(graph, value) for value in graph.inputs)
        raise InputError(f"value {extra[0]} is no input of this model; its inputs are {named}")
    return {value: _checked(graph.values[value], inputs.get(value)) for value in graph.inputs}


def _checked(value: Value, array: Array | None) -> Array:
    wanted = f"input '{value.name}' wants {described(value.shape, value.dtype)}"
    if array is None:
        raise InputError(f"{wanted}, nothing was given; give one array for every input")
    given = described(array.shape, array.dtype.name)
    if value.dtype is None:
        raise InputError(f"{wanted}, which is no single tensor; Cutaway can only feed tensors")
    if value.dtype == "object" and array.dtype.kind in "UST":
        array = array.astype(object)
    if array.dtype.name != value.dtype:
        raise InputError(f"{wanted}, {given} was given; convert it to {value.dtype}")
    if value.shape is not None and not _fits(value, array):
        raise InputError(f"{wanted}, {given} was given; bring it to that shape")
    own = np.array(array, order="C", copy=True)
    own.flags.writeable = False
    return own


def _fits(value: Value, array: Array) -> bool:
    shape = value.shape or ()
    return len(shape) == array.ndim and all(
        not isinstance(wanted, int) or wanted == given
        for wanted, given in zip(shape, array.shape, strict=False)
    )


def described(shape: tuple[int | str | None, ...] | None, dtype: str | None) -> str:
    """Shape and dtype in words: ``(?, 28, 28) float32``."""
    if shape is None:
        return f"any shape, {dtype}" if dtype else "no tensor"
    lengths = ", ".join("?" if length is None else str(length) for length in shape)
    return f"({lengths}{',' if len(shape) == 1 else ''}) {dtype or ''}".rstrip()


def _named(graph: Graph, value: int) -> str:
    return f"{value} ('{graph.values[value].name}')"
