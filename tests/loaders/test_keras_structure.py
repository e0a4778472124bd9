"""Graphs of Keras models, and their layers in ONNX's terms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from loaders.made import info, tensor
from loaders.made_keras import convolutions, functional, sequential
from loaders.opened import Opened, opened
from onnx import helper

from cutaway.graph import Graph, Node
from cutaway.loaders.keras.framework import load_keras


def open_built(model: Any, folder: Path) -> Opened:
    """The model with random weights, through a file."""
    draw = np.random.default_rng(0)
    model.set_weights([draw.random(one.shape).astype(one.dtype) for one in model.get_weights()])
    path = folder / f"{model.name}.keras"
    model.save(path)
    return opened(path)


def reads(graph: Graph, node: Node) -> dict[str, str]:
    return {graph.values[one.value].name: one.role for one in node.reads}


def writes(graph: Graph, node: Node) -> list[str]:
    return [graph.values[value].name for value in node.writes]


def test_a_layer_and_its_activation_are_two_steps_in_one_frame(tmp_path: Path) -> None:
    graph = open_built(sequential(), tmp_path).model.graph
    assert [node.name for node in graph.nodes] == [
        "conv2d", "conv2d/relu", "pool", "norm", "flatten", "dropout", "dense", "dense/softmax",
    ]  # fmt: skip
    assert {group.name: group.what for group in graph.groups} == {
        "": "root", "conv2d": "fused", "dense": "fused",
    }  # fmt: skip
    conv, relu, pool, norm = graph.nodes[:4]
    assert (conv.op, conv.kind, conv.scope) == ("Conv2D", "Conv", "conv2d")
    assert (relu.op, relu.kind, relu.scope) == ("ReLU", "Relu", "conv2d")
    assert writes(graph, conv) == ["conv2d:linear"]
    assert writes(graph, relu) == ["conv2d"]
    assert reads(graph, pool) == {"conv2d": "data"}
    assert reads(graph, conv) == {
        "picture": "data", "conv2d/kernel": "kernel", "conv2d/bias": "bias",
    }  # fmt: skip
    assert reads(graph, norm) == {
        "pool": "data", "norm/gamma": "scale", "norm/beta": "bias", "norm/moving_mean": "mean",
        "norm/moving_variance": "variance",
    }  # fmt: skip
    letters = {value.name: value.axes for value in graph.values}
    assert letters["conv2d"] == letters["pool"] == letters["norm"] == "NHWC"
    assert letters["conv2d/kernel"] == "HWIO"
    assert (letters["dense/kernel"], letters["dense"], letters["dense/bias"]) == ("IO", "NC", "O")
    assert graph.values[graph.inputs[0]].axes == "NHWC"
    assert "kernel_initializer" not in conv.attributes
    assert conv.attributes["filters"] == 4


def test_shared_layers_models_inside_and_several_inputs(tmp_path: Path) -> None:
    model = open_built(functional(), tmp_path).model
    assert model.facts.parameters == functional().count_params()
    graph = model.graph
    names = {node.name for node in graph.nodes}
    assert {
        "shared", "shared/relu", "shared:1", "shared:1/relu", "encoder/hidden",
        "encoder/hidden/tanh", "add", "join", "score",
    } == names  # fmt: skip
    assert {group.name: group.what for group in graph.groups} == {
        "": "root", "shared": "fused", "shared:1": "fused", "encoder/hidden": "fused",
    }  # fmt: skip
    # The model inside holds one layer: its name is told with the layer's.
    assert {group.title for group in graph.groups} >= {"encoder/hidden"}
    first, second = graph.node_named["shared"], graph.node_named["shared:1"]
    assert reads(graph, first).keys() - reads(graph, second).keys() == {"left"}
    assert reads(graph, graph.node_named["encoder/hidden"]) == {
        "left": "data", "encoder/hidden/kernel": "kernel", "encoder/hidden/bias": "bias",
    }  # fmt: skip
    assert reads(graph, graph.node_named["add"]).keys() == {"shared", "shared:1", "encoder/hidden"}
    assert [graph.values[value].name for value in graph.inputs] == ["left", "right"]
    assert [graph.values[value].name for value in graph.outputs] == ["score", "add"]
    assert writes(graph, second) == ["shared:1:linear"]


def test_only_activations_applied_last_are_split(tmp_path: Path) -> None:
    keras = load_keras()
    layers = keras.layers
    entry = keras.Input((5, 3))
    x = layers.LSTM(4, activation="tanh", name="lstm")(entry)
    x = layers.Dense(4, activation="linear", name="plain")(x)
    x = layers.Dense(4, activation=layers.LeakyReLU(name="leak"), name="leaky")(x)
    x = layers.Activation("selu", name="selu")(x)
    graph = open_built(keras.Model(entry, x, name="split"), tmp_path).model.graph
    assert [node.name for node in graph.nodes] == ["lstm", "plain", "leaky", "leaky/leak", "selu"]
    assert [node.kind for node in graph.nodes] == ["LSTM", "Gemm", "Gemm", "LeakyRelu", "Selu"]
    assert graph.node_named["leaky/leak"].kind_attributes == {"alpha": pytest.approx(0.3)}


def channels_first(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.moveaxis(array, -1, 1))


def in_onnx(node: Node, data: np.ndarray, kernel: np.ndarray | None) -> np.ndarray:
    """What ONNX Runtime makes of the node's kind and attributes, channels last."""
    fed = {"x": channels_first(data)}
    names, held = ["x"], []
    if kernel is not None:
        names.append("w")
        held.append(tensor("w", kernel))
    made = helper.make_node(node.kind, names, ["y"], **node.kind_attributes)
    rank = [None] * data.ndim
    graph = helper.make_graph([made], "g", [info("x", *rank)], [info("y", *rank)], held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return np.moveaxis(session.run(None, fed)[0], 1, -1)


def as_onnx_kernel(node: Node, kernel: np.ndarray) -> np.ndarray:
    """A kernel in ONNX's order, from Keras's."""
    if node.op.startswith("Depthwise"):  # (h, w, inputs, multiplier)
        flat = kernel.reshape(*kernel.shape[:-2], 1, -1)
        return np.ascontiguousarray(np.moveaxis(flat, (-1, -2), (0, 1)))
    return np.ascontiguousarray(np.moveaxis(kernel, (-1, -2), (0, 1)))


WINDOWS: dict[str, tuple[str, dict[str, Any]]] = {
    "same": ("Conv2D", {"filters": 3, "kernel_size": (3, 4), "strides": (2, 1), "padding": "same"}),
    "valid": ("Conv2D", {"filters": 3, "kernel_size": 3, "strides": 2}),
    "dilated": ("Conv2D", {"filters": 3, "kernel_size": 3, "dilation_rate": 2, "padding": "same"}),
    "groups": ("Conv2D", {"filters": 4, "kernel_size": 3, "groups": 2, "padding": "same"}),
    "one axis": ("Conv1D", {"filters": 3, "kernel_size": 4, "strides": 2, "padding": "same"}),
    "causal": ("Conv1D", {"filters": 3, "kernel_size": 3, "dilation_rate": 2, "padding": "causal"}),
    "three axes": ("Conv3D", {"filters": 2, "kernel_size": 2, "strides": 2, "padding": "same"}),
    "depthwise": (
        "DepthwiseConv2D",
        {"kernel_size": 3, "strides": 2, "depth_multiplier": 2, "padding": "same"},
    ),
    "transposed": (
        "Conv2DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same"},
    ),
    "transposed valid": ("Conv2DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2}),
    "transposed sparse": (
        "Conv2DTranspose", {"filters": 3, "kernel_size": 2, "strides": 3, "padding": "same"},
    ),
    "transposed sparse valid": ("Conv2DTranspose", {"filters": 3, "kernel_size": 2, "strides": 3}),
    "largest": ("MaxPooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}),
    "mean": ("AveragePooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}),
    "mean one axis": ("AveragePooling1D", {"pool_size": 2}),
}  # fmt: skip


@pytest.mark.parametrize("name", WINDOWS)
def test_windows_mean_the_same_in_onnx(name: str, tmp_path: Path) -> None:
    keras = load_keras()
    kind, settings = WINDOWS[name]
    axes = next(int(sign) for sign in kind if sign.isdigit())
    layer = getattr(keras.layers, kind)(**settings)
    model = keras.Sequential([keras.Input((*(9, 10, 7)[:axes], 4)), layer], name="window")
    case = open_built(model, tmp_path)
    graph, (node,) = case.model.graph, case.model.graph.nodes
    held = {one.role: one.value for one in node.reads}
    kernel = case.model.weight(held["kernel"]) if "kernel" in held else None
    expected = in_onnx(
        node,
        case.capture.tensors[held["data"]],
        None if kernel is None else as_onnx_kernel(node, kernel),
    )
    found = case.capture.tensors[graph.outputs[0]]
    if "bias" in held:
        expected = expected + case.model.weight(held["bias"])
    assert expected.shape == found.shape
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_other_layers_in_onnx_terms(tmp_path: Path) -> None:
    graph = open_built(convolutions(), tmp_path).model.graph
    found = {node.name: (node.kind, dict(node.kind_attributes)) for node in graph.nodes}
    assert found["pad"] == ("Pad", {"mode": "constant", "pads": [0, 1, 0, 0, 0, 0, 2, 0]})
    assert found["depthwise"][1]["group"] == 2
    assert found["depthwise/relu6"] == ("Clip", {"min": 0.0, "max": 6.0})
    assert found["leaky"] == ("LeakyRelu", {"alpha": pytest.approx(0.1)})
    assert found["crop"] == ("Slice", {"axes": [1, 2], "starts": [1, 0], "ends": [2**31 - 1, -1]})
    assert found["larger"] == ("Resize", {"mode": "nearest", "scales": [1.0, 2.0, 2.0, 1.0]})
    assert found["most"] == ("ReduceMax", {"axes": [1, 2], "keepdims": 0})
    letters = {value.name: value.axes for value in graph.values}
    assert letters["picture"] == letters["pad"] == letters["leaky"] == letters["mean"] == "NHWC"
    assert letters["up/kernel"] == "HWOI"
    assert letters["separable/pointwise_kernel"] == "HWIO"
    assert letters["most"] == "NC"


def test_weights_of_layers_inside_layers_have_their_path(tmp_path: Path) -> None:
    keras = load_keras()
    entry = keras.Input((5, 3), name="steps")
    x = keras.layers.Bidirectional(keras.layers.LSTM(2, name="lstm"), name="both")(entry)
    case = open_built(keras.Model(entry, x, name="inner"), tmp_path)
    (node,) = case.model.graph.nodes
    assert (node.kind, node.kind_attributes["direction"]) == ("LSTM", "bidirectional")
    assert reads(case.model.graph, node) == {
        "steps": "data",
        "both/forward_lstm/lstm_cell/kernel": "kernel",
        "both/forward_lstm/lstm_cell/recurrent_kernel": "recurrent_kernel",
        "both/forward_lstm/lstm_cell/bias": "bias",
        "both/backward_lstm/lstm_cell/kernel": "kernel",
        "both/backward_lstm/lstm_cell/recurrent_kernel": "recurrent_kernel",
        "both/backward_lstm/lstm_cell/bias": "bias",
    }


@pytest.mark.parametrize(("scale", "hints"), [(1 / 255, {"range": [0, 255]}), (0.3, {})])
def test_a_first_layer_that_rescales_tells_the_range(
    scale: float, hints: dict[str, Any], tmp_path: Path
) -> None:
    keras = load_keras()
    layers = [keras.Input((4, 4, 1)), keras.layers.Rescaling(scale), keras.layers.Flatten()]
    model = open_built(keras.Sequential(layers, name="rescaled"), tmp_path).model
    assert model.hints == hints
