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
    order = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while order.size and len(kept) < most:
        best, order = int(order[0]), order[1:]
        kept.append(best)
        same = overlap(boxes[best], boxes[order]) > limit
        if classes is not None:
            same &= classes[order] == classes[best]
        order = order[~same]
    return np.asarray(kept, np.int64)
