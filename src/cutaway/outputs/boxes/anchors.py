"""YOLO's heads as they leave the network: one output a scale, offsets from anchors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from cutaway.errors import InputError
from cutaway.outputs.boxes.candidates import Candidates, Cells, best, from_center
from cutaway.outputs.classes import sigmoid, softmax
from cutaway.outputs.seen import Array, Floats, Guess, Output, Seen, Whole
from cutaway.outputs.signs import model_says

COCO5: Final = (
    ((10, 13), (16, 30), (33, 23)), ((30, 61), (62, 45), (59, 119)),
    ((116, 90), (156, 198), (373, 326)),
)  # fmt: skip
"""Anchors in pixels of strides 8, 16, 32: versions 3 and 5."""
TINY: Final = (((10, 14), (23, 27), (37, 58)), ((81, 82), (135, 169), (344, 319)))
"""Of strides 16 and 32: tiny versions 3 and 4."""
VOC2: Final = (((35, 38), (109, 142), (212, 364), (302, 164), (532, 337)),)
"""Of stride 32: tiny version 2, from Pascal VOC."""


def recognize(seen: Seen, outputs: list[Output], forced: bool) -> Guess | None:
    """(N, A (5 + C), H, W), (N, H, W, A (5 + C)), (N, A, H, W, 5 + C) or (N, H, W, A, 5 + C)."""
    if seen.size is None:
        return None
    heads = [(o, h) for o in outputs if (h := _head(o, seen.size)) is not None]
    if not heads:
        return None
    heads.sort(key=lambda one: one[1][1])
    strides = [h[1] for _, h in heads]
    depths = {h[2] for _, h in heads}
    five = any(len(o.shape) == 5 for o, _ in heads)
    usual = strides in ([8, 16, 32], [16, 32], [32]) and len(depths) == 1
    alone = len(heads) == 1 and not (forced or model_says(seen, "yolo.*"))
    if not usual or alone:
        return None
    anchors = {3: COCO5, 2: TINY, 1: VOC2}[len(heads)]
    channels = next(iter(depths))
    if channels % len(anchors[0]) or channels // len(anchors[0]) < 6:
        return None
    classes = channels // len(anchors[0]) - 5
    way = "v5" if five else ("v2" if len(heads) == 1 else "v3")
    words = ", ".join(map(str, strides))
    return Guess(
        "boxes",
        "Boxes",
        f"{len(heads)} output{'s' if len(heads) > 1 else ''} of {channels} channels with strides "
        f"{words}: YOLO's raw heads with {len(anchors[0])} anchors and {classes} classes; which "
        f"formula they want, the model's file does not say: that of version {way[1]} is taken",
        tuple(o.value for o, _ in heads),
        {
            "layout": "anchors",
            "heads": [o.value for o, _ in heads],
            "anchors": [[list(pair) for pair in scale] for scale in anchors],
            "formula": way,
            "labels": "coco" if classes == 80 and seen.labels is None else None,
            "score": 0.25,
        },
    )


def _head(output: Output, size: tuple[int, int]) -> tuple[str, int, int] | None:
    """Order of axes, stride and channels of all anchors together; None where it is no head."""
    shape = output.shape
    for order, (down, across), depth in _orders(shape):
        if down < 2 or across < 2 or depth < 6:
            continue
        stride = size[0] / down
        if stride in (8, 16, 32) and size[1] / across == stride:
            return order, int(stride), depth
    return None


def _orders(shape: Sequence[int]) -> list[tuple[str, tuple[int, int], int]]:
    if len(shape) == 4:
        return [
            ("CHW", (shape[2], shape[3]), shape[1]),
            ("HWC", (shape[1], shape[2]), shape[3]),
        ]
    if len(shape) == 5:
        return [
            ("AHWC", (shape[2], shape[3]), shape[1] * shape[4]),
            ("HWAC", (shape[1], shape[2]), shape[3] * shape[4]),
        ]
    return []


def decode(settings: Mapping[str, Any], seen: Seen) -> Candidates:
    """Candidates of all heads together."""
    if seen.size is None:
        raise InputError("YOLO's heads want a model that takes a picture; this one takes none")
    parts = [
        _scale(seen.by_value[value], np.asarray(anchors, np.float64), seen.size, settings)
        for value, anchors in zip(settings["heads"], settings["anchors"], strict=True)
    ]
    values: Whole = np.concatenate(
        [
            np.full(len(scores), value)
            for value, (_, scores, _, _) in zip(settings["heads"], parts, strict=True)
        ]
    )
    return Candidates(
        np.concatenate([boxes for boxes, _, _, _ in parts]),
        np.concatenate([scores for _, scores, _, _ in parts]),
        np.concatenate([classes for _, _, classes, _ in parts]),
        cells=(Cells(values, np.concatenate([flats for _, _, _, flats in parts])),),
    )


def _scale(
    output: Output, anchors: Floats, size: tuple[int, int], settings: Mapping[str, Any]
) -> tuple[Floats, Floats, Whole, Whole]:
    """Boxes, scores, classes and cells of one head."""
    found = _head(output, size)
    if found is None:
        raise InputError(f"'{output.name}' of shape {output.shape} is no head of YOLO")
    order, stride, _ = found
    count = len(anchors)
    raw = _rows(output.one, order, count)
    places = np.arange(output.one.size, dtype=np.int64).reshape(output.one.shape)
    flats = _rows(places, order, count).reshape(-1, raw.shape[-1]) + output.base
    down, across = raw.shape[1:3]
    cell = np.moveaxis(np.indices((int(down), int(across)))[::-1], 0, -1)
    middle, wide = _formula(raw, cell, anchors, stride, settings["formula"])
    boxes = from_center(np.concatenate([middle, wide], -1).reshape(-1, 4))
    # Only the likely places are worth the exponentials of all their classes.
    rows = raw.reshape(-1, raw.shape[-1])
    sure = sigmoid(rows[:, 4])
    squeeze = softmax if settings["formula"] == "v2" else sigmoid
    top, classes = best(squeeze(rows[:, 5:]))
    made = np.concatenate([flats[:, :5], np.take_along_axis(flats, classes[:, None] + 5, 1)], 1)
    return boxes, sure * top, classes, made


def _rows(one: Array, order: str, count: int) -> Array:
    """(A, H, W, 5 + C) of a head."""
    if order == "CHW":
        channels, down, across = one.shape
        return one.reshape(count, channels // count, down, across).transpose(0, 2, 3, 1)
    if order == "HWC":
        down, across, channels = one.shape
        return one.reshape(down, across, count, channels // count).transpose(2, 0, 1, 3)
    return one.transpose(2, 0, 1, 3) if order == "HWAC" else one


def _formula(
    raw: Array, cell: Array, anchors: Floats, stride: int, way: str
) -> tuple[Floats, Floats]:
    """Middle and size in pixels, each (A, H, W, 2).

    Versions 2 and 3 (Redmon and Farhadi): middle = (cell + sigmoid(t)) * stride, size = anchor *
    exp(t). Version 5 (Ultralytics): middle = (cell + 2 sigmoid(t) - 0.5) * stride, size = anchor *
    (2 sigmoid(t))^2.
    """
    each = anchors[:, None, None, :]
    if way == "v5":
        shift, wide = 2 * sigmoid(raw[..., :2]) - 0.5, (2 * sigmoid(raw[..., 2:4])) ** 2
        return (cell + shift) * stride, wide * each
    size = np.exp(np.clip(np.asarray(raw[..., 2:4], np.float64), -20, 20))
    return (cell + sigmoid(raw[..., :2])) * stride, size * each
