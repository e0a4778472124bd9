"""ONNX's own backend tests, captured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, ValueInfoProto, numpy_helper

from cutaway.loaders.onnx import LOADER
from cutaway.settings import Options
from cutaway.trace import Control

PASSED = 109
"""Cases that ONNX Runtime runs and that we capture to the same outputs; goes up only."""


def cases(folder: Path) -> Iterator[tuple[Path, list[Path]]]:
    """Every model, with the files of its inputs."""
    for path in sorted(folder.glob("*/*/model.onnx")):
        for data in sorted(path.parent.glob("test_data_set_*")):
            yield path, sorted(data.glob("input_*.pb"), key=lambda file: int(file.stem[6:]))
    for path in sorted(folder.glob("light/*.onnx")):
        yield path, []


def fed(path: Path, files: list[Path]) -> dict[str, Any]:
    """What goes into a case, by name: the file's arrays, or some of our own."""
    graph = onnx.load(path).graph
    held = {tensor.name for tensor in graph.initializer}
    inputs = [entry for entry in graph.input if entry.name not in held]
    if not files:
        return {entry.name: _made(entry) for entry in inputs}
    return {
        entry.name: numpy_helper.to_array(TensorProto.FromString(file.read_bytes()))
        for entry, file in zip(inputs, files, strict=False)
    }


def _made(entry: ValueInfoProto) -> np.ndarray:
    shape = [dim.dim_value for dim in entry.type.tensor_type.shape.dim]
    return np.random.default_rng(0).random(shape).astype(np.float32)


@pytest.mark.data
def test_as_many_backend_cases_as_ever_give_the_same_outputs(data: Path) -> None:
    passed, wrong, tried = 0, [], 0
    for path, files in cases(data / "onnx-backend"):
        feeds = fed(path, files)
        options = ort.SessionOptions()
        options.log_severity_level = 4
        model = LOADER.open(path, lambda _: None, Options())  # opens, whether it can run or not
        tried += 1
        try:
            session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
            expected = session.run(None, feeds)
        except Exception:  # noqa: BLE001 - ONNX Runtime does not run all old cases
            continue
        graph = model.graph
        inputs = {value: feeds[graph.values[value].name] for value in graph.inputs}
        capture = model.start().run(inputs, Control())
        same = capture.failure is None and all(
            _equal(capture.tensors.get(value), one)
            for value, one in zip(graph.outputs, expected, strict=True)
        )
        if same:
            passed += 1
        else:
            wrong.append(f"{path.parent.name}/{path.name}")
    print(f"{passed} of {tried} backend cases passed, ONNX Runtime runs {passed + len(wrong)}")
    assert wrong == []
    assert passed >= PASSED


def _equal(found: np.ndarray | None, expected: Any) -> bool:
    if found is None:
        return False
    if found.dtype == object:
        return found.tolist() == np.asarray(expected, object).tolist()
    return found.dtype == expected.dtype and np.allclose(
        found, expected, 1e-4, 1e-5, equal_nan=True
    )
