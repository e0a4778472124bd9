"""An exported program as a graph, and where each of its tensors is found in a run."""
# pyright: standard

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.export.graph_signature import ConstantArgument, InputKind, OutputKind

from cutaway.errors import UnsupportedModel
from cutaway.graph import Dim
from cutaway.loaders.torch.calls import Call, Tensor
from cutaway.loaders.torch.structure import Building, Structure
from cutaway.loaders.torch.tensors import dtype_name


@dataclass(frozen=True)
class Program:
    """An exported program, read."""

    structure: Structure
    module: torch.fx.GraphModule
    """With parameters, buffers and inputs as placeholders."""
    given: Sequence[Any]
    """What each placeholder is given: a tensor, a plain value, or ``Fed``."""
    slots: Mapping[str, tuple[int | None, ...]]
    """By the name of a node: the value of each tensor that it returns."""
    nodes: Mapping[str, int]
    """Id of the graph's node by the name of the program's."""
    mutates: bool
    """Whether it writes to tensors in place."""


@dataclass(frozen=True, slots=True)
class Fed:
    """A placeholder that a run is given."""

    value: int
    whole: bool = False
    """Whether it is a plain whole number, not a tensor."""


def read_program(exported: torch.export.ExportedProgram, name: str) -> Program:
    """The structure of an exported program.

    Raises:
        UnsupportedModel: it takes objects that are no tensors.
    """
    return _Reading(exported, name).program()


class _Reading:
    def __init__(self, exported: torch.export.ExportedProgram, name: str) -> None:
        self.exported = exported
        self.name = name
        self.building = Building()
        self.of_node: dict[torch.fx.Node, Any] = {}
        """A Tensor, a list of them, or a plain value."""
        self.stored: dict[torch.fx.Node, tuple[str, torch.Tensor, bool]] = {}
        self.slots: dict[str, tuple[int | None, ...]] = {}
        self.nodes: dict[str, int] = {}
        self.mutates = False
        self._lengths: dict[str, str] = {}

    def program(self) -> Program:
        module = self.exported.graph_module
        placeholders = [node for node in module.graph.nodes if node.op == "placeholder"]
        specs = self.exported.graph_signature.input_specs
        given = [self._given(node, spec) for node, spec in zip(placeholders, specs, strict=True)]
        outputs: list[int] = []
        for node in module.graph.nodes:
            if node.op == "call_function":
                self._call(node)
            elif node.op == "output":
                outputs = self._outputs(node)
        inputs = [one.value for one in given if isinstance(one, Fed)]
        structure = self.building.structure(inputs, outputs)
        return Program(structure, module, given, self.slots, self.nodes, self.mutates)

    def _given(self, node: torch.fx.Node, spec: Any) -> Any:
        if spec.kind is InputKind.USER_INPUT:
            if isinstance(spec.arg, ConstantArgument):
                self.of_node[node] = spec.arg.value
                return spec.arg.value
            held = node.meta.get("val")
            tensor = isinstance(held, torch.Tensor)
            shape = self._shape(held) if tensor else ()
            dtype = dtype_name(held.dtype) if tensor else "int64"
            made = self.building.input(node.name, shape, dtype)
            self.of_node[node] = made if tensor else None
            return Fed(made.value, not tensor)
        held = self.exported.state_dict.get(spec.target)
        if held is None:
            held = self.exported.constants.get(spec.target)
        if not isinstance(held, torch.Tensor):
            raise UnsupportedModel(
                f"{self.name} takes '{spec.target or node.name}', which is no tensor ("
                f"{spec.kind.name.lower()}); export the model with tensors alone"
            )
        # A buffer that nothing reads, such as a count of batches, is no part of the picture.
        self.stored[node] = (str(spec.target), held, spec.kind is not InputKind.CONSTANT_TENSOR)
        return held

    def _call(self, node: torch.fx.Node) -> None:
        if node.target is operator.getitem:
            source = self.of_node.get(node.args[0])  # pyright: ignore[reportArgumentType]
            place = node.args[1]
            if isinstance(source, list) and isinstance(place, int):
                self.of_node[node] = source[place]
            return
        held = node.meta.get("val")
        several = isinstance(held, list | tuple)
        parts: Sequence[Any] = held if isinstance(held, list | tuple) else [held]
        made = [
            self.building.made(self._shape(one), dtype_name(one.dtype))
            if isinstance(one, torch.Tensor)
            else None
            for one in parts
        ]
        if not any(made):
            # Lengths that are computed, and checks of them, are no part of the network's picture.
            self.of_node[node] = None
            return
        op, overload, arguments = self._arguments(node)
        module, visit = _module(node)
        writes = tuple(one for one in made if one is not None)
        self.nodes[node.name] = self.building.call(
            Call(op, overload, arguments, writes, module, visit)
        )
        self.slots[node.name] = tuple(None if one is None else one.value for one in made)
        self.of_node[node] = made if several else made[0]
        self._note_writing(node, made[0])

    def _note_writing(self, node: torch.fx.Node, made: Tensor | None) -> None:
        """From a write in place on, whoever reads the tensor reads what was written."""
        schema = getattr(node.target, "_schema", None)
        if schema is None or not schema.is_mutable:
            return
        self.mutates = True
        first = node.args[0] if node.args else None
        if isinstance(first, torch.fx.Node) and made is not None:
            self.of_node[first] = made

    def _arguments(self, node: torch.fx.Node) -> tuple[str, str, dict[str, Any]]:
        schema = getattr(node.target, "_schema", None)
        found: dict[str, Any] = {}
        if schema is None:
            op = str(getattr(node.target, "__name__", node.target))
            for at, argument in enumerate(node.args):
                found[f"input_{at}"] = self._resolved(argument)
            return op, "", found
        for at, stated in enumerate(schema.arguments):
            if at < len(node.args):
                found[stated.name] = self._resolved(node.args[at])
            elif stated.name in node.kwargs:
                found[stated.name] = self._resolved(node.kwargs[stated.name])
            elif stated.default_value is not None:
                found[stated.name] = stated.default_value
        return op_name(schema.name), schema.overload_name or "default", found

    def _resolved(self, argument: Any) -> Any:
        if isinstance(argument, torch.fx.Node):
            if argument in self.stored:
                name, held, trained = self.stored.pop(argument)
                self.of_node[argument] = self.building.weight(name, held, trained=trained)
            return self.of_node.get(argument)
        if isinstance(argument, list | tuple):
            return [self._resolved(one) for one in argument]
        return argument

    def _outputs(self, node: torch.fx.Node) -> list[int]:
        specs = self.exported.graph_signature.output_specs
        found: list[int] = []
        held = node.args[0]
        for one, spec in zip(held if isinstance(held, list | tuple) else [], specs, strict=True):
            made = self.of_node.get(one) if isinstance(one, torch.fx.Node) else None
            if spec.kind is OutputKind.USER_OUTPUT and isinstance(made, Tensor):
                found.append(made.value)
        return found

    def _shape(self, tensor: torch.Tensor) -> tuple[Dim, ...]:
        rank = len(tensor.shape)
        return tuple(self._length(length, at, rank) for at, length in enumerate(tensor.shape))

    def _length(self, length: Any, axis: int, rank: int) -> Dim:
        """A number, or one word for each symbol; None for what is computed from symbols."""
        if isinstance(length, int):
            return length
        expression = length.node.expr
        if expression.is_number:
            return int(expression)
        symbol = str(expression)
        if not symbol.isidentifier():
            return None
        if symbol not in self._lengths:
            word = "batch" if axis == 0 else _AXES.get(rank, {}).get(axis, "length")
            taken = self._lengths.values()
            self._lengths[symbol] = word if word not in taken else f"{word}_{len(taken)}"
        return self._lengths[symbol]


_AXES = {4: {1: "channels", 2: "height", 3: "width"}, 3: {2: "features"}}
"""Words for free axes by rank; PyTorch's own symbols are numbers."""


def op_name(name: str) -> str:
    """PyTorch's own operators without their namespace."""
    return name.removeprefix("aten::")


def _module(node: torch.fx.Node) -> tuple[str, str]:
    """Dotted path of the module that a node was called in, and which visit of it."""
    stack = node.meta.get("nn_module_stack") or {}
    if not stack:
        return "", ""
    key, (path, _) = list(stack.items())[-1]
    return path, str(key)
