"""Steps that move pixels: resize, scale by a side, crop, rotate. Each keeps the map right."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cutaway.inputs.geometry import Matrix
from cutaway.inputs.resizing import FILTERS, MODES, moved, resize, warp
from cutaway.inputs.state import Kind, State, Step

SIDES: Final = ("shorter", "longer")
"""Which side of a picture is given a length; the other follows."""


def _resize(state: State, step: Step) -> State:
    """(height, width, C)."""
    size = (step["height"], step["width"])
    pad = shifted(step.get("pad", 0), state)
    geometry = state.geometry
    if geometry is not None:
        geometry = geometry.then(moved(geometry.size, size, step["mode"]), size)
    array = resize(state.array, size, step["mode"], step["filter"], pad)
    return replace(state, array=array, geometry=geometry)


def shifted(pad: Any, state: State) -> Any:
    """A colour given in 0..255, in the present range."""
    unit = np.asarray(pad, np.float32) / 255
    return unit * (state.high - state.low) + state.low


def _scale(state: State, step: Step) -> State:
    """The proportions kept: (rows, columns, C), one of the two as wanted."""
    rows, columns = state.array.shape[:2]
    size = scaled_size((rows, columns), step["side"], step["to"])
    stretched: Step = {"mode": "stretch", "height": size[0], "width": size[1]}
    return _resize(state, {**stretched, "filter": step["filter"]})


def scaled_size(have: tuple[int, int], side: str, to: int) -> tuple[int, int]:
    """Height and width where one side has a length; the other is cut to whole pixels.

    Source: torchvision's ``Resize`` with one number, which cuts and does not round.
    """
    picked = min(have) if side == "shorter" else max(have)
    rows, columns = (
        to if length == picked else max(1, int(to * length / picked)) for length in have
    )
    return rows, columns


def _crop(state: State, step: Step) -> State:
    """(height, width, C), of the middle or from (x, y) on; what lies outside is the pad colour."""
    rows, columns = state.array.shape[:2]
    height, width = step["height"], step["width"]
    left = round(step["x"]) if "x" in step else _middle(columns, width)
    top = round(step["y"]) if "y" in step else _middle(rows, height)
    array = _cut(state.array, (top, left), (height, width), shifted(step.get("pad", 0), state))
    geometry = state.geometry
    if geometry is not None:
        geometry = geometry.then((1.0, 0.0, -left, 0.0, 1.0, -top), (height, width))
    return replace(state, array=array, geometry=geometry)


def _middle(have: int, want: int) -> int:
    """Where the middle part begins; of odd ones as torchvision's ``CenterCrop`` has it."""
    return round((have - want) / 2)


def _cut(
    picture: npt.NDArray[Any], at: tuple[int, int], size: tuple[int, int], pad: Any
) -> npt.NDArray[Any]:
    rows, columns, channels = picture.shape
    (top, left), (height, width) = at, size
    if top >= 0 and left >= 0 and top + height <= rows and left + width <= columns:
        return picture[top : top + height, left : left + width]
    cut = np.empty((height, width, channels), np.float32)
    cut[:] = pad if np.size(pad) in (1, channels) else np.mean(pad)
    y0, y1 = max(0, top), min(rows, top + height)
    x0, x1 = max(0, left), min(columns, left + width)
    if y1 > y0 and x1 > x0:
        cut[y0 - top : y1 - top, x0 - left : x1 - left] = picture[y0:y1, x0:x1]
    return cut


def _rotate(state: State, step: Step) -> State:
    """The same size, turned about its middle against the clock; corners that come in are black."""
    degrees = float(step["degrees"])
    rows, columns = state.array.shape[:2]
    if degrees % 360 == 0:
        return state
    turn = turned((rows, columns), degrees)
    pad = shifted(step.get("pad", 0), state)
    geometry = state.geometry
    if geometry is not None:
        geometry = geometry.then(turn, (rows, columns))
    return replace(state, array=warp(state.array, turn, pad), geometry=geometry)


def turned(size: tuple[int, int], degrees: float) -> Matrix:
    """Where a turn about the middle puts the pixels of a picture of that height and width."""
    x, y = size[1] / 2, size[0] / 2
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return (c, s, x - c * x - s * y, -s, c, y + s * x - c * y)


MOVING: dict[str, Kind] = {
    "resize": Kind(
        _resize,
        1,
        {"mode": MODES, "width": "size", "height": "size", "filter": FILTERS, "pad": "colour"},
        frozenset({"pad"}),
        "bring to a size",
        {"mode": "crop", "width": 224, "height": 224, "filter": "bilinear"},
    ),
    "scale": Kind(
        _scale,
        1,
        {"side": SIDES, "to": "size", "filter": FILTERS},
        words="bring one side to a length, proportions kept",
        start={"side": "shorter", "to": 256, "filter": "bilinear"},
    ),
    "crop": Kind(
        _crop,
        1,
        {"width": "size", "height": "size", "x": "number", "y": "number", "pad": "colour"},
        frozenset({"x", "y", "pad"}),
        "cut out the middle, or a box",
        {"width": 224, "height": 224},
    ),
    "rotate": Kind(
        _rotate,
        1,
        {"degrees": "number", "pad": "colour"},
        frozenset({"pad"}),
        "turn about the middle",
        {"degrees": 15.0},
        {"degrees": (-180.0, 180.0, 1.0)},
    ),
}
"""Steps that move pixels, by name."""
