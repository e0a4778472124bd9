"""YOLO's boxes in one output, decoded but for thresholds: places by rows or by columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from cutaway.outputs.boxes import oriented
from cutaway.outputs.boxes.candidates import Candidates, Cells, best, corners
from cutaway.outputs.boxes.instances import COUNT, Instances, prototypes_among, prototypes_of
from cutaway.outputs.seen import Array, Floats, Guess, Output, Seen
from cutaway.outputs.signs import grid_cells, model_says, says

_ORIENTED: Final = ("obb", ".*[-_]obb", "oriented", "rotated", "dota.*")
"""Words of networks whose boxes lie aslant."""


def recognize(seen: Seen, outputs: list[Output], forced: bool) -> Guess | None:
    """(N, P, 5 + C) of version 5 and 7 and of YOLOX, (N, 4 + C, P) of version 8 and later."""
    if seen.size is None:
        return None
    prototypes = prototypes_among(seen, outputs)
    for output in outputs:
        if len(output.shape) == 3 and output.numeric:
            guess = _guess(seen, output, forced, prototypes)
            if guess is not None:
                return guess
    return None


def _guess(
    seen: Seen,
    output: Output,
    forced: bool,
    prototypes: Output | None,
) -> Guess | None:
    size = seen.size or (1, 1)
    columns = output.shape[1] < output.shape[2]
    places, width = max(output.shape[1:]), min(output.shape[1:])
    cells = grid_cells(size)
    tall = grid_cells(size, (8, 16, 32, 64))
    three, once = places in (3 * cells, 3 * tall), places in (cells, tall)
    if width < 5 or not (forced or three or once or model_says(seen, "yolo.*")):
        return None
    layout, words = _layout(columns=columns, three=three)
    first = 4 if layout == "yolo8" else 5
    settings: dict[str, Any] = {"layout": layout, "output": output.value, "columns": columns}
    settings |= _extra(seen, width, first, masks=prototypes is not None)
    after = settings["points"] * settings["each"] + settings["masks"]
    classes = width - first - after - settings.get("angle", 0)
    if classes < 1:
        return None
    if layout == "yolox":
        settings["raw"] = _is_raw(output.one if not columns else output.one.T)
        words += ", offsets within cells" if settings["raw"] else ", decoded"
    settings["units"] = "pixels" if settings.get("raw") else _units(output, columns=columns)
    settings["score"] = 0.25
    settings["labels"] = "coco" if classes == 80 and seen.labels is None else None
    why = (
        f"'{output.name}' holds {width} numbers for each of {places:,} places, "
        f"{'as many as' if three or once else 'unlike'} the grids of strides 8, 16 and 32 have: "
        f"{words} with {classes:,} class{'es' if classes > 1 else ''}"
    )
    if settings["labels"]:
        why += "; 80 of them are taken for those of COCO"
    values = (output.value,)
    title = "Poses" if settings["points"] else "Boxes"
    if prototypes is not None and settings["masks"]:
        why += f"; a mask for each is mixed from the {COUNT} prototypes in '{prototypes.name}'"
        settings["prototypes"] = prototypes.value
        values += (prototypes.value,)
        title = "Instances"
    if settings.get("angle"):
        why += "; the last number of each is taken for the angle at which its box lies"
        title = "Oriented boxes"
    return Guess("boxes", title, why, values, settings)


def _layout(*, columns: bool, three: bool) -> tuple[str, str]:
    if columns:
        return "yolo8", "YOLO of version 8 or later"
    if three:
        return "yolo5", "YOLO of version 5 to 7, its score times its objectness"
    return "yolox", "YOLOX"


def _extra(seen: Seen, width: int, first: int, *, masks: bool) -> dict[str, Any]:
    """Points, mask numbers or an angle at the end of each place."""
    if not masks and (model_says(seen, *_ORIENTED) or says(seen.name, *_ORIENTED)):
        return {"points": 0, "each": 3, "masks": 0, "angle": 1}
    if width == first + 1 + 51 and (seen.labels is None or len(seen.labels) < 2):
        return {"points": 17, "each": 3, "masks": 0, "skeleton": "person"}
    if model_says(seen, "faces?") and (width - first - 1) == 15:
        return {"points": 5, "each": 3, "masks": 0}
    return {"points": 0, "each": 3, "masks": COUNT if masks else 0}


def _units(output: Output, *, columns: bool) -> str:
    one = output.one
    boxes = one[:4] if columns else one[:, :4].T
    finite = boxes[np.isfinite(boxes)]
    return "unit" if finite.size and float(np.quantile(np.abs(finite), 0.99)) <= 2 else "pixels"


def _is_raw(rows: Array) -> bool:
    """Whether boxes are offsets within cells: middles that do not reach over the picture."""
    finite = rows[np.isfinite(rows[:, :4]).all(axis=1)]
    if not finite.size:
        return False
    return float(np.quantile(np.abs(finite[:, :2]), 0.9)) < 16 or bool((finite[:, 2:4] < 0).any())


def decode(settings: Mapping[str, Any], seen: Seen) -> Candidates:
    """Candidates of the three layouts; the score of 5 and X is the class's times objectness."""
    output = seen.by_value[settings["output"]]
    columns = bool(settings["columns"])
    rows = output.one.T if columns else output.one
    first = 4 if settings["layout"] == "yolo8" else 5
    points, each = int(settings.get("points", 0)), int(settings.get("each", 3))
    masks, angle = int(settings.get("masks", 0)), int(settings.get("angle", 0))
    last = rows.shape[1] - points * each - masks - angle
    top, classes = best(rows[:, first:last])
    sure = np.asarray(top, np.float64)
    if first == 5:
        sure = sure * rows[:, 4]
    boxes = _boxes(settings, rows, seen)
    names = [*range(4), *([4] if first == 5 else [])]
    cells = [_cells(output, rows.shape, columns, np.tile(names, (len(rows), 1)))]
    cells.append(_cells(output, rows.shape, columns, (classes + first)[:, None]))
    if last < rows.shape[1]:
        numbers = np.tile(np.arange(last, rows.shape[1], dtype=np.int64), (len(rows), 1))
        cells.append(_cells(output, rows.shape, columns, numbers))
    placed = _points(rows[:, last : last + points * each], each) if points else None
    found = None if last - first == 1 else classes
    made = Candidates(boxes, sure, found, placed, tuple(cells))
    if angle:
        return _turned(made, np.asarray(rows[:, last], np.float64))
    if settings.get("prototypes") is not None:
        prototypes = prototypes_of(seen.by_value[settings["prototypes"]], seen)
        return replace(made, instances=Instances(rows[:, last : last + masks], prototypes))
    return made


def _turned(found: Candidates, angles: Floats) -> Candidates:
    """Boxes at their angles, in radians, clockwise, about their middles."""
    flat = found.boxes if found.boxes is not None else np.zeros((0, 4))
    middle, size = (flat[:, :2] + flat[:, 2:]) / 2, flat[:, 2:] - flat[:, :2]
    aslant = np.concatenate([middle, size, angles[:, None]], axis=1)
    return replace(found, boxes=oriented.around(aslant), oriented=aslant)


def _boxes(settings: Mapping[str, Any], rows: Array, seen: Seen) -> Floats:
    height, width = seen.size or (1, 1)
    values = np.asarray(rows[:, :4], np.float64)
    if settings.get("raw"):
        return corners(over_grids(values, (height, width)), "center", (1.0, 1.0))
    unit = settings.get("units") == "unit"
    return corners(values, "center", (width, height) if unit else (1.0, 1.0))


def over_grids(values: Floats, size: tuple[int, int]) -> Floats:
    """(P, 4) middle and size in pixels of offsets over strides 8, 16 and 32, one place a cell.

    Middle = (cell + offset) * stride; size = exp(value) * stride. Source: Ge et al. 2021, YOLOX.
    """
    height, width = size
    cells: list[Floats] = []
    strides: list[Floats] = []
    for stride in (8, 16, 32, 64):
        if sum(map(len, strides)) >= len(values):
            break
        down, across = -(-height // stride), -(-width // stride)
        y, x = np.meshgrid(np.arange(down), np.arange(across), indexing="ij")
        cells.append(np.stack([x, y], -1).reshape(-1, 2).astype(np.float64))
        strides.append(np.full(down * across, float(stride)))
    from cutaway.errors import InputError

    grid, step = np.concatenate(cells), np.concatenate(strides)[:, None]
    if len(grid) != len(values):
        raise InputError(
            f"{len(grid):,} places were wanted, one for each cell of strides 8, 16 and 32 over "
            f"{width} x {height}; the output has {len(values):,}: choose another layout"
        )
    middle = (grid + values[:, :2]) * step
    return np.concatenate([middle, np.exp(np.clip(values[:, 2:], -20, 20)) * step], axis=1)


def _points(values: Array, each: int) -> Floats:
    shaped = np.asarray(values, np.float64).reshape(len(values), -1, each)
    if each == 3:
        return shaped
    return np.concatenate([shaped, np.full((*shaped.shape[:2], 1), np.nan)], axis=2)


def _cells(output: Output, shape: tuple[int, int], columns: bool, numbers: Array) -> Cells:
    """Places of numbers, (P, K), of each place's row."""
    rows, width = shape
    place = np.arange(rows, dtype=np.int64)[:, None]
    flats = numbers * rows + place if columns else place * width + numbers
    return Cells(output.value, flats.astype(np.int64) + output.base)
