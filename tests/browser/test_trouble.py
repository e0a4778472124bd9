"""What goes wrong is said in a sentence, and what was open stays open."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import httpx
import numpy as np
import onnx
import psutil
import pytest
from browser.driver import Server, Tab
from browser.test_input import base, drop, top
from onnx import TensorProto, helper


def workers(server: Server) -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process(server.process.pid).children(recursive=True)
        if "cutaway.worker" in " ".join(child.cmdline())
    ]


@pytest.mark.allows_errors
def test_a_model_that_cannot_be_opened_leaves_a_message(
    demo: Server, tab: Callable[..., Tab], tmp_path: Path
) -> None:
    one = tab("small").open(demo.url)
    for name, content in (("empty.onnx", b""), ("noise.onnx", os.urandom(3000))):
        path = tmp_path / name
        path.write_bytes(content)
        drop(one, path, "application/octet-stream")
        one.page.get_by_role("alert").filter(has_text=name).first.wait_for()
    assert one.page.evaluate("window.cutaway.state.phase.value") == "ready"
    assert top(one) == 1


@pytest.mark.allows_errors
def test_a_killed_worker_is_told_and_the_model_offered_again(
    serve: Callable[..., Server], tab: Callable[..., Tab]
) -> None:
    server = serve("demo")
    one = tab("small").open(server.url)
    (worker,) = workers(server)
    worker.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    one.page.get_by_role("alert").filter(has_text="process that held").first.wait_for()
    assert httpx.get(f"{base(one)}/state").status_code == 200
    one.page.get_by_role("button", name="Open it again").first.click()
    one.page.wait_for_function("window.cutaway.state.phase.value === 'ready'")
    one.idle()
    assert top(one) == 1


def failing(path: Path) -> Path:
    """A network whose second MatMul meets shapes that do not fit, found out only as it runs."""
    weight = helper.make_tensor("w", TensorProto.FLOAT, (5, 3), np.ones(15, np.float32))
    nodes = [
        helper.make_node("Relu", ["x"], ["a"], "first"),
        helper.make_node("Reshape", ["a", "shape"], ["b"], "second"),
        helper.make_node("MatMul", ["b", "w"], ["y"], "broken"),
    ]
    shape = helper.make_tensor_value_info("shape", TensorProto.INT64, (2,))
    graph = helper.make_graph(
        nodes,
        "failing",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, (1, 6)), shape],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, (None, 3))],
        [weight],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.save(model, path)
    return path


@pytest.mark.allows_errors
def test_a_run_that_fails_inside_shows_what_came_before(
    serve: Callable[..., Server], tab: Callable[..., Tab], tmp_path: Path
) -> None:
    server = serve("open", failing(tmp_path / "failing.onnx"))
    one = tab("small").open(server.url)
    trace = one.page.evaluate("window.cutaway.state.trace.value")
    assert trace["state"] == "failed"
    node = trace["failure"]["node"]
    name = one.page.evaluate(f"window.cutaway.state.opened.value.graph.nodeName({node})")
    assert name in ("second", "broken")
    assert trace["failure"]["shapes"]
    kept = {s["name"] for s in one.sheets() if s["range"]}
    assert "a" in kept
    assert "failed here" in {
        label["text"] for label in one.page.evaluate("window.cutaway.labels()")
    }
    assert one.page.get_by_role("alert").count() >= 1


def test_the_start_page_opens_what_is_typed(
    serve: Callable[..., Server], tab: Callable[..., Tab]
) -> None:
    from cutaway import demo as shipped

    server = serve()
    one = tab("small")
    one.page.goto(server.url)
    field = one.page.get_by_role("textbox").first
    field.fill(str(shipped.model(prefer_keras=False)))
    field.press("Enter")
    one.page.wait_for_function("window.cutaway.state.phase.value === 'ready'")
    one.idle()
    assert len(one.sheets()) > 10


def test_the_start_page_opens_a_dropped_model_and_the_demo(
    serve: Callable[..., Server], tab: Callable[..., Tab]
) -> None:
    from cutaway import demo as shipped

    server = serve()
    one = tab("small")
    one.page.goto(server.url)
    drop(one, shipped.model(prefer_keras=False), "application/octet-stream")
    one.page.wait_for_function("window.cutaway.state.phase.value === 'ready'")
    one.idle()
    other = tab("small")
    other.page.goto(server.url)
    other.page.get_by_role("button", name="demo").first.click()
    other.page.wait_for_function("window.cutaway.state.phase.value === 'ready'")
    other.idle()
    assert top(other) == 1
