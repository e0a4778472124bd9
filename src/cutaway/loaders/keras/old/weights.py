"""Gives a model the weights that Keras 1 saved, or that Theano turned."""
# pyright: standard

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np

from cutaway.errors import BrokenFile, UnsupportedModel
from cutaway.loaders.keras.old.arrays import CONVOLVED, Arrays, brought_up, turned
from cutaway.loaders.keras.old.layers import MODELS, Layer, named


@dataclass(frozen=True, slots=True)
class Slot:
    """A layer with weights of its own."""

    config: Layer
    """As Keras 1 wrote it."""
    layer: Any
    """The Keras layer."""


def load_first_weights(model: Any, config: Layer, path: Path, backend: str | None) -> None:
    """Give a model the weights of a Keras 1 file.

    Args:
        model: built, of Keras 3.
        config: of the whole model as Keras 1 wrote it, unfolded.
        path: the HDF5 file, checked.
        backend: that the file was written with, None where it does not say.

    Raises:
        BrokenFile: there are other weights than the layers want.
        UnsupportedModel: a layer is of another shape than the file states.
    """
    with h5py.File(path) as file:
        stored = _stored(file.get("model_weights", file))
    layers = config["config"]["layers"]
    for layer, arrays in _paired(layers, stored, path.name):
        slots = list(_slots(layer, model.get_layer(_named_now(layer))))
        for slot, own in zip(slots, _shared_out(slots, arrays, layer, path.name), strict=True):
            _check_shape(slot, path.name)
            _assign(slot, brought_up(slot.config, own, backend), path.name)


def turn_kernels(model: Any) -> None:
    """Turn the kernels of a model that Keras 2 saved on Theano, which computed convolutions."""
    for layer in model._flatten_layers():  # noqa: SLF001 - the only walk into wrappers
        held = [*layer._trainable_variables, *layer._non_trainable_variables]  # noqa: SLF001 - its own
        if type(layer).__name__ in CONVOLVED:
            kernel = held[0]
            kernel.assign(turned(np.asarray(kernel)))


def _stored(group: Any) -> dict[str, Arrays]:
    """The arrays of each layer, in the file's order."""
    found: dict[str, Arrays] = {}
    for name in _words(group, "layer_names"):
        inner = group[name]
        found[name] = [np.asarray(inner[weight]) for weight in _words(inner, "weight_names")]
    return found


def _words(group: Any, name: str) -> list[str]:
    words = group.attrs.get(name, ())
    return [word.decode() if isinstance(word, bytes) else str(word) for word in words]


def _paired(
    layers: Sequence[Layer], stored: Mapping[str, Arrays], file: str
) -> Iterator[tuple[Layer, Arrays]]:
    """Each layer with its arrays: by name, or else, where names were lost, by position."""
    named_layers = {named(layer): layer for layer in layers}
    if all(name in named_layers for name, arrays in stored.items() if arrays):
        yield from ((named_layers[name], arrays) for name, arrays in stored.items() if arrays)
        return
    if len(stored) != len(layers):
        raise BrokenFile(
            f"{file} has weights for {len(stored)} layers, its structure {len(layers)}; "
            "fetch or save it again"
        )
    for layer, arrays in zip(layers, stored.values(), strict=True):
        if arrays:
            yield layer, arrays


def _named_now(layer: Layer) -> str:
    return named(layer).replace("/", "_")


def _slots(config: Layer, layer: Any) -> Iterator[Slot]:
    """The layers with weights inside a layer, itself where it is none that holds others."""
    settings, kind = config["config"], config["class_name"]
    if kind in MODELS:
        for inner in settings["layers"]:
            yield from _slots(inner, layer.get_layer(_named_now(inner)))
    elif kind == "TimeDistributed":
        yield from _slots(settings["layer"], layer.layer)
    elif kind == "Bidirectional":
        for direction in (layer.forward_layer, layer.backward_layer):
            yield from _slots(settings["layer"], direction)
    else:
        yield Slot(config, layer)


def _shared_out(slots: Sequence[Slot], arrays: Arrays, layer: Layer, file: str) -> Sequence[Arrays]:
    """What of the arrays belongs to which layer: those that are trained come first, of all."""
    if len(slots) == 1:
        return [arrays]
    counts = [_counts(slot.config) for slot in slots]
    if sum(map(sum, counts)) != len(arrays):
        raise BrokenFile(
            f"'{named(layer)}' of {file} has {len(arrays)} arrays, its structure wants "
            f"{sum(map(sum, counts))}; fetch or save it again"
        )
    rest = iter(arrays)
    trained = [[next(rest) for _ in range(count)] for count, _ in counts]
    return [
        own + [next(rest) for _ in range(count)]
        for own, (_, count) in zip(trained, counts, strict=True)
    ]


_WITH_BIAS: Final = {
    "AtrousConvolution1D": 1, "AtrousConvolution2D": 1, "Convolution1D": 1, "Convolution2D": 1,
    "Convolution3D": 1, "Deconvolution2D": 1, "Dense": 1, "SeparableConvolution2D": 2,
    "TimeDistributedDense": 1,
}  # fmt: skip
"""How many arrays besides the bias that may be left out."""
_WITHOUT: Final = {"Embedding": 1, "PReLU": 1, "SimpleRNN": 3, "GRU": 9, "LSTM": 12}
_LONG: Final = 3
"""Arrays of a recurrent layer made for graphics cards: one of each sort."""


def _counts(layer: Layer) -> tuple[int, int]:
    """How many arrays of a layer are trained, and how many are not."""
    kind, config = layer["class_name"], layer["config"]
    if kind == "BatchNormalization":
        trained, fixed = 2, 2
    elif kind in _WITH_BIAS:
        trained, fixed = _WITH_BIAS[kind] + bool(config.get("bias", True)), 0
    elif kind in ("GRU", "LSTM") and config.get("consume_less") == "gpu":
        trained, fixed = _LONG, 0
    else:
        trained, fixed = _WITHOUT.get(kind, 0), 0
    return (trained, fixed) if config.get("trainable", True) else (0, trained + fixed)


def _check_shape(slot: Slot, file: str) -> None:
    """A transposed convolution stated the shape of its output: today it follows from the rest."""
    stated = slot.config["config"].get("output_shape")
    if slot.config["class_name"] != "Deconvolution2D" or not isinstance(stated, list):
        return
    for node in slot.layer._inbound_nodes:  # noqa: SLF001 - also where it is shared
        shape = tuple(node.output_tensors[0].shape)
        if any(
            wanted is not None and length is not None and wanted != length
            for wanted, length in zip(stated[1:], shape[1:], strict=True)
        ):
            raise UnsupportedModel(
                f"layer '{named(slot.config)}' of {file} states an output of {tuple(stated)}, "
                f"in Keras 3 it is {shape}; export the model to ONNX"
            )


def _assign(slot: Slot, arrays: Arrays, file: str) -> None:
    wanted = [tuple(variable.shape) for variable in slot.layer.weights]
    came = [array.shape for array in arrays]
    if wanted != came:
        raise BrokenFile(
            f"the weights in {file} do not fit its structure: layer '{named(slot.config)}' wants "
            f"arrays of {wanted}, has {came}; fetch or save it again"
        )
    for variable, array in zip(slot.layer.weights, arrays, strict=True):
        variable.assign(array)
