"""What leads where in every group at once: between its children, into it, and out of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cutaway.graph import Flow, Graph, flow
from cutaway.graph.flow import Ids

_STEERING = frozenset(
    {
        *("axes", "condition", "count", "depth", "ends", "grid", "indices", "lengths", "mask"),
        *("max", "min", "offset", "pads", "ratio", "region", "repeats", "scales", "shape"),
        *("sizes", "split", "starts", "state", "cell", "steps", "training", "trips"),
    }
)
"""Roles that tell a node what to do with its data: the straight way does not lead through them."""

OUTSIDE = -1
"""In place of a maker or a reader: it is not in the group, or it is what a run is given."""


@dataclass(frozen=True, slots=True)
class Links:
    """Arrays over all groups, each group's part in one piece.

    A thing is a node (its id) or a group (the number of nodes plus its id).
    """

    things: Ids
    """``(T,)``: what lies directly in each group, by group and by its first node."""
    first_thing: Ids
    """``(G + 1,)``: where the things of each group begin."""
    rows: Ids
    """``(L, 5)``: value, maker, reader, port, and whether the reader only takes a shape, indices
    or the like from it; by group and value."""
    first_row: Ids
    """``(G + 1,)``: where the rows of each group begin."""

    def of(self, group: int) -> tuple[list[int], Ids]:
        """Things and rows of one group."""
        first, last = self.first_thing[group], self.first_thing[group + 1]
        rows = self.rows[self.first_row[group] : self.first_row[group + 1]]
        return self.things[first:last].tolist(), rows


def link(graph: Graph) -> Links:
    """The links of every group, in time that grows with reads times depth.

    Between two things of a group there is one row for each value and, where a node reads it, each
    port. Fused groups are no things: their nodes are.
    """
    count, groups = len(graph.nodes), len(graph.groups)
    around, depth, earliest = _nesting(graph)
    present = np.flatnonzero((around >= 0) & (earliest < count))
    things = present[np.lexsort((earliest[present], around[present]))]
    box, rows = _merged(_crossings(graph, around, depth), count, len(graph.values))
    return Links(
        things=things,
        first_thing=np.searchsorted(around[things], np.arange(groups + 1)),
        rows=rows,
        first_row=np.searchsorted(box, np.arange(groups + 1)),
    )


def _nesting(graph: Graph) -> tuple[Ids, Ids, Ids]:
    """By thing: the group around it; by group: its depth; by thing: its first node."""
    count = len(graph.nodes)
    home = [0] * len(graph.groups)
    depth = [0] * len(graph.groups)
    around = [-1] * (count + len(graph.groups))
    for number, group in enumerate(graph.groups[1:], 1):
        outer = group.parent or 0
        if outer >= number:
            raise ValueError(f"group {number} stands before group {outer} around it: fold first")
        if group.what == "fused":
            home[number] = home[outer]
        else:
            home[number] = number
            around[count + number] = home[outer]
            depth[number] = depth[home[outer]] + 1
    earliest = [*range(count), *[count] * len(graph.groups)]
    for node in graph.nodes:
        around[node.id] = own = home[node.group]
        earliest[count + own] = min(earliest[count + own], node.id)
    for number in range(len(graph.groups) - 1, 0, -1):
        outer = around[count + number]
        if outer >= 0 and earliest[count + number] < earliest[count + outer]:
            earliest[count + outer] = earliest[count + number]
    return np.array(around, np.int64), np.array(depth, np.int64), np.array(earliest, np.int64)


def _crossings(graph: Graph, around: Ids, depth: Ids) -> Ids:
    """``(K, 6)``: group, then as in ``Links.rows``; the same link may be there several times."""
    count = len(graph.nodes)
    reads = flow(graph)
    value, port, steers = reads.value, reads.port, _steers(graph, reads)
    one, other = reads.maker.copy(), reads.reader.copy()
    found: list[Ids] = []

    def tell(at: Ids, group: Ids, maker: Ids | int, reader: Ids | int) -> None:
        columns = (group, value[at], maker, reader, port[at], steers[at])
        found.append(np.stack(np.broadcast_arrays(*columns), axis=1))

    def outer(things: Ids) -> Ids:
        return np.where(things >= 0, around[things], 0)

    rest = np.arange(len(value))
    while len(rest := rest[outer(one[rest]) != around[other[rest]]]):
        left, right = outer(one[rest]), around[other[rest]]
        up = depth[right] >= depth[left]
        tell(rest[up], right[up], OUTSIDE, other[rest[up]])
        other[rest[up]] = right[up] + count
        up = depth[left] >= depth[right]
        tell(rest[up], left[up], one[rest[up]], OUTSIDE)
        one[rest[up]] = left[up] + count
    tell(np.arange(len(value)), around[other], one, other)
    return np.concatenate([*found, *_returned(graph, around)])


def _returned(graph: Graph, around: Ids) -> list[Ids]:
    """As crossings: the graph's outputs on their way out of the groups that they are made in."""
    makers = {value: node.id for node in reversed(graph.nodes) for value in node.writes}
    found: list[tuple[int, ...]] = []
    for value in graph.outputs:
        thing = -1 if value in graph.inputs else makers.get(value, -1)
        while thing >= 0 and around[thing] > 0:
            found.append((int(around[thing]), value, thing, OUTSIDE, 0, 0))
            thing = len(graph.nodes) + int(around[thing])
    return [np.array(found, np.int64)] if found else []


def _steers(graph: Graph, reads: Flow) -> Ids:
    """By read: 1 where it only steers a node that takes its data from another one."""
    nodes = graph.nodes
    readers: list[int] = reads.reader.tolist()
    ports: list[int] = reads.port.tolist()
    roles = [nodes[at].reads[port].role for at, port in zip(readers, ports, strict=True)]
    steering = np.array([role in _STEERING for role in roles], np.bool_)
    fed = np.zeros(len(nodes), np.bool_)
    fed[reads.reader[~steering]] = True
    return (steering & fed[reads.reader]).astype(np.int64)


def _merged(crossings: Ids, count: int, values: int) -> tuple[Ids, Ids]:
    """The group of each row, and the rows; what several readers within a group read is told once.

    It steers a group where it steers all of these.
    """
    if not len(crossings):
        return crossings.reshape(-1), crossings.reshape(0, 6)[:, 1:]
    group, value, maker, reader, port, steers = crossings.T
    port = np.where((reader >= 0) & (reader < count), port, 0)
    where = group * values + value
    between = (maker + 1) * (1 + max(maker.max(), reader.max()) + 1) + reader + 1
    order = np.lexsort((port, between, where))
    keys = np.stack([where, between, port], axis=1)[order]
    first = np.flatnonzero(np.concatenate([[True], (keys[1:] != keys[:-1]).any(axis=1)]))
    chosen = order[first]
    all_steer = np.minimum.reduceat(steers[order], first)
    columns = (value[chosen], maker[chosen], reader[chosen], port[chosen], all_steer)
    return group[chosen], np.stack(columns, axis=1)
