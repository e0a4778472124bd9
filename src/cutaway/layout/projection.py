"""A group of the graph as what is laid out: children, links between them, frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias

from cutaway.graph import Graph, Node

ChildKey: TypeAlias = tuple[Literal["node", "input"], int]
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


_STEERING = frozenset(
    {
        *("axes", "condition", "count", "depth", "ends", "grid", "indices", "lengths", "mask"),
        *("max", "min", "offset", "pads", "ratio", "region", "repeats", "scales", "shape"),
        *("sizes", "split", "starts", "state", "cell", "steps", "training", "trips"),
    }
)
"""Roles that tell a node what to do with its data: the straight way does not lead through them."""


@dataclass(frozen=True, slots=True)
class Projection:
    """What is laid out."""

    children: list[ChildKey]
    """Inputs first, then nodes."""
    links: list[Link]
    units: list[tuple[int, ...]]
    """Every child once; those of one frame together, in the order in which they are chained."""
    frames: list[tuple[int, tuple[int, ...]]]
    """Group and children of each frame."""


def project(graph: Graph, group: int) -> Projection:
    """A group with all its nodes unfolded.

    Weights and constants are no links: they are told at the ports of the nodes that read them.

    Args:
        graph: the network.
        group: id of the group; 0 is everything.
    """
    inside = _members(graph, group)
    nodes = [node for node in graph.nodes if node.group in inside]
    read = {one.value for node in nodes for one in node.reads}
    inputs = [value for value in graph.inputs if group == 0 or value in read]
    children: list[ChildKey] = [("input", value) for value in inputs]
    children.extend(("node", node.id) for node in nodes)
    maker = {value: child for child, value in enumerate(inputs)}
    for child, node in enumerate(nodes, len(inputs)):
        for value in node.writes:
            maker.setdefault(value, child)
    links = list(_links(graph, nodes, len(inputs), maker))
    frames = list(_frames(graph, nodes, len(inputs), links))
    return Projection(children, links, _units(len(children), frames), frames)


def _members(graph: Graph, group: int) -> set[int]:
    """The group and all groups within it; a parent may stand after its children in the list."""
    inner: dict[int, list[int]] = {}
    for one in graph.groups:
        if one.parent is not None:
            inner.setdefault(one.parent, []).append(one.id)
    found, waiting = {group}, [group]
    while waiting:
        fresh = [one for one in inner.get(waiting.pop(), ()) if one not in found]
        found.update(fresh)
        waiting.extend(fresh)
    return found


def _links(graph: Graph, nodes: list[Node], first: int, maker: dict[int, int]) -> Iterator[Link]:
    for child, node in enumerate(nodes, first):
        made = [
            (port, one, maker[one.value])
            for port, one in enumerate(node.reads)
            if graph.values[one.value].what not in ("weight", "constant") and one.value in maker
        ]
        fed = any(one.role not in _STEERING for _, one, _ in made)
        for port, one, source in made:
            yield Link(one.value, source, child, port, fed and one.role in _STEERING)


def _frames(
    graph: Graph, nodes: list[Node], first: int, links: list[Link]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Groups of what ``fused`` whose nodes are a chain; others could not lie side by side."""
    members: dict[int, list[int]] = {}
    for child, node in enumerate(nodes, first):
        if graph.groups[node.group].what == "fused":
            members.setdefault(node.group, []).append(child)
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
