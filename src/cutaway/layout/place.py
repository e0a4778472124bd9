"""A group of the graph, placed."""

from __future__ import annotations

from cutaway.graph import Graph
from cutaway.layout.lanes import lanes
from cutaway.layout.model import Child, Edge, Frame, Layout, Point
from cutaway.layout.projection import Link, project
from cutaway.layout.ranks import rank
from cutaway.layout.sides import distances
from cutaway.layout.strands import cut, wind

_LONG = 200
"""Ranks up to which an edge tells each place that it passes."""

_FEW = 8
"""Places told of a longer one, evenly apart."""


def place(graph: Graph, group: int) -> Layout:
    """Rank and lane of every child of a group, and the way of every value between them.

    All nodes within the group are shown unfolded. The same graph always gives the same layout,
    in time that grows with its nodes and edges.

    Args:
        graph: the network; cycles and nodes connected with nothing are fine.
        group: id of the group; 0 is the whole network.
    """
    projection = project(graph, group)
    ranks = rank(projection)
    pieces = cut(projection, ranks)
    strands, strand_of = wind(pieces)
    count = max(pieces.end, default=-1) + 1
    lane = lanes(strands, distances(pieces, strands, strand_of), count)
    children = tuple(
        Child(what, number, ranks.of[child], lane[strand_of[ranks.unit_of[child]]])
        for child, (what, number) in enumerate(projection.children)
    )

    def edge(number: int, link: Link) -> Edge:
        left, met = ranks.of[link.source], ranks.of[link.target]
        points: tuple[Point, ...] = ()
        if number in ranks.back:
            points = _points(left, met, lane[strand_of[pieces.back_wire[link.value]]])
        elif met > left + 1:
            points = _points(left + 1, met - 1, lane[strand_of[pieces.wire[link.value]]])
        return Edge(link.value, link.source, link.target, link.port, points)

    return Layout(
        group=group,
        ranks=count,
        lanes=max(lane, default=-1) + 1,
        children=children,
        edges=tuple(edge(number, link) for number, link in enumerate(projection.links)),
        frames=tuple(Frame(group, chain) for group, chain in projection.frames),
    )


def _points(first: int, last: int, lane: int) -> tuple[Point, ...]:
    """The places passed between two ranks, both included, to the right or to the left."""
    passed = range(first, last + 1) if last >= first else range(first, last - 1, -1)
    if len(passed) > _LONG:
        passed = [passed[(len(passed) - 1) * part // (_FEW - 1)] for part in range(_FEW)]
    return tuple((rank, lane) for rank in passed)
