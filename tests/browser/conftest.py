"""The real command, the real server and a real browser; any console error fails a test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser.driver import Server, Tab, start
from playwright.sync_api import Browser, sync_playwright

from cutaway import demo as shipped

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
def onnx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo's ONNX twin, whose engine is the quickest."""
    home = tmp_path_factory.mktemp("home")
    server = start(home, "open", str(shipped.model(prefer_keras=False)))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[..., Browser]]:
    """Starts headless Chromiums that draw in software; called with flags of their own."""
    path = os.environ.get("CUTAWAY_CHROMIUM") or shutil.which("chromium")
    assert path, "CUTAWAY_CHROMIUM names no browser and none is on the path"
    with sync_playwright() as playwright:

        def begin(*flags: str) -> Browser:
            return playwright.chromium.launch(executable_path=path, args=[*_FLAGS, *flags])

        yield begin


@pytest.fixture(scope="session")
def browser(launch: Callable[..., Browser]) -> Iterator[Browser]:
    """The one that most tests share."""
    launched = launch()
    yield launched
    launched.close()


@pytest.fixture
def tab(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Tab]]:
    """Opens pages of a size; a test fails where one of them logged an error."""
    tabs: list[Tab] = []
    allowed = request.node.get_closest_marker("allows_errors") is not None

    def begin(size: str = "small", **more: object) -> Tab:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark",
            bypass_csp=True,  # waiting for a condition evaluates text
            **more,
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
