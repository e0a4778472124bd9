"""Maps of the model's picture laid back onto the picture as it came."""

from __future__ import annotations

import numpy as np

from cutaway.inputs import Geometry
from cutaway.outputs.seen import Array, Floats

LONGEST = 1024
"""Pixels of the longer side of a picture that is made, at most."""


def shown_size(geometry: Geometry) -> tuple[int, int]:
    """Height and width of a picture of the original, at most ``LONGEST`` a side."""
    height, width = geometry.source
    zoom = min(1.0, LONGEST / max(height, width, 1))
    return max(1, round(height * zoom)), max(1, round(width * zoom))


def places(
    geometry: Geometry, shown: tuple[int, int], cells: tuple[int, int]
) -> tuple[Floats, Floats]:
    """Column and row within a map, in cells (middles at whole numbers), of each pixel shown.

    Both are (H, W), or (1, W) and (H, 1) where no step turned the picture.

    Args:
        geometry: from the original to the model's picture.
        shown: height and width of what is shown of the original.
        cells: rows and columns of the map, which lies over the whole of the model's picture.
    """
    height, width = geometry.source
    x = ((np.arange(shown[1]) + 0.5) * width / shown[1])[None, :]
    y = ((np.arange(shown[0]) + 0.5) * height / shown[0])[:, None]
    a, b, c, d, e, f = geometry.matrix
    across, down = cells[1] / geometry.size[1], cells[0] / geometry.size[0]
    column = (a * x + b * y + c if b else a * x + c) * across - 0.5
    row = (d * x + e * y + f if d else e * y + f) * down - 0.5
    return column, row


def inside(column: Floats, row: Floats, cells: tuple[int, int]) -> Array:
    """(H, W) whether the model saw each pixel."""
    return (column >= -0.5) & (column <= cells[1] - 0.5) & (row >= -0.5) & (row <= cells[0] - 0.5)


def nearest(maps: Array, column: Floats, row: Floats) -> Array:
    """(..., H, W) the nearest cells of (..., h, w)."""
    y = np.clip(np.rint(row), 0, maps.shape[-2] - 1).astype(np.intp)
    x = np.clip(np.rint(column), 0, maps.shape[-1] - 1).astype(np.intp)
    return maps[..., y, x]


def bilinear(maps: Array, column: Floats, row: Floats) -> Array:
    """(..., H, W) float32 between the four nearest cells of (..., h, w); edges are held.

    A NaN spreads to the pixels around its cell.
    """
    held = np.asarray(maps, np.float32)
    if column.shape[0] == 1 and row.shape[1] == 1:
        x, share = _between(column[0], held.shape[-1])
        rows, down = _between(row[:, 0], held.shape[-2])
        lines = _mixed(held[..., rows, :], held[..., np.minimum(rows + 1, held.shape[-2] - 1), :],
                       down[:, None])  # fmt: skip
        return _mixed(lines[..., x], lines[..., np.minimum(x + 1, held.shape[-1] - 1)], share)
    x, share = _between(column, held.shape[-1])
    y, down = _between(row, held.shape[-2])
    right = np.minimum(x + 1, held.shape[-1] - 1)
    below = np.minimum(y + 1, held.shape[-2] - 1)
    upper = _mixed(held[..., y, x], held[..., y, right], share)
    lower = _mixed(held[..., below, x], held[..., below, right], share)
    return _mixed(upper, lower, down)


def _between(places: Floats, length: int) -> tuple[Array, Array]:
    """The cell before each place, and how far it is to the next one, float32 in 0..1."""
    held = np.clip(places, 0, length - 1)
    first = np.floor(held).astype(np.intp)
    return first, (held - first).astype(np.float32)


def _mixed(first: Array, second: Array, share: Array) -> Array:
    return first + (second - first) * share
