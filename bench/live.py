"""Live drawing: real pointer events on the pad, timed to the last visible map drawn."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page

from bench.measure import median, stop
from bench.pages import SIZE, start_cutaway
from cutaway import demo

_MOVES = 30
_WARM = 5
_APART = 0.25
_TOGETHER = 0.016

_TIMES = """
(() => {
  const drawn = new Map(
    performance.getEntriesByName('cutaway:drawn').map((one) => [one.detail, one.startTime]));
  return performance.getEntriesByName('cutaway:pen')
    .filter((one) => drawn.has(one.detail.trace))
    .map((one) => ({ ...one.detail, drawn: drawn.get(one.detail.trace) - one.startTime }));
})()
"""


@dataclass(frozen=True)
class Strokes:
    """What was measured while something was drawn."""

    frames: list[dict[str, float]]
    """Milliseconds of each frame: ``drawn``, ``trip``, ``prepare``, ``run``, ``pictures``."""
    maps: int
    """Tensors drawn in the scene."""
    frame: float
    """Milliseconds of one frame of the window, drawn from scratch."""

    def of(self, name: str) -> list[float]:
        """One of the times, frame by frame."""
        return [one[name] for one in self.frames]


def p90(times: list[float]) -> float:
    """The time that nine of ten stay below."""
    return sorted(times)[max(0, math.ceil(0.9 * len(times)) - 1)]


def measured(browser: Browser) -> Iterator[tuple[str, Strokes]]:
    """The demo as it opens and its ONNX twin, movements apart and in one go."""
    opened = ["demo"], ["open", str(demo.model(prefer_keras=False))]
    for words, arguments in zip(("as `cutaway demo` opens it", "in ONNX"), opened, strict=True):
        process, url = start_cutaway(*arguments)
        try:
            page = _page(browser, url)
            for how, pause in (("moves apart", _APART), ("moves at 60 a second", _TOGETHER)):
                yield f"{words}, {how}", _drawn(page, pause)
            page.context.close()
        finally:
            stop(process)


def _page(browser: Browser, url: str) -> Page:
    page = browser.new_context(viewport=SIZE, bypass_csp=True).new_page()
    page.goto(url)
    page.wait_for_function("window.cutaway !== undefined")
    page.evaluate("window.cutaway.idle()")
    page.keyboard.press("q")
    page.wait_for_selector(".pad-sheet")
    page.evaluate("window.cutaway.idle()")
    return page


def _drawn(page: Page, pause: float) -> Strokes:
    """The figures of one line on the pad, its first frames left out."""
    page.evaluate("performance.clearMarks('cutaway:pen'); performance.clearMarks('cutaway:drawn')")
    box: Any = page.locator(".pad-sheet").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(middle[0] + box["width"] / 3, middle[1])
    page.mouse.down()
    moves = _WARM + (_MOVES if pause == _APART else 3 * _MOVES)
    for i in range(moves):
        turn = i / 9
        far = box["width"] * (0.33 - 0.25 * i / moves)
        page.mouse.move(middle[0] + far * math.cos(turn), middle[1] + far * math.sin(turn))
        time.sleep(pause)
    page.mouse.up()
    time.sleep(1)
    page.evaluate("window.cutaway.idle()")
    frames: list[dict[str, float]] = page.evaluate(_TIMES)[_WARM:]
    maps = page.evaluate("new Set(window.cutaway.sheets().map((one) => one.value)).size")
    frame = median([page.evaluate("window.cutaway.frame()") for _ in range(5)])
    page.get_by_role("button", name="Clear").click()
    time.sleep(0.5)
    return Strokes(frames, maps, frame)
