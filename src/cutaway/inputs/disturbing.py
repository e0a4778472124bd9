"""Steps that disturb a picture: noise, blur, light, occlusion. No pixel is moved by them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from cutaway.inputs.geometry import Geometry
from cutaway.inputs.resizing import filtered
from cutaway.inputs.scaling import shifted
from cutaway.inputs.state import Floats, Kind, State, Step


def _noise(state: State, step: Step) -> State:
    """Normal noise of that deviation, in shares of the range; kept within the range."""
    amount = float(step["amount"])
    if amount == 0:
        return state
    seed = int(step.get("seed", 0))
    noise = np.random.default_rng(seed).standard_normal(state.array.shape, np.float32)
    spread = np.float32(amount * (state.high - state.low))
    return replace(
        state, array=_within(state, (state.floats + noise * spread).astype(np.float32, copy=False))
    )


def _within(state: State, array: Floats) -> Floats:
    low, high = sorted((state.low, state.high))
    return np.clip(array, np.float32(low), np.float32(high))


def _blur(state: State, step: Step) -> State:
    """A Gaussian of that deviation, in pixels of the picture as it is now."""
    radius = float(step["radius"])
    return state if radius == 0 else replace(state, array=filtered(state.floats, radius))


def _light(state: State, step: Step) -> State:
    """Contrast around the middle of the range, then brightness in shares of it."""
    brightness, contrast = float(step["brightness"]), float(step["contrast"])
    if (brightness, contrast) == (0.0, 1.0):
        return state
    middle = np.float32((state.low + state.high) / 2)
    shift = np.float32(brightness * (state.high - state.low))
    array = (state.floats - middle) * np.float32(contrast) + middle + shift
    return replace(state, array=_within(state, array))


def _occlude(state: State, step: Step) -> State:
    """Boxes and strokes of one colour, given in pixels of the picture as it came."""
    shapes = cast("list[dict[str, Any]]", step["shapes"])
    if not shapes:
        return state
    mask = _mask(shapes, state.array.shape[:2], state.geometry)
    array = state.floats.copy()
    channels = array.shape[2]
    colour = np.ravel(shifted(step.get("colour", 0), state))
    array[mask] = colour if len(colour) in (1, channels) else colour.mean()
    return replace(state, array=array)


def _mask(
    shapes: list[dict[str, Any]], size: tuple[int, ...], geometry: Geometry | None
) -> npt.NDArray[np.bool_]:
    """(H, W): what the shapes cover of the picture as it is now."""
    from PIL import Image, ImageDraw

    picture = Image.new("L", (size[1], size[0]))
    draw = ImageDraw.Draw(picture)
    for shape in shapes:
        if "points" in shape:
            _stroke(draw, shape, geometry)
    mask = np.array(picture, bool)
    for shape in shapes:
        if "box" in shape:
            _box(mask, shape["box"], geometry)
    return mask


def _box(mask: npt.NDArray[np.bool_], box: list[float], geometry: Geometry | None) -> None:
    """Mark the pixels whose middle lies within a box, which may stand askew by now."""
    (x0, x1), (y0, y1) = sorted((box[0], box[2])), sorted((box[1], box[3]))
    corners = np.array(_placed([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], geometry))
    rows, columns = mask.shape
    left, top = np.floor(corners.min(axis=0)).astype(int).clip(0, (columns, rows))
    right, bottom = np.ceil(corners.max(axis=0)).astype(int).clip(0, (columns, rows))
    y, x = np.mgrid[top:bottom, left:right] + 0.5
    places = np.stack([x, y], axis=-1)
    came = places if geometry is None else geometry.to_source(places)
    x, y = came[..., 0], came[..., 1]
    mask[top:bottom, left:right] |= (x >= x0) & (x < x1) & (y >= y0) & (y < y1)


def _stroke(draw: Any, shape: dict[str, Any], geometry: Geometry | None) -> None:
    points = _placed(shape["points"], geometry)
    radius = max(0.5, shape["radius"] * _magnified(geometry))
    middles = [(x - 0.5, y - 0.5) for x, y in points]
    if len(middles) > 1:
        draw.line(middles, fill=255, width=max(1, round(radius * 2)), joint="curve")
    for x, y in middles:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)


def _placed(points: Any, geometry: Geometry | None) -> list[tuple[float, float]]:
    moved = np.asarray(points, np.float64) if geometry is None else geometry.to_input(points)
    return [(float(x), float(y)) for x, y in moved]


def _magnified(geometry: Geometry | None) -> float:
    if geometry is None:
        return 1.0
    a, b, _, d, e, _ = geometry.matrix
    return abs(a * e - b * d) ** 0.5


MOST_SHAPES: Final = 2_000
MOST_POINTS: Final = 20_000


def are_shapes(value: Any) -> bool:
    """Whether it is a list of boxes (``box``, four numbers) and strokes (``points, radius``)."""
    if not isinstance(value, list) or len(cast("list[Any]", value)) > MOST_SHAPES:
        return False
    shapes = cast("list[Any]", value)
    if not all(isinstance(one, dict) for one in shapes):
        return False
    return all(_is_box(one) or _is_stroke(one) for one in shapes) and (
        sum(len(one.get("points", ())) for one in shapes) <= MOST_POINTS
    )


def _is_box(shape: dict[str, Any]) -> bool:
    return set(shape) == {"box"} and _numbers(shape["box"], lambda n: n == 4)


def _is_stroke(shape: dict[str, Any]) -> bool:
    if set(shape) != {"points", "radius"} or not _numbers([shape["radius"]], lambda n: n == 1):
        return False
    points = shape["points"]
    return (
        shape["radius"] > 0
        and isinstance(points, list)
        and bool(cast("list[Any]", points))
        and all(_numbers(point, lambda n: n == 2) for point in cast("list[Any]", points))
    )


def _numbers(value: Any, long: Callable[[int], bool]) -> bool:
    return (
        isinstance(value, list)
        and long(len(cast("list[Any]", value)))
        and all(
            isinstance(one, int | float) and not isinstance(one, bool) and abs(one) < 1e6
            for one in cast("list[Any]", value)
        )
    )


DISTURBING: dict[str, Kind] = {
    "noise": Kind(
        _noise,
        1,
        {"amount": "share", "seed": "seed"},
        frozenset({"seed"}),
        "add noise",
        {"amount": 0.1, "seed": 0},
        {"amount": (0.0, 1.0, 0.01)},
    ),
    "blur": Kind(
        _blur,
        1,
        {"radius": "radius"},
        words="blur",
        start={"radius": 2.0},
        slides={"radius": (0.0, 20.0, 0.1)},
    ),
    "light": Kind(
        _light,
        1,
        {"brightness": "number", "contrast": "number"},
        words="change brightness and contrast",
        start={"brightness": 0.1, "contrast": 1.0},
        slides={"brightness": (-1.0, 1.0, 0.01), "contrast": (0.0, 3.0, 0.01)},
    ),
    "occlude": Kind(
        _occlude,
        1,
        {"shapes": "shapes", "colour": "colour"},
        frozenset({"colour"}),
        "cover parts of the picture",
        {"shapes": [], "colour": 0},
    ),
}
"""Steps that disturb, by name."""
