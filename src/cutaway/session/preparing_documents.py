"""What is told of preparations: the sorts of steps, the presets, and a preparation being edited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cutaway.session.documents import Step


@dataclass(frozen=True, slots=True)
class ParameterDoc:
    """One parameter of a sort of step."""

    name: str
    rule: str
    """``choice``, ``number``, ``numbers``, ``nonzero``, ``share``, ``radius``, ``seed``,
    ``size``, ``colour``, ``shapes``, ``dtype``; a sort of step may bring others."""
    choices: list[str]
    """The words that are allowed, where the rule is ``choice``."""
    words: str
    """What is wanted."""
    optional: bool
    start: Any
    """What a new step begins with; null for nothing."""
    slide: tuple[float, float, float] | None
    """Ends and step of a slider, where one makes sense."""


@dataclass(frozen=True, slots=True)
class KindDoc:
    """One sort of step."""

    name: str
    words: str
    place: int
    """Steps come in the order of this number."""
    disturbs: bool
    """Whether it is there to test a network, not to fit a picture to it."""
    parameters: list[ParameterDoc]


@dataclass(frozen=True, slots=True)
class PresetDoc:
    """A preparation known by name."""

    name: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class CatalogueDoc:
    """All sorts of steps and all presets."""

    kinds: list[KindDoc]
    presets: list[PresetDoc]


@dataclass(frozen=True, slots=True)
class StageDoc:
    """What came out of one step."""

    words: str
    """Shape, dtype and values."""
    picture: str | None
    """A small PNG as a data address; null where it is no picture."""


@dataclass(frozen=True, slots=True)
class PreviewDoc:
    """A preparation carried out, without a run."""

    stages: list[StageDoc]
    """As far as it could be carried out."""
    problem: str | None
    """What is wrong, in a sentence."""
    at: int | None
    """The step that it is about; null where it is about all of them."""


@dataclass(frozen=True, slots=True)
class StepsDoc:
    """A list of steps."""

    steps: list[Step]


@dataclass(frozen=True, slots=True)
class StepStatsDoc:
    """What one step of a run's preparation gave."""

    step: str
    shape: list[int]
    dtype: str
    min: float | None
    max: float | None
    mean: float | None
    std: float | None
    """Over finite values; null where there are none."""
    size: tuple[int, int] | None
    """Width and height of the picture by then; null where it is none."""
    matrix: tuple[float, float, float, float, float, float] | None
    """(a, b, c, d, e, f): a place (x, y) of the picture as it came is by then at
    (a x + b y + c, d x + e y + f)."""
