"""Which pixel is what: scores of classes over the picture, or one matte."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cutaway.inputs import Geometry
from cutaway.outputs.classes import sigmoid
from cutaway.outputs.sampling import bilinear, inside, nearest, places
from cutaway.outputs.seen import Array, Guess, Output, Seen
from cutaway.outputs.signs import channels_first, maps_of, model_says, says, span

MOST_CLASSES = 2048
"""A map of more channels is no segmentation."""


def recognize(seen: Seen, outputs: list[Output], forced: bool) -> list[Guess]:
    """Scores of classes (N, C, H, W), class numbers (N, H, W), or a matte of one channel.

    Of several such outputs the largest is read; the others of a training network are its helpers.
    """
    found = [guess for output in outputs if (guess := _guess(seen, output, forced)) is not None]
    by_value = seen.by_value
    found.sort(key=lambda guess: -by_value[guess.values[0]].array.size)
    return found[:1]


def _guess(seen: Seen, output: Output, forced: bool) -> Guess | None:
    maps = maps_of(output, seen.size)
    if maps is None or seen.size is None or not output.numeric:
        return None
    channels, rows, columns, order = maps
    if not (forced or _alike((rows, columns), seen.size)) or channels > MOST_CLASSES:
        return None
    batch = seen.fed.shape[0] if seen.fed is not None and seen.fed.ndim == 4 else 1
    if output.shape[0] != batch and not forced:
        return None  # one map for each thing found, not for each picture
    named = model_says(seen, *_WORDS) or says(output.name, *_WORDS)
    settings: dict[str, Any] = {"output": output.value, "order": order}
    size = f"{columns} x {rows}"
    if channels == 1 and output.array.dtype.kind in "iub" and (forced or output.kind == "ArgMax"):
        why = f"'{output.name}' holds whole numbers, {size}: the class of each place"
        return _made(output, why, {**settings, "form": "numbers"})
    if channels == 1:
        gray = seen.channels == 1
        return _matte(output, settings, size, forced=forced, named=named, gray=gray)
    if not (forced or named or channels not in (1, 3) or output.kind in ("Softmax", "LogSoftmax")):
        return None
    why = (
        f"'{output.name}' holds {channels} maps of {size} over the picture: one a class, "
        "and the largest wins at each place"
    )
    settings["form"] = "scores"
    settings["background"] = background_of(seen, channels)
    if channels == 21 and seen.labels is None:
        settings["labels"] = "pascal-voc"
        why += "; 21 of them are taken for those of Pascal VOC"
    elif channels == 2 and seen.labels is None and model_says(seen, *_PERSON):
        settings["names"] = ["background", "person"]
        why += "; the second is taken for the person that the model's name speaks of"
    low, high = span(output.one)
    settings["activation"] = "none" if low >= 0 and high <= 1 else "softmax"
    return _made(output, why, settings)


_WORDS = ("mask", "masks", "seg", "segment.*", "matte", "matting", "alpha", "u-?2?net", "deeplab.*")


_PERSON = ("portrait.*", "person", "human", "selfie.*")


def _alike(cells: tuple[int, int], size: tuple[int, int]) -> bool:
    """Whether maps are as fine as the picture, or coarser by up to 16, with its proportions."""
    if min(cells) < 8:
        return False
    zooms = [size[0] / cells[0], size[1] / cells[1]]
    return max(zooms) <= 16 and min(zooms) > 0.5 and abs(zooms[0] - zooms[1]) <= 0.2 * max(zooms)


def background_of(seen: Seen, classes: int) -> int | None:
    """The class that is nothing: the one named so, else the first where there usually is one."""
    if seen.labels is not None and len(seen.labels) == classes:
        first = seen.labels[0].strip("_ ").lower()
        return 0 if first in ("", "background", "bg", "none", "unlabeled") else None
    return 0 if classes in (2, 21, 22, 151) else None


def _matte(
    output: Output, settings: dict[str, Any], size: str, *, forced: bool, named: bool, gray: bool
) -> Guess | None:
    low, high = span(output.one)
    squeezed = output.kind in ("Sigmoid", "HardSigmoid")
    scored = squeezed or (low >= 0 and high <= 1)
    # Of a gray picture one map of a sigmoid may as well be the picture rebuilt.
    if not (forced or named or (squeezed and not gray)):
        return None
    activation = "none" if scored else "sigmoid"
    applied = "" if scored else "; raw values, to which a sigmoid is applied here"
    why = f"'{output.name}' is one map of {size} over the picture{applied}: how much each is it"
    return _made(output, why, {**settings, "form": "matte", "activation": activation})


def _made(output: Output, why: str, settings: dict[str, Any]) -> Guess:
    title = "Matte" if settings["form"] == "matte" else "Segmentation"
    return Guess("masks", title, why, (output.value,), settings)


def numbers(settings: Mapping[str, Any], seen: Seen) -> Array:
    """(H, W) the winning class of each cell of the map, as the model has it."""
    output = seen.by_value[settings["output"]]
    maps = channels_first(output, settings["order"])
    if settings["form"] == "numbers":
        return np.nan_to_num(maps[0]).astype(np.int64)
    return winner(maps)


def winner(maps: Array) -> Array:
    """(H, W) the first channel with the largest number of (C, H, W); NaN never wins.

    Channel by channel, which is several times faster than one search along the first axis.
    """
    best = np.full(maps.shape[1:], -np.inf, maps.dtype)
    found = np.zeros(maps.shape[1:], np.int64)
    for index, one in enumerate(maps):
        above = one > best
        found[above] = index
        np.fmax(best, one, out=best)
    return found


def matte(settings: Mapping[str, Any], seen: Seen) -> Array:
    """(H, W) in 0..1 of the map of one channel."""
    output = seen.by_value[settings["output"]]
    one = channels_first(output, settings["order"])[0]
    return sigmoid(one) if settings.get("activation") == "sigmoid" else one


def laid(
    settings: Mapping[str, Any], seen: Seen, geometry: Geometry, shown: tuple[int, int]
) -> Array:
    """(H, W) the class of each pixel of the original; -1 where the model saw nothing.

    Scores are brought to the pixels by straight lines and compared there, those of classes that
    win somewhere; class numbers are taken from the nearest cell.
    """
    output = seen.by_value[settings["output"]]
    maps = channels_first(output, settings["order"])
    cells = (maps.shape[1], maps.shape[2])
    column, row = places(geometry, shown, cells)
    own = numbers(settings, seen)
    if settings["form"] == "numbers":
        found = nearest(own, column, row)
    else:
        winners = np.flatnonzero(np.bincount(own.reshape(-1)))
        scores = bilinear(np.nan_to_num(maps[winners], nan=-1e30), column, row)
        found = winners[winner(scores)]
    return np.where(inside(column, row, cells), found, -1)
