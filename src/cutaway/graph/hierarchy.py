"""Groups that fold: a tree in which every group has few children."""

from __future__ import annotations

import gc
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from cutaway.graph.alikes import alikes
from cutaway.graph.discovery import Discovery, Found
from cutaway.graph.division import MOST
from cutaway.graph.flow import flow
from cutaway.graph.model import Graph, Group, Node
from cutaway.graph.nesting import nest
from cutaway.graph.quotient import quotient
from cutaway.graph.titles import common, within

__all__ = ["MOST", "fold", "repeats"]


def fold(graph: Graph) -> Graph:
    """The same network with groups of at most ``MOST`` direct children each.

    Scopes with one thing in them are left out, and a group with too many children is divided: into
    blocks that repeat, else into parts where few values pass. A ``fused`` group stays, and counts
    as its nodes. Ids of groups are breadth-first, siblings in the order of the flow. Time and
    memory grow with the graph, times the depth of its scopes.

    Args:
        graph: any network; cycles, and nodes connected with nothing, are fine.
    """
    # All that is made here is kept: the collector would walk over a large graph again and again,
    # a third of the time, and find nothing.
    collects = gc.isenabled()
    gc.disable()
    try:
        return _Folding(graph).folded()
    finally:
        if collects:
            gc.enable()


def repeats(graph: Graph) -> dict[int, tuple[tuple[int, str], ...]]:
    """By group: how many groups directly in it are alike, and what they are called together.

    Such as ``(12, "layers")`` for ``layers.0`` to ``layers.11``; the most frequent first, groups
    without any left out.

    Args:
        graph: from ``fold``.
    """
    found: dict[int, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for group in graph.groups:
        if group.alike is not None and group.parent is not None:
            found[group.parent][group.alike].append(group.title)
    told = {
        parent: tuple(
            (len(titles), common(titles))
            for titles in sorted(same.values(), key=len, reverse=True)
            if len(titles) > 1
        )
        for parent, same in found.items()
    }
    return {parent: counts for parent, counts in told.items() if counts}


@dataclass(slots=True)
class _Open:
    """A group whose children are still to be looked at."""

    id: int
    box: int
    """The group of the old graph that it is or lies in."""
    span: tuple[int, int]
    """Which of the things in that group it holds."""
    inner: list[Found]
    """Boxes found among these."""


class _New(NamedTuple):
    """A group while it is not yet known what is like it."""

    name: str
    parent: int | None
    what: Literal["root", "scope", "fused", "found"]
    title: str
    nodes: int
    like: int
    """The number of what is in it; -1 for those that do not fold."""


class _Folding:
    """Makes the new groups, outer ones first."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._nesting = nest(graph)
        reads = flow(graph)
        self._all = quotient(graph, self._nesting, reads)
        self._alikes = alikes(graph, self._nesting, self._all)
        self._things: list[int] = self._all.things.tolist()
        self._first: list[int] = self._all.first.tolist()
        self._size: list[int] = self._all.size.tolist()
        self._like: list[int] = self._alikes.inside.tolist()
        self._discovery = Discovery(graph, self._nesting, reads, self._all, self._alikes)
        self._groups: list[_New] = []
        self._group_of = [0] * len(graph.nodes)

    def folded(self) -> Graph:
        """The graph with its new groups."""
        graph = self._graph
        self._groups.append(_New("", None, "root", "", len(graph.nodes), -1))
        waiting = deque([self._opened(0, 0)])
        while waiting:
            group = waiting.popleft()
            at, end = group.span
            start = self._first[group.box]
            for found in group.inner:
                self._hold(group, range(start + at, start + found.start), waiting)
                self._find(group, found, waiting)
                at = found.end
            self._hold(group, range(start + at, start + end), waiting)
        nodes = [
            node if node.group == group else _moved(node, group)
            for node, group in zip(graph.nodes, self._group_of, strict=True)
        ]
        return replace(graph, nodes=tuple(nodes), groups=tuple(self._told()))

    def _opened(self, number: int, box: int) -> _Open:
        count = self._first[box + 1] - self._first[box]
        return _Open(number, box, (0, count), self._discovery.within(box))

    def _hold(self, group: _Open, places: range, waiting: deque[_Open]) -> None:
        """Puts things into a group: nodes, frames, boxes."""
        count = len(self._graph.nodes)
        for thing in self._things[places.start : places.stop]:
            if thing < count:
                self._group_of[thing] = group.id
                continue
            old = thing - count
            frame = self._nesting.frames.get(old)
            number = self._add_old(old, group, thing, like=-1 if frame else self._like[thing])
            if frame is None:
                waiting.append(self._opened(number, old))
            for node in frame or ():
                self._group_of[node] = number

    def _add_old(self, old: int, group: _Open, thing: int, *, like: int) -> int:
        number, was = len(self._groups), self._graph.groups[old]
        title = within(was.name, self._graph.groups[group.box].name)
        what = "fused" if like < 0 else "found" if was.what == "found" else "scope"
        self._groups.append(_New(was.name, group.id, what, title, self._size[thing], like))
        return number

    def _find(self, group: _Open, found: Found, waiting: deque[_Open]) -> None:
        """Adds a group that no name stands for."""
        number = len(self._groups)
        outer = self._groups[group.id].name
        name = f"{outer}/{found.title}" if outer else found.title
        self._groups.append(_New(name, group.id, "found", found.title, found.nodes, found.like))
        waiting.append(_Open(number, group.box, (found.start, found.end), found.inner))

    def _told(self) -> Iterator[Group]:
        """The groups, each knowing the first one that is like it."""
        times = Counter(group.like for group in self._groups)
        first: dict[int, int] = {}
        for number, (name, parent, what, title, nodes, like) in enumerate(self._groups):
            alike = None
            if like >= 0 and times[like] > 1:
                alike = first.setdefault(like, number)
            yield Group(number, name, parent, what, title, alike, nodes)


def _moved(node: Node, group: int) -> Node:
    """The node in another group; ``dataclasses.replace`` takes four times as long."""
    return Node(
        node.id,
        node.name,
        node.op,
        node.reads,
        node.writes,
        node.scope,
        group,
        node.kind,
        node.kind_attributes,
        node.attributes,
        node.family,
    )
