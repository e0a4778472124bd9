"""Boxes of networks that take overlapping ones away themselves: rows, or one output a number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from cutaway.outputs.boxes.candidates import Candidates, Cells, corners
from cutaway.outputs.boxes.ssd import form_of
from cutaway.outputs.seen import Array, Guess, Output, Seen
from cutaway.outputs.signs import says

_SIGNS: Final = frozenset({
    "NonMaxSuppression", "TFLite_Detection_PostProcess", "DetectionOutput", "TopK",
    "EfficientNMS_TRT", "BatchedNMS_TRT",
})  # fmt: skip
"""Operators of networks that choose among boxes themselves."""


def recognize_rows(seen: Seen, outputs: list[Output], forced: bool) -> Guess | None:
    """(N, 6), (N, 7), (1, N, 6), (1, 1, N, 7): a box, its score and its class in each row."""
    for output in outputs:
        shape = output.shape
        flat = len(shape) == 2 or set(shape[:-2]) == {1}
        if seen.size is None or len(shape) < 2 or not flat or shape[-1] not in (6, 7):
            continue
        if not (forced or seen.kinds & _SIGNS or shape[-2] in (100, 200, 300)):
            continue
        rows = output.array.reshape(-1, shape[-1])
        order, words = _order(rows, seven=shape[-1] == 7)
        box = rows[:, order["box"] : order["box"] + 4]
        finite = box[np.isfinite(box.astype(np.float64)).all(axis=1)]
        far = bool(finite.size) and float(np.abs(finite).max()) > 2
        why = (
            f"'{output.name}' holds {shape[-1]} numbers a row, {words}: the network takes "
            "overlapping boxes away itself"
        )
        settings = {
            "layout": "rows", "output": output.value, **order,
            "units": "pixels" if far else "unit", "form": "corners", "score": 0.25,
        }  # fmt: skip
        return Guess("boxes", "Boxes", why, (output.value,), settings)
    return None


def _order(rows: Array, *, seven: bool) -> tuple[dict[str, int], str]:
    """Which column is what; scores are fractions, classes whole numbers."""
    if not seven:
        fifth, sixth = rows[:, 4].astype(np.float64), rows[:, 5].astype(np.float64)
        swapped = _whole(fifth) and not _whole(sixth)
        place = (
            {"score_column": 5, "class_column": 4}
            if swapped
            else {"score_column": 4, "class_column": 5}
        )
        return {"box": 0, **place}, "a box, its class, its score" if swapped else (
            "a box, its score, its class"
        )
    second, sixth = _whole(rows[:, 1].astype(np.float64)), _whole(rows[:, 5].astype(np.float64))
    pixels = float(np.nanmax(np.abs(rows[:, 6].astype(np.float64)), initial=0)) > 1.5
    if pixels or (second and not sixth):
        words = "item, class, score and a box"
        return {"box": 3, "class_column": 1, "score_column": 2}, words
    return {"box": 1, "class_column": 5, "score_column": 6}, "item, a box, its class, its score"


def _whole(column: Array) -> bool:
    finite = column[np.isfinite(column)]
    return bool((finite == np.rint(finite)).all())


def decode_rows(settings: Mapping[str, Any], seen: Seen) -> Candidates:
    """Candidates of rows; those of another item of the batch and empty ones are left out."""
    output = seen.by_value[settings["output"]]
    width = output.shape[-1]
    rows = output.array.reshape(-1, width).astype(np.float64)
    first = int(settings["box"])
    scores = rows[:, int(settings["score_column"])].copy()
    if first > 0:
        scores[rows[:, 0] != output.item] = -1.0
    classes = np.nan_to_num(rows[:, int(settings["class_column"])], nan=-1.0).astype(np.int64)
    numbers = [*range(first, first + 4), settings["score_column"], settings["class_column"]]
    flats = np.arange(len(rows), dtype=np.int64)[:, None] * width + np.array(numbers)
    boxes = corners(rows[:, first : first + 4], settings["form"], _scale(settings, seen))
    return Candidates(boxes, scores, classes, cells=(Cells(output.value, flats),), suppressed=True)


def recognize_parts(seen: Seen, outputs: list[Output], forced: bool) -> Guess | None:
    """Boxes (N, 4), their scores (N,) and their classes (N,), with or without an axis of 1."""
    if seen.size is None:
        return None
    for box in outputs:
        lead = box.shape[:-1]
        if box.shape[-1] != 4 or len(box.shape) not in (2, 3) or not lead[-1]:
            continue
        rest = [o for o in outputs if o is not box and o.shape == lead]
        if len(rest) < 2:
            continue
        score, label = _told_apart(rest)
        if score is None or label is None:
            continue
        tflite = "TFLite_Detection_PostProcess" in seen.kinds
        if not (tflite or forced or _plausible(score, label)):
            continue
        form, units, evidence = form_of(Output(box.value, box.name, box.array.reshape(1, -1, 4)))
        count = next((o for o in outputs if o.array.size == 1 and o is not box), None)
        return _parts_guess((box, score, label, count), form, units, evidence, tflite=tflite)
    return None


def _parts_guess(
    parts: tuple[Output, Output, Output, Output | None],
    form: str,
    units: str,
    evidence: str,
    *,
    tflite: bool,
) -> Guess:
    box, score, label, count = parts
    if tflite:
        form, units, evidence = "yxyx", "unit", "TFLite's own operator: top, left, bottom, right"
    elif form == "prior":
        form = "corners"
    settings: dict[str, Any] = {
        "layout": "parts", "boxes": box.value, "scores": score.value, "classes": label.value,
        "form": form, "units": units,
    }  # fmt: skip
    values = [box.value, score.value, label.value]
    if count is not None:
        settings["count"] = count.value
        values.append(count.value)
    why = (
        f"boxes in '{box.name}', a score for each in '{score.name}' and a class in "
        f"'{label.name}': the network takes overlapping ones away itself; {evidence}"
    )
    return Guess("boxes", "Boxes", why, tuple(values), settings, stated=tflite)


def _told_apart(outputs: list[Output]) -> tuple[Output | None, Output | None]:
    """Scores and classes of two outputs of the same shape."""
    names = {o.value: o for o in outputs}
    score = next((o for o in outputs if says(o.name, "scores?", "conf.*", "probs?")), None)
    label = next((o for o in outputs if says(o.name, "labels?", "class(es)?")), None)
    if score is None:
        fractions = [o for o in outputs if o is not label and not _whole_output(o)]
        score = fractions[0] if fractions else None
    if label is None and score is not None:
        rest = [o for o in names.values() if o is not score and _whole_output(o)]
        label = rest[0] if rest else None
    return score, label


def _whole_output(output: Output) -> bool:
    return output.array.dtype.kind in "iu" or _whole(output.array.astype(np.float64))


def _plausible(score: Output, label: Output) -> bool:
    values = score.array.astype(np.float64)
    finite = values[np.isfinite(values)]
    fractions = not finite.size or (float(finite.min()) >= 0 and float(finite.max()) <= 1)
    return fractions and _whole_output(label)


def decode_parts(settings: Mapping[str, Any], seen: Seen) -> Candidates:
    """Candidates of one output for each number; no more than the network counts."""
    box, score, label = (seen.by_value[settings[part]] for part in ("boxes", "scores", "classes"))
    batched = box.array.ndim == 3
    values = (box.one if batched else box.array).reshape(-1, 4)
    base = box.base if batched else 0
    scores = np.array(score.one if batched else score.array, np.float64).reshape(-1)
    classes = np.nan_to_num(np.asarray(label.one if batched else label.array, np.float64), nan=-1)
    rows = len(values)
    if settings.get("count") is not None:
        counted = seen.by_value[settings["count"]].array.reshape(-1)
        scores[max(0, int(counted[0])) :] = -1.0
    at = np.arange(rows, dtype=np.int64)[:, None]
    start = score.base if batched else 0
    cells = (
        Cells(box.value, at * 4 + np.arange(4) + base),
        Cells(score.value, at + start),
        Cells(label.value, at + start),
    )
    boxes = corners(values, settings["form"], _scale(settings, seen))
    return Candidates(boxes, scores, classes.reshape(-1).astype(np.int64), None, cells, True)


def _scale(settings: Mapping[str, Any], seen: Seen) -> tuple[float, float]:
    height, width = seen.size or (1, 1)
    return (1.0, 1.0) if settings["units"] == "pixels" else (float(width), float(height))
