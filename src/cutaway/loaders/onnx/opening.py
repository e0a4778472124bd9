"""Opens an ONNX file as a Model."""
# pyright: standard

from __future__ import annotations

import ast
import json
import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from onnx import ModelProto, SparseTensorProto

from cutaway.errors import BrokenFile, UnknownKey, UnsupportedModel
from cutaway.graph import Graph, Value
from cutaway.loaders.base import Facts, Model, Report
from cutaway.loaders.onnx.constants import dense
from cutaway.loaders.onnx.external import settle
from cutaway.loaders.onnx.functions import write_out
from cutaway.loaders.onnx.light import read_light
from cutaway.loaders.onnx.opsets import made_current
from cutaway.loaders.onnx.ort_format import read_ort
from cutaway.loaders.onnx.recognition import is_ort
from cutaway.loaders.onnx.structure import Structure, read_structure
from cutaway.loaders.onnx.tensors import Tensors
from cutaway.loaders.pausing import collector_paused
from cutaway.trace import Array, Runner

_UNTRAINED: Final = {"int64", "bool", "object"}
"""Dtypes of initializers that are shapes, axes, indices, switches or words."""

_SETTINGS: Final = {
    "axes", "depth", "ends", "least_score", "max", "min", "most", "overlap", "pads", "ratio",
    "region", "repeats", "scales", "shape", "sizes", "split", "starts", "steps", "training",
    "value",
}  # fmt: skip
"""Roles of initializers that are settings of an operator, not trained."""


def open_onnx(path: Path, report: Report) -> Model:
    """The model in a file, its weights left on disk.

    Raises:
        BrokenFile: truncated, damaged, or its external data is missing or too short.
        RefusedFile: its external data lies outside its folder.
    """
    report("reading the structure")
    with path.open("rb") as file:
        is_own = is_ort(file.read(8))
    if is_own:
        model = model_of(read_ort(path), path.name, path.parent, path.stat().st_size)
        return replace(model, facts=replace(model.facts, format="ONNX Runtime (ORT)"))
    with collector_paused(set_aside=True):
        light = read_light(path)
        folder, files = settle(light, path)
        size = sum(file.stat().st_size for file in files)
        try:
            return model_of(light, path.name, folder, size)
        except (TypeError, UnicodeError) as problem:  # protobuf hands out what is no text as bytes
            raise BrokenFile(
                f"{path.name} is damaged, some of its names are no text: {problem}; fetch or "
                "export the file again"
            ) from problem


def model_of(light: ModelProto, name: str, folder: Path, size: int) -> Model:
    """The model of a message, which a file or another loader's conversion gave.

    Args:
        light: its external tensors checked to lie in the folder; kept, not copied.
        name: of the file.
        folder: where its external tensors lie; any, where it has none.
        size: bytes on disk.
    """
    light = write_out(light)
    versions = _versions(light)
    age = made_current(light)
    structure = read_structure(light)
    graph = replace(structure.graph, notes=(*age.notes, *structure.graph.notes))

    def start() -> Runner:
        from cutaway.loaders.onnx.runner import OnnxRunner  # loads the engine

        runner = OnnxRunner(light, structure, folder)
        if age.doubt is not None and runner.refusal is not None:
            raise UnsupportedModel(
                f"{name} cannot be run: {age.doubt} (ONNX Runtime says: {runner.refusal})"
            )
        return runner

    properties = {entry.key: entry.value for entry in light.metadata_props}
    return Model(
        name=name,
        facts=_facts(size, light, structure, {**versions, **properties}),
        graph=graph,
        weight=_Weights(structure, Tensors(folder)),
        start=start,
        labels=stated_labels(properties),
        hints=stated_hints(properties),
    )


class _Weights:
    """The array of a weight or constant by value id."""

    def __init__(self, structure: Structure, tensors: Tensors) -> None:
        self._held = structure.tensors
        self._tensors = tensors
        self.read = cache(self._read)

    def __call__(self, value: int) -> Array:
        if value not in self._held:
            raise UnknownKey(f"value {value} is no weight or constant of this model")
        return self.read(value)

    def _read(self, value: int) -> Array:
        tensor = self._held[value]
        if isinstance(tensor, SparseTensorProto):
            indices, values = (
                self._tensors.array(part) for part in (tensor.indices, tensor.values)
            )
            return dense(tuple(tensor.dims), indices, values)
        return self._tensors.array(tensor)


def _facts(
    size: int,
    light: ModelProto,
    structure: Structure,
    properties: Mapping[str, str],
) -> Facts:
    return Facts(
        format="ONNX",
        producer=f"{light.producer_name} {light.producer_version}".strip() or None,
        bytes=size,
        parameters=sum(_size(value) for value in _trained(structure.graph)),
        metadata=properties,
    )


def _versions(light: ModelProto) -> dict[str, str]:
    """The opsets and the IR version that a message states."""
    opsets = ", ".join(
        f"{entry.domain or 'ai.onnx'} {entry.version}" for entry in light.opset_import
    )
    return {"opset": opsets, "ir_version": str(light.ir_version)}


def _trained(graph: Graph) -> list[Value]:
    """The weights that are no settings of an operator."""
    roles: dict[int, set[str]] = {}
    for node in graph.nodes:
        for read in node.reads:
            roles.setdefault(read.value, set()).add(read.role)
    return [
        value
        for value in graph.values
        if value.what == "weight"
        and value.dtype not in _UNTRAINED
        and not roles.get(value.id, set()) & _SETTINGS
    ]


def _size(value: Value) -> int:
    return math.prod(length for length in value.shape or () if isinstance(length, int))


def stated_labels(properties: Mapping[str, str]) -> tuple[str, ...] | None:
    """Class names among the metadata properties: a list, or a dictionary of consecutive numbers."""
    for key in ("labels", "classes", "class_names", "names"):
        found = _literal(properties.get(key, ""))
        if isinstance(found, dict) and sorted(map(str, found)) == sorted(
            str(number) for number in range(len(found))
        ):
            found = [word for _, word in sorted(found.items(), key=lambda item: int(item[0]))]
        if isinstance(found, list) and found and all(isinstance(word, str) for word in found):
            return tuple(found)
    return None


def _literal(text: str) -> Any:
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
    return None


_SILENT: Final = "the model's file does not say"
_RANGES: Final = {
    "NominalRange_0_255": [0, 255],
    "Normalized_0_1": [0, 1],
    "Normalized_1_1": [-1, 1],
}
_COLOURS: Final = {"Rgb8": "RGB", "Bgr8": "BGR", "Gray8": "L"}


def stated_hints(properties: Mapping[str, str]) -> dict[str, Any]:
    """What the metadata says of the input: range, colour, size and fit.

    Sources: the image metadata of the ONNX specification, and Ultralytics' export, which writes
    down the size and the stride of its networks and means its own letterbox by it.
    """
    hints: dict[str, Any] = _detector(properties)
    why: dict[str, str] = hints.pop("why", {})
    if pixels := _RANGES.get(properties.get("Image.NominalPixelRange", "")):
        hints["range"] = pixels
        why["range"] = "the file's Image.NominalPixelRange says so"
    if colour := _COLOURS.get(properties.get("Image.BitmapPixelFormat", "")):
        hints["colour"] = colour
        why["colour"] = "the file's Image.BitmapPixelFormat says so"
    if properties.get("Image.ColorSpaceGamma") == "Linear":
        why["range"] = (
            f"{why.get('range', _SILENT)}; its Image.ColorSpaceGamma asks for linear light, which "
            "pictures are not: no step here makes them so"
        )
    return {**hints, "why": why} if why else hints


def _detector(properties: Mapping[str, str]) -> dict[str, Any]:
    """What Ultralytics' metadata means: its letterbox, RGB, 0 to 1."""
    if not {"stride", "task"} <= properties.keys():
        return {}
    why = "Ultralytics' metadata in the file: networks of its export want this"
    size = _literal(properties.get("imgsz", ""))
    keys = ("fit", "colour", "range")
    hints: dict[str, Any] = {"colour": "RGB", "range": [0, 1], "why": dict.fromkeys(keys, why)}
    if properties["task"] == "classify":
        hints["fit"] = {"mode": "crop"}
    else:
        hints["fit"] = {"mode": "letterbox", "pad": 114}
    if isinstance(size, list) and len(size) == 2 and all(isinstance(n, int) for n in size):
        hints["size"] = size
    return hints
