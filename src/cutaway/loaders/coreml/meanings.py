"""What each layer of a Core ML neural network is in ONNX's terms."""
# pyright: standard

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from cutaway.loaders.coreml.building import Told


def meaning(op: str, params: Any, inputs: int, rank: int | None) -> Told:
    """The operator of the same meaning; without a kind where there is none.

    Args:
        op: the layer's type, such as ``innerProduct``.
        params: its message; None where the type is unknown.
        inputs: how many tensors it reads.
        rank: of the first of them, None where it is not stated.
    """
    if params is None:
        return Told()
    if (kind := _PLAIN.get(op)) is not None:
        return Told(kind)
    make = _TOLD.get(op)
    if make is not None:
        return make(params)
    if op in ("add", "multiply", "max", "min", "average"):
        # A layer with one input computes with a number of its own.
        kinds = {"add": "Add", "multiply": "Mul", "max": "Max", "min": "Min", "average": "Mean"}
        return Told(kinds[op]) if inputs > 1 else Told(family="elementwise")
    if op == "innerProduct":
        flat = {"alpha": 1.0, "beta": 1.0, "transA": 0, "transB": 1}
        return Told("Gemm", flat) if rank in (None, 2) else Told(family="dense")
    return Told(family=_FAMILIES.get(op))


def _numbers(held: Any) -> list[int]:
    return [int(number) for number in held]


def _pads(params: Any, axes: int) -> dict[str, Any]:
    """Padding, begins before ends; automatic where it follows from the sizes of a run."""
    for name in ("valid", "includeLastPixel"):
        if name not in params.DESCRIPTOR.fields_by_name or not params.HasField(name):
            continue
        held = getattr(params, name).paddingAmounts
        if name == "includeLastPixel":
            amounts = _numbers(held)
            return {"pads": amounts * 2, "ceil_mode": 1} if len(amounts) == axes else {}
        edges = list(held.borderAmounts)
        if len(edges) not in (0, axes):
            return {}
        begins = [int(edge.startEdgeSize) for edge in edges] or [0] * axes
        return {"pads": [*begins, *([int(edge.endEdgeSize) for edge in edges] or [0] * axes)]}
    if params.HasField("same"):
        upper = params.same.asymmetryMode == 0  # BOTTOM_RIGHT_HEAVY
        return {"auto_pad": "SAME_UPPER" if upper else "SAME_LOWER"}
    return {"pads": [0] * (2 * axes)}


def _convolution(params: Any) -> Told:
    found: dict[str, Any] = {
        "kernel_shape": _numbers(params.kernelSize) or [3, 3],
        "strides": _numbers(params.stride) or [1, 1],
        "dilations": _numbers(params.dilationFactor) or [1, 1],
        "group": int(params.nGroups) or 1,
        **_pads(params, 2),
    }
    if params.isDeconvolution and len(params.outputShape):
        found["output_shape"] = _numbers(params.outputShape)
    return Told("ConvTranspose" if params.isDeconvolution else "Conv", found)


def _pooling(params: Any) -> Told:
    kind = {0: "MaxPool", 1: "AveragePool", 2: "LpPool"}.get(params.type)
    if kind is None:
        return Told(family="pooling")
    if params.globalPooling:
        return Told(f"Global{kind}")
    found: dict[str, Any] = {
        "kernel_shape": _numbers(params.kernelSize) or [3, 3],
        "strides": _numbers(params.stride) or [1, 1],
        **_pads(params, 2),
    }
    if kind == "AveragePool":
        found["count_include_pad"] = 0 if params.avgPoolExcludePadding else 1
    return Told(kind, found)


def _activation(params: Any) -> Told:
    name = params.WhichOneof("NonlinearityType")
    kind = _ACTIVATIONS.get(name or "")
    if kind is None:
        return Told(family="activation")
    held = getattr(params, name)
    stated = {field.name for field in held.DESCRIPTOR.fields if field.message_type is None}
    return Told(
        kind, {word: float(getattr(held, word)) for word in ("alpha", "beta") if word in stated}
    )


_ACTIVATIONS: Final = {
    "ReLU": "Relu", "leakyReLU": "LeakyRelu", "thresholdedReLU": "ThresholdedRelu",
    "PReLU": "PRelu", "tanh": "Tanh", "sigmoid": "Sigmoid", "sigmoidHard": "HardSigmoid",
    "ELU": "Elu", "softsign": "Softsign", "softplus": "Softplus",
}  # fmt: skip


def _batchnorm(params: Any) -> Told:
    if params.instanceNormalization:
        return Told("InstanceNormalization", {"epsilon": float(params.epsilon)})
    return Told("BatchNormalization", {"epsilon": float(params.epsilon)})


def _unary(params: Any) -> Told:
    kinds = {0: "Sqrt", 2: "Reciprocal", 4: "Exp", 5: "Log", 6: "Abs"}
    plain = params.scale in (0, 1) and params.shift == 0 and not params.epsilon
    kind = kinds.get(params.type) if plain else None
    return Told(kind, family=None if kind else "elementwise")


def _upsample(params: Any) -> Told:
    return Told("Resize", {"mode": "linear" if params.mode == 1 else "nearest"})


def _padding(params: Any) -> Told:
    modes = {"constant": "constant", "reflection": "reflect", "replication": "edge"}
    return Told("Pad", {"mode": modes.get(params.WhichOneof("PaddingType") or "constant")})


def _axis(kind: str, field: str = "axis") -> Callable[[Any], Told]:
    return lambda params: Told(kind, {"axis": int(getattr(params, field))})


def _reduced(kind: str) -> Callable[[Any], Told]:
    def make(params: Any) -> Told:
        found: dict[str, Any] = {"keepdims": int(params.keepDims)}
        return Told(kind, found if params.reduceAll else {**found, "axes": _numbers(params.axes)})

    return make


def _extreme(kind: str) -> Callable[[Any], Told]:
    return lambda params: Told(
        kind, {"axis": int(params.axis), "keepdims": 0 if params.removeDim else 1}
    )


_TOLD: Final[dict[str, Callable[[Any], Told]]] = {
    "convolution": _convolution,
    "pooling": _pooling,
    "activation": _activation,
    "batchnorm": _batchnorm,
    "unary": _unary,
    "upsample": _upsample,
    "padding": _padding,
    # The third axis from the end is that of channels, the fifth that of a sequence.
    "softmax": lambda _: Told("Softmax", {"axis": -3}),
    "softmaxND": _axis("Softmax"),
    "concat": lambda params: Told("Concat", {"axis": -5 if params.sequenceConcat else -3}),
    "concatND": _axis("Concat"),
    "split": lambda _: Told("Split", {"axis": -3}),
    "splitND": _axis("Split"),
    "gather": _axis("Gather"),
    "argMax": _extreme("ArgMax"),
    "argMin": _extreme("ArgMin"),
    "transpose": lambda params: Told("Transpose", {"perm": _numbers(params.axes)}),
    "clip": lambda params: Told("Clip", {"min": float(params.minVal), "max": float(params.maxVal)}),
    "layerNormalization": lambda params: Told("LayerNormalization", {"epsilon": float(params.eps)}),
    "lrn": lambda params: Told(
        "LRN",
        {
            "alpha": float(params.alpha), "beta": float(params.beta), "bias": float(params.k),
            "size": int(params.localSize),
        },
    ),
    **{
        f"reduce{name}": _reduced(f"Reduce{name}")
        for name in (
            "L1", "L2", "Max", "Min", "Sum", "Prod", "Mean", "LogSum", "SumSquare", "LogSumExp",
        )
    },
}  # fmt: skip
_PLAIN: Final = {
    "addBroadcastable": "Add", "subtractBroadcastable": "Sub", "multiplyBroadcastable": "Mul",
    "divideBroadcastable": "Div", "powBroadcastable": "Pow", "maxBroadcastable": "Max",
    "minBroadcastable": "Min", "modBroadcastable": "Mod", "equal": "Equal", "lessThan": "Less",
    "lessEqual": "LessOrEqual", "greaterThan": "Greater", "greaterEqual": "GreaterOrEqual",
    "logicalOr": "Or", "logicalXor": "Xor", "logicalNot": "Not", "logicalAnd": "And",
    "whereBroadcastable": "Where", "ceil": "Ceil", "floor": "Floor", "sign": "Sign",
    "round": "Round", "sin": "Sin", "cos": "Cos", "tan": "Tan", "asin": "Asin", "acos": "Acos",
    "atan": "Atan", "sinh": "Sinh", "cosh": "Cosh", "tanh": "Tanh", "asinh": "Asinh",
    "acosh": "Acosh", "atanh": "Atanh", "erf": "Erf", "gelu": "Gelu", "flatten": "Flatten",
    "reshape": "Reshape", "reshapeStatic": "Reshape", "reshapeDynamic": "Reshape",
    "reshapeLike": "Reshape", "rankPreservingReshape": "Reshape", "squeeze": "Squeeze",
    "expandDims": "Unsqueeze", "tile": "Tile", "sliceStatic": "Slice", "sliceDynamic": "Slice",
    "constantPad": "Pad", "resizeBilinear": "Resize", "batchedMatmul": "MatMul",
    "gatherND": "GatherND", "gatherAlongAxis": "GatherElements", "scatterND": "ScatterND",
    "topK": "TopK", "getShape": "Shape", "oneHot": "OneHot", "cumSum": "CumSum",
    "broadcastToStatic": "Expand", "broadcastToDynamic": "Expand", "branch": "If", "loop": "Loop",
    "NonMaximumSuppression": "NonMaxSuppression", "simpleRecurrent": "RNN", "gru": "GRU",
    "uniDirectionalLSTM": "LSTM", "biDirectionalLSTM": "LSTM", "copy": "Identity",
    "mvn": "MeanVarianceNormalization", "l2normalize": "LpNormalization", "bias": "Add",
}  # fmt: skip
_FAMILIES: Final = {
    "scale": "elementwise", "dot": "dense", "embedding": "dense", "embeddingND": "dense",
    "crop": "shape", "cropResize": "shape", "permute": "shape", "reorganizeData": "shape",
    "slice": "shape", "sequenceRepeat": "shape", "flattenTo2D": "shape", "stack": "shape",
    "convolution3d": "convolution", "pooling3d": "pooling", "globalPooling3d": "pooling",
    "reduce": "pooling", "exp2": "elementwise", "clampedReLU": "activation",
}  # fmt: skip
