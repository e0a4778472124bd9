"""A network as columns of numbers: a hundred thousand nodes in one blob that takes no parsing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from cutaway.graph import Graph, family, repeats
from cutaway.loaders import Model
from cutaway.session.answer import Answer, as_blob
from cutaway.session.quantization import quantizations

_SEVERAL = 3

Columns = dict[str, npt.NDArray[Any]]


class _Words:
    """Numbers for what is said again and again."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, word: str | None) -> int:
        """The word's position; -1 for None."""
        return -1 if word is None else self.numbers.setdefault(word, len(self.numbers))

    def column(self, words: Iterable[str | None]) -> npt.NDArray[np.int32]:
        """The positions of many."""
        number = self.number
        return np.array([number(word) for word in words], np.int32)


def columns(number: int, model: Model) -> Answer:
    """The whole network as one blob.

    Strings are UTF-8 laid end to end (``*_name`` uint8, ``*_name_at`` int32 offsets); words that
    recur are positions in the metadata's ``words``; what nodes read and write lies end to end as
    well (``read_at``, ``read_value``, ``read_role``; ``write_at``, ``write_value``).

    Args:
        number: the model's id in keys.
        model: an opened model, its groups folded.
    """
    graph, facts = model.graph, model.facts
    words, shapes, attributes = _Words(), _Words(), _Words()
    arrays: Columns = {
        **_nodes(graph, words, attributes),
        **_values(graph, words, shapes),
        **_groups(graph, words),
    }
    said = {
        "id": number,
        "name": model.name,
        "format": facts.format,
        "producer": facts.producer,
        "parameters": facts.parameters,
        "bytes": facts.bytes,
        "notes": list(graph.notes),
        "inputs": list(graph.inputs),
        "outputs": list(graph.outputs),
        "words": list(words.numbers),
        "shapes": [orjson.loads(shape) for shape in shapes.numbers],
        "attributes": list(attributes.numbers),
        "repeats": _repeats(graph),
        "quantized": quantizations(model),
    }
    return as_blob(arrays, {"json": orjson.dumps(said).decode()})


def _repeats(graph: Graph) -> dict[str, str]:
    """Such as ``12 × layer``, by group; what comes twice is not worth a word."""
    said = {
        str(group): ", ".join(f"{count} × {title}" for count, title in found if count >= _SEVERAL)
        for group, found in repeats(graph).items()
    }
    return {group: words for group, words in said.items() if words}


def text(strings: Sequence[str]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    """Strings laid end to end as UTF-8, and where each begins."""
    joined = "".join(strings)
    whole = joined.encode("utf-8", "replace")
    if len(whole) == len(joined):
        lengths = [len(one) for one in strings]
    else:
        lengths = [len(one.encode("utf-8", "replace")) for one in strings]
    return np.frombuffer(whole, np.uint8), offsets(lengths)


def offsets(lengths: Sequence[int]) -> npt.NDArray[np.int32]:
    """Where parts of these lengths begin, and where the last one ends."""
    at = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(lengths, out=at[1:])
    return at


def _nodes(graph: Graph, words: _Words, attributes: _Words) -> Columns:
    nodes = graph.nodes
    names, names_at = text([node.name for node in nodes])
    stated = {id(node.attributes): node.attributes for node in nodes}
    written = {
        key: orjson.dumps(dict(one), option=orjson.OPT_NON_STR_KEYS).decode()
        for key, one in stated.items()
    }
    return {
        "node_name": names,
        "node_name_at": names_at,
        "node_op": words.column(node.op for node in nodes),
        "node_kind": words.column(node.kind for node in nodes),
        "node_family": words.column(family(node) for node in nodes),
        "node_group": np.array([node.group for node in nodes], np.int32),
        "node_attributes": attributes.column(written[id(node.attributes)] for node in nodes),
        "read_at": offsets([len(node.reads) for node in nodes]),
        "read_value": np.array([read.value for node in nodes for read in node.reads], np.int32),
        "read_role": words.column(read.role for node in nodes for read in node.reads),
        "write_at": offsets([len(node.writes) for node in nodes]),
        "write_value": np.array([value for node in nodes for value in node.writes], np.int32),
    }


def _values(graph: Graph, words: _Words, shapes: _Words) -> Columns:
    values = graph.values
    names, names_at = text([value.name for value in values])
    written = {shape: orjson.dumps(shape).decode() for shape in {one.shape for one in values}}
    return {
        "value_name": names,
        "value_name_at": names_at,
        "value_shape": shapes.column(
            None if value.shape is None else written[value.shape] for value in values
        ),
        "value_dtype": words.column(value.dtype for value in values),
        "value_what": words.column(value.what for value in values),
        "value_axes": words.column(value.axes for value in values),
    }


def _groups(graph: Graph, words: _Words) -> Columns:
    groups = graph.groups
    names, names_at = text([group.name for group in groups])
    titles, titles_at = text([group.title for group in groups])
    alike = (-1 if group.alike is None else group.alike for group in groups)
    return {
        "group_name": names,
        "group_name_at": names_at,
        "title_name": titles,
        "title_name_at": titles_at,
        "group_parent": np.array(
            [-1 if group.parent is None else group.parent for group in groups], np.int32
        ),
        "group_what": words.column(group.what for group in groups),
        "group_alike": np.fromiter(alike, np.int32, len(groups)),
        "group_nodes": np.array([group.nodes for group in groups], np.int32),
        "group_parameters": _parameters(graph),
    }


def _parameters(graph: Graph) -> npt.NDArray[np.float64]:
    """Numbers that the nodes within each group read as weights, each once a group."""
    sizes = {
        value.id: float(math.prod(d for d in value.shape if isinstance(d, int)))
        for value in graph.values
        if value.what == "weight" and value.shape is not None
    }
    read = {
        (read.value, group)
        for node in graph.nodes
        for read in node.reads
        if read.value in sizes
        for group in (node.group,)
    }
    parents = [group.parent for group in graph.groups]
    # A weight counts once in every group around its readers.
    while outer := {(v, p) for v, g in read if (p := parents[g]) is not None} - read:
        read |= outer
    found = np.zeros(len(parents), np.float64)
    for value, group in read:
        found[group] += sizes[value]
    return found
