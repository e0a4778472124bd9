"""Which inputs are states: what a network carries from one run to the next, zeros at first."""

from __future__ import annotations

import re
from typing import Final

from cutaway.graph import Graph

_NAMED: Final = re.compile(
    r"(^|[^a-z])(states?|hidden|cache|past|memory|h_?[0n]|c_?[0n])([^a-z]|$)", re.IGNORECASE
)
"""Usual names of states."""
_ROLES: Final = frozenset({"state", "cell"})
"""Roles in which recurrent operators read theirs."""
_PASSED_ON: Final = frozenset({
    "Cast", "Gather", "Identity", "Reshape", "Slice", "Split", "Squeeze", "Transpose", "Unsqueeze",
})  # fmt: skip
"""Operators that hand out their input, or a part of it, unchanged in meaning."""


def is_state(graph: Graph, value: int) -> bool:
    """Whether an input is a state: by its name, or because a recurrent operator reads it as one.

    Args:
        graph: the network.
        value: id of an input.
    """
    if _NAMED.search(graph.values[value].name):
        return True
    waiting, seen = [value], {value}
    while waiting:
        at = waiting.pop()
        for number in graph.consumers.get(at, ()):
            node = graph.nodes[number]
            if any(read.value == at and read.role in _ROLES for read in node.reads):
                return True
            if node.kind in _PASSED_ON and node.reads[0].value == at:
                waiting += [made for made in node.writes if made not in seen]
                seen.update(node.writes)
    return False
