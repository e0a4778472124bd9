"""MediaPipe's detectors of faces, palms and bodies: numbers of each anchor, and its raw score.

Anchors are middles of grid cells without a size. Middle = anchor + raw / side, size = raw / side,
a point = anchor + raw / side, where side is that of the model's picture; score = sigmoid(raw).
Sources: Bazarevsky et al. 2019, BlazeFace; MediaPipe's face_detection_short_range graph.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import numpy as np

from cutaway.errors import InputError
from cutaway.outputs.boxes.candidates import (
    Candidates,
    activated,
    activation_of,
    block,
    from_center,
)
from cutaway.outputs.seen import Floats, Guess, Output, Seen

Grids: TypeAlias = tuple[tuple[int, int], ...]

_GRIDS: Final[tuple[Grids, ...]] = (
    ((8, 2), (16, 6)),
    ((16, 2), (32, 6)),
    ((4, 1),),
    ((8, 2), (16, 2), (32, 6)),
)
"""Strides, and anchors in each of their cells: faces near by and palms, faces of 256 pixels, faces
far away, bodies."""

_THINGS: Final = {
    16: ("Faces", "face", "faces"),
    18: ("Palms", "palm", "palms"),
    12: ("Bodies", "body", "bodies"),
}
"""By the numbers of an anchor: 4 of the box, 2 of each point."""


def recognize(seen: Seen, outputs: list[Output], _forced: bool) -> Guess | None:
    """(N, A, 16) beside (N, A, 1), with as many anchors as MediaPipe lays over the picture."""
    if seen.size is None:
        return None
    for box in outputs:
        if len(box.shape) != 3 or box.shape[2] not in _THINGS or not _fits(seen.size, box.shape[1]):
            continue
        score = next((o for o in outputs if o.shape == (*box.shape[:2], 1)), None)
        if score is not None:
            return _guess(box, score)
    return None


def _fits(size: tuple[int, int], rows: int) -> Grids | None:
    return next((grids for grids in _GRIDS if len(_anchors(grids, size)) == rows), None)


def _guess(box: Output, score: Output) -> Guess:
    title, thing, things = _THINGS[box.shape[2]]
    points = (box.shape[2] - 4) // 2
    why = (
        f"'{box.name}' holds a box and {points} points for each of {box.shape[1]:,} anchors, as "
        f"many as MediaPipe's detectors lay over such a picture, '{score.name}' a score"
    )
    settings = {
        "layout": "blaze", "boxes": box.value, "scores": score.value,
        "activation": activation_of(score, score.one, "sigmoid"),
        "score": 0.5, "overlap": 0.3, "thing": thing, "things": things,
    }  # fmt: skip
    return Guess("boxes", title, why, (box.value, score.value), settings)


def decode(settings: Mapping[str, Any], seen: Seen) -> Candidates:
    """Candidates with their points, one an anchor."""
    box, score = seen.by_value[settings["boxes"]], seen.by_value[settings["scores"]]
    size = seen.size or (1, 1)
    values = np.asarray(box.one, np.float64)
    rows, width = values.shape
    grids = _fits(size, rows)
    if grids is None:
        raise InputError(
            f"{rows:,} anchors were found, which MediaPipe lays over no picture of {size[1]} x "
            f"{size[0]}: choose another layout"
        )
    # Numbers are in pixels of the picture already, but for where they count from.
    anchors = _anchors(grids, size)
    boxes = np.concatenate([values[:, :2] + anchors, values[:, 2:4]], axis=1)
    points = values[:, 4:].reshape(rows, -1, 2) + anchors[:, None]
    none = np.full((*points.shape[:2], 1), np.nan)
    raw = score.one.reshape(-1)
    return Candidates(
        from_center(boxes),
        activated(np.clip(raw, -100, 100), settings["activation"]),
        points=np.concatenate([points, none], axis=2),
        cells=(
            block(box, rows, width, 0, 4),
            block(score, rows, 1, 0, 1),
            block(box, rows, width, 4, width - 4),
        ),
    )


def _anchors(grids: Grids, size: tuple[int, int]) -> Floats:
    """(A, 2) x and y in pixels: row by row, all anchors of a cell in one run."""
    made: list[Floats] = []
    for stride, count in grids:
        down, across = -(-size[0] // stride), -(-size[1] // stride)
        y, x = np.meshgrid(np.arange(down), np.arange(across), indexing="ij")
        cells = np.stack([(x + 0.5) * size[1] / across, (y + 0.5) * size[0] / down], -1)
        made.append(np.repeat(cells.reshape(-1, 2), count, axis=0))
    return np.concatenate(made)
