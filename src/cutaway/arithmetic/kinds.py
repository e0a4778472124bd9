"""Which arithmetic is written for which operator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from cutaway.arithmetic import (
    convolution,
    copies,
    dense,
    elementwise,
    normalization,
    pooling,
    quantization,
    resizing,
    separable,
    shapes,
    softmax,
)
from cutaway.arithmetic.account import Account
from cutaway.arithmetic.cell import Cell
from cutaway.arithmetic.formulas import FORMULAS
from cutaway.graph import Node

Arithmetic: TypeAlias = Callable[[Cell], Account]

KINDS: Final[dict[str, Arithmetic]] = {
    **dict.fromkeys(FORMULAS, elementwise.elementwise),
    **dict.fromkeys(pooling.REDUCTIONS, pooling.reduction),
    **dict.fromkeys(("MaxPool", "AveragePool", "LpPool"), pooling.pooling),
    **dict.fromkeys(("GlobalMaxPool", "GlobalAveragePool", "GlobalLpPool"), pooling.global_pooling),
    **dict.fromkeys(
        ("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity"), copies.same_place_in_order
    ),
    **dict.fromkeys(("LayerNormalization", "RMSNormalization"), normalization.layer_normalization),
    **dict.fromkeys(("Softmax", "LogSoftmax"), softmax.softmax),
    **dict.fromkeys(("ArgMax", "ArgMin"), shapes.position_of_extreme),
    **dict.fromkeys(("Resize", "Upsample"), resizing.resize),
    "BatchNormalization": normalization.batch_normalization,
    "Cast": copies.cast,
    "Clip": elementwise.clip,
    "Concat": copies.concatenation,
    "Hardmax": softmax.hardmax,
    "ConstantOfShape": shapes.constant_of_shape,
    "Conv": convolution.convolution,
    "ConvInteger": quantization.integer_convolution,
    "ConvTranspose": convolution.transposed,
    "CumSum": shapes.running_sum,
    "DepthToSpace": copies.depth_to_space,
    "DequantizeLinear": quantization.dequantize,
    "Dropout": copies.dropout,
    "Einsum": dense.einsum,
    "Expand": copies.expand,
    "Gather": copies.gather,
    "GatherElements": copies.gather_elements,
    "GatherND": copies.gather_nd,
    "Gemm": dense.gemm,
    "GroupNormalization": normalization.group_normalization,
    "InstanceNormalization": normalization.instance_normalization,
    "LRN": normalization.local_response_normalization,
    "LpNormalization": normalization.lp_normalization,
    "MatMul": dense.matmul,
    "MatMulInteger": quantization.integer_matmul,
    "MeanVarianceNormalization": normalization.mean_variance_normalization,
    "Pad": copies.pad,
    "QLinearConv": quantization.quantized_convolution,
    "QLinearMatMul": quantization.quantized_matmul,
    "QuantizeLinear": quantization.quantize,
    "Range": shapes.range_,
    "Shape": shapes.shape,
    "Size": shapes.size,
    "Slice": copies.slice_,
    "SpaceToDepth": copies.space_to_depth,
    "Split": copies.split,
    "Tile": copies.tile,
    "TopK": shapes.top_k,
    "Transpose": copies.transpose,
    "Trilu": copies.trilu,
    "Where": elementwise.where,
}
"""By kind; a kind that is not here is named as one without arithmetic."""


def arithmetic_of(node: Node) -> Arithmetic | None:
    """What is written for a node: by its kind, else by what it reads; None where nothing is."""
    if node.kind is None and {read.role for read in node.reads} >= separable.ROLES:
        return separable.separable
    return KINDS.get(node.kind or "")
