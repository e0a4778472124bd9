"""A group of the graph as what is laid out: children, links between them, frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias

from cutaway.graph import Graph, in_flow_order
from cutaway.graph.flow import Ids
from cutaway.layout.links import OUTSIDE, Links

ChildKey: TypeAlias = tuple[Literal["node", "input", "group", "enter", "leave"], int]
"""What a child is, and its id."""


@dataclass(frozen=True, slots=True)
class Link:
    """One value from the child that makes it to one that reads it."""

    value: int
    source: int
    target: int
    port: int
    steers: bool
    """Whether the reader only takes a shape, indices or the like from it, beside its data."""


@dataclass(frozen=True, slots=True)
class Projection:
    """What is laid out."""

    children: list[ChildKey]
    """What comes in first, then nodes and groups in the order of the flow, then what goes out."""
    links: list[Link]
    """By reader and port."""
    units: list[tuple[int, ...]]
    """Every child once; those of one frame together, in the order in which they are chained."""
    frames: list[tuple[int, tuple[int, ...]]]
    """Group and children of each frame."""
    runs: bool = True
    """Whether values pass through the network at all: ``Graph.runs``."""


def project(graph: Graph, links: Links, group: int) -> Projection:
    """A group by its direct children.

    Weights and constants are no links: they are told at the ports of the nodes that read them.

    Args:
        graph: the network.
        links: of that network.
        group: id of the group; 0 is the whole network.
    """
    things, rows = links.of(group)
    ordered = _in_order(things, rows)
    entering = _entering(graph, rows, group)
    leaving = dict.fromkeys(rows[rows[:, 2] == OUTSIDE, 0].tolist())
    count = len(graph.nodes)
    children: list[ChildKey] = [("enter" if group else "input", value) for value in entering]
    children.extend(_named(one, count) for one in ordered)
    place = {thing: child for child, thing in enumerate(ordered, len(entering))}
    maker = {value: child for child, value in enumerate(entering)}
    reader = {value: child for child, value in enumerate(leaving, len(children))}
    children.extend(("leave", value) for value in leaving)
    found = [
        Link(
            value,
            maker[value] if source == OUTSIDE else place[source],
            reader[value] if target == OUTSIDE else place[target],
            port,
            bool(steers),
        )
        for value, source, target, port, steers in rows.tolist()
    ]
    found.sort(key=lambda link: (link.target, link.port, link.source, link.value))
    frames = list(_frames(graph, children, found))
    return Projection(children, found, _units(len(children), frames), frames, graph.runs)


def _named(thing: int, count: int) -> ChildKey:
    return ("node", thing) if thing < count else ("group", thing - count)


def _entering(graph: Graph, rows: Ids, group: int) -> list[int]:
    """Values that come into a group: for the whole network its inputs, read or not."""
    if group == 0:
        return list(dict.fromkeys(graph.inputs))
    return list(dict.fromkeys(rows[rows[:, 1] == OUTSIDE, 0].tolist()))


def _in_order(things: list[int], rows: Ids) -> list[int]:
    """The things, each after those that it reads from, but for cycles."""
    place = {thing: at for at, thing in enumerate(things)}
    edges = [
        (place[source], place[target])
        for source, target in rows[:, 1:3].tolist()
        if OUTSIDE not in (source, target)
    ]
    if all(source < target for source, target in edges):
        return things
    return [things[at] for at in in_flow_order(len(things), edges)]


def _frames(
    graph: Graph, children: list[ChildKey], links: list[Link]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Groups of what ``fused`` whose nodes are a chain; others could not lie side by side."""
    members: dict[int, list[int]] = {}
    for child, (what, number) in enumerate(children):
        if what == "node" and graph.groups[graph.nodes[number].group].what == "fused":
            members.setdefault(graph.nodes[number].group, []).append(child)
    after = {child: before for one in members.values() for before, child in pairwise(one)}
    # Every inner step must read the step before it and nothing else.
    read: dict[int, set[int]] = {child: set() for child in after}
    for link in links:
        if link.target in read:
            read[link.target].add(link.source)
    for group, chain in members.items():
        if all(read[child] == {after[child]} for child in chain[1:]):
            yield group, tuple(chain)


def _units(count: int, frames: list[tuple[int, tuple[int, ...]]]) -> list[tuple[int, ...]]:
    unit = {chain[0]: chain for _, chain in frames}
    inner = {child for _, chain in frames for child in chain[1:]}
    return [unit.get(child, (child,)) for child in range(count) if child not in inner]
