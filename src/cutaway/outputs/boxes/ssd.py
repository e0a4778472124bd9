"""Boxes and scores in two outputs, as SSD gives them: decoded, or offsets from prior boxes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

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
from cutaway.outputs.seen import Array, Floats, Guess, Output, Seen

FACE_PRIORS: Final = ((8, (10, 16, 24)), (16, (32, 48)), (32, (64, 96)), (64, (128, 192, 256)))
"""Stride and sizes in pixels of the prior boxes of small face detectors."""


def recognize(seen: Seen, outputs: list[Output]) -> Guess | None:
    """(1, N, 4) beside (1, N, C)."""
    boxes = [o for o in outputs if len(o.shape) == 3 and o.shape[2] == 4 and o.shape[1] > 1]
    boxes.sort(key=lambda o: not any(word in o.name.lower() for word in ("box", "loc", "reg")))
    for box in boxes:
        for score in outputs:
            if score is not box and len(score.shape) == 3 and score.shape[:2] == box.shape[:2]:
                return _guess(seen, box, score)
    return None


def _guess(seen: Seen, box: Output, score: Output) -> Guess | None:
    if seen.size is None:
        return None
    classes = score.shape[2]
    form, units, evidence = form_of(box, seen.size)
    raw = "sigmoid" if classes == 1 else "softmax"
    activation = activation_of(score, score.one, raw)
    sums = softmaxed(score, activation)
    named = seen.labels is not None and len(seen.labels) == classes
    background = 0 if classes > 1 and sums and not (named and not _empty(seen.labels)) else None
    face = "face" in seen.words or (classes == 2 and form == "prior")
    return Guess(
        "boxes",
        "Faces" if face and classes <= 2 else "Boxes",
        f"'{box.name}' holds 4 numbers and '{score.name}' {classes} for each of "
        f"{box.shape[1]:,} places: SSD; {evidence}",
        (box.value, score.value),
        {
            "layout": "ssd",
            "boxes": box.value,
            "scores": score.value,
            "form": form,
            "units": units,
            "activation": activation,
            "background": background,
        },
    )


def _empty(labels: tuple[str, ...] | None) -> bool:
    return bool(labels) and labels[0].strip("_ ?").lower() in ("", "background", "none", "bg")


def softmaxed(score: Output, activation: str) -> bool:
    """Whether the scores of a place make 1 together, so that one class is nothing at all."""
    if activation != "none":
        return activation == "softmax"
    sums = np.nansum(score.one[:1000], axis=-1)
    return score.kind == "Softmax" or bool((np.abs(sums - 1) < 0.01).all())


def form_of(box: Output, size: tuple[int, int]) -> tuple[str, str, str]:
    """Form, units, and the evidence in words, of (1, N, 4) boxes, judged by their numbers."""
    values = box.one.reshape(-1, 4)
    finite = values[np.isfinite(values).all(axis=1)]
    if not finite.size:
        return "corners", "unit", "no box is finite, so corners are assumed"
    ordered = ((finite[:, 2] >= finite[:, 0]) & (finite[:, 3] >= finite[:, 1])).mean()
    largest = float(np.abs(finite).max())
    decoded = "Exp" in box.upstream
    far = largest > 3 and float(np.median(np.abs(finite).max(axis=1))) > 2
    units, words = ("pixels", "in pixels") if far else ("unit", "in 0..1")
    seen = ", and the network itself applies Exp to sizes" if decoded else ""
    if ordered > 0.98:
        return "corners", units, f"left is never right of right, so boxes are corners {words}{seen}"
    if decoded or (finite[:, 2:] >= 0).all():
        return "center", units, f"sizes are never negative, so boxes are middle and size {words}"
    return "prior", "unit", "sizes are negative too, so boxes are offsets from prior boxes"


def decode(settings: Mapping[str, Any], seen: Seen) -> Candidates:
    """Candidates of decoded boxes, or of offsets from the priors of face detectors."""
    box, score = seen.by_value[settings["boxes"]], seen.by_value[settings["scores"]]
    values, scores = box.one.reshape(-1, 4), score.one.reshape(-1, score.shape[-1])
    rows, width = scores.shape
    height, across = seen.size or (1, 1)
    form = settings["form"]
    if form == "prior":
        priors = priors_for(height, across, rows)
        values, form = offsets(values, priors), "corners"
    scale = (1.0, 1.0) if settings["units"] == "pixels" else (float(across), float(height))
    sure = activated(scores, settings["activation"])
    if settings.get("background") is not None and width > 1:
        sure = sure.copy()
        sure[:, settings["background"]] = -1.0
    top, classes = best(sure)
    places = np.arange(rows, dtype=np.int64)[:, None] * width + classes[:, None] + score.base
    return Candidates(
        corners(values, form, scale),
        top,
        None if width == 1 else classes,
        cells=(block(box, rows, 4, 0, 4), Cells(score.value, places)),
    )


def offsets(values: Array, priors: Floats, variances: tuple[float, float] = (0.1, 0.2)) -> Floats:
    """(N, 4) corners of offsets from priors, (N, 4) middle and size: Liu et al. 2016, SSD.

    Middle = prior middle + offset * variance * prior size; size = prior size * exp(offset *
    variance). Offsets are held below 20 before the exponential, so that noise stays finite.
    """
    wide = np.asarray(values, np.float64)
    middle = priors[:, :2] + wide[:, :2] * variances[0] * priors[:, 2:]
    size = priors[:, 2:] * np.exp(np.clip(wide[:, 2:] * variances[1], -20, 20))
    return np.concatenate([middle - size / 2, middle + size / 2], axis=1)


def priors_for(height: int, width: int, rows: int) -> Floats:
    """(N, 4) prior boxes as middle and size in 0..1, row by row, as small face detectors have them.

    Raises:
        InputError: the model has another number of places.
    """
    from cutaway.errors import InputError

    made: list[Floats] = []
    for stride, sizes in FACE_PRIORS:
        down, across = -(-height // stride), -(-width // stride)
        y, x = np.meshgrid(np.arange(down), np.arange(across), indexing="ij")
        places = np.stack([(x + 0.5) * stride / width, (y + 0.5) * stride / height], -1)
        each = np.array([[size / width, size / height] for size in sizes])
        grid = np.broadcast_to(places[:, :, None, :], (down, across, len(sizes), 2))
        whole = np.concatenate([grid, np.broadcast_to(each, (down, across, len(sizes), 2))], -1)
        made.append(whole.reshape(-1, 4))
    priors = np.clip(np.concatenate(made), 0, 1)
    if len(priors) != rows:
        raise InputError(
            f"prior boxes for {rows:,} places were wanted; those known for a picture of "
            f"{width} x {height} are {len(priors):,}: choose another layout or form"
        )
    return priors
