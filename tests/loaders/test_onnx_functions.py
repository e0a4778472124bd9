"""Local functions are written out where they are called, as groups, and run to the same numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import AttributeProto, TensorProto, helper

from cutaway.errors import BrokenFile
from cutaway.loaders import open_model
from cutaway.trace import Control

node = helper.make_node
OPSETS = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]


def referring(op: str, reads: list[str], writes: list[str], **names: str) -> onnx.NodeProto:
    """A node whose attributes refer to those of the function it is in."""
    made = node(op, reads, writes)
    for name, refers in names.items():
        attribute = AttributeProto(name=name, ref_attr_name=refers, type=AttributeProto.FLOAT)
        made.attribute.append(attribute)
    return made


def gated() -> onnx.FunctionProto:
    """leaky(x) where its sum is over 0, else x + bias: a body that reads the function's values."""
    then = helper.make_graph(
        [node("Identity", ["soft"], ["picked"])],
        "then",
        [],
        [helper.make_tensor_value_info("picked", TensorProto.FLOAT, None)],
    )
    other = helper.make_graph(
        [node("Add", ["x", "bias"], ["picked"])],
        "other",
        [],
        [helper.make_tensor_value_info("picked", TensorProto.FLOAT, None)],
    )
    nodes = [
        referring("LeakyRelu", ["x"], ["soft"], alpha="slope"),
        node("ReduceSum", ["soft"], ["sum"], keepdims=0),
        node("Constant", [], ["zero"], value_float=0.0),
        node("Greater", ["sum", "zero"], ["positive"]),
        node("If", ["positive"], ["y"], then_branch=then, else_branch=other),
    ]
    return helper.make_function("own", "Gated", ["x", "bias"], ["y"], nodes, OPSETS, ["slope"])


def twice() -> onnx.FunctionProto:
    nodes = [
        node("Gated", ["x", "bias"], ["half"], "first", domain="own", slope=0.5),
        node("Neg", ["half"], ["turned"]),
        node("Gated", ["turned", "bias"], ["y"], "second", domain="own", slope=0.25),
    ]
    return helper.make_function("own", "Twice", ["x", "bias"], ["y"], nodes, OPSETS)


def model(path: Path, nodes: list[onnx.NodeProto], functions: list[onnx.FunctionProto]) -> Path:
    bias = helper.make_tensor("bias", TensorProto.FLOAT, (4,), [1.0, -2.0, 3.0, 0.5])
    infos = [helper.make_tensor_value_info(n, TensorProto.FLOAT, (3, 4)) for n in ("x", "y")]
    graph = helper.make_graph(nodes, "g", infos[:1], infos[1:], [bias])
    made = helper.make_model(graph, opset_imports=OPSETS, functions=functions)
    made.ir_version = 9
    onnx.save(made, path)
    return path


@pytest.fixture
def nested(tmp_path: Path) -> Path:
    calls = [
        node("Twice", ["x", "bias"], ["a"], "block", domain="own"),
        node("Twice", ["a", "bias"], ["y"], "block_1", domain="own"),
    ]
    return model(tmp_path / "functions.onnx", calls, [gated(), twice()])


def test_calls_are_groups_of_the_functions_nodes(nested: Path) -> None:
    graph = open_model(nested, lambda _: None).graph
    names = {one.name for one in graph.nodes}
    assert {"block/first/LeakyRelu_0", "block_1/second/If_4", "block/Neg_1"} <= names
    assert {"Gated", "Twice"}.isdisjoint({one.op for one in graph.nodes})
    slopes = [one.attributes["alpha"] for one in graph.nodes if one.op == "LeakyRelu"]
    assert slopes == [0.5, 0.25, 0.5, 0.25]
    assert {"block", "block_1"} <= {group.name for group in graph.groups}


def test_the_numbers_are_those_of_the_engine(nested: Path) -> None:
    opened = open_model(nested, lambda _: None)
    fed = np.random.default_rng(5).normal(size=(3, 4)).astype(np.float32)
    capture = opened.start().run({opened.graph.inputs[0]: fed}, Control())
    assert capture.failure is None
    session = ort.InferenceSession(str(nested), providers=["CPUExecutionProvider"])
    (expected,) = session.run(None, {"x": fed})
    np.testing.assert_allclose(capture.tensors[opened.graph.outputs[0]], expected, atol=1e-6)
    inner = opened.graph.value_named["block/first/soft"]
    np.testing.assert_allclose(
        capture.tensors[inner.id], np.where(fed > 0, fed, fed * 0.5), atol=1e-6
    )


def test_a_function_that_calls_itself_is_refused(tmp_path: Path) -> None:
    again = helper.make_function(
        "own",
        "Again",
        ["x"],
        ["y"],
        [node("Again", ["x"], ["y"], "more", domain="own")],
        OPSETS,
    )
    path = model(
        tmp_path / "again.onnx", [node("Again", ["x"], ["y"], "start", domain="own")], [again]
    )
    with pytest.raises(BrokenFile, match="calls itself"):
        open_model(path, lambda _: None)
