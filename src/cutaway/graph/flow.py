"""Which node reads what other nodes make, as arrays: for whatever walks over all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import chain
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cutaway.graph.model import Graph

Ids: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Flow:
    """One entry for each read of a value that a run makes or is given, by reader and port."""

    value: Ids
    """``(R,)``: id of the value."""
    maker: Ids
    """``(R,)``: id of the node that writes it; -1 where it is one of the graph's inputs."""
    reader: Ids
    """``(R,)``: id of the node that reads it."""
    port: Ids
    """``(R,)``: position in the reader's ``reads``."""


def flow(graph: Graph) -> Flow:
    """All reads, but of weights, constants, and values that come from nowhere."""
    maker = makers(graph)
    counts = np.array([len(node.reads) for node in graph.nodes], np.int64)
    value = np.array([read.value for node in graph.nodes for read in node.reads], np.int64)
    reader = np.repeat(np.arange(len(counts)), counts)
    port = np.arange(len(value)) - np.repeat(np.cumsum(counts) - counts, counts)
    given = np.zeros(len(graph.values), np.bool_)
    given[list(graph.inputs)] = True
    held = np.array([one.what in ("weight", "constant") for one in graph.values], np.bool_)
    moves = ((maker >= 0) | given) & ~held
    kept = np.flatnonzero(moves[value]) if len(value) else value
    source = np.where(given, -1, maker)
    return Flow(value[kept], source[value[kept]], reader[kept], port[kept])


def makers(graph: Graph) -> Ids:
    """``(V,)``: id of the node that writes each value first, -1 where none does."""
    counts = [len(node.writes) for node in graph.nodes]
    written = np.fromiter(chain.from_iterable(node.writes for node in graph.nodes), np.int64)
    found = np.full(len(graph.values), -1, np.int64)
    # Of several that write one value the first counts: it is assigned last.
    found[written[::-1]] = np.repeat(np.arange(len(counts)), counts)[::-1]
    return found


def in_flow_order(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """The vertices, each after those that lead to it, of equals the lower number first.

    Where edges close a cycle, the lowest vertex that waits goes first.

    Args:
        count: number of vertices.
        edges: from and to.
    """
    after: list[list[int]] = [[] for _ in range(count)]
    waits = [0] * count
    for source, target in edges:
        if source != target:
            after[source].append(target)
            waits[target] += 1
    ready = [vertex for vertex in range(count) if not waits[vertex]]
    heapify(ready)
    order: list[int] = []
    done = [False] * count
    lowest = 0
    while len(order) < count:
        if not ready:
            while done[lowest]:
                lowest += 1
            ready.append(lowest)
        vertex = heappop(ready)
        if done[vertex]:
            continue
        done[vertex] = True
        order.append(vertex)
        for target in after[vertex]:
            waits[target] -= 1
            if not waits[target] and not done[target]:
                heappush(ready, target)
    return order
