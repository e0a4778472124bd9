"""Brings configurations of Keras 1 to the words of Keras 2, one small rule at a time.

Every rule takes the dictionary of one layer or model (``class_name``, ``config``) and changes it
in place; it must leave alone what it does not know. Class names stay those of Keras 1 until the
last rule, so that all others can tell by them.
"""
# pyright: standard

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from cutaway.errors import UnsupportedModel
from cutaway.loaders.keras.old.layers import Layer, named, walk
from cutaway.loaders.keras.old.merging import merge_has_classes
from cutaway.loaders.keras.upgrade import first_layer_has_input

Rule: TypeAlias = Callable[[Layer], None]

_ONLY_FIRST: Final = {
    "nb_filter", "nb_row", "border_mode", "dim_ordering", "W_regularizer", "inner_activation",
    "subsample", "beta_init",
}  # fmt: skip
"""Settings that no layer has had since Keras 1."""


def is_first(version: str | None, config: Any) -> bool:
    """Whether a file was written by Keras 1.

    Args:
        version: as the file states it; early versions did not.
        config: of the model.
    """
    if version is not None:
        return version.startswith(("0.", "1."))
    return any(_ONLY_FIRST & layer["config"].keys() for layer in walk(config) if _is_plain(layer))


def _is_plain(layer: Layer) -> bool:
    return isinstance(layer["config"], dict)


def second(config: Layer, file: str) -> Layer:
    """A configuration of Keras 1 as Keras 2 would have written it.

    Args:
        config: of a whole model, unfolded; see ``layers.unfolded``.
        file: its name, for messages.

    Raises:
        UnsupportedModel: a layer for which newer versions have none of the same meaning.
    """
    result = copy.deepcopy(config)
    for layer in list(walk(result)):
        try:
            for rule in RULES:
                rule(layer)
        except UnsupportedModel as problem:
            raise UnsupportedModel(f"layer '{named(layer)}' of {file} {problem}") from problem
    return result


_GONE: Final = {
    "Highway", "LocallyConnected1D", "LocallyConnected2D", "MaxoutDense", "ParametricSoftplus",
    "SReLU",
}  # fmt: skip


def gone_layers_are_refused(layer: Layer) -> None:
    """Some layers have no successor."""
    if layer["class_name"] in _GONE:
        raise UnsupportedModel(
            f"is a {layer['class_name']}, which Keras has no longer; build the model again from "
            "layers of today, or export it to ONNX"
        )


def statistics_are_stored(layer: Layer) -> None:
    """Batch normalization could also take its statistics from what it is given (modes 1, 2)."""
    if layer["class_name"] != "BatchNormalization":
        return
    mode = layer["config"].pop("mode", 0)
    if mode != 0:
        layer["config"]["mode"] = mode
        raise UnsupportedModel(
            f"is a BatchNormalization of mode {mode}, which takes its statistics from what it is "
            "given; only mode 0, with stored statistics, can be opened; export the model to ONNX"
        )


_UNITS: Final = {"Dense", "TimeDistributedDense", "SimpleRNN", "GRU", "LSTM"}


def units_and_filters(layer: Layer) -> None:
    """``output_dim`` and ``nb_filter``: how many features come out."""
    if layer["class_name"] in _UNITS:
        _rename(layer, "output_dim", "units")
    _rename(layer, "nb_filter", "filters")


def kernel_size_is_one_setting(layer: Layer) -> None:
    """The lengths of a kernel had one name each."""
    config = layer["config"]
    _rename(layer, "filter_length", "kernel_size")
    for names in (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3")):
        if all(name in config for name in names):
            config["kernel_size"] = [config.pop(name) for name in names]


def steps_have_one_name(layer: Layer) -> None:
    """Strides, windows and factors had a name for each number of axes."""
    for old, new in (
        ("subsample", "strides"), ("subsample_length", "strides"), ("stride", "strides"),
        ("pool_length", "pool_size"), ("atrous_rate", "dilation_rate"),
    ):  # fmt: skip
        _rename(layer, old, new)
    if layer["class_name"] == "UpSampling1D":
        _rename(layer, "length", "size")


def border_mode_is_padding(layer: Layer) -> None:
    """``border_mode`` says what happens at the edges."""
    _rename(layer, "border_mode", "padding")


def ordering_is_data_format(layer: Layer) -> None:
    """``dim_ordering`` is named after the backends: Theano has channels first."""
    ordering = layer["config"].pop("dim_ordering", None)
    if ordering in ("th", "tf"):
        layer["config"]["data_format"] = "channels_first" if ordering == "th" else "channels_last"


def flatten_keeps_the_order(layer: Layer) -> None:
    """Keras 1 flattened in the order of memory, channels first or not."""
    if layer["class_name"] == "Flatten":
        layer["config"].setdefault("data_format", "channels_last")


def rates_have_names(layer: Layer) -> None:
    """``p``, ``sigma``, and the dropout inside recurrent layers."""
    for old, new in (
        ("p", "rate"), ("sigma", "stddev"),
        ("dropout_W", "dropout"), ("dropout_U", "recurrent_dropout"),
    ):  # fmt: skip
        _rename(layer, old, new)


def inner_activation_is_recurrent(layer: Layer) -> None:
    """The gates' activation, and whether there is a bias."""
    _rename(layer, "inner_activation", "recurrent_activation")
    if isinstance(layer["config"].get("bias"), bool):
        _rename(layer, "bias", "use_bias")


_TRAINING: Final = {
    "init", "inner_init", "forget_bias_init", "depthwise_init", "pointwise_init", "beta_init",
    "gamma_init", "weights", "l1", "l2",
}  # fmt: skip
_ENDINGS: Final = ("_regularizer", "_constraint")


def no_training_settings(layer: Layer) -> None:
    """First values, penalties and constraints matter in training only."""
    kept = {"l1", "l2"} if layer["class_name"] == "ActivityRegularization" else set[str]()
    for key in list(layer["config"]):
        if (key in _TRAINING or key.endswith(_ENDINGS)) and key not in kept:
            del layer["config"][key]


def shapes_are_known_anyway(layer: Layer) -> None:
    """Lengths that are those of the input, and settings of how it is computed."""
    kind, config = layer["class_name"], layer["config"]
    if kind == "InputLayer":
        _rename(layer, "input_dtype", "dtype")
        return
    known = ["input_length", "consume_less", "input_dtype"]
    known += ["dropout"] if kind == "Embedding" else ["input_dim"]
    known += ["output_shape"] if kind == "Deconvolution2D" else []
    for key in known:
        config.pop(key, None)


def pads_are_pairs(layer: Layer) -> None:
    """Padding could be named by side, or be a flat list of four."""
    padding = layer["config"].get("padding")
    if layer["class_name"] == "ZeroPadding1D" and isinstance(padding, dict):
        layer["config"]["padding"] = [padding.get("left_pad", 0), padding.get("right_pad", 0)]
    if layer["class_name"] != "ZeroPadding2D":
        return
    if isinstance(padding, dict):
        padding = [
            padding.get(f"{side}_pad", 0) for side in ("top", "bottom", "left", "right")
        ]  # fmt: skip
    if isinstance(padding, list) and len(padding) == 4:
        layer["config"]["padding"] = [padding[:2], padding[2:]]


def threshold_is_of_relu(layer: Layer) -> None:
    """What is not over the threshold became 0: a setting of ReLU now."""
    if layer["class_name"] == "ThresholdedReLU":
        layer["class_name"] = "ReLU"
        _rename(layer, "theta", "threshold")


_CLASSES: Final = {
    "AtrousConvolution1D": "Conv1D",
    "AtrousConvolution2D": "Conv2D",
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution3D": "Conv3D",
    "Deconvolution2D": "Conv2DTranspose",
    "SeparableConvolution2D": "SeparableConv2D",
    "TimeDistributedDense": "Dense",
}


def classes_have_new_names(layer: Layer) -> None:
    """Convolutions are ``Conv`` now; last, since the other rules go by the old names."""
    layer["class_name"] = _CLASSES.get(layer["class_name"], layer["class_name"])


def _rename(layer: Layer, old: str, new: str) -> None:
    if old in layer["config"]:
        layer["config"][new] = layer["config"].pop(old)


RULES: Final[tuple[Rule, ...]] = (
    first_layer_has_input,  # first: it reads the dtype of the input where Keras 1 had it
    gone_layers_are_refused,
    statistics_are_stored,
    units_and_filters,
    kernel_size_is_one_setting,
    steps_have_one_name,
    border_mode_is_padding,
    ordering_is_data_format,
    flatten_keeps_the_order,
    rates_have_names,
    inner_activation_is_recurrent,
    no_training_settings,
    shapes_are_known_anyway,
    pads_are_pairs,
    threshold_is_of_relu,
    merge_has_classes,
    classes_have_new_names,
)
"""In the order in which they are applied to each layer."""
