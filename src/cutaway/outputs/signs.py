"""Words that names carry, and shapes that say what an output may be."""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from cutaway.outputs.seen import Array, Output, Seen


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])({'|'.join(words)})(?![a-z])")


def says(text: str, *words: str) -> bool:
    """Whether one of the words stands in a name by itself: ``flow`` does not in ``tensorflow``.

    Args:
        text: a name.
        words: patterns in small letters, ``masks?``.
    """
    return _pattern(words).search(text.lower()) is not None


def model_says(seen: Seen, *words: str) -> bool:
    """Whether the file, its inputs, its outputs or its own description says one of the words."""
    return says(seen.words, *words)


def maps_of(
    output: Output, size: tuple[int, int] | None = None
) -> tuple[int, int, int, str] | None:
    """Channels, height, width and order (``first`` or ``last``) of (N, C, H, W) and its like.

    None where the output is no stack of maps. (N, H, W) has one channel.

    Args:
        output: of the network.
        size: height and width of the picture that it was fed, whose proportions maps have.
    """
    shape = output.shape
    if len(shape) == 3 and min(shape[1:]) > 3:
        return 1, shape[1], shape[2], "none"
    if len(shape) != 4 or min(shape) < 1:
        return None
    if output.axes in ("NCHW", "NHWC"):
        first = output.axes == "NCHW"
    elif size is not None and (fits := _proportions(shape, size)) is not None:
        first = fits
    else:
        # Two lengths that are equal, or nearly so, are height and width; the other is channels.
        first = abs(shape[2] - shape[3]) <= abs(shape[1] - shape[2]) or shape[1] < min(shape[2:])
    if first:
        return shape[1], shape[2], shape[3], "first"
    return shape[3], shape[1], shape[2], "last"


def _proportions(shape: tuple[int, ...], size: tuple[int, int]) -> bool | None:
    """Whether the last two axes have the picture's proportions (True), or the two before them.

    None where both have, or neither.
    """
    wanted = size[0] / size[1]
    apart = [abs(shape[i] / shape[i + 1] / wanted - 1) for i in (2, 1)]
    near = [one < 0.06 for one in apart]
    return near[0] if near[0] != near[1] else None


def channels_first(output: Output, order: str) -> Array:
    """(C, H, W) of the item that is read."""
    one = output.one
    if order == "none":
        return one[None]
    return one if order == "first" else np.moveaxis(one, -1, 0)


def flat_of(output: Output, order: str, channel: int, row: int, column: int) -> int:
    """Where one element of a stack of maps lies in row-major order."""
    one = output.one.shape
    index = (
        (row, column)
        if order == "none"
        else ((channel, row, column) if order == "first" else (row, column, channel))
    )
    return output.base + int(np.ravel_multi_index(index, one))


def span(values: Array) -> tuple[float, float]:
    """Least and largest finite value; (0, 0) where there is none."""
    finite = values[np.isfinite(values)] if values.dtype.kind in "fV" else values
    if not finite.size:
        return 0.0, 0.0
    return float(finite.min()), float(finite.max())


def grid_cells(size: tuple[int, int], strides: tuple[int, ...] = (8, 16, 32)) -> int:
    """Cells of all grids together that a network with these strides lays over a picture."""
    height, width = size
    return sum(-(-height // stride) * -(-width // stride) for stride in strides)
