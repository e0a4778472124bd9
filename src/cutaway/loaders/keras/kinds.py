"""What each Keras layer is in ONNX's terms."""
# pyright: standard

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from cutaway.loaders.keras import activations, operators, windows
from cutaway.loaders.keras.windows import Kind, Shape, channels_first, many

_Describe: TypeAlias = Callable[[Any, Shape], Kind]


def kind_of(layer: Any, shape: Shape) -> Kind:
    """The ONNX operator of the same meaning and its attributes; None where there is none.

    Args:
        layer: a Keras layer or operation; its activation not counted where that is split off.
        shape: of its first input.
    """
    name = type(layer).__name__
    known = operators.described(layer, shape) if operators.is_operator(layer) else None
    if known is not None:
        return known
    if name in _PLAIN:
        return _PLAIN[name], {}
    describe = _DESCRIBED.get(name)
    return (None, {}) if describe is None else describe(layer, shape)


def _axis(layer: Any, shape: Shape) -> int | list[int]:
    """The layer's axis counted from the front; a list where it has several."""
    axis = getattr(layer, "axis", -1)
    if isinstance(axis, list | tuple):
        axes = [int(one) % len(shape) for one in axis]
        return axes[0] if len(axes) == 1 else axes
    return int(axis) % len(shape)


def _axes(layer: Any, shape: Shape) -> int | list[int]:
    """The axes that are normalized: all from one on, as ONNX has it, or else a list."""
    found = _axis(layer, shape)
    return [found] if isinstance(found, int) and found < len(shape) - 1 else found


def _dense(_: Any, shape: Shape) -> Kind:
    if len(shape) == 2:
        return "Gemm", {"alpha": 1.0, "beta": 1.0, "transA": 0, "transB": 0}
    return "MatMul", {}


def _dropout(layer: Any, _: Shape) -> Kind:
    return "Dropout", {"ratio": float(getattr(layer, "rate", 0.0))}


def _batch_normalization(layer: Any, shape: Shape) -> Kind:
    return "BatchNormalization", {
        "axis": _axis(layer, shape),  # in ONNX channels are the second
        "epsilon": float(layer.epsilon),
        "momentum": float(layer.momentum),
    }


def _layer_normalization(layer: Any, shape: Shape) -> Kind:
    return "LayerNormalization", {"axis": _axes(layer, shape), "epsilon": float(layer.epsilon)}


def _group_normalization(layer: Any, shape: Shape) -> Kind:
    return "GroupNormalization", {
        "axis": _axis(layer, shape),
        "num_groups": layer.groups,
        "epsilon": float(layer.epsilon),
    }


def _rms_normalization(layer: Any, shape: Shape) -> Kind:
    return "RMSNormalization", {"axis": _axes(layer, shape), "epsilon": float(layer.epsilon)}


def _concatenation(layer: Any, shape: Shape) -> Kind:
    return "Concat", {"axis": _axis(layer, shape)}


def _permutation(layer: Any, _: Shape) -> Kind:
    return "Transpose", {"perm": [0, *layer.dims]}


def _reshape(layer: Any, _: Shape) -> Kind:
    return "Reshape", {"shape": [0, *(-1 if size is None else size for size in layer.target_shape)]}


def _flatten(_: Any, __: Shape) -> Kind:
    return "Flatten", {"axis": 1}


def _upsampling(layer: Any, shape: Shape) -> Kind:
    factors = [float(factor) for factor in many(layer.size, len(shape) - 2)]
    whole = [1.0, 1.0, *factors] if channels_first(layer) else [1.0, *factors, 1.0]
    return "Resize", {"mode": _mode(getattr(layer, "interpolation", "nearest")), "scales": whole}


def _resizing(layer: Any, _: Shape) -> Kind:
    mode = _mode(getattr(layer, "interpolation", "bilinear"))
    return "Resize", {"mode": mode, "sizes": [layer.height, layer.width]}


def _mode(interpolation: str) -> str:
    return {"bilinear": "linear", "bicubic": "cubic"}.get(interpolation, interpolation)


def _zero_padding(layer: Any, shape: Shape) -> Kind:
    pairs = _pairs(layer.padding, len(shape) - 2)
    return "Pad", {"mode": "constant", "pads": _around(layer, pairs)}


def _cropping(layer: Any, shape: Shape) -> Kind:
    pairs = _pairs(layer.cropping, len(shape) - 2)
    first = 2 if channels_first(layer) else 1
    return "Slice", {
        "axes": list(range(first, first + len(pairs))),
        "starts": [begin for begin, _ in pairs],
        "ends": [-end if end else 2**31 - 1 for _, end in pairs],
    }


def _pairs(amounts: Any, axes: int) -> list[tuple[int, int]]:
    whole = [amounts] if axes == 1 else amounts
    ends = [many(amount, 2) for amount in whole]
    return [(begin, end) for begin, end in ends]


def _around(layer: Any, pairs: list[tuple[int, int]]) -> list[int]:
    none = (0, 0)
    whole = [none, none, *pairs] if channels_first(layer) else [none, *pairs, none]
    return [begin for begin, _ in whole] + [end for _, end in whole]


def _recurrent(layer: Any, _: Shape) -> Kind:
    return _RECURRENT[type(layer).__name__], {
        "hidden_size": int(layer.units),
        "direction": "reverse" if layer.go_backwards else "forward",
    }


_RECURRENT: Final = {"LSTM": "LSTM", "GRU": "GRU", "SimpleRNN": "RNN"}


def _bidirectional(layer: Any, shape: Shape) -> Kind:
    inner = layer.forward_layer
    if type(inner).__name__ not in _RECURRENT:
        return None, {}
    kind, attributes = _recurrent(inner, shape)
    return kind, {**attributes, "direction": "bidirectional"}


def _heads(layer: Any, _: Shape) -> Kind:
    return "MultiHeadAttention", {"num_heads": int(layer.num_heads)}


def _activation(layer: Any, _: Shape) -> Kind:
    known = activations.described(layer.activation)
    return known.kind, dict(known.attributes)


def _relu(layer: Any, _: Shape) -> Kind:
    top, slope = layer.max_value, float(layer.negative_slope or 0.0)
    if float(layer.threshold or 0.0) or (slope and top is not None):
        return None, {}
    if top is not None:
        return "Clip", {"min": 0.0, "max": float(top)}
    return ("LeakyRelu", {"alpha": slope}) if slope else ("Relu", {})


def _clip(operation: Any, _: Shape) -> Kind:
    limits = {"min": operation.x_min, "max": operation.x_max}
    if not all(isinstance(limit, int | float) for limit in limits.values()):
        return None, {}  # by the numbers of another tensor
    return "Clip", {name: float(limit) for name, limit in limits.items()}


def _leaky_relu(layer: Any, _: Shape) -> Kind:
    return "LeakyRelu", {"alpha": float(layer.negative_slope)}


def _elu(layer: Any, _: Shape) -> Kind:
    return "Elu", {"alpha": float(layer.alpha)}


def _softmax(layer: Any, shape: Shape) -> Kind:
    return "Softmax", {"axis": _axis(layer, shape)}


def _embedding(_: Any, __: Shape) -> Kind:
    return "Gather", {"axis": 0}


_PLAIN: Final[dict[str, str]] = {
    "Add": "Add", "Subtract": "Sub", "Multiply": "Mul", "Divide": "Div", "TrueDivide": "Div",
    "Average": "Mean", "Maximum": "Max", "Minimum": "Min", "Matmul": "MatMul", "Dot": "Einsum",
    "Power": "Pow", "Sqrt": "Sqrt", "Exp": "Exp", "Log": "Log", "Negative": "Neg",
    "Absolute": "Abs", "Where": "Where", "Square": "Mul", "Identity": "Identity",
    "ActivityRegularization": "Identity", "GaussianNoise": "Identity",
    "GaussianDropout": "Identity", "AlphaDropout": "Identity", "PReLU": "PRelu",
    "Attention": "Attention", "AdditiveAttention": "Attention", "UnitNormalization":
    "LpNormalization", "Relu": "Relu", "Sigmoid": "Sigmoid", "Tanh": "Tanh", "Cast": "Cast",
    "GetItem": "Slice", "ExpandDims": "Unsqueeze", "Squeeze": "Squeeze",
}  # fmt: skip
"""Layers and operations whose ONNX operator needs no attributes, by class name."""


def _separable(layer: Any, shape: Shape) -> Kind:
    """Two convolutions are no single operator of ONNX; the window is that of the first."""
    return None, windows.convolution(layer, shape)[1]


_DESCRIBED: Final[dict[str, _Describe]] = {
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), windows.convolution),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), windows.convolution),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), _separable),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), windows.transposed),
    **dict.fromkeys(("MaxPooling1D", "MaxPooling2D", "MaxPooling3D"), windows.pooling),
    **dict.fromkeys(("AveragePooling1D", "AveragePooling2D", "AveragePooling3D"), windows.pooling),
    **dict.fromkeys(
        (f"Global{which}Pooling{axes}D" for which in ("Max", "Average") for axes in (1, 2, 3)),
        windows.global_pooling,
    ),
    "Dense": _dense,
    **dict.fromkeys(
        ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"), _dropout
    ),
    "BatchNormalization": _batch_normalization,
    "LayerNormalization": _layer_normalization,
    "GroupNormalization": _group_normalization,
    "RMSNormalization": _rms_normalization,
    "Concatenate": _concatenation,
    "Permute": _permutation,
    "Reshape": _reshape,
    "Flatten": _flatten,
    **dict.fromkeys(("UpSampling1D", "UpSampling2D", "UpSampling3D"), _upsampling),
    "Resizing": _resizing,
    **dict.fromkeys(("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"), _zero_padding),
    **dict.fromkeys(("Cropping1D", "Cropping2D", "Cropping3D"), _cropping),
    **dict.fromkeys(_RECURRENT, _recurrent),
    "Bidirectional": _bidirectional,
    **dict.fromkeys(("MultiHeadAttention", "GroupedQueryAttention"), _heads),
    "Activation": _activation,
    "ReLU": _relu,
    "LeakyReLU": _leaky_relu,
    "ELU": _elu,
    "Clip": _clip,
    "Softmax": _softmax,
    "Embedding": _embedding,
}
"""How the others are described, by class name."""
