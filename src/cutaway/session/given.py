"""What single inputs of a model are given, by name: an array of a file, or one number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from cutaway import inputs
from cutaway.errors import InputError
from cutaway.graph import Value
from cutaway.inputs.target import as_dtype, described
from cutaway.session.targets import Targets
from cutaway.trace import Array


@dataclass(frozen=True)
class Given:
    """Arrays by value id, and the words for each."""

    arrays: Mapping[int, Array] = field(default_factory=dict[int, Array])
    words: Mapping[int, str] = field(default_factory=dict[int, str])

    def beside(self, number: int, array: Array, words: str) -> Given:
        """The same with one array more; one that is there already stays."""
        if number in self.arrays:
            return self
        return Given({**self.arrays, number: array}, {**self.words, number: words})


def given_arrays(targets: Targets, told: Mapping[str, Mapping[str, Any]]) -> Given:
    """The arrays that single inputs are given.

    Args:
        targets: the model's inputs.
        told: by the input's name ``{"path", "name"}`` of a ``.npy`` or ``.npz`` file, or
            ``{"number"}``, of which every element is.

    Raises:
        InputError: there is no such input, or what is given does not fit it.
    """
    graph = targets.graph
    by_name = {graph.values[i].name: graph.values[i] for i in graph.inputs}
    found = Given()
    for name, one in told.items():
        if name not in by_name:
            raise InputError(
                f"something was given for '{name}', which is no input of this model; its inputs "
                f"are {', '.join(by_name) or 'none'}"
            )
        array, words = _one(targets, by_name[name], one)
        found = found.beside(by_name[name].id, array, words)
    return found


def _one(targets: Targets, value: Value, told: Mapping[str, Any]) -> tuple[Array, str]:
    if "number" in told:
        return _filled(targets, value, told["number"])
    path = Path(str(told["path"]))
    name = str(told.get("name", path.name))
    array = _array(path, name, value)
    shape = targets.wanted(value).shape
    fit = fitted(array, value if shape is None else replace(value, shape=shape))
    if shape is not None and any(
        isinstance(wanted, int) and 0 <= wanted != length
        for wanted, length in zip(shape, fit.shape, strict=True)
    ):
        raise InputError(
            f"input '{value.name}' wants {described(shape, value.dtype)}, {name} holds "
            f"{described(array.shape, array.dtype.name)}: change its shape, or the lengths chosen"
        )
    return fit, name


def _array(path: Path, name: str, value: Value) -> Array:
    if not inputs.is_archive(path):
        source = inputs.load(path, name)
        if source.kind != "array":
            raise InputError(
                f"input '{value.name}' is given an array; {name} is a picture: choose a .npy or "
                ".npz file"
            )
        return source.array
    held = inputs.load_arrays(path, name)
    if value.name in held:
        return held[value.name]
    if len(held) == 1:
        return next(iter(held.values()))
    raise InputError(
        f"an array called '{value.name}' was wanted, or a single one; {name} holds "
        f"{', '.join(held) or 'none'}: save it under that name"
    )


def _filled(targets: Targets, value: Value, number: Any) -> tuple[Array, str]:
    target = targets.wanted(value)
    if not isinstance(number, int | float) or not np.isfinite(number):
        raise InputError(f"input '{value.name}' wants a number; got {str(number)[:40]!r}: type one")
    dtype = as_dtype(target)
    with np.errstate(invalid="ignore", over="ignore"):
        held = np.asarray(number).astype(dtype)
    # A float keeps what it can of any number; an integer keeps all or nothing.
    if not np.isfinite(held) or (dtype.kind in "iub" and held != number):
        raise InputError(
            f"input '{value.name}' holds {dtype.name}, which {number} is not: type another number"
        )
    shape = inputs.default_for(target).shape
    return np.full(shape, held, dtype), f"{number:,}"


def fitted(array: Array, value: Value) -> Array:
    """An array in the dtype that an input wants, with the axes of length 1 that it lacks.

    Raises:
        InputError: numbers would be lost by changing the dtype, or the array has another rank.
    """
    wanted = np.dtype(value.dtype) if value.dtype in np.sctypeDict else array.dtype
    changed = array
    if array.dtype != wanted and array.dtype.kind in "biuf" and wanted.kind in "biuf":
        with np.errstate(invalid="ignore", over="ignore"):
            changed = array.astype(wanted)
        if not array.dtype.kind == wanted.kind == "f" and not np.array_equal(changed, array):
            changed = array
    shape = value.shape if value.shape is not None else array.shape
    missing = shape[: max(0, len(shape) - array.ndim)]
    if all(not isinstance(length, int) or length == 1 for length in missing):
        changed = changed.reshape((1,) * len(missing) + changed.shape)
    if changed.ndim != len(shape) or (value.dtype in np.sctypeDict and changed.dtype != wanted):
        raise InputError(
            f"input '{value.name}' wants {described(value.shape, value.dtype)}, "
            f"{described(array.shape, array.dtype.name)} was given; convert it"
        )
    return changed
