"""What of a graph does not run: the nodes that the engine fails on, and what depends on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cutaway.graph import Graph
from cutaway.loaders.feeding import described
from cutaway.loaders.onnx.blame import culprit, downstream, words
from cutaway.loaders.onnx.structure import Structure
from cutaway.trace import Array, Failure


@dataclass(frozen=True, slots=True)
class Losses:
    """The nodes left out, and why."""

    without: frozenset[int] = frozenset()
    """Ids of the nodes."""
    message: str | None = None
    """Why the first of them is left out; None where the graph is whole."""
    node: int | None = None
    """The node that the message is about; None where it names none."""


def more(losses: Losses, problem: Exception, structure: Structure) -> Losses:
    """The losses and the node that a problem is about; all nodes where it names none."""
    message, graph = words(problem), structure.graph
    node = culprit(message, graph, losses.without)
    if node is not None:  # what fails in a body fails the node that runs it
        node = structure.owners.get(node, node)
    if node is None or node in losses.without:
        return everything(losses, message, graph)
    without = losses.without | downstream(graph, [node])
    return _as_first_told(losses, without, message, node)


def lost(losses: Losses, node: int, message: str, graph: Graph) -> Losses:
    """The losses and one node, with what depends on it."""
    return _as_first_told(losses, losses.without | downstream(graph, [node]), message, node)


def everything(losses: Losses, message: str, graph: Graph) -> Losses:
    """All nodes lost."""
    return _as_first_told(losses, frozenset(range(len(graph.nodes))), message, None)


def _as_first_told(
    losses: Losses, without: frozenset[int], message: str, node: int | None
) -> Losses:
    if losses.message is not None:
        message, node = losses.message, losses.node
    return Losses(without, message, node)


def failure(message: str, node: int, graph: Graph, array: Callable[[int], Array | None]) -> Failure:
    """Where and why a run failed, with the shapes of what the node was given.

    Args:
        message: the engine's words.
        node: its id.
        graph: that the node is of.
        array: by value id, None where a value has none.
    """
    shapes: list[str] = []
    for read in graph.nodes[node].reads:
        value = graph.values[read.value]
        given = array(value.id)
        shape = value.shape if given is None else given.shape
        dtype = value.dtype if given is None else given.dtype.name
        shapes.append(f"{value.name} {described(shape, dtype)}")
    return Failure(node, message, tuple(shapes))
