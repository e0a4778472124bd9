"""The groups of a graph, placed."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from cutaway.graph import Graph
from cutaway.layout.lanes import lanes
from cutaway.layout.links import link
from cutaway.layout.model import Child, Edge, Frame, Layout, Point
from cutaway.layout.projection import Link, Projection, project
from cutaway.layout.ranks import rank
from cutaway.layout.sides import distances
from cutaway.layout.strands import cut, wind

_LONG = 200
"""Ranks up to which an edge tells each place that it passes."""

_FEW = 8
"""Places told of a longer one, evenly apart."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """A layout without the names of what is in it: groups that are alike share one."""

    ranks: int
    lanes: int
    at: list[Point]
    """By child."""
    points: list[tuple[Point, ...]]
    """By link."""


class Places:
    """The layouts of a network, group by group.

    What leads where is worked out once, in time that grows with the reads of all nodes times the
    depth of the groups; a layout takes time linear in its own group. The same graph always gives
    the same layouts.

    Args:
        graph: best from ``cutaway.graph.fold``, so that no group has many children.

    Raises:
        ValueError: a group stands before the one around it, which ``fold`` puts right.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._links = link(graph)
        self._plans: dict[Hashable, _Plan] = {}

    def of(self, group: int) -> Layout:
        """Rank and lane of every direct child of a group, and the way of every value between them.

        Args:
            group: id of a group that is not ``fused``; 0 is the whole network.

        Raises:
            IndexError: the graph has no such group.
        """
        if not 0 <= group < len(self._graph.groups):
            raise IndexError(f"no group {group}; the graph has {len(self._graph.groups)}, from 0")
        projection = project(self._graph, self._links, group)
        shape = _shape(projection)
        plan = self._plans.get(shape)
        if plan is None:
            plan = self._plans[shape] = _planned(projection)
        return Layout(
            group=group,
            ranks=plan.ranks,
            lanes=plan.lanes,
            children=tuple(
                Child(what, number, rank, lane)
                for (what, number), (rank, lane) in zip(projection.children, plan.at, strict=True)
            ),
            edges=tuple(
                Edge(one.value, one.source, one.target, one.port, points)
                for one, points in zip(projection.links, plan.points, strict=True)
            ),
            frames=tuple(Frame(frame, chain) for frame, chain in projection.frames),
        )


def place(graph: Graph, group: int) -> Layout:
    """The layout of one group; for several groups of one graph ask ``Places``."""
    return Places(graph).of(group)


def _shape(projection: Projection) -> Hashable:
    """All that a layout follows from, with values numbered as they come."""
    number: dict[int, int] = {}
    return (
        tuple([what for what, _ in projection.children]),
        tuple(
            [
                (number.setdefault(one.value, len(number)), one.source, one.target, one.steers)
                for one in projection.links
            ]
        ),
        tuple([chain for _, chain in projection.frames]),
    )


def _planned(projection: Projection) -> _Plan:
    ranks = rank(projection)
    pieces = cut(projection, ranks)
    strands, strand_of = wind(pieces)
    count = max(pieces.end, default=-1) + 1
    lane = lanes(strands, distances(pieces, strands, strand_of), count)

    def points(number: int, one: Link) -> tuple[Point, ...]:
        left, met = ranks.of[one.source], ranks.of[one.target]
        if number in ranks.back:
            return _points(left, met, lane[strand_of[pieces.back_wire[one.value]]])
        if met > left + 1:
            return _points(left + 1, met - 1, lane[strand_of[pieces.wire[one.value]]])
        return ()

    return _Plan(
        ranks=count,
        lanes=max(lane, default=-1) + 1,
        at=[
            (ranks.of[child], lane[strand_of[ranks.unit_of[child]]])
            for child in range(len(projection.children))
        ],
        points=[points(number, one) for number, one in enumerate(projection.links)],
    )


def _points(first: int, last: int, lane: int) -> tuple[Point, ...]:
    """The places passed between two ranks, both included, to the right or to the left."""
    passed = range(first, last + 1) if last >= first else range(first, last - 1, -1)
    if len(passed) > _LONG:
        passed = [passed[(len(passed) - 1) * part // (_FEW - 1)] for part in range(_FEW)]
    return tuple((rank, lane) for rank in passed)
