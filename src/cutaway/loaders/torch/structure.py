"""The graph of a PyTorch network, from the operators that it calls."""
# pyright: standard

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from cutaway.graph import Dim, Graph, Node, Read, Value
from cutaway.loaders.grouping import Grouping
from cutaway.loaders.letters import Letters
from cutaway.loaders.scopes import UniqueNames
from cutaway.loaders.torch.calls import Call, Tensor
from cutaway.loaders.torch.operators import Told, describe, role
from cutaway.loaders.torch.tensors import as_array, dtype_name, plain
from cutaway.trace import Array


@dataclass(frozen=True)
class Structure:
    """What was found out about a network."""

    graph: Graph
    weights: Mapping[int, Any]
    """Tensor, or array of a plain number, by value id."""

    def weight(self, value: int) -> Array:
        """A weight or constant, read-only; raises KeyError."""
        held = self.weights[value]
        return as_array(held, copy=False) if isinstance(held, torch.Tensor) else held


class Building:
    """Collects values and calls, then makes a graph of them."""

    def __init__(self) -> None:
        self._values: list[Value] = []
        self._weights: dict[int, Any] = {}
        self._calls: list[Call] = []
        self._names = UniqueNames()

    def input(self, name: str, shape: tuple[Dim, ...] | None, dtype: str | None) -> Tensor:
        """A tensor that a run is given."""
        return self._value(self._names.take(name), shape, dtype, "input")

    def weight(self, name: str, tensor: torch.Tensor, *, trained: bool = True) -> Tensor:
        """A parameter, a buffer, or a constant of the program."""
        shape = tuple(int(length) for length in tensor.shape)
        what = "weight" if trained else "constant"
        made = self._value(self._names.take(name), shape, dtype_name(tensor.dtype), what)
        self._weights[made.value] = tensor
        return replace(made, stored=True)

    def made(self, shape: tuple[Dim, ...] | None, dtype: str | None) -> Tensor:
        """A tensor that a call computes; it gets its name in the end."""
        return self._value("", shape, dtype, "activation")

    def call(self, call: Call) -> int:
        """Keep a call; the id of its node."""
        self._calls.append(call)
        return len(self._calls) - 1

    def narrow(self) -> None:
        """Say what is known of inputs whose shape nobody stated, from what reads them first."""
        for call in self._calls:
            weight = call.shape("weight")
            for name in ("input", "indices"):
                read = call.tensor(name)
                value = None if read is None else self._values[read.value]
                if value is None or weight is None or value.what != "input" or value.shape:
                    continue
                if call.op.startswith(("conv", "_conv")) and "transpose" not in call.op:
                    channels = int(weight[1] or 0) * int(call.plain("groups", 1))
                    shape: tuple[Dim, ...] = (None, channels, *[None] * (len(weight) - 2))
                    self._values[value.id] = replace(value, shape=shape)
                elif call.op == "embedding":
                    self._values[value.id] = replace(value, dtype="int64")

    def structure(
        self, inputs: Sequence[int], outputs: Sequence[int], notes: Sequence[str] = ()
    ) -> Structure:
        """The whole."""
        told = [describe(call) for call in self._calls]
        reads = [self._reads(call, one) for call, one in zip(self._calls, told, strict=True)]
        names = self._named()
        grouping = Grouping(names, ("" for _ in names))
        nodes = [
            Node(
                id=at,
                name=names[at],
                op=call.op,
                reads=reads[at],
                writes=tuple(one.value for one in call.writes),
                scope=grouping.scopes[at],
                group=grouping.group(grouping.scopes[at]),
                kind=told[at].kind,
                kind_attributes=told[at].kind_attributes,
                attributes=_attributes(call),
                family=told[at].family,
            )
            for at, call in enumerate(self._calls)
        ]
        letters = Letters(nodes, self._values)
        for node in nodes:
            _mark(letters, node, self._values)
        found = letters.spread()
        values = tuple(replace(value, axes=found.get(value.id)) for value in self._values)
        graph = Graph(
            tuple(nodes),
            values,
            grouping.groups(nodes),
            tuple(inputs),
            tuple(dict.fromkeys(outputs)),
            tuple(notes),
        )
        return Structure(graph, self._weights)

    def _value(
        self, name: str, shape: tuple[Dim, ...] | None, dtype: str | None, what: Any
    ) -> Tensor:
        value = Value(len(self._values), name, shape, dtype, what)
        self._values.append(value)
        return Tensor(value.id, shape, dtype)

    def _reads(self, call: Call, told: Told) -> tuple[Read, ...]:
        found: list[Read] = []
        for name, argument in call.arguments.items():
            if name in told.scalars and isinstance(argument, int | float):
                found.append(Read(self._scalar(call, name, argument), "data"))
                continue
            held: Sequence[Any] = argument if isinstance(argument, list | tuple) else [argument]
            found += [
                Read(one.value, role(told, name, stored=one.stored))
                for one in held
                if isinstance(one, Tensor)
            ]
        return tuple(found)

    def _scalar(self, call: Call, name: str, number: float) -> int:
        """A plain number that is an operand, as a constant of the type that it is computed in."""
        others = [one.dtype for _, one in call.tensors()]
        dtype = next((one for one in others if one), "float32")
        if isinstance(number, float) and not dtype.startswith(("float", "bfloat", "complex")):
            dtype = "float32"
        if dtype in ("bool", "bfloat16") or dtype.startswith("float8"):
            dtype = "float32" if isinstance(number, float) else "int64"
        what = self._value(self._names.take(f"{call.op}.{name}"), (), dtype, "constant")
        array = np.array(number).astype(dtype)
        array.flags.writeable = False
        self._weights[what.value] = array
        return what.value

    def _named(self) -> list[str]:
        """The name of every node: its module's where it is all that the module calls."""
        visits = Counter((call.module, call.visit) for call in self._calls)
        around = {outer for path, _ in visits for outer in _outer(path)}
        names = UniqueNames()
        found: list[str] = []
        for call in self._calls:
            path = call.module.replace(".", "/")
            alone = path and path not in around and visits[call.module, call.visit] == 1
            name = path if alone else f"{path}/{call.op}" if path else call.op
            found.append(names.take(name))
            for at, written in enumerate(call.writes):
                given = self._names.take(found[-1] if at == 0 else f"{found[-1]}.{at}")
                self._values[written.value] = replace(self._values[written.value], name=given)
        return found


def _outer(module: str) -> list[str]:
    """The paths of the modules around one, slash-separated."""
    parts = module.split(".")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def _attributes(call: Call) -> dict[str, Any]:
    """The plain arguments of a call; what is a tensor is read."""
    found: dict[str, Any] = {}
    for name, argument in call.arguments.items():
        held: Sequence[Any] = argument if isinstance(argument, list | tuple) else [argument]
        if argument is not None and not any(isinstance(one, Tensor) for one in held):
            found[name] = plain(argument)
    return found


_MAPS = {3: "NCW", 4: "NCHW", 5: "NCDHW"}
_KERNELS = {3: "OIW", 4: "OIHW", 5: "OIDHW"}


def _mark(letters: Letters, node: Node, values: Sequence[Value]) -> None:
    """The letters that an operator fixes: PyTorch has the channels second."""
    by_role = {read.role: read.value for read in reversed(node.reads)}
    data, kernel = by_role.get("data"), by_role.get("kernel")
    if node.kind in _OF_MAPS:
        for value in (data, *node.writes):
            if value is not None and (rank := letters.rank(value)) in _MAPS:
                letters.mark(value, _MAPS[rank])
        if kernel is not None and (rank := letters.rank(kernel)) in _KERNELS:
            known = _KERNELS[rank]
            turned = node.kind == "ConvTranspose"
            letters.mark(kernel, known.replace("OI", "IO") if turned else known)
    elif kernel is not None and values[kernel].what == "weight" and letters.rank(kernel) == 2:
        letters.mark(kernel, "OI" if node.kind_attributes.get("transB") else "IO")
        for value in (data, *node.writes):
            if value is not None and letters.rank(value) == 2:
                letters.mark(value, "NC")


_OF_MAPS = {
    "Conv", "ConvTranspose", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool",
    "Resize", "DepthToSpace", "BatchNormalization", "GroupNormalization",
}  # fmt: skip
