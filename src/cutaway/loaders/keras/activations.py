"""Keras's activations in ONNX's terms, and which layers apply theirs last."""
# pyright: standard

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from cutaway.loaders.keras.old.functions import HARD_SIGMOID

APPLY_LAST: Final = frozenset({
    "Dense", "EinsumDense", "Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose",
    "Conv3DTranspose", "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D",
})  # fmt: skip
"""Layers whose ``activation`` is applied to all that they have computed, and to nothing else."""


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation function."""

    op: str
    """As Keras's layer of the same meaning is called: ``ReLU``."""
    kind: str | None
    """The ONNX operator."""
    attributes: dict[str, Any] = field(default_factory=dict[str, Any])
    """In ONNX's terms."""


KNOWN: Final = {
    "relu": Activation("ReLU", "Relu"),
    "relu6": Activation("ReLU6", "Clip", {"min": 0.0, "max": 6.0}),
    "leaky_relu": Activation("LeakyReLU", "LeakyRelu", {"alpha": 0.2}),
    "elu": Activation("ELU", "Elu", {"alpha": 1.0}),
    "selu": Activation("SELU", "Selu"),
    "celu": Activation("CELU", "Celu", {"alpha": 1.0}),
    "gelu": Activation("GELU", "Gelu", {"approximate": "none"}),
    "silu": Activation("SiLU", "Swish", {"alpha": 1.0}),
    "swish": Activation("SiLU", "Swish", {"alpha": 1.0}),
    "mish": Activation("Mish", "Mish"),
    "sigmoid": Activation("Sigmoid", "Sigmoid"),
    "hard_sigmoid": Activation("HardSigmoid", "HardSigmoid", {"alpha": 1 / 6, "beta": 0.5}),
    HARD_SIGMOID: Activation("HardSigmoid", "HardSigmoid", {"alpha": 0.2, "beta": 0.5}),
    "hard_silu": Activation("HardSiLU", "HardSwish"),
    "hard_swish": Activation("HardSiLU", "HardSwish"),
    "log_sigmoid": Activation("LogSigmoid", None),
    "softmax": Activation("Softmax", "Softmax", {"axis": -1}),
    "log_softmax": Activation("LogSoftmax", "LogSoftmax", {"axis": -1}),
    "softplus": Activation("Softplus", "Softplus"),
    "softsign": Activation("Softsign", "Softsign"),
    "tanh": Activation("Tanh", "Tanh"),
    "hard_tanh": Activation("HardTanh", "Clip", {"min": -1.0, "max": 1.0}),
    "threshold": Activation("Threshold", None),
    "exponential": Activation("Exponential", "Exp"),
    "linear": Activation("Linear", "Identity"),
}
"""By the name that Keras gives the function."""


def name_of(function: Callable[..., Any] | None) -> str:
    """The name of a layer's activation: ``relu``, or ``leaky_re_lu`` for a layer used as one."""
    if function is None:
        return "linear"
    named = getattr(function, "__name__", None)
    return named if isinstance(named, str) else str(getattr(function, "name", "activation"))


def described(function: Callable[..., Any] | None) -> Activation:
    """What an activation is; an unknown one by its own name."""
    name = name_of(function)
    if name in KNOWN:
        return KNOWN[name]
    kind = type(function).__name__ if not hasattr(function, "__name__") else name
    return Activation(kind, None)


def is_split(layer: Any) -> bool:
    """Whether the layer's activation is shown as a step of its own."""
    return (
        type(layer).__name__ in APPLY_LAST
        and getattr(layer, "activation", None) is not None
        and name_of(layer.activation) != "linear"
    )
