"""What OpenVINO reads: its numbers, and the names and weights of the file."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from loaders import made_paddle
from loaders.made import ONNX, random
from loaders.made_openvino import OPENVINO, made
from loaders.opened import Opened, array_of, node, opened, weight

from cutaway.arithmetic import Fields, explain
from cutaway.loaders import open_model
from cutaway.loaders.openvino.framework import load_openvino

ov: Any = load_openvino("a test")  # which keeps it from writing into the home folder

UNEXPLAINED = {"If", "Loop", "LSTMSequence", "ReadValue"}
"""Operations that no arithmetic is written for."""


@pytest.fixture(scope="module", params=OPENVINO)
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return OPENVINO[request.param](tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def case(path: Path) -> Opened:
    return opened(path)


def test_outputs_are_those_of_a_plain_run(case: Opened, path: Path) -> None:
    """OpenVINO by itself, which fuses what it likes and keeps nothing, within 1e-5."""
    core = ov.Core()
    if (path / "__model__").exists():  # which it does not look for by itself
        front = ov.frontend.FrontEndManager().load_by_framework("paddle")
        read: Any = front.convert(front.load(str(path)))
    else:
        read = core.read_model(str(path))
    plain: Any = core.compile_model(read, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    answers = plain(list(case.feeds.values()))
    assert len(case.model.graph.outputs) == len(answers)
    for value, answer in zip(case.model.graph.outputs, answers.values(), strict=True):
        found = case.capture.tensors[value]
        np.testing.assert_allclose(found, answer, rtol=1e-5, atol=1e-6)
    assert case.capture.left_out == {}
    assert case.capture.failure is None


def test_the_sums_behind_its_numbers(case: Opened) -> None:
    draw = np.random.default_rng(1)
    for one in case.model.graph.nodes:
        for value in one.writes:
            output = case.capture.tensors[value]
            for _ in range(8):
                index = tuple(int(draw.integers(length)) for length in output.shape)
                told = explain(
                    case.model.graph, value, index, output, lambda number: array_of(case, number)
                )
                wanted = (None,) if one.op in UNEXPLAINED else ("equal", "rounding")
                assert told.verdict in wanted, (one.name, told.note, told.computed, told.captured)


def test_names_groups_and_kinds_are_those_of_tensorflow(tmp_path: Path) -> None:
    """Also within a function; OpenVINO by itself calls the convolution ``Convolution_12``."""
    kinds = {
        "image/Transpose": "Transpose",
        "net/conv/Conv2D": "Conv",
        "net/conv/BiasAdd": "Add",
        "net/conv/Relu": "Relu",
        "net/depthwise/depthwise": "Conv",
        "net/depthwise/Relu6": "Clip",
        "net/pool/MaxPool": "MaxPool",
        "net/mean/AvgPool": "AveragePool",
        "net/mean/AvgPool/Transpose": "Transpose",
        "net/flatten/Reshape": "Reshape",
        "net/dense/MatMul": "MatMul",
        "net/dense/BiasAdd": "Add",
        "net/probabilities": "Softmax",
    }
    for number, name in enumerate(("frozen", "saved model", "function")):
        folder = tmp_path / str(number)
        folder.mkdir()
        graph = made(name, folder).model.graph
        assert {one.name: one.kind for one in graph.nodes} == kinds
        assert {"net", "net/conv", "net/dense"} <= {group.name for group in graph.groups}


def test_signatures_name_inputs_and_outputs(tmp_path: Path) -> None:
    case = made("function", tmp_path)
    graph = case.model.graph
    assert [graph.values[value].name for value in graph.inputs] == ["picture"]
    assert [graph.values[value].name for value in graph.outputs] == ["classes"]
    assert graph.values[graph.inputs[0]].shape == (None, 12, 12, 3)
    assert graph.values[graph.inputs[0]].axes == "NHWC"
    assert case.model.facts.producer == "TensorFlow 2.16.1"


def test_weights_are_those_of_the_file_as_they_are_read(tmp_path: Path) -> None:
    """Channels first, which is how OpenVINO computes; a filter for each channel is a group."""
    case = made("frozen", tmp_path)
    kernel = weight(case, "net/conv/Conv2D/kernel")
    np.testing.assert_array_equal(kernel, random(3, 3, 3, 4).transpose(3, 2, 0, 1))
    apart = weight(case, "net/depthwise/depthwise/kernel")
    wanted = random(3, 3, 4, 2).transpose(2, 3, 0, 1).reshape(8, 1, 3, 3)
    np.testing.assert_array_equal(apart, wanted)
    np.testing.assert_array_equal(weight(case, "net/dense/kernel"), random(32, 5))
    stated = node(case, "net/depthwise/depthwise").kind_attributes
    assert (stated["group"], stated["pads"]) == (4, [0, 0, 0, 0])
    assert node(case, "net/conv/Conv2D").kind_attributes["pads"] == [0, 0, 1, 1]
    assert case.model.facts.parameters == 3 * 3 * 3 * 4 + 4 + 3 * 3 * 4 * 2 + 32 * 5 + 5


def test_the_numbers_of_a_network_beside_numpy(tmp_path: Path) -> None:
    """A dense layer and its softmax, from the captured input of the one to the answer."""
    case = made("saved model", tmp_path)
    tensors = {
        case.model.graph.values[value].name: array for value, array in case.capture.tensors.items()
    }
    sums = tensors["net/flatten/Reshape"] @ random(32, 5) + random(5)
    np.testing.assert_allclose(tensors["net/dense/BiasAdd"], sums, rtol=1e-4, atol=1e-5)
    powers = np.exp(sums - sums.max(-1, keepdims=True))
    np.testing.assert_allclose(
        tensors["classes"], powers / powers.sum(-1, keepdims=True), rtol=1e-4, atol=1e-6
    )


def test_compressed_weights_are_read_as_what_is_computed_with(tmp_path: Path) -> None:
    half, whole = made("half", tmp_path), opened(ONNX["onnx twin"](tmp_path))
    assert "Convert" not in {one.op for one in half.model.graph.nodes}
    for name in ("conv2d/kernel", "dense/kernel"):
        held = weight(half, name)
        assert held.dtype == np.float32
        assert half.model.graph.value_named[name].what == "weight"
        original = weight(whole, name)
        np.testing.assert_array_equal(held, original.astype(np.float16).astype(np.float32))
        assert not np.array_equal(held, original)
    integers = made("sequences", tmp_path)
    packed = np.random.default_rng(0).integers(0, 255, (8, 6), np.uint8)
    reads = {read.role: read.value for read in node(integers, "dense/product").reads}
    found = integers.model.weight(reads["kernel"])
    turned = ((packed.astype(np.float32) - 128) * np.float32(0.01)).T
    np.testing.assert_allclose(found, turned, rtol=1e-6)


@pytest.mark.parametrize("name", ["twin", "half", "frozen"])
def test_weights_outlive_the_model(name: str, tmp_path: Path) -> None:
    model = open_model(OPENVINO[f"openvino {name}"](tmp_path), lambda _: None)
    found = [value.id for value in model.graph.values if value.what == "weight"]
    held = [model.weight(value) for value in found]
    copies = [array.copy() for array in held]
    del model
    gc.collect()
    filler = [np.ones(50_000) for _ in range(50)]
    for array, copy in zip(held, copies, strict=True):
        np.testing.assert_array_equal(array, copy)
    assert len(filler) == 50


def test_receptive_fields_go_through_every_layer(tmp_path: Path) -> None:
    case = made("frozen", tmp_path)
    asked = Fields(case.model.graph, lambda number: array_of(case, number))
    (value,) = node(case, "net/depthwise/depthwise").writes
    found = asked.of(value, (0, 5, 1, 1))[-1]
    assert case.model.graph.values[found.value].name == "image"
    # 3 x 3 cells of a map made by 3 x 3 windows 2 apart: 7 x 7 pixels, all colours.
    assert (found.box, found.why) == (((0, 1), (2, 9), (2, 9), (0, 3)), "")


def test_variables_of_a_saved_model_are_its_weights(tmp_path: Path) -> None:
    case = made("variables", tmp_path)
    np.testing.assert_array_equal(weight(case, "dense/kernel"), random(4, 5))
    files = [file for file in (tmp_path / "saved").rglob("*") if file.is_file()]
    assert case.model.facts.bytes == sum(file.stat().st_size for file in files)
    assert len(files) == 3


def test_what_a_paddle_model_says(tmp_path: Path) -> None:
    case = made("paddle", tmp_path)
    facts = case.model.facts
    assert (facts.format, facts.producer) == ("PaddlePaddle", "PaddlePaddle 2.6.1")
    assert facts.parameters == sum(held.size for held in made_paddle.WEIGHTS.values())
    for name in ("conv2d_0.w_0", "linear_0.w_0", "linear_0.b_0"):
        np.testing.assert_array_equal(weight(case, name), made_paddle.WEIGHTS[name])


def test_attributes_in_terms_of_onnx(tmp_path: Path) -> None:
    images, words = made("images", tmp_path), made("sequences", tmp_path)

    def told(case: Opened, name: str, *wanted: str) -> tuple[Any, ...]:
        one = node(case, name)
        return (one.kind, *(one.kind_attributes.get(word) for word in wanted))

    assert told(images, "grouped", "group", "pads") == ("Conv", 2, [1, 1, 1, 0])
    # One row and one column too many: at the begin for same_upper, at the end for same_lower.
    assert told(images, "up", "pads") == ("ConvTranspose", [1, 1, 0, 0])
    assert told(images, "lower", "pads") == ("ConvTranspose", [1, 0, 2, 1])
    assert told(images, "apart", "group", "output_padding") == ("ConvTranspose", 3, [1, 0])
    assert told(images, "mean", "count_include_pad") == ("AveragePool", 1)
    assert told(images, "inner", "count_include_pad") == ("AveragePool", 0)
    assert told(images, "pooled", "ceil_mode", "strides") == ("MaxPool", 1, [2, 2])
    assert told(images, "padded", "mode", "pads") == ("Pad", "reflect", [0, 0, 1, 2, 0, 0, 0, 3])
    assert told(images, "near", "mode", "sizes") == ("Resize", "nearest", [1, 5, 12, 30])
    assert told(images, "small", "nearest_mode") == ("Resize", "ceil")
    assert told(images, "wide", "mode", "scales") == ("Resize", "linear", [1.0, 1.0, 1.5, 2.0])
    assert told(words, "attention/scores", "equation") == ("Einsum", "aij,akj->aik")
    assert told(words, "dense/product") == ("MatMul",)
    assert told(words, "pair", "transB") == ("Gemm", 1)
    assert told(words, "parts", "axis", "split") == ("Split", 2, [3, 5])
    assert told(words, "gate", "approximate") == ("Gelu", "tanh")
    assert told(words, "cut", "starts", "steps") == ("Slice", [0, 1, 0], [1, 2, 1])
    assert [read.role for read in node(words, "recurrent").reads] == [
        "data", "state", "cell", "lengths", "kernel", "recurrent_kernel", "bias",
    ]  # fmt: skip


def test_branches_and_loops_are_said_to_have_bodies(tmp_path: Path) -> None:
    for name in ("branch", "loop"):
        case = made(name, tmp_path)
        assert any("without their bodies" in note for note in case.model.graph.notes)
