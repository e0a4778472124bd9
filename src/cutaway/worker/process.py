"""The worker's own side: a session behind a pipe."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
import traceback
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

from cutaway.errors import CutawayError
from cutaway.session import Answer, Session
from cutaway.settings import Options
from cutaway.worker import frames


def main(arguments: list[str]) -> None:
    """Serve one model until the parent closes the pipe.

    Args:
        arguments: the model's id, its path, the scratch folder (removed at the end),
            ``engine`` or ``structure``, and the Options as JSON.
    """
    source, out = _guard()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    number, path, scratch, depth, said = arguments
    speaker = Speaker(out)
    session = Session(
        Path(path),
        model=int(number),
        emit=speaker.event,
        scratch=Path(scratch),
        engine=depth == "engine",
        options=options_from(said),
    )
    serve(session, speaker, source)
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(0)  # an engine's threads may never end, and nothing is left to save


def options_from(said: str) -> Options:
    """The Options that ``RemoteSession`` wrote as JSON."""
    told = json.loads(said)
    shapes = {name: tuple(lengths) for name, lengths in told["shapes"].items()}
    return Options(bool(told["trust"]), told["maker"], shapes)


def _guard() -> tuple[int, int]:
    """File descriptors of the two pipes, out of reach of whatever prints.

    Frameworks print to standard output, from C as well: what they print goes to standard error.
    """
    source, out = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(source, os.O_BINARY)
        msvcrt.setmode(out, os.O_BINARY)
    return source, out


class Speaker:
    """Writes answers and events, one at a time."""

    def __init__(self, out: int) -> None:
        self._out = out
        self._lock = threading.Lock()

    def event(self, event: dict[str, Any]) -> None:
        """Tell the parent that something happened."""
        self._send({"event": event})

    def answer(self, number: int, content_type: str, body: bytes | memoryview) -> None:
        """Answer a request."""
        self._send({"id": number, "type": content_type}, body)

    def error(self, number: int, problem: BaseException) -> None:
        """Answer a request with what went wrong."""
        if isinstance(problem, CutawayError):
            name, message = type(problem).__name__, str(problem)
        else:
            traceback.print_exception(problem, file=sys.stderr)
            name = "CutawayError"
            message = f"Cutaway failed inside: {type(problem).__name__}: {problem}"
        self._send({"id": number, "error": name, "message": message})

    def _send(self, header: frames.Header, body: bytes | memoryview = b"") -> None:
        parts = frames.pack(header, body)
        with self._lock:
            try:
                frames.write(self._out, parts)
            except OSError:
                return  # the parent is gone; the reading side ends the process


def serve(session: Session, speaker: Speaker, source: int) -> None:
    """Hand every request to the session, in order, until the pipe closes."""
    while (frame := frames.read(source)) is not None:
        header, body = frame
        number = int(header["id"])
        future = session.ask(header, body)
        future.add_done_callback(partial(_answer, speaker, number))


def _answer(speaker: Speaker, number: int, done: Future[Answer]) -> None:
    problem = done.exception()
    if problem is not None:
        speaker.error(number, problem)
        return
    answer = done.result()
    speaker.answer(number, answer.content_type, answer.body)
