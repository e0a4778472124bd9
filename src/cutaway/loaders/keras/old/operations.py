"""Calls of TensorFlow functions, which tf.keras 2 wrote as layers, as operations of Keras 3."""
# pyright: standard

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cutaway.errors import UnsupportedModel
from cutaway.loaders.keras.old.calls import CONSTANT, argument, keywords_of, with_tensors
from cutaway.loaders.keras.old.layers import Layer, named


@dataclass(frozen=True, slots=True)
class Operation:
    """What of Keras does the same as a function of TensorFlow."""

    path: str
    """Module and class below ``keras.src.ops``."""
    operands: tuple[str, ...] = ()
    """Keywords that are tensors or numbers to compute with, in the order of the operation's."""
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    """Keywords that say how, and what Keras calls them."""
    fixed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Settings of the operation that TensorFlow does not have, or has another default for."""
    only: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Keywords that must have this value, since the operation knows no other."""


_OVER: Final = {"axis": "axis", "keepdims": "keepdims"}


def _each(names: str, path: str, *operands: str, **more: Any) -> dict[str, Operation]:
    return dict.fromkeys(names.split(), Operation(path, operands, **more))


KNOWN: Final[Mapping[str, Operation]] = {
    **_each("math.add __operators__.add add", "numpy.Add", "y"),
    **_each("math.subtract __operators__.sub subtract", "numpy.Subtract", "y"),
    **_each("math.multiply __operators__.mul multiply", "numpy.Multiply", "y"),
    **_each(
        "math.truediv math.divide __operators__.truediv truediv divide realdiv",
        "numpy.TrueDivide",
        "y",
    ),
    **_each("math.floordiv __operators__.floordiv", "numpy.FloorDivide", "y"),
    **_each("math.pow pow __operators__.pow", "numpy.Power", "y"),
    **_each("math.maximum maximum", "numpy.Maximum", "y"),
    **_each("math.minimum minimum", "numpy.Minimum", "y"),
    **_each("math.greater greater", "numpy.Greater", "y"),
    **_each("math.greater_equal greater_equal", "numpy.GreaterEqual", "y"),
    **_each("math.less less", "numpy.Less", "y"),
    **_each("math.less_equal less_equal", "numpy.LessEqual", "y"),
    **_each("math.equal equal __operators__.eq", "numpy.Equal", "y"),
    **_each("math.not_equal not_equal __operators__.ne", "numpy.NotEqual", "y"),
    **_each(
        "linalg.matmul matmul", "numpy.Matmul", "b",
        only=dict.fromkeys(
            ("transpose_a", "transpose_b", "adjoint_a", "adjoint_b", "a_is_sparse", "b_is_sparse"),
            False,
        ),
    ),
    **_each("where compat.v1.where where_v2", "numpy.Where", "x", "y"),
    **_each("nn.relu", "nn.Relu"),
    **_each("nn.relu6", "nn.Relu6"),
    **_each("nn.elu", "nn.Elu"),
    **_each("nn.selu", "nn.Selu"),
    **_each("nn.gelu", "nn.Gelu", settings={"approximate": "approximate"},
            fixed={"approximate": False}),
    **_each("nn.leaky_relu", "nn.LeakyRelu", settings={"alpha": "negative_slope"}),
    **_each("nn.silu nn.swish", "nn.Silu", only={"beta": 1.0}),
    **_each("nn.softplus math.softplus", "nn.Softplus"),
    **_each("nn.sigmoid math.sigmoid sigmoid", "nn.Sigmoid"),
    **_each("nn.softmax", "nn.Softmax", settings={"axis": "axis"}),
    **_each("nn.log_softmax math.log_softmax", "nn.LogSoftmax", settings={"axis": "axis"}),
    **_each("nn.tanh math.tanh tanh", "numpy.Tanh"),
    **_each("math.abs abs", "numpy.Absolute"),
    **_each("math.negative negative __operators__.neg", "numpy.Negative"),
    **_each("math.exp exp", "numpy.Exp"),
    **_each("math.log", "numpy.Log"),
    **_each("math.sqrt sqrt", "numpy.Sqrt"),
    **_each("math.rsqrt", "math.Rsqrt"),
    **_each("math.square square", "numpy.Square"),
    **_each("math.sin sin", "numpy.Sin"),
    **_each("math.cos cos", "numpy.Cos"),
    **_each("math.erf", "math.Erf"),
    **_each("math.reciprocal", "numpy.Reciprocal"),
    **_each("stop_gradient", "core.StopGradient"),
    **_each("math.reduce_mean reduce_mean", "numpy.Mean", settings=_OVER),
    **_each("math.reduce_sum reduce_sum", "numpy.Sum", settings=_OVER),
    **_each("math.reduce_max reduce_max", "numpy.Max", settings=_OVER),
    **_each("math.reduce_min reduce_min", "numpy.Min", settings=_OVER),
    **_each("math.reduce_prod reduce_prod", "numpy.Prod", settings=_OVER),
    **_each("math.reduce_variance", "numpy.Var", settings=_OVER),
    **_each("math.reduce_std", "numpy.Std", settings=_OVER),
    **_each("clip_by_value", "numpy.Clip",
            settings={"clip_value_min": "x_min", "clip_value_max": "x_max"}),
    **_each("concat", "numpy.Concatenate", settings={"axis": "axis"}),
    **_each("stack", "numpy.Stack", settings={"axis": "axis"}, fixed={"axis": 0}),
    **_each("reshape", "numpy.Reshape", settings={"shape": "newshape"}),
    **_each("transpose compat.v1.transpose", "numpy.Transpose", settings={"perm": "axes"},
            only={"conjugate": False}),
    **_each("expand_dims", "numpy.ExpandDims", settings={"axis": "axis"}),
    **_each("squeeze compat.v1.squeeze", "numpy.Squeeze", settings={"axis": "axis"}),
    **_each("tile", "numpy.Tile", settings={"multiples": "repeats"}),
    **_each("cast", "core.Cast", settings={"dtype": "dtype"}),
    **_each(
        "image.resize", "image.Resize",
        settings={"size": "size", "method": "interpolation", "antialias": "antialias"},
        fixed={"data_format": "channels_last"}, only={"preserve_aspect_ratio": False},
    ),
    **_each("__operators__.getitem", "numpy.GetItem", "slice_spec"),
}  # fmt: skip
"""By the function's name below ``tf``."""


def functions_are_operations(model: Layer) -> None:
    """The functions of TensorFlow that a functional model calls become operations.

    Raises:
        UnsupportedModel: a function or a setting of one that is not known.
    """
    layers = model["config"].get("layers")
    if model["class_name"] not in ("Functional", "Model") or not isinstance(layers, list):
        return
    names = {named(layer) for layer in layers}
    for layer in layers:
        if layer["class_name"] in ("TFOpLambda", "SlicingOpLambda"):
            _become(layer, names)


def _become(layer: Layer, names: set[str]) -> None:
    function = str(layer["config"].get("function")).removeprefix("tf.")
    known = KNOWN.get(function)
    if known is None:
        raise UnsupportedModel(
            f"calls tf.{function} in layer '{named(layer)}', which Cutaway does not know in Keras "
            "files; replace it by a layer of Keras, or export the model to ONNX"
        )
    calls = [_called(node, known, names, layer) for node in layer["inbound_nodes"]]
    if any(settings != calls[0][1] for _, settings in calls):
        raise UnsupportedModel(
            f"calls tf.{function} in layer '{named(layer)}' with other settings each time; "
            "export the model to ONNX"
        )
    module, _, kind = known.path.rpartition(".")
    settings = calls[0][1] if calls else {}
    layer.update(
        class_name=kind, module=f"keras.src.ops.{module}", registered_name=None,
        config={"name": named(layer), **known.fixed, **settings},
        inbound_nodes=[call for call, _ in calls],
    )  # fmt: skip


def _called(
    node: Any, known: Operation, names: set[str], layer: Layer
) -> tuple[dict[str, Any], dict[str, Any]]:
    """One call as Keras 3 writes it, and the settings of the operation."""
    single = isinstance(node, list) and bool(node) and isinstance(node[0], str)
    first = argument(node) if single else [argument(one) for one in node]
    keywords = dict(keywords_of(node if single else node[-1]))
    keywords.pop("name", None)
    operands = [_operand(keywords.pop(key, None), names, key) for key in known.operands]
    settings: dict[str, Any] = {}
    for key, value in keywords.items():
        if value is None or (key in known.only and value == known.only[key]):
            continue
        if key not in known.settings or with_tensors(value, names) != value:
            raise UnsupportedModel(
                f"calls tf.{layer['config']['function']} in layer '{named(layer)}' with "
                f"{key}={value!r}, which Cutaway does not know in Keras files; replace it by a "
                "layer of Keras, or export the model to ONNX"
            )
        settings[known.settings[key]] = _axis(value) if key == "axis" else value
    return {"args": [first, *operands], "kwargs": {}}, settings


def _axis(value: Any) -> Any:
    """A list of one axis is an axis."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _operand(value: Any, names: set[str], key: str) -> Any:
    """A tensor, a number, an array of numbers, or what is cut out of a tensor."""
    if key == "slice_spec":
        return [_cut(one) for one in value] if isinstance(value, list) else [_cut(value)]
    if isinstance(value, list) and value and value[0] == CONSTANT:
        value = value[2]
    found = with_tensors(value, names)
    if not isinstance(found, list):
        return found
    dtype = "int32" if _whole(found) else "float32"
    return {"class_name": "__numpy__", "config": {"value": found, "dtype": dtype}}


def _whole(value: Any) -> bool:
    if isinstance(value, list):
        return all(_whole(one) for one in value)
    return isinstance(value, int)


def _cut(one: Any) -> Any:
    """One axis of what is cut out: a number, from where to where, or a new axis."""
    if isinstance(one, dict) and "start" in one:
        inner = {key: one.get(key) for key in ("start", "stop", "step")}
        return {"class_name": "__slice__", "config": inner}
    if one == "..." or (isinstance(one, dict) and one.get("class_name") == "__ellipsis__"):
        return {"class_name": "__ellipsis__", "config": {}}
    return one
