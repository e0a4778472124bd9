"""Opens a model that OpenVINO reads."""
# pyright: standard

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from cutaway.errors import ModelError, UnknownKey
from cutaway.loaders.base import Facts, Model, Report
from cutaway.loaders.onnx.wire import WireError
from cutaway.loaders.openvino.description import paddle_program, tensorflow_version
from cutaway.loaders.openvino.framework import load_openvino, refusal
from cutaway.loaders.openvino.source import TITLES, Source, locate
from cutaway.loaders.openvino.tensorflow import TensorflowGraph
from cutaway.loaders.pausing import collector_paused
from cutaway.trace import Array, Runner

_FRONT_ENDS: Final = {"saved_model": "tf", "frozen": "tf", "paddle": "paddle"}


def open_openvino(path: Path, report: Report) -> Model:
    """The model in a file or folder; nothing in it is executed.

    Raises:
        MissingPackage: OpenVINO is not installed.
        BrokenFile: a file is missing, truncated or damaged.
        RefusedFile: a file names code, or lies outside the model's folder.
        UnsupportedModel: OpenVINO does not read something in it.
    """
    load_openvino(path.name)
    report("checking the files")
    source = locate(path)
    report("reading the network")
    from cutaway.loaders.openvino.structure import read_structure

    model = read_model(source)
    try:
        with collector_paused():
            structure = read_structure(model, _names(source, model))
    except ModelError:
        raise
    except Exception as problem:
        # Names that are no text, shapes that are too large: what damage leaves readable.
        raise refusal(source.name, problem) from problem
    graph = structure.graph

    def weight(value: int) -> Array:
        if value not in structure.held:
            raise UnknownKey(f"value {value} is no weight of this model")
        return structure.weight(value)

    def start() -> Runner:
        from cutaway.loaders.openvino.runner import OpenVinoRunner

        return OpenVinoRunner(model, structure)

    producer, metadata = _stated(source, model)
    shapes = (graph.values[value] for value in structure.held)
    return Model(
        name=source.name,
        facts=Facts(
            format=TITLES[source.format],
            producer=producer,
            bytes=source.bytes,
            parameters=sum(
                math.prod(length for length in value.shape or () if isinstance(length, int))
                for value in shapes
                if value.what == "weight"
            ),
            metadata=metadata,
        ),
        graph=graph,
        weight=weight,
        start=start,
    )


def read_model(source: Source) -> Any:
    """OpenVINO's Model of checked files.

    Raises:
        BrokenFile: it is damaged.
        UnsupportedModel: OpenVINO does not read something in it.
    """
    import openvino as ov

    try:
        if source.format == "ir":
            core = ov.Core()
            if source.weights is None:
                return core.read_model(str(source.main))
            return core.read_model(str(source.main), str(source.weights))
        # By name: else each of OpenVINO's readers tries, and some complain on the way.
        front = ov.frontend.FrontEndManager().load_by_framework(_FRONT_ENDS[source.format])
        return front.convert(front.load(str(source.main)))
    except Exception as problem:
        # Its readers raise kinds of their own, and whatever they meet in damaged files.
        raise refusal(source.name, problem) from problem


def _names(source: Source, model: Any) -> Mapping[str, str]:
    """The file's own names for operations that OpenVINO named itself."""
    if source.format not in ("frozen", "saved_model"):
        return {}
    from cutaway.loaders.openvino.names import recovered

    try:
        data = source.description.read_bytes()
        graph = TensorflowGraph(data, saved=source.format == "saved_model")
        return recovered(model, graph)
    except (WireError, UnicodeDecodeError):
        # What OpenVINO can read has names all the same.
        return {}


def _stated(source: Source, model: Any) -> tuple[str | None, dict[str, str]]:
    """Who wrote the file, and free words."""
    if source.format == "paddle":
        version = paddle_program(source.description).version
        return (f"PaddlePaddle {version}" if version else None), {}
    if source.format == "saved_model":
        version = tensorflow_version(source.description)
        return (f"TensorFlow {version}" if version else None), {}
    if source.format != "ir":
        return None, {}
    try:
        told = model.get_rt_info()
        words = {str(key): str(told[key].value) for key in told}
    except (RuntimeError, TypeError, AttributeError, UnicodeDecodeError):
        return None, {}
    runtime = words.get("Runtime_version") or words.get("OpenVINO Runtime")
    metadata = {"version": words["version"]} if "version" in words else {}
    return (f"OpenVINO {runtime}" if runtime else None), metadata
