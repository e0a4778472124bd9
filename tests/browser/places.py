"""Where cells of a tensor lie on screen, and pictures of them seen straight on."""

from __future__ import annotations

from typing import Any

import numpy as np
from browser.digits import GAP, place
from PIL import Image

Point = tuple[float, float]


class SheetOnScreen:
    """A whole sheet in the scene, by its four corners."""

    def __init__(self, corners: list[Point], stats: dict[str, Any]) -> None:
        """Remember where it is.

        Args:
            corners: clockwise from the upper left, in pixels of the window.
            stats: of the tensor.
        """
        a = self.a = stats["arrangement"]
        self.gap = [GAP * max(a["rows"], a["columns"]) / n for n in (a["columns"], a["rows"])]
        self.size = [n * (1 + g) - g for n, g in zip(reversed(a["grid"]), self.gap, strict=True)]
        self.matrix = homography([(0, 0), (1, 0), (1, 1), (0, 1)], corners)

    def at(self, x: float, y: float) -> Point:
        """The pixel of a place of the sheet, from 0 to 1 from the upper left."""
        found = self.matrix @ (x, y, 1)
        return float(found[0] / found[2]), float(found[1] / found[2])

    def corners(self, row: int, column: int) -> list[Point]:
        """Of a cell, clockwise from the upper left."""
        x = place(column, self.a["columns"], self.gap[0])
        y = place(row, self.a["rows"], self.gap[1])
        right, bottom = x + 1 / self.a["columns"], y + 1 / self.a["rows"]
        wide, tall = self.size
        return [
            self.at(u / wide, v / tall)
            for u, v in ((x, y), (right, y), (right, bottom), (x, bottom))
        ]

    def middle(self, row: int, column: int) -> Point:
        """The pixel in the middle of a cell."""
        return tuple(np.mean(self.corners(row, column), axis=0).tolist())


def homography(before: list[Point], after: list[Point]) -> np.ndarray:
    """The projective map of a plane that takes four points to four others, ``(3, 3)``."""
    rows, wanted = [], []
    for (x, y), (u, v) in zip(before, after, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    return np.append(np.linalg.solve(np.array(rows), np.array(wanted)), 1).reshape(3, 3)


def straight(shot: Image.Image, corners: list[Point], size: tuple[int, int]) -> np.ndarray:
    """A four-cornered part of a picture as if it were looked at straight on, grey."""
    box = [(0, 0), (size[0], 0), (size[0], size[1]), (0, size[1])]
    matrix = homography(box, corners)
    turned = shot.convert("L").transform(
        size, Image.Transform.PERSPECTIVE, (matrix / matrix[2, 2]).reshape(-1)[:8],
        Image.Resampling.BICUBIC,
    )  # fmt: skip
    return np.asarray(turned, float)
