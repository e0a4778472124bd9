"""A batch of three: one item is shown, said and stepped through, in the scene and in the panel."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from browser.driver import Server, Tab, start
from loaders.made import info, random, save, tensor
from onnx import helper

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
