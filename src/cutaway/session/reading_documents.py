"""What an output means, as the page gets it: boxes, masks, points and the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

ReadingKind: TypeAlias = Literal[
    "classes", "boxes", "masks", "keypoints", "picture", "depth", "flow", "embedding", "sound",
    "text", "numbers", "tensor",
]  # fmt: skip
"""What a person sees in an output."""


@dataclass(frozen=True, slots=True)
class SliderDoc:
    """One number of a reading that may be moved without a run."""

    name: str
    """Word of the query, and of the settings."""
    words: str
    low: float
    high: float
    step: float
    value: float


@dataclass(frozen=True, slots=True)
class ReadingDoc:
    """One way in which outputs of a run are read."""

    id: int
    """Within its run; what is read anew has a new one."""
    kind: ReadingKind
    title: str
    why: str
    """How it was recognized, in one sentence."""
    chosen: Literal["file", "guessed", "user"]
    values: list[int]
    """The raw tensors."""
    settings: dict[str, Any]
    """Roles and thresholds in use; a correction gives these back, changed."""
    sliders: list[SliderDoc]
    classes: list[str] | None
    """Names by class number; empty where one has none."""
    summary: str
    """In one line: ``1 face, 0.99``."""


@dataclass(frozen=True, slots=True)
class ReadingsDoc:
    """The readings of the newest run, made anew without a run."""

    trace: int | None
    """Null where no run is kept."""
    readings: list[ReadingDoc]


@dataclass(frozen=True, slots=True)
class ReadingWish:
    """How a user says that outputs are read."""

    kind: ReadingKind
    values: list[int]
    """The raw tensors; empty: those that fit."""
    settings: dict[str, Any]
    """Those given override what is recognized."""


@dataclass(frozen=True, slots=True)
class CellDoc:
    """One element of a raw tensor."""

    value: int
    flat: int
    """Its place in row-major order."""


@dataclass(frozen=True, slots=True)
class PointDoc:
    """A place in pixels of the picture as it came."""

    x: float | None
    """Null where the model gives no number."""
    y: float | None
    score: float | None


@dataclass(frozen=True, slots=True)
class ItemDoc:
    """One thing found in the picture."""

    box: tuple[float, float, float, float] | None
    """Left, top, right, bottom around its corners; null where there are points alone."""
    corners: list[tuple[float, float]]
    """Of the model's box on the picture as it came, from the upper left on clockwise."""
    score: float | None
    index: int | None
    """Class number."""
    label: str | None
    points: list[PointDoc]
    cells: list[CellDoc]
    """The elements that made it: numbers of the box, then of its score, then of its points."""
    each: int
    """How many of the last cells made each point; 0 without points."""


@dataclass(frozen=True, slots=True)
class ItemsDoc:
    """Boxes and points over the picture, the surest first."""

    size: tuple[int, int]
    """Width and height of the picture as it came."""
    items: list[ItemDoc]
    thing: str
    """What one of them is where it has no label: ``box``, ``face``, ``person``."""
    names: list[str]
    """What the points are, ``left eye``, in their order; empty where it is not known."""
    skeleton: list[tuple[int, int]]
    """Pairs of points that are joined."""
    least: float
    """A point of a lower score is drawn faint, and not joined."""
    before: int
    """Candidates above the score threshold, before those that overlap were taken away."""
    note: str
    """A sentence where something is to be said, else empty."""
    summary: str
    """In one line, as a reading's, with the sliders where they stand."""
    masks: bool = False
    """Whether each has a mask; ``picture.png`` draws them."""


@dataclass(frozen=True, slots=True)
class MaskClassDoc:
    """One class of a segmentation."""

    index: int
    label: str | None
    share: float
    """Of the picture's pixels, 0..1."""
    colour: str


@dataclass(frozen=True, slots=True)
class MasksDoc:
    """Which pixel is what; the picture is ``picture.png``."""

    size: tuple[int, int]
    classes: list[MaskClassDoc]
    """Those that are there, the largest first."""
    threshold: float | None
    note: str
    summary: str
    """In one line, as a reading's, with the sliders where they stand."""


@dataclass(frozen=True, slots=True)
class FieldPictureDoc:
    """A picture that the network gives: an image, depth, or flow."""

    size: tuple[int, int]
    """Width and height of what is shown: a picture has its own size, the others the input's."""
    low: float | None
    high: float | None
    unit: str | None
    note: str
    beside: dict[str, float]
    """Figures that compare it with the input, by what they are: ``mean difference``."""
    near: Literal["high", "low"] | None
    """Which values of a depth are taken for near; null of others."""
    arrows: list[tuple[float, float, float, float]]
    """Of a flow, in a grid over what is shown: from x, y, and how far across and down, in its
    pixels."""


@dataclass(frozen=True, slots=True)
class EmbeddingDoc:
    """A vector that places the input among others."""

    length: int
    norm: float | None
    values: list[float | None]
    """The vector to five digits, at most 4,096 of it; null where it is not finite."""
    cells: list[CellDoc]
    """The first of its elements; the others follow it."""
    note: str


@dataclass(frozen=True, slots=True)
class SoundDoc:
    """A sound that the network gives."""

    rate: int
    """Samples a second."""
    samples: int
    seconds: float
    channels: int
    note: str


@dataclass(frozen=True, slots=True)
class TokenDoc:
    """One token."""

    id: int
    text: str | None
    """Null without a tokenizer."""
    score: float | None
    cells: list[CellDoc]


@dataclass(frozen=True, slots=True)
class TextDoc:
    """Words that the network gives, or the likeliest next ones."""

    text: str | None
    tokens: list[TokenDoc]
    note: str


@dataclass(frozen=True, slots=True)
class NumberDoc:
    """One number of a regression."""

    name: str
    value: float | None
    unit: str | None
    cells: list[CellDoc]


@dataclass(frozen=True, slots=True)
class NumbersDoc:
    """Numbers with their names."""

    rows: list[NumberDoc]
    note: str


@dataclass(frozen=True, slots=True)
class ClassRowDoc:
    """One class, and the elements that made its score."""

    index: int
    label: str | None
    value: float | None
    """As the model gave it."""
    score: float | None
    """After softmax or sigmoid where one was applied."""
    cells: list[CellDoc]


@dataclass(frozen=True, slots=True)
class ClassesDoc:
    """A class vector, read."""

    raw: bool
    applied: Literal["softmax", "sigmoid"] | None
    classes: list[ClassRowDoc]
    """By class number."""
    top: list[int]
    """Class numbers, best first; where several may hold at once, those over one half."""
    note: str


@dataclass(frozen=True, slots=True)
class TensorDoc:
    """Outputs in which nothing was recognized."""

    note: str


ReadingContentDoc: TypeAlias = (
    ClassesDoc
    | ItemsDoc
    | MasksDoc
    | FieldPictureDoc
    | EmbeddingDoc
    | SoundDoc
    | TextDoc
    | NumbersDoc
    | TensorDoc
)
"""What ``/t/{t}/reading/{id}`` answers, by the reading's kind."""


@dataclass(frozen=True, slots=True)
class PlaceDoc:
    """What lies under a place of the picture."""

    words: str
    """``person 0.93``."""
    cells: list[CellDoc]


@dataclass(frozen=True, slots=True)
class ShiftDoc:
    """An offer: the labels would fit if they were moved by one."""

    by: Literal[1, -1]
    """1 puts a background before the first, -1 takes the first away."""
    words: str
