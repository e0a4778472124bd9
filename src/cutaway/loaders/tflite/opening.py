"""Opens a TFLite file as a Model."""
# pyright: standard

from __future__ import annotations

import importlib.util
import math
import mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cutaway.errors import BrokenFile, MissingPackage, ModelError, UnknownKey
from cutaway.loaders.base import Facts, Model, Report
from cutaway.trace import Array, Runner

if TYPE_CHECKING:
    from cutaway.loaders.tflite.structure import Structure

_PACKAGES: Final = {"ai_edge_litert": "LiteRT", "tflite": "the schema of TFLite files"}


def open_tflite(path: Path, report: Report) -> Model:
    """The model in a file; nothing in it is executed.

    Raises:
        MissingPackage: LiteRT or the schema is missing.
        BrokenFile: the file is truncated or damaged.
        UnsupportedModel: it holds no network, or sparse weights.
    """
    for package, words in _PACKAGES.items():
        if importlib.util.find_spec(package) is None:
            raise MissingPackage(
                f"{path.name} is a TFLite model, which needs {words}: pip install 'cutaway[tflite]'"
            )
    from cutaway.loaders.tflite.metadata import labels_of
    from cutaway.loaders.tflite.structure import read_structure
    from cutaway.loaders.tflite.tensors import stored

    report("reading the file")
    with path.open("rb") as file:
        held = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    try:
        structure = read_structure(held, path.name)
    except ModelError:
        raise
    except Exception as problem:
        # Where offsets lead nowhere, the schema's reader raises whatever it meets there.
        raise BrokenFile(
            f"{path.name} is truncated or damaged ({type(problem).__name__}: {problem}); fetch or "
            "convert it again"
        ) from problem
    graph = structure.graph

    def weight(value: int) -> Array:
        tensor = structure.weights.get(value)
        if tensor is None:
            raise UnknownKey(f"value {value} is no weight of this model")
        return stored(held, structure.model, tensor, graph.values[value])

    def start() -> Runner:
        from cutaway.loaders.tflite.runner import LiteRtRunner

        return LiteRtRunner(path, structure)

    lengths = [graph.values[value].shape or () for value in structure.weights]
    metadata: dict[str, str] = {"schema": str(structure.version)}
    if structure.description:
        metadata["description"] = structure.description
    return Model(
        name=path.name,
        facts=Facts(
            format="TFLite",
            producer=structure.runtime,
            bytes=path.stat().st_size,
            parameters=sum(math.prod(n for n in shape if isinstance(n, int)) for shape in lengths),
            metadata=metadata,
        ),
        graph=graph,
        weight=weight,
        start=start,
        labels=labels_of(path, graph),
        hints=_hints(structure),
    )


def _hints(structure: Structure) -> dict[str, Any]:
    """Integer pictures are fed as they are; others as the file says that they are normalized."""
    from cutaway.loaders.tflite.metadata import normalized

    graph = structure.graph
    first = graph.values[graph.inputs[0]] if graph.inputs else None
    if first is None:
        return {}
    quantized = {} if structure.quantization is None else {"quantization": structure.quantization}
    if first.dtype == "uint8":
        return {"range": [0, 255], **quantized, "why": {"range": _bytes(structure.quantization)}}
    try:
        stated = normalized(structure.metadata) if structure.metadata else None
    except Exception:  # noqa: BLE001 - a damaged note takes nothing from the network
        return quantized
    if stated is None or first.dtype not in ("float32", "float16"):
        return quantized
    mean, deviation = stated
    if len(set(mean)) == len(set(deviation)) == 1:
        return {"range": [(end - mean[0]) / deviation[0] for end in (0, 255)]}
    return {
        "range": [0, 1],
        "mean": [one / 255 for one in mean],
        "std": [one / 255 for one in deviation],
    }


def _bytes(quantization: tuple[float, int] | None) -> str:
    """Why a picture's bytes are fed as they are."""
    if quantization is None:
        return "the model's input is uint8"
    scale, zero = quantization
    low, high = ((end - zero) * scale for end in (0, 255))
    return (
        f"the model's input is uint8 with scale {scale:.6g} and zero point {zero}: plain bytes "
        f"0..255 stand for {low:.3g}..{high:.3g}"
    )
