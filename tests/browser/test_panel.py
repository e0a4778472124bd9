"""The tensor panel: every view draws, and its digits are the tensor's."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
import pytest
from browser.digits import read_cells
from browser.driver import Server, Tab
from browser.pictures import correlation, screenshot
from PIL import Image

VIEWS = ("stack", "flat", "cells", "numbers", "smooth", "relief")


def open_tensor(one: Tab, name: str) -> dict[str, Any]:
    """Click on a sheet in the scene; the tensor's statistics."""
    sheet = next(s for s in one.sheets() if s["name"] == name)
    corners = np.asarray(sheet["corners"])
    x, y = corners.mean(0)
    one.page.mouse.click(x, y)
    one.page.wait_for_function("window.cutaway.state.selected.value !== null")
    one.idle()
    return stats_of(one, sheet["value"])


def stats_of(one: Tab, value: int) -> dict[str, Any]:
    return httpx.get(f"{source_of(one, value)}/stats", timeout=30).json()


def source_of(one: Tab, value: int) -> str:
    run = one.page.evaluate("window.cutaway.state.trace.value.id")
    return f"{one.page.url.partition('/?')[0]}/t/{run}/{value}"


def array_of(one: Tab, value: int) -> np.ndarray:
    body = httpx.get(f"{source_of(one, value)}/array.npy", timeout=30).content
    return np.load(io.BytesIO(body))


def inset_pixels(one: Tab) -> np.ndarray:
    rect = one.page.evaluate("window.cutaway.inset().rect")
    box = (rect["left"], rect["top"], rect["left"] + rect["width"], rect["top"] + rect["height"])
    return np.asarray(screenshot(one.page).crop(box), float)


def test_every_view_draws_something_of_its_own(demo: Server, tab: Callable[..., Tab]) -> None:
    one = tab("large").open(demo.url)
    open_tensor(one, "max_pooling2d_1")
    seen = {}
    for view in VIEWS:
        one.page.evaluate(f"window.cutaway.state.view.value = '{view}'")
        one.idle()
        seen[view] = inset_pixels(one)
        assert seen[view].std() > 8, view
    for i, a in enumerate(VIEWS):
        for b in VIEWS[:i]:
            assert correlation(seen[a], seen[b]) < 0.98, (a, b)


@pytest.mark.parametrize("view", ["cells", "numbers"])
@pytest.mark.parametrize("name", ["conv2d", "dense_2"])
def test_digits_in_cells_are_the_numbers(
    demo: Server, tab: Callable[..., Tab], view: str, name: str
) -> None:
    one = tab("large").open(demo.url)
    stats = open_tensor(one, name)
    one.page.evaluate(f"window.cutaway.state.view.value = '{view}'")
    one.idle()
    array = array_of(one, stats["value"])[0]
    read = read_cells(one, stats)
    assert len(read) >= 6
    for (row, column), text in read.items():
        wanted = float(cell_of(array, stats, row, column))
        digits = len(text.replace("-", "").replace(".", "").lstrip("0").partition("e")[0])
        tolerance = abs(wanted) * 10.0 ** -max(0, digits - 1) + 1e-12
        assert abs(float(text) - wanted) <= tolerance, (text, wanted)


def cell_of(array: np.ndarray, stats: dict[str, Any], row: int, column: int) -> float:
    """The element that a cell of the sheet shows: feature maps (H, W, C), or a vector."""
    a = stats["arrangement"]
    if array.ndim == 1:
        return array[row * a["columns"] + column]
    slot = row // a["rows"] * a["grid"][1] + column // a["columns"]
    return array[row % a["rows"], column % a["columns"], slot]


def test_a_port_opens_its_tensor(demo: Server, tab: Callable[..., Tab]) -> None:
    one = tab("large").open(demo.url)
    ports = one.page.evaluate("window.cutaway.ports()")
    node = next(p["node"] for p in ports if p["role"] == "kernel")
    roles = [p["role"] for p in ports if p["node"] == node and p["side"] == "left"]
    assert roles == ["data", "kernel", "bias"]
    for port in [p for p in ports if p["node"] == node]:
        one.page.mouse.click(port["x"], port["y"])
        one.idle()
        selected = one.state("selected")
        assert isinstance(selected, dict)
        assert selected["value"] == port["value"]
        ports_now = one.page.evaluate("window.cutaway.ports()")
        assert len(ports_now) == len(ports)
        one.page.keyboard.press("Escape")
        one.idle()


def save(one: Tab, words: str) -> bytes:
    """What an item of the Save menu downloads."""
    one.page.get_by_role("button", name="Save").click()
    with one.page.expect_download() as download:
        one.page.get_by_role("menuitem", name=words, exact=False).first.click()
    return download.value.path().read_bytes()


def test_what_is_downloaded_is_the_tensor(demo: Server, tab: Callable[..., Tab]) -> None:
    one = tab("large").open(demo.url)
    stats = open_tensor(one, "max_pooling2d")
    array = array_of(one, stats["value"])
    saved = np.load(io.BytesIO(save(one, ".npy")))
    assert list(saved.shape) == stats["shape"]
    np.testing.assert_array_equal(saved, array)
    (held,) = np.load(io.BytesIO(save(one, ".npz"))).values()
    np.testing.assert_array_equal(held, array)
    rows = save(one, ".csv").decode().splitlines()
    assert len(rows) == 1 + array.size // array.shape[-1]
    assert np.float32(rows[1].split(",")[-1]) == array.reshape(-1, array.shape[-1])[0, -1]
    assert save(one, ".png")[:8] == b"\x89PNG\r\n\x1a\n"
    a = stats["arrangement"]
    true = Image.open(io.BytesIO(save(one, "true size")))
    assert true.size == (a["grid"][1] * a["columns"], a["grid"][0] * a["rows"])


def test_colours_range_and_scaling_change_the_picture(
    demo: Server, tab: Callable[..., Tab]
) -> None:
    one = tab("large").open(demo.url)
    stats = open_tensor(one, "conv2d")
    one.page.evaluate("window.cutaway.state.view.value = 'flat'")
    one.idle()
    base = {"table": None, "range": {"kind": "robust"}, "scaling": "tensor"}
    changes = (
        {"table": "viridis"},
        {"range": {"kind": "full"}},
        {"range": {"kind": "typed", "low": 0, "high": 0.1}},
        {"scaling": "map"},
    )
    before = inset_pixels(one)
    for change in changes:
        one.page.evaluate(
            "([value, style]) => { window.cutaway.state.styles.value = new Map([[value, style]]) }",
            [stats["value"], {**base, **change}],
        )
        one.idle()
        assert np.abs(inset_pixels(one) - before).mean() > 1, change


def test_a_finger_opens_a_tensor(demo: Server, tab: Callable[..., Tab]) -> None:
    one = tab("large", has_touch=True).open(demo.url)
    sheet = next(s for s in one.sheets() if s["name"] == "conv2d_1")
    x, y = np.asarray(sheet["corners"]).mean(0)
    one.page.touchscreen.tap(x, y)
    one.page.wait_for_function("window.cutaway.state.selected.value !== null")
    selected = one.state("selected")
    assert isinstance(selected, dict)
    assert selected["value"] == sheet["value"]


def test_a_layer_can_be_hidden_and_fanned_from_its_panel(
    demo: Server, tab: Callable[..., Tab]
) -> None:
    one = tab("large").open(demo.url)
    before = len(one.sheets())
    open_tensor(one, "conv2d")
    one.page.get_by_role("button", name="Fan this layer").click()
    one.idle()
    assert len(one.sheets()) == before + 15
    one.page.get_by_role("button", name="Hide this layer").click()
    one.idle()
    assert len(one.sheets()) == before - 1
