"""What every kind of reading is made from: the outputs, the picture that came, the labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from cutaway import inputs
from cutaway.graph import Graph, Node, Value
from cutaway.loaders import Model
from cutaway.outputs.seen import Array, Output, Seen
from cutaway.outputs.words import Vocabulary
from cutaway.session.carried import is_state
from cutaway.session.feeding import Fed
from cutaway.session.quantization import quantization_of
from cutaway.session.reading.batches import alone, items_of

_MOVES = frozenset({
    "Identity", "Reshape", "Squeeze", "Unsqueeze", "Transpose", "Cast", "Flatten",
    "DequantizeLinear", "QuantizeLinear",
})  # fmt: skip
"""Operators that change no number's meaning."""
_STRETCH = 16
"""Operators before an output that tell something of it."""


@dataclass(frozen=True)
class Context:
    """One run, as readings see it."""

    seen: Seen
    geometry: inputs.Geometry | None
    """Onto the picture as it came; None where the model got no picture."""
    source: inputs.Source | None
    """What was fed; None for a synthetic input."""
    labels: tuple[str, ...] | None
    tokenizer: Path | None = None
    """What turns words into numbers and back; None where none is at hand."""
    items: int = 1
    """How many were fed at once; one of them is read."""

    @cached_property
    def vocabulary(self) -> Vocabulary | None:
        """What knows the text of tokens; None without a tokenizer that can be read."""
        return None if self.tokenizer is None else inputs.vocabulary(self.tokenizer)

    @cached_property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture as it came, or of the model's where none came."""
        if self.geometry is None:
            return (1, 1)
        return self.geometry.source[1], self.geometry.source[0]


@dataclass(frozen=True)
class Facts:
    """What readings know of a model before any run."""

    kinds: frozenset[str]
    words: str
    text_in: bool
    outputs: dict[int, tuple[str | None, frozenset[str], Node | None]]
    """By value id: the operator that made its numbers, those before it, and what wrote it."""


def facts(model: Model) -> Facts:
    """What readings know of a model before any run; made once."""
    graph = model.graph
    return Facts(
        frozenset(node.kind or node.op for node in graph.nodes),
        _words(model),
        _text_in(graph),
        {value: _written(graph, value) for value in graph.outputs},
    )


def context(
    model: Model,
    known: Facts,
    tensors: Mapping[int, Array],
    fed: Fed,
    labels: Sequence[str] | None,
    tokenizer: Path | None = None,
    item: int = 0,
) -> Context:
    """What is read of one run that is over: of a batch one item, as if it had been fed alone."""
    graph = model.graph
    items = items_of(graph, fed)
    main = fed.arrays.get(fed.main.id)
    if main is not None:
        main, _ = alone(fed.main, main, item, items)
    found = None if main is None else picture_of(main.shape, fed.main.axes)
    size, channels = found or (None, None)
    if fed.geometry is not None:
        size, channels = fed.geometry.size, channels or 1
    kept = [v for v in graph.outputs if v in tensors and tensors[v].size and tensors[v].ndim]
    outputs = tuple(_output(model, known, graph.values[v], tensors[v], (item, items)) for v in kept)
    names = tuple(labels) if labels else None
    seen = Seen(
        outputs=outputs,
        size=size,
        channels=channels,
        fed=main,
        states=frozenset(v for v in kept if _is_state(graph, v, tensors[v].shape)),
        kinds=known.kinds,
        words=known.words,
        name=model.name,
        labels=names,
        inputs=len(graph.inputs),
        text_in=known.text_in,
    )
    geometry = fed.geometry
    if geometry is None and size is not None:
        geometry = inputs.Geometry(size, size)
    return Context(seen, geometry, fed.source, names, tokenizer, items)


def picture_of(shape: tuple[int, ...], axes: str | None) -> tuple[tuple[int, int], int] | None:
    """Height and width, and channels, of a picture by its shape; None where it is none."""
    if axes and "H" in axes and "W" in axes and len(axes) == len(shape):
        channels = shape[axes.index("C")] if "C" in axes else 1
        size = shape[axes.index("H")], shape[axes.index("W")]
        return (size, channels) if channels in (1, 3, 4) and min(size) > 4 else None
    if len(shape) != 4:
        return None
    if shape[1] in (1, 3, 4) and min(shape[2:]) > 4:
        return (shape[2], shape[3]), shape[1]
    if shape[3] in (1, 3, 4) and min(shape[1:3]) > 4:
        return (shape[1], shape[2]), shape[3]
    return None


def _output(
    model: Model, known: Facts, value: Value, array: Array, part: tuple[int, int]
) -> Output:
    writer, upstream, _ = known.outputs[value.id]
    one, start = alone(value, array, *part)
    held = real(model, known, value.id, one)
    return Output(value.id, value.name, held, writer, upstream, value.axes, part[0], start)


def _written(graph: Graph, value: int) -> tuple[str | None, frozenset[str], Node | None]:
    producer = graph.producer.get(value)
    node = None if producer is None else graph.nodes[producer]
    kinds = [n.kind or n.op for n in _before(graph, value)]
    writer = next((kind for kind in kinds if kind not in _MOVES), None)
    return writer, frozenset(kinds), node


def _before(graph: Graph, value: int) -> list[Node]:
    """The nodes that lie before a value, the nearest first, over the data that they pass on."""
    found: list[Node] = []
    waiting, seen = [value], set[int]()
    while waiting and len(found) < _STRETCH:
        number = graph.producer.get(waiting.pop(0))
        if number is None or number in seen:
            continue
        seen.add(number)
        node = graph.nodes[number]
        found.append(node)
        waiting += [read.value for read in node.reads]
    return found


def real(model: Model, known: Facts, value: int, array: Array) -> Array:
    """What an output's numbers stand for: of quantized ones the scale times what is above zero."""
    node = known.outputs[value][2]
    told = None if node is None else quantization_of(model, node)
    if told is None or array.dtype.kind not in "iu":
        return array
    scale, zero = told
    return (array.astype(np.float64) - zero) * scale


def _is_state(graph: Graph, value: int, shape: tuple[int, ...]) -> bool:
    """Whether an output is what some state becomes: the same shape, or a name that says so."""
    states = [graph.values[i] for i in graph.inputs if is_state(graph, i)]
    if not states or len(graph.outputs) < 2:
        return False
    low = graph.values[value].name.lower()
    if any(word in low for word in ("state", "hidden", "cache", "present", "past")):
        return True
    lengths = [s.shape for s in states if s.shape is not None]
    return len(shape) > 2 and shape in lengths


def _words(model: Model) -> str:
    graph = model.graph
    named = [graph.values[i].name for i in (*graph.inputs, *graph.outputs)]
    told = [f"{key} {value}" for key, value in model.facts.metadata.items()]
    return " ".join([model.name, *named, *told]).lower()[:20_000]


_TOKENS = ("ids", "token", "text", "words", "input")


def _text_in(graph: Graph) -> bool:
    """Whether an input takes tokens: whole numbers in one or two axes, and a name that fits."""
    for number in graph.inputs:
        value = graph.values[number]
        whole = value.dtype in ("int64", "int32", "string", "object")
        named = any(word in value.name.lower() for word in _TOKENS)
        if whole and named and value.shape is not None and len(value.shape) in (1, 2):
            return True
    return False
