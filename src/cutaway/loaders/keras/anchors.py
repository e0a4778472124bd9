"""The axis letters that Keras's layers fix."""
# pyright: standard

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from cutaway.graph import Node
from cutaway.loaders.keras.windows import data_letters, kernel_letters
from cutaway.loaders.letters import Letters

_MAPS: Final = (
    "Conv", "DepthwiseConv", "SeparableConv", "MaxPooling", "AveragePooling", "UpSampling",
    "ZeroPadding", "Cropping", "SpatialDropout",
)  # fmt: skip
"""Beginnings of the names of layers that go from maps to maps."""
_FROM_MAPS: Final = ("Global", *_MAPS)
_KERNELS: Final = {"kernel", "depthwise_kernel", "pointwise_kernel"}
_PER_CHANNEL: Final = {"scale", "mean", "variance"}


def mark_anchors(nodes: Sequence[Node], layers: Sequence[Any], letters: Letters) -> None:
    """Mark what each layer itself fixes.

    Args:
        nodes: of the graph.
        layers: the layer of each node.
        letters: where to mark.
    """
    for node, layer in zip(nodes, layers, strict=True):
        if type(layer).__name__ != node.op:
            continue  # a split activation keeps the letters of what it reads
        if node.op.startswith(_FROM_MAPS) and "LSTM" not in node.op:  # those have a time axis too
            _mark_maps(node, layer, letters)
        for read in node.reads:
            rank = letters.rank(read.value)
            if read.role in _PER_CHANNEL and rank == 1:
                letters.mark(read.value, "C")
            elif read.role == "bias" and rank == 1:
                letters.mark(read.value, "C" if "Normalization" in node.op else "O")
            elif read.role == "kernel" and node.op == "Dense":
                letters.mark(read.value, "IO")


def _mark_maps(node: Node, layer: Any, letters: Letters) -> None:
    for read in node.reads:
        rank = letters.rank(read.value) or 0
        if read.role == "data":
            letters.mark(read.value, data_letters(layer, rank))
        elif read.role in _KERNELS:
            letters.mark(read.value, kernel_letters(layer, rank))
    for value in node.writes if node.op.startswith(_MAPS) else ():
        letters.mark(value, data_letters(layer, letters.rank(value) or 0))
