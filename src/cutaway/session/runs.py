"""The runs of one model: queued, carried out one at a time, the newest kept."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, cast

from cutaway import inputs
from cutaway.errors import Cancelled, CutawayError, InputError, UnknownKey
from cutaway.loaders import Model
from cutaway.session.answer import Answer
from cutaway.session.comparing import compare
from cutaway.session.documents import (
    CompareDoc,
    FailureDoc,
    TopDoc,
    TraceDoc,
    TryAllDoc,
    TryRow,
)
from cutaway.session.feeding import Fed, aimed, feed, feed_variants
from cutaway.session.given import given_arrays
from cutaway.session.keys import Key
from cutaway.session.measuring import Measuring
from cutaway.session.preparing import preset_steps, preview, source_of
from cutaway.session.preparing_documents import PreviewDoc, StepsDoc
from cutaway.session.reading import Facts, Newest, Readings, context, facts
from cutaway.session.reading_documents import ReadingDoc
from cutaway.session.ring import Ring
from cutaway.session.run import COMPARED, Run
from cutaway.session.sidecar import Sidecar
from cutaway.session.targets import Shapes, Targets
from cutaway.session.waiting import Once
from cutaway.trace import Capture, Control, Runner

KEPT = 8
"""Runs whose tensors are kept; an older one must be run again."""


_TELL_EVERY = 0.05
"""Seconds between two words of progress."""


class Runs:
    """All runs of one model."""

    def __init__(
        self,
        *,
        model: int,
        path: Path,
        structure: Future[Model],
        runner: Future[Runner],
        sidecar: Sidecar,
        emit: Callable[[dict[str, Any]], None],
        scratch: Path,
        shapes: Shapes,
    ) -> None:
        self._model_id = model
        self._path = path
        self._structure = structure
        self._runner = runner
        self._sidecar = sidecar
        self._emit = emit
        self._scratch = scratch
        self._shapes = shapes
        self._runs: OrderedDict[int, Run] = OrderedDict()
        self.live: Ring[Run] = Ring()
        """Live runs, beside the user's own."""
        self._lock = threading.Lock()
        self._facts: Once[Facts] = Once()
        self.newest = Newest(self._read, sidecar)
        self._queue = ThreadPoolExecutor(1, thread_name_prefix="run")
        self._measuring = Measuring(structure, runner, self._queue)

    @property
    def queue(self) -> ThreadPoolExecutor:
        """Where the engine runs, one thing at a time."""
        return self._queue

    @property
    def shapes(self) -> Shapes:
        """The lengths that the user chose for free axes, as of now."""
        return self._shapes

    def begin(self, number: int, args: Mapping[str, Any], body: bytes) -> None:
        """Queue a run; its outcome is told by the key of its ``info``."""
        run = Run(number, self._teller(number), self._scratch / f"run-{number}")
        run.asked = dict(args)
        with self._lock:
            self._runs[number] = run
        self._queue.submit(self._carry_out, run, dict(args), body)
        self._measuring.give_way()

    def cancel(self, number: int) -> None:
        """Stop a run, whether it waits or works."""
        self._run(number).control.cancel()

    def submit(self, work: Callable[[], None]) -> None:
        """Do something after the runs that wait already, on their thread."""
        self._queue.submit(work)
        self._measuring.give_way()

    def made(self, number: int, asked: Mapping[str, Any]) -> Run:
        """A new run that stands in no queue and tells no progress."""
        run = Run(number, _tell_nobody, self._scratch / f"run-{number}")
        run.asked = asked
        return run

    def settle(
        self, run: Run, state: Literal["done", "failed", "cancelled"], message: str | None
    ) -> TraceDoc:
        """The document of a run that is over; whoever waits for it gets it."""
        document = self._document(run, state, message)
        run.done.set_result(document)
        return document

    def keep(self, number: int) -> None:
        """Keep a live run as one of the user's own; raises UnknownKey where it is gone."""
        run = self._run(number)
        with self._lock:
            self._runs[number] = run
        self.live.let_go(number)
        self._forget_old()

    def needed(self, key: Key) -> Future[Any]:
        """What must be there before a key can be answered; raises UnknownKey."""
        run = self._run(key.number)
        return self._times(run) if key.rest == ["times"] else run.done

    def answer(self, key: Key) -> Answer:
        """The answer to a key of a run that is over; raises UnknownKey."""
        run = self._run(key.number)
        if key.rest == ["times"]:
            return self._times(run).result()
        return run.answer(key, self._structure.result(), self._path)

    def compare(self, args: Mapping[str, Any]) -> CompareDoc:
        """A run held against the tensors of a file; raises InputError.

        Args:
            args: ``trace``, ``path``, and what ``comparing.compare`` takes.
        """
        run = self._run(int(args["trace"]))
        run.done.result()
        graph = self._structure.result().graph
        with self._lock:
            number = max(run.comparisons, default=0) + 1
        found = compare(number, graph, run.capture.tensors, Path(str(args["path"])), args)
        with self._lock:
            run.comparisons[number] = found
            for old in sorted(run.comparisons)[:-COMPARED]:
                del run.comparisons[old]
        return found.document

    def _read(self) -> dict[int, Readings]:
        """Readings by run, of the runs that ended well, the newest last."""
        with self._lock:
            return {n: run.readings for n, run in self._runs.items() if run.readings is not None}

    def try_all(self, args: Mapping[str, Any]) -> TryAllDoc:
        """The best class under each usual range and inversion.

        Raises:
            InputError: the input cannot be read or is no picture.
        """
        model, runner = self._structure.result(), self._runner.result()
        rows: list[TryRow] = []
        for name, fed in feed_variants(model, self._sidecar, dict(args["input"]), self._shapes):
            capture = runner.run(fed.arrays, Control(), keep=model.graph.outputs)
            answer = self._readings(fed, capture)[0].classes()
            top = None
            if answer is not None and answer.top:
                best = answer.classes[answer.top[0]]
                top = TopDoc(best.index, best.label, best.score)
            rows.append(TryRow(name, fed.preparation, top))
        return TryAllDoc(rows)

    def preset(self, args: Mapping[str, Any]) -> StepsDoc:
        """A preset (``name``) for an ``input``, by no name a guess; raises InputError.

        ``given`` is what single inputs are given, as a run takes it.
        """
        source, target = self._aimed(args)
        return preset_steps(str(args["name"]), target, source)

    def preview(self, args: Mapping[str, Any]) -> PreviewDoc:
        """``steps`` carried out on an ``input`` without a run; raises InputError."""
        source, target = self._aimed(args)
        return preview(args["steps"], target, source)

    def _aimed(self, args: Mapping[str, Any]) -> tuple[inputs.Source, inputs.Target]:
        model = self._structure.result()
        targets = Targets(model.graph, model.hints, self._shapes)
        given = given_arrays(targets, args.get("given") or {})
        return aimed(targets, source_of(args["input"]), given)

    def _times(self, run: Run) -> Future[Answer]:
        return run.times.get(lambda: self._measuring.begin(lambda: run.capture.tensors))

    def _run(self, number: int) -> Run:
        with self._lock:
            run = self._runs.get(number) or self.live.get(number)
        if run is None:
            raise UnknownKey(
                f"run {number} is no longer kept (the newest {KEPT} are): run the model again"
            )
        return run

    def _carry_out(self, run: Run, args: dict[str, Any], body: bytes) -> None:
        try:
            document = self._document(run, *self._attempt(run, args, body))
            run.done.set_result(document)
        except BaseException as problem:  # noqa: BLE001 - whoever waits must hear of it
            run.done.set_exception(problem)
            self._say(run.number, "failed", message=str(problem))
            return
        self._forget_old()
        self._say(run.number, document.state, message=document.message)

    def _attempt(
        self, run: Run, args: dict[str, Any], body: bytes
    ) -> tuple[Literal["done", "failed", "cancelled"], str | None]:
        """How the run ended, and a sentence where something is to be said."""
        model = self._structure.result()
        try:
            if not model.graph.runs:
                self._runner.result()  # says what is to be opened instead
            shapes = _shapes(args.get("shapes"), self._shapes)
            run.fed = feed(model, self._sidecar, args, body, shapes)
            runner = self._runner.result()
            self._say(run.number, "started")
            if run.control.cancelled:
                raise Cancelled("the run was cancelled before it began")
            run.capture = runner.run(run.fed.arrays, run.control)
        except CutawayError as problem:
            run.store.clear()  # of the parts before it
            return "cancelled" if isinstance(problem, Cancelled) else "failed", str(problem)
        run.take()
        said = run.store.sentence()
        failure = run.capture.failure
        if failure is None:
            # Lengths that the network can be run with hold for what is run later.
            self._shapes = shapes
            return "done", "; ".join(filter(None, (run.fed.note(), said, run.capture.said))) or None
        guessed = None
        if run.fed.synthetic:
            guessed = Targets(model.graph, model.hints, shapes).guessed(run.fed.arrays)
        return "failed", "; ".join(filter(None, (failure.message.rstrip(), guessed)))

    def _readings(self, fed: Fed, capture: Capture) -> tuple[Readings, list[ReadingDoc]]:
        """What the outputs of a run that ended well mean."""
        model, sidecar = self._structure.result(), self._sidecar
        known = self._facts.get(lambda: facts(model))
        found = Readings(
            lambda labels, item: context(
                model, known, capture.tensors, fed, labels, sidecar.tokenizer, item
            )
        )
        return found, found.first(sidecar.labels, sidecar.reading)

    def _document(
        self, run: Run, state: Literal["done", "failed", "cancelled"], message: str | None
    ) -> TraceDoc:
        fed, capture, failure = run.fed, run.capture, run.capture.failure
        readings: list[ReadingDoc] = []
        if state == "done" and fed is not None:
            run.readings, readings = self._readings(fed, capture)
        return TraceDoc(
            id=run.number,
            model=self._model_id,
            state=state,
            seconds=capture.seconds,
            synthetic=fed is not None and fed.synthetic,
            input=fed.document() if fed else None,
            inputs=fed.given() if fed else [],
            preparation=fed.preparation if fed else [],
            stages=fed.stages if fed else [],
            kept=sorted(capture.tensors),
            left_out=capture.left_out,
            failure=failure and FailureDoc(failure.node, failure.message, list(failure.shapes)),
            answer=run.readings.classes() if run.readings else None,
            message=message,
            readings=readings,
        )

    def _forget_old(self) -> None:
        with self._lock:
            # The first one stays: with it begins a tab that is opened later.
            over = [n for n, run in self._runs.items() if run.done.done()][1:-KEPT]
            forgotten = [self._runs.pop(number) for number in over]
        for run in forgotten:
            # An array that somebody still holds stays readable where the system lets go of names.
            run.store.clear()

    def _teller(self, number: int) -> Callable[[int, int], None]:
        last = 0.0

        def tell(done: int, total: int) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last > _TELL_EVERY or done == total:
                last = now
                self._say(number, "progress", done=done, total=total)

        return tell

    def _say(self, number: int, state: str, **more: Any) -> None:
        event = {"type": "run", "model": self._model_id, "trace": number, "state": state}
        self._emit({**event, **more})


def _tell_nobody(_done: int, _total: int) -> None:
    """Progress of a run that nobody waits for."""


def _shapes(asked: Any, before: Shapes) -> Shapes:
    """The lengths asked for, by the input's name; those before where nothing is asked.

    Raises:
        InputError: one is no length.
    """
    if asked is None:
        return before
    for name, lengths in dict(asked).items():
        if not isinstance(lengths, list | tuple) or not all(
            n is None or (isinstance(n, int) and not isinstance(n, bool) and n > 0)
            for n in cast("list[object]", lengths)
        ):
            raise InputError(
                f"lengths for input '{name}' are whole numbers from 1, or null; got "
                f"{str(cast('object', lengths))[:60]}: change them"
            )
    return {str(name): tuple(lengths) for name, lengths in dict(asked).items()}
