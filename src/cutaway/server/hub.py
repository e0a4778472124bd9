"""All that one server holds: opened models, their runs, uploaded files, and what happened."""

from __future__ import annotations

import asyncio
import importlib.util
import itertools
import shutil
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from cutaway import demo
from cutaway.errors import CutawayError, InputError, UnknownKey
from cutaway.server.documents import EventDoc, EventsDoc, ModelDoc, OpenDoc, StartDoc
from cutaway.session.answer import Answer
from cutaway.settings import Options, remember, scratch
from cutaway.worker import HeldSession, RemoteSession

_EVENTS_KEPT = 2_000
_TRACES_KEPT = 10_000
_LIVE_KEPT = 64
"""Live traces known of each model: more than a worker keeps."""

_DEEPEST = 16
"""Folders in folders that are kept of what is sent."""


@dataclass(frozen=True, slots=True)
class Held:
    """One model and the run that began with it."""

    session: HeldSession
    start: StartDoc
    owned: bool = True
    """Whether the session ends with the server."""

    def document(self) -> ModelDoc:
        """What the page is told of it."""
        s = self.session
        return ModelDoc(s.id, s.name, str(s.path), s.state, s.message, self.start)


class Hub:
    """Models by id, traces by id, uploads by name, and a log of events; any thread may call."""

    def __init__(self) -> None:
        self._models: dict[int, Held] = {}
        self._traces: dict[int, HeldSession] = {}
        self._live: dict[int, deque[int]] = {}
        self._uploads: dict[str, Path] = {}
        self._folders: dict[str, Path] = {}
        self._scratch = scratch()
        self._counter = itertools.count(1)
        self._lock = threading.Lock()
        self._log: deque[EventDoc] = deque(maxlen=_EVENTS_KEPT)
        self._sequence = itertools.count(1)
        self._last = 0
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    def open(
        self,
        path: Path,
        fed: Mapping[str, Any],
        *,
        known: bool = True,
        options: Options | None = None,
        first: Sequence[tuple[str, Mapping[str, Any]]] = (),
        refused: Callable[[str], object] = lambda _: None,
    ) -> OpenDoc:
        """Start a worker on a model and its first run.

        Args:
            path: the model's file or folder.
            fed: what the first run is fed with, as the command ``run`` takes it.
            known: whether the model is listed among the recent ones once it is open.
            options: what the user said when asking for it.
            first: commands before the first run, each with what goes with it.
            refused: called with a sentence where one of them cannot be carried out.
        """
        fed_worker = self.fed(fed)

        def hear(event: dict[str, Any]) -> None:
            if known and event["type"] == "structure":
                remember(path)
            self._note(event)

        session = RemoteSession(path, options=options, listener=hear)
        for command, args in first:
            session.command(command, args).add_done_callback(partial(_tell_refusal, refused))
        start = StartDoc(session.run({"input": fed_worker}), dict(fed))
        return self._hold(Held(session, start))

    def adopt(self, session: HeldSession, start: StartDoc) -> OpenDoc:
        """Hold a model and a run that somebody else opened and will close."""
        session.listen(self._note)
        return self._hold(Held(session, start, owned=False))

    def _hold(self, held: Held) -> OpenDoc:
        with self._lock:
            self._models[held.session.id] = held
            self._traces[held.start.trace] = held.session
        return OpenDoc(held.session.id, held.start)

    def reopen(self, model: int) -> OpenDoc:
        """The same file in a new worker; the old one is ended."""
        held = self.held(model)
        held.session.kill("it was opened again")
        return self.open(held.session.path, held.start.input, options=held.session.options)

    def run(
        self,
        model: int,
        fed: Mapping[str, Any],
        given: Mapping[str, Mapping[str, Any]],
        more: Mapping[str, Any],
    ) -> int:
        """The id of a run that begins now.

        Args:
            model: which one.
            fed: what the main input is fed with.
            given: what single inputs are given, by name.
            more: what else the command ``run`` takes.
        """
        session = self.held(model).session
        trace = session.run({"input": self.fed(fed), "given": self.singly(given), **more})
        with self._lock:
            self._traces[trace] = session
            starts = {held.start.trace for held in self._models.values()}
            while len(self._traces) > _TRACES_KEPT + len(starts):
                self._traces.pop(next(n for n in self._traces if n not in starts))
        return trace

    def live(self, model: int, asked: Mapping[str, Any], body: bytes) -> Future[Answer]:
        """The answer to one live frame; only the newest of them stay known as traces."""
        session = self.held(model).session
        trace, answer = session.live(asked, body)
        with self._lock:
            ring = self._live.setdefault(model, deque())
            ring.append(trace)
            self._traces[trace] = session
            while len(ring) > _LIVE_KEPT:
                self._traces.pop(ring.popleft(), None)
        return answer

    def keep(self, trace: int) -> Future[Answer]:
        """Keep a live frame's trace as a run of the user's own."""
        answer = self.traced(trace).command("keep", {"trace": trace})
        with self._lock:
            for ring in self._live.values():
                if trace in ring:
                    ring.remove(trace)
        return answer

    def held(self, model: int) -> Held:
        """An opened model; raises UnknownKey."""
        found = self._models.get(model)
        if found is None:
            raise UnknownKey(
                f"no model {model} is open on this server; it may have been started again: "
                "open the model's file again"
            )
        return found

    def traced(self, trace: int) -> HeldSession:
        """The session that holds a trace; raises UnknownKey."""
        found = self._traces.get(trace)
        if found is None:
            raise UnknownKey(f"no run {trace} is known here; run the model again")
        return found

    def documents(self) -> list[ModelDoc]:
        """All models, the newest last."""
        with self._lock:
            return [held.document() for held in self._models.values()]

    def singly(self, given: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """What single inputs are given, by name, as the worker takes it: numbers and paths."""
        return {
            name: dict(one) if "number" in one else self.fed(one) for name, one in given.items()
        }

    def fed(self, fed: Mapping[str, Any]) -> dict[str, Any]:
        """What a run is fed with, as the worker takes it: a path, or nothing for synthetic."""
        more = {key: fed[key] for key in ("frame",) if fed.get(key)}
        if "tokenizer" in fed:
            # A path of the command line, or an upload of the page.
            named = str(fed["tokenizer"])
            more["tokenizer"] = str(self._uploads.get(named, Path(named).expanduser()))
        if fed.get("synthetic"):
            kind = fed["synthetic"]
            return {"synthetic": kind if isinstance(kind, str) else True, **more}
        if "text" in fed:
            return {"text": str(fed["text"]), **more}
        if "upload" in fed:
            path = self.uploaded(str(fed["upload"]))
            return {"path": str(path), "name": path.name, **more}
        if "gallery" in fed:
            return {"gallery": int(fed["gallery"]), "entry": int(fed["entry"])}
        if "path" in fed:
            path = Path(str(fed["path"])).expanduser()
            return {"path": str(path), "name": path.name, **more}
        if "sample" in fed:
            sample = demo.sample(int(fed["sample"]))
            return {"path": str(sample.path), "name": sample.name, **more}
        raise InputError(
            "an input is an upload, a sample, a path, text, an entry of a gallery or synthetic; "
            f"got {sorted(fed)}"
        )

    def place_upload(self, name: str, beside: str | None = None) -> tuple[str, Path]:
        """A name to speak of a file that is about to be sent, and where to put it.

        Args:
            name: of the file, or its path within the folder that is sent.
            beside: an upload whose folder it is to lie in; None for a folder of its own.

        Raises:
            InputError: there is no such upload, or its folder has such a file.
        """
        key = str(next(self._counter))
        folder = self._scratch / key if beside is None else self._folder(beside)
        place = folder.joinpath(*_parts(name))
        if beside is not None and place.exists():
            raise InputError(
                f"files sent together have different names; got '{place.name}' twice: send each "
                "once"
            )
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise InputError(
                f"a folder was wanted where '{place.parent.name}' is a file that was sent; "
                "rename one of them"
            ) from None
        self._uploads[key] = place
        self._folders[key] = folder
        return key, place

    def uploaded(self, key: str, part: str | None = None) -> Path:
        """Where a file that was sent lies.

        Args:
            key: of the upload.
            part: a file or folder that was sent together with it, if that is what is meant.

        Raises:
            InputError: nothing such was sent.
        """
        path = self._uploads.get(key)
        if path is None:
            raise InputError(f"no file was sent as upload {key}; send it again")
        if part is None:
            return path
        found = self._folder(key).joinpath(*_parts(part))
        if not found.exists():
            raise InputError(
                f"of the files sent with upload {key} none is '{found.name}'; send it too"
            )
        return found

    def _folder(self, key: str) -> Path:
        self.uploaded(key)
        return self._folders[key]

    def folder(self, key: str) -> Path:
        """The folder that holds an upload and all that was sent beside it; raises InputError."""
        return self._folder(key)

    def is_folder(self, key: str) -> bool:
        """Whether more than this one file was sent into its folder; raises InputError."""
        path = self.uploaded(key)
        return path.parent != self._folder(key) or len(list(path.parent.iterdir())) > 1

    async def events(self, after: int, wait: float) -> EventsDoc:
        """Events after that number, waiting up to ``wait`` seconds for one."""
        if self._last <= after:
            mark = (asyncio.get_running_loop(), asyncio.Event())
            self._waiting.add(mark)
            try:
                if self._last <= after:
                    await asyncio.wait_for(mark[1].wait(), wait)
            except TimeoutError:
                pass
            finally:
                self._waiting.discard(mark)
        with self._lock:
            return EventsDoc([e for e in self._log if e.seq > after], self._last)

    def release(self) -> None:
        """Let everyone go who waits for an event: the server stops."""
        for loop, event in list(self._waiting):
            loop.call_soon_threadsafe(event.set)

    def close(self) -> None:
        """End all workers and remove what was sent."""
        self.release()
        for held in list(self._models.values()):
            if held.owned:
                held.session.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _note(self, event: dict[str, Any]) -> None:
        with self._lock:
            self._last = next(self._sequence)
            self._log.append(EventDoc(seq=self._last, **event))
        self.release()


def _parts(name: str) -> list[str]:
    """A path that leads down only, as its names; of any other the last name alone."""
    names = name.replace("\\", "/").split("/")
    if len(names) > _DEEPEST or any(one.strip(". ") == "" or ":" in one for one in names):
        names = names[-1:] if names[-1].strip(". ") else ["upload"]
    return [one.replace(":", "_")[-200:] for one in names]


def keras_installed() -> bool:
    """Whether Keras can be imported, without importing it."""
    return importlib.util.find_spec("keras") is not None


def problem_status(problem: CutawayError) -> int:
    """The HTTP status that goes with an error."""
    return 404 if isinstance(problem, UnknownKey) else 422


def _tell_refusal(refused: Callable[[str], object], answer: Future[Answer]) -> None:
    """What went wrong with a command that nobody waits for; a model that failed says so itself."""
    problem = None if answer.cancelled() else answer.exception()
    if isinstance(problem, InputError):
        refused(str(problem))
