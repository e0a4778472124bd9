"""Lengths of free axes and what single inputs are given, set in the page."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser.driver import Server, Tab, start
from loaders.made import info, save
from onnx import TensorProto, helper

from cutaway import demo


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Three inputs, two free axes; a reshape refuses odd lengths."""
    nodes = [
        helper.make_node("Mul", ["x", "scale"], ["scaled"], "scaled"),
        helper.make_node("Cast", ["sr"], ["rate"], "rate", to=TensorProto.FLOAT),
        helper.make_node("Add", ["scaled", "rate"], ["added"], "added"),
        helper.make_node("Reshape", ["added", "pairs"], ["y"], "pairs"),
    ]
    inputs = [
        info("x", "batch", "length"),
        info("scale", "batch", "length"),
        info("sr", kind=TensorProto.INT64),
    ]
    pairs = helper.make_tensor("pairs", TensorProto.INT64, (2,), [-1, 2])
    folder = tmp_path_factory.mktemp("given")
    model = save(folder, "given", nodes, inputs, [info("y", None, 2)], [pairs])
    server = start(folder / "home", "open", str(model))
    yield server
    server.stop()


def given(one: Tab) -> dict[str, dict[str, object]]:
    found = one.page.evaluate("window.cutaway.state.trace.value.inputs")
    return {each["name"]: each for each in found}


def apply(one: Tab) -> None:
    one.page.get_by_role("button", name="Run with these").click()


def test_lengths_are_said_set_and_refused(net: Server, tab: Callable[..., Tab]) -> None:
    one = tab("small").open(net.url)
    one.page.get_by_role("button", name="3 inputs, 4 free axes").click()
    dialog = one.page.get_by_role("dialog")
    assert dialog.get_by_text("batch 1 (free), length 512 (free)").count() == 2
    assert dialog.get_by_text("default: zeros").is_visible()
    # By Enter; the axis of the same name follows at the other input.
    dialog.get_by_label("Length of length of x").fill("8")
    dialog.get_by_label("Length of length of x").press("Enter")
    dialog.wait_for(state="hidden")
    one.idle()
    assert (given(one)["x"]["shape"], given(one)["scale"]["shape"]) == ([1, 8], [1, 8])
    run = one.page.evaluate("window.cutaway.state.trace.value.id")
    one.page.get_by_role("button", name="3 inputs").click()
    assert dialog.get_by_text("batch 1 (free), length 8 (chosen)").first.is_visible()
    for impossible in ("7", "0"):
        dialog.get_by_label("Length of length of x").fill(impossible)
        apply(one)
        dialog.get_by_role("alert").wait_for()
        assert one.page.evaluate("window.cutaway.state.trace.value.id") == run
    one.page.keyboard.press("Escape")
    one.idle()
    assert given(one)["x"]["shape"] == [1, 8]


def test_an_array_and_a_number_are_given_to_single_inputs(
    net: Server, tab: Callable[..., Tab], tmp_path: Path
) -> None:
    np.save(tmp_path / "scale.npy", np.full((1, 6), 2, np.float32))
    one = tab("small").open(net.url)
    one.page.get_by_role("button", name="3 inputs").click()
    dialog = one.page.get_by_role("dialog")
    dialog.get_by_label("Length of length of x").fill("6")
    dialog.get_by_label("Value of sr").fill("8000")
    apply(one)
    dialog.wait_for(state="hidden")
    one.page.get_by_role("button", name="3 inputs").click()
    row = dialog.get_by_role("listitem").filter(has_text="scale")
    row.locator("input[type=file]").set_input_files(tmp_path / "scale.npy")
    row.get_by_text("given: scale.npy").wait_for()
    found = given(one)
    assert (found["sr"]["number"], found["scale"]["by"]) == (8000, "user")
    row.get_by_role("button", name="Default for scale").click()
    row.get_by_text("default: zeros").wait_for()
    assert given(one)["sr"]["number"] == 8000


def test_synthetic_inputs_are_chosen_on_the_page(
    serve: Callable[..., Server], tab: Callable[..., Tab]
) -> None:
    one = tab("small").open(serve("open", demo.model(prefer_keras=False)).url)

    def fed() -> np.ndarray:
        one.idle()
        run = one.page.evaluate("window.cutaway.state.trace.value.id")
        value = one.page.evaluate("window.cutaway.state.opened.value.graph.inputs[0]")
        base = one.page.url.partition("/?")[0]
        answer = one.page.request.get(f"{base}/t/{run}/{value}/array.npy")
        return np.load(io.BytesIO(answer.body()))

    def choose(kind: str) -> Any:
        one.page.get_by_role("button", name="Synthetic").click()
        dialog = one.page.get_by_role("dialog")
        dialog.get_by_text(kind, exact=True).click()
        return dialog

    def feed(dialog: Any) -> np.ndarray:
        before = one.page.evaluate("window.cutaway.state.trace.value.id")
        dialog.get_by_role("button", name="Feed it").click()
        one.page.wait_for_function(f"window.cutaway.state.trace.value.id !== {before}")
        return fed()

    dialog = choose("Constant")
    dialog.get_by_label("Value").fill("much")
    dialog.get_by_role("button", name="Feed it").click()
    assert "much was typed" in dialog.get_by_role("alert").inner_text()
    dialog.get_by_label("Value").fill("0.25")
    assert set(feed(dialog).ravel().tolist()) == {0.25}
    assert "constant 0.25" in one.page.locator(".fed .described").inner_text()
    # It opens as it was left.
    one.page.get_by_role("button", name="Synthetic").click()
    assert one.page.get_by_role("dialog").get_by_label("Value").input_value() == "0.25"
    one.page.keyboard.press("Escape")
    usual = feed(choose("Noise"))
    dialog = choose("Noise")
    dialog.get_by_label("Seed").fill("7")
    assert not np.array_equal(feed(dialog), usual)
    dialog = choose("Gradient")
    dialog.get_by_text("down", exact=True).click()
    down = feed(dialog)
    assert np.ptp(down, axis=3).max() == 0
    assert (np.diff(down, axis=2) > 0).all()
    # Beside a picture it stands as well.
    one.page.locator(".samples button[aria-label^=Feed]").first.click()
    one.page.wait_for_function("!window.cutaway.state.trace.value.synthetic")
    assert len(np.unique(feed(choose("Mixture")))) > 100
    assert one.page.evaluate("window.cutaway.state.trace.value.synthetic") is True
