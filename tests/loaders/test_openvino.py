"""What OpenVINO reads: its numbers, the names and weights of the file, and what is damaged."""

from __future__ import annotations

import gc
import importlib.util
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import pytest
from loaders import made_paddle, made_tensorflow
from loaders.made import ONNX, random
from loaders.made_openvino import OPENVINO, saved
from loaders.opened import Opened, opened

from cutaway.arithmetic import Fields, explain
from cutaway.errors import (
    BrokenFile,
    Cancelled,
    MissingPackage,
    ModelError,
    RefusedFile,
    UnsupportedModel,
)
from cutaway.graph import Node
from cutaway.loaders import find, open_model
from cutaway.loaders.openvino.engine import Engine
from cutaway.trace import Array, Control

UNEXPLAINED = {"If", "Loop", "LSTMSequence", "ReadValue"}
"""Operations that no arithmetic is written for."""


@pytest.fixture(scope="module", params=OPENVINO)
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return OPENVINO[request.param](tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def case(path: Path) -> Opened:
    return opened(path)


def made(name: str, folder: Path) -> Opened:
    return opened(OPENVINO[f"openvino {name}"](folder))


def array_of(case: Opened, number: int) -> Array | None:
    held = case.model.graph.values[number].what in ("weight", "constant")
    return case.model.weight(number) if held else case.capture.tensors.get(number)


def weight(case: Opened, name: str) -> Array:
    return case.model.weight(case.model.graph.value_named[name].id)


def node(case: Opened, name: str) -> Node:
    return case.model.graph.node_named[name]


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


def test_files_are_known_by_their_content(tmp_path: Path) -> None:
    for name, make in OPENVINO.items():
        folder = tmp_path / name
        folder.mkdir()
        path = make(folder)
        assert find(path).name == "openvino"
        if path.is_file():
            assert find(path.rename(folder / "a file")).name == "openvino"


def test_a_graph_of_any_name_runs(tmp_path: Path) -> None:
    path = made_tensorflow.frozen(tmp_path).rename(tmp_path / "a file")
    assert opened(path).model.facts.format == "TensorFlow graph"


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


def test_the_doors_to_one_model_lead_to_the_same(tmp_path: Path) -> None:
    folder = made_tensorflow.saved_model(tmp_path)
    program = made_paddle.combined(tmp_path)
    apart = made_paddle.apart(tmp_path)
    for paths in (
        (folder, folder / "saved_model.pb"),
        (program, program.with_suffix(".pdiparams"), apart, apart / "__model__"),
    ):
        first, *others = [opened(path) for path in paths]
        for other in others:
            assert other.model.graph == first.model.graph
            for value, array in first.capture.tensors.items():
                np.testing.assert_array_equal(other.capture.tensors[value], array)


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


def test_what_a_node_fails_on_is_told_with_what_came_before(tmp_path: Path) -> None:
    o: Any = ov.opset13
    x = o.parameter([1, 1, -1, -1], ov.Type.f32, name="x")
    before = o.relu(x, name="before")
    pooled = o.max_pool(before, [1, 1], [1, 1], [0, 0], [0, 0], [3, 3], name="pooled")
    after = o.negative(pooled.output(0), name="after")
    aside = o.exp(before, name="aside")
    path = saved(tmp_path, "small", [after, aside], [x])
    model = open_model(path, lambda _: None)
    runner, graph = model.start(), model.graph
    picture = random(1, 1, 2, 2)
    capture = runner.run({graph.inputs[0]: picture}, Control())
    failed = graph.node_named["pooled"]
    assert capture.failure is not None
    assert capture.failure.node == failed.id
    assert "larger than the data shape" in capture.failure.message
    kept = {graph.values[value].name for value in capture.tensors}
    assert kept == {"x", "before", "aside"}
    (value,) = graph.node_named["aside"].writes
    np.testing.assert_allclose(capture.tensors[value], np.exp(np.maximum(picture, 0)), rtol=1e-5)
    assert runner.times({graph.inputs[0]: picture}, Control()) == {}
    assert runner.run({graph.inputs[0]: random(1, 1, 4, 4)}, Control()).failure is None


def test_what_numpy_has_no_elements_for_is_left_out(tmp_path: Path) -> None:
    o: Any = ov.opset13
    x = o.parameter([2, 4], ov.Type.f32, name="x")
    back = o.convert(o.convert(x, "nf4", name="quarter"), "f32", name="back")
    case = opened(saved(tmp_path, "quarter", [o.negative(back, name="last")], [x]))
    graph = case.model.graph
    (value,) = graph.node_named["quarter"].writes
    assert list(case.capture.left_out) == [value]
    assert "elements of type nf4" in case.capture.left_out[value]
    kept = {graph.values[one].name for one in case.capture.tensors}
    assert kept == {"x", "back", "last"}


def test_what_the_engine_cannot_hand_out_is_found_and_left_out(tmp_path: Path) -> None:
    """Asked for an output that an operation does not have, it hands out all others."""
    core = ov.Core()
    model = core.read_model(str(OPENVINO["openvino names"](tmp_path)))
    computing = [
        one
        for one in model.get_ordered_ops()
        if one.get_type_name() not in ("Parameter", "Constant", "Result")
    ]
    ports = {at: (one.get_instance_id(), 0) for at, one in enumerate(computing)}
    for odd in (2, 4):
        ports[odd] = (ports[odd][0], 7)
    nodes = {one.get_instance_id(): at for at, one in enumerate(computing)}
    compiled = Engine(model, ports, nodes).compiled(list(ports))
    assert set(compiled.left_out) == {2, 4}
    assert set(compiled.places) == set(ports) - {2, 4}
    assert all("cannot hand it out" in reason for reason in compiled.left_out.values())
    outputs = compiled.model(random(2, 6))
    np.testing.assert_array_equal(outputs[compiled.places[0]], np.maximum(random(2, 6), 0))


def test_a_run_is_stopped_within_the_network(tmp_path: Path) -> None:
    o: Any = ov.opset13
    x = o.parameter([1400, 1400], ov.Type.f32, name="x")
    last = x
    for _ in range(24):
        last = o.matmul(last, x, False, False)
    model = open_model(saved(tmp_path, "long", [last], [x]), lambda _: None)
    runner, feeds = model.start(), {model.graph.inputs[0]: np.eye(1400, dtype=np.float32)}
    started = time.perf_counter()
    runner.run(feeds, Control(), ())
    whole = time.perf_counter() - started
    control = Control()
    threading.Timer(whole / 10, control.cancel).start()
    started = time.perf_counter()
    with pytest.raises(Cancelled):
        runner.run(feeds, control, ())
    assert time.perf_counter() - started < whole * 0.7
    assert control.on_cancel is None


def test_states_begin_anew_in_every_run(tmp_path: Path) -> None:
    case = made("stateful", tmp_path)
    (given,) = case.feeds.values()
    for _ in range(2):
        capture = case.runner.run(case.feeds, Control())
        np.testing.assert_array_equal(capture.tensors[case.model.graph.outputs[0]], given)


def test_branches_and_loops_are_said_to_have_bodies(tmp_path: Path) -> None:
    for name in ("branch", "loop"):
        case = made(name, tmp_path)
        assert any("without their bodies" in note for note in case.model.graph.notes)


def test_a_missing_package_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "openvino" else real(name)
    )
    path = made_tensorflow.frozen(tmp_path)
    with pytest.raises(MissingPackage, match=r"pip install 'cutaway\[openvino\]'"):
        open_model(path, lambda _: None)


def test_nothing_is_written_into_the_home_folder(tmp_path: Path) -> None:
    """The package that counts uses of OpenVINO is never imported."""
    home = tmp_path / "home"
    home.mkdir()
    path = made_tensorflow.frozen(tmp_path)
    code = (
        "import sys; from pathlib import Path; from cutaway.loaders import open_model\n"
        "from cutaway.trace import Control; import numpy as np\n"
        f"model = open_model(Path({str(path)!r}), print); run = model.start()\n"
        "run.run({model.graph.inputs[0]: np.ones((1, 12, 12, 3), np.float32)}, Control())\n"
        "assert not any(name.startswith('openvino_telemetry') for name in sys.modules)\n"
    )
    places = {"HOME": str(home), "USERPROFILE": str(home), "XDG_CONFIG_HOME": str(home)}
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, **places})
    assert list(home.iterdir()) == []


def refused(path: Path, kind: type[ModelError], words: str) -> None:
    with pytest.raises(kind, match=words) as told:
        open_model(path, lambda _: None)
    assert path.name in str(told.value) or path.stem in str(told.value)


def test_hostile_descriptions_are_refused(tmp_path: Path) -> None:
    path = OPENVINO["openvino twin"](tmp_path)
    text = path.read_text()
    entity = '<!DOCTYPE net [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n<net'
    path.write_text(text.replace("<net", entity, 1))
    refused(path, RefusedFile, "declares a document type")
    for stated, words in (
        ('library="./evil.so"', "names the library"),
        ('library="evil.dll"', "names the library"),
        ('path="../outside.bin"', "outside the model's folder"),
        ('weights_path="/etc/passwd"', "outside the model's folder"),
        ('file_name="C:\\secret"', "outside the model's folder"),
    ):
        path.write_text(text.replace("<data ", f"<data {stated} ", 1))
        refused(path, RefusedFile, words)
    path.write_text(text)
    assert len(open_model(path, lambda _: None).graph.nodes) == 8


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = tmp_path / "models"
    folder.mkdir()

    def moved(file: Path) -> None:
        file.rename(outside / file.name)
        file.symlink_to(outside / file.name)

    network = OPENVINO["openvino twin"](folder)
    moved(network.with_suffix(".bin"))
    refused(network, RefusedFile, "outside the model's folder")
    program = made_paddle.combined(folder)
    moved(program.with_suffix(".pdiparams"))
    refused(program, RefusedFile, "outside the model's folder")
    whole = made_tensorflow.saved_model(folder)
    (whole / "variables").mkdir()
    (outside / "variables.index").write_bytes(b"secret")
    (whole / "variables" / "variables.index").symlink_to(outside / "variables.index")
    with pytest.raises(RefusedFile, match="outside the model's folder"):
        open_model(whole, lambda _: None)


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname"])
def test_parameters_of_a_paddle_folder_lie_in_it(name: str, tmp_path: Path) -> None:
    folder = made_paddle.apart(tmp_path)
    (tmp_path / "secret").write_bytes(made_paddle.saved(made_paddle.WEIGHTS["linear_0.b_0"]))
    (folder / "__model__").write_bytes(made_paddle.program({"linear_0.b_0": name}))
    with pytest.raises(RefusedFile, match="outside the model's folder"):
        open_model(folder, lambda _: None)


def test_missing_files_are_told(tmp_path: Path) -> None:
    network = OPENVINO["openvino twin"](tmp_path)
    weights = network.with_suffix(".bin")
    content = weights.read_bytes()
    weights.write_bytes(content[:1000])
    refused(network, BrokenFile, "which has 1,000")
    weights.unlink()
    refused(network, BrokenFile, "twin.bin beside it, which is missing")
    program = made_paddle.combined(tmp_path)
    parameters = program.with_suffix(".pdiparams")
    held = parameters.read_bytes()
    parameters.unlink()
    refused(program, BrokenFile, "inference.pdiparams beside it, which is missing")
    program.unlink()
    parameters.write_bytes(held)
    refused(parameters, BrokenFile, "inference.pdmodel beside it")
    variables = made_tensorflow.saved_variables(tmp_path) / "variables"
    numbers = variables / "variables.data-00000-of-00001"
    numbers.write_bytes(numbers.read_bytes()[:30])
    with pytest.raises(BrokenFile, match="lacks numbers of its variables"):
        open_model(variables.parent, lambda _: None)
    for file in variables.iterdir():
        file.unlink()
    with pytest.raises(BrokenFile, match="lacks numbers of its variables"):
        open_model(variables.parent, lambda _: None)
    folder = made_paddle.apart(tmp_path)
    (folder / "linear_0.b_0").unlink()
    refused(folder, BrokenFile, "'linear_0.b_0' should lie in a file of its own")


def test_what_openvino_lacks_is_told(tmp_path: Path) -> None:
    newer = tmp_path / "inference.json"
    newer.write_text('{"base_code": {"magic": "pir", "version": 1}, "program": {}}')
    refused(newer, UnsupportedModel, "FLAGS_enable_pir_api=0")
    unknown = tmp_path / "unknown.pb"
    nodes = [
        made_tensorflow.placeholder("image", 2, 3),
        made_tensorflow.node("odd", "OperatorOfNobody", "image"),
    ]
    unknown.write_bytes(made_tensorflow.graph(nodes))
    refused(unknown, UnsupportedModel, "OperatorOfNobody")


@pytest.mark.parametrize("name", ["twin", "loop", "frozen", "function", "paddle"])
def test_damaged_files_are_told(name: str, tmp_path: Path) -> None:
    """Every damage ends in one sentence, or in a model whose weights can be read."""
    path = OPENVINO[f"openvino {name}"](tmp_path)
    file = path / "saved_model.pb" if path.is_dir() else path
    whole = file.read_bytes()
    draw = np.random.default_rng(0)
    ends: dict[str, int] = {}
    sentences: list[str] = []
    for turn in range(40):
        damaged = bytearray(whole)
        at = int(draw.integers(len(whole)))
        # Letters keep XML well-formed more often.
        damaged[at : at + 2] = (
            bytes(draw.integers(48, 58, 2, np.uint8)) if turn % 2 else draw.bytes(2)
        )
        cut = int(draw.integers(len(whole) // 2, len(whole))) if turn % 4 == 0 else len(whole)
        file.write_bytes(damaged[:cut])
        try:
            model = open_model(file, lambda _: None)
            for value in model.graph.values:
                if value.what in ("weight", "constant"):
                    model.weight(value.id)
            end = "a model"
        except ModelError as told:
            end = type(told).__name__
            sentences.append(str(told))
        ends[end] = ends.get(end, 0) + 1
    assert sum(ends.values()) == 40
    assert ends.get("a model", 0) < 40
    assert all(file.name in one or path.name in one for one in sentences)
    assert not any("\n" in one for one in sentences)
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BrokenFile, match="truncated or damaged"):
        open_model(file, lambda _: None)
