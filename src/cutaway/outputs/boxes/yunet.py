"""Faces with five points over grids of several strides, as YuNet gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from cutaway.outputs.boxes.candidates import Candidates, Cells, block
from cutaway.outputs.seen import Floats, Guess, Output, Seen, Whole

_NAME: Final = re.compile(r"(?:^|.*[^a-z])(cls|obj|bbox|kps)[^a-z0-9]*(\d+)$")
_LENGTHS: Final = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}


def recognize(seen: Seen, outputs: list[Output], _forced: bool) -> Guess | None:
    """``cls_8``, ``obj_8``, ``bbox_8``, ``kps_8`` and so on for each stride."""
    found: dict[int, dict[str, Output]] = {}
    for output in outputs:
        named = _NAME.match(output.name.lower())
        if named and len(output.shape) == 3 and output.shape[2] == _LENGTHS[named[1]]:
            found.setdefault(int(named[2]), {})[named[1]] = output
    whole = {stride: parts for stride, parts in sorted(found.items()) if len(parts) == 4}
    if not whole or seen.size is None:
        return None
    strides = {str(s): {part: o.value for part, o in parts.items()} for s, parts in whole.items()}
    values = tuple(o.value for parts in whole.values() for o in parts.values())
    return Guess(
        "boxes",
        "Faces",
        "outputs named cls, obj, bbox and kps with strides "
        f"{', '.join(map(str, whole))}, as YuNet has them: the score is the root of cls times obj",
        values,
        {"layout": "yunet", "strides": strides, "score": 0.6, "thing": "face", "things": "faces"},
    )


def decode(settings: Mapping[str, Any], seen: Seen) -> Candidates:
    """Candidates of all grids. Source of the formulas: Wu et al. 2023, YuNet.

    Middle = (cell + offset) * stride; size = exp(value) * stride; points = (cell + offset) *
    stride; score = sqrt(cls * obj), both held in 0..1.
    """
    parts = [
        _grid(seen, int(stride), {part: seen.by_value[v] for part, v in roles.items()})
        for stride, roles in settings["strides"].items()
    ]
    cells = [c for _, _, _, c in parts]
    return Candidates(
        np.concatenate([b for b, _, _, _ in parts]),
        np.concatenate([s for _, s, _, _ in parts]),
        None,
        np.concatenate([p for _, _, p, _ in parts]),
        # Each grid has tensors of its own: their ids go with the places, row by row.
        tuple(_joined([one[i] for one in cells]) for i in range(4)),
    )


def _grid(
    seen: Seen, stride: int, parts: Mapping[str, Output]
) -> tuple[Floats, Floats, Floats, list[Cells]]:
    rows = parts["cls"].shape[1]
    across = max(1, -(-(seen.size or (1, 1))[1] // stride))
    at = np.arange(rows)
    cell = np.stack([at % across, at // across], axis=1).astype(np.float64)
    box = np.asarray(parts["bbox"].one, np.float64).reshape(rows, 4)
    middle = (cell + box[:, :2]) * stride
    half = np.exp(np.clip(box[:, 2:], -20, 20)) * stride / 2
    boxes = np.concatenate([middle - half, middle + half], axis=1)
    sure = [
        np.clip(np.asarray(parts[p].one, np.float64).reshape(rows), 0, 1) for p in ("cls", "obj")
    ]
    kps = np.asarray(parts["kps"].one, np.float64).reshape(rows, 5, 2)
    points = np.concatenate([(cell[:, None] + kps) * stride, np.full((rows, 5, 1), np.nan)], axis=2)
    lengths = (("bbox", 4), ("cls", 1), ("obj", 1), ("kps", 10))
    cells = [block(parts[part], rows, length, 0, length) for part, length in lengths]
    return boxes, np.sqrt(sure[0] * sure[1]), points, cells


def _joined(parts: list[Cells]) -> Cells:
    values: Whole = np.concatenate([np.full(len(one.flats), one.value) for one in parts])
    return Cells(values, np.concatenate([one.flats for one in parts]))
