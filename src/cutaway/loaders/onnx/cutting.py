"""Where a big graph is cut into parts that run one after the other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from cutaway.graph import Graph, Node
from cutaway.loaders.onnx.structure import Structure

SIZE: Final = 2000
"""Nodes of a part. The time to start a session grows faster than its graph: 26 microseconds
a node up to some 2,000 nodes, 30 at 4,000, 90 at 100,000."""
LARGEST: Final = 6000
"""Nodes of a graph that is run whole."""

_NO_TENSORS: Final = frozenset({
    "SequenceConstruct", "SequenceEmpty", "SequenceErase", "SequenceInsert", "SequenceMap",
    "SplitToSequence", "Optional", "ZipMap",
})  # fmt: skip
"""Operators whose output is no tensor, which cannot be handed from one part to the next."""
_NEVER: Final = 1 << 40
"""The price of handing over what cannot be: more than that of all tensors."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a graph's nodes in their topological order."""

    nodes: range
    """Ids."""
    reads: tuple[int, ...]
    """Ids of the values that come from outside: weights, inputs, and what earlier parts wrote."""


def whole(structure: Structure) -> Part:
    """The graph as one part, without the nodes of bodies, which others run."""
    return stretch(structure.graph, 0, len(structure.protos))


def parts(structure: Structure, size: int = SIZE) -> list[Part]:
    """The graph as parts of about so many nodes, cut where the fewest values cross.

    A cut lies half a size to one and a half behind the last one, of equal places at the one next
    to a whole size; further away where sequences and the like would cross. The nodes of bodies
    are in no part.
    """
    graph, end = structure.graph, len(structure.protos)
    price = _prices(graph.nodes[:end])
    found: list[Part] = []
    start = 0
    while end - start > size + size // 2:
        aim = start + size
        window = range(start + max(1, size // 2), aim + size // 2 + 1)
        stop = min(window, key=lambda at: (price[at], abs(at - aim)))
        while stop < end and price[stop] >= _NEVER:
            stop += 1
        found.append(stretch(graph, start, stop))
        start = stop
    return [*found, stretch(graph, start, end)] if start < end or not found else found


def _prices(nodes: Sequence[Node]) -> list[int]:
    """How many values cross each place before a node."""
    last: dict[int, int] = {}
    for node in nodes:
        for read in node.reads:
            last[read.value] = node.id
    changes = [0] * (len(nodes) + 1)
    for node in nodes:
        one = _NEVER if node.kind in _NO_TENSORS else 1
        for value in node.writes:
            if last.get(value, 0) > node.id:
                changes[node.id + 1] += one
                changes[last[value] + 1] -= one
    alive, found = 0, list[int]()
    for change in changes:
        alive += change
        found.append(alive)
    return found


def stretch(graph: Graph, start: int, stop: int) -> Part:
    """The nodes of these ids as one part."""
    nodes = graph.nodes[start:stop]
    own = {value for node in nodes for value in node.writes}
    reads = dict.fromkeys(read.value for node in nodes for read in node.reads)
    return Part(range(start, stop), tuple(value for value in reads if value not in own))


def planned(
    found: Sequence[Part], graph: Graph, keep: Collection[int] | None
) -> list[tuple[Part, list[int]]]:
    """The parts to run, each with the values to ask it for: those kept, and those that cross.

    The engine runs all of a session whatever it is asked for, so asking for less of a part saves
    only the handing over. What is cheap is to leave out whole parts: those that nothing kept
    depends on, which for values near the input are nearly all.
    """
    needed: set[int] = set() if keep is None else set(keep)
    plan: list[tuple[Part, list[int]]] = []
    for part in reversed(found):
        written = [value for at in part.nodes for value in graph.nodes[at].writes]
        wanted = written if keep is None else [value for value in written if value in needed]
        if wanted:
            needed.update(part.reads)
            plan.append((part, wanted))
    return plan[::-1]
