"""What is read from ONNX files before anything runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from loaders.made import (
    F,
    info,
    onnx_branch,
    onnx_external,
    onnx_names,
    onnx_old,
    onnx_twin,
    random,
    save,
    tensor,
)  # fmt: skip
from onnx import TensorProto, helper

from cutaway.graph import Graph, Node
from cutaway.loaders import Model
from cutaway.loaders.onnx import LOADER
from cutaway.loaders.onnx.opening import stated_hints, stated_labels
from cutaway.settings import Options
from cutaway.trace import Control


def read(path: Path) -> Model:
    assert LOADER.match(path, path.read_bytes()[:4096])
    return LOADER.open(path, lambda _: None, Options())


def reads(graph: Graph, node: Node) -> dict[str, str]:
    return {graph.values[one.value].name: one.role for one in node.reads}


def axes(graph: Graph) -> dict[str, str | None]:
    return {value.name: value.axes for value in graph.values}


def test_names_roles_letters_and_groups_of_a_layer_with_its_activation(tmp_path: Path) -> None:
    graph = read(onnx_twin(tmp_path)).graph
    assert [node.name for node in graph.nodes] == [
        "conv2d", "conv2d/relu", "pool", "flatten", "dense",
    ]  # fmt: skip
    assert [(group.name, group.what) for group in graph.groups] == [
        ("", "root"),
        ("conv2d", "fused"),
    ]
    conv, relu, pool, _, dense = graph.nodes
    assert reads(graph, conv) == {
        "input": "data", "conv2d/kernel": "kernel", "conv2d/bias": "bias",
    }  # fmt: skip
    assert conv.scope == relu.scope == "conv2d"
    assert pool.scope == dense.scope == ""
    assert reads(graph, dense)["dense/kernel"] == "kernel"
    letters = axes(graph)
    assert letters["input"] == letters["conv2d:linear"] == letters["pool"] == "NCHW"
    assert letters["conv2d/kernel"] == "OIHW"
    assert letters["conv2d/bias"] == letters["dense/bias"] == "O"
    assert (letters["dense/kernel"], letters["flatten"], letters["dense"]) == ("OI", "NC", "NC")
    assert graph.value_named["input"].shape == ("batch", 3, 14, 14)
    assert graph.value_named["conv2d"].shape == ("batch", 8, 7, 7)


def test_defaults_are_filled_in_and_padding_is_explicit(tmp_path: Path) -> None:
    conv, _, pool, flatten, dense = read(onnx_twin(tmp_path)).graph.nodes
    assert conv.attributes == {"auto_pad": "SAME_UPPER", "strides": [2, 2]}
    assert conv.kind_attributes == {
        "kernel_shape": [3, 3], "strides": [2, 2], "dilations": [1, 1], "pads": [0, 0, 1, 1],
        "group": 1,
    }  # fmt: skip
    assert pool.kind_attributes["pads"] == [0, 0, 0, 0]
    assert pool.kind_attributes["strides"] == [1, 1]
    assert flatten.kind_attributes == {"axis": 1}
    assert dense.kind_attributes == {"alpha": 1.0, "beta": 1.0, "transA": 0, "transB": 1}


@pytest.mark.parametrize("auto", ["SAME_UPPER", "SAME_LOWER", "VALID"])
@pytest.mark.parametrize("window", [(9, 4, 1), (10, 3, 3), (7, 2, 2), (11, 5, 2)])
def test_explicit_padding_gives_what_automatic_padding_gives(
    tmp_path: Path, window: tuple[int, int, int], auto: str
) -> None:
    size, cells, stride = window

    def run(name: str, **attributes: Any) -> tuple[Model, np.ndarray]:
        node = helper.make_node("Conv", ["x", "w"], ["y"], strides=[stride], **attributes)
        weights = [tensor("w", random(1, 1, cells))]
        path = save(
            tmp_path, name, [node], [info("x", 1, 1, size)], [info("y", 1, 1, None)], weights
        )
        model = read(path)
        capture = model.start().run({0: random(1, 1, size, seed=3)}, Control())
        return model, capture.tensors[model.graph.outputs[0]]

    model, automatic = run("automatic", auto_pad=auto)
    pads = model.graph.nodes[0].kind_attributes["pads"]
    _, explicit = run("explicit", pads=pads)
    np.testing.assert_array_equal(explicit, automatic)


def test_automatic_padding_of_unknown_sizes_stays_automatic(tmp_path: Path) -> None:
    node = helper.make_node("Conv", ["x", "w"], ["y"], auto_pad="SAME_UPPER", strides=[2])
    weights = [tensor("w", random(1, 1, 3))]
    path = save(
        tmp_path, "free", [node], [info("x", 1, 1, "length")], [info("y", 1, 1, None)], weights
    )
    found = read(path).graph.nodes[0].kind_attributes
    assert found["auto_pad"] == "SAME_UPPER"
    assert "pads" not in found


def test_order_names_constants_and_scopes_are_repaired(tmp_path: Path) -> None:
    model = read(onnx_names(tmp_path))
    graph = model.graph
    assert [node.name for node in graph.nodes] == [
        "Relu_1", "same", "same:1", "/block/join/Add", "/block/Mul", "Reshape_5",
    ]  # fmt: skip
    assert [group.name for group in graph.groups] == ["", "block", "block/join"]
    assert graph.node_named["/block/Mul"].scope == "block"
    assert graph.notes == ("the file's operators are not in the order in which they run",)
    two, shape = graph.value_named["two"], graph.value_named["shape"]
    assert two.what == shape.what == "constant"
    assert model.weight(two.id) == np.float32(2)
    np.testing.assert_array_equal(model.weight(shape.id), [-1, 3])
    assert reads(graph, graph.nodes[-1]) == {"d": "data", "shape": "shape"}


def test_a_group_of_more_than_a_layer_and_its_activation_is_a_scope(tmp_path: Path) -> None:
    def groups(*names_and_kinds: tuple[str, str]) -> dict[str, str]:
        nodes = [
            helper.make_node(kind, [f"v{at}"], [f"v{at + 1}"], name)
            for at, (name, kind) in enumerate(names_and_kinds)
        ]
        last = f"v{len(nodes)}"
        path = save(tmp_path, "groups", nodes, [info("v0", 2)], [info(last, 2)])
        return {group.name: group.what for group in read(path).graph.groups[1:]}

    assert groups(("a", "Neg"), ("a/relu", "Relu")) == {"a": "fused"}
    assert groups(("a", "Neg"), ("a/abs", "Abs")) == {"a": "scope"}
    assert groups(("a", "Neg"), ("a/relu", "Relu"), ("a/tanh", "Tanh")) == {"a": "scope"}
    assert groups(("a/b", "Neg"), ("a/relu", "Relu")) == {"a": "scope"}
    assert groups(("a", "Neg"), ("mid", "Abs"), ("a/relu", "Relu")) == {"a": "scope"}
    assert groups(("m/a", "Neg"), ("m/a/relu", "Relu")) == {"m": "scope", "m/a": "fused"}


def test_a_node_reads_what_its_bodies_read(tmp_path: Path) -> None:
    graph = read(onnx_branch(tmp_path)).graph
    choice = graph.node_named["choice"]
    assert reads(graph, choice) == {"yes": "condition", "w": "captured", "a": "captured"}
    assert choice.attributes["body_nodes"] == 3
    assert choice.attributes["then_branch"] == {"nodes": 1, "name": "then"}


def test_weights_listed_as_inputs_are_weights(tmp_path: Path) -> None:
    graph = read(onnx_old(tmp_path)).graph
    assert [graph.values[value].name for value in graph.inputs] == ["x"]
    norm = graph.nodes[1]
    assert reads(graph, norm) == {
        "c": "data", "s": "scale", "b": "bias", "m": "mean", "v": "variance",
    }  # fmt: skip
    assert norm.kind_attributes["epsilon"] == 1e-05
    assert axes(graph)["s"] == "C"
    assert axes(graph)["y"] == "NCHW"


def test_letters_pass_through_elementwise_operators_and_transposes(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Div", ["image", "scale"], ["scaled"]),
        helper.make_node("Transpose", ["scaled"], ["first"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["first", "w"], ["c"]),
        helper.make_node("Add", ["c", "c"], ["twice"]),
        helper.make_node("Concat", ["twice", "c"], ["both"], axis=1),
        helper.make_node("Transpose", ["both"], ["y"], perm=[0, 2, 3, 1]),
    ]
    weights = [tensor("w", random(4, 3, 1, 1)), tensor("scale", np.float32(255))]
    path = save(tmp_path, "t", nodes, [info("image", 1, 5, 6, 3)], [info("y", 1, 5, 6, 8)], weights)
    letters = axes(read(path).graph)
    assert letters["image"] == letters["scaled"] == letters["y"] == "NHWC"
    assert letters["first"] == letters["both"] == "NCHW"


def test_an_operator_of_another_domain_has_no_kind(tmp_path: Path) -> None:
    nodes = [helper.make_node("Relu", ["x"], ["y"], domain="somebody.else", big=[1.5] * 100)]
    path = save(tmp_path, "d", nodes, [info("x", 2)], [info("y", 2)], domains=["somebody.else"])
    (node,) = read(path).graph.nodes
    assert (node.op, node.kind, node.kind_attributes) == ("Relu", None, {})
    assert node.attributes["big"] == {"length": 100, "first": [1.5] * 64}


def test_circles_and_values_from_nowhere_are_noted(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Add", ["x", "b"], ["a"], "one"),
        helper.make_node("Neg", ["a"], ["b"], "two"),
        helper.make_node("Add", ["x", "lost"], ["y"], "three"),
    ]
    graph = read(save(tmp_path, "circle", nodes, [info("x", 2)], [info("y", 2)])).graph
    assert [node.name for node in graph.nodes] == ["three", "one", "two"]
    assert "some operators wait on one another in a circle" in graph.notes
    assert "'lost', wanted by three, comes from nowhere" in graph.notes
    assert len({value.name for value in graph.values}) == len(graph.values)


def test_facts(tmp_path: Path) -> None:
    model = read(onnx_external(tmp_path))
    assert model.name == "external.onnx"
    assert model.facts.format == "ONNX"
    assert model.facts.producer == "tests"
    assert model.facts.parameters == 64 * 32 + 32 * 16
    weights = tmp_path / "sub" / "weights.bin"
    assert model.facts.bytes == (tmp_path / "external.onnx").stat().st_size + weights.stat().st_size
    assert model.facts.metadata["opset"] == "ai.onnx 17"


def test_settings_are_no_parameters(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Resize", ["x", "", "scales"], ["large"], mode="nearest"),
        helper.make_node("Conv", ["large", "w"], ["c"]),
        helper.make_node("Dropout", ["c", "ratio"], ["d"]),
        helper.make_node("Reshape", ["d", "flat"], ["y"]),
    ]
    held = [
        tensor("scales", np.array([1, 1, 2, 2], np.float32)),
        tensor("w", random(3, 2, 1, 1)),
        tensor("ratio", np.float32(0.5)),
        tensor("flat", np.array([1, -1])),
    ]
    model = read(save(tmp_path, "s", nodes, [info("x", 1, 2, 4, 4)], [info("y", None, None)], held))
    assert model.facts.parameters == 6
    assert reads(model.graph, model.graph.nodes[0]) == {"x": "data", "scales": "scales"}


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"names": "{0: 'person', 1: 'bicycle'}"}, ("person", "bicycle")),
        ({"classes": '["cat", "dog"]'}, ("cat", "dog")),
        ({"labels": "{1: 'a', 2: 'b'}"}, None),
        ({"names": "__import__('os')"}, None),
        ({}, None),
    ],
)
def test_labels_are_read_where_they_are_plain(properties: dict, expected: Any) -> None:
    assert stated_labels(properties) == expected


def test_image_metadata_gives_hints() -> None:
    properties = {
        "Image.NominalPixelRange": "Normalized_1_1", "Image.BitmapPixelFormat": "Bgr8",
    }  # fmt: skip
    hints = stated_hints(properties)
    assert {key: hints[key] for key in ("range", "colour")} == {"range": [-1, 1], "colour": "BGR"}
    assert hints["why"]["range"] == "the file's Image.NominalPixelRange says so"
    assert stated_hints({}) == {}


def test_a_big_file_opens_at_once_and_its_weights_stay_on_disk(tmp_path: Path) -> None:
    rows = 16_384
    weight = TensorProto(name="w", data_type=F, dims=[rows, 4096], raw_data=bytes(rows * 4096 * 4))
    nodes = [helper.make_node("MatMul", ["x", "w"], ["y"], "only")]
    path = save(tmp_path, "big", nodes, [info("x", 1, rows)], [info("y", 1, 4096)], [weight])
    del weight
    process = psutil.Process()
    before = process.memory_info().rss
    model = read(path)
    held = model.graph.value_named["w"]
    assert model.weight(held.id).nbytes == 256 << 20
    assert process.memory_info().rss - before < 32 << 20
