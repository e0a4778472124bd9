"""What every layout of boxes is brought to before thresholds: candidates in the model's picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cutaway.outputs.boxes import oriented
from cutaway.outputs.boxes.instances import Instances
from cutaway.outputs.classes import sigmoid, softmax
from cutaway.outputs.seen import Array, Floats, Output, Whole
from cutaway.outputs.suppression import suppress

MOST = 300
"""Things that are shown at most."""
_LOOKED_AT = 2_000
"""Candidates above the threshold that are compared with one another, the surest ones."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Where in a raw tensor numbers of each candidate lie."""

    value: int | Whole
    """The tensor's id; (N,) where rows lie in several."""
    flats: Whole
    """(N, K) places in row-major order."""

    def of(self, row: int) -> list[tuple[int, int]]:
        """Tensor and place of each number of one candidate."""
        value = self.value if isinstance(self.value, int) else int(self.value[row])
        return [(value, int(flat)) for flat in self.flats[row]]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Boxes before thresholds, all arrays of one length."""

    boxes: Floats | None
    """(N, 4) left, top, right, bottom in pixels of the model's picture; None: points alone."""
    scores: Floats
    """(N,), 0..1 where the model gives that."""
    classes: Whole | None = None
    """(N,) class numbers; None where there is one class alone."""
    points: Floats | None = None
    """(N, K, 3) x, y in pixels of the model's picture, and score, NaN without one."""
    cells: tuple[Cells, ...] = ()
    suppressed: bool = False
    """Whether the model has taken away overlapping ones itself."""
    oriented: Floats | None = None
    """(N, 5) middle, width, height, angle of boxes that lie aslant; ``boxes`` are around them."""
    instances: Instances | None = None
    """What a mask for each is mixed from."""

    def corners(self, row: int) -> Floats:
        """(4, 2) corners of one box, from the upper left on clockwise; raises where there is none.

        Raises:
            ValueError: these are points alone.
        """
        if self.oriented is not None:
            return oriented.corners_of(self.oriented[row : row + 1])[0]
        if self.boxes is None:
            raise ValueError("points alone have no corners")
        left, top, right, bottom = self.boxes[row]
        return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


@dataclass(frozen=True, slots=True)
class Chosen:
    """Candidates that are shown."""

    rows: Whole
    """Their positions, the surest first."""
    before: int
    """How many were above the threshold."""
    damaged: int
    """How many hold a NaN or an infinity, and are left out."""


def choose(candidates: Candidates, score: float, limit: float, only: int | None = None) -> Chosen:
    """What is left above the score, without what overlaps surer ones.

    Args:
        candidates: all.
        score: the least score that counts.
        limit: intersection over union from which two are one thing.
        only: a class number, where one class alone is wanted.
    """
    good = np.isfinite(candidates.scores)
    if candidates.boxes is not None:
        good &= np.isfinite(candidates.boxes).all(axis=1)
    fit = good & (candidates.scores >= score)
    if only is not None and candidates.classes is not None:
        fit &= candidates.classes == only
    rows = np.flatnonzero(fit)
    before = rows.size
    rows = rows[np.argsort(-candidates.scores[rows], kind="stable")][:_LOOKED_AT]
    if candidates.boxes is not None and not candidates.suppressed:
        classes = None if candidates.classes is None else candidates.classes[rows]
        scores, aslant = candidates.scores[rows], candidates.oriented
        if aslant is None:
            kept = suppress(candidates.boxes[rows], scores, classes, limit, MOST)
        else:
            kept = oriented.suppress(aslant[rows], scores, classes, limit, MOST)
        rows = rows[kept]
    return Chosen(rows[:MOST], before, int(good.size - good.sum()))


def from_center(boxes: Array) -> Floats:
    """(N, 4) corners of boxes given as middle, width and height."""
    half = boxes[:, 2:4] / 2
    return np.concatenate([boxes[:, :2] - half, boxes[:, :2] + half], axis=1).astype(np.float64)


def corners(boxes: Array, form: str, scale: tuple[float, float]) -> Floats:
    """(N, 4) left, top, right, bottom in pixels.

    Args:
        boxes: (N, 4) as the model gives them.
        form: ``corners``, ``yxyx``, ``center`` (middle, width, height) or ``size`` (upper left
            corner, width, height).
        scale: width and height that a 1 stands for: (1, 1) where boxes are in pixels.
    """
    wide = np.asarray(boxes, np.float64)
    if form == "yxyx":
        wide = wide[:, [1, 0, 3, 2]]
    elif form == "center":
        wide = from_center(wide)
    elif form == "size":
        wide = np.concatenate([wide[:, :2], wide[:, :2] + wide[:, 2:4]], axis=1)
    return wide * np.array([*scale, *scale])


def activated(values: Array, activation: str) -> Floats:
    """Scores of raw values: ``none``, ``sigmoid``, or ``softmax`` over the last axis."""
    if activation == "sigmoid":
        return sigmoid(values)
    return softmax(values) if activation == "softmax" else np.asarray(values, np.float64)


def activation_of(output: Output, values: Array, raw: str) -> str:
    """What makes scores of an output: ``none`` where it holds scores already, else ``raw``."""
    if output.kind in ("Softmax", "Sigmoid", "HardSigmoid"):
        return "none"
    finite = values[np.isfinite(values)]
    inside = finite.size > 0 and float(finite.min()) >= 0 and float(finite.max()) <= 1
    return "none" if inside else raw


def best(scores: Floats) -> tuple[Floats, Whole]:
    """The best score of each row of (N, C), and its class; NaN where a row holds one."""
    classes = scores.argmax(axis=1)
    return np.take_along_axis(scores, classes[:, None], 1)[:, 0], classes.astype(np.int64)


def block(output: Output, rows: int, width: int, first: int, count: int) -> Cells:
    """Where ``count`` numbers from ``first`` on lie of each of ``rows`` rows of ``width``."""
    start = output.base + np.arange(rows, dtype=np.int64)[:, None] * width
    return Cells(output.value, start + np.arange(first, first + count))
