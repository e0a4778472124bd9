"""The groups that a file names, without those that say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cutaway.graph.model import Graph, Group

FRAME = 8
"""Nodes that a fused group may have; a larger one is a scope like any other."""


@dataclass(frozen=True, slots=True)
class Nesting:
    """Which thing lies directly in which group.

    A thing is a node (its id), or a group (the number of nodes plus its id): a box that folds, or
    a frame, which lies in a box with its nodes and does not fold.
    """

    boxes: list[int]
    """Ids of the groups that fold, outer ones first, group 0 first of all."""
    around: list[int]
    """By thing: the id of the box that it lies in directly; -1 for nodes of frames, for group 0
    and for groups that are left out."""
    frames: dict[int, list[int]]
    """Ids of the nodes of each frame, by group id."""
    frame_of: list[int]
    """By node: id of its frame, -1 where it has none."""
    depth: list[int]
    """By group: how many boxes are around it, where it is a box."""


def nest(graph: Graph) -> Nesting:
    """The nesting of a graph's groups; boxes with fewer than two things in them are left out.

    The one thing in such a box lies in what is around the box. A box that holds everything is left
    out too: its things lie in group 0.
    """
    order, parent = _outer_first(graph.groups)
    frame = _frames(graph, order, parent)
    frames: dict[int, list[int]] = {}
    things = [0] * len(graph.groups)
    frame_of = [-1] * len(graph.nodes)
    for node in graph.nodes:
        group = frame[node.group]
        if group < 0:
            things[node.group if node.group in parent else 0] += 1
        else:
            frames.setdefault(group, []).append(node.id)
            frame_of[node.id] = group
    for group in frames:
        things[parent[group]] += 1
    home = _homes(order, parent, frame, things)
    around = [-1] * (len(graph.nodes) + len(graph.groups))
    boxes = [group for group in order if home[group] == group]
    depth = [0] * len(graph.groups)
    count = len(graph.nodes)
    for group in boxes[1:]:
        around[count + group] = home[parent[group]]
        depth[group] = depth[home[parent[group]]] + 1
    for group in frames:
        around[count + group] = home[parent[group]]
    for node in graph.nodes:
        if frame_of[node.id] < 0:
            around[node.id] = home.get(node.group, 0)
    return Nesting(boxes, around, frames, frame_of, depth)


def _outer_first(groups: Sequence[Group]) -> tuple[list[int], dict[int, int]]:
    """Ids of the groups, parents before children, and the parent of each; the root's is 0."""
    inner: dict[int, list[int]] = {}
    for group in groups:
        if group.id != 0:
            inner.setdefault(group.parent or 0, []).append(group.id)
    order, parent = [0], {0: 0}
    for group in order:  # grows while it is walked
        for one in inner.get(group, ()):
            parent[one] = group
            order.append(one)
    return order, parent


def _frames(graph: Graph, order: list[int], parent: dict[int, int]) -> list[int]:
    """By group: id of the frame that it is or lies in, else -1."""
    nodes = [0] * len(graph.groups)
    for node in graph.nodes:
        nodes[node.group] += 1
    for group in reversed(order[1:]):
        nodes[parent[group]] += nodes[group]
    found = [-1] * len(graph.groups)
    for group in order[1:]:
        found[group] = found[parent[group]]
        small = graph.groups[group].what == "fused" and nodes[group] <= FRAME
        if found[group] < 0 and small:
            found[group] = group
    return found


def _homes(
    order: list[int], parent: dict[int, int], frame: list[int], things: list[int]
) -> dict[int, int]:
    """By group: the innermost box that it is or lies in. ``things`` is counted on."""
    for group in reversed(order[1:]):
        if frame[group] < 0 and things[group]:
            things[parent[group]] += 1
    home = {0: 0}
    alone = things[0] == 1
    for group in order[1:]:
        outer = home[parent[group]]
        if frame[group] >= 0 or things[group] < 2:
            home[group] = outer
        elif alone and outer == 0:
            home[group], alone = 0, False
        else:
            home[group] = group
    return home
