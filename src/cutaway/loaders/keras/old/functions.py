"""What meant something else before Keras 3 than it does now."""
# pyright: standard

from __future__ import annotations

from types import ModuleType
from typing import Any, Final

from cutaway.loaders.keras.old.layers import Layer

HARD_SIGMOID: Final = "hard_sigmoid_of_keras_2"
"""The name under which the older one is known to Keras and to the graph."""


def hard_sigmoid_was_steeper(layer: Layer) -> None:
    """Up to Keras 2 ``hard_sigmoid`` was x/5 + 0.5 cut to 0 and 1, since then x/6 + 0.5."""
    for key in ("activation", "recurrent_activation"):
        if layer["config"].get(key) == "hard_sigmoid":
            layer["config"][key] = {
                "class_name": "function", "config": HARD_SIGMOID, "module": "builtins",
                "registered_name": HARD_SIGMOID,
            }  # fmt: skip


def reset_came_before(layer: Layer) -> None:
    """GRU reset its state before the product, until it had the choice: since then after it."""
    if layer["class_name"] == "GRU":
        layer["config"].setdefault("reset_after", False)


def old_functions(keras: ModuleType) -> dict[str, Any]:
    """The older functions by name, as Keras wants custom objects."""

    def hard_sigmoid(x: Any) -> Any:
        return keras.ops.clip(x * 0.2 + 0.5, 0.0, 1.0)

    hard_sigmoid.__name__ = HARD_SIGMOID
    return {HARD_SIGMOID: hard_sigmoid}
