"""A Keras model as a Graph, and the steps that compute it."""
# pyright: standard

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, TypeAlias

from cutaway.graph import Graph, Node, Read, Value
from cutaway.graph.model import What
from cutaway.loaders import scopes
from cutaway.loaders.keras import operators
from cutaway.loaders.keras.activations import described, is_split, name_of
from cutaway.loaders.keras.anchors import mark_anchors
from cutaway.loaders.keras.configuration import plain_config
from cutaway.loaders.keras.kinds import kind_of
from cutaway.loaders.keras.roles import data_roles, weight_name, weight_role
from cutaway.loaders.letters import Letters

# Two convolutions in one layer are no single ONNX operator.
_FAMILIES = {"SeparableConv1D": "convolution", "SeparableConv2D": "convolution"}


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a layer or operation."""

    operation: Any
    arguments: Any
    """Keras's ``SymbolicArguments``: what it is called with."""
    outputs: tuple[int, ...]
    """Identities of the symbolic tensors that it returns, in order."""
    writes: tuple[int, ...]
    """Value ids of the same."""
    nodes: tuple[int, ...]
    """Id of its node, and of its activation's where that is split off."""
    linear: int | None
    """Value id of what goes into the activation where that is split off."""


@dataclass(frozen=True, slots=True)
class Nested:
    """One call of a model inside a model."""

    plan: Plan
    arguments: Any
    outputs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps that compute one model, in an order in which they can run.

    Symbolic tensors are told apart by identity, as Keras itself does: the model keeps them alive.
    """

    inputs: tuple[int, ...]
    steps: tuple[Step, ...]
    outputs: tuple[int, ...]


Step: TypeAlias = Call | Nested


@dataclass(frozen=True)
class Structure:
    """A Graph, and what computes and holds its values."""

    graph: Graph
    plan: Plan
    variables: Mapping[int, Any]
    """The Keras variable of each weight, the array of each constant, by value id."""


def read_structure(model: Any, keras: ModuleType) -> Structure:
    """The Graph of a model, and the plan to run it.

    One node per call of a layer, and one for its activation where that is applied last. A model
    inside the model is a group.

    Args:
        model: a built functional or sequential ``keras.Model``.
        keras: the module.
    """
    return _Reader(keras).structure(model)


def functional(model: Any) -> Any:
    """The functional model of a model: a sequential one makes one of its layers when built."""
    return getattr(model, "_functional", None) or model


class _Reader:
    """Walks through the calls of a model and those inside it."""

    def __init__(self, keras: ModuleType) -> None:
        self._keras = keras
        self._values: list[Value] = []
        self._nodes: list[Node] = []
        self._layers: list[Any] = []
        self._scopes: dict[str, bool] = {}
        self._value_names = scopes.UniqueNames()
        self._call_names = scopes.UniqueNames()
        self._weights: dict[int, int] = {}
        self._variables: dict[int, Any] = {}

    def structure(self, model: Any) -> Structure:
        """Everything, in the order in which one thing needs another."""
        top = functional(model)
        held = {
            id(tensor): self._add(tensor.name, tensor.shape, _dtype(tensor), "input")
            for tensor in top.inputs
        }
        inputs = tuple(held[id(tensor)] for tensor in top.inputs)
        plan = self._plan(top, "", held)
        outputs = tuple(held[tensor] for tensor in plan.outputs)
        fused = {scope for scope, is_fused in self._scopes.items() if is_fused}
        table = scopes.groups(self._scopes, fused)
        nodes = [replace(node, group=table[node.scope].id) for node in self._nodes]
        letters = Letters(nodes, self._values)
        mark_anchors(nodes, self._layers, letters)
        axes = letters.spread()
        values = tuple(replace(value, axes=axes.get(value.id)) for value in self._values)
        groups = tuple(table.values())
        graph = Graph(tuple(nodes), values, groups, inputs, outputs)
        return Structure(graph, plan, self._variables)

    def _plan(self, model: Any, scope: str, held: dict[int, int]) -> Plan:
        """The steps of a model.

        Args:
            model: functional.
            scope: the path of its group.
            held: value id by the identity of each symbolic tensor known so far; added to.
        """
        steps: list[Step] = []
        by_depth = model._nodes_by_depth  # noqa: SLF001 - what Keras's own run walks through
        for depth in sorted(by_depth, reverse=True):
            for node in by_depth[depth]:
                ready = all(id(tensor) in held for tensor in node.input_tensors)
                if node.is_input or not ready:
                    continue
                if self._is_model(node.operation):
                    steps.append(self._nested(node, scope, held))
                else:
                    steps.append(self._call(node, scope, held))
        return Plan(_identities(model.inputs), tuple(steps), _identities(model.outputs))

    def _is_model(self, operation: Any) -> bool:
        return isinstance(operation, self._keras.Model) and hasattr(
            functional(operation), "_nodes_by_depth"
        )

    def _nested(self, node: Any, scope: str, held: dict[int, int]) -> Nested:
        inner = functional(node.operation)
        path = self._call_names.take(_joined(scope, node.operation.name))
        self._scopes.setdefault(path, False)
        fed = self._keras.tree.flatten(node.arguments.args[0])
        inside = {
            id(theirs): held[id(ours)] for theirs, ours in zip(inner.inputs, fed, strict=True)
        }
        plan = self._plan(inner, path, inside)
        outputs = _identities(node.outputs)
        held.update(
            {ours: inside[theirs] for ours, theirs in zip(outputs, plan.outputs, strict=True)}
        )
        return Nested(plan, node.arguments, outputs)

    def _call(self, node: Any, scope: str, held: dict[int, int]) -> Call:
        layer = node.operation
        name = self._call_names.take(_joined(scope, layer.name))
        split = is_split(layer)
        around = name if split else scope
        if around:
            self._scopes.setdefault(around, split)
        data = [held[id(tensor)] for tensor in node.input_tensors]
        reads = self._reads(node, data, _joined(scope, layer.name))
        shape = tuple(node.input_tensors[0].shape) if data else ()
        kind, complete = kind_of(layer, shape)
        linear, out = None, node.outputs[0]
        if split:
            linear = self._add(f"{name}:linear", out.shape, _dtype(out), "activation")
        number = len(self._nodes)
        first = Node(
            number, name, type(layer).__name__, reads, (), around, 0, kind, complete,
            plain_config(layer), _FAMILIES.get(type(layer).__name__),
        )  # fmt: skip
        self._nodes.append(first)
        self._layers.append(layer)
        nodes = (number,)
        if linear is not None:
            self._nodes[number] = replace(first, writes=(linear,))
            nodes = (number, self._activation(layer, tuple(out.shape), name, linear))
        writes = self._outputs(node, name, held)
        self._nodes[nodes[-1]] = replace(self._nodes[nodes[-1]], writes=writes)
        return Call(layer, node.arguments, _identities(node.outputs), writes, nodes, linear)

    def _activation(self, layer: Any, shape: tuple[int | None, ...], name: str, linear: int) -> int:
        known = described(layer.activation)
        kind, complete = known.kind, dict(known.attributes)
        if kind is None:  # a layer used as a function
            kind, complete = kind_of(layer.activation, shape)
        number = len(self._nodes)
        full = self._call_names.take(f"{name}/{name_of(layer.activation)}")
        reads = (Read(linear, "data"),)
        self._nodes.append(Node(number, full, known.op, reads, (), name, 0, kind, complete))
        self._layers.append(layer)
        return number

    def _outputs(self, node: Any, name: str, held: dict[int, int]) -> tuple[int, ...]:
        writes: list[int] = []
        for position, tensor in enumerate(node.outputs):
            named = name if position == 0 else f"{name}:output_{position}"
            value = self._add(named, tensor.shape, _dtype(tensor), "activation")
            held[id(tensor)] = value
            writes.append(value)
        return tuple(writes)

    def _reads(self, node: Any, data: list[int], path: str) -> tuple[Read, ...]:
        given = self._with_constants(node, data, path)
        roles = data_roles(node.operation, len(given))
        fed = [Read(value, role) for value, role in zip(given, roles, strict=True)]
        held = [
            Read(self._weight(variable, node.operation, path), weight_role(variable))
            for variable in getattr(node.operation, "weights", ())
        ]
        return tuple(fed + held)

    def _with_constants(self, node: Any, data: list[int], path: str) -> list[int]:
        """What an operation reads, numbers that were written into its call among it."""
        if not operators.is_operator(node.operation):
            return data
        operands = list(operators.operands(node.operation, node.arguments))
        if sum(one is None for one in operands) != len(data):
            return data
        tensors, found = iter(data), list[int]()
        for number in operands:
            if number is None:
                found.append(next(tensors))
                continue
            dtype = operators.constant_dtype(number, self._values[data[0]].dtype)
            known = self._add(f"{path}/constant", number.shape, dtype, "constant")
            self._variables[known] = number
            found.append(known)
        return found

    def _weight(self, variable: Any, layer: Any, path: str) -> int:
        known = self._weights.get(id(variable))
        if known is None:
            name = _joined(path, weight_name(variable, layer))
            known = self._add(name, variable.shape, _dtype(variable), "weight")
            self._weights[id(variable)] = known
            self._variables[known] = variable
        return known

    def _add(self, name: str, shape: Any, dtype: str | None, what: What) -> int:
        number = len(self._values)
        known = None if shape is None else tuple(shape)
        self._values.append(Value(number, self._value_names.take(name), known, dtype, what))
        return number


def _identities(tensors: Any) -> tuple[int, ...]:
    return tuple(id(tensor) for tensor in tensors)


def _joined(scope: str, name: str) -> str:
    return f"{scope}/{name}" if scope else name


def _dtype(tensor: Any) -> str | None:
    return None if tensor.dtype is None else str(tensor.dtype)
