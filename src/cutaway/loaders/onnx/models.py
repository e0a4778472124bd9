"""Messages for the engine: a graph, or a part of it, with every value as an output."""
# pyright: standard

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import onnxruntime as ort
from onnx import GraphProto, ModelProto, TensorProto, TypeProto, ValueInfoProto

from cutaway.loaders.onnx.constants import is_constant
from cutaway.loaders.onnx.cutting import Part
from cutaway.loaders.onnx.structure import Structure


class Unsuited(Exception):
    """The graph cannot be run in parts, but perhaps whole."""


def capture_model(
    light: ModelProto, structure: Structure, without: Collection[int] = ()
) -> ModelProto:
    """The model with every value of its graph as an output.

    Args:
        light: the file's message, its big tensors external.
        structure: the Graph read from it; its nodes go in by their unique names, so that an error
            of the engine names the node.
        without: ids of nodes that are left out; what depends on them must be among them.
    """
    model = ModelProto()
    model.CopyFrom(light)
    graph = model.graph
    constants = [node for node in light.graph.node if is_constant(node)]
    kept = [proto for at, proto in enumerate(structure.protos) if at not in without]
    del graph.node[:], graph.output[:], graph.value_info[:]
    graph.node.extend([*constants, *kept])
    # An output without a type needs no shape inference; the engine finds the type by itself.
    names = dict.fromkeys(name for node in kept for name in node.output if name)
    graph.output.extend(ValueInfoProto(name=name) for name in names)
    return model


class PartModels:
    """Models of parts of one graph, each with nothing but what its nodes need."""

    def __init__(self, light: ModelProto, structure: Structure) -> None:
        """Make parts of a file's message; its big tensors stay external in each."""
        self._structure = structure
        self._frame = ModelProto()
        self._frame.CopyFrom(light)
        self._frame.ClearField("graph")
        graph = light.graph
        self._infos = {info.name: info for info in graph.input}
        self._initializers = {tensor.name: tensor for tensor in graph.initializer}
        self._sparse = {sparse.values.name: sparse for sparse in graph.sparse_initializer}
        self._constants = {node.output[0]: node for node in graph.node if is_constant(node)}

    def model(
        self, part: Part, types: Mapping[int, TypeProto], without: Collection[int] = ()
    ) -> ModelProto:
        """The model of a part, every value that it writes an output.

        Args:
            part: of the graph.
            types: by value id, of what earlier parts wrote.
            without: ids of nodes that are left out.

        Raises:
            Unsuited: values of the file share a name.
        """
        model = ModelProto()
        model.CopyFrom(self._frame)
        graph, values = model.graph, self._structure.graph.values
        graph.name = "part"
        for value in part.reads:
            self._give(graph, values[value].name, types.get(value))
        for at in part.nodes:
            if at in without:
                continue
            proto = self._structure.protos[at]
            names = [values[value].name for value in self._structure.graph.nodes[at].writes]
            if names != [name for name in proto.output if name]:
                raise Unsuited("several values have one name")
            graph.node.append(proto)
            graph.output.extend(ValueInfoProto(name=name) for name in names)
        return model

    def _give(self, graph: GraphProto, name: str, type_: TypeProto | None) -> None:
        """Give a part's graph one value from outside."""
        if name in self._infos:  # perhaps of a weight, as files before IR version 4 list them
            graph.input.append(self._infos[name])
        elif type_ is not None:
            graph.input.append(ValueInfoProto(name=name, type=type_))
        if name in self._initializers:
            graph.initializer.append(self._initializers[name])
        elif name in self._sparse:
            graph.sparse_initializer.append(self._sparse[name])
        elif name in self._constants:
            graph.node.append(self._constants[name])


def type_of(value: Any) -> TypeProto:
    """The type of a result, its shape left open.

    Raises:
        Unsuited: it is no single tensor.
    """
    if isinstance(value, np.ndarray) and value.dtype == np.object_:
        return TypeProto(tensor_type=TypeProto.Tensor(elem_type=TensorProto.STRING))
    if not isinstance(value, ort.OrtValue) or not value.has_value() or not value.is_tensor():
        raise Unsuited("what one part hands to the next is no tensor")
    return TypeProto(tensor_type=TypeProto.Tensor(elem_type=value.element_type()))
