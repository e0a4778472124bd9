"""Core ML neural networks: one node for each layer.

Source of the fields: NeuralNetwork.proto of Core ML's model specification.
"""
# pyright: standard

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

from cutaway.errors import BrokenFile
from cutaway.graph import Node
from cutaway.loaders.coreml.attributes import attributes_of
from cutaway.loaders.coreml.building import Building, Names, Slot, Told
from cutaway.loaders.coreml.meanings import meaning
from cutaway.loaders.coreml.stored import reader, stored_count, stored_dtype

_ROLES: Final = {
    "weights": "kernel", "bias": "bias", "gamma": "scale", "beta": "bias", "mean": "mean",
    "variance": "variance", "scale": "scale", "alpha": "slope", "data": "data",
}  # fmt: skip
"""What a layer uses numbers for, by the name of their field."""
_DEEPEST: Final = 4


def add_network(building: Building, network: Any, names: Names, place: str) -> None:
    """Add the layers of a network.

    Args:
        building: added to.
        network: a NeuralNetwork, or a classifier or regressor with the same fields.
        names: of what its layers can read; what they write comes to them.
        place: the group around it, empty for none.
    """
    for step in network.preprocessing:
        _preprocess(building, step, names, place)
    for number, layer in enumerate(network.layers):
        _Layer(building, layer, names, place, number).add()


def _preprocess(building: Building, step: Any, names: Names, place: str) -> None:
    """What is done to a picture before the first layer, under the same name."""
    op = step.WhichOneof("preprocessor")
    feature = step.featureName or next(iter(names), "")
    source = building.known(names, feature)
    held = building.values[source]
    building.node(
        names, f"{feature}/{op}", op or "preprocessing", [(source, "data")],
        [Slot(feature, held.shape, held.dtype)], Told(family="elementwise"),
        attributes_of(step), place,
    )  # fmt: skip


class _Layer:
    """One layer on its way to a node."""

    def __init__(
        self, building: Building, layer: Any, names: Names, place: str, number: int
    ) -> None:
        self.building = building
        self.layer = layer
        self.names = names
        self.place = place
        self.op = layer.WhichOneof("layer") or "unknown"
        self.params = getattr(layer, self.op) if self.op != "unknown" else None
        self.name = layer.name or f"{self.op}_{number}"

    def add(self) -> None:
        layer, building = self.layer, self.building
        if self.op in ("loadConstant", "loadConstantND") and len(layer.output) == 1:
            path, weights, shape = next(self._weights())
            self.names[layer.output[0]] = building.weight(
                layer.output[0], shape, stored_dtype(weights), reader(weights, shape, path),
                "constant",
            )  # fmt: skip
            return
        reads = [(building.known(self.names, name), "data") for name in layer.input]
        ranks = [int(held.rank) for held in layer.inputTensor]
        told = meaning(self.op, self.params, len(reads), ranks[0] if ranks else None)
        for path, weights, shape in self._weights():
            role = _ROLES.get(path.rpartition(".")[2], path)
            reads.append((self._weight(path, weights, shape), role))
        tensors = list(layer.outputTensor)
        slots = [
            Slot(name, _shape(tensors[at]) if at < len(tensors) else None)
            for at, name in enumerate(layer.output)
        ]
        attributes = {} if self.params is None else attributes_of(self.params)
        node = building.node(
            self.names, self.name, self.op, reads, slots, told, attributes, self.place
        )
        if self.op in ("convolution", "pooling"):
            self._mark(node)
        if self.op in ("branch", "loop"):
            building.notes.append(f"the layers inside {self.name}, a {self.op}, are not drawn")

    def _mark(self, node: Node) -> None:
        """Give axes their letters; maps of three axes lack that of samples."""
        values, axes = self.building.values, self.building.axes
        for value in (*(read.value for read in node.reads[:1]), *node.writes):
            if len(values[value].shape or ()) == 3:
                axes[value] = "CHW"
        for read in node.reads:
            if read.role == "kernel":
                axes[read.value] = "IOHW" if node.kind == "ConvTranspose" else "OIHW"

    def _weight(self, path: str, weights: Any, shape: tuple[int, ...]) -> int:
        name = f"{self.name}/{path}"
        return self.building.weight(
            name, shape, stored_dtype(weights), reader(weights, shape, name)
        )

    def _weights(self) -> Iterator[tuple[str, Any, tuple[int, ...]]]:
        """Path, message and shape of all numbers that the layer holds."""
        if self.params is None:
            return
        shapes = _shapes(self.op, self.params)
        for path, weights in _found(self.params, ""):
            count = stored_count(weights)
            if count == 0:
                continue
            shape = shapes.get(path) or _recurrent(self.params, path)
            if count is None and shape is None:
                raise BrokenFile(
                    f"the numbers of {self.name}/{path} are packed into bits without a shape"
                )
            shape = (count or 0,) if shape is None else shape
            if count is not None and math.prod(shape) != count:
                raise BrokenFile(
                    f"{self.name}/{path} of shape {shape} wants {math.prod(shape):,} numbers, "
                    f"{count:,} are stored; convert the model again"
                )
            yield path, weights, shape


def _found(message: Any, path: str, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """The WeightParams in a message, by their paths."""
    for field, value in message.ListFields():
        if field.message_type is None or depth > _DEEPEST:
            continue
        name = f"{path}{field.name}"
        if field.message_type.name == "WeightParams":
            yield name, value
        elif hasattr(value, "ListFields"):
            if field.message_type.name != "NeuralNetwork":  # the body of a branch or loop
                yield from _found(value, f"{name}.", depth + 1)
        elif field.message_type.name == "LSTMWeightParams":
            for number, one in enumerate(value):
                yield from _found(one, f"{name}.{number}.", depth + 1)


def _shape(tensor: Any) -> tuple[int | None, ...] | None:
    lengths = [int(length) for length in tensor.dimValue]
    if len(lengths) != tensor.rank:
        return (None,) * int(tensor.rank) if 0 < tensor.rank <= 8 else None
    return tuple(length if length > 0 else None for length in lengths)


def _shapes(op: str, params: Any) -> dict[str, tuple[int, ...]]:
    """The shapes of a layer's numbers, by their paths."""
    if op == "convolution":
        cells = _lengths(params.kernelSize) or (3, 3)
        outputs, inputs = int(params.outputChannels), int(params.kernelChannels)
        if params.isDeconvolution:
            grouped = (inputs, outputs // (int(params.nGroups) or 1))
        else:
            grouped = (outputs, inputs)
        return {"weights": (*grouped, *cells), "bias": (outputs,)}
    stated = _SHAPES.get(op, {})
    return {
        path: _lengths(getattr(params, names))
        if isinstance(names, str)
        else tuple(int(getattr(params, name)) for name in names)
        for path, names in stated.items()
    }


_SHAPES: Final[dict[str, dict[str, str | tuple[str, ...]]]] = {
    "convolution3d": {
        "weights": (
            "outputChannels", "inputChannels", "kernelDepth", "kernelHeight", "kernelWidth",
        )
    },
    "innerProduct": {"weights": ("outputChannels", "inputChannels")},
    "embedding": {"weights": ("outputChannels", "inputDim")},
    "embeddingND": {"weights": ("embeddingSize", "vocabSize")},
    "batchedMatmul": {"weights": ("weightMatrixFirstDimension", "weightMatrixSecondDimension")},
    "scale": {"scale": "shapeScale", "bias": "shapeBias"},
    "bias": {"bias": "shape"},
    "loadConstant": {"data": "shape"},
    "loadConstantND": {"data": "shape"},
    "layerNormalization": {"gamma": "normalizedShape", "beta": "normalizedShape"},
}  # fmt: skip
"""For each path the fields that hold one length each, or the field that holds all of them."""


def _lengths(held: Any) -> tuple[int, ...]:
    return tuple(int(length) for length in held)


def _recurrent(params: Any, path: str) -> tuple[int, ...] | None:
    """The shape of a gate's matrix: outputs by what it reads."""
    inputs, outputs = (
        int(getattr(params, name, 0) or 0) for name in ("inputVectorSize", "outputVectorSize")
    )
    if path.endswith(("WeightMatrix", "weightMatrix")):
        return outputs, inputs
    if path.endswith(("RecursionMatrix", "recursionMatrix")):
        return outputs, outputs
    return None
