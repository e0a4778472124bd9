"""Operators that ONNX Runtime lacks: computed by the reference evaluator, or named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from loaders.made import info, random, save, tensor
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

import cutaway
from cutaway.loaders.base import Model
from cutaway.loaders.onnx import LOADER
from cutaway.settings import Options
from cutaway.trace import Capture, Control

X = random(3, 8)


def swish(folder: Path) -> Path:
    """Swish twice, between operators that the engine has."""
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["a"], "first"),
        helper.make_node("Swish", ["a"], ["b"], "block/swish", alpha=1.5),
        helper.make_node("Add", ["b", "a"], ["c"], "middle"),
        helper.make_node("Swish", ["c"], ["d"], "block/again"),
        helper.make_node("BitCast", ["d"], ["bits"], "bits", to=TensorProto.INT32),
        helper.make_node("Relu", ["d"], ["y"], "last"),
    ]
    outputs = [info("y", 3, 64), info("bits", 3, 64, kind=TensorProto.INT32)]
    weights = [tensor("w", random(8, 64, seed=1))]
    return save(folder, "swish", nodes, [info("x", 3, 8)], outputs, weights, opset=26, ir=10)


def opened(path: Path) -> Model:
    return LOADER.open(path, lambda _: None, Options())


def captured(model: Model, *arrays: np.ndarray) -> tuple[Capture, dict[str, np.ndarray]]:
    feeds = dict(zip(model.graph.inputs, arrays, strict=True))
    capture = model.start().run(feeds, Control())
    values = model.graph.values
    return capture, {values[value].name: array for value, array in capture.tensors.items()}


def in_engine(path: Path) -> bool:
    options = ort.SessionOptions()
    options.log_severity_level = 4
    try:
        ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception:  # noqa: BLE001 - the engine raises bare exceptions
        return False
    return True


def test_the_reference_evaluator_computes_what_the_engine_lacks(tmp_path: Path) -> None:
    path = swish(tmp_path)
    assert not in_engine(path)
    capture, found = captured(opened(path), X)
    assert capture.failure is None
    model = onnx.load(path)
    names = ["a", "b", "c", "d", "bits", "y"]
    model.graph.output.extend(info(name) for name in names[:4])
    expected = ReferenceEvaluator(model).run(names, {"x": X})
    for name, array in zip(names, expected, strict=True):
        assert found[name].dtype == array.dtype
        if name == "bits":  # the very bits of what was handed on
            np.testing.assert_array_equal(found["bits"], found["d"].view(np.int32))
        else:
            np.testing.assert_allclose(found[name], array, 1e-5, 1e-6)
    assert capture.said is not None
    assert capture.said.endswith("block/swish (Swish), block/again (Swish)")


def test_it_is_said_of_the_run(tmp_path: Path) -> None:
    with cutaway.open(swish(tmp_path)) as model:
        told = model.run(X).info
        assert told["state"] == "done"
        assert "by ONNX's reference evaluator" in told["message"]


def test_a_second_run_and_times_need_no_new_arrangement(tmp_path: Path) -> None:
    model = opened(swish(tmp_path))
    runner = model.start()
    feeds = {model.graph.inputs[0]: X}
    first, second = (runner.run(feeds, Control()) for _ in range(2))
    for value, array in first.tensors.items():
        np.testing.assert_array_equal(array, second.tensors[value])
    assert set(runner.times(feeds, Control())) == {node.id for node in model.graph.nodes}


def test_only_what_is_asked_for_is_kept(tmp_path: Path) -> None:
    model = opened(swish(tmp_path))
    wanted = model.graph.value_named["c"].id
    capture = model.start().run({model.graph.inputs[0]: X}, Control(), [wanted])
    assert list(capture.tensors) == [wanted]


def test_a_recurrent_layer_that_the_engine_cannot_make_is_computed(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("LSTM", ["x", "w", "r"], ["y", "h"], "lstm", hidden_size=3, layout=1),
        helper.make_node("Neg", ["h"], ["z"], "neg"),
    ]
    weights = [tensor("w", random(1, 12, 2)), tensor("r", random(1, 12, 3, seed=1))]
    path = save(
        tmp_path, "batchwise", nodes, [info("x", 1, 4, 2)], [info("z", 1, 1, 3)], weights,
    )  # fmt: skip
    assert not in_engine(path)
    x = random(1, 4, 2, seed=2)
    capture, found = captured(opened(path), x)
    assert capture.failure is None
    (expected,) = ReferenceEvaluator(onnx.load(path)).run(None, {"x": x})
    np.testing.assert_allclose(found["z"], expected, 1e-5, 1e-6)


def test_what_nobody_knows_is_named_and_the_rest_shown(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Relu", ["x"], ["a"], "known"),
        helper.make_node("Swish", ["a"], ["b"], "computed"),
        helper.make_node("Ponder", ["b"], ["c"], "unknown", domain="elsewhere"),
        helper.make_node("Neg", ["c"], ["y"], "behind"),
    ]
    path = save(
        tmp_path, "unknown", nodes, [info("x", 3)], [info("y", 3)], opset=24, ir=10,
        domains=("elsewhere",),
    )  # fmt: skip
    model = opened(path)
    capture, found = captured(model, X[0, :3])
    assert set(found) == {"x", "a", "b"}
    assert capture.failure is not None
    assert capture.failure.node == model.graph.node_named["unknown"].id
    assert "elsewhere:Ponder" in capture.failure.message


def test_what_the_reference_evaluator_fails_on_is_told(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Relu", ["x"], ["a"], "known"),
        helper.make_node("LSTM", ["a", "w", "r"], ["b"], "lstm", hidden_size=3, layout=1),
        helper.make_node("Neg", ["b"], ["y"], "behind"),
    ]
    path = save(
        tmp_path, "odd", nodes, [info("x", None, None, None)], [info("y", None, None, None, None)],
        [tensor("w", random(1, 12, 2)), tensor("r", random(1, 12, 3))],
    )  # fmt: skip
    model = opened(path)
    capture, found = captured(model, random(1, 4, 5))
    assert set(found) == {"x", "a"}
    assert capture.failure is not None
    assert capture.failure.node == model.graph.node_named["lstm"].id
    assert "the reference evaluator failed" in capture.failure.message


@pytest.mark.data
def test_a_tokenizer_of_another_package_is_named(data: Path) -> None:
    with cutaway.open(data / "models" / "onnx" / "custom_op_tokenizer.onnx") as model:
        told = model.run().info
        assert told["state"] == "failed"
        assert "ai.onnx.contrib:BertTokenizer" in told["message"]
        assert told["failure"]["node"] == 0
