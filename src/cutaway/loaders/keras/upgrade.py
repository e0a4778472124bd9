"""Brings configurations that older Keras versions wrote up to date, one small rule at a time.

Every rule takes the dictionary of one layer or model (``class_name``, ``config``) and changes it
in place; it must leave alone what it does not know.
"""
# pyright: standard

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from cutaway.errors import UnsupportedModel
from cutaway.loaders.keras.old.calls import nested_models_count_from_zero, tensors_may_be_keywords
from cutaway.loaders.keras.old.functions import hard_sigmoid_was_steeper, reset_came_before
from cutaway.loaders.keras.old.layers import Layer, named, stated_input, unfolded, walk
from cutaway.loaders.keras.old.operations import functions_are_operations

Rule: TypeAlias = Callable[[Layer], None]


def upgraded(config: Layer, version: str | None = None) -> Layer:
    """A configuration as Keras 3 reads it, training settings left out.

    Args:
        config: of a whole model, ``{"class_name": ..., "config": ...}``.
        version: of the Keras that wrote it, None where that is not known.

    Returns:
        A copy; only what some rule knows is changed.
    """
    result = unfolded(config)
    rules = RULES if _is_third(version, result) else (*BEFORE_THIRD, *RULES)
    for layer in list(walk(result)):
        for rule in rules:
            rule(layer)
    if result.get("class_name") in ("Functional", "Sequential"):
        functional = result["class_name"] == "Functional"
        result.setdefault("module", "keras.src.models.functional" if functional else "keras")
        result.setdefault("registered_name", result["class_name"])
    return result


def _is_third(version: str | None, config: Layer) -> bool:
    """Whether Keras 3 wrote a configuration: only there every object names its module."""
    first = (version or "").partition(".")[0]
    return int(first) >= 3 if first.isdecimal() else "module" in config


def forget_training(layer: Layer) -> None:
    """Optimizer, loss and metrics are not needed, and may be the author's own code."""
    layer.pop("compile_config", None)


def without_initializers(layer: Layer) -> None:
    """First values are drawn at random, slowly, only to be overwritten: zeros will do."""
    for key, value in layer["config"].items():
        if key.endswith("_initializer") and value is not None:
            layer["config"][key] = "zeros"


def model_is_functional(layer: Layer) -> None:
    """Keras 2 called functional models ``Model``."""
    if layer["class_name"] == "Model" and "layers" in layer["config"]:
        layer["class_name"] = "Functional"


def first_layer_has_input(layer: Layer) -> None:
    """The first layer of an old sequential model says what goes into it: a layer of its own now."""
    layers = layer["config"].get("layers")
    if layer["class_name"] != "Sequential" or not isinstance(layers, list) or not layers:
        return
    first = layers[0]
    if first.get("class_name") == "InputLayer":
        return
    shape, dtype = stated_input(first)
    if shape is None:
        return
    settings = {"batch_shape": shape, "name": f"{named(first)}_input", "dtype": dtype}
    layers.insert(0, {"class_name": "InputLayer", "config": settings})


def input_shape_has_a_new_name(layer: Layer) -> None:
    """``batch_input_shape`` became ``batch_shape``, and only input layers have it."""
    shape = layer["config"].pop("batch_input_shape", None)
    if shape is not None and layer["class_name"] == "InputLayer":
        layer["config"].setdefault("batch_shape", shape)


def no_ragged_input(layer: Layer) -> None:
    """Ragged tensors are TensorFlow's; a layer that does not use them says so needlessly."""
    if layer["class_name"] == "InputLayer" and not layer["config"].get("ragged"):
        layer["config"].pop("ragged", None)


_GROUPLESS: Final = {
    "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D", "Conv1DTranspose",
    "Conv2DTranspose", "Conv3DTranspose",
}  # fmt: skip


def no_groups(layer: Layer) -> None:
    """Layers that inherited ``groups`` from Conv2D never used it."""
    if layer["class_name"] in _GROUPLESS:
        layer["config"].pop("groups", None)


def no_time_major(layer: Layer) -> None:
    """Recurrent layers lost ``time_major`` (batch first is left) and ``implementation``."""
    if layer["class_name"] in {"LSTM", "GRU", "SimpleRNN", "RNN"}:
        if layer["config"].get("time_major"):
            raise UnsupportedModel(
                f"wants steps before the batch (time_major) in layer '{named(layer)}', which Keras "
                "has no longer; transpose its input instead, or export the model to ONNX"
            )
        layer["config"].pop("time_major", None)
        layer["config"].pop("implementation", None)


_INNER: Final = ("layer", "forward_layer", "backward_layer", "cell", "cells", "activation")


def wrapped_layers_have_a_module(layer: Layer) -> None:
    """Layers inside layers are looked up by module, which old files do not name."""
    for key in _INNER:
        held = layer["config"].get(key)
        for inner in held if isinstance(held, list) else [held]:
            if isinstance(inner, dict) and inner.get("class_name", "function") != "function":
                inner.setdefault("module", "keras.layers")
                inner.setdefault("registered_name", None)


def one_axis(layer: Layer) -> None:
    """The axis of a normalization was a list of one."""
    axis = layer["config"].get("axis")
    if layer["class_name"].startswith("BatchNormalization") and isinstance(axis, list):
        layer["config"]["axis"] = axis[0] if len(axis) == 1 else axis


def plain_batch_normalization(layer: Layer) -> None:
    """Versions and unused switches of TensorFlow's batch normalization."""
    if layer["class_name"] in ("BatchNormalizationV1", "BatchNormalizationV2"):
        layer["class_name"] = "BatchNormalization"
    if layer["class_name"] == "BatchNormalization" and not layer["config"].get("renorm"):
        for key in ("renorm", "renorm_clipping", "renorm_momentum", "fused", "adjustment"):
            layer["config"].pop(key, None)
        if layer["config"].get("virtual_batch_size") is None:
            layer["config"].pop("virtual_batch_size", None)


def policy_is_a_word(layer: Layer) -> None:
    """tf.keras wrote the dtype of a layer as an object of a class that is gone."""
    dtype = layer["config"].get("dtype")
    if isinstance(dtype, dict) and dtype.get("class_name") in ("Policy", "PolicyV1"):
        layer["config"]["dtype"] = dtype["config"]["name"]


def activations_have_one_version(layer: Layer) -> None:
    """tf.keras named some activations by version: ``relu_v2``."""
    activation = layer["config"].get("activation")
    if isinstance(activation, str) and activation.endswith(("_v1", "_v2")):
        layer["config"]["activation"] = activation[:-3]


def names_without_slashes(layer: Layer) -> None:
    """Keras 3 allows no slash in the name of a layer."""
    for holder in (layer, layer["config"]):
        if isinstance(holder.get("name"), str):
            holder["name"] = holder["name"].replace("/", "_")
    for key in ("input_layers", "output_layers"):
        if key in layer["config"]:
            layer["config"][key] = _renamed(layer["config"][key])
    if isinstance(layer.get("inbound_nodes"), list):
        layer["inbound_nodes"] = [_renamed(node) for node in layer["inbound_nodes"]]


def _renamed(references: Any) -> Any:
    """References to layers, ``[name, node, tensor, ...]``, with the names as they are now."""
    if isinstance(references, list):
        if len(references) >= 3 and isinstance(references[0], str):
            return [references[0].replace("/", "_"), *references[1:]]
        return [_renamed(item) for item in references]
    if isinstance(references, dict):
        if references.get("class_name") == "__keras_tensor__":
            history = references["config"]["keras_history"]
            history[0] = history[0].replace("/", "_")
            return references
        return {key: _renamed(item) for key, item in references.items()}
    return references


BEFORE_THIRD: Final[tuple[Rule, ...]] = (
    hard_sigmoid_was_steeper,
    reset_came_before,
    nested_models_count_from_zero,
    tensors_may_be_keywords,
    functions_are_operations,
)
"""Applied to what an older Keras wrote, before the others."""

RULES: Final[tuple[Rule, ...]] = (
    forget_training,
    without_initializers,
    model_is_functional,
    first_layer_has_input,
    input_shape_has_a_new_name,
    no_ragged_input,
    no_groups,
    no_time_major,
    wrapped_layers_have_a_module,
    one_axis,
    plain_batch_normalization,
    policy_is_a_word,
    activations_have_one_version,
    names_without_slashes,
)
"""In the order in which they are applied to each layer."""
