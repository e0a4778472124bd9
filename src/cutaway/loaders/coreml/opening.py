"""Opens a Core ML model as a Model that can be looked at."""
# pyright: standard

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any, Final

from google.protobuf.message import DecodeError

from cutaway.errors import BrokenFile, MissingPackage, ModelError, UnknownKey, UnsupportedModel
from cutaway.loaders.base import Facts, Model, Report
from cutaway.loaders.coreml.building import Building
from cutaway.loaders.coreml.features import hints_of
from cutaway.loaders.coreml.models import Reading
from cutaway.loaders.coreml.package import package_at
from cutaway.loaders.coreml.schema import message_module
from cutaway.trace import Array, Runner

_TOOL: Final = "com.github.apple.coremltools.version"


def open_coreml(path: Path, report: Report) -> Model:
    """The model in a file or package; its weights stay on disk where they lie beside it.

    Raises:
        MissingPackage: coremltools is missing.
        BrokenFile: it is truncated or damaged.
        RefusedFile: it names files outside of itself.
    """
    try:
        messages = message_module("Model")
    except MissingPackage as problem:
        raise MissingPackage(f"{path.name}: {problem}") from problem
    report("reading the file")
    package = package_at(path)
    content = package.specification()
    try:
        model = messages.Model.FromString(bytes(content))
    except (DecodeError, RecursionError) as problem:
        raise BrokenFile(
            f"{path.name} is truncated or damaged: {problem}; fetch or convert it again"
        ) from problem
    report("reading the structure")
    building = Building()
    try:
        labels = Reading(building, package).whole(model)
        graph = building.graph()
    except ModelError:
        raise
    except Exception as problem:
        # A damaged message can lack or repeat any field.
        raise BrokenFile(
            f"{path.name} is damaged ({type(problem).__name__}: {problem}); fetch or convert it "
            "again"
        ) from problem

    @cache
    def weight(value: int) -> Array:
        if value not in building.weights:
            raise UnknownKey(f"value {value} is no weight of this model")
        return building.weights[value]()

    def start() -> Runner:
        raise UnsupportedModel(
            f"{path.name} can be looked at but not run here: running a Core ML model needs macOS; "
            "convert it to ONNX to run it"
        )

    sizes = [
        math.prod(length for length in value.shape or () if isinstance(length, int))
        for value in graph.values
        if value.what == "weight"
    ]
    return Model(
        name=path.name,
        facts=Facts(
            format="Core ML",
            producer=_producer(model),
            bytes=package.bytes,
            parameters=sum(sizes),
            metadata=_metadata(model),
        ),
        graph=graph,
        weight=weight,
        start=start,
        labels=labels,
        hints=hints_of(model.description.input),
    )


def _producer(model: Any) -> str | None:
    version = model.description.metadata.userDefined.get(_TOOL)
    return f"coremltools {version}" if version else None


def _metadata(model: Any) -> dict[str, str]:
    held = model.description.metadata
    found = {
        "specification": str(model.specificationVersion),
        "type": str(model.WhichOneof("Type")),
        "description": held.shortDescription,
        "version": held.versionString,
        "author": held.author,
        "license": held.license,
        **{str(word): str(text) for word, text in held.userDefined.items() if word != _TOOL},
    }
    return {word: text for word, text in found.items() if text}
