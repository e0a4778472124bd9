"""The options of a TFLite operator as plain attributes."""
# pyright: standard

from __future__ import annotations

import re
from typing import Any, Final

import tflite

_ENUMS: Final = {
    "FusedActivationFunction": tflite.ActivationFunctionType,
    "Padding": tflite.Padding,
    "InDataType": tflite.TensorType,
    "OutDataType": tflite.TensorType,
    "OutputType": tflite.TensorType,
    "Type": tflite.TensorType,
}
_NAMES: Final = {
    option: {number: name for name, number in vars(enum).items() if isinstance(number, int)}
    for option, enum in _ENUMS.items()
}
_CLASSES: Final = {
    number: getattr(tflite, name, None)
    for name, number in vars(tflite.BuiltinOptions).items()
    if isinstance(number, int)
}
_MORE: Final = {
    number: getattr(tflite, name, None)
    for name, number in vars(tflite.BuiltinOptions2).items()
    if isinstance(number, int)
}


def attributes_of(operator: Any) -> dict[str, Any]:
    """Option by name, such as ``stride_h`` or ``fused_activation_function``; enumerations by name.

    Args:
        operator: the schema's Operator.
    """
    found: dict[str, Any] = {}
    for held, kind, classes in (
        (operator.BuiltinOptions(), operator.BuiltinOptionsType(), _CLASSES),
        (operator.BuiltinOptions2(), operator.BuiltinOptions2Type(), _MORE),
    ):
        options = classes.get(kind)
        if held is None or options is None:
            continue
        told = options()
        told.Init(held.Bytes, held.Pos)
        found |= _read(told, options)
    return found


def _read(told: Any, options: type) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, read in vars(options).items():
        if not name[0].isupper() or name == "Init" or name.startswith(_OTHERS):
            continue
        if name.endswith(("Length", "IsNone", "BufferHasIdentifier")):
            continue
        if name.endswith("AsNumpy"):
            array = read(told)
            if not isinstance(array, int):
                found[_snake(name.removesuffix("AsNumpy"))] = [int(number) for number in array]
        elif f"{name}Length" not in vars(options):
            value = read(told)
            value = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
            if isinstance(value, bool | int | float | str):
                words: dict[Any, str] = _NAMES.get(name, {})
                found[_snake(name)] = words.get(value, value)
    return found


_OTHERS: Final = ("GetRootAs",)


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
