"""Where the children of one group lie: ranks from left to right, lanes from top to bottom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Point: TypeAlias = tuple[int, int]
"""Rank and lane."""


@dataclass(frozen=True, slots=True)
class Child:
    """One block of the picture."""

    what: Literal["node", "input", "group", "enter", "leave"]
    """An operator; a tensor that the network is given (group 0 only); a folded group; a value from
    outside of the group that something in it reads; a value made in it that something outside
    reads or that the network returns."""
    id: int
    """Of the node or the group; else of the value."""
    rank: int
    """From 0 at the left: after everything that it reads, but for real cycles."""
    lane: int
    """From 0 at the top; no two children share rank and lane."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One value on its way to one reader."""

    value: int
    """Id of the value."""
    source: int
    """Position in ``Layout.children`` of what makes it."""
    target: int
    """Position in ``Layout.children`` of what reads it."""
    port: int
    """Position in the reader's ``reads`` where that is a node, else 0."""
    points: tuple[Point, ...]
    """Places that it passes between the two, one for each rank (fewer on very long edges); no
    child and no other value is at any of them. Empty where the ranks are neighbours."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Children drawn inside one frame: side by side in one lane."""

    group: int
    """Id of the group."""
    children: tuple[int, ...]
    """Positions in ``Layout.children``, in the order of their ranks, which have no gap."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of one group."""

    group: int
    """Id of the group; 0 is the whole network."""
    ranks: int
    """Number of ranks."""
    lanes: int
    """Number of lanes; each is used somewhere."""
    children: tuple[Child, ...]
    """Inputs or what enters (alone in rank 0 where something enters), then nodes and groups in the
    order of the flow, then what leaves (alone in the last rank)."""
    edges: tuple[Edge, ...]
    """One for each value, maker and reader; where a node reads a value twice, one each."""
    frames: tuple[Frame, ...]
