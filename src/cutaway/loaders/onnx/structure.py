"""An ONNX message as a Graph."""
# pyright: standard

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import compress
from operator import not_
from typing import Any, cast

from onnx import GraphProto, ModelProto, NodeProto, SparseTensorProto

from cutaway.graph import Graph, Node, Read, Value
from cutaway.graph.model import What
from cutaway.loaders import scopes
from cutaway.loaders.grouping import Grouping
from cutaway.loaders.letters import Letters
from cutaway.loaders.onnx.anchors import mark_anchors
from cutaway.loaders.onnx.attributes import WINDOWS, complete_window, kind_attributes
from cutaway.loaders.onnx.constants import AnyTensor, constant_tensor, is_constant
from cutaway.loaders.onnx.operators import Operator, operator
from cutaway.loaders.onnx.order import in_circles, topological
from cutaway.loaders.onnx.roles import role_of
from cutaway.loaders.onnx.shapes import UNKNOWN, Known, known_shapes, stated_shapes
from cutaway.loaders.onnx.tensors import dtype_name


@dataclass(frozen=True)
class Structure:
    """A Graph, and where its parts are in the file's message."""

    graph: Graph
    """The nodes of bodies come after all others, which do not read what they write."""
    tensors: Mapping[int, AnyTensor]
    """The tensor of each weight and constant, by value id."""
    protos: tuple[NodeProto, ...]
    """The file's own node, by node id, without those of bodies."""
    owners: Mapping[int, int]
    """By id of a node of a body, the node that runs it: an ``If``, ``Loop`` or ``Scan``."""
    inner: tuple[int, ...]
    """Ids of the values that only exist while a body runs."""


def read_structure(model: ModelProto) -> Structure:
    """The Graph of an ONNX message.

    One node per operator in a topological order, ``Constant`` operators as values, groups from the
    slashes and dots in names. The nodes in a body of an ``If``, ``Loop`` or ``Scan`` are nodes
    too, in a group by the name of the one that runs them: ``scope/name/then_branch``.
    """
    return _Reader(model).structure()


@dataclass
class _Frame:
    """One graph of the file, that of the model or a body, and what its names stand for."""

    graph: GraphProto
    known: Mapping[str, Known]
    outer: Mapping[str, int] | None = None
    """Id by name of the values around a body."""
    place: str = ""
    """Path of the group of a body."""
    owner: int | None = None
    """Id of the node of the model's own graph that runs a body, or the one around it."""
    own: dict[str, int] = field(default_factory=dict[str, int])
    """Id by name of its own values."""
    written: set[str] = field(default_factory=set[str])
    """Names that its operators write."""
    promised: set[str] = field(default_factory=set[str])
    """Names that are read before they are written: the graph has a circle."""

    def __post_init__(self) -> None:
        """Set what is asked again and again."""
        self.ids: Mapping[str, int] = self.own
        """Id by name of its own values, and behind them of those around it."""
        if self.outer is not None:
            self.ids = ChainMap(self.own, cast("dict[str, int]", self.outer))
        self.constants = [is_constant(node) for node in self.graph.node]
        """For each node of the file, whether it is no operator but a value."""


class _Reader:
    """Builds the values, then the nodes, then what follows from both."""

    def __init__(self, model: ModelProto) -> None:
        self._model = model
        self._opsets = {entry.domain: entry.version for entry in model.opset_import}
        self._value_names = scopes.UniqueNames()
        self._node_names = scopes.UniqueNames()
        self._values: list[Value] = []
        self._tensors: dict[int, AnyTensor] = {}
        self._notes: list[str] = []
        self._inner: list[int] = []
        self._frame = _Frame(model.graph, known_shapes(model))

    def structure(self) -> Structure:
        """Everything, in the order in which one thing needs another."""
        top = self._frame
        inputs = self._add_values("input")
        operators = self._operators(top)
        frames = [top] * len(operators)
        self._add_bodies(operators, frames)
        grouping = Grouping((one.name for one in operators), (frame.place for frame in frames))
        nodes: list[Node] = []
        for one, frame, scope in zip(operators, frames, grouping.scopes, strict=True):
            if frame is not self._frame:
                self._frame = frame
                self._inner += self._add_values("activation")
            nodes.append(self._node(len(nodes), one, scope, grouping.group(scope)))
        self._frame = top
        outputs = [self._known_id(info.name, "the graph's outputs") for info in top.graph.output]
        letters = Letters(nodes, self._values)
        mark_anchors(nodes, letters)
        for value, axes in letters.spread().items():
            self._values[value] = replace(self._values[value], axes=axes)
        built = Graph(
            tuple(nodes), tuple(self._values), grouping.groups(nodes), tuple(inputs),
            tuple(outputs), tuple(self._notes),
        )  # fmt: skip
        return self._with_bodies(built, operators, frames)

    def _with_bodies(
        self, built: Graph, operators: list[Operator], frames: list[_Frame]
    ) -> Structure:
        owners = {at: frame.owner for at, frame in enumerate(frames) if frame.owner is not None}
        written = [value for at in owners for value in built.nodes[at].writes]
        protos = tuple(one.proto for one in operators[: len(operators) - len(owners)])
        return Structure(built, self._tensors, protos, owners, (*self._inner, *written))

    def _add_bodies(self, operators: list[Operator], frames: list[_Frame]) -> None:
        """Add the operators of all bodies, and of those inside them, each with its frame."""
        for at, one in enumerate(operators):  # which grows while it is walked through
            for label, body in one.bodies:
                around = frames[at]
                place = "/".join(filter(None, (around.place, scopes.path(one.name), label)))
                owner = at if around.owner is None else around.owner
                frame = _Frame(body, stated_shapes(body), around.ids, place, owner)
                added = self._operators(frame)
                operators += added
                frames += [frame] * len(added)

    def _add(self, name: str, known: Known, what: What) -> int:
        number = len(self._values)
        unique = self._value_names.take(name)
        self._values.append(Value(number, unique, known.shape, known.dtype, what))
        self._frame.own.setdefault(name, number)
        return number

    def _add_values(self, what: What) -> list[int]:
        """Add what a graph is given and holds; ids of the former."""
        graph = self._frame.graph
        # Before IR version 4, weights were listed among the inputs too, as their defaults.
        held = {tensor.name for tensor in graph.initializer}
        held.update(sparse.values.name for sparse in graph.sparse_initializer)
        names = [info.name for info in graph.input if info.name not in held]
        given = [self._add(name, self._frame.known.get(name, UNKNOWN), what) for name in names]
        for tensor in graph.initializer:
            self._add_tensor(tensor.name, tensor, "weight")
        for sparse in graph.sparse_initializer:
            self._add_tensor(sparse.values.name, sparse, "weight")
        for node in compress(graph.node, self._frame.constants):
            self._add_tensor(node.output[0], constant_tensor(node), "constant")
        return given

    def _add_tensor(self, name: str, tensor: AnyTensor, what: What) -> None:
        values = tensor.values if isinstance(tensor, SparseTensorProto) else tensor
        known = Known(tuple(tensor.dims), dtype_name(values.data_type))
        self._tensors[self._add(name, known, what)] = tensor

    def _operators(self, frame: _Frame) -> list[Operator]:
        """The operators of a graph but its constants, in the order in which they run."""
        found = self._ordered(compress(frame.graph.node, map(not_, frame.constants)))
        frame.written.update(name for one in found for name in one.writes)
        return found

    def _ordered(self, nodes: Iterable[NodeProto]) -> list[Operator]:
        found = [operator(node) for node in nodes]
        reads = [one.reads + one.captured for one in found]
        writes = [one.writes for one in found]
        order = topological(reads, writes)
        if in_circles(order, reads, writes):
            self._notes.append("some operators wait on one another in a circle")
        elif order != list(range(len(found))):
            self._notes.append("the file's operators are not in the order in which they run")
        take = self._node_names.take
        return [found[at].named(take(found[at].name or f"{found[at].op}_{at}")) for at in order]

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
        frame = self._frame
        known = frame.ids.get(name)
        if known is not None:
            return known
        if name not in frame.written:
            self._notes.append(f"'{name}', wanted by {reader}, comes from nowhere")
        frame.promised.add(name)
        return self._add(name, frame.known.get(name, UNKNOWN), "activation")

    def _written(self, name: str) -> int:
        frame = self._frame
        if name in frame.promised:
            frame.promised.discard(name)
            return frame.ids[name]
        return self._add(name, frame.known.get(name, UNKNOWN), "activation")

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
