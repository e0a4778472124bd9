"""How layers were called in older configurations, as Keras 3 writes calls.

Up to Keras 2 a call was a list of ``[layer, node, tensor, keywords]``; Keras 3 reads that too, but
not everything that such lists could say.
"""
# pyright: standard

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from cutaway.loaders.keras.old.layers import MODELS, Layer, named

CONSTANT: Final = "_CONSTANT_VALUE"
"""Stands for a layer where a first argument is no tensor but a number."""


def nested_models_count_from_zero(model: Layer) -> None:
    """The calls of a model inside a model were counted from 1: making it was the first."""
    for inner in _layers(model):
        if inner["class_name"] not in MODELS:
            continue
        name = named(inner)
        inside = [one for layer in _layers(model) for one in _references(layer, name)]
        outside = _found(model["config"].get("output_layers"), name)
        if not inside + outside or any(one[1] == 0 for one in inside + outside):
            continue
        for one in inside:
            one[1] -= 1
        if inner["class_name"] == "Sequential":  # of others Keras 3 itself expects it so
            for one in outside:
                one[1] -= 1


def tensors_may_be_keywords(model: Layer) -> None:
    """A layer may be given tensors by keyword, and a recurrent one its first state in a list."""
    names = {named(layer) for layer in _layers(model)}
    for layer in _layers(model):
        nodes = layer.get("inbound_nodes")
        if layer["class_name"] in _OPERATIONS or not isinstance(nodes, list):
            continue
        recurrent = layer["class_name"] in _RECURRENT
        layer["inbound_nodes"] = [
            _call(node, names, recurrent=recurrent)
            if isinstance(node, list) and (_is_spread(node, names, recurrent=recurrent))
            else node
            for node in nodes
        ]


_RECURRENT: Final = {"Bidirectional", "ConvLSTM2D", "GRU", "LSTM", "RNN", "SimpleRNN"}
_OPERATIONS: Final = {"TFOpLambda", "SlicingOpLambda"}


def _is_spread(node: list[Any], names: Collection[str], *, recurrent: bool) -> bool:
    if recurrent and len(node) > 1 and isinstance(node[0], list):
        return True
    return any(_has_tensor(keywords_of(one), names) for one in node)


def _call(node: list[Any], names: Collection[str], *, recurrent: bool) -> dict[str, Any]:
    given = [argument(one) for one in node]
    keywords = {
        key: with_tensors(value, names)
        for one in node
        for key, value in keywords_of(one).items()
        if value is not None
    }
    if recurrent and len(given) > 1:
        return {"args": given[:1], "kwargs": {**keywords, "initial_state": given[1:]}}
    return {"args": given if len(given) == 1 else [given], "kwargs": keywords}


def argument(reference: list[Any]) -> Any:
    """What a reference stands for: a tensor, or a number written in its place."""
    if reference[0] == CONSTANT:
        return reference[2]
    return {
        "class_name": "__keras_tensor__",
        # Keras takes shape and dtype from the layer that the history names.
        "config": {"shape": [], "dtype": "float32", "keras_history": list(reference[:3])},
    }


def keywords_of(reference: Any) -> dict[str, Any]:
    """The keywords of the call that a reference is in."""
    found = reference[3] if isinstance(reference, list) and len(reference) > 3 else {}
    return found if isinstance(found, dict) else {}


def is_tensor(value: Any, names: Collection[str]) -> bool:
    """Whether a keyword's value refers to what a layer gave."""
    return (
        isinstance(value, list)
        and len(value) == 3
        and isinstance(value[0], str)
        and value[0] in names
        and all(isinstance(one, int) for one in value[1:])
    )


def with_tensors(value: Any, names: Collection[str]) -> Any:
    """A keyword's value, with tensors where it refers to some."""
    if is_tensor(value, names):
        return argument(value)
    if isinstance(value, list):
        return [with_tensors(one, names) for one in value]
    return value


def _has_tensor(value: Any, names: Collection[str]) -> bool:
    if is_tensor(value, names):
        return True
    held = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_has_tensor(one, names) for one in held)


def _layers(model: Layer) -> list[Layer]:
    """The layers of a functional model; none for anything else."""
    if model["class_name"] not in ("Functional", "Model"):
        return []
    layers = model["config"].get("layers")
    return layers if isinstance(layers, list) else []


def _references(layer: Layer, name: str) -> Iterator[list[Any]]:
    """All references to a layer's outputs in the calls of another."""
    nodes = layer.get("inbound_nodes")
    yield from _found(nodes if isinstance(nodes, list) else [], name)


def _found(part: Any, name: str) -> list[list[Any]]:
    if isinstance(part, dict):
        return [one for item in part.values() for one in _found(item, name)]
    if not isinstance(part, list):
        return []
    if len(part) >= 3 and part[0] == name and isinstance(part[1], int):
        return [part, *(one for item in part[3:] for one in _found(item, name))]
    return [one for item in part for one in _found(item, name)]
