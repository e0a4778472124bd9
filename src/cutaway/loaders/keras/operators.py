"""What Keras's operations, those that are no layers, are in ONNX's terms."""
# pyright: standard

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cutaway.loaders.keras.windows import Kind, Shape

_Describe: TypeAlias = Callable[[Any, Shape], Kind]


def is_operator(layer: Any) -> bool:
    """Whether it is an operation of ``keras.ops`` and no layer."""
    return type(layer).__module__.startswith("keras.src.ops.")


def described(operation: Any, shape: Shape) -> Kind | None:
    """The ONNX operator of the same meaning and its attributes; None where this does not know.

    Args:
        operation: of ``keras.ops``.
        shape: of its first input.
    """
    describe = _DESCRIBED.get(type(operation).__name__)
    return None if describe is None else describe(operation, shape)


def operands(operation: Any, arguments: Any) -> Iterator[Any]:
    """What an operation computes with: tensors, and the numbers that stand in their place.

    Args:
        operation: of ``keras.ops``.
        arguments: Keras's ``SymbolicArguments`` of its call.

    Yields:
        None for a tensor, an array for numbers, in the order of the operation's.
    """
    for given in arguments.args if type(operation).__name__ in _ELEMENTWISE else ():
        numbers = isinstance(given, bool | int | float) or hasattr(given, "__array__")
        yield np.asarray(given) if numbers and type(given).__name__ != "KerasTensor" else None


_ELEMENTWISE: Final = {
    "Add", "Divide", "Equal", "FloorDivide", "Greater", "GreaterEqual", "Less", "LessEqual",
    "Matmul", "Maximum", "Minimum", "Mod", "Multiply", "NotEqual", "Power", "Subtract",
    "TrueDivide",
}  # fmt: skip


def constant_dtype(array: npt.NDArray[Any], tensor: str | None) -> str | None:
    """The dtype in which numbers are computed with: that of the tensor beside them."""
    whole = array.dtype.kind in "iub" and (tensor or "").startswith(("int", "uint"))
    return tensor if whole or (tensor or "").startswith(("float", "bfloat")) else "float32"


def _reduction(kind: str) -> _Describe:
    def describe(operation: Any, shape: Shape) -> Kind:
        axis = operation.axis
        stated = range(len(shape)) if axis is None else axis
        axes = [stated] if isinstance(stated, int) else list(stated)
        return kind, {
            "axes": [one % len(shape) for one in axes],
            "keepdims": int(bool(operation.keepdims)),
        }

    return describe


def _plain(kind: str, **attributes: Any) -> _Describe:
    return lambda _, __: (kind, dict(attributes))


def _transpose(operation: Any, shape: Shape) -> Kind:
    axes = operation.axes
    return "Transpose", {"perm": list(axes) if axes else list(range(len(shape)))[::-1]}


def _reshape(operation: Any, _: Shape) -> Kind:
    return "Reshape", {"shape": [-1 if size is None else size for size in operation.newshape]}


def _resize(operation: Any, _: Shape) -> Kind:
    mode = {"bilinear": "linear", "bicubic": "cubic"}.get(operation.interpolation)
    return "Resize", {
        "mode": mode or str(operation.interpolation), "sizes": list(operation.size),
    }  # fmt: skip


def _leaky_relu(operation: Any, _: Shape) -> Kind:
    return "LeakyRelu", {"alpha": float(operation.negative_slope)}


def _elu(operation: Any, _: Shape) -> Kind:
    return "Elu", {"alpha": float(operation.alpha)}


def _gelu(operation: Any, _: Shape) -> Kind:
    return "Gelu", {"approximate": "tanh" if operation.approximate else "none"}


_DESCRIBED: Final[dict[str, _Describe]] = {
    **{
        name: _reduction(kind)
        for name, kind in {
            "Mean": "ReduceMean", "Sum": "ReduceSum", "Max": "ReduceMax", "Min": "ReduceMin",
            "Prod": "ReduceProd",
        }.items()
    },
    **{
        name: _plain(kind)
        for name, kind in {
            "Selu": "Selu", "Softplus": "Softplus", "Sin": "Sin", "Cos": "Cos", "Erf": "Erf",
            "Reciprocal": "Reciprocal", "Greater": "Greater", "GreaterEqual": "GreaterOrEqual",
            "Less": "Less", "LessEqual": "LessOrEqual", "Equal": "Equal",
            "StopGradient": "Identity",
        }.items()
    },
    "Relu6": _plain("Clip", min=0.0, max=6.0),
    "Silu": _plain("Swish", alpha=1.0),
    "Transpose": _transpose,
    "Reshape": _reshape,
    "Resize": _resize,
    "LeakyRelu": _leaky_relu,
    "Elu": _elu,
    "Gelu": _gelu,
}  # fmt: skip
