"""Many inputs at once: where they lie, what a network says of each, and what that amounts to."""

from cutaway.survey.batching import Preparing
from cutaway.survey.collecting import Collection, collect
from cutaway.survey.predicting import Classes, Engine, Survey
from cutaway.survey.results import (
    NONE,
    Confusion,
    Matched,
    accuracy,
    confusion,
    match,
    wrong_first,
)
from cutaway.survey.scoring import nearest, scores
from cutaway.survey.shelves import Label
from cutaway.survey.sprites import PER_SHEET, SIDE, placed, sheet

__all__ = [
    "NONE",
    "PER_SHEET",
    "SIDE",
    "Classes",
    "Collection",
    "Confusion",
    "Engine",
    "Label",
    "Matched",
    "Preparing",
    "Survey",
    "accuracy",
    "collect",
    "confusion",
    "match",
    "nearest",
    "placed",
    "scores",
    "sheet",
    "wrong_first",
]
