"""The graph of a TFLite file, read from its flatbuffer."""
# pyright: standard

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import tflite

from cutaway.errors import UnsupportedModel
from cutaway.graph import Dim, Graph, Node, Read, Value
from cutaway.loaders.grouping import Grouping
from cutaway.loaders.letters import Letters
from cutaway.loaders.scopes import UniqueNames
from cutaway.loaders.tflite.attributes import attributes_of
from cutaway.loaders.tflite.operators import Operator, describe
from cutaway.loaders.tflite.tensors import DTYPES, stored


@dataclass(frozen=True)
class Structure:
    """What was read of a file."""

    held: memoryview
    """The whole file."""
    model: Any
    """The schema's Model."""
    graph: Graph
    tensors: dict[int, int]
    """Number of the tensor in the file, by value id."""
    weights: dict[int, Any]
    """The schema's Tensor of each weight or constant, by value id."""
    version: int
    description: str
    metadata: bytes
    """What the file says of its inputs and outputs, a flatbuffer of its own; empty without."""
    runtime: str | None
    """The least runtime that runs it, as the file says."""
    quantization: tuple[float, int] | None = None
    """Scale and zero point of the first input, None where there is not one of each."""


def read_structure(held: memoryview, name: str) -> Structure:
    """The main network of a file.

    Raises:
        UnsupportedModel: it holds no network.
        Exception: of any kind, where it is damaged.
    """
    model = tflite.Model.GetRootAs(held, 0)
    if model.SubgraphsLength() == 0:
        raise UnsupportedModel(f"{name} holds no network; convert the model again")
    return _Reading(held, model).structure()


class _Reading:
    """One file while it is read."""

    def __init__(self, held: memoryview, model: Any) -> None:
        self.held = held
        self.model = model
        self.subgraph = model.Subgraphs(0)
        self.values: list[Value] = []
        self.of_tensor: dict[int, int] = {}
        self.weights: dict[int, Any] = {}
        self._names = UniqueNames()
        self._named: dict[int, str] = {}

    def structure(self) -> Structure:
        inputs = _numbers(self.subgraph.InputsAsNumpy())
        # What is computed is named first: a weight often bears the name of its layer.
        for number in range(self.subgraph.OperatorsLength()):
            for tensor in _numbers(self.subgraph.Operators(number).OutputsAsNumpy()):
                self._name(tensor)
        for tensor in inputs:
            self._value(tensor, "input")
        nodes = [self._node(number) for number in range(self.subgraph.OperatorsLength())]
        outputs = [self._value(tensor) for tensor in _numbers(self.subgraph.OutputsAsNumpy())]
        grouping = Grouping((node.name for node in nodes), ("" for _ in nodes))
        nodes = [
            replace(node, scope=scope, group=grouping.group(scope))
            for node, scope in zip(nodes, grouping.scopes, strict=True)
        ]
        letters = Letters(nodes, self.values)
        for node in nodes:
            self._mark(letters, node)
        found = letters.spread()
        values = [replace(value, axes=found.get(value.id)) for value in self.values]
        others = self.model.SubgraphsLength() - 1
        notes = (
            (f"{others} more networks, bodies of branches and loops, are not drawn",)
            if others
            else ()
        )
        graph = Graph(
            tuple(nodes),
            tuple(values),
            grouping.groups(nodes),
            tuple(self.of_tensor[tensor] for tensor in inputs),
            tuple(dict.fromkeys(outputs)),
            notes,
        )
        description = (self.model.Description() or b"").decode("utf-8", "replace")
        return Structure(
            self.held,
            self.model,
            graph,
            {value: tensor for tensor, value in self.of_tensor.items()},
            self.weights,
            self.model.Version(),
            description,
            self._noted(b"TFLITE_METADATA"),
            self._runtime(),
            self._first(inputs),
        )

    def _first(self, inputs: Sequence[int]) -> tuple[float, int] | None:
        told = self._quantization(inputs)
        return (told["y_scale"], told["y_zero_point"]) if told else None

    def _node(self, number: int) -> Node:
        operator = self.subgraph.Operators(number)
        code = self.model.OperatorCodes(operator.OpcodeIndex())
        op = _op(code)
        reads = [
            (position, self._value(tensor))
            for position, tensor in enumerate(_numbers(operator.InputsAsNumpy()))
            if tensor >= 0
        ]
        fed = [self.values[value] for _, value in reads]
        written = _numbers(operator.OutputsAsNumpy())
        writes = [self._value(tensor, "activation") for tensor in written]
        attributes = attributes_of(operator)
        constants = {at: self._constant(value) for at, value in reads}
        told = describe(
            Operator(
                op,
                attributes,
                fed,
                [self.values[value] for value in writes],
                [constants.get(at) for at in range(max(constants, default=-1) + 1)],
            )
        )
        name = self.values[writes[0]].name if writes else f"{op.lower()}_{number}"
        roles = told.roles
        return Node(
            id=number,
            name=name,
            op=op,
            reads=tuple(
                Read(value, roles[at] if at < len(roles) else f"input {at}") for at, value in reads
            ),
            writes=tuple(writes),
            kind=told.kind,
            kind_attributes={**told.kind_attributes, **self._quantization(written)},
            attributes=attributes,
            family=told.family,
        )

    def _value(self, tensor: int, what: Any = None) -> int:
        """The value of a tensor; one that nothing has written yet is stored in the file."""
        known = self.of_tensor.get(tensor)
        if known is not None:
            return known
        told = self.subgraph.Tensors(tensor)
        dtype = DTYPES.get(told.Type())
        value = len(self.values)
        if what is None:
            small = int(np.prod(_numbers(told.ShapeAsNumpy()), dtype=np.int64)) <= _SMALL
            what = "constant" if small and dtype in ("int32", "int64") else "weight"
            self.weights[value] = told
        self.of_tensor[tensor] = value
        shape = _shape(told, stored=value in self.weights)
        self.values.append(Value(value, self._name(tensor), shape, dtype, what))
        return value

    def _name(self, tensor: int) -> str:
        if tensor not in self._named:
            name = (self.subgraph.Tensors(tensor).Name() or b"").decode("utf-8", "replace")
            # Several layers that the converter made one have all their names.
            first = name.partition(";")[0] or f"tensor_{tensor}"
            self._named[tensor] = self._names.take(first)
        return self._named[tensor]

    def _constant(self, value: int) -> Any:
        """The numbers of a small integer constant; None of all else."""
        tensor = self.weights.get(value)
        if tensor is None or self.values[value].what != "constant":
            return None
        return stored(self.held, self.model, tensor, self.values[value])

    def _quantization(self, written: Sequence[int]) -> dict[str, Any]:
        """Scale and zero point of what is written, as QuantizeLinear's inputs are called.

        The real number is the scale times (the integer less the zero point).
        """
        for tensor in written[:1]:
            held = self.subgraph.Tensors(tensor).Quantization()
            if held is not None and held.ScaleLength() == 1 and held.ZeroPointLength() == 1:
                return {"y_scale": float(held.Scale(0)), "y_zero_point": int(held.ZeroPoint(0))}
        return {}

    def _mark(self, letters: Letters, node: Node) -> None:
        if node.kind in ("Conv", "ConvTranspose") or node.op in _MAPS:
            data = next((read.value for read in node.reads if read.role == "data"), None)
            for value in (data, *node.writes):
                if value is not None and letters.rank(value) == 4:
                    letters.mark(value, "NHWC")
            kernel = next((read.value for read in node.reads if read.role == "kernel"), None)
            if kernel is not None:
                letters.mark(kernel, "IHWO" if node.op == "DEPTHWISE_CONV_2D" else "OHWI")
        elif node.op == "FULLY_CONNECTED":
            for read in node.reads:
                if read.role == "kernel":
                    letters.mark(read.value, "OI")

    def _runtime(self) -> str | None:
        text = self._noted(b"min_runtime_version").rstrip(b"\0").decode("utf-8", "replace")
        return f"for TFLite {text} and newer" if text else None

    def _noted(self, name: bytes) -> bytes:
        """What stands under a name beside the network; empty where nothing does."""
        for at in range(self.model.MetadataLength()):
            entry = self.model.Metadata(at)
            buffer = self.model.Buffers(entry.Buffer()) if entry.Name() == name else None
            if buffer is not None and buffer.DataLength():
                return bytes(buffer.DataAsNumpy())
        return b""


_SMALL: Final = 64
_MAPS: Final = {
    "AVERAGE_POOL_2D", "MAX_POOL_2D", "L2_POOL_2D", "RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR",
    "SPACE_TO_DEPTH", "DEPTH_TO_SPACE",
}  # fmt: skip
"""Operators whose data is always NHWC, convolutions apart."""


def _numbers(array: Any) -> list[int]:
    # The schema's reader gives 0 where a list is missing.
    return [] if isinstance(array, int) else [int(number) for number in array]


def _shape(tensor: Any, *, stored: bool) -> tuple[Dim, ...] | None:
    shape = _numbers(tensor.ShapeAsNumpy())
    stated = _numbers(tensor.ShapeSignatureAsNumpy())
    if stored or len(stated) != len(shape):
        return tuple(shape)
    return tuple(length if length >= 0 else None for length in stated)


def _op(code: Any) -> str:
    """The operator's name; old files tell it in a field of one byte."""
    number = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
    if number == tflite.BuiltinOperator.CUSTOM:
        return (code.CustomCode() or b"CUSTOM").decode("utf-8", "replace")
    return _OPERATORS.get(number, f"operator {number}")


_OPERATORS: Final = {
    number: name
    for name, number in vars(tflite.BuiltinOperator).items()
    if isinstance(number, int) and not name.startswith("_")
}
