"""Graphs that are odd or broken are drawn as far as they make sense, and said to be so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import onnx
import pytest
from browser.driver import Server, Tab
from onnx import NodeProto, helper

node = helper.make_node

CIRCLE = [node("Add", ["x", "c"], ["a"], "one"), node("Relu", ["a"], ["b"], "two")]
CIRCLE += [node("Neg", ["b"], ["c"], "three")]
DANGLING = [node("Add", ["x", "nowhere"], ["a"], "one"), node("Relu", ["a"], ["b"], "two")]
TWICE = [node("Relu", ["x"], ["a"], "same"), node("Neg", ["a"], ["b"], "same")]
LONG = [node("Relu", ["x"], ["a"], "n" * 10_000)]
LONG += [node("Neg", ["a"], ["b"], "/".join(["s"] * 500) + "/leaf")]
UNICODE = [node("Relu", ["x"], ["a"], "слой/卷积/层"), node("Neg", ["a"], ["b"], "слой/卷积/二")]
SINGLE = [node("Relu", ["x"], ["b"], "only")]
ALL_IN_ONE = [
    node("Relu", [f"v{i - 1}" if i else "x"], [f"v{i}" if i < 39 else "b"], f"/all/n{i}")
    for i in range(40)
]


def write(path: Path, nodes: list[NodeProto], output: str = "b") -> Path:
    def named(name: str) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, 1, (1, 3, 8, 8))

    graph = helper.make_graph(nodes, "odd", [named("x")], [named(output)])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.save(model, path)
    return path


@pytest.mark.parametrize(
    ("nodes", "blocks", "said"),
    [
        (CIRCLE, 4, "circle"),
        (DANGLING, 3, "nowhere"),
        (TWICE, 3, None),
        (LONG, 3, None),
        (UNICODE, 3, None),
        (SINGLE, 2, None),
        (ALL_IN_ONE, 41, None),
    ],
    ids=["circle", "dangling", "twice", "long", "unicode", "single", "all in one"],
)
@pytest.mark.allows_errors
def test_it_is_drawn_as_far_as_it_makes_sense(
    serve: Callable[..., Server],
    tab: Callable[..., Tab],
    tmp_path: Path,
    nodes: list[NodeProto],
    blocks: int,
    said: str | None,
) -> None:
    one = tab("small").open(serve("open", write(tmp_path / "odd.onnx", nodes)).url)
    # Where the outputs are read as something, that stands behind the network.
    read = one.page.evaluate(
        "(window.cutaway.state.trace.value?.readings ?? []).some(one => one.kind !== 'tensor')"
    )
    assert one.page.evaluate("window.cutaway.drawn().blocks") == blocks + read
    notes = " ".join(one.page.evaluate("window.cutaway.state.opened.value.graph.facts.notes"))
    assert (said in notes) if said else not notes
    if said:
        assert one.page.get_by_text("1 note", exact=True).count() == 1


def test_a_network_without_operators_shows_its_input(
    serve: Callable[..., Server], tab: Callable[..., Tab], tmp_path: Path
) -> None:
    one = tab("small").open(serve("open", write(tmp_path / "none.onnx", [], "x")).url)
    assert one.page.evaluate("window.cutaway.drawn().blocks") == 1
    assert len(one.sheets()) == 1
