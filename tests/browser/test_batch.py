"""A batch of three: one item is shown, said and stepped through, in the scene and in the panel."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from browser.driver import Server, Tab, start
from loaders.made import info, random, save, tensor
from onnx import helper
from session.made_outputs import constant_outputs

FED = random(3, 2, 5, 6, seed=3)


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["maps"], "conv", pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["maps"], ["y"], "relu"),
    ]
    folder = tmp_path_factory.mktemp("batch")
    model = save(
        folder, "batch", nodes, [info("x", "batch", 2, 5, 6)], [info("y", "batch", 4, 5, 6)],
        [tensor("w", random(4, 2, 3, 3))],
    )  # fmt: skip
    np.save(folder / "fed.npy", FED)
    server = start(folder / "home", "open", str(model), "--input", str(folder / "fed.npy"))
    yield server
    server.stop()


def shown(one: Tab, name: str) -> list[float]:
    """The first row of the first map of a value, as the sheet in the scene has it."""
    (source,) = {sheet["source"] for sheet in one.sheets() if sheet["name"] == name}
    return one.page.evaluate(
        """async source => {
          const [path, query] = source.split('?');
          const doc = await (await fetch(`.${path}/cells/0?${query}`)).json();
          return doc.text.slice(0, 6).map(Number);
        }""",
        source,
    )


def test_the_item_is_said_and_stepped(net: Server, tab: Callable[..., Tab]) -> None:
    one = tab("large").open(net.url)
    foot = one.page.get_by_role("contentinfo")
    assert foot.get_by_text("batch 1 of 3").is_visible()
    first = one.sheets()
    np.testing.assert_allclose(shown(one, "x"), FED[0, 0, 0], rtol=1e-6)
    one.page.keyboard.press(".")
    one.idle()
    assert foot.get_by_text("batch 2 of 3").is_visible()
    np.testing.assert_allclose(shown(one, "x"), FED[1, 0, 0], rtol=1e-6)
    assert len(one.sheets()) == len(first)
    foot.get_by_role("button", name="Next item of the batch").click()
    one.idle()
    np.testing.assert_allclose(shown(one, "x"), FED[2, 0, 0], rtol=1e-6)
    assert foot.get_by_role("button", name="Next item of the batch").is_disabled()
    one.page.keyboard.press(",")
    one.page.keyboard.press(",")
    one.page.keyboard.press(",")
    one.idle()
    assert foot.get_by_text("batch 1 of 3").is_visible()


def test_the_pictures_in_the_scene_are_those_of_the_item(
    net: Server, tab: Callable[..., Tab]
) -> None:
    """Each item has other pixels, and going back gives the same again."""
    one = tab("large").open(net.url)

    def seen() -> bytes:
        one.page.mouse.move(5, 5)
        one.idle()
        return one.page.screenshot(clip={"x": 0, "y": 60, "width": 1400, "height": 700})

    first = seen()
    one.page.keyboard.press(".")
    second = seen()
    one.page.keyboard.press(",")
    assert second != first
    assert seen() == first


def test_the_panel_shows_numbers_of_the_item(net: Server, tab: Callable[..., Tab]) -> None:
    one = tab("large").open(net.url)
    value = one.page.evaluate(
        "() => { const g = window.cutaway.state.opened.value.graph;"
        " return [...Array(g.valueCount).keys()].find(id => g.valueName(id) === 'x'); }"
    )
    one.page.evaluate(
        f"window.cutaway.state.selected.value = {{ value: {value}, node: null, map: null }}"
    )
    one.idle()
    panel = one.page.get_by_role("complementary", name="Tensor")
    assert panel.get_by_text("batch 1 of 3").is_visible()
    panel.get_by_role("button", name="Next item of the batch").click()
    one.idle()
    assert panel.get_by_text("batch 2 of 3").is_visible()
    # The index of the cell under the cursor, and its number.
    one.page.evaluate("window.cutaway.state.view.value = 'flat'")
    one.idle()
    box = one.page.locator(".hole").bounding_box()
    one.page.mouse.move(box["x"] + box["width"] / 2 + 9, box["y"] + box["height"] / 2 + 9)
    one.page.wait_for_function(
        "/^-?[0-9.e-]+$/.test(document.querySelector('.tooltip .exact')?.textContent ?? '')"
    )
    told = one.page.locator(".tooltip").inner_text()
    number = float(one.page.locator(".tooltip .exact").inner_text())
    at = np.argwhere(np.isclose(FED, number, rtol=1e-6))
    assert [index[0] for index in at] == [1], told


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One box on the first picture, two on the second, which is darker."""
    rows = np.zeros((2, 6, 126), np.float32)
    rows[:, :4] = np.array([48, 32, 4, 4])[:, None]
    rows[0, :, 7] = [48, 32, 16, 32, 0, 0.9]
    rows[1, :, 9] = [20, 20, 16, 16, 0.7, 0]
    rows[1, :, 90] = [70, 40, 16, 16, 0, 0.6]
    folder = tmp_path_factory.mktemp("detector")
    model = constant_outputs(
        folder / "detector.onnx", {"output0": rows}, shape=("batch", 3, 64, 96),
        metadata={"names": "{0: 'cup', 1: 'pot'}"}.items(),
    )  # fmt: skip
    fed = np.random.default_rng(5).random((2, 3, 64, 96), np.float32)
    fed[1] *= 0.5
    np.save(folder / "fed.npy", fed)
    server = start(folder / "home", "open", str(model), "--input", str(folder / "fed.npy"))
    yield server
    server.stop()


def test_the_answer_is_of_the_item(detector: Server, tab: Callable[..., Tab]) -> None:
    """Boxes, their list, the line in the foot and the picture beneath are those of one item."""
    one = tab("small").open(detector.url)
    foot = one.page.get_by_role("contentinfo")
    assert "1 pot" in foot.inner_text()
    one.page.get_by_role("button", name="Open", exact=True).last.click()
    panel = one.page.get_by_role("complementary", name="Answer")
    items = panel.locator(".overlay .item")
    one.page.wait_for_function("document.querySelectorAll('.answer-panel .item').length === 1")
    panel.get_by_role("button", name="Next item of the batch").click()
    one.page.wait_for_function("document.querySelectorAll('.answer-panel .item').length === 2")
    one.idle()
    assert panel.locator(".answer-summary").inner_text().startswith("1 cup, 1 pot")
    assert "1 cup, 1 pot" in foot.inner_text()
    assert panel.locator(".layer").first.get_attribute("src").endswith("batch=1")
    layer = panel.locator(".layer").first.bounding_box()
    scale = layer["width"] / 96
    boxes = [one.locator(".line").bounding_box() for one in items.all()]
    lefts = sorted((box["x"] - layer["x"]) / scale for box in boxes)
    assert lefts == pytest.approx([12, 62], abs=1)
    items.first.click()
    panel.locator(".made-by .cell-link").first.click()
    one.page.wait_for_selector(".tensor .expression")
    assert "[1, " in one.page.locator(".tensor .tab strong.number").first.inner_text()
    one.page.keyboard.press(",")
    one.page.wait_for_function("document.querySelectorAll('.answer-panel .item').length === 1")
