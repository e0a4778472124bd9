"""A model that OpenVINO has read, as a Graph."""
# pyright: standard

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from cutaway.graph import Graph, Node, Read, Value
from cutaway.graph.model import What
from cutaway.loaders.grouping import Grouping
from cutaway.loaders.letters import Letters
from cutaway.loaders.onnx.anchors import mark_anchors
from cutaway.loaders.openvino.attributes import attributes_of
from cutaway.loaders.openvino.constants import Constants, Port
from cutaway.loaders.openvino.operation import Operation, Told, View, seen, viewed
from cutaway.loaders.openvino.operators import describe
from cutaway.loaders.openvino.tensors import dtype_of, shape_of
from cutaway.loaders.scopes import UniqueNames
from cutaway.trace import Array

_SMALL: Final = 1024
"""Bytes of a constant that may tell what an operation means."""
_MADE_UP: Final = re.compile(r"[A-Z][A-Za-z0-9]*_\d+\Z")
"""Names that OpenVINO gives to what it made itself."""

_RESULT: Final = re.compile(r"Result_\d+\Z")
"""Names that OpenVINO gives to results that have none."""


class Held(NamedTuple):
    """A weight: an output that is the same in every run, and how it is read."""

    output: Any
    view: View | None


@dataclass(frozen=True)
class Structure:
    """A Graph, and where its parts are in OpenVINO's model."""

    graph: Graph
    ports: Mapping[int, Port]
    """By id of a value that a run computes, the operation's instance id and output."""
    parameters: tuple[int, ...]
    """For each of the model's parameters, the id of its value."""
    constants: Constants
    held: Mapping[int, Held]
    """By value id, the weights and constants."""

    def weight(self, value: int) -> Array:
        """The numbers of a weight or constant, read-only.

        Raises:
            KeyError: the value is none.
            UnsupportedModel: NumPy has no such elements.
        """
        held = self.held[value]
        array = self.constants.array(held.output, self.graph.values[value].name)
        array = array if held.view is None else seen(array, held.view)
        array.flags.writeable = False
        return array


def read_structure(model: Any, names: Mapping[str, str]) -> Structure:
    """The Graph of a model.

    One node per operation but for those that only arrange or decompress what the file holds:
    these are part of the weight that is read.

    Args:
        model: OpenVINO's Model.
        names: the name in the file by the one that OpenVINO made up.
    """
    return _Reading(model, names).structure()


class _Reading:
    """One model while it is read."""

    def __init__(self, model: Any, names: Mapping[str, str]) -> None:
        self.model = model
        self.names = names
        self.operations: list[Any] = list(model.get_ordered_ops())
        self.constants = Constants(self.operations)
        self.values: list[Value] = []
        self.held: dict[int, Held] = {}
        self._known: dict[tuple[Port, View | None], int] = {}
        self._value_names = UniqueNames()
        self._node_names = UniqueNames()
        self._small: dict[Port, Array | None] = {}

    def structure(self) -> Structure:
        """Everything: inputs, then nodes, then what follows from both."""
        parameters = [self._computed(one.output(0), "input") for one in self.model.get_parameters()]
        living = self._living()
        computing = [one for one in self.operations if one.get_instance_id() in living]
        titles = [self._node_names.take(self._name(one)) for one in computing]
        # What is computed is named first: a weight often bears the name of its layer.
        writes = [self._outputs(one, title) for one, title in zip(computing, titles, strict=True)]
        nodes = [
            self._node(number, one, titles[number], writes[number])
            for number, one in enumerate(computing)
        ]
        outputs = [self._read(one.input(0).get_source_output()) for one in self.model.get_results()]
        grouping = Grouping((node.name for node in nodes), ("" for _ in nodes))
        nodes = [
            replace(node, scope=scope, group=grouping.group(scope))
            for node, scope in zip(nodes, grouping.scopes, strict=True)
        ]
        letters = Letters(nodes, self.values)
        mark_anchors(nodes, letters)
        found = letters.spread()
        values = [replace(value, axes=found.get(value.id)) for value in self.values]
        graph = Graph(
            tuple(nodes),
            tuple(values),
            grouping.groups(nodes),
            tuple(parameters),
            tuple(dict.fromkeys(outputs)),
            self._notes(),
        )
        ports = {
            value: port for (port, view), value in self._known.items() if value not in self.held
        }
        return Structure(graph, ports, tuple(parameters), self.constants, self.held)

    def _living(self) -> set[int]:
        """The operations that compute something: their instance ids.

        Those whose result only weights were made of are left out, such as the shape of what a bias
        is added to.
        """
        found: set[int] = set()
        ends = [*self.model.get_results(), *self.model.get_sinks()]
        alone = [one for one in self.operations if not _is_read(one)]
        open_ends = [*ends, *alone]
        while open_ends:
            one = open_ends.pop()
            number, kind = one.get_instance_id(), one.get_type_name()
            if number in found or kind == "Parameter" or self.constants.holds(one):
                continue
            found.add(number)
            open_ends += [item.get_source_output().get_node() for item in one.inputs()]
        return found - {one.get_instance_id() for one in self.model.get_results()}

    def _name(self, operation: Any) -> str:
        name = operation.get_friendly_name()
        return self.names.get(name) or name or operation.get_type_name()

    def _notes(self) -> tuple[str, ...]:
        bodies = {"If", "Loop", "TensorIterator"}
        count = sum(one.get_type_name() in bodies for one in self.operations)
        if not count:
            return ()
        return (f"{count} branches or loops are drawn as one operator each, without their bodies",)

    def _outputs(self, operation: Any, title: str) -> list[int]:
        outputs = _written(operation)
        several = len(outputs) > 1
        return [
            self._computed(one, "activation", f"{title}:{one.get_index()}" if several else title)
            for one in outputs
        ]

    def _computed(self, output: Any, what: What, title: str = "") -> int:
        """A new value that a run is given or computes."""
        own = output.get_node().get_friendly_name()
        name = _tensor_name(output) or title or own
        if name == own and own in self.names:
            name = title
        shape, dtype = shape_of(output.get_partial_shape()), dtype_of(output.get_element_type())
        value = Value(len(self.values), self._value_names.take(name), shape, dtype, what)
        self.values.append(value)
        self._known[_port(output), None] = value.id
        return value.id

    def _read(self, output: Any, view: View | None = None, title: str = "") -> int:
        """The value of an output; that of a weight is made where it is read first."""
        key = _port(output), view
        known = self._known.get(key)
        if known is not None:
            return known
        name = output.get_node().get_friendly_name().removesuffix("_compressed")
        made_up = _MADE_UP.match(name) and not output.get_names()
        name = title if title and made_up else name
        shape, dtype = shape_of(output.get_partial_shape()), dtype_of(output.get_element_type())
        if view is not None:
            shape = viewed(shape or (), view)
        whole = dtype is None or not dtype.startswith(("float", "bfloat"))
        single = all(length == 1 for length in shape or ())
        what: What = "constant" if whole or single else "weight"
        value = Value(len(self.values), self._value_names.take(name), shape, dtype, what)
        self.values.append(value)
        self.held[value.id] = Held(output, view)
        self._known[key] = value.id
        return value.id

    def _node(self, number: int, operation: Any, title: str, writes: list[int]) -> Node:
        sources = [item.get_source_output() for item in operation.inputs()]
        attributes = attributes_of(operation)
        op = operation.get_type_name()
        told = describe(
            Operation(
                op,
                attributes,
                [shape_of(source.get_partial_shape()) for source in sources],
                [dtype_of(source.get_element_type()) for source in sources],
                [shape_of(output.get_partial_shape()) for output in operation.outputs()],
                [self.constants.holds(source.get_node()) for source in sources],
                lambda read: self._constant(sources[read]),
            )
        )
        reads: list[Read] = []
        for at, source in enumerate(sources):
            role = _role(told, at)
            value = self._read(source, told.views.get(at), f"{title}/{role}")
            reads.append(Read(value, role))
        return Node(
            number,
            title,
            op,
            tuple(reads),
            tuple(writes),
            kind=told.kind,
            kind_attributes=told.kind_attributes,
            attributes=attributes,
            family=told.family,
        )

    def _constant(self, output: Any) -> Array | None:
        """The numbers of a small constant; None of all else."""
        if not self.constants.holds(output.get_node()):
            return None
        port = _port(output)
        if port not in self._small:
            dtype = dtype_of(output.get_element_type())
            size = 1
            for length in output.get_shape():
                size *= int(length)
            small = dtype not in (None, "object") and size * 8 <= _SMALL
            self._small[port] = self.constants.array(output, "a constant") if small else None
        return self._small[port]


def _role(told: Told, at: int) -> str:
    if at < len(told.roles):
        return told.roles[at]
    return told.roles[-1] if told.roles[-1] in ("data", "captured") else f"input_{at}"


def _port(output: Any) -> Port:
    return output.get_node().get_instance_id(), output.get_index()


def _is_read(operation: Any) -> bool:
    return any(output.get_target_inputs() for output in operation.outputs())


def _written(operation: Any) -> list[Any]:
    """The outputs, but for the places that a MaxPool tells where nobody asks for them."""
    outputs = operation.outputs()
    if operation.get_type_name() == "Assign":  # a state, which the next run reads
        return []
    if operation.get_type_name() == "MaxPool":
        return [one for one in outputs if not one.get_index() or one.get_target_inputs()]
    return outputs


def _tensor_name(output: Any) -> str:
    """The shortest of the names that the file has for an output; TensorFlow's without ``:0``."""
    names = [name for name in output.get_names() if not _RESULT.match(name)]
    found = min(names, key=lambda name: (len(name), name), default="")
    return found.removesuffix(":0")
