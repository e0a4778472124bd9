"""The answers of the app as dataclasses: the page's TypeScript types are made from these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from cutaway.session.reading_documents import ReadingDoc, ReadingsDoc, ShiftDoc

Step: TypeAlias = dict[str, Any]
"""One step of a preparation: ``step`` (its name), its parameters, ``guessed`` and ``why``."""

Axis: TypeAlias = int | str | None


@dataclass(frozen=True, slots=True)
class ReadDoc:
    """One tensor that a node reads."""

    value: int
    role: str


@dataclass(frozen=True, slots=True)
class NodeDoc:
    """One operator or layer."""

    id: int
    name: str
    op: str
    kind: str | None
    family: str
    scope: str
    group: int
    attributes: dict[str, Any]
    reads: list[ReadDoc]
    writes: list[int]


@dataclass(frozen=True, slots=True)
class ValueDoc:
    """One tensor slot."""

    id: int
    name: str
    shape: list[Axis] | None
    dtype: str | None
    what: Literal["input", "weight", "constant", "activation"]
    axes: str | None


@dataclass(frozen=True, slots=True)
class GroupDoc:
    """A named set of nodes and inner groups; group 0 is the whole network."""

    id: int
    name: str
    parent: int | None
    what: Literal["root", "scope", "fused", "found"]
    title: str
    alike: int | None
    """The first group with the same inside; null where there is no other."""


@dataclass(frozen=True, slots=True)
class GraphDoc:
    """A whole network."""

    id: int
    name: str
    format: str
    producer: str | None
    parameters: int
    bytes: int
    """Size of the file, external data included."""
    notes: list[str]
    nodes: list[NodeDoc]
    values: list[ValueDoc]
    groups: list[GroupDoc]
    inputs: list[int]
    outputs: list[int]


@dataclass(frozen=True, slots=True)
class HistogramDoc:
    """How often finite values fall into each of equally wide bins."""

    low: float
    high: float
    counts: list[int]


@dataclass(frozen=True, slots=True)
class OctavesDoc:
    """How often finite magnitudes fall into each of equally many factors of two."""

    low: int
    """The first bin begins at 2 to this power."""
    step: int
    """A bin reaches over this many factors of two."""
    zeros: int
    """Values equal to 0, which are in no bin."""
    negative: list[int]
    positive: list[int]


@dataclass(frozen=True, slots=True)
class LettersDoc:
    """Which axes of the tensor lie where on its sheet."""

    grid: str
    row: str
    column: str


@dataclass(frozen=True, slots=True)
class AxesDoc:
    """Positions of the tensor's axes by what they became; several in one run row-major."""

    sliced: list[int]
    """Of these only one index is shown."""
    planes: list[int]
    grid: list[int]
    rows: list[int]
    columns: list[int]


@dataclass(frozen=True, slots=True)
class ArrangementDoc:
    """How a tensor is laid out as a sheet of maps."""

    grid: tuple[int, int]
    """Rows and columns of slots."""
    maps: int
    """Slots used, in reading order."""
    rows: int
    columns: int
    planes: int
    """3 where three maps make one RGB picture, else 1."""
    cells: int
    strip: bool
    """Whether a long vector was folded into rows."""
    letters: LettersDoc
    axes: AxesDoc
    at: list[int]
    """The index shown of each axis in ``axes.sliced``."""
    order: list[int] | None
    """The map's own number for each slot, where maps are sorted or some are left out."""


@dataclass(frozen=True, slots=True)
class LevelDoc:
    """One level of detail: the size of one map and of the whole sheet, in cells."""

    rows: int
    columns: int
    height: int
    width: int


@dataclass(frozen=True, slots=True)
class StatsDoc:
    """What a tensor holds; statistics over finite values, null where there are none.

    In overviews smaller than the largest, ``mean``, ``std``, ``histogram``, ``percentiles`` and
    ``octaves`` are null.
    """

    value: int
    name: str
    shape: list[int]
    dtype: str
    size: int
    bytes: int
    min: float | None
    max: float | None
    mean: float | None
    std: float | None
    zeros: int
    nan: int
    inf: int
    robust: tuple[float, float] | None
    sampled: bool
    signed: bool
    histogram: HistogramDoc | None
    percentiles: list[tuple[float, float]] | None
    """Pairs of a percentage and the value that so many lie at or below, exact."""
    octaves: OctavesDoc | None
    arrangement: ArrangementDoc
    scale: float
    center: float
    tile: int
    levels: list[LevelDoc]
    dead: int
    """Number of maps that are zero everywhere."""
    sample: bool
    """Whether all of this is of a few elements only, the picture too: the exact one is to come."""


@dataclass(frozen=True, slots=True)
class ToleranceDoc:
    """What two numbers may be apart: ``absolute + relative * |the reference|``."""

    absolute: float
    relative: float


@dataclass(frozen=True, slots=True)
class ComparedDoc:
    """One tensor beside its reference."""

    value: int
    name: str
    node: int | None
    """That wrote it."""
    max_absolute: float | None
    """Largest difference; null where nothing could be compared, as is ``max_relative``: of the
    larger of both magnitudes."""
    max_relative: float | None
    at: list[int] | None
    """Index of the element that is farthest past the tolerance, or nearest to it."""
    passes: bool
    reason: str
    """Why it could not be compared, or what was done to the reference first; else empty."""


@dataclass(frozen=True, slots=True)
class CompareDoc:
    """A run held against a reference: rows in the order of the flow."""

    comparison: int
    """By which the differences are asked for."""
    rows: list[ComparedDoc]
    unmatched: list[str]
    """Names in the reference that no tensor of the run has."""
    first: int | None
    """The first value that does not pass."""
    tolerance: ToleranceDoc | None
    """Null where each tensor has that of its dtype."""


@dataclass(frozen=True, slots=True)
class CellsDoc:
    """Exact text of a block of cells, row by row."""

    rows: int
    columns: int
    text: list[str]


@dataclass(frozen=True, slots=True)
class ClassDoc:
    """One class of the answer."""

    index: int
    label: str | None
    value: float | None
    """As the model gave it."""
    score: float | None
    """After softmax or sigmoid where one was applied."""


@dataclass(frozen=True, slots=True)
class AnswerDoc:
    """A class vector, read."""

    value: int
    raw: bool
    applied: Literal["softmax", "sigmoid"] | None
    classes: list[ClassDoc]
    top: list[int]
    """Class numbers, best first."""


@dataclass(frozen=True, slots=True)
class InputDoc:
    """What was fed, as it came."""

    name: str
    width: int | None
    height: int | None
    mode: str | None
    description: str


@dataclass(frozen=True, slots=True)
class GivenDoc:
    """One input of the model, and what it was given."""

    value: int
    name: str
    shape: list[int]
    dtype: str
    free: list[bool]
    """Of each axis, whether the model leaves its length open."""
    chosen: list[int | None]
    """The user's lengths; null for an axis whose length was chosen otherwise."""
    given: str
    """In words."""
    by: Literal["user", "default"]
    number: float | None
    """Where it is one number."""


@dataclass(frozen=True, slots=True)
class FailureDoc:
    """Where and why a run ended inside the network."""

    node: int | None
    message: str
    shapes: list[str]


@dataclass(frozen=True, slots=True)
class TraceDoc:
    """One run."""

    id: int
    model: int
    state: Literal["done", "failed", "cancelled"]
    seconds: float
    """Wall time of the engine, without preparation."""
    synthetic: bool
    input: InputDoc | None
    inputs: list[GivenDoc]
    """All inputs in the model's order; empty where the run was refused before it was fed."""
    preparation: list[Step]
    stages: list[str]
    """The input's shape and dtype after each step of the preparation."""
    kept: list[int]
    left_out: dict[int, str]
    failure: FailureDoc | None
    answer: AnswerDoc | None
    message: str | None
    """A sentence where the run failed, was cancelled, or was spilled to disk."""
    readings: list[ReadingDoc]
    """What the outputs mean; empty where the run did not end well."""


@dataclass(frozen=True, slots=True)
class LabelsDoc:
    """The class names in use."""

    labels: list[str] | None
    source: str | None
    shift: ShiftDoc | None
    """The offer where the list is one too long or too short for the classes."""
    misfit: str | None = None
    """A sentence where the list is off by more."""
    readings: ReadingsDoc | None = None
    """The newest run's readings under these names."""


@dataclass(frozen=True, slots=True)
class SettingsDoc:
    """What is kept beside the model."""

    labels: list[str] | None
    source: str | None
    preparation: list[Step] | None
    reading: dict[str, Any] | None
    """The user's correction of how outputs are read: ``kind``, ``values``, ``settings``."""
    shift: ShiftDoc | None
    saved: bool
    """Whether the sidecar file was there or could be written."""


@dataclass(frozen=True, slots=True)
class TopDoc:
    """The best class of one preparation."""

    index: int
    label: str | None
    score: float | None


@dataclass(frozen=True, slots=True)
class TryRow:
    """What one usual preparation gives."""

    name: str
    preparation: list[Step]
    top: TopDoc | None


@dataclass(frozen=True, slots=True)
class TryAllDoc:
    """The best class under each usual range and inversion."""

    rows: list[TryRow]
