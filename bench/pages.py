"""From the command to the picture, beside Netron, in one browser."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.measure import median, stop

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZE = {"width": 1280, "height": 720}

NETRON_DRAWN = "body.default #canvas g.node"
"""Its graph is in the page, and the page shows it."""


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """A browser that is there before anything is measured."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def wait_for(url: str, seconds: float = 60) -> None:
    """Wait until a server answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.004)
    raise TimeoutError(f"{url} does not answer")


@dataclass(frozen=True)
class Times:
    """Seconds from the command's start, and from navigation."""

    structure: float
    everything: float
    navigation_structure: float
    navigation_everything: float


def start_cutaway(*arguments: str) -> tuple[subprocess.Popen[str], str]:
    """Start the command; its page's address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cutaway", *arguments, "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "Cutaway is at" in line:
            return process, line.split()[-1]
    raise RuntimeError("cutaway did not start")


def cutaway(page: Page, model: Path) -> Times:
    """One start of Cutaway."""
    begun = time.time()
    process, url = start_cutaway("open", str(model), "--port", str(free_port()))
    try:
        going = time.time()
        page.goto(url, wait_until="commit")
        marks = marks_of(page)
        return Times(
            marks["structure"] - begun,
            marks["drawn"] - begun,
            marks["structure"] - going,
            marks["drawn"] - going,
        )
    finally:
        page.goto("about:blank")
        stop(process)


def marks_of(page: Page, seconds: float = 120) -> dict[str, float]:
    """When the structure and everything had been drawn, as wall times."""
    page.wait_for_function(
        "performance.getEntriesByName('cutaway:drawn').length > 0", timeout=seconds * 1000
    )
    return page.evaluate(
        "Object.fromEntries(['structure', 'drawn'].map(n => [n, (performance.timeOrigin + "
        "performance.getEntriesByName('cutaway:' + n)[0].startTime) / 1000]))"
    )


def netron_command() -> str:
    """Netron's own command, beside this Python."""
    return str(Path(sys.executable).with_name("netron"))


def netron(page: Page, model: Path) -> tuple[float, float]:
    """One start of Netron: seconds from its command, and from navigation."""
    port = free_port()
    begun = time.time()
    process = subprocess.Popen(
        [netron_command(), "--port", str(port), "--verbosity", "quiet", str(model)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    url = f"http://localhost:{port}/"
    # It would ask first whether it may report on its user.
    page.context.add_cookies([{"name": "consent", "value": "1", "url": url}])
    try:
        wait_for(url)
        going = time.time()
        page.goto(url, wait_until="commit")
        page.locator(NETRON_DRAWN).first.wait_for(state="attached", timeout=240_000)
        done = time.time()
        return done - begun, done - going
    finally:
        page.goto("about:blank")
        stop(process)


def warm_navigation(browser: Browser, model: Path, times: int) -> float:
    """Median seconds from navigation to everything drawn, the model opened and run before."""
    process, url = start_cutaway("open", str(model), "--port", str(free_port()))
    taken = []
    try:
        for i in range(times + 1):
            with fresh(browser) as page:
                going = time.time()
                page.goto(url, wait_until="commit")
                if i:  # the first one waits for the engine
                    taken.append(marks_of(page)["drawn"] - going)
                else:
                    marks_of(page)
    finally:
        stop(process)
    return median(taken)


@contextmanager
def fresh(browser: Browser) -> Iterator[Page]:
    """A page with an empty cache."""
    context = browser.new_context(viewport=SIZE, bypass_csp=True)
    try:
        page = context.new_page()
        page.goto("about:blank")
        yield page
    finally:
        context.close()


def repeated(browser: Browser, once: Callable[[Page], object], times: int) -> list[object]:
    """Several measurements, each on a fresh page."""
    found = []
    for _ in range(times):
        with fresh(browser) as page:
            found.append(once(page))
    return found


def click_to_picture(browser: Browser, model: Path, times: int = 9) -> float:
    """Median seconds from a click on a port to its tensor's picture: 384-channel outputs."""
    process, url = start_cutaway("open", str(model), "--port", str(free_port()))
    taken = []
    try:
        with fresh(browser) as page:
            page.goto(url)
            marks_of(page)
            for _ in range(times):
                taken += [click(page, value) for value in wide_values(page)]
    finally:
        stop(process)
    return median(taken)


def wide_values(page: Page) -> list[int]:
    """Values of 384 channels that a node writes."""
    return page.evaluate(
        "(graph => Array.from({ length: graph.valueCount }, (_, id) => id)"
        ".filter(id => graph.whatOf(id) === 'activation' && graph.shapeOf(id)?.[1] === 384))"
        "(window.cutaway.state.opened.value.graph)"
    )


def click(page: Page, value: int) -> float:
    """Seconds from the click to the mark that its tensor has been drawn in the panel."""
    page.evaluate("window.cutaway.state.selected.value = null")
    page.evaluate("window.cutaway.idle()")
    ports = page.evaluate("window.cutaway.ports()")
    port = next(p for p in ports if p["value"] == value and p["side"] == "right")
    page.evaluate("performance.clearMarks()")
    page.mouse.click(port["x"], port["y"])
    page.wait_for_function("performance.getEntriesByName('cutaway:panel').length > 0")
    return page.evaluate(
        "(performance.getEntriesByName('cutaway:panel')[0].startTime - "
        "performance.getEntriesByName('cutaway:click').at(-1).startTime) / 1000"
    )
