"""Models of the opsets 1 to 6, of opsets not yet known, and without an opset."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from loaders.made import info, random, tensor
from onnx import defs, helper, version_converter

from cutaway.errors import UnsupportedModel
from cutaway.loaders.base import Model
from cutaway.loaders.onnx import LOADER
from cutaway.settings import Options
from cutaway.trace import Control

X = random(1, 4, 6, 6)
ROWS = random(3, 4, seed=1)
FOUR = random(4, seed=2)
SLOPES = np.abs(random(4, seed=3))
KERNEL = random(3, 4, 3, 3, seed=4)
DENSE = random(4, 5, seed=5)


def channels(array: np.ndarray) -> np.ndarray:
    return array.reshape(1, -1, 1, 1)


def convolved(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[2:], (2, 3))
    return np.einsum("nchwij,ocij->nohw", windows, kernel)


def pooled(x: np.ndarray, how: Any) -> np.ndarray:
    return how(x.reshape(*x.shape[:2], x.shape[2] // 2, 2, x.shape[3] // 2, 2), axis=(3, 5))


class Old(NamedTuple):
    """One operator, the opsets to try it in, what it is fed, and what it must give."""

    op: str
    attributes: dict[str, Any]
    opsets: range
    x: np.ndarray
    weights: tuple[np.ndarray, ...]
    y: np.ndarray


def old_operators() -> dict[str, Old]:
    x, inputs = X, [0, 0, 0, 1, 1]
    scale, shift, mean, variance = SLOPES, FOUR, FOUR * 0.5, SLOPES + 0.5
    normal = channels(scale) * (x - channels(mean)) / np.sqrt(channels(variance) + 1e-5)
    normal = normal + channels(shift)
    batch = (scale, shift, mean, variance)
    early, late, all_six = range(1, 6), range(6, 7), range(1, 7)
    along = {"axis": 1, "broadcast": 1}
    return {
        "conv": Old("Conv", {}, all_six, x, (KERNEL,), convolved(x, KERNEL)),
        "batch norm 1": Old(
            "BatchNormalization", {"is_test": 1, "spatial": 1, "consumed_inputs": inputs},
            early, x, batch, normal,
        ),
        "batch norm 6": Old(
            "BatchNormalization", {"is_test": 1, "spatial": 1}, late, x, batch, normal
        ),
        "gemm": Old(
            "Gemm", {"broadcast": 1}, all_six, ROWS, (DENSE, np.float32([1, 2, 3, 4, 5])),
            ROWS @ DENSE + np.float32([1, 2, 3, 4, 5]),
        ),
        "add along channels": Old("Add", along, all_six, x, (FOUR,), x + channels(FOUR)),
        "add to the last axis": Old(
            "Add", {"broadcast": 1}, all_six, ROWS, (FOUR,), ROWS + FOUR
        ),
        "mul by a number": Old(
            "Mul", along, all_six, x, (np.float32(2.5),), x * np.float32(2.5)
        ),
        "sub from the batch on": Old(
            "Sub", {"axis": 0, "broadcast": 1}, all_six, x, (random(1, 4),),
            x - random(1, 4)[:, :, None, None],
        ),
        "less along an axis counted from behind": Old(
            "Less", {"axis": -3, "broadcast": 1}, all_six, x, (FOUR,), x < channels(FOUR)
        ),
        "pow": Old("Pow", {"broadcast": 1}, all_six, x, (np.float32(2),), x**2),
        "prelu": Old(
            "PRelu", {}, all_six, x, (SLOPES,), np.where(x < 0, x * channels(SLOPES), x)
        ),
        "prelu of one slope": Old(
            "PRelu", {}, all_six, x, (SLOPES[:1],), np.where(x < 0, x * SLOPES[0], x)
        ),
        "reshape": Old("Reshape", {"shape": [2, -1]}, range(1, 5), x, (), x.reshape(2, -1)),
        "dropout": Old("Dropout", {"is_test": 1, "ratio": 0.4}, all_six, x, (), x),
        "concat": Old(
            "Concat", {}, range(1, 4), ROWS, (ROWS,), np.concatenate([ROWS, ROWS], 1)
        ),
        "upsample": Old(
            "Upsample", {"height_scale": 2.0, "width_scale": 3.0, "mode": "nearest"}, all_six, x,
            (), x.repeat(2, 2).repeat(3, 3),
        ),
        "relu in place": Old(
            "Relu", {"consumed_inputs": [0]}, early, x, (), np.maximum(x, 0)
        ),
        "clip": Old(
            "Clip", {"consumed_inputs": [0], "min": -0.5, "max": 0.5}, early, x, (),
            np.clip(x, -0.5, 0.5),
        ),
        "cast": Old("Cast", {"to": "INT32"}, early, x, (), x.astype(np.int32)),
        "pad": Old(
            "Pad", {"paddings": [0, 1, 2, 0], "value": 3.0}, range(1, 2), ROWS, (),
            np.pad(ROWS, ((0, 2), (1, 0)), constant_values=3),
        ),
        "split": Old("Split", {"axis": 1}, range(1, 2), ROWS, (np.float32([4]),), ROWS),
        "tile": Old(
            "Tile", {}, early, ROWS, (np.float32(3), np.float32(1)), np.tile(ROWS, (1, 3))
        ),
        "pool by the mean": Old(
            "AveragePool", {"kernel_shape": [2, 2], "strides": [2, 2]}, all_six, x, (),
            pooled(x, np.mean),
        ),
        "pool by a norm": Old(
            "LpPool", {"kernel_shape": [2, 2], "strides": [2, 2], "p": 2.0}, range(1, 2), x, (),
            np.sqrt(pooled(x * x, np.sum)),
        ),
        "scale, never standard": Old("Scale", {"scale": 2.0}, all_six, x, (), x * 2),
    }  # fmt: skip


OLD = old_operators()
EACH = [(name, opset) for name, old in OLD.items() for opset in old.opsets]


BEYOND = {
    "add along channels", "mul by a number", "sub from the batch on",
    "less along an axis counted from behind", "prelu", "cast", "pad", "split", "tile",
    "pool by a norm", "scale, never standard",
}  # fmt: skip
"""What ``onnx.version_converter`` does not convert, or not into what runs."""


def message(name: str, opset: int, *, listed: bool = True) -> onnx.ModelProto:
    """The operator behind an Identity, so that it reads what another has written."""
    old = OLD[name]
    held = [tensor(f"w{at}", array) for at, array in enumerate(old.weights)]
    inputs = [info("x", *old.x.shape)]
    inputs += [info(one.name, *one.dims, kind=one.data_type) for one in held if listed]
    nodes = [
        helper.make_node("Identity", ["x"], ["h"], "block/before"),
        helper.make_node(
            old.op, ["h", *(one.name for one in held)], ["y"], "block/old", **old.attributes
        ),
    ]
    kind = helper.np_dtype_to_tensor_dtype(old.y.dtype)
    graph = helper.make_graph(nodes, "g", inputs, [info("y", *old.y.shape, kind=kind)], held)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=3)


def opened(model: onnx.ModelProto, folder: Path) -> Model:
    path = folder / "old.onnx"
    path.write_bytes(model.SerializeToString())
    return LOADER.open(path, lambda _: None, Options())


def outputs(model: Model, x: np.ndarray) -> dict[str, np.ndarray]:
    """Everything captured, by name."""
    capture = model.start().run({model.graph.inputs[0]: x}, Control())
    assert capture.failure is None, capture.failure
    return {model.graph.values[value].name: array for value, array in capture.tensors.items()}


@pytest.mark.parametrize(("name", "opset"), EACH)
def test_an_old_operator_gives_what_it_meant(name: str, opset: int, tmp_path: Path) -> None:
    old = OLD[name]
    model = opened(message(name, opset), tmp_path)
    found = outputs(model, old.x)["y"]
    assert found.dtype == old.y.dtype
    np.testing.assert_allclose(found, old.y, 1e-5, 1e-5)
    assert model.facts.metadata["opset"] == f"ai.onnx {opset}"
    assert "block/old" in model.graph.node_named
    for at, array in enumerate(old.weights):
        np.testing.assert_array_equal(model.weight(model.graph.value_named[f"w{at}"].id), array)


@pytest.mark.parametrize("name", OLD)
def test_it_gives_what_the_version_converter_makes_of_it(name: str, tmp_path: Path) -> None:
    opset = OLD[name].opsets[0]
    options = ort.SessionOptions()
    options.log_severity_level = 4
    try:
        converted = version_converter.convert_version(message(name, opset), 7)
        session = ort.InferenceSession(
            converted.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        expected = session.run(None, {"x": OLD[name].x})[0]
    except Exception:  # noqa: BLE001 - it has no step for some, or one that does not fit
        assert name in BEYOND
        return
    assert name not in BEYOND
    np.testing.assert_allclose(
        outputs(opened(message(name, opset), tmp_path), OLD[name].x)["y"], expected, 1e-5, 1e-5
    )


def test_what_was_rewritten_is_told(tmp_path: Path) -> None:
    model = opened(message("add along channels", 6), tmp_path)
    (note,) = model.graph.notes
    assert "is of opset 6" in note
    assert note.endswith(": 1 Add")
    assert [node.op for node in model.graph.nodes] == ["Identity", "Unsqueeze", "Add"]
    assert model.graph.nodes[1].name == "block/old_unsqueeze"


def test_what_means_the_same_needs_no_word(tmp_path: Path) -> None:
    assert opened(message("pool by the mean", 6), tmp_path).graph.notes == ()


def test_big_weights_stay_in_the_file(tmp_path: Path) -> None:
    kernel = random(64, 40)
    nodes = [helper.make_node("Gemm", ["x", "w", "b"], ["y"], broadcast=1)]
    weights = [tensor("w", kernel), tensor("b", random(40, seed=1))]
    graph = helper.make_graph(nodes, "g", [info("x", 2, 64)], [info("y", 2, 40)], weights)
    old = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 6)], ir_version=3)
    model = opened(old, tmp_path)
    held = model.weight(model.graph.value_named["w"].id)
    assert isinstance(held.base, np.memmap) or isinstance(held, np.memmap)
    x = random(2, 64, seed=2)
    expected = x @ kernel + random(40, seed=1)
    np.testing.assert_allclose(outputs(model, x)["y"], expected, 1e-5, 1e-5)


def test_axes_are_counted_behind_what_was_rewritten(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Reshape", ["x"], ["h"], shape=[1, 4, 6, 6], consumed_inputs=[0]),
        helper.make_node("Reshape", ["w"], ["four"], shape=[4]),
        helper.make_node("Add", ["h", "four"], ["y"], axis=1, broadcast=1),
    ]
    graph = helper.make_graph(
        nodes, "g", [info("x", 144)], [info("y", 1, 4, 6, 6)], [tensor("w", FOUR.reshape(2, 2))]
    )
    del graph.output[0].type.tensor_type.shape.dim[:]
    old = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 1)], ir_version=3)
    model = opened(old, tmp_path)
    np.testing.assert_array_equal(outputs(model, X.reshape(-1))["y"], X + channels(FOUR))


def test_an_operator_in_a_body_is_rewritten(tmp_path: Path) -> None:
    then = helper.make_graph(
        [helper.make_node("Add", ["x", "w"], ["t"], "inner", axis=1, broadcast=1)],
        "then", [], [info("t", 1, 4, 6, 6)],
    )  # fmt: skip
    other = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["u"])], "other", [], [info("u", 1, 4, 6, 6)]
    )
    nodes = [helper.make_node("If", ["yes"], ["y"], "choice", then_branch=then, else_branch=other)]
    graph = helper.make_graph(
        nodes, "g", [info("x", 1, 4, 6, 6)], [info("y", 1, 4, 6, 6)],
        [tensor("w", FOUR), tensor("yes", np.array(True))],
    )  # fmt: skip
    old = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 6)], ir_version=3)
    np.testing.assert_array_equal(outputs(opened(old, tmp_path), X)["y"], X + channels(FOUR))


def test_what_cannot_be_rewritten_is_told_and_the_rest_is_run(tmp_path: Path) -> None:
    old = message("add along channels", 6)
    old.graph.input[0].type.tensor_type.ClearField("shape")
    old.graph.output[0].type.tensor_type.ClearField("shape")
    model = opened(old, tmp_path)
    assert "Add 'block/old': how many axes 'h' has is not known" in model.graph.notes[0]
    capture = model.start().run({model.graph.inputs[0]: X}, Control())
    assert capture.failure is not None
    assert capture.failure.node == model.graph.node_named["block/old"].id
    np.testing.assert_array_equal(capture.tensors[model.graph.value_named["h"].id], X)


def test_a_file_from_before_opsets_runs(tmp_path: Path) -> None:
    old = message("relu in place", 1)
    del old.opset_import[:]
    old.ir_version = 2
    model = opened(old, tmp_path)
    np.testing.assert_array_equal(outputs(model, X)["y"], np.maximum(X, 0))
    assert model.facts.metadata["ir_version"] == "2"


def newer(opset: int, ir: int, op: str = "Relu") -> onnx.ModelProto:
    nodes = [helper.make_node(op, ["x"], ["y"], "only")]
    graph = helper.make_graph(nodes, "g", [info("x", 3)], [info("y", 3)])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=ir)


def test_a_newer_opset_is_tried_and_told(tmp_path: Path) -> None:
    newest = defs.onnx_opset_version()
    model = opened(newer(newest + 3, 10), tmp_path)
    assert f"of opset {newest + 3}" in model.graph.notes[0]
    assert outputs(model, np.float32([-1, 0, 2]))["y"].tolist() == [0, 0, 2]


def test_a_newer_ir_version_is_tried_and_told(tmp_path: Path) -> None:
    model = opened(newer(17, onnx.IR_VERSION + 5), tmp_path)
    assert f"of IR version {onnx.IR_VERSION + 5}" in model.graph.notes[0]
    assert outputs(model, np.float32([-1, 0, 2]))["y"].tolist() == [0, 0, 2]


def test_a_newer_model_of_unknown_operators_is_shown_but_not_started(tmp_path: Path) -> None:
    model = opened(newer(defs.onnx_opset_version() + 3, 10, "Ponder"), tmp_path)
    assert [node.op for node in model.graph.nodes] == ["Ponder"]
    with pytest.raises(UnsupportedModel, match=r"newest known here.*Ponder") as caught:
        model.start()
    assert "old.onnx cannot be run" in str(caught.value)


@pytest.mark.parametrize("opset", range(7, defs.onnx_opset_version() + 1))
def test_each_opset_from_7_on_runs_as_it_is(opset: int, tmp_path: Path) -> None:
    model = opened(newer(opset, 3), tmp_path)
    assert model.graph.notes == ()
    assert outputs(model, np.float32([-1, 0, 2]))["y"].tolist() == [0, 0, 2]
