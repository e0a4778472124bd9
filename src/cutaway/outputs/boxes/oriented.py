"""Boxes that lie aslant: middle, size, and an angle in radians, clockwise on the picture."""

from __future__ import annotations

import numpy as np

from cutaway.outputs.seen import Floats, Whole

_LEAST = 1e-7


def corners_of(boxes: Floats) -> Floats:
    """(N, 4, 2) corners of (N, 5) middle, width, height, angle, the unturned upper left first.

    A corner is the middle and half the width along (cos, sin), half the height along (-sin, cos).
    """
    middle, half, angle = boxes[:, :2], boxes[:, 2:4] / 2, boxes[:, 4]
    across = np.stack([np.cos(angle), np.sin(angle)], -1) * half[:, :1]
    down = np.stack([-np.sin(angle), np.cos(angle)], -1) * half[:, 1:]
    ways = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    return np.stack([middle + x * across + y * down for x, y in ways], axis=1)


def around(boxes: Floats) -> Floats:
    """(N, 4) left, top, right, bottom around (N, 5) boxes."""
    places = corners_of(boxes)
    return np.concatenate([places.min(axis=1), places.max(axis=1)], axis=1)


def overlap(box: Floats, boxes: Floats) -> Floats:
    """How alike one box (5,) is to others (N, 5), 0..1: the probabilistic intersection over union.

    Boxes are taken for Gaussians; 1 less the Hellinger distance between them. Source: Llerena et
    al. 2021, Gaussian Bounding Boxes and Probabilistic Intersection-over-Union. Oriented YOLO is
    suppressed by it too.
    """
    (a1, b1, c1), (a2, b2, c2) = _spread(box[None]), _spread(boxes)
    x, y = (boxes[:, i] - box[i] for i in (0, 1))
    a, b, c = a1 + a2, b1 + b2, c1 + c2
    whole = a * b - c**2 + _LEAST
    apart = (a * y**2 + b * x**2) / whole / 4 - c * x * y / whole / 2
    sizes = np.sqrt(np.clip(a1 * b1 - c1**2, 0, None) * np.clip(a2 * b2 - c2**2, 0, None))
    apart = apart + np.log(whole / (4 * sizes + _LEAST) + _LEAST) / 2
    return 1 - np.sqrt(1 - np.exp(-np.clip(apart, _LEAST, 100)) + _LEAST)


def _spread(boxes: Floats) -> tuple[Floats, Floats, Floats]:
    """Variances along x and y, and the covariance, of boxes as Gaussians."""
    wide, high = boxes[:, 2] ** 2 / 12, boxes[:, 3] ** 2 / 12
    cos, sin = np.cos(boxes[:, 4]), np.sin(boxes[:, 4])
    return (
        wide * cos**2 + high * sin**2, wide * sin**2 + high * cos**2, (wide - high) * cos * sin,
    )  # fmt: skip


def suppress(
    boxes: Floats, scores: Floats, classes: Whole | None, limit: float, most: int
) -> Whole:
    """Positions of the boxes kept, the surest first; as ``suppression.suppress``, of (N, 5)."""
    left = np.argsort(-scores, kind="stable").astype(np.int64)
    kinds = np.zeros(len(boxes), np.int64) if classes is None else classes
    kept: list[int] = []
    while left.size and len(kept) < most:
        first, left = int(left[0]), left[1:]
        kept.append(first)
        alike = overlap(boxes[first], boxes[left]) > limit
        left = left[~alike | (kinds[left] != kinds[first])]
    return np.asarray(kept, np.int64)
