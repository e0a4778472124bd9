"""The axis letters that ONNX's operators fix: channels are the second axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cutaway.graph import Node
from cutaway.loaders.letters import Letters

_DATA: Final = {2: "NC", 3: "NCW", 4: "NCHW", 5: "NCDHW"}
"""Axes of feature maps by rank."""
_KERNEL: Final = {3: "OIW", 4: "OIHW", 5: "OIDHW"}
_TRANSPOSED_KERNEL: Final = {3: "IOW", 4: "IOHW", 5: "IODHW"}

_CONVOLUTIONS: Final = {"Conv", "ConvTranspose", "ConvInteger", "QLinearConv", "DeformConv"}
_CHANNELS_SECOND: Final = _CONVOLUTIONS | {
    "MaxPool", "AveragePool", "LpPool", "MaxUnpool", "GlobalMaxPool", "GlobalAveragePool",
    "GlobalLpPool", "LRN", "BatchNormalization", "InstanceNormalization", "GroupNormalization",
    "DepthToSpace", "SpaceToDepth",
}  # fmt: skip
"""Operators whose data and first output have channels as the second axis."""


def mark_anchors(nodes: Sequence[Node], letters: Letters) -> None:
    """Mark what each operator itself fixes."""
    for node in nodes:
        if node.kind in _CHANNELS_SECOND:
            _mark_channels_second(node, letters)
        elif node.kind in ("Gemm", "MatMul"):
            _mark_dense(node, letters)


def _mark_channels_second(node: Node, letters: Letters) -> None:
    values = [read.value for read in node.reads if read.role in ("data", "kernel")]
    ranks = (letters.rank(value) for value in (*values, *node.writes[:1]))
    rank = next((known for known in ranks if known is not None), 0)
    small = "O" if node.kind in _CONVOLUTIONS else "C"
    kernel = _TRANSPOSED_KERNEL if node.kind == "ConvTranspose" else _KERNEL
    tables = {"data": _DATA.get(rank), "kernel": kernel.get(rank)}
    for read in node.reads:
        per_channel = small if read.role in ("bias", "scale", "mean", "variance") else None
        letters.mark(read.value, tables.get(read.role, per_channel))
    for value in node.writes[:1]:
        letters.mark(value, _DATA.get(rank))


def _mark_dense(node: Node, letters: Letters) -> None:
    stated = node.kind_attributes
    tables = {
        "data": ("CN" if stated.get("transA") else "NC") if node.kind == "Gemm" else None,
        "kernel": "OI" if stated.get("transB") else "IO",
        "bias": "O",
    }
    for read in node.reads:
        letters.mark(read.value, tables.get(read.role))
    for value in node.writes if node.kind == "Gemm" else ():
        letters.mark(value, "NC")
