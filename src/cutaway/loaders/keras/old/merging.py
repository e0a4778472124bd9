"""The one merging layer of Keras 1 as the layers that took its place."""
# pyright: standard

from __future__ import annotations

from typing import Any, Final

from cutaway.errors import UnsupportedModel
from cutaway.loaders.keras.old.layers import Layer

_CLASSES: Final = {
    "sum": "Add",
    "mul": "Multiply",
    "ave": "Average",
    "max": "Maximum",
    "concat": "Concatenate",
    "dot": "Dot",
}
_SETTINGS: Final = (
    "mode", "mode_type", "concat_axis", "dot_axes", "output_shape", "output_shape_type",
    "output_mask", "output_mask_type", "arguments", "node_indices", "tensor_indices",
)  # fmt: skip


def holds_code(layer: Layer) -> bool:
    """Whether a merging layer does so by a function of its author's."""
    config = layer.get("config")
    if layer.get("class_name") != "Merge" or not isinstance(config, dict):
        return False
    return config.get("mode_type", "raw") != "raw" or config.get("mode") not in {*_CLASSES, "cos"}


def merge_has_classes(layer: Layer) -> None:
    """``Merge`` became a class for each of its modes.

    Raises:
        UnsupportedModel: a mode that none of today's layers has.
    """
    if layer["class_name"] != "Merge":
        return
    config = layer["config"]
    mode = config.get("mode", "sum")
    if mode not in _CLASSES:
        raise UnsupportedModel(
            f"merges by '{mode}', known are {', '.join(_CLASSES)}; export the model to ONNX"
        )
    layer["class_name"] = _CLASSES[mode]
    axis, pair = config.get("concat_axis", -1), config.get("dot_axes", -1)
    for key in _SETTINGS:
        config.pop(key, None)
    if mode == "concat":
        config["axis"] = axis
    if mode == "dot":
        config["axes"] = _pair(pair)


def _pair(axes: Any) -> Any:
    """The axes of a product; early versions wrapped each in a list of its own."""
    if isinstance(axes, int) and axes < 0:
        return axes
    if isinstance(axes, list) and len(axes) == 2:
        pair = [one[0] if isinstance(one, list) and len(one) == 1 else one for one in axes]
        if all(isinstance(one, int) for one in pair):
            return pair
    raise UnsupportedModel(
        f"multiplies over the axes {axes}, wanted one of each input; export the model to ONNX"
    )
