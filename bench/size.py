"""Cutaway at a thousand to a hundred thousand nodes: started, unfolded, folded, zoomed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from bench.measure import limited, peak_of, picture_memory, running
from bench.pages import free_port
from bench.peers import Drawn, attempt, probed

LIMIT = 150.0
"""Seconds after which one measurement of Cutaway is given up."""

UNFOLD_ALL = "() => window.cutaway.folding.unfoldAll()"


@contextmanager
def server(model: Path, seconds: float = LIMIT) -> Iterator[str]:
    """The command, started; its page's address."""
    command = [sys.executable, "-m", "cutaway", "open", str(model)]
    command += ["--port", str(free_port()), "--no-browser"]
    with running(command, "Cutaway is at", seconds) as (_, line):
        yield line.split()[-1]


@dataclass(frozen=True)
class Start:
    """One start of the command."""

    structure: Drawn
    """To the folded view, finished."""
    maps: float | None
    """Seconds from the command to all pictures as well; None where nobody waited for them."""


def structure(page: Page, begun: float, going: float) -> Drawn:
    """Seconds to the first finished picture of the folded view with blocks, edges and words.

    Not the mark ``cutaway:structure``: it may come before the words stand in the picture.
    """
    page.wait_for_function("bench.first !== null", timeout=LIMIT * 1000)
    done = page.evaluate("(performance.timeOrigin + bench.first) / 1000")
    return Drawn(done - begun, done - going)


def mark(page: Page, name: str) -> float:
    """The wall time of a mark, in seconds."""
    return page.evaluate(
        "name => (performance.timeOrigin + performance.getEntriesByName(name)[0].startTime) / 1000",
        f"cutaway:{name}",
    )


def quiet(page: Page, seconds: float = LIMIT) -> None:
    """Wait until the run is over and everything in view is drawn."""
    page.wait_for_function(
        "performance.getEntriesByName('cutaway:drawn').length > 0", timeout=seconds * 1000
    )
    page.evaluate("window.cutaway.idle()")


def start(browser: Browser, model: Path, *, maps: bool = True) -> Start | None:
    """One start, None where it takes too long."""

    def once() -> Start:
        begun = time.time()
        with server(model) as url, probed(browser) as page:
            going = time.time()
            page.goto(url, wait_until="commit")
            drawn = structure(page, begun, going)
            if not maps:
                return Start(drawn, None)
            quiet(page)
            return Start(drawn, mark(page, "drawn") - begun)

    return attempt(once, LIMIT)


def warm(browser: Browser, model: Path, times: int) -> list[float]:
    """Seconds from navigation to the folded view, all parsed and run before."""
    taken = []
    with server(model, LIMIT * 2) as url, limited(LIMIT * 2):
        for i in range(times + 1):
            with probed(browser) as page:
                going = time.time()
                page.goto(url, wait_until="commit")
                drawn = structure(page, going, going)
                if i:
                    taken.append(drawn.navigation)
                else:  # the first one waits for the engine
                    quiet(page)
    return taken


@contextmanager
def opened(browser: Browser, model: Path, *, calm: bool = True) -> Iterator[Page]:
    """A page with everything drawn that is drawn at first, the engine done."""
    ready = server(model, LIMIT * 2)
    with ready as url, probed(browser, calm=calm) as page, limited(LIMIT * 2):
        page.goto(url, wait_until="commit")
        quiet(page)
        yield page


@dataclass(frozen=True)
class Unfolding:
    """Seconds from the call that unfolds everything."""

    finished: float
    """To the finished frame in which all stands, less motion asked for."""
    moving: float
    """With motion: to the first finished frame that differs."""
    rest: float
    """With motion: until nothing moves and all maps in view have come."""


def unfold_all(browser: Browser, model: Path) -> Unfolding:
    """Unfold everything, with and without motion, from the first view."""
    with opened(browser, model) as page:
        finished = page.evaluate(f"bench.settled({UNFOLD_ALL})")
    with opened(browser, model, calm=False) as page:
        moving, rest = page.evaluate(
            f"""(async () => {{
              const start = performance.now();
              const first = await bench.changed({UNFOLD_ALL});
              await window.cutaway.idle();
              return [first, performance.now() - start];
            }})()"""
        )
    return Unfolding(finished / 1000, moving / 1000, rest / 1000)


@dataclass(frozen=True)
class Folding:
    """Milliseconds for each of several groups."""

    unfold: list[float]
    fold: list[float]
    unfold_moving: list[float]
    """With motion, to the first frame that differs."""
    fold_moving: list[float]


GROUPS = """count => {
  const all = [...new Set(window.cutaway.ports().map(p => p.group).filter(g => g !== null))];
  return Array.from({ length: Math.min(count, all.length) },
    (_, i) => all[Math.floor(i * all.length / count)]);
}"""


def fold_groups(browser: Browser, model: Path, count: int = 10) -> Folding:
    """Unfold and fold groups of the first view, one after the other, each from rest."""
    with opened(browser, model) as page:
        unfold, fold = each_group(page, "settled", count)
    with opened(browser, model, calm=False) as page:
        unfold_moving, fold_moving = each_group(page, "changed", count)
    return Folding(unfold, fold, unfold_moving, fold_moving)


def each_group(page: Page, probe: str, count: int) -> tuple[list[float], list[float]]:
    """Milliseconds of unfolding and of folding, one for each group."""
    found: dict[str, list[float]] = {"unfold": [], "fold": []}
    groups = page.evaluate(GROUPS, count)
    if len(groups) < count:
        raise RuntimeError(f"{count} groups wanted, the first view has {len(groups)}")
    for group in groups:
        for way, taken in found.items():
            page.evaluate("window.cutaway.idle()")
            taken.append(
                page.evaluate(f"bench.{probe}(async () => window.cutaway.folding.{way}({group}))")
            )
    return found["unfold"], found["fold"]


@dataclass(frozen=True)
class Memory:
    """Peak bytes of the browser's renderers and of what draws for them."""

    folded: int
    unfolded: int
    seconds: float
    """What unfolding everything took."""


def memory(browser: Browser, model: Path) -> Memory:
    """Peaks from navigation to everything drawn, and from there to everything unfolded."""
    with server(model, LIMIT * 2) as url, probed(browser) as page, limited(LIMIT * 2):
        with peak_of(picture_memory, 0.2) as folded:
            page.goto(url, wait_until="commit")
            quiet(page)
        with peak_of(picture_memory, 0.2) as unfolded:
            taken = page.evaluate(f"bench.settled({UNFOLD_ALL})")
            page.evaluate("window.cutaway.idle()")
    return Memory(folded.bytes, max(folded.bytes, unfolded.bytes), taken / 1000)


AWAY = """() => {
  const { eye, target } = window.cutaway.camera();
  return Math.hypot(...eye.map((v, i) => v - target[i]));
}"""

BACK = f"""async (far) => {{
  const canvas = bench.gl.canvas;
  for (let i = 0; i < 400 && ({AWAY})() < far; i++) {{
    canvas.dispatchEvent(new WheelEvent('wheel',
      {{ deltaY: 120, clientX: innerWidth / 2, clientY: innerHeight / 2, cancelable: true }}));
    await bench.frame();
  }}
}}"""


def intervals(browser: Browser, model: Path, seconds: float) -> dict[str, list[float]]:
    """Milliseconds between finished frames, everything unfolded, at three zooms.

    ``whole`` is the whole network in the window, ``block`` one node flown to, ``middle`` at the
    geometric mean of their distances.
    """
    found = {}
    with opened(browser, model) as page:
        page.evaluate(f"({UNFOLD_ALL})().then(() => window.cutaway.idle())")
        fly(page, "{ to: 'home' }")
        far = page.evaluate(AWAY)
        found["whole"] = drive(page, seconds)
        node = "window.cutaway.state.opened.value.graph.nodeCount >> 1"
        fly(page, f"{{ to: 'node', node: {node} }}")
        near = page.evaluate(AWAY)
        found["block"] = drive(page, seconds)
        fly(page, f"{{ to: 'node', node: {node} }}")
        page.evaluate(BACK, (far * near) ** 0.5)
        page.evaluate("window.cutaway.idle()")
        found["middle"] = drive(page, seconds)
    return found


def fly(page: Page, flight: str) -> None:
    """Send the eye somewhere and wait until it stands and everything there is drawn."""
    page.evaluate(f"window.cutaway.state.flight.value = {flight}")
    page.evaluate("window.cutaway.idle()")


def drive(page: Page, seconds: float) -> list[float]:
    """Milliseconds between finished frames while zooming and panning."""
    return page.evaluate(
        f"bench.drive(bench.gl.canvas, {{ deltaY: 120 }}, () => bench.draws, {seconds})"
    )


GROWTH = """
import json, sys, time
from pathlib import Path
from cutaway.layout import Places
from cutaway.loaders import open_model

def once(path):
    start = time.perf_counter()
    graph = open_model(Path(path), lambda _: None).graph
    loaded = time.perf_counter()
    places = Places(graph)
    places.of(0)
    first = time.perf_counter()
    for group in graph.groups[1:]:
        if group.what != "fused":
            places.of(group.id)
    return [loaded - start, first - loaded, time.perf_counter() - first]

once(sys.argv[1])  # what is imported on first use
print(json.dumps(once(sys.argv[2])))
"""


@dataclass(frozen=True)
class Growth:
    """Seconds of one fresh process, imports left out."""

    loading: float
    """The file read, its groups found."""
    first: float
    """The layout of the outermost level."""
    rest: float
    """The layouts of all other groups."""

    @property
    def whole(self) -> float:
        """All of it."""
        return self.loading + self.first + self.rest


def growth(small: Path, model: Path) -> Growth:
    """Loading, grouping and all layouts in a fresh process; no engine, no page."""
    done = subprocess.run(
        [sys.executable, "-c", GROWTH, str(small), str(model)],
        check=True,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    return Growth(*json.loads(done.stdout))
