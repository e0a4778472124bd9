"""What the page is told of live frames before the first one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class LivePlanDoc:
    """What a model's main input takes from a pad, a camera or a microphone."""

    value: int
    """Id of the input that it goes to."""
    kind: Literal["picture", "sound", "none"]
    width: int
    """Pixels of the model's picture, 0 where it takes none."""
    height: int
    channels: int
    """1 for gray, 3 for colours, 0 where it takes no picture."""
    samples: int
    """Samples of sound that one run takes, 0 where it takes none."""
    rate: int
    """Samples a second that the sound should have, 0 where it takes none."""
    guessed: bool
    """Whether ``rate`` is a guess, because the model's file does not say."""
    inverted: bool
    """Whether the preparation swaps black and white: drawings are then black on white."""
    why: str
    """One sentence on what is taken, or why nothing is."""


@dataclass(frozen=True, slots=True)
class LiveTimesDoc:
    """Where the server's time for one live frame went, in milliseconds."""

    prepare: float
    run: float
    """The engine, and reading the answer."""
    pictures: float
    """The pictures that were asked for with it."""
