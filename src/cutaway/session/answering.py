"""What a run says, as the page shows it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cutaway import outputs
from cutaway.graph import Node
from cutaway.loaders import Model
from cutaway.session.documents import AnswerDoc, ClassDoc
from cutaway.session.quantization import quantization_of
from cutaway.trace import Array, Capture


def _real(array: Array, model: Model, node: Node | None) -> Array:
    """The numbers that quantized ones stand for: the scale times what lies above the zero point."""
    told = None if node is None else quantization_of(model, node)
    if told is None or array.dtype.kind not in "iu":
        return array
    scale, zero = told
    return (array.astype(np.float64) - zero) * scale


def real_numbers(model: Model, value: int, array: Array) -> Array:
    """What the numbers of a graph's output stand for, where they are quantized."""
    producer = model.graph.producer.get(value)
    return _real(array, model, model.graph.nodes[producer] if producer is not None else None)


def read_answer(model: Model, capture: Capture, labels: Sequence[str] | None) -> AnswerDoc | None:
    """The classes that the model's single output gives; None where it is no class vector."""
    graph = model.graph
    if len(graph.outputs) != 1 or graph.outputs[0] not in capture.tensors:
        return None
    (output,) = graph.outputs
    producer = graph.producer.get(output)
    node = graph.nodes[producer] if producer is not None else None
    kind = node.kind if node is not None else None
    array = _real(capture.tensors[output], model, node)
    read = outputs.read(array, kind, labels, single_output=True)
    if read is None:
        return None
    return AnswerDoc(
        value=output,
        raw=read.raw,
        applied=read.applied,
        classes=[ClassDoc(c.index, c.label, c.value, c.score) for c in read.classes],
        top=list(read.top),
    )
