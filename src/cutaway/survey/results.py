"""What the predictions of a gallery amount to: right and wrong, and which is taken for which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cutaway.survey.shelves import Label

Array: TypeAlias = npt.NDArray[Any]

NONE: Final = -1
"""No class: not predicted, not known, or not among the model's."""


@dataclass(frozen=True)
class Matched:
    """What the names in a gallery are among the model's classes."""

    classes: dict[Label, int]
    """Class number by label, NONE where there is none of that name."""
    unmatched: tuple[str, ...]
    how: str
    """In words: by name, by number."""


def match(found: Sequence[Label], names: Sequence[str] | None, count: int | None) -> Matched:
    """The class of each label: by name, else by number.

    Args:
        found: the labels that occur, once each.
        names: of the classes, by number; None where none are known.
        count: how many classes the model has; None where it is not known.
    """
    by_name = {_plain(name): i for i, name in reversed(list(enumerate(names or ()))) if name}
    classes: dict[Label, int] = {}
    ways: set[str] = set()
    unmatched: list[str] = []
    for label in found:
        if label is None:
            classes[label] = NONE
            continue
        number = _number(label, count)
        named = by_name.get(_plain(str(label)))
        if named is not None and not isinstance(label, int):
            classes[label], way = named, "name"
        elif number is not None:
            classes[label], way = number, "number"
        else:
            classes[label], way = NONE, ""
            unmatched.append(str(label))
        ways.add(way)
    how = " and ".join(f"by {way}" for way in sorted(ways - {""}))
    return Matched(classes, tuple(unmatched), how)


def _plain(name: str) -> str:
    """Letters and digits alone, lower case: ``T-shirt/top`` and ``t_shirt_top`` are one name."""
    return re.sub(r"[\W_]+", "", name).lower() or name.strip().lower()


def _number(label: Label, count: int | None) -> int | None:
    if isinstance(label, int):
        number = label
    else:
        led = re.match(r"\s*(\d+)(?:\D|$)", str(label))
        if led is None:
            return None
        number = int(led[1])
    return number if number >= 0 and (count is None or number < count) else None


@dataclass(frozen=True)
class Confusion:
    """How often entries of one class were taken for another."""

    classes: tuple[int, ...]
    """The class numbers that occur, as truth or as prediction, ascending."""
    counts: Array
    """(truth, predicted) int64, in the order of ``classes``."""


def confusion(truth: Array, predicted: Array) -> Confusion:
    """Counts per truth and prediction, over entries that have both.

    Args:
        truth: (N,) class numbers, NONE where not known.
        predicted: (N,) class numbers, NONE where there is none.
    """
    both = (truth != NONE) & (predicted != NONE)
    t, p = truth[both], predicted[both]
    classes = np.unique(np.concatenate([t, p]))
    at_t, at_p = np.searchsorted(classes, t), np.searchsorted(classes, p)
    size = len(classes)
    counts = np.bincount(at_t * size + at_p, minlength=size * size).reshape(size, size)
    return Confusion(tuple(int(one) for one in classes), counts.astype(np.int64))


def accuracy(truth: Array, predicted: Array) -> tuple[int, int]:
    """Entries that are right, and entries that have both a truth and a prediction."""
    both = (truth != NONE) & (predicted != NONE)
    return int((truth[both] == predicted[both]).sum()), int(both.sum())


def wrong_first(truth: Array, predicted: Array, score: Array) -> Array:
    """The entries answered wrongly, the surest of them first."""
    wrong = np.flatnonzero((truth != NONE) & (predicted != NONE) & (truth != predicted))
    return wrong[np.argsort(-np.nan_to_num(score[wrong], nan=-1.0), kind="stable")]
