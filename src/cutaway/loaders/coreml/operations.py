"""What each operation of an ML Program is in ONNX's terms.

Source of the operations: coremltools/converters/mil/mil/ops/defs; feature maps are NCHW there.
"""
# pyright: standard

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cutaway.arithmetic.padding import same_pads
from cutaway.graph import Value
from cutaway.loaders.coreml.building import Shape, Told


@dataclass(frozen=True)
class Operation:
    """One operation as the program has it."""

    op: str
    settings: Mapping[str, Any]
    reads: Mapping[str, Value]
    """By the name of the argument, the first of several."""
    values_written: tuple[Shape, ...]

    def lengths(self, argument: str) -> list[int] | None:
        """The shape of an argument; None where not all of it is known."""
        held = self.reads.get(argument)
        if held is None or held.shape is None:
            return None
        found = [length for length in held.shape if isinstance(length, int)]
        return found if len(found) == len(held.shape) else None

    def numbers(self, name: str) -> list[int]:
        """A list of integers among the settings."""
        held = self.settings.get(name)
        return [int(one) for one in held] if isinstance(held, list) else []


def role_of(argument: str) -> str:
    """What an operation uses an argument for."""
    return _ROLES.get(argument, argument)


_ROLES: Final = {
    "x": "data", "y": "data", "values": "data", "a": "data", "b": "data", "data": "data",
    "input": "data", "weight": "kernel", "bias": "bias", "gamma": "scale", "beta": "bias",
    "alpha": "slope", "cond": "condition", "weight_ih": "kernel", "weight_hh": "recurrent_kernel",
    "attn_mask": "mask", "updates": "updates",
}  # fmt: skip


def meaning(operation: Operation) -> Told:
    """The operator of the same meaning; without a kind where there is none."""
    kind = _PLAIN.get(operation.op)
    if kind is not None:
        return Told(kind)
    make = _TOLD.get(operation.op)
    if make is not None:
        return make(operation)
    if operation.op.startswith("constexpr_"):
        return Told(family="shape")  # weights on their way from a smaller form
    return Told(family=_FAMILIES.get(operation.op))


def _window(operation: Operation, cells: list[int]) -> dict[str, Any]:
    axes = len(cells)
    found: dict[str, Any] = {
        "kernel_shape": cells,
        "strides": operation.numbers("strides") or [1] * axes,
        "dilations": operation.numbers("dilations") or [1] * axes,
    }
    stated = operation.settings.get("pad_type", "valid")
    edges = operation.numbers("pad")
    data = operation.lengths("x")
    if stated == "custom" and len(edges) == 2 * axes:
        found["pads"] = [*edges[::2], *edges[1::2]]
    elif stated == "valid":
        found["pads"] = [0] * (2 * axes)
    elif stated == "same" and data is not None and len(data) == axes + 2:
        found["pads"] = same_pads(data[2:], cells, found["strides"], found["dilations"])
    else:
        found["auto_pad"] = "SAME_LOWER" if stated == "same_lower" else "SAME_UPPER"
    return found


def _convolution(kind: str) -> Callable[[Operation], Told]:
    def make(operation: Operation) -> Told:
        kernel = operation.lengths("weight")
        if kernel is None or len(kernel) < 3:
            return Told(family="convolution")
        group = operation.settings.get("groups", 1)
        found = {**_window(operation, kernel[2:]), "group": group}
        if kind == "ConvTranspose" and "auto_pad" in found:
            return Told(kind, found)
        return Told(kind, found)

    return make


def _pooling(kind: str) -> Callable[[Operation], Told]:
    def make(operation: Operation) -> Told:
        found = _window(operation, operation.numbers("kernel_sizes"))
        if operation.settings.get("ceil_mode"):
            found["ceil_mode"] = 1
        if kind == "AveragePool":
            left_out = operation.settings.get("exclude_padding_from_average", False)
            found["count_include_pad"] = 0 if left_out else 1
        return Told(kind, found)

    return make


def _linear(operation: Operation) -> Told:
    data = operation.reads.get("x")
    if data is None or data.shape is None or len(data.shape) != 2:
        return Told(family="dense")
    return Told("Gemm", {"alpha": 1.0, "beta": 1.0, "transA": 0, "transB": 1})


def _matmul(operation: Operation) -> Told:
    turned = any(operation.settings.get(name) for name in ("transpose_x", "transpose_y"))
    return Told(None if turned else "MatMul", family="dense")


def _settings(kind: str, **names: str) -> Callable[[Operation], Told]:
    """A kind with settings under other names: ``epsilon="epsilon"``."""

    def make(operation: Operation) -> Told:
        held = operation.settings
        return Told(kind, {name: held[own] for name, own in names.items() if own in held})

    return make


def _reduced(kind: str) -> Callable[[Operation], Told]:
    def make(operation: Operation) -> Told:
        axes = operation.numbers("axes")
        found: dict[str, Any] = {"keepdims": int(bool(operation.settings.get("keep_dims", False)))}
        return Told(kind, {**found, "axes": axes} if axes else found)

    return make


def _extreme(kind: str) -> Callable[[Operation], Told]:
    return lambda operation: Told(
        kind,
        {
            "axis": operation.settings.get("axis", -1),
            "keepdims": int(bool(operation.settings.get("keep_dims", False))),
        },
    )


def _clip(operation: Operation) -> Told:
    held = operation.settings
    return Told("Clip", {"min": held.get("alpha"), "max": held.get("beta")})


def _normalized(operation: Operation) -> Told:
    return Told(
        "LayerNormalization",
        {
            "epsilon": operation.settings.get("epsilon", 1e-5),
            "axis": min(operation.numbers("axes"), default=-1),
        },
    )


_TOLD: Final[dict[str, Callable[[Operation], Told]]] = {
    "conv": _convolution("Conv"),
    "conv_transpose": _convolution("ConvTranspose"),
    "max_pool": _pooling("MaxPool"),
    "avg_pool": _pooling("AveragePool"),
    "l2_pool": _pooling("LpPool"),
    "linear": _linear,
    "matmul": _matmul,
    "softmax": _settings("Softmax", axis="axis"),
    "concat": _settings("Concat", axis="axis"),
    "split": _settings("Split", axis="axis"),
    "gather": _settings("Gather", axis="axis"),
    "gather_along_axis": _settings("GatherElements", axis="axis"),
    "transpose": _settings("Transpose", perm="perm"),
    "pad": _settings("Pad", mode="mode"),
    "batch_norm": _settings("BatchNormalization", epsilon="epsilon"),
    "instance_norm": _settings("InstanceNormalization", epsilon="epsilon"),
    "leaky_relu": _settings("LeakyRelu", alpha="alpha"),
    "elu": _settings("Elu", alpha="alpha"),
    "thresholded_relu": _settings("ThresholdedRelu", alpha="alpha"),
    "sigmoid_hard": _settings("HardSigmoid", alpha="alpha", beta="beta"),
    "gelu": _settings("Gelu"),
    "clip": _clip,
    "layer_norm": _normalized,
    "reduce_argmax": _extreme("ArgMax"),
    "reduce_argmin": _extreme("ArgMin"),
    **{
        f"reduce_{own}": _reduced(f"Reduce{kind}")
        for own, kind in {
            "mean": "Mean", "max": "Max", "min": "Min", "sum": "Sum", "prod": "Prod",
            "l1_norm": "L1", "l2_norm": "L2", "log_sum": "LogSum", "log_sum_exp": "LogSumExp",
            "sum_square": "SumSquare",
        }.items()
    },
}  # fmt: skip
_PLAIN: Final = {
    "relu": "Relu", "prelu": "PRelu", "sigmoid": "Sigmoid", "tanh": "Tanh", "softplus": "Softplus",
    "softsign": "Softsign", "silu": "Swish", "erf": "Erf", "add": "Add", "sub": "Sub",
    "mul": "Mul", "real_div": "Div", "pow": "Pow", "maximum": "Max", "minimum": "Min",
    "mod": "Mod", "equal": "Equal", "less": "Less", "less_equal": "LessOrEqual",
    "greater": "Greater", "greater_equal": "GreaterOrEqual", "logical_and": "And",
    "logical_or": "Or", "logical_xor": "Xor", "logical_not": "Not", "select": "Where",
    "abs": "Abs", "ceil": "Ceil", "floor": "Floor", "round": "Round", "sign": "Sign",
    "exp": "Exp", "sqrt": "Sqrt", "sin": "Sin", "cos": "Cos", "tan": "Tan", "asin": "Asin",
    "acos": "Acos", "atan": "Atan", "sinh": "Sinh", "cosh": "Cosh", "asinh": "Asinh",
    "acosh": "Acosh", "atanh": "Atanh", "identity": "Identity", "cast": "Cast",
    "reshape": "Reshape", "squeeze": "Squeeze", "expand_dims": "Unsqueeze", "tile": "Tile",
    "slice_by_index": "Slice", "slice_by_size": "Slice", "gather_nd": "GatherND",
    "scatter_nd": "ScatterND", "shape": "Shape", "one_hot": "OneHot", "cumsum": "CumSum",
    "topk": "TopK", "non_zero": "NonZero", "range_1d": "Range", "fill": "ConstantOfShape",
    "depth_to_space": "DepthToSpace", "space_to_depth": "SpaceToDepth",
    "resize_bilinear": "Resize", "resize_nearest_neighbor": "Resize", "resize": "Resize",
    "upsample_bilinear": "Resize", "upsample_nearest_neighbor": "Resize", "einsum": "Einsum",
    "lstm": "LSTM", "gru": "GRU", "rnn": "RNN", "cond": "If", "while_loop": "Loop",
    "scaled_dot_product_attention": "Attention", "local_response_norm": "LRN",
    "l2_norm": "LpNormalization", "quantize": "QuantizeLinear", "dequantize": "DequantizeLinear",
    "non_maximum_suppression": "NonMaxSuppression",
}  # fmt: skip
_FAMILIES: Final = {
    "rsqrt": "elementwise", "square": "elementwise", "inverse": "elementwise",
    "log": "elementwise", "floor_div": "elementwise", "threshold": "elementwise",
    "exp2": "elementwise", "linear_activation": "elementwise", "relu6": "activation",
    "scaled_tanh": "activation", "softplus_parametric": "activation", "stack": "shape",
    "flatten2d": "shape", "reverse": "shape", "sliding_windows": "shape", "crop": "shape",
    "crop_resize": "shape", "pixel_shuffle": "shape", "pixel_unshuffle": "shape",
    "band_part": "elementwise",
}  # fmt: skip
