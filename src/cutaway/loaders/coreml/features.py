"""What a model's description states of its inputs and outputs."""
# pyright: standard

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from cutaway.graph import Dim
from cutaway.loaders.coreml.building import Shape

_ARRAYS: Final = {
    65568: "float32", 65600: "float64", 131104: "int32", 131080: "int8", 65552: "float16",
}  # fmt: skip
"""By number of ArrayDataType (FeatureTypes.proto)."""
_COLOURS: Final = {10: "L", 20: "RGB", 30: "BGR", 40: "L"}
"""By number of ColorSpace."""


def shape_and_dtype(type_: Any) -> tuple[Shape, str | None]:
    """Of a FeatureType; a picture is channels by rows by columns."""
    match type_.WhichOneof("Type"):
        case "multiArrayType":
            held = type_.multiArrayType
            return _array_shape(held), _ARRAYS.get(held.dataType)
        case "imageType":
            held = type_.imageType
            channels = 1 if _COLOURS.get(held.colorSpace) == "L" else 3
            flexible = held.WhichOneof("SizeFlexibility") is not None
            sizes: list[Dim] = [int(held.height), int(held.width)]
            return (channels, *([None, None] if flexible else sizes)), "float32"
        case "int64Type":
            return (), "int64"
        case "doubleType":
            return (), "float64"
        case "stringType":
            return (), "object"
        case "stateType":
            held = type_.stateType.arrayType
            return _array_shape(held), _ARRAYS.get(held.dataType)
        case _:
            return None, None


def _array_shape(held: Any) -> Shape:
    lengths = [int(length) for length in held.shape]
    if held.WhichOneof("ShapeFlexibility") is None:
        return tuple(lengths) if lengths else None
    if held.HasField("shapeRange"):
        sizes = list(held.shapeRange.sizeRanges)
        return tuple(
            int(size.lowerBound) if size.lowerBound == size.upperBound else None for size in sizes
        )
    shapes = [tuple(one.shape) for one in held.enumeratedShapes.shapes]
    if not shapes or len({len(one) for one in shapes}) != 1:
        return None
    return tuple(
        int(lengths[0]) if len(set(lengths)) == 1 else None for lengths in zip(*shapes, strict=True)
    )


def hints_of(inputs: Iterable[Any]) -> dict[str, Any]:
    """Range and colour, where the first input is a picture."""
    for feature in inputs:
        if feature.type.WhichOneof("Type") != "imageType":
            return {}
        colour = _COLOURS.get(feature.type.imageType.colorSpace)
        return {"range": [0, 255], **({"colour": colour} if colour else {})}
    return {}


def labels_of(held: Any) -> tuple[str, ...] | None:
    """The class names of a classifier; None of all else, and where they are but their positions."""
    fields = {field.name for field in held.DESCRIPTOR.fields}
    if "stringClassLabels" not in fields:
        return None
    words = [str(word) for word in held.stringClassLabels.vector]
    numbers = [int(number) for number in held.int64ClassLabels.vector]
    if numbers != list(range(len(numbers))):
        words = words or [str(number) for number in numbers]
    return tuple(words) or None
