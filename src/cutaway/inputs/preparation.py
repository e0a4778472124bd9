"""A source turned into the array that a model's input takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import numpy as np
import numpy.typing as npt

from cutaway.errors import InputError
from cutaway.inputs.checking import validate
from cutaway.inputs.geometry import Geometry
from cutaway.inputs.source import Source, as_picture
from cutaway.inputs.steps import KINDS, State, Step
from cutaway.inputs.target import Resolved, Target, as_dtype, described, free, resolved

_FOR_ARRAYS: Final = ("decode", "layout", "dtype")
"""Steps that an array other than a picture can take."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a run is given."""

    array: npt.NDArray[Any]
    """Of a shape and the dtype that the target allows, contiguous."""
    stages: tuple[str, ...]
    """Shape, dtype and values after each step: ``(28, 28, 1) uint8, 0 to 255``."""
    geometry: Geometry | None = None
    """From the picture as it came to the model's; None where no picture was fed."""


def prepare(source: Source, steps: Sequence[Step], target: Target) -> Prepared:
    """The array for one input of a model.

    Args:
        source: a picture or an array.
        steps: a preparation; ``guess`` makes one.
        target: what the input wants.

    Raises:
        InputError: the steps are no preparation, or what they give does not fit the target.
    """
    states = list(walk(source, steps, target))
    last = states[-1]
    _check_fit(last.array, target)
    stages = tuple(stage_words(state.array) for state in states[1:])
    return Prepared(np.ascontiguousarray(last.array), stages, last.geometry)


def walk(source: Source, steps: Sequence[Step], target: Target) -> Iterator[State]:
    """The source as it came, then what has become of it after each step.

    Raises:
        InputError: the steps are no preparation, or one cannot be carried out.
    """
    validate(steps)
    if any(step["step"] not in _FOR_ARRAYS for step in steps):
        source = as_picture(source) or _refused(source, steps)
    state = State(_start(source), target, _wanted(source, target), geometry=_unmoved(source))
    yield state
    for step in steps:
        state = KINDS[step["step"]].apply(state, step)
        yield state


def _refused(source: Source, steps: Sequence[Step]) -> NoReturn:
    culprit = next(step["step"] for step in steps if step["step"] not in _FOR_ARRAYS)
    came = described(source.array.shape, source.array.dtype.name)
    raise InputError(
        f"step '{culprit}' wants a picture, '{source.name}' is an array of {came}; "
        "leave the step out, or feed bytes of shape (height, width) or (height, width, 3)"
    )


def _wanted(source: Source, target: Target) -> Resolved:
    return resolved(
        target, (source.height, source.width) if source.height and source.width else None
    )


def _unmoved(source: Source) -> Geometry | None:
    if source.kind != "image":
        return None
    size = (source.array.shape[0], source.array.shape[1])
    return Geometry(size, size)


def _start(source: Source) -> npt.NDArray[Any]:
    """A picture as (H, W, C) in 0..255, an array as it is."""
    if source.kind == "array":
        return source.array
    picture = source.array
    return picture[:, :, None] if picture.ndim == 2 else picture


def stage_words(array: npt.NDArray[Any]) -> str:
    """Shape, dtype and values of an array: ``(28, 28, 1) uint8, 0 to 255``."""
    shown = described(array.shape, array.dtype.name)
    if array.size == 0 or array.dtype.kind not in "biufV":
        return shown
    # bfloat16 and its like have kind V and compare as they should.
    low, high = float(np.min(array)), float(np.max(array))
    return f"{shown}, {low:.4g} to {high:.4g}"


def _check_fit(array: npt.NDArray[Any], target: Target) -> None:
    dtype = as_dtype(target)
    shape = target.shape
    fits = shape is None or (
        len(shape) == array.ndim
        and all(free(want) or want == got for want, got in zip(shape, array.shape, strict=True))
    )
    if not fits or array.dtype != dtype:
        raise InputError(
            f"input '{target.name}' wants {described(shape, dtype.name)}, the preparation gives "
            f"{described(array.shape, array.dtype.name)}; change its {_culprits(array, target)}"
        )


def _culprits(array: npt.NDArray[Any], target: Target) -> str:
    """The steps that could mend a misfit."""
    if target.shape is not None and len(target.shape) != array.ndim:
        return "step 'layout', or feed an array of that rank"
    if array.dtype != as_dtype(target):
        return "step 'dtype'"
    return "steps 'resize', 'colour' or 'layout'"
