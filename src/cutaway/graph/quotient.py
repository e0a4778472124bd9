"""The things in each box, in the order of the flow, and the reads between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cutaway.graph.flow import Flow, Ids
from cutaway.graph.model import Graph
from cutaway.graph.nesting import Nesting
from cutaway.graph.order import in_flow_order


@dataclass(frozen=True, slots=True)
class Quotient:
    """Arrays over all boxes, each box's part in one piece."""

    things: Ids
    """``(T,)``: nodes, frames and boxes, by the box around them, in the order of the flow."""
    first: Ids
    """``(B + 1,)``: where the things of each box (its id) begin."""
    at: Ids
    """By thing: its first node's place in the order of the flow over all nodes."""
    size: Ids
    """By thing: number of nodes in it."""
    source: Ids
    """``(L,)``: place in its box of the thing that makes what is read."""
    target: Ids
    """``(L,)``: place in the same box of the thing that reads it."""
    wires: Ids
    """``(L, 4)``: place of the maker and of the reader in the order of the flow, the reader's port,
    which of the maker's outputs it is; by box, reader and port."""
    value: Ids
    """``(L,)``: id of what is read."""
    first_wire: Ids
    """``(B + 1,)``: where the reads in each box begin."""

    def inside(self, box: int) -> slice:
        """Which of ``things`` lie directly in a box."""
        return slice(int(self.first[box]), int(self.first[box + 1]))

    def between(self, box: int) -> slice:
        """Which reads lead from one thing in a box to another."""
        return slice(int(self.first_wire[box]), int(self.first_wire[box + 1]))


def quotient(graph: Graph, nesting: Nesting, flow: Flow) -> Quotient:
    """All boxes at once, in time that grows with reads times depth."""
    count, boxes = len(graph.nodes), len(graph.groups)
    around = np.array(nesting.around, np.int64)
    earliest, size = _extent(count, nesting)
    present = np.flatnonzero(around >= 0)
    things = present[np.lexsort((earliest[present], around[present]))]
    first = np.searchsorted(around[things], np.arange(boxes + 1))
    where = np.zeros(count + boxes, np.int64)
    where[things] = np.arange(len(things)) - first[around[things]]
    inner = flow.maker >= 0
    maker, reader = flow.maker[inner], flow.reader[inner]
    one, other, box = _met(nesting, around, maker, reader, count)
    apart = np.flatnonzero(one != other)
    apart = apart[np.argsort(box[apart], kind="stable")]
    wrong = np.unique(box[apart[where[one[apart]] >= where[other[apart]]]])
    begins, ends = (np.searchsorted(box[apart], wrong, side) for side in ("left", "right"))
    for number, begin, end in zip(wrong, begins, ends, strict=True):
        own = apart[begin:end]
        part = slice(int(first[number]), int(first[number + 1]))
        pairs = zip(where[one[own]].tolist(), where[other[own]].tolist(), strict=True)
        order = in_flow_order(part.stop - part.start, list(dict.fromkeys(pairs)))
        things[part] = things[part][order]
        where[things[part]] = np.arange(part.stop - part.start)
    at = _places(count, nesting, things, first, size)
    place = at[reader[apart]]
    apart = apart[np.lexsort((flow.port[inner][apart], place, box[apart]))]
    value = flow.value[inner]
    columns = (at[maker], at[reader], flow.port[inner], _outputs(graph)[value])
    return Quotient(
        things=things,
        first=first,
        at=at,
        size=size,
        source=where[one[apart]],
        target=where[other[apart]],
        wires=np.stack([column[apart] for column in columns], axis=1),
        value=value[apart],
        first_wire=np.searchsorted(box[apart], np.arange(boxes + 1)),
    )


def _outputs(graph: Graph) -> Ids:
    """By value: its position in its maker's ``writes``."""
    found = np.zeros(len(graph.values), np.int64)
    for node in graph.nodes:
        if len(node.writes) > 1:
            found[list(node.writes)] = range(len(node.writes))
    return found


def _extent(count: int, nesting: Nesting) -> tuple[Ids, Ids]:
    """By thing: the lowest id of the nodes in it, and their number."""
    earliest = list(range(count)) + [count] * (len(nesting.around) - count)
    size = [1] * count + [0] * (len(nesting.around) - count)
    for group, nodes in nesting.frames.items():
        earliest[count + group], size[count + group] = nodes[0], len(nodes)
    for thing in [*range(count), *(count + group for group in nesting.frames)]:
        box = nesting.around[thing]
        if box >= 0:
            size[count + box] += size[thing]
            earliest[count + box] = min(earliest[count + box], earliest[thing])
    for group in reversed(nesting.boxes[1:]):
        box = count + nesting.around[count + group]
        size[box] += size[count + group]
        earliest[box] = min(earliest[box], earliest[count + group])
    return np.array(earliest, np.int64), np.array(size, np.int64)


def _met(
    nesting: Nesting, around: Ids, maker: Ids, reader: Ids, count: int
) -> tuple[Ids, Ids, Ids]:
    """For each read: the two things that make and read it, and the innermost box of both."""
    frame = np.array(nesting.frame_of, np.int64)
    outer = np.where(frame >= 0, frame + count, np.arange(count))
    depth = np.array(nesting.depth, np.int64)
    one, other = outer[maker], outer[reader]
    rest = np.flatnonzero(around[one] != around[other])
    while len(rest):
        left, right = around[one[rest]], around[other[rest]]
        up = depth[left] >= depth[right]
        one[rest[up]] = left[up] + count
        up = depth[right] >= depth[left]
        other[rest[up]] = right[up] + count
        rest = rest[around[one[rest]] != around[other[rest]]]
    return one, other, around[one]


def _places(count: int, nesting: Nesting, things: Ids, first: Ids, size: Ids) -> Ids:
    """By thing: how many nodes come before it when all boxes are unfolded in place."""
    at = [0] * len(nesting.around)
    sizes, order, starts = size.tolist(), things.tolist(), first.tolist()
    for box in nesting.boxes:
        place = at[count + box]
        for thing in order[starts[box] : starts[box + 1]]:
            at[thing] = place
            place += sizes[thing]
    for group, nodes in nesting.frames.items():
        for place, node in enumerate(nodes, at[count + group]):
            at[node] = place
    return np.array(at, np.int64)
