"""Networks known by the names and lengths of their outputs, whose files do not say what goes in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from cutaway.graph import Graph, Value

Hints = dict[str, Any]


def judged(graph: Graph) -> Hints:
    """Hints of ``inputs.Target`` for a family that is recognized; none for all others.

    They are judged, never stated: steps that follow from them are marked as guessed.
    """
    outputs = {graph.values[i].name: graph.values[i] for i in graph.outputs}
    for fits, hints, why in _FAMILIES:
        if fits(outputs):
            return {**hints, "judged": tuple(hints), "why": dict.fromkeys(hints, why)}
    return {}


def _is_yunet(outputs: dict[str, Value]) -> bool:
    return all(
        f"{part}_{stride}" in outputs
        for part in ("cls", "obj", "bbox", "kps")
        for stride in (8, 16, 32)
    )


def _is_ultra_light(outputs: dict[str, Value]) -> bool:
    shapes = {name: value.shape for name, value in outputs.items()}
    scores, boxes = shapes.get("scores"), shapes.get("boxes")
    # The prior boxes of 320 x 240 and of 640 x 480.
    return any(
        scores is not None
        and boxes is not None
        and tuple(scores[1:]) == (count, 2)
        and tuple(boxes[1:]) == (count, 4)
        for count in (4420, 17640)
    )


_FAMILIES: Final[tuple[tuple[Callable[[dict[str, Value]], bool], Hints, str], ...]] = (
    (
        _is_yunet,
        {"colour": "bgr", "range": [0.0, 255.0]},
        "its outputs are named as YuNet's, which is fed BGR from 0 to 255",
    ),
    (
        _is_ultra_light,
        {"colour": "rgb", "range": [0.0, 255.0], "mean": [127.0], "std": [128.0]},
        "it has the boxes of the Ultra-Light face detector, which is fed (x - 127) / 128",
    ),
)
"""What recognizes a family, the hints, and the reason that is shown; from their own code."""
