"""What each operator of PyTorch is in ONNX's terms.

Source: the documentation of PyTorch's functions and the ONNX specification of each operator.
"""
# pyright: standard

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cutaway.loaders.torch.calls import Call
from cutaway.loaders.torch.windows import CONVOLUTIONS, POOLS, describe_window


@dataclass(frozen=True)
class Told:
    """What an operator means."""

    kind: str | None
    kind_attributes: dict[str, Any] = field(default_factory=dict[str, Any])
    roles: Mapping[str, str] = field(default_factory=dict[str, str])
    """Role by the name of the argument, where it differs from the usual one."""
    family: str | None = None
    scalars: tuple[str, ...] = ()
    """Arguments that may be a plain number and are an operand all the same."""


_Describe = Callable[[Call], Told]


def describe(call: Call) -> Told:
    """The operator of the same meaning; without a kind where there is none, or it is not known.

    In a script, numbers among the arguments may be known only when it runs.
    """
    try:
        return _described(call)
    except (TypeError, ValueError, IndexError):
        return Told(None)


def _described(call: Call) -> Told:
    op = call.op.removesuffix("_") if not call.op.startswith("_") else call.op
    if op in CONVOLUTIONS or op in POOLS:
        kind, attributes = describe_window(op, call)
        family = None if kind else ("convolution" if op in CONVOLUTIONS else "pooling")
        return Told(kind, attributes, family=family)
    if op in _PLAIN:
        return Told(_PLAIN[op])
    make = _DESCRIBED.get(op)
    return Told(None, family=_FAMILIES.get(op)) if make is None else make(call)


def role(told: Told, name: str, *, stored: bool) -> str:
    """What an operator uses an argument for."""
    if name in told.roles:
        return told.roles[name]
    if name in ("mat2", "other") and told.kind == "MatMul":
        return "kernel" if stored else "data"
    return _ROLES.get(name, name)


_ROLES: Final = {
    "input": "data", "self": "data", "tensors": "data", "other": "data", "weight": "kernel",
    "running_mean": "mean", "running_var": "variance", "attn_mask": "mask", "mat2": "kernel",
    "batch2": "data", "vec2": "data", "exponent": "data",
}  # fmt: skip


def _rank(call: Call, name: str = "self") -> int | None:
    shape = call.shape(name)
    return None if shape is None else len(shape)


def _linear(call: Call) -> Told:
    if _rank(call, "input") == 2:
        return Told("Gemm", {"alpha": 1.0, "beta": 1.0, "transA": 0, "transB": 1})
    return Told("MatMul", {"transB": 1})


def _addmm(call: Call) -> Told:
    found = {name: float(call.plain(name, 1)) for name in ("alpha", "beta")}
    roles = {"self": "bias", "mat1": "data", "mat2": "kernel"}
    return Told("Gemm", {**found, "transA": 0, "transB": 0}, roles)


def _with_scalar(kind: str) -> _Describe:
    def make(call: Call) -> Told:
        if call.plain("alpha", 1) != 1 or call.plain("rounding_mode") is not None:
            return Told(None, family="elementwise", scalars=("other", "self"))
        return Told(kind, scalars=("other", "self", "exponent"))

    return make


def _gelu(call: Call) -> Told:
    return Told("Gelu", {"approximate": str(call.plain("approximate", "none"))})


def _alpha(kind: str, argument: str, otherwise: float) -> _Describe:
    return lambda call: Told(kind, {"alpha": float(call.plain(argument, otherwise))})


def _elu(call: Call) -> Told:
    plain = call.plain("scale", 1) == 1 and call.plain("input_scale", 1) == 1
    alpha = {"alpha": float(call.plain("alpha", 1.0))}
    return Told("Elu", alpha) if plain else Told(None, family="activation")


def _softplus(call: Call) -> Told:
    plain = call.plain("beta", 1) == 1
    return Told("Softplus" if plain else None, family="activation")


def _clip(low: str, high: str) -> _Describe:
    def make(call: Call) -> Told:
        if call.tensor(low) or call.tensor(high):
            return Told(None, family="activation")
        ends = {"min": call.plain(low), "max": call.plain(high)}
        return Told("Clip", {name: float(end) for name, end in ends.items() if end is not None})

    return make


def _between(low: float, high: float) -> _Describe:
    return lambda _: Told("Clip", {"min": low, "max": high})


def _along(kind: str) -> _Describe:
    return lambda call: Told(kind, {"axis": int(call.plain("dim", -1))})


def _batch_norm(call: Call) -> Told:
    roles = {"weight": "scale"}
    if call.plain("training", otherwise=False) or call.tensor("running_mean") is None:
        return Told(None, roles=roles, family="normalization")
    return Told("BatchNormalization", {"epsilon": float(call.plain("eps", 1e-5))}, roles)


def _layer_norm(call: Call) -> Told:
    found = {"axis": -len(call.plain("normalized_shape", [0])), "epsilon": _epsilon(call)}
    return Told("LayerNormalization", found, {"weight": "scale"})


def _rms_norm(call: Call) -> Told:
    found = {"axis": -len(call.plain("normalized_shape", [0])), "epsilon": _epsilon(call)}
    kind = "RMSNormalization" if call.tensor("weight") else None
    return Told(kind, found, {"weight": "scale"}, "normalization")


def _group_norm(call: Call) -> Told:
    found = {"num_groups": int(call.plain("num_groups", 1)), "epsilon": _epsilon(call)}
    kind = "GroupNormalization" if call.tensor("weight") else None
    return Told(kind, found if kind else {}, {"weight": "scale"}, "normalization")


def _epsilon(call: Call) -> float:
    return float(call.plain("eps", 1e-5))


def _reduction(kind: str) -> _Describe:
    def make(call: Call) -> Told:
        found: dict[str, Any] = {"keepdims": int(bool(call.plain("keepdim", otherwise=False)))}
        axes = call.plain("dim")
        if axes is not None and axes != []:
            found["axes"] = list(axes) if isinstance(axes, Sequence) else [int(axes)]
        return Told(kind if len(call.writes) == 1 else None, found, family="pooling")

    return make


def _extreme(kind: str) -> _Describe:
    def make(call: Call) -> Told:
        axis = call.plain("dim")
        if axis is None:
            return Told(None, family="other")
        return Told(kind, {"axis": int(axis), "keepdims": int(bool(call.plain("keepdim", 0)))})

    return make


def _transposed(call: Call) -> Told:
    rank = _rank(call)
    if rank is None:
        return Told(None, family="shape")
    order = list(range(rank))
    if "dims" in call.arguments:
        order = [int(axis) % rank for axis in call.plain("dims", [])]
    elif rank >= 2:
        first, second = (int(call.plain(f"dim{at}", at)) % rank for at in (0, 1))
        order[first], order[second] = order[second], order[first]
    return Told("Transpose", {"perm": order})


def _concatenation(call: Call) -> Told:
    return Told("Concat", {"axis": int(call.plain("dim", 0))})


def _split(call: Call) -> Told:
    found: dict[str, Any] = {"axis": int(call.plain("dim", 0))}
    axis = found["axis"]
    lengths = [shape[axis] for one in call.writes if (shape := one.shape) and axis < len(shape)]
    if len(lengths) != len(call.writes) or not all(isinstance(n, int) for n in lengths):
        return Told(None, family="shape")
    return Told("Split", {**found, "split": lengths})


def _slice(call: Call) -> Told:
    start, end = call.plain("start", 0), call.plain("end", _FAR)
    found = {"starts": [start], "ends": [end], "axes": [call.plain("dim", 0)]}
    found["steps"] = [call.plain("step", 1)]
    whole = all(isinstance(one[0], int) for one in found.values())
    return Told("Slice" if whole else None, found if whole else {}, family="shape")


_FAR: Final = 2**63 - 1


def _pad(call: Call) -> Told:
    rank, pairs = _rank(call), call.plain("pad", [])
    mode = call.plain("mode", "constant")
    known = rank is not None and all(isinstance(one, int) for one in pairs)
    if not known or mode not in ("constant", "reflect", "replicate"):
        return Told(None, family="shape")
    # From the last axis to the first, two numbers each.
    begins, ends = [0] * (rank or 0), [0] * (rank or 0)
    for at in range(len(pairs) // 2):
        begins[-1 - at], ends[-1 - at] = pairs[2 * at], pairs[2 * at + 1]
    found: dict[str, Any] = {"mode": "edge" if mode == "replicate" else mode}
    if call.plain("value", 0) != 0:
        return Told(None, family="shape")
    return Told("Pad", {**found, "pads": begins + ends})


def _embedding(_: Call) -> Told:
    return Told("Gather", {"axis": 0}, {"weight": "data"})


def _index_select(call: Call) -> Told:
    return Told("Gather", {"axis": int(call.plain("dim", 0))}, {"index": "indices"})


def _resizing(mode: str) -> _Describe:
    def make(call: Call) -> Told:
        shape = call.writes[0].shape
        found: dict[str, Any] = {"mode": mode}
        if mode == "nearest":
            found |= {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        else:
            corners = call.plain("align_corners", otherwise=False)
            words = "align_corners" if corners else "pytorch_half_pixel"
            found["coordinate_transformation_mode"] = words
        if mode == "cubic":
            found["cubic_coeff_a"] = -0.75
        factors = call.plain("scale_factors")
        if isinstance(factors, list) and factors and shape is not None:
            ones = [1.0] * (len(shape) - len(factors))
            return Told("Resize", {**found, "scales": [*ones, *map(float, factors)]})
        sizes = [length if isinstance(length, int) else -1 for length in shape or ()]
        return Told("Resize", {**found, "sizes": sizes} if sizes else found)

    return make


def _pixel_shuffle(call: Call) -> Told:
    return Told("DepthToSpace", {"mode": "CRD", "blocksize": int(call.plain("upscale_factor", 1))})


def _where(call: Call) -> Told:
    whole = all(call.tensor(name) for name in ("condition", "self", "other"))
    return Told("Where" if whole else None, family="elementwise")


def _prelu(_: Call) -> Told:
    return Told(None, roles={"weight": "slope"}, family="activation")


def _hard_sigmoid(_: Call) -> Told:
    return Told("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5})


_PLAIN: Final = {
    **{
        op: op.capitalize()
        for op in (
            "relu tanh exp log sqrt abs neg floor ceil sin cos erf sign reciprocal sigmoid mish "
            "softsign selu round".split()
        )
    },
    "silu": "Swish", "hardswish": "HardSwish",
    "maximum": "Max", "minimum": "Min",
    **dict.fromkeys(("view", "reshape", "_unsafe_view", "unflatten", "_reshape_copy"), "Reshape"),
    "flatten": "Reshape", "unsqueeze": "Unsqueeze", "squeeze": "Squeeze",
    **dict.fromkeys(
        ("contiguous", "clone", "alias", "detach", "dropout", "feature_dropout", "lift_fresh_copy",
         "lift_fresh", "view_as", "identity"),
        "Identity",
    ),
    **dict.fromkeys(("to", "_to_copy", "type_as", "float", "_assert_tensor_metadata"), "Cast"),
    "expand": "Expand", "expand_as": "Expand",
    **dict.fromkeys(("mm", "bmm", "matmul", "mv", "dot"), "MatMul"),
    "if": "If", "loop": "Loop",
    "logical_and": "And", "logical_or": "Or", "logical_not": "Not",
}  # fmt: skip
_DESCRIBED: Final[dict[str, _Describe]] = {
    "linear": _linear,
    "addmm": _addmm,
    **{
        op: _with_scalar(kind)
        for op, kind in {
            "add": "Add", "sub": "Sub", "mul": "Mul", "div": "Div", "pow": "Pow", "eq": "Equal",
            "lt": "Less", "gt": "Greater", "le": "LessOrEqual", "ge": "GreaterOrEqual",
        }.items()
    },
    "gelu": _gelu,
    "leaky_relu": _alpha("LeakyRelu", "negative_slope", 0.01),
    "celu": _alpha("Celu", "alpha", 1.0),
    "elu": _elu,
    "softplus": _softplus,
    "hardsigmoid": _hard_sigmoid,
    "prelu": _prelu,
    "_prelu_kernel": _prelu,
    "hardtanh": _clip("min_val", "max_val"),
    "clamp": _clip("min", "max"),
    "clip": _clip("min", "max"),
    "clamp_min": _clip("min", "max"),
    "clamp_max": _clip("min", "max"),
    "relu6": _between(0.0, 6.0),
    "softmax": _along("Softmax"),
    "_softmax": _along("Softmax"),
    "log_softmax": _along("LogSoftmax"),
    "_log_softmax": _along("LogSoftmax"),
    "cumsum": _along("CumSum"),
    "batch_norm": _batch_norm,
    "_native_batch_norm_legit_no_training": _batch_norm,
    "native_batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
    "native_layer_norm": _layer_norm,
    "rms_norm": _rms_norm,
    "group_norm": _group_norm,
    "mean": _reduction("ReduceMean"),
    "sum": _reduction("ReduceSum"),
    "amax": _reduction("ReduceMax"),
    "amin": _reduction("ReduceMin"),
    "argmax": _extreme("ArgMax"),
    "argmin": _extreme("ArgMin"),
    **dict.fromkeys(("permute", "transpose", "t", "swapaxes", "numpy_T"), _transposed),
    **dict.fromkeys(("cat", "concat"), _concatenation),
    **dict.fromkeys(("split", "split_with_sizes", "chunk", "unsafe_chunk"), _split),
    "slice": _slice,
    **dict.fromkeys(("pad", "constant_pad_nd"), _pad),
    "embedding": _embedding,
    "index_select": _index_select,
    **{f"upsample_nearest{rank}d": _resizing("nearest") for rank in (1, 2, 3)},
    **dict.fromkeys(("upsample_linear1d", "upsample_bilinear2d"), _resizing("linear")),
    "upsample_bicubic2d": _resizing("cubic"),
    "pixel_shuffle": _pixel_shuffle,
    "where": _where,
}  # fmt: skip
_FAMILIES: Final = {
    **dict.fromkeys(
        ("scaled_dot_product_attention", "_scaled_dot_product_flash_attention_for_cpu",
         "multi_head_attention_forward", "_native_multi_head_attention"),
        "attention",
    ),
    **dict.fromkeys(("lstm", "gru", "rnn_tanh", "rnn_relu", "lstm_cell", "gru_cell"), "recurrent"),
    **dict.fromkeys(("cond", "while_loop", "scan", "map"), "control"),
    **dict.fromkeys(
        ("select", "stack", "unbind", "narrow", "index", "gather", "roll", "flip", "repeat",
         "pixel_unshuffle", "unfold", "im2col", "movedim", "zeros", "ones", "full", "arange",
         "zeros_like", "ones_like", "full_like", "new_zeros", "new_ones", "tile", "meshgrid",
         "repeat_interleave", "as_strided", "copy", "scatter", "index_put", "tril", "triu"),
        "shape",
    ),
    **dict.fromkeys(
        ("rsqrt", "masked_fill", "addcmul", "addcdiv", "lerp", "rsub", "ne", "atan2", "remainder",
         "fmod", "square", "log1p", "expm1", "bitwise_and", "bitwise_or", "bitwise_not", "log2",
         "isnan", "isinf", "floor_divide", "trunc"),
        "elementwise",
    ),
    **dict.fromkeys(("baddbmm", "einsum", "bilinear", "addmv"), "dense"),
    **dict.fromkeys(("instance_norm", "native_group_norm", "linalg_vector_norm", "norm",
                     "local_response_norm", "var", "std", "var_mean"), "normalization"),
    **dict.fromkeys(("glu", "logsigmoid", "log_sigmoid_forward", "threshold", "rrelu"),
                    "activation"),
    **dict.fromkeys(("max", "min", "topk", "sort"), "pooling"),
}  # fmt: skip
