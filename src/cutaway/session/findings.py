"""What is known of all tensors of a run at once, and what nodes cost, as columns."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

import numpy as np

from cutaway import pictures
from cutaway.graph import Graph, costs
from cutaway.session.answer import Answer, as_blob
from cutaway.session.columns import offsets
from cutaway.trace import Array

_BOUNDS: dict[str, pictures.Bounds] = {
    "Sigmoid": pictures.Bounds(0.0, 1.0),
    "HardSigmoid": pictures.Bounds(0.0, 1.0),
    "Softmax": pictures.Bounds(0.0, 1.0),
    "Tanh": pictures.Bounds(-1.0, 1.0),
    "Softsign": pictures.Bounds(-1.0, 1.0),
}
"""Between what the values of an operator lie, by kind."""


def run_findings(graph: Graph, tensors: Mapping[int, Array]) -> Answer:
    """Flags of every tensor that a run kept: ``values`` int32 (n,) ids, ``flags`` uint8 (n,)."""
    kept = sorted(tensors)
    flags = [int(pictures.flags(tensors[value], bounds_of(graph, value))) for value in kept]
    return as_blob(
        {
            "values": np.array(kept, np.int32),
            "flags": np.array(flags, np.uint8),
        },
        {},
    )


def run_shapes(tensors: Mapping[int, Array]) -> Answer:
    """Shapes of every tensor that a run kept.

    ``values`` int32 (n,) ids; ``lengths`` int32, the shapes laid end to end; ``lengths_at`` int32
    (n + 1,).
    """
    kept = sorted(tensors)
    shapes = [tensors[value].shape for value in kept]
    return as_blob(
        {
            "values": np.array(kept, np.int32),
            "lengths": np.array(list(chain.from_iterable(shapes)), np.int32),
            "lengths_at": offsets([len(shape) for shape in shapes]),
        },
        {},
    )


def bounds_of(graph: Graph, value: int) -> pictures.Bounds | None:
    """Between what a value's numbers lie, by the operator that wrote it; None where unbounded."""
    writer = graph.producer.get(value)
    if writer is None:
        return None
    node = graph.nodes[writer]
    if node.kind == "Clip":
        low, high = node.kind_attributes.get("min"), node.kind_attributes.get("max")
        if isinstance(low, int | float) and isinstance(high, int | float) and low < high:
            return pictures.Bounds(float(low), float(high))
    return _BOUNDS.get(node.kind or "")


def node_costs(graph: Graph) -> Answer:
    """What every node costs: float64 (nodes,) ``parameters``, ``bytes``, ``multiply_adds``.

    Multiply-adds are NaN where they are not known.
    """
    found = costs(graph)
    unknown = float("nan")
    multiply = (unknown if c.multiply_adds is None else float(c.multiply_adds) for c in found)
    return as_blob(
        {
            "parameters": np.array([c.parameters for c in found], np.float64),
            "bytes": np.array([c.bytes for c in found], np.float64),
            "multiply_adds": np.fromiter(multiply, np.float64, len(found)),
        },
        {},
    )
