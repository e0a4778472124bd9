"""Boxes and scores in two outputs, as SSD gives them: decoded, or offsets from prior boxes."""

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
from cutaway.outputs.boxes.priors import offset_boxes, offset_points, priors
from cutaway.outputs.seen import Array, Floats, Guess, Output, Seen
from cutaway.outputs.signs import model_says, says


def recognize(seen: Seen, outputs: list[Output], _forced: bool) -> Guess | None:
    """(N, P, 4) beside (N, P, C), perhaps with (N, P, 10) facial points."""
    if seen.size is None:
        return None
    boxes = [o for o in outputs if len(o.shape) == 3 and o.shape[2] == 4 and o.shape[1] > 1]
    boxes.sort(key=lambda o: not says(o.name, "box(es)?", "loc(s|ation)?", "bbox(es)?", "reg.*"))
    for box in boxes:
        same = [o for o in outputs if o is not box and len(o.shape) == 3]
        same = [o for o in same if o.shape[:2] == box.shape[:2]]
        points = [o for o in same if says(o.name, "landms?", "landmarks?", "kps", "points?")]
        scores = [o for o in same if o not in points]
        if scores:
            return _guess(seen, box, scores[0], points[0] if points else None)
    return None


def _guess(seen: Seen, box: Output, score: Output, points: Output | None) -> Guess:
    classes = score.shape[2]
    form, units, evidence = form_of(box)
    activation = activation_of(score, score.one, "sigmoid" if classes == 1 else "softmax")
    whole = softmaxed(score, activation)
    faces = classes <= 2 and (model_says(seen, "faces?", "retinaface") or points is not None)
    settings: dict[str, Any] = {
        "layout": "ssd",
        "boxes": box.value,
        "scores": score.value,
        "form": form,
        "units": units,
        "activation": activation,
        "background": 0 if classes > 1 and whole and not _named(seen, classes) else None,
    }
    if points is not None:
        settings["landmarks"] = points.value
    if faces:
        settings |= {"thing": "face", "things": "faces", "score": 0.7}
    values = tuple(o.value for o in (box, score, points) if o is not None)
    return Guess(
        "boxes",
        "Faces" if faces else "Boxes",
        f"'{box.name}' holds 4 numbers and '{score.name}' {classes} for each of "
        f"{box.shape[1]:,} places, as SSD has it; {evidence}",
        values,
        settings,
    )


def _named(seen: Seen, classes: int) -> bool:
    """Whether there is a name for each class, none of them a background."""
    labels = seen.labels
    if labels is None or len(labels) != classes:
        return False
    return labels[0].strip("_ ?").lower() not in ("", "background", "none", "bg")


def softmaxed(score: Output, activation: str) -> bool:
    """Whether the scores of a place make 1 together, so that one class is nothing at all."""
    if activation != "none":
        return activation == "softmax"
    sums = np.nansum(score.one.reshape(-1, score.shape[-1])[:1000], axis=-1)
    return score.kind == "Softmax" or bool((np.abs(sums - 1) < 0.01).all())


def form_of(box: Output) -> tuple[str, str, str]:
    """Form, units, and the evidence in words, of (N, P, 4) boxes, judged by their numbers."""
    values = box.one.reshape(-1, 4)
    finite = values[np.isfinite(values).all(axis=1)]
    if not finite.size:
        return "corners", "unit", "no box is finite, so corners are assumed"
    ordered = ((finite[:, 2] >= finite[:, 0]) & (finite[:, 3] >= finite[:, 1])).mean()
    decoded = "Exp" in box.upstream
    far = float(np.median(np.abs(finite).max(axis=1))) > 2
    units, words = ("pixels", "in pixels") if far else ("unit", "in 0..1")
    seen = ", and the network itself applies Exp to sizes" if decoded else ""
    if ordered > 0.98:
        return "corners", units, f"left is never right of right, so boxes are corners {words}{seen}"
    if decoded or bool((finite[:, 2:] >= 0).all()):
        return "center", units, f"sizes are never negative, so boxes are middle and size {words}"
    return "prior", "unit", "sizes are negative too, so these are offsets from prior boxes"


def decode(settings: Mapping[str, Any], seen: Seen) -> Candidates:
    """Candidates of decoded boxes, or of offsets from the priors of face detectors."""
    box, score = seen.by_value[settings["boxes"]], seen.by_value[settings["scores"]]
    values, scores = box.one.reshape(-1, 4), score.one.reshape(-1, score.shape[-1])
    rows, width = scores.shape
    laid = None
    scale = _scale(seen, settings["units"])
    if settings["form"] == "prior":
        laid = priors(*(seen.size or (1, 1)), rows)
        values, scale = offset_boxes(values, laid), _scale(seen, "unit")
    form = "corners" if laid is not None else settings["form"]
    top, classes, column = class_scores(scores, settings)
    places = score.base + np.arange(rows, dtype=np.int64)[:, None] * width + column[:, None]
    made = [block(box, rows, 4, 0, 4), Cells(score.value, places)]
    points = None
    if settings.get("landmarks") is not None:
        output = seen.by_value[settings["landmarks"]]
        points = _points(output, laid, scale)
        made.append(block(output, rows, output.shape[-1], 0, output.shape[-1]))
    return Candidates(corners(values, form, scale), top, classes, points, tuple(made))


def class_scores(scores: Array, settings: Mapping[str, Any]) -> tuple[Floats, Any, Any]:
    """Best score, class (None where one is left) and column of each row of (N, C).

    The background's column is passed over; classes keep the numbers of their columns.
    """
    sure = activated(scores, settings["activation"])
    background, width = settings.get("background"), scores.shape[1]
    if background is not None and width > 1 and background < width:
        sure = sure.copy()
        sure[:, background] = -1.0
        top, column = best(sure)
        return top, (column if width > 2 else None), column
    top, column = best(sure)
    return top, (column if width > 1 else None), column


def _scale(seen: Seen, units: str) -> tuple[float, float]:
    height, width = seen.size or (1, 1)
    return (1.0, 1.0) if units == "pixels" else (float(width), float(height))


def _points(output: Output, laid: Floats | None, scale: tuple[float, float]) -> Floats:
    values = output.one.reshape(-1, output.shape[-1])
    if laid is None:
        placed = np.asarray(values, np.float64).reshape(len(values), -1, 2)
    else:
        placed = offset_points(values, laid)
    placed = placed * np.array(scale)
    return np.concatenate([placed, np.full((*placed.shape[:2], 1), np.nan)], axis=2)
