"""What each TFLite operator is in ONNX's terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from cutaway.arithmetic.padding import same_pads, same_transposed_pads
from cutaway.graph import Value


@dataclass(frozen=True)
class Operator:
    """One operator as the file has it."""

    op: str
    """Such as ``CONV_2D``."""
    attributes: Mapping[str, Any]
    reads: Sequence[Value]
    writes: Sequence[Value]
    constants: Sequence[Any]
    """By position of the input, the numbers of small integer constants; None of all else."""

    def shape(self, read: int) -> list[int] | None:
        """Of an input, where all of it is known; a batch of any length counts as 1."""
        shape = self.reads[read].shape if read < len(self.reads) else None
        if not shape:
            return None
        lengths = [length for length in (shape[0] or 1, *shape[1:]) if isinstance(length, int)]
        return lengths if len(lengths) == len(shape) else None

    def numbers(self, read: int) -> list[int] | None:
        """A small integer constant, row-major."""
        held = self.constants[read] if read < len(self.constants) else None
        return None if held is None else [int(number) for number in held.reshape(-1)]


@dataclass(frozen=True)
class Told:
    """What an operator means."""

    kind: str | None
    kind_attributes: dict[str, Any] = field(default_factory=dict[str, Any])
    roles: tuple[str, ...] = ("data",)
    family: str | None = None


_CONVOLUTION: Final = ("data", "kernel", "bias")
_FUSED: Final = {"RELU": "Relu", "RELU6": "Relu6", "RELU_N1_TO_1": "Relu1", "TANH": "Tanh"}
_WHOLE: Final = {"int8", "uint8", "int16", "int4"}


def describe(operator: Operator) -> Told:
    """The operator of the same meaning; without a kind where there is none.

    An activation within it is told as ``fused``, integer arithmetic as ``quantized``.
    """
    if operator.op in _PLAIN:
        kind, roles = _PLAIN[operator.op]
        told = Told(kind, roles=roles)
    else:
        make = _DESCRIBED.get(operator.op)
        told = Told(None, roles=(), family=_FAMILIES.get(operator.op))
        told = told if make is None else make(operator)
    more: dict[str, Any] = {}
    activation = operator.attributes.get("fused_activation_function", "NONE")
    if activation != "NONE":
        more["fused"] = _FUSED.get(str(activation), str(activation))
    computed = told.kind not in _MOVES
    if computed and any(value.dtype in _WHOLE for value in (*operator.reads, *operator.writes)):
        more["quantized"] = True
    return replace(told, kind_attributes={**told.kind_attributes, **more}) if more else told


def _two(operator: Operator, what: str) -> list[int]:
    return [int(operator.attributes.get(f"{what}_{axis}", 1)) for axis in ("h", "w")]


def _window(operator: Operator, kernel: Sequence[int], read: int = 0) -> dict[str, Any]:
    strides = _two(operator, "stride")
    dilations = [
        int(operator.attributes.get(f"dilation_{axis}_factor", 1)) or 1 for axis in ("h", "w")
    ]
    found: dict[str, Any] = {"kernel_shape": list(kernel), "strides": strides}
    found["dilations"] = dilations
    shape = operator.shape(read)
    if operator.attributes.get("padding") == "VALID":
        found["pads"] = [0, 0, 0, 0]
    elif shape is not None and len(shape) == 4:
        found["pads"] = same_pads(shape[1:3], list(kernel), strides, dilations)
    else:
        found["auto_pad"] = "SAME_UPPER"
    return found


def _convolution(operator: Operator) -> Told:
    kernel = operator.shape(1)
    if kernel is None or len(kernel) != 4:
        return Told(None, roles=_CONVOLUTION, family="convolution")
    found = _window(operator, kernel[1:3])
    data = operator.shape(0)
    if operator.op == "DEPTHWISE_CONV_2D":
        found["group"] = kernel[3] // max(1, int(operator.attributes.get("depth_multiplier", 1)))
    else:
        channels = data[3] if data is not None and len(data) == 4 else kernel[3]
        found["group"] = max(1, channels // max(1, kernel[3]))
    return Told("Conv", found, _CONVOLUTION)


def _transposed(operator: Operator) -> Told:
    roles = ("output_shape", "kernel", "data", "bias")
    kernel, sizes = operator.shape(1), operator.numbers(0)
    if kernel is None or len(kernel) != 4 or sizes is None:
        return Told(None, roles=roles, family="convolution")
    strides, cells = _two(operator, "stride"), kernel[1:3]
    found: dict[str, Any] = {"kernel_shape": cells, "strides": strides, "group": 1}
    found["pads"] = [0, 0, 0, 0]
    if operator.attributes.get("padding") == "SAME":
        found["pads"] = same_transposed_pads(cells, strides, [1, 1], [0, 0])
    return Told("ConvTranspose", found, roles)


def _pooling(kind: str) -> Callable[[Operator], Told]:
    def make(operator: Operator) -> Told:
        cells = [int(operator.attributes.get(f"filter_{side}", 1)) for side in ("height", "width")]
        found = _window(operator, cells)
        return Told(kind, found)

    return make


def _dense(operator: Operator) -> Told:
    data, written = operator.shape(0), operator.writes[0].shape or ()
    flat = data is not None and len(data) == 2 and len(written) == 2
    found = {"alpha": 1.0, "beta": 1.0, "transA": 0, "transB": 1}
    return Told("Gemm" if flat else None, found if flat else {}, _CONVOLUTION, "dense")


def _softmax(operator: Operator) -> Told:
    plain = float(operator.attributes.get("beta", 1.0)) == 1.0
    return Told("Softmax" if plain else None, {"axis": -1}, family="activation")


def _clip(low: float, high: float) -> Callable[[Operator], Told]:
    return lambda _: Told("Clip", {"min": low, "max": high})


def _leaky(operator: Operator) -> Told:
    return Told("LeakyRelu", {"alpha": float(operator.attributes.get("alpha", 0.0))})


def _concatenation(operator: Operator) -> Told:
    axis = int(operator.attributes.get("axis", 0))
    return Told("Concat", {"axis": axis}, ("data",) * len(operator.reads))


def _padding(operator: Operator) -> Told:
    pairs = operator.numbers(1)
    if pairs is None:
        return Told(None, roles=("data", "padding", "value"), family="shape")
    found = {"mode": "constant", "pads": [*pairs[::2], *pairs[1::2]]}
    return Told("Pad", found, ("data", "padding", "value"))


def _mirrored(operator: Operator) -> Told:
    pairs = operator.numbers(1)
    if pairs is None or int(operator.attributes.get("mode", 0)) != 0:
        return Told(None, roles=("data", "padding"), family="shape")
    found = {"mode": "reflect", "pads": [*pairs[::2], *pairs[1::2]]}
    return Told("Pad", found, ("data", "padding"))


def _reduction(kind: str) -> Callable[[Operator], Told]:
    def make(operator: Operator) -> Told:
        keeps = int(bool(operator.attributes.get("keep_dims", False)))
        return Told(kind, {"keepdims": keeps}, ("data", "axes"))

    return make


def _resizing(mode: str) -> Callable[[Operator], Told]:
    def make(operator: Operator) -> Told:
        before, after = operator.shape(0), operator.writes[0].shape or ()
        corners = bool(operator.attributes.get("align_corners", False))
        half = bool(operator.attributes.get("half_pixel_centers", False))
        found: dict[str, Any] = {"mode": mode}
        found["coordinate_transformation_mode"] = (
            "align_corners" if corners else "half_pixel" if half else "asymmetric"
        )
        if mode == "nearest":
            found["nearest_mode"] = "round_prefer_ceil" if corners else "floor"
        lengths = [length for length in after if isinstance(length, int)]
        if before is not None and len(lengths) == len(before):
            found["sizes"] = lengths
        return Told("Resize", found, ("data", "size"))

    return make


def _turned(operator: Operator) -> Told:
    order = operator.numbers(1)
    kind = None if order is None else "Transpose"
    return Told(kind, {} if order is None else {"perm": order}, ("data", "perm"), "shape")


def _split(operator: Operator) -> Told:
    axis = operator.numbers(0)
    kind = None if axis is None else "Split"
    found = {} if axis is None else {"axis": axis[0], "num_outputs": len(operator.writes)}
    return Told(kind, found, ("axis", "data"), "shape")


def _strided(operator: Operator) -> Told:
    """A slice, unless it adds or drops axes."""
    roles = ("data", "begin", "end", "strides")
    begin, end, steps = (operator.numbers(at) for at in (1, 2, 3))
    odd = any(int(operator.attributes.get(f"{word}_mask", 0)) for word in _ODD_MASKS)
    if odd or begin is None or end is None or steps is None:
        return Told(None, roles=roles, family="shape")

    def masked(numbers: list[int], word: str, forward: int, backward: int) -> list[int]:
        mask = int(operator.attributes.get(f"{word}_mask", 0))
        outer = [forward if step > 0 else backward for step in steps]
        return [outer[at] if mask >> at & 1 else number for at, number in enumerate(numbers)]

    found = {
        "starts": masked(begin, "begin", 0, _FAR),
        "ends": masked(end, "end", _FAR, -_FAR),
        "axes": list(range(len(begin))),
        "steps": steps,
    }
    return Told("Slice", found, roles)


_ODD_MASKS: Final = ("ellipsis", "new_axis", "shrink_axis")
_FAR: Final = 2**31 - 1


def _gather(operator: Operator) -> Told:
    plain = int(operator.attributes.get("batch_dims", 0)) == 0
    axis = int(operator.attributes.get("axis", 0))
    return Told("Gather" if plain else None, {"axis": axis}, ("data", "indices"), "shape")


def _extreme(kind: str) -> Callable[[Operator], Told]:
    def make(operator: Operator) -> Told:
        axis = operator.numbers(1)
        found = {"keepdims": 0} if axis is None else {"axis": axis[0], "keepdims": 0}
        return Told(None if axis is None else kind, found, ("data", "axis"))

    return make


_PAIR: Final = ("data", "data")
_PLAIN: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    **{
        op: (kind, _PAIR)
        for op, kind in {
            "ADD": "Add", "SUB": "Sub", "MUL": "Mul", "DIV": "Div", "MAXIMUM": "Max",
            "MINIMUM": "Min", "POW": "Pow", "LESS": "Less", "GREATER": "Greater",
            "EQUAL": "Equal", "LOGICAL_AND": "And", "LOGICAL_OR": "Or",
        }.items()
    },
    **{
        op: (kind, ("data",))
        for op, kind in {
            "LOGISTIC": "Sigmoid", "TANH": "Tanh", "RELU": "Relu", "HARD_SWISH": "HardSwish",
            "ELU": "Elu", "EXP": "Exp", "LOG": "Log", "SQRT": "Sqrt", "ABS": "Abs", "NEG": "Neg",
            "FLOOR": "Floor", "CEIL": "Ceil", "SIN": "Sin", "COS": "Cos", "LOGICAL_NOT": "Not",
            "CAST": "Cast", "LOG_SOFTMAX": "LogSoftmax", "QUANTIZE": "QuantizeLinear",
            "DEQUANTIZE": "DequantizeLinear",
        }.items()
    },
    "PRELU": ("PRelu", ("data", "slope")),
    "RESHAPE": ("Reshape", ("data", "shape")),
    "SQUEEZE": ("Squeeze", ("data",)),
    "EXPAND_DIMS": ("Unsqueeze", ("data", "axes")),
    "SHAPE": ("Shape", ("data",)),
}  # fmt: skip
_DESCRIBED: Final[dict[str, Callable[[Operator], Told]]] = {
    "CONV_2D": _convolution,
    "DEPTHWISE_CONV_2D": _convolution,
    "TRANSPOSE_CONV": _transposed,
    "AVERAGE_POOL_2D": _pooling("AveragePool"),
    "MAX_POOL_2D": _pooling("MaxPool"),
    "FULLY_CONNECTED": _dense,
    "SOFTMAX": _softmax,
    "RELU6": _clip(0.0, 6.0),
    "RELU_N1_TO_1": _clip(-1.0, 1.0),
    "LEAKY_RELU": _leaky,
    "CONCATENATION": _concatenation,
    "PAD": _padding,
    "PADV2": _padding,
    "MIRROR_PAD": _mirrored,
    "MEAN": _reduction("ReduceMean"),
    "SUM": _reduction("ReduceSum"),
    "REDUCE_MAX": _reduction("ReduceMax"),
    "REDUCE_MIN": _reduction("ReduceMin"),
    "REDUCE_PROD": _reduction("ReduceProd"),
    "RESIZE_BILINEAR": _resizing("linear"),
    "RESIZE_NEAREST_NEIGHBOR": _resizing("nearest"),
    "TRANSPOSE": _turned,
    "SPLIT": _split,
    "STRIDED_SLICE": _strided,
    "GATHER": _gather,
    "ARG_MAX": _extreme("ArgMax"),
    "ARG_MIN": _extreme("ArgMin"),
}
_FAMILIES: Final = {
    **dict.fromkeys(
        (
            "UNIDIRECTIONAL_SEQUENCE_LSTM", "BIDIRECTIONAL_SEQUENCE_LSTM", "LSTM", "RNN",
            "UNIDIRECTIONAL_SEQUENCE_RNN",
        ),
        "recurrent",
    ),
    **dict.fromkeys(("WHILE", "IF", "CALL_ONCE"), "control"),
    **dict.fromkeys(
        (
            "SLICE", "SPLIT_V", "PACK", "UNPACK", "GATHER_ND", "FILL", "RANGE", "BROADCAST_TO",
            "SPACE_TO_DEPTH", "DEPTH_TO_SPACE", "TILE",
        ),
        "shape",
    ),
    **dict.fromkeys(("BATCH_MATMUL",), "dense"),
    **dict.fromkeys(("L2_NORMALIZATION", "LOCAL_RESPONSE_NORMALIZATION"), "normalization"),
    **dict.fromkeys(
        ("RSQRT", "SQUARE", "SQUARED_DIFFERENCE", "SELECT", "SELECT_V2", "ADD_N", "FLOOR_DIV"),
        "elementwise",
    ),
    **dict.fromkeys(("GELU",), "activation"),
    "L2_POOL_2D": "pooling",
}  # fmt: skip
_MOVES: Final = {
    "Reshape", "Squeeze", "Unsqueeze", "Transpose", "Pad", "Concat", "Shape", "Split",
    "Slice", "Gather", "Cast",
}  # fmt: skip
"""Kinds that compute nothing, so that integers stay what they are."""
