"""Brings the weights of a Keras 1 layer to the shapes of Keras 3, one small rule at a time.

The rules are those by which Keras 2 read files of Keras 1 (``preprocess_weights_for_loading`` in
its ``keras/engine/topology.py``).
"""
# pyright: standard

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cutaway.loaders.keras.old.layers import Layer

Arrays: TypeAlias = list[npt.NDArray[np.generic]]
Rule: TypeAlias = Callable[[Layer, Arrays], Arrays]


def brought_up(layer: Layer, arrays: Arrays, backend: str | None) -> Arrays:
    """The weights of one layer as Keras 3 has them.

    Args:
        layer: its configuration as Keras 1 wrote it.
        arrays: in the order of the file.
        backend: that the file was written with, None where it does not say.
    """
    for rule in RULES:
        arrays = rule(layer, arrays)
    if backend == "theano" and layer["class_name"] in CONVOLVED:
        arrays = [turned(arrays[0]), *arrays[1:]]
        if layer["class_name"] == "ConvLSTM2D":
            arrays[1] = turned(arrays[1])
    return arrays


CONVOLVED: Final = {
    "AtrousConvolution1D", "AtrousConvolution2D", "Conv1D", "Conv2D", "Conv2DTranspose", "Conv3D",
    "ConvLSTM2D", "Convolution1D", "Convolution2D", "Convolution3D", "Deconvolution2D",
}  # fmt: skip
"""Layers, by any version's name, that Theano computed as convolutions, all others as
correlations."""


def turned(kernel: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    """A kernel turned by 180 degrees: reversed along all axes but the last two, the channels'."""
    return kernel[(*[slice(None, None, -1)] * (kernel.ndim - 2), ...)]


def lines_have_three_axes(layer: Layer, arrays: Arrays) -> Arrays:
    """A convolution over one axis was one over two: (length, 1, in, out), before 1.2 reversed."""
    if layer["class_name"] not in ("Convolution1D", "AtrousConvolution1D"):
        return arrays
    kernel, config = arrays[0], layer["config"]
    if kernel.shape[:2] != (config["filter_length"], 1) or kernel.shape[3] != config["nb_filter"]:
        kernel = kernel.transpose(2, 3, 1, 0)
    return [kernel[:, 0], *arrays[1:]]


def channels_come_last(layer: Layer, arrays: Arrays) -> Arrays:
    """Theano's kernels are (out, in, rows, columns), ours (rows, columns, in, out)."""
    kernels = _KERNELS.get(layer["class_name"], 0)
    if not kernels or layer["config"].get("dim_ordering") != "th":
        return arrays
    moved = [array.transpose(*range(2, array.ndim), 1, 0) for array in arrays[:kernels]]
    return [*moved, *arrays[kernels:]]


_KERNELS: Final = {
    "AtrousConvolution2D": 1,
    "Convolution2D": 1,
    "Convolution3D": 1,
    "Deconvolution2D": 1,
    "SeparableConvolution2D": 2,
}
"""How many of the first arrays are kernels."""


def transposed_kernels_give_first(layer: Layer, arrays: Arrays) -> Arrays:
    """Of a transposed convolution the channels that come out stand before those that go in."""
    if layer["class_name"] != "Deconvolution2D":
        return arrays
    return [arrays[0].swapaxes(-1, -2), *arrays[1:]]


def lstm_has_one_kernel(layer: Layer, arrays: Arrays) -> Arrays:
    """Gates i, c, f, o had three arrays each; one array of each sort holds i, f, c, o now."""
    if layer["class_name"] not in ("LSTM", "ConvLSTM2D") or len(arrays) != 12:
        return arrays
    merged = [
        np.concatenate([arrays[gate * 3 + sort] for gate in (0, 2, 1, 3)], axis=_gates(layer, sort))
        for sort in range(3)
    ]
    if layer["class_name"] == "ConvLSTM2D" and layer["config"].get("dim_ordering") == "th":
        merged[:2] = [kernel.transpose(2, 3, 1, 0) for kernel in merged[:2]]
    return list(merged)


def _gates(layer: Layer, sort: int) -> int:
    """The axis of what comes out of a kernel, recurrent kernel or bias."""
    theano = layer["class_name"] == "ConvLSTM2D" and layer["config"].get("dim_ordering") == "th"
    return 0 if theano and sort < 2 else -1


def gru_has_one_kernel(layer: Layer, arrays: Arrays) -> Arrays:
    """Gates z, r, h had three arrays each."""
    if layer["class_name"] != "GRU" or len(arrays) != 9:
        return arrays
    return [np.concatenate(arrays[sort::3], axis=-1) for sort in range(3)]


RULES: Final[tuple[Rule, ...]] = (
    lines_have_three_axes,
    channels_come_last,
    transposed_kernels_give_first,
    lstm_has_one_kernel,
    gru_has_one_kernel,
)
"""In the order in which they are applied to the weights of each layer."""
