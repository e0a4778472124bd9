"""Which node reads what other nodes make, as arrays: for whatever walks over all of it."""

from __future__ import annotations

from dataclasses import dataclass
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
