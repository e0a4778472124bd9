"""Live frames: the newest is run, its pictures come with the answer, what waited is dropped."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any, Literal

import orjson

from cutaway.errors import Cancelled, CutawayError
from cutaway.loaders import Model
from cutaway.session.answer import Answer, as_blob, as_json, as_problem
from cutaway.session.feeding import Fed, feed, feed_source
from cutaway.session.keys import parse
from cutaway.session.live_documents import LivePlanDoc, LiveTimesDoc
from cutaway.session.live_sources import plan, source_of
from cutaway.session.run import Run
from cutaway.session.runs import Runs
from cutaway.session.sidecar import Sidecar
from cutaway.session.streaming import Stream
from cutaway.session.targets import Targets
from cutaway.trace import Runner

_THREADS = 2
_LARGE = 8 << 20
"""From so many bytes of tensors on, their pictures are made on several threads: NumPy lets others
work while it reads much, but not between many small arrays."""

_DROPPED = "a newer frame came before this one was run"


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame that is to be run."""

    number: int
    args: Mapping[str, Any]
    body: bytes
    answer: Future[Answer] = field(default_factory=Future[Answer])


class Live:
    """The live frames of one model. One waits at most: a newer one takes its place."""

    def __init__(
        self, runs: Runs, structure: Future[Model], runner: Future[Runner], sidecar: Sidecar
    ) -> None:
        self._runs = runs
        self._structure = structure
        self._runner = runner
        self._sidecar = sidecar
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="live")
        self._waiting: Frame | None = None
        self._busy = False
        self._lock = threading.Lock()
        self._steps: dict[object, list[dict[str, Any]]] = {}
        self._stream = Stream()

    def ask(self, number: int, args: Mapping[str, Any], body: bytes) -> Future[Answer]:
        """The answer to a frame: one blob of the TraceDoc and the pictures asked for.

        It fails with Cancelled where a newer frame came before this one was begun.

        Args:
            number: the trace's id.
            args: ``width``, ``height`` and ``channels`` of the pixels in the body, or none of them
                for float32 samples, or ``input`` as a run takes it; ``preparation`` and ``given``
                as a run takes them; ``want``, tails of keys such as ``12/overview/64``;
                ``stream``, a name: its frames go on from the states that the one before left,
                until another name comes.
            body: uint8 pixels row by row, or float32 samples, little endian.
        """
        frame = Frame(number, args, body)
        with self._lock:
            dropped, self._waiting = self._waiting, frame
            begin, self._busy = not self._busy, True
        if dropped is not None:
            dropped.answer.set_exception(Cancelled(_DROPPED))
        if begin:
            self._runs.submit(self._next)
        return frame.answer

    def plan(self) -> LivePlanDoc:
        """What the main input takes."""
        model = self._structure.result()
        targets = Targets(model.graph, model.hints, self._runs.shapes)
        return plan(targets, self._sidecar.preparation)

    def _next(self) -> None:
        with self._lock:
            frame, self._waiting = self._waiting, None
        if frame is not None:
            try:
                frame.answer.set_result(self._answer(frame))
            except BaseException as problem:  # noqa: BLE001 - it belongs to whoever asked
                frame.answer.set_exception(problem)
        with self._lock:
            self._busy = self._waiting is not None
            again = self._busy
        if again:
            # At the end of the queue: the user's own runs come before the next frame.
            self._runs.submit(self._next)

    def _answer(self, frame: Frame) -> Answer:
        model, runner = self._structure.result(), self._runner.result()
        run = self._runs.made(frame.number, _asked(frame.args))
        at = [time.perf_counter()]
        state, message = self._attempt(model, runner, run, frame, at)
        document = self._runs.settle(run, state, message)
        at.append(time.perf_counter())
        self._runs.live.add(run)
        told = [as_json(document), *self._pictures(run, list(frame.args.get("want") or []))]
        at.append(time.perf_counter())
        spent = [(after - before) * 1e3 for before, after in pairwise(at)]
        return _blob(told, LiveTimesDoc(spent[0], spent[1], spent[-1]))

    def _attempt(
        self, model: Model, runner: Runner, run: Run, frame: Frame, at: list[float]
    ) -> tuple[Literal["done", "failed"], str | None]:
        """How the run ended, and a sentence where something is to be said."""
        try:
            stream = frame.args.get("stream")
            fed = self._stream.continued(stream and str(stream), self._fed(model, frame))
            run.fed = fed
            at.append(time.perf_counter())
            run.capture = runner.run(fed.arrays, run.control)
            if run.capture.failure is None:
                self._stream.keep(model.graph, run.capture.tensors)
            else:
                self._stream.forget()
        except CutawayError as problem:
            self._stream.forget()
            run.store.clear()
            at.extend([time.perf_counter()] * (2 - len(at)))
            return "failed", str(problem)
        run.take()
        failure = run.capture.failure
        return ("failed", failure.message.rstrip()) if failure else ("done", run.store.sentence())

    def _fed(self, model: Model, frame: Frame) -> Fed:
        args, shapes = frame.args, self._runs.shapes
        if args.get("input"):
            return feed(model, self._sidecar, args, frame.body, shapes)
        targets = Targets(model.graph, model.hints, shapes)
        source = source_of(targets, args, frame.body)
        sidecar, asked = self._sidecar, args.get("preparation")
        # Guessed once for each size that comes: the same guess for every frame.
        kept = (repr(sidecar.preparation), sidecar.preset)
        key = (source.kind, source.array.shape, source.mode, repr(shapes), *kept)
        steps = asked or self._steps.get(key)
        fed = feed_source(targets, sidecar, source, steps, args.get("given") or {})
        if not asked:
            self._steps[key] = fed.preparation
        return fed

    def _pictures(self, run: Run, tails: list[str]) -> list[Answer]:
        if run.nbytes < _LARGE:
            return [self._picture(run, tail) for tail in tails]
        return list(self._pool.map(partial(self._picture, run), tails))

    def _picture(self, run: Run, tail: str) -> Answer:
        try:
            return self._runs.answer(parse(f"/t/{run.number}/{tail}"))
        except CutawayError as problem:
            return as_problem(problem)


def _asked(args: Mapping[str, Any]) -> dict[str, Any]:
    """What the run was asked for; of pixels and samples only their name is left."""
    fed = args.get("input") or {"name": str(args.get("name") or "live frame")}
    return {"input": fed, "preparation": args.get("preparation")}


def _blob(told: list[Answer], spent: LiveTimesDoc) -> Answer:
    """The answers in one buffer as ``/many`` has them, the first the TraceDoc."""
    import numpy as np

    bodies = {str(i): np.frombuffer(one.body, np.uint8) for i, one in enumerate(told)}
    types = orjson.dumps([one.content_type for one in told]).decode()
    return as_blob(bodies, {"types": types, "live": orjson.dumps(spent).decode()})
