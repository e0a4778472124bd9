"""What is told of a gallery: its entries, and what the network makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class GalleryDoc:
    """Many inputs that were handed over together."""

    id: int
    model: int
    name: str
    """What was chosen, in a few words."""
    count: int
    labels: list[str]
    """The labels that occur, by the numbers that the entries' ``label`` has."""
    notes: list[str]
    """A sentence for each thing that was left out."""
    page: int
    """Entries of one page of predictions."""
    sheet: int
    """Entries of one sheet of small pictures, ten a row."""
    side: int
    """Pixels of one small picture."""


@dataclass(frozen=True, slots=True)
class LeftOutDoc:
    """An entry that could not be read or run."""

    entry: int
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class PairDoc:
    """One class taken for another."""

    truth: int
    predicted: int
    count: int


@dataclass(frozen=True, slots=True)
class ConfusionDoc:
    """How often each class was taken for which."""

    classes: list[int]
    """Class numbers, ascending: the rows (truth) and columns (prediction) of ``counts``; where
    more occur than fit a table, those with the most mistakes."""
    counts: list[list[int]]
    shown: int
    """How many classes the table has, of ``total``."""
    total: int
    worst: list[PairDoc]
    """The pairs most often taken for one another, the most frequent first."""


@dataclass(frozen=True, slots=True)
class ResultDoc:
    """What the predictions so far amount to, with the class names in use now."""

    gallery: int
    state: Literal["collecting", "running", "done", "cancelled", "failed"]
    message: str | None
    """A sentence where it failed."""
    count: int
    done: int
    """Entries that are over, from the first."""
    classes: int | None
    """How many classes the model has; null where its answer is no class vector."""
    seconds: float
    batch: int
    """Entries in one run of the network, the largest so far."""
    right: int
    judged: int
    """Entries with a truth and a prediction."""
    accuracy: float | None
    loss: float | None
    """Mean of -ln(score of the true class); null without labels or scores."""
    truths: list[int]
    """The class number of each label of the GalleryDoc, -1 where there is none of that name."""
    matched: str
    """How labels were matched with classes: by name, by number."""
    unmatched: list[str]
    confusion: ConfusionDoc | None
    left_out: list[LeftOutDoc]
    """The first of them."""
    failed: int
    """How many were left out."""
    vectors: list[int]
    """Outputs by value id whose vectors entries can be compared by."""
    notes: list[str]
    told: bool = False
    """Whether there is a line on each entry, at ``told``."""


@dataclass(frozen=True, slots=True)
class ToldBoxDoc:
    """A box over an entry's small picture."""

    corners: list[tuple[float, float]]
    """In pixels of the small picture's place on its sheet."""
    index: int | None
    """Class number; null where all are alike."""


@dataclass(frozen=True, slots=True)
class ToldDoc:
    """What is said of one entry by a network that is no classifier."""

    entry: int
    summary: str
    """In one line, as of a run: ``2 faces, 0.99``."""
    boxes: list[ToldBoxDoc]


@dataclass(frozen=True, slots=True)
class ToldPageDoc:
    """What is said of the entries of one page."""

    entries: list[ToldDoc]


@dataclass(frozen=True, slots=True)
class NearDoc:
    """The entries most like one, by the cosine between the vectors of one output."""

    entry: int
    value: int
    near: list[int]
    cosines: list[float]


@dataclass(frozen=True, slots=True)
class GalleryStartDoc:
    """A gallery that is being read."""

    gallery: int
