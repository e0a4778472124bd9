"""What each OpenVINO operation is in ONNX's terms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from cutaway.loaders.openvino import arrangements, products, resizing, windows
from cutaway.loaders.openvino.operation import Operation, Told


def describe(operation: Operation) -> Told:
    """The operator of the same meaning; without a kind where there is none."""
    make = _DESCRIBED.get(operation.op)
    if make is not None:
        return make(operation)
    if operation.op in _PAIRS:
        return _pair(operation, _PAIRS[operation.op])
    if operation.op in _PLAIN:
        kind, roles = _PLAIN[operation.op]
        return Told(kind, roles=roles)
    return Told(None, roles=_ROLES.get(operation.op, ("data",)), family=_FAMILIES.get(operation.op))


def _pair(operation: Operation, kind: str) -> Told:
    """An operator of two operands, spread as NumPy spreads them."""
    plain = operation.attributes.get("auto_broadcast", "numpy") in ("numpy", "none")
    found: dict[str, Any] = {}
    if operation.op == "Mod":  # the sign is that of the first
        found["fmod"] = 1
    if operation.op == "Divide" and operation.attributes.get("m_pythondiv", True):
        # Integers are rounded down, in ONNX towards zero.
        plain = plain and "float" in str(operation.dtypes[0])
    roles = tuple(_role(operation, kind, read) for read in (0, 1))
    return Told(kind if plain else None, found, roles, "elementwise")


def _role(operation: Operation, kind: str, read: int) -> str:
    shape = operation.lengths(read)
    several = shape is not None and any(length > 1 for length in shape)
    if operation.held[read] and not operation.held[1 - read] and several:
        return {"Add": "bias", "Mul": "scale"}.get(kind, "data")
    return "data"


def _clamp(operation: Operation) -> Told:
    found = {word: _finite(operation.attributes.get(word)) for word in ("min", "max")}
    return Told("Clip", {word: limit for word, limit in found.items() if limit is not None})


def _finite(number: Any) -> float | None:
    """The number; None of what limits nothing."""
    return float(number) if number is not None and abs(float(number)) < 3e38 else None


def _gelu(operation: Operation) -> Told:
    turned = str(operation.attributes.get("approximation_mode", "ERF")).lower() == "tanh"
    return Told("Gelu", {"approximate": "tanh" if turned else "none"})


def _elu(operation: Operation) -> Told:
    return Told("Elu", {"alpha": float(operation.attributes.get("alpha", 1.0))})


def _stated(kind: str, **reads: int) -> Callable[[Operation], Told]:
    """An activation whose parameters are constants that it reads: attributes in ONNX."""

    def make(operation: Operation) -> Told:
        found: dict[str, Any] = {}
        roles = ("data", *reads)
        for word, read in reads.items():
            if read >= len(operation.shapes):
                continue
            number = operation.number(read)
            if number is None:
                return Told(None, roles=roles, family="activation")
            found[word] = number
        return Told(kind, found, roles)

    return make


def _slope(operation: Operation) -> Told:
    """PRelu: a slope of one axis is one for every channel."""
    rank, slope = operation.rank(0), operation.lengths(1)
    roles = ("data", "slope")
    if slope is not None and len(slope) == 1 and slope[0] > 1 and rank is not None and rank > 2:
        if not operation.held[1]:
            return Told(None, roles=roles, family="activation")
        return Told("PRelu", {}, roles, views={1: ("channels", str(rank - 2))})
    return Told("PRelu", {}, roles)


def _axis(kind: str) -> Callable[[Operation], Told]:
    return lambda operation: Told(kind, {"axis": int(operation.attributes.get("axis", -1))})


def _hard_sigmoid(_: Operation) -> Told:
    return Told("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5})


def _rounded(operation: Operation) -> Told:
    even = operation.attributes.get("mode", "half_to_even") == "half_to_even"
    return Told("Round" if even else None, family="elementwise")


def _batch_normalization(operation: Operation) -> Told:
    found = {"epsilon": float(operation.attributes.get("epsilon", 0.0))}
    # The first opset has the data in the middle, where its rank tells.
    first = operation.rank(0) == 1 and operation.rank(2) != 1
    roles = ("scale", "bias", "data", "mean", "variance") if first else _NORMALIZED
    return Told("BatchNormalization", found, roles)


_NORMALIZED: Final = ("data", "scale", "bias", "mean", "variance")


def _mean_variance(operation: Operation) -> Told:
    """MVN; where the root is taken first, the term that keeps it from zero comes after."""
    axes, attributes = operation.integers(1), operation.attributes
    inside = str(attributes.get("eps_mode", "inside_sqrt")).lower() == "inside_sqrt"
    roles = ("data", "axes")
    if axes is None or not inside or not attributes.get("normalize_variance", True):
        return Told(None, roles=roles, family="normalization")
    found = {"axes": axes, "epsilon": float(attributes.get("eps", 0.0))}
    return Told("MeanVarianceNormalization", found, roles)


def _local_response(operation: Operation) -> Told:
    roles, words = ("data", "axes"), ("alpha", "beta", "bias")
    if operation.integers(1) != [1]:
        return Told(None, roles=roles, family="normalization")
    found: dict[str, Any] = {word: float(operation.attributes.get(word, 1.0)) for word in words}
    found["size"] = int(operation.attributes.get("size", 1))
    return Told("LRN", found, roles)


def _group_normalization(operation: Operation) -> Told:
    found = {
        "num_groups": int(operation.attributes.get("num_groups", 1)),
        "epsilon": float(operation.attributes.get("epsilon", 1e-5)),
    }
    return Told("GroupNormalization", found, ("data", "scale", "bias"))


def _einsum(operation: Operation) -> Told:
    return Told("Einsum", {"equation": str(operation.attributes.get("equation", ""))})


_PAIRS: Final = {
    "Add": "Add", "Subtract": "Sub", "Multiply": "Mul", "Divide": "Div", "Maximum": "Max",
    "Minimum": "Min", "Power": "Pow", "Mod": "Mod", "FloorMod": "Mod", "Less": "Less",
    "LessEqual": "LessOrEqual", "Greater": "Greater", "GreaterEqual": "GreaterOrEqual",
    "Equal": "Equal", "LogicalAnd": "And", "LogicalOr": "Or", "LogicalXor": "Xor",
}  # fmt: skip
_PLAIN: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    **{
        op: (kind, ("data",))
        for op, kind in {
            "Relu": "Relu", "Sigmoid": "Sigmoid", "Tanh": "Tanh", "Exp": "Exp", "Log": "Log",
            "Sqrt": "Sqrt", "Abs": "Abs", "Negative": "Neg", "Floor": "Floor",
            "Ceiling": "Ceil", "Sign": "Sign", "Sin": "Sin", "Cos": "Cos", "Erf": "Erf",
            "SoftPlus": "Softplus", "SoftSign": "Softsign", "Mish": "Mish", "Convert": "Cast",
            "HSwish": "HardSwish", "LogicalNot": "Not", "Identity": "Identity", "IsNaN": "IsNaN",
            "NonZero": "NonZero", "ShapeOf": "Shape", "Range": "Range",
        }.items()
    },
    "Reshape": ("Reshape", ("data", "shape")),
    "Squeeze": ("Squeeze", ("data", "axes")),
    "Unsqueeze": ("Unsqueeze", ("data", "axes")),
    "Tile": ("Tile", ("data", "repeats")),
    "Select": ("Where", ("condition", "data", "data")),
    "If": ("If", ("condition", "captured")),
    "Loop": ("Loop", ("trips", "condition", "captured")),
    "OneHot": ("OneHot", ("indices", "depth", "value")),
}  # fmt: skip
_DESCRIBED: Final[dict[str, Callable[[Operation], Told]]] = {
    "Convolution": windows.convolution,
    "GroupConvolution": windows.convolution,
    "ConvolutionBackpropData": windows.transposed,
    "GroupConvolutionBackpropData": windows.transposed,
    "MaxPool": windows.max_pool,
    "AvgPool": windows.average_pool,
    "MatMul": products.matmul,
    "Einsum": _einsum,
    "Clamp": _clamp,
    "Gelu": _gelu,
    "Elu": _elu,
    "PRelu": _slope,
    "Selu": _stated("Selu", alpha=1, gamma=2),
    "HardSigmoid": _stated("HardSigmoid", alpha=1, beta=2),
    "Swish": _stated("Swish", alpha=1),
    "HSigmoid": _hard_sigmoid,
    "Round": _rounded,
    "Softmax": _axis("Softmax"),
    "LogSoftmax": _axis("LogSoftmax"),
    "BatchNormInference": _batch_normalization,
    "MVN": _mean_variance,
    "LRN": _local_response,
    "GroupNormalization": _group_normalization,
    "Transpose": arrangements.transpose,
    "Concat": arrangements.concatenation,
    "Split": arrangements.split,
    "VariadicSplit": arrangements.uneven_split,
    "Gather": arrangements.gather,
    "GatherElements": arrangements.gather_elements,
    "GatherND": arrangements.gather_nd,
    "Slice": arrangements.slice_,
    "StridedSlice": arrangements.strided_slice,
    "Pad": arrangements.pad,
    "Broadcast": arrangements.broadcast,
    "DepthToSpace": arrangements.depth_to_space,
    "SpaceToDepth": arrangements.space_to_depth,
    "TopK": arrangements.top_k,
    "CumSum": arrangements.running_sum,
    "Interpolate": resizing.interpolation,
    **{
        f"Reduce{word}": arrangements.reduction(f"Reduce{word}")
        for word in ("Mean", "Sum", "Max", "Min", "Prod", "L1", "L2")
    },
}
_ROLES: Final = {
    "LSTMSequence": ("data", "state", "cell", "lengths", "kernel", "recurrent_kernel", "bias"),
    "GRUSequence": ("data", "state", "lengths", "kernel", "recurrent_kernel", "bias"),
    "RNNSequence": ("data", "state", "lengths", "kernel", "recurrent_kernel", "bias"),
    "LSTMCell": ("data", "state", "cell", "kernel", "recurrent_kernel", "bias"),
    "GRUCell": ("data", "state", "kernel", "recurrent_kernel", "bias"),
    "RNNCell": ("data", "state", "kernel", "recurrent_kernel", "bias"),
    "ScaledDotProductAttention": ("query", "key", "value", "mask", "scale"),
    "FakeQuantize": ("data", "input_low", "input_high", "output_low", "output_high"),
    "NormalizeL2": ("data", "axes"),
}  # fmt: skip
_FAMILIES: Final = {
    **dict.fromkeys(
        ("LSTMSequence", "GRUSequence", "RNNSequence", "LSTMCell", "GRUCell", "RNNCell"),
        "recurrent",
    ),
    **dict.fromkeys(("TensorIterator", "ReadValue", "Assign"), "control"),
    **dict.fromkeys(("SquaredDifference", "NotEqual", "Tan", "Atan"), "elementwise"),
    **dict.fromkeys(("NormalizeL2", "RMS"), "normalization"),
    **dict.fromkeys(
        ("ReverseSequence", "Reverse", "FakeQuantize", "ConvertLike", "ScatterNDUpdate",
         "ScatterElementsUpdate", "ScatterUpdate", "BatchToSpace", "SpaceToBatch", "Bucketize"),
        "shape",
    ),
    **dict.fromkeys(("AdaptiveAvgPool", "AdaptiveMaxPool"), "pooling"),
    "DeformableConvolution": "convolution",
    "ScaledDotProductAttention": "attention",
}  # fmt: skip
