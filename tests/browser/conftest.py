"""The real command, the real server and a real browser; any console error fails a test."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

SIZES = {"large": (1920, 1080), "small": (1280, 720)}

_FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")


@dataclass
class Server:
    """A running ``cutaway`` command."""

    process: subprocess.Popen[str]
    url: str
    said: list[str] = field(default_factory=list)

    def stop(self) -> int:
        """End it as Ctrl-C would; its exit status."""
        self.process.terminate()
        return self.process.wait(20)


def start(home: Path, *arguments: str, seconds: float = 90) -> Server:
    """Start ``cutaway ARGUMENTS --no-browser`` and wait for its address."""
    environment = {**os.environ, "CUTAWAY_HOME": str(home)}
    process = subprocess.Popen(
        [sys.executable, "-m", "cutaway", *arguments, "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )
    lines: queue.Queue[str] = queue.Queue()
    server = Server(process, "")

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            server.said.append(line)
            lines.put(line)
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    while True:
        line = lines.get(timeout=seconds)
        if not line:
            raise AssertionError(f"no address came: {''.join(server.said)}")
        if "Cutaway is at" in line:
            server.url = line.split()[-1]
            return server


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts commands that end with the test."""
    running: list[Server] = []

    def begin(*arguments: str | Path) -> Server:
        running.append(start(tmp_path / "home", *map(str, arguments)))
        return running[-1]

    yield begin
    for server in running:
        server.stop()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """``cutaway demo``, for all tests that do not change what it holds."""
    server = start(tmp_path_factory.mktemp("home"), "demo")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium that draws in software."""
    path = os.environ.get("CUTAWAY_CHROMIUM") or shutil.which("chromium")
    assert path, "CUTAWAY_CHROMIUM names no browser and none is on the path"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield launched
        launched.close()


@dataclass
class Tab:
    """One page, what it asked for and what it complained of."""

    page: Page
    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def open(self, url: str) -> Tab:
        """Go to a page and wait until everything is drawn."""
        self.page.goto(url)
        self.idle()
        return self

    def idle(self) -> None:
        """Wait until everything in view is drawn and stands still."""
        self.page.wait_for_function("window.cutaway !== undefined")
        self.page.evaluate(
            "Promise.race([window.cutaway.idle(), new Promise((_, fail) => "
            "setTimeout(() => fail(new Error('not idle after 60 s')), 60000))])"
        )

    def state(self, name: str) -> object:
        """The value of a signal of the page's state."""
        return self.page.evaluate(f"window.cutaway.state.{name}.value")

    def sheets(self) -> list[dict[str, object]]:
        """Every sheet in the scene."""
        return self.page.evaluate("window.cutaway.sheets()")


@pytest.fixture
def tab(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Tab]]:
    """Opens pages of a size; a test fails where one of them logged an error."""
    tabs: list[Tab] = []
    allowed = request.node.get_closest_marker("allows_errors") is not None

    def begin(size: str = "small", **more: object) -> Tab:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark", **more
        )
        made = Tab(context.new_page())
        made.page.on(
            "console",
            lambda message: made.errors.append(message.text) if message.type == "error" else None,
        )
        made.page.on("pageerror", lambda error: made.errors.append(str(error)))
        made.page.on("request", lambda one: made.asked.append(one.url))
        tabs.append(made)
        return made

    yield begin
    for one in tabs:
        one.page.context.close()
    if not allowed:
        assert [error for one in tabs for error in one.errors] == []
