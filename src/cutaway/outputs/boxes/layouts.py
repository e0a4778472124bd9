"""The layouts of boxes there are, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cutaway.outputs.boxes import ssd
from cutaway.outputs.boxes.candidates import Candidates
from cutaway.outputs.seen import Guess, Output, Seen


@dataclass(frozen=True, slots=True)
class Layout:
    """One way in which boxes lie in tensors."""

    recognize: Callable[[Seen, list[Output]], Guess | None]
    decode: Callable[[Mapping[str, Any], Seen], Candidates]


LAYOUTS: Final[dict[str, Layout]] = {
    "ssd": Layout(ssd.recognize, ssd.decode),
}
"""By name, those with the surest signs first."""


def recognize(seen: Seen, outputs: list[Output]) -> Guess | None:
    """The first layout that fits the outputs; None where none does."""
    for layout in LAYOUTS.values():
        guess = layout.recognize(seen, outputs)
        if guess is not None:
            return guess
    return None


def decode(settings: Mapping[str, Any], seen: Seen) -> Candidates:
    """Candidates by the layout that the settings name."""
    return LAYOUTS[settings["layout"]].decode(settings, seen)
