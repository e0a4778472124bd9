"""A running command, and a page of it."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page


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
