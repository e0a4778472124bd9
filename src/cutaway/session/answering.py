"""What a run says, as the page shows it."""

from __future__ import annotations

from collections.abc import Sequence

from cutaway import outputs
from cutaway.loaders import Model
from cutaway.session.documents import AnswerDoc, ClassDoc
from cutaway.session.reading.context import real
from cutaway.trace import Array, Capture


def real_numbers(model: Model, value: int, array: Array) -> Array:
    """What the numbers of a graph's output stand for, where they are quantized."""
    producer = model.graph.producer.get(value)
    return real(array, model, model.graph.nodes[producer] if producer is not None else None)


def read_answer(model: Model, capture: Capture, labels: Sequence[str] | None) -> AnswerDoc | None:
    """The classes that the model's single output gives; None where it is no class vector."""
    graph = model.graph
    if len(graph.outputs) != 1 or graph.outputs[0] not in capture.tensors:
        return None
    (output,) = graph.outputs
    producer = graph.producer.get(output)
    node = graph.nodes[producer] if producer is not None else None
    kind = node.kind if node is not None else None
    array = real(capture.tensors[output], model, node)
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
