"""Of boxes that overlap the surest: greedy non-maximum suppression."""

from __future__ import annotations

import numpy as np

from cutaway.outputs.seen import Floats, Whole


def overlap(box: Floats, boxes: Floats) -> Floats:
    """Intersection over union of one box, (4,), with others, (N, 4): left, top, right, bottom."""
    low = np.maximum(box[:2], boxes[:, :2])
    high = np.minimum(box[2:], boxes[:, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=1)
    areas = np.prod(np.clip(boxes[:, 2:] - boxes[:, :2], 0, None), axis=1)
    whole = float(np.prod(np.clip(box[2:] - box[:2], 0, None))) + areas - shared
    return np.divide(shared, whole, out=np.zeros_like(shared), where=whole > 0)


def suppress(
    boxes: Floats, scores: Floats, classes: Whole | None, limit: float, most: int
) -> Whole:
    """Positions of the boxes kept, the surest first; ties by position.

    Args:
        boxes: (N, 4) left, top, right, bottom.
        scores: (N,) finite.
        classes: (N,); a box takes away only those of its own class. None: of any.
        limit: intersection over union from which a box is the same thing as a surer one.
        most: boxes that are kept at most.
    """
    left = np.argsort(-scores, kind="stable").astype(np.int64)
    edges = np.ascontiguousarray(boxes[left].T)
    areas = np.clip(edges[2] - edges[0], 0, None) * np.clip(edges[3] - edges[1], 0, None)
    kinds = np.zeros(len(left), np.int64) if classes is None else classes[left]
    kept: list[int] = []
    while left.size and len(kept) < most:
        kept.append(int(left[0]))
        wide = np.minimum(edges[2], edges[2, 0]) - np.maximum(edges[0], edges[0, 0])
        high = np.minimum(edges[3], edges[3, 0]) - np.maximum(edges[1], edges[1, 0])
        shared = np.clip(wide, 0, None) * np.clip(high, 0, None)
        stay = (shared <= limit * (areas + areas[0] - shared)) | (kinds != kinds[0])
        stay[0] = False
        left, edges, areas, kinds = left[stay], edges[:, stay], areas[stay], kinds[stay]
    return np.asarray(kept, np.int64)
