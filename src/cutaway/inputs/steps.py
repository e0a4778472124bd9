"""A preparation as data: the steps there are, their parameters, and what each does.

A preparation is an ordered list of JSON objects
``{"step": name, ...parameters, "guessed": bool, "why": str}``. The picture is (H, W, C) float32
until ``layout`` turns it into the model's own array.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cutaway.errors import InputError
from cutaway.inputs.geometry import Geometry
from cutaway.inputs.resizing import FILTERS, MODES, moved, resize
from cutaway.inputs.target import Resolved, Target, as_dtype

Step: TypeAlias = dict[str, Any]
"""One step: its name under ``step``, its parameters, ``guessed`` and ``why``."""

Floats: TypeAlias = npt.NDArray[np.float32]

ORDERS = ("NCHW", "NHWC", "CHW", "HWC", "NHW", "HW", "NF", "F", "given")
"""Where a picture's axes go; ``F`` is a flattened (H, W, C); ``given`` leaves an array as it is."""

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Weights of red, green and blue in gray: ITU-R BT.601, as Pillow's mode ``L``."""


@dataclass(frozen=True, slots=True)
class State:
    """What has become of the source so far."""

    array: npt.NDArray[Any]
    """(H, W, C) float32 until ``layout``, then the model's array; an array source as it came."""
    target: Target
    resolved: Resolved
    low: float = 0.0
    """The value that black has now."""
    high: float = 255.0
    """The value that white has now."""
    geometry: Geometry | None = None
    """Where the picture's pixels are by now; None where it is no picture."""


def step(name: str, *, guessed: str = "", why: str = "", **parameters: Any) -> Step:
    """A step as it is written down; ``guessed`` is the reason of a guess, ``why`` of a fact."""
    return {"step": name, **parameters, "guessed": bool(guessed), "why": guessed or why}


Apply: TypeAlias = Callable[[State, Step], State]


def _decode(state: State, _step: Step) -> State:
    """Nothing more to do: the source has been decoded when it was read."""
    return state


def _colour(state: State, step: Step) -> State:
    """(H, W, 1) for gray, else (H, W, 3)."""
    picture, to = state.array, step["to"]
    if to == "gray":
        gray = picture @ _LUMA if picture.shape[2] == 3 else picture[:, :, 0]
        return replace(state, array=gray[:, :, None])
    if picture.shape[2] == 1:
        picture = np.repeat(picture, 3, axis=2)
    return replace(state, array=picture[:, :, ::-1] if to == "bgr" else picture)


def _invert(state: State, _step: Step) -> State:
    """Black becomes white and white black, within the present range."""
    return replace(state, array=np.float32(state.low + state.high) - state.array)


def _resize(state: State, step: Step) -> State:
    """(height, width, C)."""
    size = (step["height"], step["width"])
    pad = _shifted(step.get("pad", 0), state)
    geometry = state.geometry
    if geometry is not None:
        geometry = geometry.then(moved(geometry.size, size, step["mode"]), size)
    array = resize(state.array, size, step["mode"], step["filter"], pad)
    return replace(state, array=array, geometry=geometry)


def _shifted(pad: Any, state: State) -> Any:
    """The pad colour, given in 0..255, in the present range."""
    unit = np.asarray(pad, np.float32) / 255
    return unit * (state.high - state.low) + state.low


def _range(state: State, step: Step) -> State:
    """Black becomes ``low`` and white ``high``."""
    low, high = float(step["low"]), float(step["high"])
    if (low, high) == (state.low, state.high):
        return state
    unit = (state.array - np.float32(state.low)) / np.float32(state.high - state.low)
    array = unit * np.float32(high - low) + np.float32(low)
    return replace(state, array=array, low=low, high=high)


def _normalize(state: State, step: Step) -> State:
    """(x - mean) / std, channel by channel, in the order that the channels have now."""
    channels = state.array.shape[2]
    for name in ("mean", "std"):
        if len(step[name]) not in (1, channels):
            raise InputError(
                f"step 'normalize' wants one {name} or one for each of {channels} channels, "
                f"got {len(step[name])}; shorten the list or change the colour step"
            )
    mean, std = np.float32(step["mean"]), np.float32(step["std"])
    return replace(state, array=(state.array - mean) / std)


def _layout(state: State, step: Step) -> State:
    """The model's axes, the picture once for each place of the batch."""
    order = str(step["order"])
    if order == "given":
        return replace(state, array=_with_batch(state.array, state.target))
    picture = state.array
    letters = order.replace("N", "")
    if letters in ("HW", "F"):
        if letters == "HW" and picture.shape[2] != 1:
            raise InputError(
                f"step 'layout' to {order} wants 1 channel, the picture has {picture.shape[2]}; "
                "add a step 'colour' to gray before it"
            )
        array = picture.reshape(picture.shape[:2] if letters == "HW" else -1)
    else:
        array = picture.transpose(["HWC".index(letter) for letter in letters])
    if "N" in order:
        shape = state.resolved.shape
        batch = shape[order.index("N")] if len(order) == len(shape) else 1
        array = np.repeat(np.expand_dims(array, order.index("N")), batch, order.index("N"))
    return replace(state, array=np.ascontiguousarray(array))


def _with_batch(array: npt.NDArray[Any], target: Target) -> npt.NDArray[Any]:
    """The array, with an axis in front where only that is missing."""
    if target.shape is not None and array.ndim == len(target.shape) - 1:
        return array[None]
    return array


def _dtype(state: State, step: Step) -> State:
    """Values of another type; rounded and kept within its limits where it is an integer."""
    dtype = as_dtype(replace(state.target, dtype=step["to"]))
    array = state.array
    if dtype.kind in "iu" and array.dtype.kind not in "iub":
        limits = np.iinfo(dtype)
        array = np.clip(np.rint(array), limits.min, limits.max)
    return replace(state, array=array.astype(dtype))


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of step."""

    apply: Apply
    place: int
    """Steps come in the order of this number: a picture is not resized after its layout."""
    wants: Mapping[str, Any]
    """By parameter: a tuple of the words allowed, or the name of a rule in ``checking``."""
    optional: frozenset[str] = frozenset()


KINDS: dict[str, Kind] = {
    "decode": Kind(_decode, 0, {}),
    "colour": Kind(_colour, 1, {"to": ("gray", "rgb", "bgr")}),
    "invert": Kind(_invert, 1, {}),
    "resize": Kind(
        _resize,
        1,
        {"mode": MODES, "width": "size", "height": "size", "filter": FILTERS, "pad": "colour"},
        frozenset({"pad"}),
    ),
    "range": Kind(_range, 1, {"low": "number", "high": "number"}),
    "normalize": Kind(_normalize, 2, {"mean": "numbers", "std": "nonzero"}),
    "layout": Kind(_layout, 3, {"order": ORDERS}),
    "dtype": Kind(_dtype, 4, {"to": "dtype"}),
}
"""Every step by name."""
