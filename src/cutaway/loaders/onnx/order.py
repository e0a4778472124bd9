"""A topological order of the nodes of a file, and what each node reads beyond its own inputs."""
# pyright: standard

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence

from onnx import GraphProto, NodeProto


def outer_reads(node: NodeProto) -> list[str]:
    """Names of outer values that the bodies of a node (``If``, ``Loop``, ``Scan``) read."""
    found: dict[str, None] = {}
    for body in bodies(node):
        found.update(dict.fromkeys(_free(body)))
    return [name for name in found if name not in node.input]


def bodies(node: NodeProto) -> Iterator[GraphProto]:
    """The graphs that a node holds as attributes."""
    for _, body in named_bodies(node):
        yield body


def named_bodies(node: NodeProto) -> Iterator[tuple[str, GraphProto]]:
    """The graphs that a node holds, each with its name, such as ``then_branch`` or ``body``."""
    for attribute in node.attribute:
        if attribute.HasField("g"):
            yield attribute.name, attribute.g
        for at, graph in enumerate(attribute.graphs):
            yield f"{attribute.name}_{at}", graph


def body_size(node: NodeProto) -> int:
    """How many nodes the bodies of a node hold, those inside them included."""
    return sum(
        len(body.node) + sum(body_size(inner) for inner in body.node) for body in bodies(node)
    )


def _free(graph: GraphProto) -> Iterator[str]:
    own = {info.name for info in graph.input}
    own.update(tensor.name for tensor in graph.initializer)
    own.update(sparse.values.name for sparse in graph.sparse_initializer)
    for node in graph.node:
        own.update(node.output)
    for node in graph.node:
        for name in (*node.input, *outer_reads(node)):
            if name and name not in own:
                yield name
    for info in graph.output:
        if info.name not in own:
            yield info.name


def topological(reads: Sequence[Sequence[str]], writes: Sequence[Sequence[str]]) -> list[int]:
    """Positions of the nodes, each after those whose values it reads; else in the file's order.

    Nodes that wait on one another in a circle, and those behind them, come last.

    Args:
        reads: names of the values that each node reads.
        writes: names of the values that each node writes.
    """
    producer = {name: at for at, names in enumerate(writes) for name in names if name}
    if _in_order(reads, producer):
        return list(range(len(reads)))  # as nearly every file is
    waits: list[set[int]] = [
        {producer[name] for name in names if name in producer} for names in reads
    ]
    behind: dict[int, list[int]] = {}
    for at, before in enumerate(waits):
        for source in before:
            behind.setdefault(source, []).append(at)
    ready = [at for at, before in enumerate(waits) if not before]
    order: list[int] = []
    while ready:
        at = heapq.heappop(ready)
        order.append(at)
        for after in behind.get(at, ()):
            waits[after].discard(at)
            if not waits[after]:
                heapq.heappush(ready, after)
    stuck = set(range(len(reads))) - set(order)
    return order + sorted(stuck)


def _in_order(reads: Sequence[Sequence[str]], producer: Mapping[str, int]) -> bool:
    for at, names in enumerate(reads):
        for name in names:
            if producer.get(name, -1) >= at:
                return False
    return True


def in_circles(
    order: Sequence[int], reads: Sequence[Sequence[str]], writes: Sequence[Sequence[str]]
) -> bool:
    """Whether some node of the order reads a value that only a later one, or itself, writes."""
    everything = {name for names in writes for name in names if name}
    seen: set[str] = set()
    for at in order:
        if any(name in everything and name not in seen for name in reads[at]):
            return True
        seen.update(writes[at])
    return False
