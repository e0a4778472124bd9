"""Which whole numbers an input takes: those that choose a row of a table have to be in it."""

from __future__ import annotations

from typing import Final

from cutaway.graph import Graph

_SAME_NUMBERS: Final = frozenset({
    "Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose", "Dropout",
    "Expand", "Slice", "Concat",
})  # fmt: skip
"""Operators whose outputs hold numbers of their inputs and no others."""


def lengths_indexed(graph: Graph, value: int) -> int | None:
    """How many rows the shortest table has that is looked up by a value; None where none is known.

    Args:
        graph: the network.
        value: id of an input.
    """
    found: list[int] = []
    waiting, seen = [value], {value}
    while waiting:
        at = waiting.pop()
        for number in graph.consumers.get(at, ()):
            node = graph.nodes[number]
            if node.kind == "Gather" and len(node.reads) > 1 and node.reads[1].value == at:
                shape = graph.values[node.reads[0].value].shape
                axis = int(node.kind_attributes.get("axis", 0))
                length = shape[axis] if shape and -len(shape) <= axis < len(shape) else None
                if isinstance(length, int):
                    found.append(length)
            elif node.kind in _SAME_NUMBERS and node.reads and node.reads[0].value == at:
                waiting += [made for made in node.writes if made not in seen]
                seen.update(node.writes)
    return min(found, default=None)
