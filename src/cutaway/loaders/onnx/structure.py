"""An ONNX message as a Graph."""
# pyright: standard

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import compress
from operator import not_
from typing import Any

from onnx import ModelProto, NodeProto, SparseTensorProto

from cutaway.graph import Graph, Node, Read, Value
from cutaway.graph.model import What
from cutaway.loaders import scopes
from cutaway.loaders.letters import Letters
from cutaway.loaders.onnx.anchors import mark_anchors
from cutaway.loaders.onnx.attributes import WINDOWS, complete_window, kind_attributes
from cutaway.loaders.onnx.constants import AnyTensor, constant_tensor, is_constant
from cutaway.loaders.onnx.grouping import Grouping
from cutaway.loaders.onnx.operators import Operator, operator
from cutaway.loaders.onnx.order import in_circles, topological
from cutaway.loaders.onnx.roles import role_of
from cutaway.loaders.onnx.shapes import UNKNOWN, Known, known_shapes
from cutaway.loaders.onnx.tensors import dtype_name


@dataclass(frozen=True)
class Structure:
    """A Graph, and where its parts are in the file's message."""

    graph: Graph
    tensors: Mapping[int, AnyTensor]
    """The tensor of each weight and constant, by value id."""
    protos: tuple[NodeProto, ...]
    """The file's own node, by node id."""


def read_structure(model: ModelProto) -> Structure:
    """The Graph of an ONNX message.

    One node per operator in a topological order, ``Constant`` operators as values, groups from the
    slashes and dots in names. Bodies of ``If``, ``Loop`` and ``Scan`` stay inside their node.
    """
    return _Reader(model).structure()


class _Reader:
    """Builds the values, then the nodes, then what follows from both."""

    def __init__(self, model: ModelProto) -> None:
        self._model = model
        self._known = known_shapes(model)
        self._opsets = {entry.domain: entry.version for entry in model.opset_import}
        self._value_names = scopes.UniqueNames()
        self._values: list[Value] = []
        self._ids: dict[str, int] = {}
        self._tensors: dict[int, AnyTensor] = {}
        self._notes: list[str] = []
        self._written_names: set[str] = set()
        self._promised: set[str] = set()

    def structure(self) -> Structure:
        """Everything, in the order in which one thing needs another."""
        graph = self._model.graph
        held = [is_constant(node) for node in graph.node]
        inputs = self._add_inputs()
        self._add_tensors(compress(graph.node, held))
        operators = self._ordered(compress(graph.node, map(not_, held)))
        self._written_names.update(name for one in operators for name in one.writes)
        grouping = Grouping(one.name for one in operators)
        nodes = [
            self._node(at, one, scope, grouping.group(scope))
            for at, (one, scope) in enumerate(zip(operators, grouping.scopes, strict=True))
        ]
        outputs = [self._known_id(info.name, "the graph's outputs") for info in graph.output]
        letters = Letters(nodes, self._values)
        mark_anchors(nodes, letters)
        for value, axes in letters.spread().items():
            self._values[value] = replace(self._values[value], axes=axes)
        built = Graph(
            tuple(nodes), tuple(self._values), grouping.groups(nodes), tuple(inputs),
            tuple(outputs), tuple(self._notes),
        )  # fmt: skip
        return Structure(built, self._tensors, tuple(one.proto for one in operators))

    def _add(self, name: str, known: Known, what: What) -> int:
        number = len(self._values)
        unique = self._value_names.take(name)
        self._values.append(Value(number, unique, known.shape, known.dtype, what))
        self._ids.setdefault(name, number)
        return number

    def _add_inputs(self) -> list[int]:
        graph = self._model.graph
        # Before IR version 4, weights were listed among the inputs too, as their defaults.
        held = {tensor.name for tensor in graph.initializer}
        held.update(sparse.values.name for sparse in graph.sparse_initializer)
        names = [info.name for info in graph.input if info.name not in held]
        return [self._add(name, self._known.get(name, UNKNOWN), "input") for name in names]

    def _add_tensors(self, constants: Iterable[NodeProto]) -> None:
        graph = self._model.graph
        for tensor in graph.initializer:
            self._add_tensor(tensor.name, tensor, "weight")
        for sparse in graph.sparse_initializer:
            self._add_tensor(sparse.values.name, sparse, "weight")
        for node in constants:
            self._add_tensor(node.output[0], constant_tensor(node), "constant")

    def _add_tensor(self, name: str, tensor: AnyTensor, what: What) -> None:
        values = tensor.values if isinstance(tensor, SparseTensorProto) else tensor
        known = Known(tuple(tensor.dims), dtype_name(values.data_type))
        self._tensors[self._add(name, known, what)] = tensor

    def _ordered(self, nodes: Iterable[NodeProto]) -> list[Operator]:
        found = [operator(node) for node in nodes]
        reads = [one.reads + one.captured for one in found]
        writes = [one.writes for one in found]
        order = topological(reads, writes)
        if order != list(range(len(found))):
            if in_circles(order, reads, writes):
                self._notes.append("some operators wait on one another in a circle")
            else:
                self._notes.append("the file's operators are not in the order in which they run")
        names = scopes.UniqueNames()
        return [
            found[at].named(names.take(found[at].name or f"{found[at].op}_{at}")) for at in order
        ]

    def _node(self, number: int, one: Operator, scope: str, group: int) -> Node:
        kind, tensors = one.kind, self._tensors
        values = [self._known_id(name, one.name) if name else -1 for name in one.reads]
        reads = [
            Read(value, role_of(kind, position, constant=value in tensors))
            for position, value in enumerate(values)
            if value >= 0
        ]
        reads += [Read(self._known_id(name, one.name), "captured") for name in one.captured]
        stated = one.attributes()
        complete = {} if kind is None else self._kind_attributes(one, stated, values)
        writes = [self._written(name) for name in one.writes if name]
        return Node(
            number, one.name, one.op, tuple(reads), tuple(writes), scope, group, kind,
            kind_attributes=complete, attributes={**stated, **one.inner()} if stated else stated,
        )  # fmt: skip

    def _known_id(self, name: str, reader: str) -> int:
        known = self._ids.get(name)
        if known is not None:
            return known
        if name not in self._written_names:
            self._notes.append(f"'{name}', wanted by {reader}, comes from nowhere")
        self._promised.add(name)
        return self._add(name, self._known.get(name, UNKNOWN), "activation")

    def _written(self, name: str) -> int:
        if name in self._promised:  # read before it is written: the graph has a circle
            self._promised.discard(name)
            return self._ids[name]
        return self._add(name, self._known.get(name, UNKNOWN), "activation")

    def _kind_attributes(
        self, one: Operator, stated: Mapping[str, Any], values: list[int]
    ) -> Mapping[str, Any]:
        opset = self._opsets.get(one.domain, self._opsets.get("", 1))
        found = kind_attributes(one.op, one.domain, stated, opset)
        if one.op in WINDOWS:
            shapes = [self._values[value].shape if value >= 0 else None for value in values]
            data, kernel = (*shapes, None, None)[:2]
            complete_window(one.op, found, data, kernel if one.op.startswith("Conv") else None)
        return found
