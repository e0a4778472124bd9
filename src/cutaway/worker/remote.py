"""A session in a process of its own, spoken to from this one."""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import itertools
import json
import os
import shutil
import subprocess
import sys
import threading
import weakref
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue

from cutaway.errors import BY_NAME, CutawayError, WorkerEnded
from cutaway.session.answer import Answer
from cutaway.settings import Options
from cutaway.worker import frames
from cutaway.worker.held import Event, HeldSession

_living: weakref.WeakSet[RemoteSession] = weakref.WeakSet()


class RemoteSession(HeldSession):
    """One opened model in its worker; WorkerEnded is raised where the process is gone."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        engine: bool = True,
        options: Options | None = None,
        listener: Callable[[Event], None] | None = None,
    ) -> None:
        """Start the worker, which begins to open the model at once.

        Args:
            path: the model's file or folder.
            engine: whether the engine is started too, or the structure only read.
            options: what the user said when asking for it.
            listener: called with every event, from a thread of this object's own.
        """
        super().__init__(Path(path), options or Options(), listener)
        self._pending: dict[int, Future[Answer]] = {}
        self._lock = threading.Lock()
        self._requests = itertools.count(1)
        self._outbox: SimpleQueue[list[bytes | memoryview] | None] = SimpleQueue()
        self._said: deque[str] = deque(maxlen=20)
        self._why: str | None = None
        self._process = self._spawn("engine" if engine else "structure")
        self._threads = [
            threading.Thread(target=work, name=f"cutaway-{work.__name__}", daemon=True)
            for work in (self._read, self._write, self._hear)
        ]
        for thread in self._threads:
            thread.start()
        _living.add(self)

    @property
    def process_id(self) -> int:
        """The worker's process id."""
        return self._process.pid

    def close(self) -> None:
        """End the worker and remove its files."""
        self.kill("the model was closed")
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(timeout=5)

    def kill(self, why: str) -> None:
        """End the worker's process at once, whatever it does."""
        self._why = self._why or why
        with contextlib.suppress(OSError):
            self._process.kill()

    def _spawn(self, depth: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-P", "-m", "cutaway.worker"]
        command += [str(self.id), str(self.path), str(self._scratch), depth]
        command.append(json.dumps(dataclasses.asdict(self.options)))
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=_environment(),
        )

    def _ask(self, header: frames.Header, body: bytes | memoryview = b"") -> Future[Answer]:
        future: Future[Answer] = Future()
        with self._lock:
            if self.state == "ended":
                future.set_exception(WorkerEnded(self._ended()))
                return future
            number = next(self._requests)
            self._pending[number] = future
        self._outbox.put(frames.pack({"id": number, **header}, body))
        return future

    def _write(self) -> None:
        pipe = self._process.stdin
        assert pipe is not None  # noqa: S101 - asked for in _spawn
        while (parts := self._outbox.get()) is not None:
            try:
                frames.write(pipe.fileno(), parts)
            except (OSError, ValueError):
                return

    def _read(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None  # noqa: S101 - asked for in _spawn
        while (frame := frames.read(pipe.fileno())) is not None:
            header, body = frame
            if "event" in header:
                self._note(header["event"])
            else:
                self._settle(header, body)
        self._gone()

    def _hear(self) -> None:
        """Keep the last lines that the worker printed: they say why it crashed."""
        pipe = self._process.stderr
        assert pipe is not None  # noqa: S101 - asked for in _spawn
        loud = bool(os.environ.get("CUTAWAY_DEBUG"))
        for line in pipe:
            text = line.decode("utf-8", "replace").rstrip()
            self._said.append(text)
            if loud:
                print(text, file=sys.stderr)  # noqa: T201 - asked for by the user

    def _settle(self, header: frames.Header, body: memoryview) -> None:
        with self._lock:
            future = self._pending.pop(int(header["id"]), None)
        if future is None or not future.set_running_or_notify_cancel():
            return
        if "error" in header:
            future.set_exception(BY_NAME.get(header["error"], CutawayError)(header["message"]))
        else:
            future.set_result(Answer(header["type"], body))

    def _gone(self) -> None:
        self._process.wait()
        self._outbox.put(None)
        with self._lock:
            self.state = "ended"
            self.message = self._ended()
            pending, self._pending = self._pending, {}
        for future in pending.values():
            if future.set_running_or_notify_cancel():
                future.set_exception(WorkerEnded(self.message))
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._note({"type": "worker-ended", "model": self.id, "message": self.message})

    def _ended(self) -> str:
        if self._why:
            return f"the process that held {self.name} is gone: {self._why}; open the model again"
        code = self._process.poll()
        how = f"killed by signal {-code}" if code and code < 0 else f"exit status {code}"
        last = next((line for line in reversed(self._said) if line.strip()), "")
        said = f", last words: {last}" if last else ""
        return f"the process that held {self.name} ended ({how}{said}); open the model again"


def _environment() -> dict[str, str]:
    """This process's environment, with Cutaway's own folder where it is not installed."""
    root = Path(__file__).parents[2]
    environment = dict(os.environ)
    if not {"site-packages", "dist-packages"} & set(root.parts):
        known = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join([str(root), *([known] if known else [])])
    return environment


@atexit.register
def _close_all() -> None:
    for session in list(_living):
        session.close()
