"""What a module is, judged with care by the names and ranks of its tensors."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Kernels: TypeAlias = Literal["OIHW", "HWIO"]
"""How a framework lays out kernels: outputs first (PyTorch), or last (Keras, TensorFlow)."""

_ROLES: Final = {
    "weight": "kernel",
    "kernel": "kernel",
    "W": "kernel",
    "w": "kernel",
    "weights": "kernel",
    "embedding": "kernel",
    "embeddings": "kernel",
    "bias": "bias",
    "b": "bias",
    "biases": "bias",
    "beta": "bias",
    "gamma": "scale",
    "scale": "scale",
    "running_mean": "mean",
    "moving_mean": "mean",
    "mean": "mean",
    "running_var": "variance",
    "moving_var": "variance",
    "moving_variance": "variance",
    "var": "variance",
    "variance": "variance",
    "alpha": "slope",
}
"""Role by the last part of a tensor's name; any other last part is a role itself."""

_ORDER: Final = (
    *("kernel", "depthwise_kernel", "pointwise_kernel", "recurrent_kernel"),
    *("scale", "bias", "mean", "variance"),
)
"""Roles in the order in which a node tells them; others follow as the file lists them."""

_NORM: Final = re.compile(r"norm|^bn\d*$|^ln(_?\w)?$|_ln$|_bn\d*$|^ln_|layernorm", re.IGNORECASE)
_LAYER_NORM: Final = re.compile(r"layer_?norm|layer_normalization|^ln|_ln$", re.IGNORECASE)
_GROUP_NORM: Final = re.compile(r"group_?norm|^gn\d*$", re.IGNORECASE)
_EMBEDDING: Final = re.compile(r"embed|embd|^emb$|_emb$|^wte$|^wpe$", re.IGNORECASE)
_TRANSPOSED: Final = re.compile(r"deconv|transpose|conv_?t\d*$", re.IGNORECASE)
_CONVOLUTION: Final = re.compile(r"conv", re.IGNORECASE)

_DIMENSIONS: Final = {3: "W", 4: "HW", 5: "DHW"}
"""Letters of the axes along which a kernel of that rank is moved."""

_GATES: Final = {4: "LSTM", 3: "GRU", 1: "RNN"}
"""Recurrent layer by how many matrices its recurrent kernel holds beside one another."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a module."""

    op: str
    """Such as ``Conv2d weights``; ``weights`` where nothing is known."""
    family: str | None
    roles: tuple[str, ...]
    """By tensor."""
    axes: tuple[str | None, ...]
    """Axis letters by tensor, None where they are not known."""


def told(
    module: str, lasts: Sequence[str], shapes: Sequence[tuple[int, ...]], kernels: Kernels
) -> Told:
    """What a module is.

    Args:
        module: the last part of its name.
        lasts: the last part of each tensor's name.
        shapes: of each tensor.
        kernels: how kernels are laid out.
    """
    roles = [_ROLES.get(last, last) for last in lasts]
    by_role = dict(zip(roles, shapes, strict=True))
    word, family = _word(module, roles, by_role, kernels)
    if family == "normalization":
        roles = ["scale" if role == "kernel" else role for role in roles]
    axes = [
        _axes(role, shape, word, family, kernels, transposed=bool(_TRANSPOSED.search(module)))
        for role, shape in zip(roles, shapes, strict=True)
    ]
    return Told(f"{word} weights" if word else "weights", family, tuple(roles), tuple(axes))


def in_role_order(roles: Sequence[str]) -> list[int]:
    """Positions of a module's tensors as its node is to read them."""
    return sorted(
        range(len(roles)),
        key=lambda at: _ORDER.index(roles[at]) if roles[at] in _ORDER else len(_ORDER),
    )


def _word(
    module: str, roles: Sequence[str], shapes: Mapping[str, tuple[int, ...]], kernels: Kernels
) -> tuple[str, str | None]:
    """The layer's type, empty where it is not known, and its family."""
    if gates := _gates(shapes, kernels):
        return gates, "recurrent"
    if "in_proj_weight" in shapes:
        return "Attention", "attention"
    if norm := _normalization(module, roles, shapes):
        return norm, "normalization"
    kernel = shapes.get("kernel", shapes.get("depthwise_kernel", ()))
    rank = len(kernel)
    if rank == 2 and _EMBEDDING.search(module):
        return "Embedding", "shape"
    if rank == 2:
        return "Linear", "dense"
    # Three axes may also be a matrix for each of several experts.
    if rank in (4, 5) or (rank == 3 and _CONVOLUTION.search(module)):
        turned = "Transpose" if _TRANSPOSED.search(module) else ""
        return f"Conv{turned}{rank - 2}d", "convolution"
    return "", None


def _gates(shapes: Mapping[str, tuple[int, ...]], kernels: Kernels) -> str:
    """The recurrent layer's type; empty where it is none."""
    held = shapes.get("recurrent_kernel") or shapes.get("weight_hh_l0") or shapes.get("weight_hh")
    if held is None or len(held) != 2:
        return ""
    units, width = held if kernels == "HWIO" else held[::-1]
    return _GATES.get(width // units, "") if units and width % units == 0 else ""


def _normalization(module: str, roles: Sequence[str], shapes: Mapping[str, tuple[int, ...]]) -> str:
    """The normalization's type; empty where it is none."""
    if {"mean", "variance"} <= set(roles):
        return "BatchNorm"
    scale = shapes.get("scale", shapes.get("kernel", ()))
    if len(scale) != 1 or not ("scale" in roles or _NORM.search(module)):
        return ""
    if _LAYER_NORM.search(module):
        return "LayerNorm"
    return "GroupNorm" if _GROUP_NORM.search(module) else "Norm"


def _axes(
    role: str,
    shape: tuple[int, ...],
    word: str,
    family: str | None,
    kernels: Kernels,
    *,
    transposed: bool,
) -> str | None:
    if len(shape) == 1:
        if family == "normalization":
            return "C" if role in ("scale", "bias", "mean", "variance") else None
        return "O" if role == "bias" else None
    first = kernels == "OIHW"
    if len(shape) == 2:
        is_gates = family in ("recurrent", "attention") and "bias" not in role
        is_matrix = is_gates or (word == "Linear" and role == "kernel")
        return ("OI" if first else "IO") if is_matrix else None
    space = _DIMENSIONS.get(len(shape))
    if family != "convolution" or role != "kernel" or space is None:
        return None
    channels = "OI" if first != transposed else "IO"
    return channels + space if first else space + channels
