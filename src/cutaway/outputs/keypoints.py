"""Places of a body or a face: heatmaps, numbers, and which points are joined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from cutaway.outputs.boxes.candidates import Candidates, Cells, activated, activation_of
from cutaway.outputs.seen import Array, Floats, Guess, Output, Seen
from cutaway.outputs.signs import channels_first, maps_of, model_says, says, span

PERSON: Final = (
    (0, 1), (0, 2), (1, 3), (2, 4), (5, 6), (5, 7), (7, 9), (6, 8), (8, 10), (5, 11), (6, 12),
    (11, 12), (11, 13), (13, 15), (12, 14), (14, 16),
)  # fmt: skip
"""What is joined of the 17 points of COCO: nose, eyes, ears, shoulders, elbows, wrists, hips,
knees, ankles, left before right."""
HAND: Final = tuple(
    (0 if first == 0 else base + first - 1, base + first)
    for base in (1, 5, 9, 13, 17)
    for first in range(4)
)
"""Of the 21 points of a hand: the wrist, then each finger from its root to its tip."""
SKELETONS: Final[dict[str, tuple[tuple[int, int], ...]]] = {
    "none": (), "person": PERSON, "hand": HAND,
}  # fmt: skip
_SIDES: Final = ("left", "right")
_FINGERS: Final = ("thumb", "index finger", "middle finger", "ring finger", "little finger")
NAMES: Final[dict[str, tuple[str, ...]]] = {
    "person": ("nose", *(
        f"{side} {part}"
        for part in ("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
        for side in _SIDES
    )),
    "hand": ("wrist", *(f"{finger} {joint}" for finger in _FINGERS for joint in range(1, 5))),
    "face": ("right eye", "left eye", "nose", "right corner of mouth", "left corner of mouth"),
}  # fmt: skip
"""What points are, in the order of their numbers; left is the left of whoever is seen."""
_WORDS: Final = (
    "pose.*", "keypoints?", "heatmaps?", "landmarks?", "movenet.*", "hrnet.*", "openpose.*",
    "posenet.*", "kpts?", "joints?", "fan", "pfld", "blazepose", "hands?",
)  # fmt: skip


def recognize(seen: Seen, outputs: list[Output], forced: bool) -> list[Guess]:
    """Heatmaps (N, K, H, W), or numbers (1, 1, K, 3), (N, K, 2), (N, 2 K)."""
    if seen.size is None:
        return []
    for output in outputs:
        guess = _heat(seen, output, forced) or _direct(seen, output, forced)
        if guess is not None:
            return [guess]
    return []


def _heat(seen: Seen, output: Output, forced: bool) -> Guess | None:
    maps = maps_of(output, seen.size)
    if maps is None or maps[3] == "none" or not output.numeric or seen.size is None:
        return None
    count, rows, columns, order = maps
    named = model_says(seen, *_WORDS) or says(output.name, *_WORDS)
    coarse = seen.size[0] / rows >= 2 and seen.size[1] / columns >= 2 and min(rows, columns) >= 8
    if not (coarse and 2 <= count <= 200 and (forced or named or count == 17)):
        return None
    skeleton = skeleton_of(count)
    why = (
        f"'{output.name}' holds {count} maps of {columns} x {rows}, coarser than the picture: "
        f"the peak of each is a point{_joined(skeleton)}"
    )
    settings = {
        "layout": "heat", "output": output.value, "order": order, "skeleton": skeleton,
        "activation": activation_of(output, output.one, "none"), "score": 0.3,
    }  # fmt: skip
    return Guess("keypoints", "Points", why, (output.value,), settings)


def _direct(seen: Seen, output: Output, forced: bool) -> Guess | None:
    shape = tuple(length for length in output.shape if length != 1)
    if output.shape[0] != 1 or not output.numeric:
        return None
    named = model_says(seen, *_WORDS) or says(output.name, *_WORDS)
    three = output.shape[-2:] == (17, 3) and len(shape) == 2
    if len(shape) == 2 and shape[1] in (2, 3) and 2 < shape[0] <= 1000:
        count, each = shape
    elif len(shape) == 1 and shape[0] in (136, 196, 10, 956) and (named or forced):
        count, each = shape[0] // 2, 2
    elif len(shape) == 1 and shape[0] in (63, 1404, 195) and (named or forced):
        count, each = shape[0] // 3, 3
    else:
        return None
    if not (named or three or forced):
        return None
    low, high = span(output.one)
    pixels = high > 2 or low < -1
    # MoveNet alone tells y first, and a score as the third number.
    yx = three or model_says(seen, "movenet.*")
    skeleton = skeleton_of(count)
    units = "in pixels" if pixels else "in 0..1"
    why = (
        f"'{output.name}' holds {count} places of {each} numbers, {units}"
        f"{', y before x, then a score' if yx else ''}{_joined(skeleton)}"
    )
    settings = {
        "layout": "places", "output": output.value, "points": count, "each": each,
        "units": "pixels" if pixels else "unit", "y_first": yx,
        "third": "score" if yx else "depth", "skeleton": skeleton, "score": 0.3,
    }  # fmt: skip
    return Guess("keypoints", "Points", why, (output.value,), settings)


def names_of(settings: Mapping[str, Any], count: int) -> tuple[str, ...]:
    """What each of ``count`` points is; empty where it is not known."""
    for what in (settings.get("skeleton"), settings.get("thing")):
        names = NAMES.get(what or "", ())
        if names and len(names) == count:
            return names
    return ()


def skeleton_of(count: int) -> str:
    """Which points are joined, by how many there are."""
    return {17: "person", 21: "hand"}.get(count, "none")


def _joined(skeleton: str) -> str:
    return "" if skeleton == "none" else f", joined as those of a {skeleton}"


def decode(settings: Mapping[str, Any], seen: Seen) -> Candidates:
    """One thing with its points in the model's picture; its score is their mean."""
    output = seen.by_value[settings["output"]]
    if settings["layout"] == "heat":
        points, cells = _peaks(output, settings, seen)
    else:
        points, cells = _places(output, settings, seen)
    scored = points[:, 2][np.isfinite(points[:, 2])]
    score = float(scored.mean()) if scored.size else 1.0
    return Candidates(None, np.array([score]), None, points[None], (cells,), True)


def _peaks(output: Output, settings: Mapping[str, Any], seen: Seen) -> tuple[Floats, Cells]:
    """The highest cell of each map, moved a quarter towards its higher neighbour.

    Source of the quarter: Newell et al. 2016, Stacked Hourglass Networks.
    """
    order = settings["order"]
    maps = np.nan_to_num(channels_first(output, order), nan=-np.inf)
    count, rows, columns = maps.shape
    best = maps.reshape(count, -1).argmax(axis=1)
    y, x = np.divmod(best, columns)
    which = np.arange(int(count), dtype=np.int64)
    shift = np.stack([_lean(maps, y, x, 0, 1), _lean(maps, y, x, 1, 0)], axis=1)
    height, width = seen.size or (1, 1)
    scale = np.array([width / columns, height / rows])
    placed = (np.stack([x, y], 1) + 0.5 + shift) * scale
    score = activated(maps[which, y, x][:, None], settings["activation"])
    every = np.arange(output.one.size, dtype=np.int64).reshape(output.one.shape) + output.base
    flats = (every if order == "first" else np.moveaxis(every, -1, 0))[which, y, x]
    return np.concatenate([placed, score], axis=1), Cells(output.value, flats[None])


def _lean(maps: Array, y: Array, x: Array, down: int, across: int) -> Floats:
    count, rows, columns = maps.shape
    which = np.arange(int(count), dtype=np.int64)

    def at(sign: int) -> Array:
        row = np.clip(y + sign * down, 0, rows - 1)
        return maps[which, row, np.clip(x + sign * across, 0, columns - 1)]

    with np.errstate(invalid="ignore"):
        return np.nan_to_num(np.sign(at(1) - at(-1))) * 0.25


def _places(output: Output, settings: Mapping[str, Any], seen: Seen) -> tuple[Floats, Cells]:
    each = int(settings["each"])
    values = np.asarray(output.one, np.float64).reshape(-1, each)
    height, width = seen.size or (1, 1)
    scale = np.array([1.0, 1.0] if settings["units"] == "pixels" else [width, height])
    places = values[:, [1, 0]] if settings.get("y_first") else values[:, :2]
    score = np.full(len(values), np.nan)
    if each == 3 and settings.get("third") == "score":
        score = values[:, 2]
    flats = np.arange(values.size, dtype=np.int64)[None] + output.base
    return np.concatenate([places * scale, score[:, None]], axis=1), Cells(output.value, flats)
