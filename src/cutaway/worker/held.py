"""One opened model, wherever it lives: the same questions to its own process or to this one."""

from __future__ import annotations

import itertools
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Literal, TypeAlias

from cutaway.session.answer import Answer
from cutaway.settings import Options, scratch

Event: TypeAlias = dict[str, Any]
State: TypeAlias = Literal["opening", "structure", "opened", "failed", "ended"]

GRACE = 2.0
"""Seconds that a cancelled run is given before its process is ended."""

# Keys are cached by browsers for good, so an id must not come again after a restart.
_numbers = itertools.count(int(time.time() * 10) % 4_000_000_000)


def new_id() -> int:
    """A number for a model or a trace that no earlier server has used."""
    return next(_numbers)


class HeldSession(ABC):
    """One opened model; safe to use from any thread.

    Every request returns a ``concurrent.futures.Future``: call ``result()`` on it, or await it
    through ``asyncio.wrap_future``. It fails with the session's own errors, and with WorkerEnded
    where what held the model is gone.
    """

    def __init__(
        self, path: Path, options: Options, listener: Callable[[Event], None] | None
    ) -> None:
        self.id = new_id()
        """The model's id in keys."""
        self.path = path
        self.options = options
        self.state: State = "opening"
        self.message: str | None = None
        """Why the model could not be opened, or why its worker ended."""
        self._listeners = [listener] if listener else []
        self._running: set[int] = set()
        self._scratch = scratch()

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def scratch(self) -> Path:
        """A folder for this model's temporary files; removed with the worker."""
        return self._scratch

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Call ``listener`` with every event from now on."""
        self._listeners.append(listener)

    def get(self, key: str) -> Future[Answer]:
        """The answer to a key such as ``/m/1/graph``."""
        return self._ask({"get": key})

    def many(self, keys: list[str]) -> Future[Answer]:
        """The answers to many keys, in one blob."""
        return self._ask({"many": keys})

    def command(
        self, name: str, arguments: Mapping[str, Any], body: bytes | memoryview = b""
    ) -> Future[Answer]:
        """What the command returns, as JSON."""
        return self._ask({"command": name, "args": dict(arguments)}, body)

    def run(self, arguments: Mapping[str, Any], body: bytes | memoryview = b"") -> int:
        """The id of a run that begins now; its outcome is ``/t/{id}/info``."""
        trace = new_id()
        self._running.add(trace)
        self.command("run", {**arguments, "trace": trace}, body)
        return trace

    def live(
        self, arguments: Mapping[str, Any], body: bytes | memoryview = b""
    ) -> tuple[int, Future[Answer]]:
        """The id of a live frame's trace, and its answer: the trace and the pictures in one blob.

        It fails with Cancelled where a newer frame came before this one was begun.
        """
        trace = new_id()
        return trace, self.command("live", {**arguments, "trace": trace}, body)

    def cancel(self, trace: int) -> None:
        """Stop a run; where that takes more than 2 s, what holds the model is ended."""
        if trace not in self._running:
            return
        self.command("cancel", {"trace": trace})
        timer = threading.Timer(GRACE, self._end_stuck, (trace,))
        timer.daemon = True
        timer.start()

    @abstractmethod
    def close(self) -> None:
        """Give up the model and remove its files."""

    @abstractmethod
    def kill(self, why: str) -> None:
        """End whatever holds the model at once, as far as that is possible."""

    @abstractmethod
    def _ask(self, header: dict[str, Any], body: bytes | memoryview = b"") -> Future[Answer]: ...

    def _end_stuck(self, trace: int) -> None:
        if trace in self._running:
            self.kill(f"the run did not stop within {GRACE:g} s of being cancelled")

    def _note(self, event: Event) -> None:
        match event["type"]:
            case "structure":
                self.state = "structure"
            case "opened":
                self.state = "opened"
            case "open-failed":
                self.state, self.message = "failed", event["message"]
            case "run" if event["state"] not in ("started", "progress"):
                self._running.discard(event["trace"])
            case _:
                pass
        for listener in self._listeners:
            listener(event)
