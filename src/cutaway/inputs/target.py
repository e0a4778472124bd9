"""What a model's input wants, and the concrete array that a run will be given."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cutaway.errors import InputError
from cutaway.graph import Dim

SIDE = 224
"""Cells of a free height or width, where no picture suggests another."""

LENGTH = 512
"""Length of any other free axis of a floating-point input: a window of sound, a sequence."""

WORDS = 16
"""Length of any other free axis of an integer input: a short sentence."""

_MULTIPLE, _LONGEST = 32, 640
"""A free size follows the picture's, in steps that survive five halvings, up to a limit."""

_CHANNELS = (1, 3, 4)
"""Lengths by which an axis is taken for the channels of a picture."""

_SMALLEST = 8
"""Cells a side from which a matrix is taken for a picture."""


@dataclass(frozen=True, slots=True)
class Target:
    """What one input of a model wants, as its file states it."""

    name: str
    shape: tuple[Dim, ...] | None
    """None where even the rank is not stated."""
    dtype: str | None
    """NumPy's or ml_dtypes' name; None where not stated."""
    axes: str | None = None
    """One letter an axis where known, such as ``NCHW``."""
    hints: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the file says of the values: ``range`` [low, high], ``mean``, ``std``, ``colour``,
    ``quantization`` (scale, zero point); of the size: ``size`` [height, width], ``filter``, and
    ``fit``, either ``mode`` of the step ``resize`` with its ``pad``, or ``shorter`` or ``stretch``
    before a crop of the middle; ``why``, by one of these words a sentence, and ``judged``, those
    of them that are no statement but follow from one; and ``rows``, the length of the table that
    whole numbers choose from."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A target with every length known."""

    shape: tuple[int, ...]
    dtype: str
    order: str | None
    """How a picture lies in it: ``NHWC``, ``NCHW``, ``HWC``, ``CHW``, ``NHW``, ``HW``, or ``NF``
    and ``F`` for a flattened one; None where it is no picture."""
    order_known: bool
    """Whether the file states the order; else it is judged by the lengths."""
    height: int
    """Rows of the picture, 0 where it is none."""
    width: int
    channels: int
    said: tuple[str, ...]
    """One sentence for each length that was chosen here and not stated by the model."""


def resolved(target: Target, like: tuple[int, int] | None = None) -> Resolved:
    """The target with batch 1 and every free axis given a length.

    Args:
        target: what the model states.
        like: height and width of the picture that will be fed; a free size follows it.

    Raises:
        InputError: the input is no tensor of numbers or words.
    """
    if target.shape is None:
        assumed = Target(target.name, ("batch", 3, None, None), target.dtype, "NCHW", target.hints)
        found = resolved(assumed, like)
        said = "the model does not state the shape of its input"
        return Resolved(
            found.shape, found.dtype, found.order, False, found.height, found.width, 3,
            (said, *found.said),
        )  # fmt: skip
    dtype = as_dtype(target)
    order, known = _order(target)
    shape, said = _lengths(target, order, like, LENGTH if dtype.kind not in "iu" else WORDS)
    height, width, channels = _picture(shape, order)
    return Resolved(shape, dtype.name, order, known, height, width, channels, said)


def as_dtype(target: Target) -> np.dtype[Any]:
    """The dtype of the input; float32 where the model does not state one.

    Raises:
        InputError: no such dtype.
    """
    name = target.dtype or "float32"
    found = dtype_named(name)
    if found is None:
        raise InputError(
            f"input '{target.name}' wants values of type '{name}', which Cutaway cannot make; "
            "known are NumPy's and ml_dtypes' types"
        )
    return found


def dtype_named(name: str) -> np.dtype[Any] | None:
    """The dtype that NumPy or ml_dtypes knows by this name, else None."""
    try:
        return np.dtype(name)
    except TypeError:
        import ml_dtypes

        found = getattr(ml_dtypes, name, None)
        return np.dtype(found) if isinstance(found, type) else None


def described(shape: tuple[Dim, ...] | None, dtype: str | None) -> str:
    """Shape and dtype in words: ``(?, 28, 28, 1) float32``."""
    if shape is None:
        return f"any shape, {dtype or 'any type'}"
    lengths = ", ".join("?" if length is None else str(length) for length in shape)
    return f"({lengths}{',' if len(shape) == 1 else ''}) {dtype or ''}".rstrip()


def free(length: Dim) -> bool:
    """Whether an axis may have any length."""
    return not isinstance(length, int) or length < 0


def _order(target: Target) -> tuple[str | None, bool]:
    """How a picture lies in the input, and whether the model says so."""
    shape, axes = target.shape or (), target.axes
    if axes is not None and sorted(axes) == ["C", "H", "N", "W"]:
        return axes, True
    judge = {4: _of_four, 3: _of_three, 2: _of_two, 1: _of_one}.get(len(shape))
    return (judge(shape) if judge else None), False


def _of_four(shape: tuple[Dim, ...]) -> str | None:
    if shape[1] in _CHANNELS:
        # (1, 3, 224, 3) is read channels-first too: ONNX and PyTorch are the more common.
        return "NCHW"
    return "NHWC" if shape[3] in _CHANNELS else None


def _of_three(shape: tuple[Dim, ...]) -> str | None:
    first, second, third = shape
    if (free(first) or first == 1) and _is_side(second) and _is_side(third):
        return "NHW"
    if first in _CHANNELS and _is_side(second) and _is_side(third):
        return "CHW"
    return "HWC" if third in _CHANNELS and _is_side(first) and _is_side(second) else None


def _of_two(shape: tuple[Dim, ...]) -> str | None:
    first, second = shape
    if (free(first) or first == 1) and _square(second) is not None:
        return "NF"
    return "HW" if _is_side(first) and _is_side(second) else None


def _of_one(shape: tuple[Dim, ...]) -> str | None:
    return "F" if _square(shape[0]) is not None else None


def _is_side(length: Dim) -> bool:
    return isinstance(length, int) and length >= _SMALLEST


def _square(length: Dim) -> tuple[int, int] | None:
    """Side and channels of the square picture that has this many numbers: 784 is 28 and 1."""
    for channels in (1, 3):
        if isinstance(length, int) and length % channels == 0:
            side = math.isqrt(max(length, 0) // channels)
            if side >= _SMALLEST and side * side * channels == length:
                return side, channels
    return None


def _picture(shape: tuple[int, ...], order: str | None) -> tuple[int, int, int]:
    """Height, width and channels of the picture in an array."""
    if order is None:
        return 0, 0, 0
    if "F" in order:
        side, channels = _square(shape[-1]) or (0, 0)
        return side, side, channels
    sizes = dict(zip(order, shape, strict=True))
    return sizes["H"], sizes["W"], sizes.get("C", 1)


def _lengths(
    target: Target, order: str | None, like: tuple[int, int] | None, length: int
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Every axis's length, and a sentence for each that was chosen."""
    stated = target.shape or ()
    letters = order or target.axes or "?" * len(stated)
    size = target.hints.get("size")
    sides = (
        {"H": int(size[0]), "W": int(size[1])}
        if size
        else _sides(dict(zip(letters, stated, strict=False)), like)
    )
    symbols: dict[str, int] = {}
    chosen: list[int] = []
    said: list[str] = []
    for position, wanted in enumerate(stated):
        if isinstance(wanted, int) and wanted >= 0:
            chosen.append(wanted)
            continue
        letter = letters[position] if position < len(letters) else "?"
        if letter == "N" or _names_batch(wanted) or (position == 0 and len(stated) > 1):
            size = 1
        else:
            size = sides.get(letter, 3 if letter == "C" and order else length)
            if isinstance(wanted, str):
                # One symbol stands for one length wherever it occurs.
                size = symbols.setdefault(wanted, size)
            named = f"'{wanted}'" if isinstance(wanted, str) else f"axis {position}"
            said.append(f"the model leaves {named} free: {size} was chosen")
        chosen.append(size)
    return tuple(chosen), tuple(said)


def _names_batch(wanted: Dim) -> bool:
    return isinstance(wanted, str) and (wanted == "N" or "batch" in wanted.lower())


def _sides(stated: Mapping[str, Dim], like: tuple[int, int] | None) -> dict[str, int]:
    """Lengths of free heights and widths."""
    known = [stated[letter] for letter in "HW" if not free(stated.get(letter))]
    if known:
        side = int(known[0] or 0)
        return {"H": side, "W": side}
    if like is None:
        return {"H": SIDE, "W": SIDE}
    shrink = min(1.0, _LONGEST / max(like))
    steps = [max(1, round(side * shrink / _MULTIPLE)) for side in like]
    return {"H": steps[0] * _MULTIPLE, "W": steps[1] * _MULTIPLE}
