"""A preparation as data: the steps there are, their parameters, and what each does.

A preparation is an ordered list of JSON objects
``{"step": name, ...parameters, "guessed": bool, "why": str}``. The picture is (H, W, C) float32
until ``layout`` turns it into the model's own array.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from cutaway.errors import InputError
from cutaway.inputs.disturbing import DISTURBING
from cutaway.inputs.scaling import MOVING
from cutaway.inputs.state import Kind, State, Step, step
from cutaway.inputs.target import Target, as_dtype

__all__ = ["KINDS", "ORDERS", "Kind", "State", "Step", "step"]

ORDERS = ("NCHW", "NHWC", "CHW", "HWC", "NHW", "HW", "NF", "F", "given")
"""Where a picture's axes go; ``F`` is a flattened (H, W, C); ``given`` leaves an array as it is."""

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Weights of red, green and blue in gray: ITU-R BT.601, as Pillow's mode ``L``."""


def _decode(state: State, _step: Step) -> State:
    """Nothing more to do: the source has been decoded when it was read."""
    return state


def _colour(state: State, step: Step) -> State:
    """(H, W, 1) for gray, else (H, W, 3)."""
    picture, to = state.array, step["to"]
    if to == "gray":
        gray = state.floats @ _LUMA if picture.shape[2] == 3 else picture[:, :, 0]
        return replace(state, array=gray[:, :, None])
    if picture.shape[2] == 1:
        picture = np.repeat(picture, 3, axis=2)
    return replace(state, array=picture[:, :, ::-1] if to == "bgr" else picture)


def _invert(state: State, _step: Step) -> State:
    """Black becomes white and white black, within the present range."""
    return replace(state, array=np.float32(state.low + state.high) - state.floats)


def _range(state: State, step: Step) -> State:
    """Black becomes ``low`` and white ``high``."""
    low, high = float(step["low"]), float(step["high"])
    if (low, high) == (state.low, state.high):
        return state
    if state.low == 0 and low == 0:
        # As frameworks divide by 255: one pass, and the same last bit.
        array = state.floats / np.float32(state.high)
        if high != 1:
            array *= np.float32(high)
        return replace(state, array=array, low=low, high=high)
    array = state.floats - np.float32(state.low)
    array /= np.float32(state.high - state.low)
    array *= np.float32(high - low)
    array += np.float32(low)
    return replace(state, array=array, low=low, high=high)


def _normalize(state: State, step: Step) -> State:
    """(x - mean) / std, channel by channel, in the order that the channels have now."""
    for name in ("mean", "std"):
        _check_each(step, name, state.array.shape[2])
    mean, std = np.float32(step["mean"]), np.float32(step["std"])
    low, high = ((np.float32(end) - mean) / std for end in (state.low, state.high))
    return replace(
        state,
        array=(state.floats - mean) / std,
        low=float(np.min(low)),
        high=float(np.max(high)),
    )


def _quantize(state: State, step: Step) -> State:
    """The nearest integer to x / scale, plus the zero point; the type's limits come with it."""
    for name in ("scale", "zero"):
        _check_each(step, name, state.array.shape[2])
    scale, zero = np.float32(step["scale"]), np.float32(step["zero"])
    low, high = (np.float32(end) / scale + zero for end in (state.low, state.high))
    array = np.rint(state.floats / scale) + zero
    return replace(state, array=array, low=float(np.min(low)), high=float(np.max(high)))


def _check_each(step: Step, name: str, channels: int) -> None:
    """Refuse a list that is neither one number nor one for each channel; raises InputError."""
    if len(step[name]) not in (1, channels):
        raise InputError(
            f"step '{step['step']}' wants one {name} or one for each of {channels} channels, "
            f"got {len(step[name])}; shorten the list or change the colour step"
        )


def _layout(state: State, step: Step) -> State:
    """The model's axes, the picture once for each place of the batch."""
    order = str(step["order"])
    if order == "given":
        return replace(state, array=_with_batch(state.array, state.target))
    picture = state.floats
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
    return replace(state, array=np.ascontiguousarray(array), order=order)


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


KINDS: dict[str, Kind] = {
    "decode": Kind(_decode, 0, {}, words="read the file"),
    "colour": Kind(
        _colour, 1, {"to": ("gray", "rgb", "bgr")}, words="choose the channels", start={"to": "rgb"}
    ),
    "invert": Kind(_invert, 1, {}, words="black becomes white"),
    **MOVING,
    **DISTURBING,
    "range": Kind(
        _range,
        1,
        {"low": "number", "high": "number"},
        words="give black and white their values",
        start={"low": 0.0, "high": 1.0},
    ),
    "normalize": Kind(
        _normalize,
        2,
        {"mean": "numbers", "std": "nonzero"},
        words="subtract a mean, divide by a deviation",
        start={"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]},
    ),
    "quantize": Kind(
        _quantize,
        3,
        {"scale": "nonzero", "zero": "numbers"},
        words="round to integers by scale and zero point",
        start={"scale": [1 / 128], "zero": [128]},
    ),
    "layout": Kind(_layout, 4, {"order": ORDERS}, words="order the axes", start={"order": "NCHW"}),
    "dtype": Kind(
        _dtype, 5, {"to": "dtype"}, words="choose the type of numbers", start={"to": "float32"}
    ),
}
"""Every step by name."""
