"""From the whole network to one cell, without a break, and the number that stands in it."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import numpy as np
import pytest
from browser.digits import read_runs
from browser.driver import Server, Tab
from browser.pictures import screenshot
from browser.places import SheetOnScreen, straight
from browser.test_panel import array_of, source_of, stats_of

import cutaway
from cutaway import demo as shipped
from cutaway.pictures import texts

NAME = "conv2d_2:linear"
"""What the third convolution of the demo network gives."""

READABLE = 235
"""Pixels of a cell in which every float32 has room."""


def sheet_of(one: Tab, name: str) -> dict:
    found = [sheet for sheet in one.sheets() if sheet["name"] == name and sheet["map"] is None]
    assert found, f"{name} is not drawn"
    return found[0]


def zoom_to(one: Tab, stats: dict, row: int, column: int) -> None:
    """Turn the wheel over a cell until it can be read, as a hand does; it stays drawn."""
    wide, tall = one.page.evaluate("[innerWidth, innerHeight]")
    widths = []
    for _ in range(80):
        sheet = SheetOnScreen(sheet_of(one, NAME)["corners"], stats)
        corners = np.array(sheet.corners(row, column))
        widths.append(np.hypot(*(corners[1] - corners[0])))
        if widths[-1] >= READABLE:
            break
        x, y = sheet.middle(row, column)
        assert 0 < x < wide
        assert 0 < y < tall
        one.page.mouse.move(x, y)
        one.page.mouse.wheel(0, -400)
        one.idle()
    # Without a break: it only grows, and never by more than the wheel turns.
    steps = np.array(widths[1:]) / widths[:-1]
    assert widths[0] < 4
    assert widths[-1] >= READABLE
    assert steps.min() > 1.01
    assert steps.max() < 2


@pytest.mark.parametrize("far", [0, 100_000])
def test_from_the_whole_network_to_one_number(
    demo: Server, tab: Callable[..., Tab], far: int
) -> None:
    """Also where the network stands far out, as in a large one."""
    one = tab("large").open(demo.url)
    one.page.evaluate(f"window.cutaway.begin({far})")
    one.idle()
    assert abs(one.page.evaluate("window.cutaway.camera().target[0]") - far) < 100
    value = sheet_of(one, NAME)["value"]
    stats = stats_of(one, value)
    a, array = stats["arrangement"], array_of(one, value)
    map_, row, column = 9, 6, 5
    down, across = divmod(map_, a["grid"][1])
    cell = (down * a["rows"] + row, across * a["columns"] + column)
    zoom_to(one, stats, *cell)
    one.page.mouse.move(2, 2)
    one.idle()
    # What is under the cursor stands a little higher.
    sheet = SheetOnScreen(sheet_of(one, NAME)["corners"], stats)
    corners = np.array(sheet.corners(*cell))
    size = tuple(3 * round(float(np.hypot(*(corners[i] - corners[0])))) for i in (1, 3))
    shot = straight(screenshot(one.page), sheet.corners(*cell), size)
    index = (0, row, column, map_) if a["axes"]["grid"] == [3] else (0, map_, row, column)
    (exact,) = texts(array[index].reshape(1))
    assert read_runs(one, shot[9:-9, 9:-9]) == exact
    # The same from Python, and the sum that made it.
    with cutaway.open(shipped.model(prefer_keras=len(index) == 4 and index[3] == map_)) as model:
        run = model.run(shipped.sample(0).path)
        np.testing.assert_allclose(run[NAME][index], np.float32(exact), rtol=1e-5)
    flat = int(np.ravel_multi_index(index, array.shape))
    told = httpx.get(f"{source_of(one, value)}/sum/{flat}", timeout=30).json()
    assert told["captured_text"] == exact
    assert told["verdict"] in ("equal", "rounding")
    assert abs(told["computed"] - float(exact)) <= 1e-5 * told["absolute"]
