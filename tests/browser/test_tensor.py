"""What is asked of the open tensor: axes, order, maps, the sum behind a cell, a reference."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from browser.driver import Server, Tab
from browser.test_panel import array_of, open_tensor


def tab_named(one: Tab, name: str) -> None:
    one.page.get_by_role("tab", name=name).click()
    one.idle()


def choose_a_cell(one: Tab) -> None:
    """Click in the middle of the panel's window."""
    rect = one.page.evaluate("window.cutaway.inset().rect")
    x, y = rect["left"] + rect["width"] / 2, rect["top"] + rect["height"] / 2
    one.page.mouse.click(x, y)
    one.page.mouse.move(2, 2)
    one.page.locator(".expression").wait_for()
    one.idle()


def index_shown(one: Tab) -> list[int]:
    words = one.page.locator(".tab strong.number").inner_text()
    return [int(at) for at in words.strip("[]").split(",")]


def test_axes_are_moved_sliced_and_turned(demo: Server, tab: Callable[..., Tab]) -> None:
    one = tab("large").open(demo.url)
    stats = open_tensor(one, "max_pooling2d_1")
    a = stats["arrangement"]
    (grid,) = a["axes"]["grid"]
    letter = "NHWC"[grid] if grid == 3 else "NCHW"[grid]
    one.page.evaluate("window.cutaway.state.view.value = 'flat'")
    tab_named(one, "Axes")
    one.page.get_by_label(f"Where axis {letter} lies").select_option("sliced")
    one.idle()
    # One map alone: the window shows one channel, the one that is asked for.
    one.page.get_by_label(f"Index of axis {letter}").fill("5")
    one.page.keyboard.press("Enter")
    one.idle()
    part = one.page.evaluate("window.cutaway.inset().drawn[0].part")
    assert part == [0, 0, 1, 1]
    one.page.get_by_role("button", name="Transpose").click()
    one.idle()
    one.page.get_by_role("button", name="Reset").click()
    one.idle()
    assert one.page.evaluate("window.cutaway.inset().drawn[0].part") != [0, 0, 1, 1]


def test_maps_are_sorted_and_keep_their_numbers(demo: Server, tab: Callable[..., Tab]) -> None:
    one = tab("large").open(demo.url)
    stats = open_tensor(one, "max_pooling2d_1")
    array = array_of(one, stats["value"])
    (grid,) = stats["arrangement"]["axes"]["grid"]
    means = array.mean(axis=tuple(axis for axis in range(4) if axis != grid))
    tab_named(one, "Axes")
    one.page.get_by_label("Order of the maps").select_option("mean")
    one.page.get_by_label("How many maps are shown").fill("4")
    one.page.keyboard.press("Enter")
    tab_named(one, "Maps")
    rows = one.page.locator(".channels tbody tr th")
    rows.first.wait_for()
    one.idle()
    assert rows.all_inner_texts() == [str(at) for at in np.argsort(-means)[:4]]


def test_a_number_tells_the_sum_that_made_it_and_is_slid(
    demo: Server, tab: Callable[..., Tab]
) -> None:
    one = tab("large").open(demo.url)
    stats = open_tensor(one, "conv2d_2:linear")
    array = array_of(one, stats["value"])
    one.page.evaluate("window.cutaway.state.view.value = 'cells'")
    one.idle()
    choose_a_cell(one)
    before = index_shown(one)
    captured = one.page.locator(".compared dd").nth(1).inner_text()
    assert np.float32(captured) == array[tuple(before)]
    assert one.page.locator(".held").inner_text() in ("rounding", "the same number")
    assert one.page.get_by_text("Theoretical receptive field").count() == 1
    one.page.keyboard.press("ArrowRight")
    one.page.wait_for_timeout(400)
    one.idle()
    after = index_shown(one)
    columns = stats["arrangement"]["axes"]["columns"][0]
    assert after[columns] == before[columns] + 1
    assert [at for axis, at in enumerate(after) if axis != columns] == [
        at for axis, at in enumerate(before) if axis != columns
    ]
    assert np.float32(one.page.locator(".compared dd").nth(1).inner_text()) == array[tuple(after)]
    one.page.keyboard.press("Escape")
    one.idle()
    assert one.page.get_by_text("Click on a cell").count() == 1


def test_a_reference_is_compared(demo: Server, tab: Callable[..., Tab], tmp_path: Path) -> None:
    one = tab("large").open(demo.url)
    first = open_tensor(one, "conv2d")
    one.page.keyboard.press("Escape")
    one.idle()
    second = open_tensor(one, "max_pooling2d_1")
    held = {
        "conv2d": array_of(one, first["value"]),
        "max_pooling2d_1": array_of(one, second["value"]).copy(),
    }
    held["max_pooling2d_1"].reshape(-1)[100] += 3
    path = tmp_path / "reference.npz"
    np.savez(path, **held)
    tab_named(one, "Compare")
    with one.page.expect_file_chooser() as chooser:
        one.page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(path)
    one.page.get_by_text("1 of 2 compared tensors differ").wait_for()
    one.idle()
    rows = one.page.locator(".channels tbody tr")
    assert [row.split("\t")[-1] for row in rows.all_inner_texts()] == ["ok", "differs"]
    most = one.page.locator(".statistics dd").nth(2)
    assert float(most.get_attribute("title") or 0) == 3.0
