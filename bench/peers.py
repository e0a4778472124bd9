"""Netron and Model Explorer at large graphs: started, drawn, unfolded, zoomed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PageError
from playwright.sync_api import TimeoutError as PageTimeout

from bench.measure import limited, running
from bench.pages import NETRON_DRAWN, SIZE, free_port, netron_command, wait_for

T = TypeVar("T")

PROBE = Path(__file__).with_name("probe.js")

STILL = 500
"""Milliseconds without a drawing after which a picture stands still."""


@dataclass(frozen=True)
class Drawn:
    """Seconds to the first finished picture."""

    command: float
    navigation: float


@contextmanager
def probed(browser: Browser, *, calm: bool = True, watch: bool = False) -> Iterator[Page]:
    """A page with an empty cache and the probe in it.

    Args:
        browser: the one for all.
        calm: whether the page is asked for less motion.
        watch: whether each burst of drawing is timed, for programs that say nothing themselves.
    """
    context = browser.new_context(
        viewport=SIZE, bypass_csp=True, reduced_motion="reduce" if calm else "no-preference"
    )
    try:
        context.add_init_script(PROBE.read_text("utf-8"))
        if watch:
            context.add_init_script("bench.watch = true")
        page = context.new_page()
        page.goto("about:blank")
        yield page
    finally:
        context.close()


def attempt(work: Callable[[], T], seconds: float) -> T | None:
    """What work gives, None where it takes longer than so many seconds."""
    with limited(seconds) as limit:
        try:
            return work()
        except PageTimeout:
            return None
        except PageError:
            if not limit.over:
                raise
            return None


@contextmanager
def netron(browser: Browser, model: Path, seconds: float) -> Iterator[tuple[Page, Drawn]]:
    """Netron with its graph drawn: in the page, laid out, shown, and two frames later.

    Two frames, as the first one paints what the second one may show: the elements alone stand
    in the page long before anyone sees them.
    """
    port = free_port()
    begun = time.time()
    command = [netron_command(), "--port", str(port), "--verbosity", "quiet", str(model)]
    with running(command, None, seconds), probed(browser) as page:
        url = f"http://localhost:{port}/"
        # It would ask first whether it may report on its user.
        page.context.add_cookies([{"name": "consent", "value": "1", "url": url}])
        wait_for(url)
        going = time.time()
        page.goto(url, wait_until="commit")
        page.wait_for_function(
            f"document.querySelector('{NETRON_DRAWN}') !== null", timeout=seconds * 1000
        )
        done = page.evaluate(
            "bench.frame().then(bench.frame).then(t => (performance.timeOrigin + t) / 1000)"
        )
        yield page, Drawn(done - begun, done - going)


@contextmanager
def explorer(browser: Browser, model: Path, seconds: float) -> Iterator[tuple[Page, Drawn]]:
    """Model Explorer with its first picture finished: input, one folded box, output."""
    begun = time.time()
    command = [
        str(Path(sys.executable).with_name("model-explorer")),
        str(model),
        "--extensions=model_explorer_onnx",
        "--no_open_in_browser",
        "--host=127.0.0.1",
        f"--port={free_port()}",
    ]
    server = running(command, "http://127.0.0.1", seconds)
    with server as (_, line), probed(browser, watch=True) as page:
        going = time.time()
        page.goto(line.strip(), wait_until="commit")
        page.wait_for_function("bench.drew(1) !== null", timeout=seconds * 1000)
        done = page.evaluate("(performance.timeOrigin + bench.drew(1)) / 1000")
        yield page, Drawn(done - begun, done - going)


def netron_start(
    browser: Browser, model: Path, seconds: float, zoomed: float = 0
) -> tuple[Drawn, dict[str, list[float]]] | None:
    """One start of Netron, None where it has drawn nothing after so many seconds.

    With ``zoomed`` seconds, the milliseconds between its frames at three zooms as well.
    """

    def once() -> tuple[Drawn, dict[str, list[float]]]:
        with netron(browser, model, seconds + 60) as (page, drawn):
            return drawn, netron_intervals(page, zoomed) if zoomed else {}

    return attempt(once, seconds + zoomed * 12)


def explorer_start(
    browser: Browser, model: Path, seconds: float, nodes: int = 0, unfolding: float = 0
) -> tuple[Drawn, Unfolding | None] | None:
    """One start of Model Explorer, None where it has drawn nothing after so many seconds.

    With seconds for ``unfolding``, everything is unfolded then; None where it takes longer.
    """

    def once() -> tuple[Drawn, Unfolding | None]:
        with explorer(browser, model, seconds + unfolding + 60) as (page, drawn):
            return drawn, unfold(page, nodes, unfolding) if unfolding else None

    return attempt(once, seconds + unfolding + 40)


@dataclass(frozen=True)
class Unfolding:
    """Seconds from the click on Model Explorer's button for all layers."""

    first: float
    """To the first finished frame with all boxes, still on their way."""
    still: float
    """To the last frame of its motion, finished."""


def unfold(page: Page, nodes: int, seconds: float) -> Unfolding | None:
    """Model Explorer's unfolding of everything, None where it takes longer than ``seconds``.

    Its boxes, frames, words and arrows are all instances of a few meshes, several to a node,
    so a burst with more of them than nodes is the unfolded picture.
    """

    def once() -> Unfolding:
        page.wait_for_function(f"bench.rested({STILL}) !== null", timeout=30_000)
        start = page.evaluate(
            "bench.bursts = [], [...document.querySelectorAll('mat-icon')]"
            ".find(icon => icon.textContent.trim() === 'unfold_more_double').click(), "
            "performance.now()"
        )
        page.wait_for_function(
            f"bench.drew({nodes}) !== null && bench.rested({STILL}) !== null",
            timeout=seconds * 1000,
        )
        first, still = page.evaluate(f"[bench.drew({nodes}), bench.rested({STILL})]")
        return Unfolding((first - start) / 1000, (still - start) / 1000)

    return attempt(once, seconds)


SHIFTED = "({ deltaY: 50, shiftKey: true })"
"""A turn of the wheel with which Netron zooms: by 2^0.1."""

NETRON_STATE = """() => {
  const box = document.querySelector('#canvas').getBoundingClientRect();
  return [box.x, box.y, box.width].join();
}"""

NETRON_ZOOM = """async (delta) => {
  const target = document.querySelector('#target');
  const turn = { deltaY: delta, shiftKey: true, cancelable: true };
  target.dispatchEvent(new WheelEvent('wheel', turn));
  await bench.frame();
  const nodes = document.querySelectorAll('#canvas g.node');
  nodes[nodes.length >> 1].scrollIntoView({ block: 'center', inline: 'center' });
  await bench.frame(), await bench.frame();
  return document.querySelector('#canvas').getBoundingClientRect().width;
}"""


def netron_intervals(page: Page, seconds: float) -> dict[str, list[float]]:
    """Milliseconds between frames while Netron zooms and pans, at three zooms.

    ``whole`` is as far out as it goes (0.15, where a large graph is larger than the window),
    ``block`` its zoom 1, ``middle`` between them.
    """
    found = {}
    near = page.evaluate(NETRON_ZOOM, 0)
    far = page.evaluate(NETRON_ZOOM, 5000)
    # Its zoom is 2 to the power of -0.002 times what the wheel turns.
    whole_to_block = f"Math.log2({far} / {near}) / 0.002"
    for name, turn in {
        "whole": "0",
        "middle": f"{whole_to_block} / 2",
        "block": whole_to_block,
    }.items():
        page.evaluate(NETRON_ZOOM, 5000)
        page.evaluate(NETRON_ZOOM, page.evaluate(turn))
        found[name] = page.evaluate(
            f"bench.drive(document.querySelector('#canvas'), {SHIFTED}, {NETRON_STATE}, {seconds})"
        )
    return found
