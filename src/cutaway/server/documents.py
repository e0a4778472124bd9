"""The answers of the app that concern no single model's data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class StartDoc:
    """The run that began when the model was opened."""

    trace: int
    input: dict[str, Any]
    """What it was fed with, as a run asks for it."""


@dataclass(frozen=True, slots=True)
class ModelDoc:
    """One model that the server holds."""

    id: int
    name: str
    path: str
    state: Literal["opening", "structure", "opened", "failed", "ended"]
    message: str | None
    """Why it could not be opened, or why its worker ended."""
    start: StartDoc


@dataclass(frozen=True, slots=True)
class RecentDoc:
    """One model opened before."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class StateDoc:
    """What the server holds and offers; never cached."""

    version: str
    models: list[ModelDoc]
    recents: list[RecentDoc]
    keras: bool
    """Whether Keras is installed."""
    demo: str
    """What the demo opens, in words."""


@dataclass(frozen=True, slots=True)
class OpenDoc:
    """A model that is being opened, and the run that begins when it is."""

    model: int
    start: StartDoc


@dataclass(frozen=True, slots=True)
class RunDoc:
    """A run that has begun."""

    trace: int


@dataclass(frozen=True, slots=True)
class UploadDoc:
    """A file that was sent."""

    upload: str
    name: str
    bytes: int


@dataclass(frozen=True, slots=True)
class SampleDoc:
    """One of the shipped pictures."""

    id: int
    name: str
    label: int


@dataclass(frozen=True, slots=True)
class ProblemDoc:
    """What went wrong: the error's class and one sentence."""

    error: str
    message: str


@dataclass(frozen=True, slots=True)
class EventDoc:
    """Something that happened to a model."""

    seq: int
    type: Literal["opening", "structure", "opened", "open-failed", "run", "gallery", "worker-ended"]
    model: int
    trace: int | None = None
    gallery: int | None = None
    state: Literal["started", "progress", "done", "failed", "cancelled"] | None = None
    stage: str | None = None
    """What is being done, in words."""
    done: int | None = None
    total: int | None = None
    error: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class EventsDoc:
    """Events since the one that was named."""

    events: list[EventDoc]
    last: int
