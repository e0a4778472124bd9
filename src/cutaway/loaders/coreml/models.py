"""Every type of Core ML model: networks, programs, pipelines of models, and single estimators."""
# pyright: standard

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from cutaway.errors import UnsupportedModel
from cutaway.loaders.coreml.attributes import attributes_of
from cutaway.loaders.coreml.building import Building, Names, Slot, Told
from cutaway.loaders.coreml.features import labels_of, shape_and_dtype
from cutaway.loaders.coreml.layers import add_network
from cutaway.loaders.coreml.package import Package
from cutaway.loaders.coreml.programs import add_program
from cutaway.trace import Array

_NETWORKS: Final = {"neuralNetwork", "neuralNetworkClassifier", "neuralNetworkRegressor"}
_PIPELINES: Final = {"pipeline", "pipelineClassifier", "pipelineRegressor"}
_DEEPEST: Final = 10
_KINDS: Final = {
    "glmRegressor": "LinearRegressor", "glmClassifier": "LinearClassifier",
    "treeEnsembleRegressor": "TreeEnsembleRegressor",
    "treeEnsembleClassifier": "TreeEnsembleClassifier", "supportVectorRegressor": "SVMRegressor",
    "supportVectorClassifier": "SVMClassifier", "oneHotEncoder": "OneHotEncoder",
    "imputer": "Imputer", "featureVectorizer": "FeatureVectorizer",
    "dictVectorizer": "DictVectorizer", "scaler": "Scaler", "normalizer": "Normalizer",
    "arrayFeatureExtractor": "ArrayFeatureExtractor", "identity": "Identity",
    "nonMaximumSuppression": "NonMaxSuppression", "categoricalMapping": "CategoryMapper",
}  # fmt: skip


class Reading:
    """One specification on its way to a graph."""

    def __init__(self, building: Building, package: Package) -> None:
        """Add what a package's specification holds to a graph."""
        self._building = building
        self._package = package

    def whole(self, model: Any) -> tuple[str, ...] | None:
        """Add a model with its inputs and outputs; the class names that it holds.

        Raises:
            ModelError: one of its kinds.
        """
        building = self._building
        names: Names = {}
        described = _described(model)
        for feature in (*described.input, *described.state):
            shape, dtype = shape_and_dtype(feature.type)
            names[feature.name] = building.add(feature.name, shape, dtype, "input")
            building.inputs.append(names[feature.name])
        labels = self.model(model, names, "", 0)
        for feature in described.output:
            if feature.name not in names:
                if feature.name == described.predictedFeatureName:
                    # A network's class is found in its probabilities, by no layer of its own.
                    continue
                shape, dtype = shape_and_dtype(feature.type)
                names[feature.name] = building.add(feature.name, shape, dtype)
                building.notes.append(f"no layer gives the output '{feature.name}'")
            building.outputs.append(names[feature.name])
        return labels

    def model(self, model: Any, names: Names, place: str, depth: int) -> tuple[str, ...] | None:
        """Add a model, perhaps one inside another; the class names that it holds.

        Args:
            model: the message.
            names: of what it can read; what it gives comes to them.
            place: the group around it, empty for none.
            depth: how many models are around it.
        """
        kind = model.WhichOneof("Type")
        if kind is None or depth > _DEEPEST:
            raise UnsupportedModel(
                f"{self._package.name} holds {'no network' if kind is None else 'too deep a nest'}"
            )
        held = getattr(model, kind)
        if kind in _NETWORKS:
            add_network(self._building, held, names, place)
            self._name_probabilities(model, held, names)
            return labels_of(held)
        if kind == "mlProgram":
            return add_program(self._building, held, self._package, names, place)
        if kind in _PIPELINES:
            return self._pipeline(
                held if kind == "pipeline" else held.pipeline, names, place, depth
            )
        self._single(kind, held, model.description, names, place)
        return labels_of(held)

    def _name_probabilities(self, model: Any, network: Any, names: Names) -> None:
        """A classifier's probabilities are those of a layer, under another name."""
        told = _described(model).predictedProbabilitiesName
        if told and told not in names and network.layers:
            layer = network.labelProbabilityLayerName or next(iter(network.layers[-1].output), "")
            if layer in names:
                names[told] = names[layer]

    def _pipeline(
        self, pipeline: Any, names: Names, place: str, depth: int
    ) -> tuple[str, ...] | None:
        """Models one after another, each in a group of its own, joined by their features' names."""
        labels = None
        for number, model in enumerate(pipeline.models):
            kind = model.WhichOneof("Type") or "model"
            stated = pipeline.names[number] if number < len(pipeline.names) else ""
            inner = f"{place}/{stated or kind}_{number}" if place else f"{stated or kind}_{number}"
            described = _described(model)
            own = {
                feature.name: self._building.known(names, feature.name)
                for feature in described.input
            }
            labels = self.model(model, own, inner, depth + 1) or labels
            names.update({one.name: own[one.name] for one in described.output if one.name in own})
        return labels

    def _single(self, kind: str, held: Any, described: Any, names: Names, place: str) -> None:
        """A model without an inside: one node."""
        building = self._building
        reads = [(building.known(names, one.name), "data") for one in described.input]
        for name, role, array in _arrays(kind, held):
            shape = tuple(int(length) for length in array.shape)
            path = f"{place}/{kind}/{name}" if place else f"{kind}/{name}"
            value = building.weight(path, shape, array.dtype.name, lambda array=array: array)
            reads.append((value, role))
        slots = [Slot(one.name, *shape_and_dtype(one.type)) for one in described.output]
        told = Told(_KINDS.get(kind))
        attributes = {**attributes_of(held), **_counted(kind, held)}
        building.node(names, kind, kind, reads, slots, told, attributes, place)


def _described(model: Any) -> Any:
    """What a model says of its inputs and outputs, of its default function where it has several."""
    described = model.description
    functions = list(described.functions)
    if described.input or described.output or not functions:
        return described
    named = [one for one in functions if one.name == described.defaultFunctionName]
    return (named or functions)[0]


def _arrays(kind: str, held: Any) -> Iterable[tuple[str, str, Array]]:
    """The numbers of a linear model or scaler: name, role and array of each."""
    if kind in ("glmRegressor", "glmClassifier"):
        rows = [list(row.value) for row in held.weights]
        if rows and all(len(row) == len(rows[0]) for row in rows):
            yield "weights", "kernel", _frozen(rows)
        if len(held.offset):
            yield "offset", "bias", _frozen(list(held.offset))
    if kind == "scaler":
        for name, role in (("shiftValue", "bias"), ("scaleValue", "scale")):
            if len(numbers := getattr(held, name)):
                yield name, role, _frozen(list(numbers))


def _frozen(numbers: list[Any]) -> Array:
    array = np.array(numbers, np.float64)
    array.flags.writeable = False
    return array


def _counted(kind: str, held: Any) -> dict[str, Any]:
    """How large a forest is; its nodes themselves are not listed."""
    if not kind.startswith("treeEnsemble"):
        return {}
    nodes = held.treeEnsemble.nodes
    leaf = 6  # TreeNodeBehavior.LeafNode
    return {
        "trees": len({node.treeId for node in nodes}),
        "leaves": sum(node.nodeBehavior == leaf for node in nodes),
        "outputs": int(held.treeEnsemble.numPredictionDimensions),
        "treeEnsemble": {"nodes": len(nodes)},
    }
