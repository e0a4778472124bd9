"""What a step works on, and what a sort of step is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cutaway.inputs.geometry import Geometry
from cutaway.inputs.target import Resolved, Target

Step: TypeAlias = dict[str, Any]
"""One step: its name under ``step``, its parameters, ``guessed`` and ``why``."""

Floats: TypeAlias = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class State:
    """What has become of the source so far."""

    array: npt.NDArray[Any]
    """(H, W, C) uint8 or float32 until ``layout``, then the model's array; an array source as it
    came. Never written to: a step makes another."""
    target: Target
    resolved: Resolved
    low: float = 0.0
    """The value that black has now; of several channels the lowest."""
    high: float = 255.0
    """The value that white has now; of several channels the highest."""
    geometry: Geometry | None = None
    """Where the picture's pixels are by now; None where it is no picture."""
    order: str = "HWC"
    """What the axes are by now, where it is a picture."""

    @property
    def floats(self) -> Floats:
        """The array as float32; bytes stay bytes for as long as nothing is computed with them."""
        return self.array.astype(np.float32, copy=False)


Apply: TypeAlias = Callable[[State, Step], State]


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of step."""

    apply: Apply
    place: int
    """Steps come in the order of this number: a picture is not resized after its layout."""
    wants: Mapping[str, Any]
    """By parameter: a tuple of the words allowed, or the name of a rule in ``checking``."""
    optional: frozenset[str] = frozenset()
    words: str = ""
    """What it does, in a few words, for whoever chooses one."""
    start: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """By parameter: what a new step begins with."""
    slides: Mapping[str, tuple[float, float, float]] = field(
        default_factory=dict[str, tuple[float, float, float]]
    )
    """By parameter: the ends of a slider and its step, where one makes sense."""


def step(name: str, *, guessed: str = "", why: str = "", **parameters: Any) -> Step:
    """A step as it is written down; ``guessed`` is the reason of a guess, ``why`` of a fact."""
    return {"step": name, **parameters, "guessed": bool(guessed), "why": guessed or why}
