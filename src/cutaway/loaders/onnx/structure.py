"""An ONNX message as a Graph."""
# pyright: standard

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from onnx import ModelProto, NodeProto, SparseTensorProto

from cutaway.graph import FAMILIES, Graph, Group, Node, Read, Value
from cutaway.graph.model import What
from cutaway.loaders import scopes
from cutaway.loaders.letters import Letters
from cutaway.loaders.onnx.anchors import mark_anchors
from cutaway.loaders.onnx.attributes import kind_attributes, kind_of, stated_attributes
from cutaway.loaders.onnx.constants import AnyTensor, constant_tensor, is_constant
from cutaway.loaders.onnx.order import body_size, in_circles, outer_reads, topological
from cutaway.loaders.onnx.roles import role_of
from cutaway.loaders.onnx.shapes import Known, known_shapes
from cutaway.loaders.onnx.tensors import dtype_name

_ACTIVATIONS: Final = FAMILIES["activation"]


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
    slashes in names. Bodies of ``If``, ``Loop`` and ``Scan`` stay inside their node.
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
        self._all_outputs = {name for node in model.graph.node for name in node.output}
        self._promised: set[str] = set()

    def structure(self) -> Structure:
        """Everything, in the order in which one thing needs another."""
        graph = self._model.graph
        inputs = self._add_inputs()
        self._add_tensors()
        protos = self._ordered([node for node in graph.node if not is_constant(node)])
        nodes = [self._node(at, proto) for at, proto in enumerate(protos)]
        nodes, table = _grouped(nodes)
        outputs = [self._known_id(info.name, "the graph's outputs") for info in graph.output]
        letters = Letters(nodes, self._values)
        mark_anchors(nodes, letters)
        axes = letters.spread()
        values = [replace(value, axes=axes.get(value.id)) for value in self._values]
        built = Graph(
            tuple(nodes), tuple(values), tuple(table.values()), tuple(inputs), tuple(outputs),
            tuple(self._notes),
        )  # fmt: skip
        return Structure(built, self._tensors, tuple(protos))

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
        return [self._add(name, self._known.get(name, Known()), "input") for name in names]

    def _add_tensors(self) -> None:
        graph = self._model.graph
        for tensor in graph.initializer:
            self._add_tensor(tensor.name, tensor, "weight")
        for sparse in graph.sparse_initializer:
            self._add_tensor(sparse.values.name, sparse, "weight")
        for node in graph.node:
            if is_constant(node):
                self._add_tensor(node.output[0], constant_tensor(node), "constant")

    def _add_tensor(self, name: str, tensor: AnyTensor, what: What) -> None:
        values = tensor.values if isinstance(tensor, SparseTensorProto) else tensor
        known = Known(tuple(tensor.dims), dtype_name(values.data_type))
        self._tensors[self._add(name, known, what)] = tensor

    def _ordered(self, nodes: list[NodeProto]) -> list[NodeProto]:
        reads = [[*node.input, *outer_reads(node)] for node in nodes]
        writes = [list(node.output) for node in nodes]
        order = topological(reads, writes)
        if order != list(range(len(nodes))):
            if in_circles(order, reads, writes):
                self._notes.append("some operators wait on one another in a circle")
            else:
                self._notes.append("the file's operators are not in the order in which they run")
        node_names = scopes.UniqueNames()
        ordered: list[NodeProto] = []
        for at in order:
            proto = NodeProto()
            proto.CopyFrom(nodes[at])
            proto.name = node_names.take(proto.name or f"{proto.op_type}_{at}")
            ordered.append(proto)
        return ordered

    def _node(self, number: int, proto: NodeProto) -> Node:
        kind = kind_of(proto)
        values = [self._known_id(name, proto.name) if name else -1 for name in proto.input]
        reads = [
            Read(value, role_of(kind, position, constant=value in self._tensors))
            for position, value in enumerate(values)
            if value >= 0
        ]
        reads += [Read(self._known_id(name, proto.name), "captured") for name in outer_reads(proto)]
        writes = [self._written(name) for name in proto.output if name]
        stated = stated_attributes(proto)
        complete = self._kind_attributes(proto, stated, values)
        if inner := body_size(proto):
            stated["body_nodes"] = inner
        return Node(
            number, proto.name, proto.op_type, tuple(reads), tuple(writes), kind=kind,
            kind_attributes=complete, attributes=stated,
        )  # fmt: skip

    def _known_id(self, name: str, reader: str) -> int:
        if name in self._ids:
            return self._ids[name]
        if name not in self._all_outputs:
            self._notes.append(f"'{name}', wanted by {reader}, comes from nowhere")
        self._promised.add(name)
        return self._add(name, self._known.get(name, Known()), "activation")

    def _written(self, name: str) -> int:
        if name in self._promised:  # read before it is written: the graph has a circle
            self._promised.discard(name)
            return self._ids[name]
        return self._add(name, self._known.get(name, Known()), "activation")

    def _kind_attributes(
        self, proto: NodeProto, stated: Mapping[str, Any], values: list[int]
    ) -> Mapping[str, Any]:
        if kind_of(proto) is None:
            return {}
        shapes = [self._values[value].shape if value >= 0 else None for value in values]
        data, kernel = (*shapes, None, None)[:2]
        opset = self._opsets.get(proto.domain, self._opsets.get("", 1))
        if not proto.op_type.startswith("Conv"):
            kernel = None
        return kind_attributes(proto, stated, opset, data, kernel)


def _grouped(nodes: list[Node]) -> tuple[list[Node], dict[str, Group]]:
    """The nodes with their scopes, and the groups.

    A node ``a/b`` lies in scope ``a``. Where a node is itself named ``a``, it lies in that scope
    with what bears its name; the two are one layer where the other is an activation of it. Of
    several names joined by semicolons (operators that a converter fused) the first one counts.
    """
    paths = [scopes.path(node.name.partition(";")[0]) for node in nodes]
    around = {scope for path in paths for scope in scopes.chain(scopes.parent(path))}
    found = [path if path in around else scopes.parent(path) for path in paths]
    table = scopes.groups(found, _fused(nodes, paths, found))
    placed = [
        replace(node, scope=scope, group=table[scope].id)
        for node, scope in zip(nodes, found, strict=True)
    ]
    return placed, table


def _fused(nodes: list[Node], paths: list[str], found: list[str]) -> set[str]:
    """Scopes that hold nothing but a node of their own name and an activation of what it writes."""
    members: dict[str, list[int]] = {}
    for at, scope in enumerate(found):
        for outer in scopes.chain(scope):
            members.setdefault(outer, []).append(at)
    fused: set[str] = set()
    for scope, inside in members.items():
        if len(inside) == 2:
            layer, last = (nodes[at] for at in inside)
            follows = {read.value for read in last.reads} & set(layer.writes)
            if paths[inside[0]] == scope and last.kind in _ACTIVATIONS and follows:
                fused.add(scope)
    return fused
