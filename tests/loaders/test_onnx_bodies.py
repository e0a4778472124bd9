"""The nodes in bodies of If, Loop and Scan are nodes of the graph."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from loaders.made import info, onnx_branch, onnx_loop, random, save, tensor
from loaders.opened import opened
from onnx import TensorProto, helper

from cutaway.graph import Graph
from cutaway.loaders.onnx import LOADER
from cutaway.settings import Options
from cutaway.trace import Control


def scopes(graph: Graph) -> dict[str, str]:
    return {node.name: node.scope for node in graph.nodes}


def reads(graph: Graph, node: str) -> list[str]:
    return [graph.values[read.value].name for read in graph.node_named[node].reads]


def test_the_nodes_of_branches_lie_beside_the_node_that_runs_them(tmp_path: Path) -> None:
    graph = LOADER.open(onnx_branch(tmp_path), lambda _: None, Options()).graph
    assert scopes(graph) == {
        "relu": "", "most": "", "greater": "", "choice": "choice",
        "inner": "choice/then_branch", "Neg_0": "choice/else_branch",
        "Relu_1": "choice/else_branch",
    }  # fmt: skip
    assert reads(graph, "inner") == ["a", "w"]
    assert reads(graph, "Relu_1") == ["u0"]
    assert {group.what for group in graph.groups[1:]} == {"scope"}


def test_bodies_inside_bodies_and_names_used_twice(tmp_path: Path) -> None:
    graph = LOADER.open(onnx_loop(tmp_path), lambda _: None, Options()).graph
    turns = "block/turns/body"
    assert scopes(graph) == {
        "relu": "", "/block/turns": "block/turns", "/block/last": "block",
        "Mod_0": turns, "Cast_1": turns, "Identity_3": turns,
        "/inside/choice": f"{turns}/inside/choice",
        "same": f"{turns}/inside/choice/else_branch",
        "same:1": f"{turns}/inside/choice/then_branch",
    }  # fmt: skip
    assert reads(graph, "Mod_0") == ["turn", "two"]
    assert reads(graph, "same") == ["carried", "half"]
    assert reads(graph, "same:1") == ["carried", "w"]
    assert reads(graph, "/block/last") == ["t"]
    assert [graph.values[value].name for value in graph.node_named["same:1"].writes] == ["t:2"]
    assert {graph.value_named[name].what for name in ("turn", "go", "carried")} == {"activation"}
    assert graph.value_named["two"].what == "weight"
    assert graph.value_named["carried"].shape == (2,)


def test_what_lies_in_bodies_is_left_out_with_a_reason(tmp_path: Path) -> None:
    case = opened(onnx_loop(tmp_path))
    graph, capture = case.model.graph, case.capture
    assert {graph.values[value].name for value in capture.left_out} == {
        "turn", "go", "carried", "odd", "yes", "next", "on", "t:1", "t:2",
    }  # fmt: skip
    assert all("body" in reason for reason in capture.left_out.values())
    assert {graph.values[value].name for value in capture.tensors} == {"x", "a", "t", "y"}
    some = case.runner.run(case.feeds, Control(), keep=[graph.value_named["odd"].id])
    assert (len(some.tensors), len(some.left_out)) == (0, 1)
    np.testing.assert_array_equal(case.model.weight(graph.value_named["half"].id), 0.5)


def test_what_fails_in_a_body_fails_the_node_that_runs_it(tmp_path: Path) -> None:
    def branch(*nodes: object) -> object:
        return helper.make_graph(list(nodes), "b", [], [info("t", None)])

    for bad, when in (
        (helper.make_node("Reshape", ["x", "five"], ["t"], "in body"), "run"),
        (helper.make_node("Unheard", ["x"], ["t"], "in body", domain="some.where"), "start"),
        (helper.make_node("Relu", ["x"], ["t"], "in body", slope=2), "start"),
    ):
        good = helper.make_node("Identity", ["x"], ["t"], "fine")
        nodes = [
            helper.make_node("Neg", ["x"], ["n"], "before"),
            helper.make_node(
                "If", ["yes"], ["y"], "choice", then_branch=branch(bad), else_branch=branch(good)
            ),
            helper.make_node("Abs", ["y"], ["z"], "behind"),
        ]
        inputs = [info("x", 3), info("yes", kind=TensorProto.BOOL)]
        path = save(
            tmp_path, when, nodes, inputs, [info("z", None)], [tensor("five", np.array([5]))],
            domains=["some.where"],
        )  # fmt: skip
        model = LOADER.open(path, lambda _: None, Options())
        capture = model.start().run({0: random(3), 1: np.array(True)}, Control())
        assert capture.failure is not None
        assert capture.failure.node == model.graph.node_named["choice"].id
        kept = {model.graph.values[value].name for value in capture.tensors}
        assert kept == {"x", "yes", "n"}
