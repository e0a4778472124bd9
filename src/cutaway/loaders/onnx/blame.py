"""Which node an error of ONNX Runtime is about, and what depends on it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from cutaway.graph import Graph

_NAMED = (
    re.compile(r"while running \S+ node\. Name:'(.*?)' Status Message:", re.DOTALL),
    re.compile(r"implementation for \S+ node with name '(.*)'", re.DOTALL),
    re.compile(r'In Node, \("(.*?)", [^,]+, "[^"]*", -?\d+\) :', re.DOTALL),
    re.compile(r"Node \((.*?)\) Op \(", re.DOTALL),
    re.compile(r" in node \((.*)\)", re.DOTALL),
)
"""How messages name a node."""

_OPERATOR = re.compile(r"([\w.]+):([\w.]+)\(-?\d+\) is not a registered function/op")
_MAKER = re.compile(r"Exception during initialization: .*?onnxruntime::(\w+)", re.DOTALL)
"""How messages name the class of an operator that could not be made, such as ``LSTMBase``."""
_ORPHAN = re.compile(r"Node input '(.*?)' is not a graph input")
_PREFIX = re.compile(r"^\[ONNXRuntimeError\] : \d+ : \w+ : (Load model from .*? failed:)?")


def words(problem: Exception) -> str:
    """The engine's message without its codes."""
    return _PREFIX.sub("", str(problem)).strip()


def culprit(message: str, graph: Graph, without: Collection[int] = ()) -> int | None:
    """Id of the node that a message of ONNX Runtime is about; None where it names none.

    Args:
        message: the engine's words.
        graph: whose node names the engine was given.
        without: ids of the nodes that it was not given.
    """
    for pattern in _NAMED:
        found = pattern.search(message)
        if found and found[1] in graph.node_named:
            return graph.node_named[found[1]].id
    if found := _OPERATOR.search(message):
        same = (node.id for node in graph.nodes if node.op == found[2])
        return next((node for node in same if node not in without), None)
    if found := _MAKER.search(message):
        same = (node for node in graph.nodes if node.op.lower() in found[1].lower())
        longest = max(same, key=lambda node: len(node.op), default=None)
        return longest.id if longest and longest.id not in without else None
    if found := _ORPHAN.search(message):
        value = graph.value_named.get(found[1])
        return graph.consumers.get(value.id, (None,))[0] if value else None
    return None


def downstream(graph: Graph, nodes: Iterable[int]) -> set[int]:
    """Ids of the nodes and of all that depend on what they write."""
    found: set[int] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            for value in graph.nodes[node].writes:
                waiting.extend(graph.consumers.get(value, ()))
    return found
