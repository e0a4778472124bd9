"""What an operator uses each of its inputs for."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_NORM = ("data", "scale", "bias")
_REDUCE = ("data", "axes")
_GATES = ("data", "kernel", "recurrent_kernel", "bias", "lengths", "state")

_ROLES: Final[dict[str, tuple[str, ...]]] = {
    "Attention": ("query", "key", "value", "mask", "past_key", "past_value"),
    "BatchNormalization": (*_NORM, "mean", "variance"),
    "Clip": ("data", "min", "max"),
    "Compress": ("data", "condition"),
    "Conv": ("data", "kernel", "bias"),
    "ConvInteger": ("data", "kernel", "data_zero_point", "kernel_zero_point"),
    "ConvTranspose": ("data", "kernel", "bias"),
    "DeformConv": ("data", "kernel", "offset", "bias", "mask"),
    "DequantizeLinear": ("data", "scale", "zero_point"),
    "Dropout": ("data", "ratio", "training"),
    "Expand": ("data", "shape"),
    "GRU": _GATES,
    "Gather": ("data", "indices"),
    "GatherElements": ("data", "indices"),
    "GatherND": ("data", "indices"),
    "Gemm": ("data", "kernel", "bias"),
    "GridSample": ("data", "grid"),
    "GroupNormalization": _NORM,
    "If": ("condition",),
    "InstanceNormalization": _NORM,
    "LSTM": (*_GATES, "cell", "peephole"),
    "LayerNormalization": _NORM,
    "Loop": ("trips", "condition"),
    "MaxUnpool": ("data", "indices", "shape"),
    "MatMulInteger": ("data", "kernel", "data_zero_point", "kernel_zero_point"),
    "NonMaxSuppression": ("boxes", "scores", "most", "overlap", "least_score"),
    "OneHot": ("indices", "depth", "values"),
    "PRelu": ("data", "slope"),
    "Pad": ("data", "pads", "value", "axes"),
    "QLinearConv": (
        "data", "data_scale", "data_zero_point", "kernel", "kernel_scale", "kernel_zero_point",
        "scale", "zero_point", "bias",
    ),
    "QLinearMatMul": (
        "data", "data_scale", "data_zero_point", "kernel", "kernel_scale", "kernel_zero_point",
        "scale", "zero_point",
    ),
    "QuantizeLinear": ("data", "scale", "zero_point"),
    "RMSNormalization": ("data", "scale"),
    "RNN": _GATES,
    "Reshape": ("data", "shape"),
    "Resize": ("data", "region", "scales", "sizes"),
    "RoiAlign": ("data", "boxes", "indices"),
    "ScatterElements": ("data", "indices", "updates"),
    "ScatterND": ("data", "indices", "updates"),
    "Slice": ("data", "starts", "ends", "axes", "steps"),
    "Split": ("data", "split"),
    "Squeeze": _REDUCE,
    "Tile": ("data", "repeats"),
    "TopK": ("data", "count"),
    "Unsqueeze": _REDUCE,
    "Upsample": ("data", "scales"),
    "Where": ("condition", "data", "data"),
}  # fmt: skip
"""Role of each input by position, by kind."""


@lru_cache(maxsize=4096)
def role_of(kind: str | None, position: int, *, constant: bool) -> str:
    """The role of one input: from the table, else ``data`` for what a run computes.

    Args:
        kind: the operator.
        position: of the input, from 0.
        constant: whether the input is a weight or a constant.
    """
    named = _ROLES.get(kind or "", ())
    if position < len(named):
        return named[position]
    if kind == "MatMul":
        return "kernel" if constant else "data"
    if (kind or "").startswith("Reduce") and position == 1:
        return "axes"
    return f"input_{position}" if constant else "data"
