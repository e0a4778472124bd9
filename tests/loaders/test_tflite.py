"""TFLite files: their own engine's numbers, what they carry, and what is damaged."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from loaders.opened import Opened, opened

import cutaway
from cutaway.arithmetic import Fields, explain
from cutaway.errors import BrokenFile, MissingPackage, ModelError, RunError
from cutaway.loaders import open_model
from cutaway.trace import Array, Control

pytestmark = pytest.mark.data
FLOAT = ("cifar10_resnet8", "deeplabv3", "mnist_lstm")
FILES = (*FLOAT, "mobilenet_v2_quant", "yamnet")


@pytest.fixture(scope="module", params=FILES)
def case(request: pytest.FixtureRequest, data: Path) -> Opened:
    return opened(data / "models" / "tflite" / f"{request.param}.tflite")


def test_outputs_are_those_of_a_plain_run(case: Opened, data: Path) -> None:
    """LiteRT by itself, which keeps nothing: capturing never changes the answer."""
    plain: Any = Interpreter(
        str(data / "models" / "tflite" / case.model.name),
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        num_threads=2,  # sums are added up in another order by one
    )
    plain.allocate_tensors()
    for told, (_, fed) in zip(plain.get_input_details(), case.feeds.items(), strict=True):
        plain.resize_tensor_input(told["index"], fed.shape)
    plain.allocate_tensors()
    for told, fed in zip(plain.get_input_details(), case.feeds.values(), strict=True):
        plain.set_tensor(told["index"], fed)
    plain.invoke()
    by_name = {told["name"]: told["index"] for told in plain.get_output_details()}
    assert len(by_name) == len(case.model.graph.outputs)
    for value, index in zip(case.model.graph.outputs, by_name.values(), strict=True):
        np.testing.assert_array_equal(case.capture.tensors[value], plain.get_tensor(index))


def array_of(case: Opened, number: int) -> Array | None:
    held = case.model.graph.values[number].what in ("weight", "constant")
    return case.model.weight(number) if held else case.capture.tensors.get(number)


@pytest.mark.parametrize("name", FLOAT)
def test_the_sums_behind_its_numbers(name: str, data: Path) -> None:
    """Fused activations included: none differs, and all but recurrent layers are explained."""
    case = opened(data / "models" / "tflite" / f"{name}.tflite")
    draw = np.random.default_rng(1)
    for node in case.model.graph.nodes:
        (value,) = node.writes
        output = case.capture.tensors[value]
        for _ in range(8):
            index = tuple(int(draw.integers(length)) for length in output.shape)
            told = explain(
                case.model.graph, value, index, output, lambda number: array_of(case, number)
            )
            wanted = (None,) if "LSTM" in node.op else ("equal", "rounding")
            assert told.verdict in wanted, (node.name, told.note, told.computed, told.captured)


def test_receptive_fields_go_through_every_layer(data: Path) -> None:
    case = opened(data / "models" / "tflite" / "cifar10_resnet8.tflite")
    graph = case.model.graph
    asked = Fields(graph, lambda number: array_of(case, number))
    first = next(node for node in graph.nodes if node.op == "CONV_2D")
    (found,) = asked.of(first.writes[0], (0, 5, 7, 3))
    assert (found.box, found.why) == (((0, 1), (4, 7), (6, 9), (0, 3)), "")


def test_the_same_network_as_the_keras_file(data: Path) -> None:
    ours = opened(data / "models" / "tflite" / "cifar10_resnet8.tflite")
    keras = open_model(data / "models" / "keras" / "cifar10_resnet8.h5", lambda _: None)
    runner = keras.start()
    (fed,) = ours.feeds.values()
    (into,) = keras.graph.inputs
    there = runner.run({into: fed}, Control()).tensors[keras.graph.outputs[0]]
    here = ours.capture.tensors[ours.model.graph.outputs[0]]
    np.testing.assert_allclose(here, there, rtol=1e-3, atol=1e-5)
    runner.close()


def test_class_names_come_with_the_file(data: Path) -> None:
    folder = data / "models" / "tflite"
    labels = open_model(folder / "mobilenet_v2_quant.tflite", lambda _: None).labels
    assert labels is not None
    assert (len(labels), labels[1]) == (1001, "tench, Tinca tinca")
    assert open_model(folder / "cifar10_resnet8.tflite", lambda _: None).labels is None


def test_what_the_engine_refuses_is_shown_and_said(data: Path) -> None:
    path = data / "models" / "tflite" / "person_detect_bad_quantization.tflite"
    model = open_model(path, lambda _: None)
    assert len(model.graph.nodes) == 31
    with pytest.raises(RunError, match="quantized_dimension must be in range"):
        model.start()


def test_how_the_input_is_normalized_comes_with_the_file(data: Path) -> None:
    folder = data / "models" / "tflite"
    held = {
        name: open_model(folder / f"{name}.tflite", lambda _: None).hints
        for name in ("deeplabv3", "mobilenet_v2_quant", "yamnet", "mnist_lstm")
    }
    assert held["mobilenet_v2_quant"]["quantization"] == (0.0078125, 128)
    assert "0..255 stand for -1..0.992" in held["mobilenet_v2_quant"]["why"]["range"]
    hints = {name: {k: v for k, v in one.items() if k == "range"} for name, one in held.items()}
    assert hints == {
        "deeplabv3": {"range": [-1, 1]},
        "mobilenet_v2_quant": {"range": [0, 255]},
        "yamnet": {},
        "mnist_lstm": {},
    }


@pytest.mark.parametrize("missing", ["ai_edge_litert", "tflite"])
def test_a_missing_package_is_told(
    missing: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == missing else real(name)
    )
    path = data / "models" / "tflite" / "mnist_lstm.tflite"
    with pytest.raises(MissingPackage, match=r"pip install 'cutaway\[tflite\]'"):
        open_model(path, lambda _: None)


def test_damaged_files_are_told(data: Path, tmp_path: Path) -> None:
    whole = (data / "models" / "tflite" / "mnist_lstm.tflite").read_bytes()
    path = tmp_path / "damaged.tflite"
    draw = np.random.default_rng(0)
    for _ in range(60):
        damaged = bytearray(whole)
        at = int(draw.integers(8, len(whole)))
        damaged[at : at + 4] = draw.bytes(4)
        path.write_bytes(damaged[: int(draw.integers(at, len(whole)))])
        try:
            model = open_model(path, lambda _: None)
            for value in model.graph.values:
                if value.what in ("weight", "constant"):
                    model.weight(value.id)
        except ModelError:
            continue
    path.write_bytes(whole[:200])
    with pytest.raises(BrokenFile, match="truncated or damaged"):
        open_model(path, lambda _: None)


def test_the_answer_of_a_quantized_network_is_in_real_numbers(data: Path) -> None:
    with cutaway.open(data / "models" / "tflite" / "mobilenet_v2_quant.tflite") as model:
        run = model.run(data / "photos" / "chelsea.png")
        best = run.top(3)
        whole = run["MobilenetV2/Predictions/Softmax"]
    assert best[0].label == "tiger cat"
    assert whole.dtype == np.uint8
    assert best[0].score == whole.max() / 256
