"""Keras's convolutions and poolings in ONNX's terms, and the letters of their axes."""
# pyright: standard

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from cutaway.arithmetic.padding import same_pads, same_transposed_pads

Kind: TypeAlias = tuple[str | None, dict[str, Any]]
"""An ONNX operator and its attributes."""

Shape: TypeAlias = Sequence[int | None]

_SPATIAL: Final = {1: "W", 2: "HW", 3: "DHW"}


def channels_first(layer: Any) -> bool:
    """Whether the layer's feature maps have channels as their second axis."""
    return getattr(layer, "data_format", None) == "channels_first"


def data_letters(layer: Any, rank: int) -> str | None:
    """Letters of feature maps of a rank: ``NHWC``, or ``NCHW``."""
    spatial = _SPATIAL.get(rank - 2)
    if spatial is None:
        return "NC" if rank == 2 else None
    return f"NC{spatial}" if channels_first(layer) else f"N{spatial}C"


def kernel_letters(layer: Any, rank: int) -> str | None:
    """Letters of a kernel of a rank: ``HWIO``; of a transposed convolution ``HWOI``."""
    spatial = _SPATIAL.get(rank - 2)
    order = "OI" if "Transpose" in type(layer).__name__ else "IO"
    return None if spatial is None else spatial + order


def spatial(layer: Any, shape: Shape) -> list[int] | None:
    """Sizes along the spatial axes; None where one is free."""
    axes = list(shape)[2:] if channels_first(layer) else list(shape)[1:-1]
    sizes = [size for size in axes if size is not None]
    return sizes if len(sizes) == len(axes) else None


def many(number: int | Sequence[int], axes: int) -> list[int]:
    """One number an axis."""
    return [number] * axes if isinstance(number, int) else [int(one) for one in number]


def convolution(layer: Any, shape: Shape) -> Kind:
    """A plain or depthwise convolution.

    Args:
        layer: the Keras layer.
        shape: of its input.
    """
    axes = len(shape) - 2
    channels = shape[1] if channels_first(layer) else shape[-1]
    depthwise = type(layer).__name__.startswith("Depthwise")
    group = channels if depthwise else getattr(layer, "groups", 1)
    found = _window(layer, layer.kernel_size, shape, axes)
    return "Conv", {**found, "group": group}


def transposed(layer: Any, shape: Shape) -> Kind:
    """A transposed convolution: what its ``same`` cuts off, its ``valid`` keeps."""
    axes = len(shape) - 2
    cells, strides, dilations = (
        many(number, axes) for number in (layer.kernel_size, layer.strides, layer.dilation_rate)
    )
    extents = [(cell - 1) * apart + 1 for cell, apart in zip(cells, dilations, strict=True)]
    short = [max(step - extent, 0) for step, extent in zip(strides, extents, strict=True)]
    pads = [0] * 2 * axes
    if layer.padding == "same":
        pads = same_transposed_pads(cells, strides, dilations, short)
    return "ConvTranspose", {
        "kernel_shape": cells,
        "strides": strides,
        "dilations": dilations,
        "output_padding": short,
        "pads": pads,
        "group": 1,
    }


def pooling(layer: Any, shape: Shape) -> Kind:
    """The largest or the mean of each window."""
    axes = len(shape) - 2
    found = _window(layer, layer.pool_size, shape, axes)
    if type(layer).__name__.startswith("Max"):
        return "MaxPool", {**found, "ceil_mode": 0, "storage_order": 0}
    return "AveragePool", {**found, "ceil_mode": 0, "count_include_pad": 0}


def global_pooling(layer: Any, shape: Shape) -> Kind:
    """The largest or the mean of each map; without its axes unless they are kept."""
    maximum = "Max" in type(layer).__name__
    axes = len(shape) - 2
    if getattr(layer, "keepdims", False):
        return "GlobalMaxPool" if maximum else "GlobalAveragePool", {}
    first = 2 if channels_first(layer) else 1
    reduced = list(range(first, first + axes))
    return "ReduceMax" if maximum else "ReduceMean", {"axes": reduced, "keepdims": 0}


def _window(layer: Any, kernel: int | Sequence[int], shape: Shape, axes: int) -> dict[str, Any]:
    cells, strides = many(kernel, axes), many(layer.strides, axes)
    dilations = many(getattr(layer, "dilation_rate", 1), axes)
    found: dict[str, Any] = {
        "kernel_shape": cells,
        "strides": strides,
        "dilations": dilations,
    }
    sizes = spatial(layer, shape)
    if layer.padding == "valid":
        found["pads"] = [0] * 2 * axes
    elif layer.padding == "causal":
        before = [(cell - 1) * apart for cell, apart in zip(cells, dilations, strict=True)]
        found["pads"] = before + [0] * axes
    elif sizes is not None:
        found["pads"] = same_pads(sizes, cells, strides, dilations)
    else:
        found["auto_pad"] = "SAME_UPPER"  # the pads follow from sizes that only a run knows
    return found
