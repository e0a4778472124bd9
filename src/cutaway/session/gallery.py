"""The galleries of one model: read, predicted and asked for while predictions come."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from cutaway import inputs, survey
from cutaway.errors import Cancelled, CutawayError, InputError, UnknownKey
from cutaway.loaders import Model
from cutaway.session.answer import PNG, Answer, as_blob, as_json
from cutaway.session.gallery_documents import GalleryDoc, NearDoc, ResultDoc, ToldDoc, ToldPageDoc
from cutaway.session.gallery_reading import judged
from cutaway.session.gallery_results import result_document
from cutaway.session.gallery_told import Teller
from cutaway.session.hearing import sound_target
from cutaway.session.keys import Key, whole
from cutaway.session.preparing import chosen_steps
from cutaway.session.reading import facts, real
from cutaway.session.sidecar import Sidecar
from cutaway.session.targets import Shapes, Targets
from cutaway.session.waiting import Recent
from cutaway.trace import Array, Control, Runner, predict

KEPT: Final = 4
"""Galleries of one model that are kept."""
PAGE: Final = 25
"""Entries of one page of predictions."""
_TELL_EVERY: Final = 0.1
_NEAR: Final = 24


class Gallery:
    """One gallery, from its request on."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.control = Control()
        self.collected: Future[survey.Collection] = Future()
        self.over: Future[None] = Future()
        self.pages: list[Future[None]] = []
        self.labels: list[survey.Label] = []
        """The labels that occur, once each."""
        self.label_of: Array = np.empty(0, np.int32)
        """(N,) the number of each entry's label, -1 without one."""
        self.survey: survey.Survey | None = None
        self.state = "collecting"
        self.message: str | None = None
        self.sheets: Recent[int, bytes] = Recent(200)
        self.told: dict[int, ToldDoc] = {}
        """What is said of entries by a network that is no classifier."""

    def known(self, entries: survey.Collection) -> None:
        """Take over what was collected, labels numbered in the order in which they occur."""
        numbers: dict[survey.Label, int] = {}
        told = [entries.label_of(i) for i in range(len(entries))]
        for label in told:
            if label is not None:
                numbers.setdefault(label, len(numbers))
        self.labels = list(numbers)
        self.label_of = np.asarray([numbers.get(one, -1) for one in told], np.int32)
        self.pages = [Future() for _ in range(-(-len(entries) // PAGE))]
        self.collected.set_result(entries)

    def end(self, problem: BaseException | None) -> None:
        """Let everyone go who waits."""
        cancelled = isinstance(problem, Cancelled)
        self.state = "done" if problem is None else "cancelled" if cancelled else "failed"
        self.message = None if problem is None else str(problem)
        for future in (self.collected, *self.pages, self.over):
            if future.done():
                continue
            if problem is None:
                future.set_result(None)  # type: ignore[arg-type]
            else:
                future.set_exception(problem)


class Galleries:
    """All galleries of one model."""

    def __init__(
        self,
        *,
        model: int,
        structure: Future[Model],
        runner: Future[Runner],
        sidecar: Sidecar,
        emit: Callable[[dict[str, Any]], None],
        scratch: Path,
        shapes: Callable[[], Shapes],
        queue: Executor,
    ) -> None:
        """None yet.

        Args:
            model: its id in keys.
            structure: the model, once it is read.
            runner: its engine, once it is started.
            sidecar: labels and preparation.
            emit: called with every event.
            scratch: a folder for what is unpacked.
            shapes: the lengths chosen for free axes, as of now.
            queue: where the engine runs, one thing at a time: runs go between batches.
        """
        self._model_id = model
        self._structure = structure
        self._runner = runner
        self._sidecar = sidecar
        self._emit = emit
        self._scratch = scratch
        self._shapes = shapes
        self._queue = queue
        self._held: OrderedDict[int, Gallery] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, args: Mapping[str, Any]) -> None:
        """Begin to read a gallery, and to predict what is in it.

        Args:
            args: ``gallery`` (its number), and ``paths`` or ``again``, the number of one whose
                entries are predicted anew.
        """
        gallery = Gallery(int(args["gallery"]))
        with self._lock:
            self._held[gallery.number] = gallery
            over = list(self._held)[:-KEPT]
            old = [self._held.pop(number) for number in over]
        for one in old:
            one.control.cancel()
        threading.Thread(
            target=self._work, args=(gallery, dict(args)), name="gallery", daemon=True
        ).start()

    def needed(self, key: Key) -> Future[Any]:
        """What must be there before a key can be answered; raises UnknownKey."""
        gallery = self._gallery(key.rest[1] if len(key.rest) > 1 else "")
        match key.rest[2:]:
            case ["predictions" | "told", page] if page.isdigit():
                if gallery.collected.done() and gallery.collected.exception() is None:
                    return gallery.pages[whole(page, len(gallery.pages), "pages")]
                return gallery.collected
            case ["all"] | ["near", _]:
                return gallery.over
            case _:
                return gallery.collected

    def answer(self, key: Key) -> Answer:
        """The answer to a key of a gallery; raises UnknownKey."""
        gallery = self._gallery(key.rest[1])
        entries = gallery.collected.result()
        match key.rest[2:]:
            case ["info"]:
                return as_json(self._document(gallery, entries))
            case ["entries"]:
                return _entries(gallery, entries)
            case ["sprite", page] if page.removesuffix(".png").isdigit():
                number = whole(
                    page.removesuffix(".png"), -(-len(entries) // survey.PER_SHEET), "sheets"
                )
                made = gallery.sheets.get(number, lambda: survey.sheet(entries, number))
                return Answer(PNG, made)
            case ["predictions", page]:
                first = whole(page, len(gallery.pages), "pages") * PAGE
                gallery.pages[int(page)].result()
                return _predictions(gallery, slice(first, first + PAGE))
            case ["told", page]:
                first = whole(page, len(gallery.pages), "pages") * PAGE
                gallery.pages[int(page)].result()
                held = [gallery.told.get(entry) for entry in range(first, first + PAGE)]
                return as_json(ToldPageDoc([one for one in held if one is not None]))
            case ["all"]:
                return _predictions(gallery, slice(0, len(entries)))
            case ["near", entry]:
                return as_json(self._near(gallery, whole(entry, len(entries), "entries"), key))
            case _:
                raise UnknownKey(f"a gallery has no '{'/'.join(key.rest[2:])}'")

    def result(self, args: Mapping[str, Any]) -> ResultDoc:
        """What the predictions so far amount to; raises UnknownKey."""
        gallery = self._gallery(str(args["gallery"]))
        return result_document(gallery, self._sidecar.labels)

    def cancel(self, args: Mapping[str, Any]) -> dict[str, str]:
        """Stop predicting; what was predicted stays."""
        self._gallery(str(args["gallery"])).control.cancel()
        return {}

    def fed(self, told: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        """An entry as a run is fed with it: what to tell of it, and its bytes.

        Args:
            told: ``gallery`` and ``entry``.

        Raises:
            InputError: there is no such entry, or it cannot be read.
        """
        entries = self._gallery(str(told["gallery"])).collected.result()
        data, name = entries.fed(int(told["entry"]))
        shown = {"name": name, "gallery": told["gallery"], "entry": told["entry"]}
        return ({**shown, "path": str(data)}, b"") if isinstance(data, Path) else (shown, data)

    def _gallery(self, number: str) -> Gallery:
        with self._lock:
            found = self._held.get(int(number)) if number.isdigit() else None
        if found is None:
            raise UnknownKey(
                f"gallery {number[:20]} is no longer kept (the newest {KEPT} are): choose it again"
            )
        return found

    def _document(self, gallery: Gallery, entries: survey.Collection) -> GalleryDoc:
        return GalleryDoc(
            id=gallery.number,
            model=self._model_id,
            name=entries.name,
            count=len(entries),
            labels=[str(one) for one in gallery.labels],
            notes=list(entries.notes),
            page=PAGE,
            sheet=survey.PER_SHEET,
            side=survey.SIDE,
        )

    def _near(self, gallery: Gallery, entry: int, key: Key) -> NearDoc:
        held = gallery.survey.vectors if gallery.survey is not None else {}
        if not held:
            raise InputError("the outputs of this model are no vectors: nothing can be compared")
        asked = key.query.get("value", "")
        value = int(asked) if asked.isdigit() else next(iter(held))
        if value not in held:
            raise UnknownKey(f"output {value} is no vector for each entry")
        order, cosines = survey.nearest(held[value], entry, _NEAR)
        return NearDoc(entry, value, order.tolist(), cosines.astype(float).tolist())

    def _work(self, gallery: Gallery, args: Mapping[str, Any]) -> None:
        try:
            model, runner = self._structure.result(), self._runner.result()
            targets = Targets(model.graph, model.hints, self._shapes())
            scratch = self._scratch / f"gallery-{gallery.number}"
            if "again" in args:
                entries = self._gallery(str(args["again"])).collected.result()
                scratch.mkdir(parents=True, exist_ok=True)
            else:
                paths = [Path(str(one)).expanduser() for one in args["paths"]]
                entries = survey.collect(paths, targets.target, scratch)
            gallery.known(entries)
            gallery.state = "running"
            self._say(gallery, "started", 0)
            gallery.survey = self._survey(gallery, entries, model, runner, targets, scratch)
            gallery.survey.carry_out()
        except CutawayError as problem:
            gallery.end(problem)
        except BaseException as problem:  # noqa: BLE001 - whoever waits must hear of it
            gallery.end(InputError(f"the gallery could not be read: {problem!r}"))
        else:
            gallery.end(None)
        done = 0 if gallery.survey is None else gallery.survey.done
        self._say(gallery, gallery.state, done, message=gallery.message)

    def _survey(
        self,
        gallery: Gallery,
        entries: survey.Collection,
        model: Model,
        runner: Runner,
        targets: Targets,
        scratch: Path,
    ) -> survey.Survey:
        graph, main = model.graph, targets.main.id
        known = facts(model)

        def run(array: Array) -> Mapping[int, Array]:
            arrays, _ = targets.completed({main: array})
            work = self._queue.submit(predict, runner, arrays, graph.outputs, gallery.control)
            return work.result()

        engine = survey.Engine(
            graph=graph,
            run=run,
            real=lambda value, array: real(model, known, value, array),
            main=main,
            judge=partial(judged, model, targets, self._sidecar),
        )
        # What is said of sounds holds for pictures too: nothing.
        target = sound_target(targets, {})
        steps = _Steps(target, self._sidecar)
        return survey.Survey(
            entries=entries,
            engine=engine,
            preparing=survey.Preparing(target, steps),
            scratch=scratch,
            control=gallery.control,
            tell=self._teller(gallery),
            sum_up=Teller(model, known, targets, self._sidecar, gallery.told),
        )

    def _teller(self, gallery: Gallery) -> Callable[[int], None]:
        last, told = 0.0, 0

        def tell(done: int) -> None:
            nonlocal last, told
            whole_pages = len(gallery.pages) if done == len(gallery.label_of) else done // PAGE
            for page in gallery.pages[told:whole_pages]:
                page.set_result(None)
            told = whole_pages
            now = time.monotonic()
            if now - last > _TELL_EVERY:
                last = now
                self._say(gallery, "progress", done)

        return tell

    def _say(self, gallery: Gallery, state: str, done: int, **more: Any) -> None:
        event = {"type": "gallery", "model": self._model_id, "gallery": gallery.number}
        told = {"state": state, "done": done, "total": len(gallery.label_of)}
        self._emit({**event, **told, **more})


class _Steps:
    """The steps for a source, worked out once for each kind of source."""

    def __init__(self, target: inputs.Target, sidecar: Sidecar) -> None:
        self._target = target
        self._sidecar = sidecar
        self._known: dict[Any, list[dict[str, Any]]] = {}

    def __call__(self, source: Any) -> list[dict[str, Any]]:
        key = (source.kind, source.mode, source.array.shape, source.array.dtype.str)
        if key not in self._known:
            self._known[key] = chosen_steps(None, self._sidecar, self._target, source)
        return self._known[key]


def _entries(gallery: Gallery, entries: survey.Collection) -> Answer:
    """Names and labels of all entries, as columns."""
    names = [entries.name_of(i).encode() for i in range(len(entries))]
    ends = np.cumsum([0, *map(len, names)], dtype=np.int64).astype(np.int32)
    arrays = {
        "names": np.frombuffer(b"".join(names), np.uint8),
        "names_at": ends,
        "label": gallery.label_of,
    }
    return as_blob(arrays, {})


def _predictions(gallery: Gallery, part: slice) -> Answer:
    """Class and score of some entries; ``failed`` is 1 where an entry was left out."""
    held = gallery.survey
    if held is None:
        raise UnknownKey("nothing was predicted yet")
    failed = np.zeros(len(held.predicted), np.uint8)
    failed[list(held.failed)] = 1
    arrays = {
        "predicted": held.predicted[part],
        "score": held.score[part],
        "failed": failed[part],
    }
    return as_blob(arrays, {})
