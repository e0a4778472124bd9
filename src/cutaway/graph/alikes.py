"""Numbers for nodes and groups, the same where what is inside is the same."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from cutaway.graph.flow import Ids
from cutaway.graph.model import Graph
from cutaway.graph.nesting import Nesting
from cutaway.graph.quotient import Quotient


@dataclass(frozen=True, slots=True)
class Alikes:
    """What is alike."""

    operator: Ids
    """By node: by operator and its attributes."""
    inside: Ids
    """By thing: by operators, attributes, shapes of weights, and wiring."""
    known: dict[Hashable, int]
    """Number by what it stands for; more may be added."""

    def of(self, key: Hashable) -> int:
        """The number of a key, the same whenever it comes."""
        return self.known.setdefault(key, len(self.known))

    def stretch(self, box: int, parts: list[int], span: tuple[int, int], all_: Quotient) -> int:
        """The number of neighbours in a box.

        Args:
            box: id of the group.
            parts: the numbers of what is to be shown there, one by one.
            span: places in the box of the first thing and after the last one.
            all_: the quotient.
        """
        between = all_.between(box)
        targets = all_.target[between]
        own = slice(*(between.start + np.searchsorted(targets, span)).tolist())
        wires = all_.wires[own][(all_.source[own] >= span[0]) & (all_.source[own] < span[1])]
        first = all_.at[all_.things[all_.first[box] + span[0]]]
        return self.of((np.array(parts).tobytes(), _from(wires, first).tobytes()))


def alikes(graph: Graph, nesting: Nesting, all_: Quotient) -> Alikes:
    """The numbers of all nodes, frames and boxes, in time linear in things and reads."""
    known: dict[Hashable, int] = {}
    operator, exact = _nodes(graph, known)
    inside = np.concatenate([exact, np.zeros(len(graph.groups), np.int64)])
    found = Alikes(operator, inside, known)
    count = len(graph.nodes)
    for group, nodes in nesting.frames.items():
        inside[count + group] = found.of(("frame", *exact[nodes].tolist()))
    starts = np.repeat(all_.at[count:], np.diff(all_.first_wire))
    wires = _from(all_.wires, starts)
    first, first_wire = all_.first.tolist(), all_.first_wire.tolist()
    for box in reversed(nesting.boxes):
        parts = inside[all_.things[first[box] : first[box + 1]]]
        own = wires[first_wire[box] : first_wire[box + 1]]
        inside[count + box] = found.of((parts.tobytes(), own.tobytes()))
    return found


def _nodes(graph: Graph, known: dict[Hashable, int]) -> tuple[Ids, Ids]:
    """By node: the number of its operator, and of its operator with its weights."""
    held = [
        (value.shape, value.dtype) if value.what in ("weight", "constant") else None
        for value in graph.values
    ]
    operator: list[int] = []
    exact: list[int] = []
    for node in graph.nodes:
        stated = node.kind_attributes if node.kind else node.attributes
        # Attributes may hold lists, which have no hash.
        key = (node.kind, node.op, repr(sorted(stated.items())) if stated else "", len(node.writes))
        number = known.setdefault(key, len(known))
        operator.append(number)
        weights = tuple([held[read.value] for read in node.reads])
        exact.append(known.setdefault((number, weights), len(known)))
    return np.array(operator, np.int64), np.array(exact, np.int64)


def _from(wires: Ids, first: Ids) -> Ids:
    """Reads told from the first node on."""
    return wires - np.stack([first, first, first * 0, first * 0], axis=-1)
