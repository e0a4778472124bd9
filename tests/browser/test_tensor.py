"""What is asked of the open tensor: axes, order, maps, the sum behind a cell, a reference."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from browser.digits import GAP, has_element, read_runs, within
from browser.driver import Server, Tab
from browser.pictures import screenshot
from browser.test_panel import array_of, open_tensor
from loaders.made import info, save
from onnx import helper

from cutaway.pictures import texts


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


def cells_on_screen(one: Tab, stats: dict) -> dict[tuple[int, int], tuple[int, int, int, int]]:
    """Left, top, right, bottom of every cell that lies wholly in the panel's window."""
    told = one.page.evaluate("window.cutaway.inset()")
    rect, (drawn,), a = told["rect"], told["drawn"], stats["arrangement"]
    (x0, y0), (x1, _), _, (_, y1) = ((c["x"], c["y"]) for c in drawn["corners"])
    left, top, right, bottom = drawn["part"]
    x, y = (x1 - x0) / (right - left), (y1 - y0) / (bottom - top)
    gap = [GAP * max(a["rows"], a["columns"]) / n for n in (a["columns"], a["rows"])]
    wide, tall = x / a["columns"], y / a["rows"]
    return {
        (row, column): (round(at), round(down), round(at + wide), round(down + tall))
        for row, down in within(a, 0, (y0, y, top, gap[1]), rect["top"], rect["height"])
        for column, at in within(a, 1, (x0, x, left, gap[0]), rect["left"], rect["width"])
        if has_element(a, row, column)
    }


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
        one.page.get_by_role("tabpanel").get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(path)
    one.page.get_by_text("1 of 2 compared tensors differ").wait_for()
    one.idle()
    rows = one.page.locator(".channels tbody tr")
    assert [row.split("\t")[-1] for row in rows.all_inner_texts()] == ["ok", "differs"]
    most = one.page.locator(".statistics dd").nth(2)
    assert float(most.get_attribute("title") or 0) == 3.0


def test_numbers_stand_on_a_tensor_larger_than_its_overview(
    serve: Callable[..., Server], tab: Callable[..., Tab], tmp_path: Path
) -> None:
    """Its cells come in tiles, which must not hide what is written on them."""
    shape = (1, 9, 220, 220)
    node = helper.make_node("MaxPool", ["x"], ["y"], "pool", kernel_shape=[1, 1])
    path = save(tmp_path, "large", [node], [info("x", *shape)], [info("y", *shape)])
    one = tab("large").open(serve("open", path).url)
    stats = open_tensor(one, "y")
    assert stats["levels"][0]["width"] > 512
    array = array_of(one, stats["value"])[0]
    one.page.evaluate("window.cutaway.state.view.value = 'cells'")
    one.idle()
    rect = one.page.evaluate("window.cutaway.inset().rect")
    one.page.mouse.move(rect["left"] + rect["width"] / 2, rect["top"] + rect["height"] / 2)
    one.page.mouse.wheel(0, -500)
    one.page.mouse.move(2, 2)
    one.idle()
    cells = cells_on_screen(one, stats)
    assert cells
    shot = np.asarray(screenshot(one.page).convert("L"), float)
    for (row, column), (left, top, right, bottom) in list(cells.items())[:3]:
        slot = row // 220 * stats["arrangement"]["grid"][1] + column // 220
        (exact,) = texts(array[slot, row % 220, column % 220].reshape(1))
        assert read_runs(one, shot[top + 3 : bottom - 3, left + 3 : right - 3]) == exact


def test_marked_cells_are_copied(demo: Server, tab: Callable[..., Tab]) -> None:
    one = tab("large").open(demo.url)
    one.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    stats = open_tensor(one, "max_pooling2d_1")
    array = array_of(one, stats["value"])[0]
    one.page.evaluate("window.cutaway.state.view.value = 'cells'")
    one.idle()
    cells = cells_on_screen(one, stats)
    rows, columns = (sorted({cell[axis] for cell in cells}) for axis in (0, 1))
    ends = [cells[rows[0], columns[0]], cells[rows[2], columns[1]]]
    (x0, y0), (x1, y1) = (((e[0] + e[2]) / 2, (e[1] + e[3]) / 2) for e in ends)
    one.page.keyboard.down("Shift")
    one.page.mouse.move(x0, y0)
    one.page.mouse.down()
    one.page.mouse.move(x1, y1, steps=3)
    one.page.mouse.up()
    one.page.keyboard.up("Shift")
    assert one.page.locator(".marked .number").inner_text() == "3 × 2 cells"
    one.page.keyboard.press("Control+c")
    one.page.get_by_text("cells are in the clipboard").wait_for()
    words = one.page.evaluate("navigator.clipboard.readText()")
    told = [[float(x) for x in line.split("\t")] for line in words.splitlines()]
    last = stats["arrangement"]["axes"]["grid"] == [3]
    sheet = array if not last else np.moveaxis(array, -1, 0)
    a = stats["arrangement"]
    slot = rows[0] // a["rows"] * a["grid"][1] + columns[0] // a["columns"]
    r, c = rows[0] % a["rows"], columns[0] % a["columns"]
    np.testing.assert_array_equal(np.float32(told), sheet[slot, r : r + 3, c : c + 2])
    one.page.keyboard.press("Escape")
    assert one.page.locator(".marked").count() == 0


def test_a_map_stands_beside_its_kernel_and_what_a_cell_sees(
    demo: Server, tab: Callable[..., Tab]
) -> None:
    one = tab("large").open(demo.url)
    open_tensor(one, "conv2d_1")
    one.page.evaluate("window.cutaway.state.view.value = 'cells'")
    one.page.evaluate("window.cutaway.state.shownMap.value = 7")
    one.idle()
    kernel = one.page.get_by_role("img", name="The kernel that makes map 7")
    kernel.wait_for()
    assert kernel.evaluate("image => image.complete && image.naturalWidth") == 4 * 4 * 5
    choose_a_cell(one)
    one.page.get_by_text("what the cell sees").wait_for()
    box = one.page.locator(".made .box")
    # 5 x 5 after a pooling of 2 after 5 x 5 after enlarging by 2: about 9 of 28 cells.
    share = float(box.evaluate("box => parseFloat(box.style.width)"))
    assert 100 * 8 / 28 <= share <= 100 * 10 / 28
    one.page.locator("button.made").click()
    one.page.get_by_role("heading", name="conv2d_1").wait_for()
    assert one.state("selected")["value"] != 10
