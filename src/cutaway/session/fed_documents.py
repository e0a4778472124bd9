"""What the page is told of an input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class InputDoc:
    """What was fed, as it came."""

    name: str
    width: int | None
    height: int | None
    mode: str | None
    description: str
    kind: Literal["image", "array", "audio", "text"] = "array"
    frames: int = 1
    """Pictures in the file: of a video, an animation or a TIFF of several pages."""
    frame: int = 0
    """Which of them was fed, from 0."""
    rate: float | None = None
    """Frames a second of a video or an animation, samples a second of a sound."""
    seconds: float | None = None
    """How long the whole file plays."""
    text: str | None = None
    """The words that were fed, where they are few enough to be shown."""
    tokens: list[str] | None = None
    """What each number that the network was given for words stands for."""
