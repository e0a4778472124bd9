"""ONNX's own backend tests, captured: the outputs of ONNX Runtime, or else those stated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import GraphProto, SequenceProto, TensorProto, ValueInfoProto, numpy_helper

from cutaway.errors import CutawayError
from cutaway.loaders.onnx import LOADER
from cutaway.settings import Options
from cutaway.trace import Control

RECORD = Path(__file__).parents[1] / "onnx_backend_passed.txt"
"""Holds the number of cases that passed: it goes up only."""


@dataclass(frozen=True)
class Case:
    """A model of ONNX's backend tests, with one set of its data."""

    path: Path
    feeds: Mapping[str, Any]
    stated: Sequence[Any]
    """The outputs that the case itself states."""


def cases(folder: Path) -> Iterator[Case]:
    for path in sorted(folder.glob("*/*/model.onnx")):
        graph = onnx.load(path).graph
        for data in sorted(path.parent.glob("test_data_set_*")):
            inputs = entries(graph)
            fed = zip(inputs, held(data, "input", inputs), strict=False)
            feeds = {entry.name: array for entry, array in fed}
            yield Case(path, feeds, held(data, "output", graph.output))
    for path in sorted(folder.glob("light/*.onnx")):
        graph = onnx.load(path).graph
        feeds = {entry.name: counted(entry) for entry in entries(graph)}
        yield Case(path, feeds, [read(path.with_name(f"{path.stem}_output_0.pb"), graph.output[0])])


def entries(graph: GraphProto) -> list[ValueInfoProto]:
    weights = {tensor.name for tensor in graph.initializer}
    return [entry for entry in graph.input if entry.name not in weights]


def held(folder: Path, what: str, entries: Sequence[ValueInfoProto]) -> list[Any]:
    files = [folder / f"{what}_{at}.pb" for at in range(len(entries))]
    return [read(file, entry) for file, entry in zip(files, entries, strict=True)]


def read(file: Path, entry: ValueInfoProto) -> Any:
    if entry.type.HasField("sequence_type"):
        return numpy_helper.to_list(SequenceProto.FromString(file.read_bytes()))
    return numpy_helper.to_array(TensorProto.FromString(file.read_bytes()))


def counted(entry: ValueInfoProto) -> np.ndarray:
    """What ONNX's own runner feeds to the light models: equal steps from 0 to 1."""
    shape = [dim.dim_value for dim in entry.type.tensor_type.shape.dim]
    count = int(np.prod(shape))
    return (np.arange(count).reshape(shape) / count).astype(np.float32)


def by_engine(case: Case) -> list[Any] | None:
    """The outputs of ONNX Runtime given the file as it is; None where it does not run it."""
    options = ort.SessionOptions()
    options.log_severity_level = 4
    try:
        session = ort.InferenceSession(case.path, options, providers=["CPUExecutionProvider"])
        return list(session.run(None, dict(case.feeds)))
    except Exception:  # noqa: BLE001 - the engine raises bare exceptions
        return None


def captured(case: Case) -> list[Any] | None:
    """The outputs among the captured tensors; None where the run failed."""
    model = LOADER.open(case.path, lambda _: None, Options())  # opens, whether it runs or not
    graph = model.graph
    inputs = {value: case.feeds[graph.values[value].name] for value in graph.inputs}
    capture = model.start().run(inputs, Control())
    if capture.failure is not None:
        return None
    return [capture.tensors.get(value) for value in graph.outputs]


@pytest.mark.data
def test_no_fewer_backend_cases_pass_than_ever(
    data: Path, record_property: Callable[[str, object], None]
) -> None:
    passed, tried, run_by_engine, wrong = 0, 0, 0, list[str]()
    for case in cases(data / "onnx-backend"):
        tried += 1
        expected = by_engine(case)
        run_by_engine += expected is not None
        try:
            found = captured(case)
        except CutawayError:  # refused: no fault where ONNX Runtime refuses it too
            found = None
        wanted = case.stated if expected is None else expected
        if found is not None and all_same(found, wanted):
            passed += 1
        elif expected is not None or found is not None:
            wrong.append(f"{case.path.parent.name}/{case.path.name}")
    record = int(RECORD.read_text())
    more = f"; write {passed} into tests/{RECORD.name}" if passed > record else ""
    record_property(
        "figure",
        f"{passed} of {tried} backend cases of ONNX pass ({run_by_engine} run in ONNX Runtime "
        f"as they are){more}",
    )
    assert wrong == []
    assert passed >= record


def all_same(found: Sequence[Any], expected: Sequence[Any]) -> bool:
    return all(same(one, other) for one, other in zip(found, expected, strict=True))


def same(found: Any, expected: Any) -> bool:
    if isinstance(expected, list):
        return found is None  # a sequence is no tensor: a reason stands in its place
    expected = np.asarray(expected)
    if found is None or found.shape != expected.shape:
        return False
    if expected.dtype.kind in "OU":
        return found.tolist() == expected.tolist()
    return found.dtype == expected.dtype and np.allclose(
        found, expected, 1e-3, 1e-5, equal_nan=True
    )


def test_equal_is_told_from_unequal() -> None:
    one = np.ones(3, np.float32)
    assert same(one, one)
    assert same(np.array(["a"], object), np.array(["a"]))
    assert not same(one, one * 1.01)
    assert not same(one, one.astype(np.float64))
    assert not same(one[:1], one)
    assert not same(None, one)
