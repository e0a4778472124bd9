"""Decision trees as plain data, whatever file they come from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np

from cutaway.errors import BrokenFile

Transform: TypeAlias = Literal[
    "identity", "sigmoid", "softmax", "exp", "step", "argmax", "signed square", "softplus"
]
"""What is done to the summed leaves in the end."""

DEEPEST: Final = 5_000
"""Decisions on one way through a tree; the engine reads a tree by calling itself."""
MOST: Final = 20_000_000
"""Decisions and leaves of a whole forest."""


class Step(NamedTuple):
    """One decision or leaf of a tree."""

    mode: Literal["BRANCH_LT", "BRANCH_LEQ", "BRANCH_EQ", "LEAF"]
    feature: int
    value: float
    """What the feature is compared with; of a leaf, what it adds to the sum."""
    yes: int
    """Position of the step that follows where the comparison holds."""
    no: int
    missing: bool
    """Whether a missing number (NaN) counts as yes."""


@dataclass
class Tree:
    """One tree, its root first."""

    target: int
    """Which of the sums its leaves add to."""
    steps: list[Step] = field(default_factory=list[Step])


@dataclass
class Forest:
    """A booster: sums of the leaves that a sample comes to, and what is made of them."""

    trees: list[Tree]
    features: int
    """Number of columns of a sample."""
    base: list[float]
    """What each sum begins with."""
    transform: Transform = "identity"
    slope: float = 1.0
    """What the sums are multiplied by before the transform."""
    averaged: bool = False
    """Whether the sums are divided by the number of trees for each."""
    names: tuple[str, ...] = ()
    """Of the features; empty where the file has none."""
    objective: str = ""
    notes: tuple[str, ...] = ()


def walked(left: Sequence[int], right: Sequence[int], place: str) -> list[int]:
    """The ids of a tree's nodes, its root (0) first, each after the one above it.

    Args:
        left: id of the node to the left, by id; negative for a leaf.
        right: the same to the right.
        place: such as ``tree 3 of net.json``, for messages.

    Raises:
        BrokenFile: a branch leads nowhere or back, or the tree is too deep.
    """
    count = len(left)
    if count == 0 or len(right) != count:
        raise BrokenFile(f"{place} has {count} branches to the left, {len(right)} to the right")
    order: list[int] = []
    seen = bytearray(count)
    waiting = [(0, 0)]
    while waiting:
        at, depth = waiting.pop()
        if not 0 <= at < count:
            raise BrokenFile(f"{place} leads to node {at}, of {count}; fetch or save it again")
        if seen[at]:
            raise BrokenFile(f"{place} comes to node {at} twice; fetch or save it again")
        if depth > DEEPEST:
            raise BrokenFile(f"{place} is more than {DEEPEST:,} decisions deep")
        seen[at] = 1
        order.append(at)
        if left[at] >= 0:
            waiting += [(right[at], depth + 1), (left[at], depth + 1)]
    return order


def float_below(number: float) -> float:
    """The largest float32 not above a number: float32 samples compare with both alike."""
    found = np.float32(np.clip(number, -_LARGEST, _LARGEST))
    if float(found) > number:
        found = np.nextafter(found, np.float32(-math.inf))
    return float(found)


_LARGEST: Final = float(np.finfo(np.float32).max)
