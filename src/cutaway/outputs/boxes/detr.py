"""A set of boxes from queries, as DETR gives it: no anchors and nothing to take away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cutaway.outputs.boxes.candidates import (
    Candidates,
    Cells,
    activated,
    activation_of,
    best,
    block,
    corners,
)
from cutaway.outputs.seen import Guess, Output, Seen
from cutaway.outputs.signs import model_says, says


def recognize(seen: Seen, outputs: list[Output], forced: bool) -> Guess | None:
    """(N, Q, 4) middle and size in 0..1 beside (N, Q, C + 1) logits."""
    if seen.size is None:
        return None
    for box in outputs:
        if len(box.shape) != 3 or box.shape[2] != 4 or not 1 < box.shape[1] <= 1000:
            continue
        named = says(box.name, "pred_boxes") or model_says(seen, "detr", "rt-?detr.*")
        if not (forced or named or box.kind == "Sigmoid"):
            continue
        for score in outputs:
            if score is not box and score.shape[:2] == box.shape[:2] and len(score.shape) == 3:
                return _guess(seen, box, score)
    return None


def _guess(seen: Seen, box: Output, score: Output) -> Guess:
    classes = score.shape[2]
    labels = len(seen.labels) if seen.labels else None
    # Deformable and real-time kinds have a sigmoid a class, and no class for nothing.
    each = model_says(seen, "rt-?detr.*", "deformable.*", "dino") or labels == classes
    activation = activation_of(score, score.one, "sigmoid" if each else "softmax")
    nothing = None if each or activation == "sigmoid" or classes < 2 else classes - 1
    last = "the last of them for nothing" if nothing is not None else "a score for each"
    settings: dict[str, Any] = {
        "layout": "detr", "boxes": box.value, "scores": score.value, "activation": activation,
        "background": nothing, "units": "unit", "form": "center",
        "labels": "coco-91" if classes in (91, 92) and seen.labels is None else None,
    }  # fmt: skip
    why = (
        f"'{box.name}' holds 4 numbers from a sigmoid and '{score.name}' {classes} for each of "
        f"{box.shape[1]} queries, {last}: DETR"
    )
    return Guess("boxes", "Boxes", why, (box.value, score.value), settings)


def decode(settings: Mapping[str, Any], seen: Seen) -> Candidates:
    """Candidates of all queries; the class for nothing is passed over."""
    box, score = seen.by_value[settings["boxes"]], seen.by_value[settings["scores"]]
    height, width = seen.size or (1, 1)
    scale = (1.0, 1.0) if settings["units"] == "pixels" else (float(width), float(height))
    sure = activated(score.one, settings["activation"])
    nothing = settings.get("background")
    if nothing is not None:
        sure = sure.copy()
        sure[:, nothing] = -1.0
    top, classes = best(sure)
    rows, columns = sure.shape
    places = score.base + np.arange(rows, dtype=np.int64)[:, None] * columns + classes[:, None]
    boxes = corners(box.one.reshape(-1, 4), settings["form"], scale)
    cells = (block(box, rows, 4, 0, 4), Cells(score.value, places))
    return Candidates(boxes, top, classes, None, cells, True)
