"""Runs that fail, are stopped, or meet what ONNX Runtime lacks."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import ml_dtypes
import numpy as np
import onnx
import onnxruntime as ort
import psutil
import pytest
from loaders.made import (
    info,
    onnx_bfloat16,
    onnx_branch,
    onnx_external,
    onnx_old,
    onnx_twin,
    random,
    save,
    tensor,
)  # fmt: skip
from loaders.opened import opened, random_feeds
from onnx import TensorProto, helper

from cutaway.errors import Cancelled, InputError, RunError
from cutaway.loaders import Model
from cutaway.loaders.onnx import LOADER
from cutaway.settings import Options
from cutaway.trace import Array, Capture, Control


def run(path: Path, *arrays: np.ndarray) -> tuple[Model, Capture]:
    model = LOADER.open(path, lambda _: None, Options())
    feeds = dict(zip(model.graph.inputs, arrays, strict=True))
    return model, model.start().run(feeds, Control())


def named(model: Model, capture: Capture) -> dict[str, Array]:
    return {model.graph.values[value].name: array for value, array in capture.tensors.items()}


@pytest.mark.parametrize("make", [onnx_twin, onnx_external, onnx_branch, onnx_old])
def test_outputs_equal_a_plain_session(make, tmp_path: Path) -> None:
    case = opened(make(tmp_path))
    graph = case.model.graph
    session = ort.InferenceSession(tmp_path / case.model.name, providers=["CPUExecutionProvider"])
    feeds = {graph.values[value].name: array for value, array in case.feeds.items()}
    for value, expected in zip(graph.outputs, session.run(None, feeds), strict=True):
        np.testing.assert_allclose(case.capture.tensors[value], expected, rtol=1e-5, atol=1e-6)


def test_types_that_numpy_lacks_are_captured(tmp_path: Path) -> None:
    x = random(3, 5)
    model, capture = run(onnx_bfloat16(tmp_path), x)
    found = named(model, capture)
    assert found["b"].dtype == ml_dtypes.bfloat16
    np.testing.assert_array_equal(found["b"], x.astype(ml_dtypes.bfloat16))
    np.testing.assert_array_equal(found["less"], found["f"] < x)
    assert found["less"].dtype == bool
    np.testing.assert_array_equal(found["shape"], np.array([3, 5], np.int64))


def test_text_goes_in_and_comes_out(tmp_path: Path) -> None:
    node = helper.make_node("Gather", ["x", "order"], ["y"], "turn")
    text, order = TensorProto.STRING, [tensor("order", np.array([1, 0]))]
    path = save(
        tmp_path, "text", [node], [info("x", 2, kind=text)], [info("y", 2, kind=text)], order
    )
    for words in (np.array(["one", "two"], object), np.array(["one", "two"])):
        model, capture = run(path, words)
        found = named(model, capture)
        assert found["y"].tolist() == ["two", "one"]
        assert found["y"].dtype == found["x"].dtype == object


def test_what_is_no_tensor_is_left_out_with_a_reason(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("SplitToSequence", ["x"], ["parts"], "split", axis=0),
        helper.make_node("ConcatFromSequence", ["parts"], ["y"], "join", axis=0),
    ]
    path = save(tmp_path, "parts", nodes, [info("x", 3, 2)], [info("y", None, None)])
    model, capture = run(path, random(3, 2))
    parts = model.graph.value_named["parts"]
    assert (parts.shape, parts.dtype) == (None, None)
    assert list(capture.left_out) == [parts.id]
    assert "not one tensor" in capture.left_out[parts.id]
    np.testing.assert_array_equal(named(model, capture)["y"], random(3, 2))


def failing(folder: Path) -> Path:
    """Two branches: one whose Reshape cannot work on what is fed, one that can."""
    nodes = [
        helper.make_node("Relu", ["x"], ["a"], "first"),
        helper.make_node("Reshape", ["a", "shape"], ["b"], "it's/the culprit"),
        helper.make_node("Neg", ["b"], ["c"], "behind"),
        helper.make_node("Abs", ["x"], ["d"], "beside"),
        helper.make_node("Add", ["c", "a"], ["y"], "last"),
    ]
    inputs = [info("x", "n", "m"), info("shape", 2, kind=TensorProto.INT64)]
    return save(folder, "failing", nodes, inputs, [info("y", None, None), info("d", None, None)])


def test_a_failing_node_is_named_and_the_rest_is_captured(tmp_path: Path) -> None:
    x, shape = random(2, 3), np.array([5, 7])
    model, capture = run(failing(tmp_path), x, shape)
    failure = capture.failure
    assert failure is not None
    assert failure.node is not None
    assert model.graph.nodes[failure.node].name == "it's/the culprit"
    assert "cannot be reshaped" in failure.message
    assert failure.shapes == ("a (2, 3) float32", "shape (2,) int64")
    found = named(model, capture)
    assert found.keys() == {"x", "shape", "a", "d"}
    np.testing.assert_array_equal(found["a"], np.maximum(x, 0))
    np.testing.assert_array_equal(found["d"], np.abs(x))


def test_after_a_failed_run_a_good_one_is_whole(tmp_path: Path) -> None:
    model = LOADER.open(failing(tmp_path), lambda _: None, Options())
    runner = model.start()
    x = random(2, 3)
    bad = runner.run({0: x, 1: np.array([5, 7])}, Control(), keep=[model.graph.outputs[0]])
    assert bad.tensors == {}
    assert bad.failure is not None
    assert bad.failure.shapes[0] == "a (2, 3) float32"
    good = runner.run({0: x, 1: np.array([2, 3])}, Control())
    assert good.failure is None
    assert len(good.tensors) == 7


def test_an_operator_that_the_engine_lacks_stops_only_what_depends_on_it(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Relu", ["x"], ["a"], "known"),
        helper.make_node("Unheard", ["a"], ["b"], "unknown", domain="some.where"),
        helper.make_node("Neg", ["b"], ["c"], "behind"),
        helper.make_node("Unheard", ["x"], ["e"], "another", domain="some.where"),
        helper.make_node("Abs", ["x"], ["d"], "beside"),
    ]
    path = save(
        tmp_path, "lacking", nodes, [info("x", 2)], [info("c", 2), info("d", 2)],
        domains=["some.where"],
    )  # fmt: skip
    model, capture = run(path, np.array([-1, 2], np.float32))
    assert capture.failure is not None
    assert capture.failure.node == model.graph.node_named["unknown"].id
    assert "some.where:Unheard" in capture.failure.message
    assert capture.failure.shapes == ("a (2,) float32",)
    found = named(model, capture)
    assert found.keys() == {"x", "a", "d"}
    np.testing.assert_array_equal(found["d"], [1, 2])


@pytest.mark.parametrize(
    ("node", "told"),
    [
        (helper.make_node("MatMul", ["x", "x"], ["y"], "bad"), "Incompatible dimensions"),
        (helper.make_node("Relu", ["x"], ["y"], "bad", slope=2), "Unrecognized attribute"),
        (helper.make_node("Nonsense", ["x"], ["y"], "bad"), "No Op registered"),
        (helper.make_node("Add", ["x", "nowhere"], ["y"], "bad"), "nowhere"),
        (helper.make_node("Add", ["x", "whole"], ["y"], "bad"), "different types"),
        (helper.make_node("Concat", ["x", "x"], ["y"], "bad"), "axis"),
    ],
)
def test_graphs_that_the_engine_refuses_still_show_where(node, told: str, tmp_path: Path) -> None:
    nodes = [helper.make_node("Neg", ["x"], ["n"], "good"), node]
    held = [tensor("whole", np.arange(3))]
    path = save(tmp_path, "refused", nodes, [info("x", 2, 3)], [info("y", None, None)], held)
    model, capture = run(path, random(2, 3))
    assert capture.failure is not None
    assert capture.failure.node == model.graph.node_named["bad"].id
    assert told in capture.failure.message
    assert named(model, capture).keys() == {"x", "n"}


def test_what_nothing_can_be_captured_of_is_an_error(tmp_path: Path) -> None:
    nodes = [helper.make_node("Neg", ["x"], ["y"], "one"), helper.make_node("Abs", ["x"], ["y"])]
    path = save(tmp_path, "twice", nodes, [info("x", 2)], [info("y", 2)])
    with pytest.raises(RunError, match="Duplicate definition"):
        run(path, random(2))


def test_a_sequence_cannot_be_fed(tmp_path: Path) -> None:
    sequence = helper.make_tensor_sequence_value_info("s", TensorProto.FLOAT, None)
    node = helper.make_node("ConcatFromSequence", ["s"], ["y"], axis=0)
    path = save(tmp_path, "sequence", [node], [sequence], [info("y", None)])
    with pytest.raises(InputError, match="can only feed tensors"):
        run(path, random(2))


def long_work(folder: Path) -> Model:
    """Many seconds of matrix products."""
    nodes = [
        helper.make_node("MatMul", [f"v{at}", "w"], [f"v{at + 1}"], f"product {at}")
        for at in range(1000)
    ]
    weights = [tensor("w", random(2000, 2000) / 50)]
    inputs, outputs = [info("v0", 64, 2000)], [info("v1000", 64, 2000)]
    return LOADER.open(
        save(folder, "long", nodes, inputs, outputs, weights), lambda _: None, Options()
    )


def test_a_weight_that_many_nodes_read_is_not_copied_for_each(tmp_path: Path) -> None:
    model = long_work(tmp_path)
    process = psutil.Process()
    before = process.memory_info().rss
    runner = model.start()
    assert process.memory_info().rss - before < 200 << 20
    runner.close()


def test_a_run_can_be_stopped(tmp_path: Path) -> None:
    model = long_work(tmp_path)
    runner, feeds = model.start(), random_feeds(model)
    control = Control(lambda done, _: done or threading.Timer(0.3, control.cancel).start())
    started = time.perf_counter()
    with pytest.raises(Cancelled):
        runner.run(feeds, control)
    assert control.on_cancel is None
    assert time.perf_counter() - started < 3
    stopped = Control()
    stopped.cancel()
    with pytest.raises(Cancelled):
        runner.run(feeds, stopped)


REAL = {
    "basic_pitch": 5e-3,
    "dtln_1": 1e-5,
    "face_rfb_320": 1e-5,
    "mnist": 1e-5,
    "portrait_deeplab": 1e-5,
    "silero_vad": 1e-5,
    "super_resolution": 1e-5,
    "attention": 1e-5,
    "yunet_dynamic": 5e-3,
}
"""Largest difference to a run without optimizations, relative to the largest number of a tensor.

In two of the networks a sum in another order grows: through the logarithm of numbers near 0, and
in probabilities of less than one in a million."""


@pytest.mark.data
@pytest.mark.parametrize("name", REAL)
def test_every_value_equals_a_run_without_optimizations(name: str, data: Path) -> None:
    path = data / "models" / "onnx" / f"{name}.onnx"
    case = opened(path)
    whole = onnx.load(path)
    known = {output.name for output in whole.graph.output}
    every = [one for node in whole.graph.node for one in node.output if one and one not in known]
    whole.graph.output.extend(onnx.ValueInfoProto(name=one) for one in every)
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = ort.InferenceSession(whole.SerializeToString(), options, ["CPUExecutionProvider"])
    graph = case.model.graph
    feeds = {graph.values[value].name: array for value, array in case.feeds.items()}
    names = [output.name for output in session.get_outputs()]
    compared = 0
    for output, expected in zip(names, session.run(names, feeds), strict=True):
        value = graph.value_named[output]
        if value.what == "activation":
            found = case.capture.tensors[value.id]
            assert found.shape == expected.shape
            largest = np.abs(expected.astype(float)).max(initial=0) or 1
            np.testing.assert_allclose(found, expected, rtol=0, atol=REAL[name] * largest)
            compared += 1
    activations = [value for value in graph.values if value.what == "activation"]
    assert compared == len(activations) - len(case.capture.left_out)


@pytest.mark.data
@pytest.mark.parametrize("name", [*REAL, "xgboost_trees"])
def test_outputs_of_real_files_equal_a_default_session(name: str, data: Path) -> None:
    path = data / "models" / "onnx" / f"{name}.onnx"
    case = opened(path)
    options = ort.SessionOptions()
    options.log_severity_level = 3
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    graph = case.model.graph
    feeds = {graph.values[value].name: array for value, array in case.feeds.items()}
    for value, expected in zip(graph.outputs, session.run(None, feeds), strict=True):
        np.testing.assert_allclose(case.capture.tensors[value], expected, rtol=1e-4, atol=1e-5)
