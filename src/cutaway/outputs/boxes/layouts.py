"""The layouts of boxes there are, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from cutaway.errors import InputError
from cutaway.outputs.boxes import anchors, blaze, centers, detr, finished, ssd, yolo, yunet
from cutaway.outputs.boxes.candidates import Candidates
from cutaway.outputs.seen import Guess, Output, Seen


@dataclass(frozen=True, slots=True)
class Layout:
    """One way in which boxes lie in tensors."""

    recognize: Callable[[Seen, list[Output], bool], Guess | None]
    decode: Callable[[Mapping[str, Any], Seen], Candidates]


LAYOUTS: Final[dict[str, Layout]] = {
    "yunet": Layout(yunet.recognize, yunet.decode),
    "blaze": Layout(blaze.recognize, blaze.decode),
    "parts": Layout(finished.recognize_parts, finished.decode_parts),
    "rows": Layout(finished.recognize_rows, finished.decode_rows),
    "detr": Layout(detr.recognize, detr.decode),
    "ssd": Layout(ssd.recognize, ssd.decode),
    "anchors": Layout(anchors.recognize, anchors.decode),
    "centers": Layout(centers.recognize, centers.decode),
    "yolo8": Layout(yolo.recognize, yolo.decode),
    "yolo5": Layout(yolo.recognize, yolo.decode),
    "yolox": Layout(yolo.recognize, yolo.decode),
}
"""By name, those with the surest signs first."""


def recognize(seen: Seen, outputs: list[Output], forced: bool) -> list[Guess]:
    """The first layout that fits the outputs; none where none does.

    Args:
        seen: the run.
        outputs: those that are not read yet.
        forced: whether the user says that they are boxes, so that weaker signs are enough.
    """
    for layout in LAYOUTS.values():
        guess = layout.recognize(seen, outputs, forced)
        if guess is not None:
            return [guess]
    return []


def recognize_as(name: str, seen: Seen, outputs: list[Output]) -> list[Guess]:
    """Boxes in the layout that the user names; none where the outputs do not have it.

    Raises:
        InputError: there is no such layout.
    """
    if name not in LAYOUTS:
        raise InputError(f"layouts of boxes are {', '.join(LAYOUTS)}; got '{name[:40]}'")
    guess = LAYOUTS[name].recognize(seen, outputs, True)
    if guess is None:
        return []
    return [replace(guess, settings={**guess.settings, "layout": name})]


def decode(settings: Mapping[str, Any], seen: Seen) -> Candidates:
    """Candidates by the layout that the settings name."""
    return LAYOUTS[settings["layout"]].decode(settings, seen)
