"""The operator family of a node, from its kind: what colour it is drawn in."""

from __future__ import annotations

from cutaway.graph.model import Node

FAMILIES: dict[str, frozenset[str]] = {
    "convolution": frozenset({"Conv", "ConvTranspose", "ConvInteger", "QLinearConv", "DeformConv"}),
    "activation": frozenset(
        "Relu LeakyRelu PRelu Elu Selu Celu Gelu Sigmoid HardSigmoid HardSwish Swish Mish Tanh "
        "Softmax LogSoftmax Softplus Softsign ThresholdedRelu Clip Hardmax Erf".split()
    ),
    "pooling": frozenset(
        "MaxPool AveragePool GlobalMaxPool GlobalAveragePool LpPool GlobalLpPool MaxUnpool "
        "ReduceMean ReduceMax QLinearAveragePool QLinearGlobalAveragePool".split()
    ),
    "dense": frozenset({"Gemm", "MatMul", "MatMulInteger", "QLinearMatMul", "QGemm", "Einsum"}),
    "normalization": frozenset(
        "BatchNormalization InstanceNormalization LayerNormalization GroupNormalization "
        "RMSNormalization LpNormalization LRN MeanVarianceNormalization Dropout".split()
    ),
    "shape": frozenset(
        "Reshape Flatten Transpose Squeeze Unsqueeze Concat Split Slice Gather GatherND "
        "GatherElements ScatterND ScatterElements Pad Expand Tile Shape Size Identity Cast "
        "Resize Upsample DepthToSpace SpaceToDepth Constant ConstantOfShape Range NonZero "
        "QuantizeLinear DequantizeLinear DynamicQuantizeLinear".split()
    ),
    "attention": frozenset({"Attention", "MultiHeadAttention", "RotaryEmbedding"}),
    "recurrent": frozenset({"LSTM", "GRU", "RNN"}),
    "elementwise": frozenset(
        "Add Sub Mul Div Pow Sqrt Exp Log Neg Abs Min Max Sum Mean Where Equal Less Greater Not "
        "And Or Floor Ceil Round Sign Reciprocal Sin Cos".split()
    ),
    "control": frozenset({"If", "Loop", "Scan"}),
    "trees": frozenset(
        {"TreeEnsemble", "TreeEnsembleClassifier", "TreeEnsembleRegressor", "ZipMap"}
    ),
}
"""Kinds (ONNX operators) by family; anything else is ``other``."""

_FAMILY_OF = {kind: name for name, kinds in FAMILIES.items() for kind in kinds}


def family(node: Node) -> str:
    """A key of ``FAMILIES``: what the loader says, else by kind, else ``other``."""
    return node.family or _FAMILY_OF.get(node.kind or "", "other")
