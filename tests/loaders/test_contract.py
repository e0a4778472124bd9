"""The same questions to every loader, over small models made here and all real files."""

from __future__ import annotations

import gc
import json
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from loaders.made import ONNX
from loaders.made_huggingface import HUGGINGFACE
from loaders.made_keras import KERAS
from loaders.made_openvino import OPENVINO
from loaders.made_shapes import SHAPES
from loaders.made_torch import TORCH
from loaders.made_trees import TREES
from loaders.made_weights import WEIGHTS
from loaders.opened import Opened, case_of, random_feeds

from cutaway.errors import Cancelled, InputError, RunError, UnknownKey, UnsupportedModel
from cutaway.graph import Graph, Value
from cutaway.layout import Places
from cutaway.loaders import open_model
from cutaway.trace import Control

MADE = {**ONNX, **SHAPES, **KERAS, **OPENVINO, **TORCH, **TREES, **HUGGINGFACE}
REAL = [
    "keras/anomaly_autoencoder.h5", "keras/cifar10_resnet8.h5", "keras/fer2013_mini_xception.hdf5",
    "keras/gender_mini_xception.hdf5", "keras/mnist.keras", "keras/wake_word.h5",
    "onnx/attention.onnx", "onnx/basic_pitch.onnx", "onnx/custom_op_tokenizer.onnx",
    "onnx/dtln_1.onnx", "onnx/face_rfb_320.onnx", "onnx/mnist.onnx", "onnx/portrait_deeplab.onnx",
    "onnx/silero_vad.onnx", "onnx/super_resolution.onnx", "onnx/xgboost_trees.onnx",
    "onnx/yunet_dynamic.onnx",
    "tflite/cifar10_resnet8.tflite", "tflite/deeplabv3.tflite", "tflite/mnist_lstm.tflite",
    "tflite/mobilenet_v2_quant.tflite", "tflite/yamnet.tflite",
    "torch/silero_vad.jit",
]  # fmt: skip


@pytest.fixture(
    scope="module", params=[*MADE, *(pytest.param(name, marks=pytest.mark.data) for name in REAL)]
)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    return case_of(request, MADE, tmp_path_factory.mktemp("made"))


def failed(case: Opened) -> set[int]:
    """Values that cannot be captured, because the engine lacks an operator."""
    failure, graph = case.capture.failure, case.model.graph
    if failure is None:
        return set()
    assert failure.node is not None
    lost: set[int] = set(graph.nodes[failure.node].writes)
    for node in graph.nodes:
        if lost & {read.value for read in node.reads}:
            lost |= set(node.writes)
    return lost


def test_ids_are_positions_and_names_are_unique(case: Opened) -> None:
    graph = case.model.graph
    for things in (graph.nodes, graph.values, graph.groups):
        assert [thing.id for thing in things] == list(range(len(things)))
        assert len({thing.name for thing in things}) == len(things)


def test_nodes_are_in_topological_order(case: Opened) -> None:
    graph = case.model.graph
    known = {value.id for value in graph.values if value.what != "activation"}
    # What a body of a Loop or Scan is given comes from no node.
    known |= case.capture.left_out.keys() - graph.producer.keys()
    for node in graph.nodes:
        assert {read.value for read in node.reads} <= known, node.name
        assert not known & set(node.writes), node.name
        known |= set(node.writes)
    assert known == set(range(len(graph.values)))
    assert set(graph.outputs) <= known
    assert {graph.values[value].what for value in graph.inputs} == {"input"}


def test_groups_are_a_tree_and_nodes_lie_in_theirs(case: Opened) -> None:
    graph = case.model.graph
    assert (graph.groups[0].name, graph.groups[0].parent) == ("", None)
    assert graph.groups[0].what == "root"
    for group in graph.groups[1:]:
        assert group.parent is not None
        assert group.parent < group.id
        assert group.title
    for node in graph.nodes:
        # Whatever named group stands around a node, the node's own scope lies within it.
        around: int | None = node.group
        while around is not None:
            group = graph.groups[around]
            if group.what in ("scope", "fused"):
                assert f"{node.scope}/".startswith(f"{group.name}/")
            around = group.parent


def test_a_fused_group_is_a_layer_and_its_activation(case: Opened) -> None:
    graph = case.model.graph
    for group in graph.groups:
        if group.what == "fused":
            layer, last = (node for node in graph.nodes if node.group == group.id)
            assert last.name.startswith(f"{layer.name}/")
            assert [read.value for read in last.reads] == list(layer.writes)
            assert graph.values[last.writes[0]].name == group.name
            assert graph.values[layer.writes[0]].name == f"{group.name}:linear"


def test_every_value_of_a_run_is_there_and_as_declared(case: Opened) -> None:
    graph, capture = case.model.graph, case.capture
    for value in graph.values:
        if value.what in ("input", "activation") and value.id not in failed(case):
            assert value.id in capture.tensors or value.id in capture.left_out, value.name
    for value, array in capture.tensors.items():
        assert_fits(graph.values[value], array)


def assert_fits(value: Value, array: np.ndarray) -> None:
    if value.dtype is not None:
        assert array.dtype.name == value.dtype, value.name
    if value.shape is not None:
        assert len(value.shape) == array.ndim, value.name
        for declared, length in zip(value.shape, array.shape, strict=True):
            assert not isinstance(declared, int) or declared == length, value.name
    if value.axes is not None:
        assert len(value.axes) == array.ndim, value.name


def test_what_was_fed_is_in_the_capture(case: Opened) -> None:
    for value, array in case.feeds.items():
        np.testing.assert_array_equal(case.capture.tensors[value], array)


def test_captured_arrays_cannot_be_written_to(case: Opened) -> None:
    for value, array in case.capture.tensors.items():
        assert not array.flags.writeable, case.model.graph.values[value].name


def test_weights_can_be_read(case: Opened) -> None:
    model = case.model
    held = [value for value in model.graph.values if value.what in ("weight", "constant")]
    for value in held:
        array = model.weight(value.id)
        assert_fits(value, array)
        assert array.shape == value.shape
        assert not array.flags.writeable
    assert 0 <= model.facts.parameters <= sum(model.weight(value.id).size for value in held)
    with pytest.raises(UnknownKey):
        model.weight(model.graph.inputs[0])


def test_attributes_are_plain_json(case: Opened) -> None:
    for node in case.model.graph.nodes:
        json.dumps([node.attributes, node.kind_attributes], allow_nan=False)
        assert not isinstance(node.kind_attributes.get("pads", []), str)


def test_simple_operators_explain_their_outputs(case: Opened) -> None:
    """What is captured as a node's input and output is what its kind makes of the one."""
    graph, tensors = case.model.graph, case.capture.tensors
    for node in graph.nodes:
        explain = EXPLAINED.get(node.kind or "")
        if explain is None or not set(node.writes) <= tensors.keys():
            continue
        if node.kind_attributes.keys() & {"fused", "quantized"}:  # more is done in the same step
            continue
        given = [
            tensors[read.value] if read.value in tensors else case.model.weight(read.value)
            for read in node.reads
            if read.value not in failed(case)
        ]
        np.testing.assert_allclose(tensors[node.writes[0]], explain(*given), rtol=1e-5, atol=1e-6)


EXPLAINED = {
    "Relu": lambda x: np.maximum(x, 0),
    "Add": lambda *terms: sum(terms),
    "Mul": lambda a, b: a * b,
    "Sub": lambda a, b: a - b,
    "Tanh": np.tanh,
    "Sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "Identity": lambda x: x,
    "Neg": lambda x: -x,
    "Dropout": lambda x, *_: x,
}


def test_a_second_run_on_another_thread_gives_the_same(case: Opened) -> None:
    again: list = []
    thread = threading.Thread(
        target=lambda: again.append(case.runner.run(case.feeds, Control())), name="other"
    )
    thread.start()
    thread.join()
    (second,) = again
    assert second.tensors.keys() == case.capture.tensors.keys()
    for value, array in second.tensors.items():
        np.testing.assert_array_equal(array, case.capture.tensors[value])


def test_another_input_gives_other_tensors_and_leaves_the_first_alone(case: Opened) -> None:
    kept = {value: array.copy() for value, array in case.capture.tensors.items()}
    case.runner.run(random_feeds(case.model, seed=1), Control())
    for value, array in kept.items():
        np.testing.assert_array_equal(case.capture.tensors[value], array)


def test_a_subset_can_be_kept(case: Opened) -> None:
    computed = [
        value.id
        for value in case.model.graph.values
        if value.id in case.capture.tensors and value.what == "activation"
    ]
    wanted = {*computed[-1:], *computed[:1]}
    some = case.runner.run(case.feeds, Control(), wanted)
    assert some.tensors.keys() == wanted
    for value in wanted:
        np.testing.assert_array_equal(some.tensors[value], case.capture.tensors[value])


def test_progress_ends_at_its_total(case: Opened) -> None:
    said: list[tuple[int, int]] = []
    case.runner.run(case.feeds, Control(lambda done, total: said.append((done, total))))
    assert said == sorted(said)
    assert said[-1][0] == said[-1][1] > 0


def test_what_a_node_takes_is_told(case: Opened) -> None:
    started = time.perf_counter()
    seconds = case.runner.times(case.feeds, Control())
    elapsed = time.perf_counter() - started
    if not case.runner.capabilities.times:
        assert seconds == {}
        return
    assert all(found > 0 for found in seconds.values())
    assert sum(seconds.values()) < elapsed
    # What was captured and computes much is neither folded away nor run inside another node.
    for node in case.model.graph.nodes:
        if node.kind in ("Conv", "Gemm", "MatMul") and case.capture.tensors.keys() & node.writes:
            assert node.id in seconds, node.name
    with pytest.raises(InputError, match="nothing was given"):
        case.runner.times({}, Control())


def test_timing_can_be_stopped(case: Opened) -> None:
    control = Control()
    control.cancel()
    with pytest.raises(Cancelled):
        case.runner.times(case.feeds, control)


def first_input(graph: Graph) -> Value:
    return graph.values[graph.inputs[0]]


def test_inputs_that_do_not_fit_are_refused(case: Opened) -> None:
    value = first_input(case.model.graph)
    good = case.feeds[value.id]
    with pytest.raises(InputError, match="nothing was given"):
        case.runner.run({}, Control())
    if value.shape is not None:  # a script does not say how many axes its input has
        with pytest.raises(InputError) as refused:
            case.runner.run({**case.feeds, value.id: good[None]}, Control())
        assert value.name in str(refused.value)
        assert str(good[None].shape) in str(refused.value)
    with pytest.raises(InputError, match="complex64"):
        case.runner.run({**case.feeds, value.id: np.zeros(good.shape, np.complex64)}, Control())
    with pytest.raises(InputError, match="is no input"):
        case.runner.run({**case.feeds, len(case.model.graph.values): good}, Control())
    if isinstance((value.shape or (None,))[-1], int):
        longer = np.concatenate([good, good], axis=-1)
        with pytest.raises(InputError, match="bring it to that shape"):
            case.runner.run({**case.feeds, value.id: longer}, Control())


def test_closing_keeps_what_was_captured(case: Opened) -> None:
    runner = case.model.start()
    capture = runner.run(case.feeds, Control())
    runner.close()
    with pytest.raises(RunError, match="closed"):
        runner.run(case.feeds, Control())
    with pytest.raises(RunError, match="closed"):
        runner.times(case.feeds, Control())
    del runner
    gc.collect()
    for value, array in capture.tensors.items():
        np.testing.assert_array_equal(array, case.capture.tensors[value])


@pytest.mark.parametrize("name", WEIGHTS)
def test_what_every_model_is_asked_holds_for_those_that_do_not_run(
    tmp_path: Path, name: str
) -> None:
    path, _ = WEIGHTS[name](tmp_path)
    model = open_model(path, lambda _: None)
    graph = model.graph
    for things in (graph.nodes, graph.values, graph.groups):
        assert [thing.id for thing in things] == list(range(len(things)))
        assert len({thing.name for thing in things}) == len(things)
    assert (graph.inputs, graph.outputs) == ((), ())
    assert sorted(read.value for node in graph.nodes for read in node.reads) == [
        value.id for value in graph.values
    ]
    for node in graph.nodes:
        assert (node.kind, node.writes) == (None, ())
        json.dumps(node.attributes, allow_nan=False)
    assert (graph.groups[0].name, graph.groups[0].parent) == ("", None)
    for group in graph.groups[1:]:
        assert group.parent is not None
        assert group.parent < group.id
        assert group.title
    for value in graph.values:
        assert value.what == "weight"
        array = model.weight(value.id)
        assert (array.shape, array.dtype.name) == (value.shape, value.dtype)
        assert not array.flags.writeable
        assert value.axes is None or len(value.axes) == array.ndim
    assert 0 < model.facts.parameters <= sum(model.weight(v.id).size for v in graph.values)
    for missing in (-1, len(graph.values)):
        with pytest.raises(UnknownKey):
            model.weight(missing)
    with pytest.raises(UnsupportedModel, match="holds weights without a network"):
        model.start()
    places = Places(graph)
    for group in graph.groups:
        assert places.of(group.id).edges == ()
