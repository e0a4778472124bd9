"""Resizing: which cells of the smaller or larger map a number was made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import ceil, floor
from typing import Any, Final

import numpy as np

from cutaway.arithmetic.account import Account, Step, Terms, UnexplainedError
from cutaway.arithmetic.bounds import gamma, unit_roundoff
from cutaway.arithmetic.cell import Cell, wide
from cutaway.arithmetic.copies import copied
from cutaway.arithmetic.patch import Patch
from cutaway.arithmetic.products import written


def resize(cell: Cell) -> Account:
    """Resize and Upsample: the nearest cell, or a weighted sum of those around.

    Source: the Resize operator of the ONNX specification.
    """
    read = cell.read("data")
    shape = cell.shape(read)
    if cell.attribute("antialias") and any(
        a > b for a, b in zip(shape, cell.output.shape, strict=True)
    ):
        raise UnexplainedError("resizing with antialiasing is not written out yet")
    scales = _scales(cell, shape)
    mode = str(cell.attribute("mode", "nearest"))
    places = [_coordinate(cell, axis, scales[axis]) for axis in range(len(shape))]
    if mode == "nearest":
        rounded = _ROUNDED[_nearest_mode(cell)]
        nearest = [min(max(rounded(x), 0), size - 1) for x, size in zip(places, shape, strict=True)]
        return copied(cell, read, nearest)
    if mode not in _WEIGHTS:
        raise UnexplainedError(f"resizing by mode {mode} is not written out")
    spread = [
        _WEIGHTS[mode](cell, x, size) if scales[axis] != 1 else {cell.index[axis]: 1.0}
        for axis, (x, size) in enumerate(zip(places, shape, strict=True))
    ]
    return _weighted(cell, read, spread, max(map(abs, places), default=0.0))


def reached(cell: Cell, read: int) -> list[list[tuple[int, int]]]:
    """By axis and by place of the output, the places of the input that count, half-open.

    Raises:
        UnexplainedError: this way of resizing is not written out.
    """
    shape = cell.shape(read)
    scales = _scales(cell, shape)
    mode = str(cell.attribute("mode", "nearest"))
    if (mode != "nearest" and mode not in _WEIGHTS) or cell.attribute("antialias"):
        raise UnexplainedError(f"resizing by mode {mode} is not written out")

    def at(axis: int, place: int) -> tuple[int, int]:
        one = replace(cell, index=(0,) * axis + (place,) + (0,) * (len(shape) - axis - 1))
        x = _coordinate(one, axis, scales[axis])
        if mode == "nearest" or scales[axis] == 1:
            rounded = min(max(_ROUNDED[_nearest_mode(cell)](x), 0), shape[axis] - 1)
            return rounded, rounded + 1
        held = _WEIGHTS[mode](cell, x, shape[axis])
        return min(held), max(held) + 1

    return [
        [at(axis, place) for place in range(length)]
        for axis, length in enumerate(cell.output.shape)
    ]


def _weighted(cell: Cell, read: int, spread: list[dict[int, float]], far: float) -> Account:
    """A weighted sum; its weights are off by the rounding of the place that they follow from."""
    ranges = tuple(range(min(held), max(held) + 1) for held in spread)
    patch = Patch(read, ranges, cell.shape(read))
    factors = np.ones(1)
    for held in spread:
        factors = np.multiply.outer(factors, [held[at] for at in sorted(held)])
    numbers = patch.numbers(cell.array(read))
    made = wide(numbers) * factors.reshape(-1)
    terms = Terms(patch, numbers, factors=factors.reshape(-1), products=made)
    total, absolute = float(made.sum()), float(np.abs(made).sum())
    unit = unit_roundoff(cell.dtype)
    largest = float(np.abs(wide(numbers)).max())
    bound = gamma(made.size + 8, unit) * absolute + 8 * unit * (1 + far) * largest
    told = written(terms)
    steps = (Step(f"weighted sum of {made.size} numbers", total, told),)
    return Account("products", total, told, (terms,), (), steps, absolute, bound)


def _scales(cell: Cell, shape: tuple[int, ...]) -> list[float]:
    """By axis; where sizes are given, as they say."""
    rank = len(shape)
    axes = cell.axes("axes", rank) or list(range(rank))
    given: Any = _floats(cell, "scales")
    if given:
        found = dict(zip(axes, given, strict=True))
        return [float(found.get(axis, 1.0)) for axis in range(rank)]
    sizes = cell.integers("sizes")
    if not sizes:
        raise UnexplainedError("neither scales nor sizes of this Resize are known")
    return [after / before for after, before in zip(cell.output.shape, shape, strict=True)]


def _floats(cell: Cell, name: str) -> list[float] | None:
    if cell.has(name):
        return [float(number) for number in cell.array(cell.read(name)).reshape(-1)]
    return cell.attribute(name)


def _coordinate(cell: Cell, axis: int, scale: float) -> float:
    """Where a position of the output lies in the input, in float32 as engines compute it."""
    mode = str(cell.attribute("coordinate_transformation_mode", _by_default(cell)))
    at, one = np.float32(cell.index[axis]), np.float32(scale)
    if scale == 1:
        return float(at)
    length = cell.output.shape[axis]
    if mode == "asymmetric":
        return float(at / one)
    if mode == "align_corners":
        before = cell.shape(cell.read("data"))[axis]
        return float(at * np.float32(before - 1) / np.float32(length - 1)) if length > 1 else 0.0
    if mode == "pytorch_half_pixel" and length <= 1:
        return 0.0
    if mode in ("half_pixel", "pytorch_half_pixel"):
        return float((at + np.float32(0.5)) / one - np.float32(0.5))
    raise UnexplainedError(f"resizing with {mode} coordinates is not written out")


def _by_default(cell: Cell) -> str:
    return "asymmetric" if cell.kind == "Upsample" else "half_pixel"


def _nearest_mode(cell: Cell) -> str:
    """Keras, which states none, takes the cell that the middle lies in."""
    return str(
        cell.attribute("nearest_mode", "floor" if cell.kind == "Upsample" else "round_prefer_ceil")
    )


_ROUNDED: Final[dict[str, Callable[[float], int]]] = {
    "floor": floor,
    "ceil": ceil,
    "round_prefer_floor": lambda x: ceil(x - 0.5),
    "round_prefer_ceil": lambda x: floor(x + 0.5),
}


def _linear(_: Cell, x: float, size: int) -> dict[int, float]:
    within = min(max(x, 0.0), size - 1.0)
    low = floor(within)
    part = within - low
    return {low: 1.0 - part, low + 1: part} if part else {low: 1.0}


def _cubic(cell: Cell, x: float, size: int) -> dict[int, float]:
    """Keys, Cubic convolution interpolation for digital image processing, 1981."""
    a = cell.attribute("cubic_coeff_a")
    if a is None or cell.attribute("exclude_outside"):
        raise UnexplainedError(
            "cubic resizing that leaves out what lies outside is not written out"
        )
    low = floor(x)
    found: dict[int, float] = {}
    for at in range(low - 1, low + 3):
        place = min(max(at, 0), size - 1)
        found[place] = found.get(place, 0.0) + _keys(abs(x - at), float(a))
    return found


def _keys(d: float, a: float) -> float:
    if d <= 1:
        return ((a + 2) * d - (a + 3)) * d * d + 1
    return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a if d < 2 else 0.0


_WEIGHTS: Final[dict[str, Callable[[Cell, float, int], dict[int, float]]]] = {
    "linear": _linear,
    "cubic": _cubic,
}
