"""Where the pixels of a picture went: the way from the model's cells back onto the original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Points: TypeAlias = npt.NDArray[np.float64]

Matrix: TypeAlias = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f) of x' = a x + b y + c, y' = d x + e y + f."""

IDENTITY: Matrix = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Geometry:
    """An affine map from the picture as it came to the picture that the model gets.

    Places are in pixels, with (0, 0) the upper left corner of the first pixel and (width, height)
    the lower right corner of the last: a pixel's middle is at half numbers.
    """

    source: tuple[int, int]
    """Height and width of the picture as it came."""
    size: tuple[int, int]
    """Height and width after the steps so far."""
    matrix: Matrix = IDENTITY

    def then(self, matrix: Matrix, size: tuple[int, int]) -> Geometry:
        """The map with one more step after it, which gives pictures of this height and width."""
        a, b, c, d, e, f = self.matrix
        p, q, r, s, t, u = matrix
        joined = (
            p * a + q * d, p * b + q * e, p * c + q * f + r,
            s * a + t * d, s * b + t * e, s * c + t * f + u,
        )  # fmt: skip
        return Geometry(self.source, size, joined)

    def to_input(self, points: npt.ArrayLike) -> Points:
        """Places in the model's picture, (..., 2) as x and y, of places in the original."""
        return _moved(np.asarray(points, np.float64), self.matrix)

    def to_source(self, points: npt.ArrayLike) -> Points:
        """Places in the original, (..., 2) as x and y, of places in the model's picture."""
        return _moved(np.asarray(points, np.float64), self.inverse)

    @property
    def inverse(self) -> Matrix:
        """The matrix of the way back; no step flattens a picture, so there is one."""
        a, b, c, d, e, f = self.matrix
        whole = a * e - b * d
        return (
            e / whole, -b / whole, (b * f - c * e) / whole,
            -d / whole, a / whole, (c * d - a * f) / whole,
        )  # fmt: skip


def _moved(points: Points, matrix: Matrix) -> Points:
    a, b, c, d, e, f = matrix
    x, y = points[..., 0], points[..., 1]
    return np.stack([a * x + b * y + c, d * x + e * y + f], axis=-1)
