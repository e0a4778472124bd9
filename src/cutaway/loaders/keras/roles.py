"""What a Keras layer uses each of its inputs and weights for, and what its weights are called."""
# pyright: standard

from __future__ import annotations

from typing import Any, Final

_WEIGHTS: Final = {
    "gamma": "scale",
    "beta": "bias",
    "moving_mean": "mean",
    "moving_variance": "variance",
    "alpha": "slope",
    "embeddings": "kernel",
}
"""ONNX's role by Keras's variable name; other variables keep their own."""

_INPUTS: Final = {
    "MultiHeadAttention": ("query", "value", "key"),
    "GroupedQueryAttention": ("query", "value", "key"),
    "Attention": ("query", "value", "key"),
    "AdditiveAttention": ("query", "value", "key"),
    "LSTM": ("data", "state", "cell"),
    "GRU": ("data", "state"),
    "SimpleRNN": ("data", "state"),
}
"""Roles of what is fed, by class name and position; ``data`` for all others."""


def data_roles(layer: Any, count: int) -> list[str]:
    """The role of each tensor that a layer is called with."""
    named = _INPUTS.get(type(layer).__name__, ())
    return [named[at] if at < len(named) else "data" for at in range(count)]


def weight_role(variable: Any) -> str:
    """What a variable is to its layer: kernel, bias, scale, ..."""
    name = str(variable.name)
    return _WEIGHTS.get(name, name)


def weight_name(variable: Any, layer: Any) -> str:
    """The name of a variable inside its layer: ``kernel``, ``forward_lstm/lstm_cell/kernel``."""
    parts = str(variable.path).split("/")
    if layer.name in parts[:-1]:  # the rest tells layers inside the layer apart
        parts = parts[parts.index(layer.name) + 1 :]
    return "/".join(parts)
