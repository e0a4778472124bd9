"""Live drawing in a real Chromium: strokes of the pointer and of keys, and every map follows."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
from browser.driver import Server, Tab
from browser.live import open_live, seen, settled
from PIL import Image

from cutaway import demo

SHOE = [(3, 19), (3, 11), (8, 10), (10, 12), (14, 16), (20, 17.5), (25, 19), (25.5, 22.5),
        (3, 22.5), (3, 19)]  # fmt: skip
"""An ankle boot's outline in the pixels of the demo's picture."""


def shot(one: Tab, name: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The pixels of the scene around one tensor."""
    sheets: Any = one.sheets()
    corners = np.array([s["corners"] for s in sheets if s["name"] == name]).reshape(-1, 2)
    (left, top), (right, bottom) = corners.min(0), corners.max(0)
    clip: Any = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    return np.asarray(Image.open(io.BytesIO(one.page.screenshot(clip=clip))).convert("RGB"))


def on_pad(one: Tab, x: float, y: float) -> tuple[float, float]:
    box: Any = one.page.locator(".pad-sheet").bounding_box()
    return box["x"] + x / 28 * box["width"], box["y"] + y / 28 * box["height"]


def draw(one: Tab, line: list[tuple[float, float]]) -> None:
    """A line with the mouse, through these places of the pad."""
    one.page.mouse.move(*on_pad(one, *line[0]))
    one.page.mouse.down()
    for x, y in line[1:]:
        one.page.mouse.move(*on_pad(one, x, y), steps=6)
    one.page.mouse.up()


def answer(one: Tab) -> list[int]:
    return one.page.evaluate("window.cutaway.state.trace.value.answer.top")


def test_a_drawn_shoe_is_seen_by_every_map(onnx: Server, tab: Callable[..., Tab]) -> None:
    one = tab("small").open(onnx.url)
    first = one.page.evaluate("window.cutaway.state.trace.value.id")
    before = {name: shot(one, name) for name in ("conv2d", "conv2d_4")}
    camera = one.page.evaluate("window.cutaway.camera()")
    open_live(one)
    area: Any = one.state("stageArea")
    panel: Any = one.page.locator(".live").bounding_box()
    assert area["left"] >= panel["x"] + panel["width"] - 1
    assert camera != one.page.evaluate("window.cutaway.camera()")
    draw(one, SHOE)
    settled(one)
    outline = answer(one)
    # The outline alone is no shoe; filled it is: those that the network learned from are filled.
    one.page.get_by_text("Fill", exact=True).click()
    one.page.mouse.click(*on_pad(one, 8, 17))
    settled(one)
    assert answer(one)[0] in (5, 7, 9), (outline, answer(one))
    assert one.page.evaluate("window.cutaway.state.trace.value.input.name") == "drawing"
    # What the model sees is the drawing: ink inside, none outside.
    picture = seen(one)
    assert picture.shape == (28, 28, 3)
    assert picture[13:22, 5:9].min() > 240
    assert picture[:6].max() == 0
    for name, old in before.items():
        now = shot(one, name)
        assert now.shape != old.shape or float(np.abs(now.astype(int) - old).mean()) > 1, name
    # Every map is of the newest run, whose ranges are those of the run before.
    trace = one.page.evaluate("window.cutaway.state.trace.value.id")
    sources: Any = {str(sheet["source"]) for sheet in one.sheets()}
    assert {source.split("/")[2] for source in sources} == {str(trace)}
    assert one.state("holdRange") is True
    # A click opens the newest frame's tensor, its arithmetic with it.
    one.page.get_by_role("button", name="Stop", exact=True).click()
    one.page.wait_for_function("!window.cutaway.state.following.value")
    assert one.state("holdRange") is False
    assert one.page.evaluate("window.cutaway.state.trace.value.id") == trace
    one.page.keyboard.press("b")
    one.page.wait_for_function(f"window.cutaway.state.trace.value.id === {first}")
    one.page.keyboard.press("b")
    one.page.wait_for_function(f"window.cutaway.state.trace.value.id === {trace}")
    one.idle()


def highest(one: Tab, name: str) -> float:
    """The upper end of the range that a tensor is drawn with."""
    found: Any = one.sheets()
    return next(s["range"]["high"] for s in found if s["name"] == name)


def test_after_a_synthetic_input_ranges_grow_with_the_drawing(
    serve: Callable[..., Server], tab: Callable[..., Tab]
) -> None:
    one = tab("small").open(serve("open", demo.model(prefer_keras=False)).url)
    open_live(one)
    draw(one, [(14, 14), (14.2, 14)])
    settled(one)
    dot = highest(one, "conv2d")
    draw(one, SHOE)
    one.page.get_by_text("Fill", exact=True).click()
    one.page.mouse.click(*on_pad(one, 8, 17))
    settled(one)
    shoe = highest(one, "conv2d")
    assert shoe > 1.2 * dot
    # Taken away again, nothing shrinks: frames compare.
    one.page.get_by_role("button", name="Clear").click()
    settled(one)
    assert highest(one, "conv2d") == shoe
    # Until the user says that the frame shown now is the measure.
    one.page.get_by_role("button", name="Fit ranges").click()
    one.idle()
    assert highest(one, "conv2d") < shoe


def test_eraser_undo_clear_and_keys(onnx: Server, tab: Callable[..., Tab]) -> None:
    one = tab("small").open(onnx.url)
    open_live(one)
    draw(one, [(6, 14), (22, 14)])
    settled(one)
    line = seen(one)
    assert line[13:15, 8:20].max() == 255
    one.page.get_by_text("Eraser", exact=True).click()
    draw(one, [(12, 14), (16, 14)])
    settled(one)
    assert seen(one)[13:15, 13:15].max() < 60
    one.page.get_by_role("button", name="Undo").click()
    settled(one)
    np.testing.assert_array_equal(seen(one), line)
    one.page.get_by_role("button", name="Clear").click()
    settled(one)
    assert seen(one).max() == 0
    # Without a pointer: from the middle to the right, pen down.
    one.page.get_by_text("Pen", exact=True).click()
    one.page.locator(".pad-sheet").focus()
    for key in ("Space", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "Space", "ArrowDown"):
        one.page.keyboard.press(key)
    settled(one)
    drawn = seen(one)[:, :, 0]
    assert drawn[14, 14:19].min() > 200
    assert drawn[17:].max() == 0
    one.page.keyboard.press("Control+z")
    settled(one)
    assert seen(one).max() == 0
    one.page.get_by_text("Black on white").click()
    settled(one)
    assert seen(one).min() == 255


def test_a_sample_to_draw_upon(onnx: Server, tab: Callable[..., Tab]) -> None:
    one = tab("small").open(onnx.url)
    open_live(one)
    shipped = demo.sample(0)
    one.page.locator(".live-from select").select_option(label=shipped.name)
    settled(one)
    pixels = np.asarray(Image.open(shipped.path).convert("L")).astype(int)
    assert np.abs(seen(one)[:, :, 0].astype(int) - pixels).max() <= 4
    draw(one, [(2, 2), (26, 2)])
    settled(one)
    assert seen(one)[1:3, 8:20].max() == 255


def test_another_input_ends_it_and_stays(onnx: Server, tab: Callable[..., Tab]) -> None:
    one = tab("small").open(onnx.url)
    open_live(one)
    draw(one, [(6, 6), (22, 22)])
    settled(one)
    one.page.locator(".samples button").nth(1).click()
    one.page.wait_for_function("window.cutaway.state.trace.value.input.name !== 'drawing'")
    one.idle()
    assert one.state("following") is False
    draw(one, [(6, 22), (22, 6)])
    one.page.wait_for_function("window.cutaway.state.trace.value.input.name === 'drawing'")
    one.page.keyboard.press("q")
    one.idle()
    assert one.page.locator(".live").count() == 0
    assert one.page.evaluate("window.cutaway.state.trace.value.input.name") == "drawing"
