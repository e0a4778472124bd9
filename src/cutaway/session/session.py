"""The session: takes requests in order, answers each as soon as what it needs is there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from cutaway.errors import CutawayError, ModelError, UnknownKey, UnsupportedModel
from cutaway.layout import Places
from cutaway.loaders import Model, Options, Report, open_model
from cutaway.session import graphs, layouts, taking
from cutaway.session.answer import Answer, as_json, blob_of_many
from cutaway.session.columns import columns
from cutaway.session.findings import node_costs
from cutaway.session.gallery import Galleries
from cutaway.session.hints import hints_of
from cutaway.session.keys import Key, parse
from cutaway.session.live import Live
from cutaway.session.runs import Runs
from cutaway.session.sidecar import Sidecar
from cutaway.session.tensors import Pictures
from cutaway.session.waiting import Once, after
from cutaway.trace import Runner

Event: TypeAlias = dict[str, Any]
Header: TypeAlias = Mapping[str, Any]

_THREADS = 4


class Session:
    """One opened model. ``ask`` may be called from one thread; answers come from others."""

    def __init__(
        self,
        path: Path,
        *,
        model: int,
        emit: Callable[[Event], None],
        scratch: Path,
        engine: bool = True,
        options: Options | None = None,
        opener: Callable[[Report], Model] | None = None,
    ) -> None:
        """Begin to open the model, on a thread of its own.

        Args:
            path: the model's file or folder.
            model: its id in keys.
            emit: called with every event, from any thread.
            scratch: a folder for temporary files.
            engine: whether the engine is started too, or the structure only read.
            options: what the user said when asking for it.
            opener: makes the model, where it is no file; told what to report to.
        """
        self.model_id = model
        self._path = path
        self._options = options or Options()
        self._opener = opener or self._open_file
        self._emit = emit
        self._scratch = scratch
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="answer")
        self._structure: Future[Model] = Future()
        self._runner: Future[Runner] = Future()
        self._sidecar = Sidecar(path)
        self._weights = Pictures()
        self._columns: Once[Answer] = Once()
        self._places: Once[Places] = Once()
        self.runs = Runs(
            model=model,
            path=self._path,
            structure=self._structure,
            runner=self._runner,
            sidecar=self._sidecar,
            emit=emit,
            scratch=scratch,
            shapes=self._options.shapes,
        )
        self.galleries = Galleries(
            model=model,
            structure=self._structure,
            runner=self._runner,
            sidecar=self._sidecar,
            emit=emit,
            scratch=scratch,
            shapes=lambda: self.runs.shapes,
            queue=self.runs.queue,
        )
        self._live = Live(self.runs, self._structure, self._runner, self._sidecar)
        threading.Thread(target=self._open, args=(engine,), name="open", daemon=True).start()

    def ask(self, header: Header, body: bytes | memoryview = b"") -> Future[Answer]:
        """The answer to a request.

        Args:
            header: ``{"get": key}``, ``{"many": [keys]}`` or ``{"command": name, "args": {..}}``.
            body: bytes that go with a command.
        """
        try:
            if "command" in header:
                return self._command(str(header["command"]), dict(header.get("args") or {}), body)
            many = header.get("many")
            keys = [parse(str(one)) for one in (many if many is not None else [header["get"]])]
            waits = {id(future): future for future in map(self._needs, keys)}
            work = (lambda: self._many(keys)) if many is not None else lambda: self._get(keys[0])
            # A question for many keys is answered key by key: one that fails fails alone.
            return after(list(waits.values()), self._pool, work, heed=many is None)
        except CutawayError as problem:
            return _failed(problem)

    def _needs(self, key: Key) -> Future[Any]:
        if key.room == "t":
            return self.runs.needed(key)
        if key.number != self.model_id:
            raise UnknownKey(f"no model {key.number} here; this is model {self.model_id}")
        return self.galleries.needed(key) if key.rest[:1] == ["g"] else self._structure

    def _many(self, keys: list[Key]) -> Answer:
        return blob_of_many([self._get_or_problem(key) for key in keys])

    def _get_or_problem(self, key: Key) -> Answer | Exception:
        try:
            return self._get(key)
        except CutawayError as problem:
            return problem

    def _get(self, key: Key) -> Answer:
        if key.room == "t":
            return self.runs.answer(key)
        model = self._structure.result()
        match key.rest:
            case ["graph"]:
                return as_json(graphs.graph_document(self.model_id, model))
            case ["columns"]:
                return self._columns.get(lambda: columns(self.model_id, model))
            case ["costs"]:
                return node_costs(model.graph)
            case ["layouts", number] if number.isdigit():
                return self._layouts(model, int(number))
            case ["g", *_]:
                return self.galleries.answer(key)
            case ["v", value, *rest] if value.isdigit():
                return self._weight(model, int(value), key, rest)
            case _:
                raise UnknownKey(f"a model has no '{'/'.join(key.rest)}'; see ARCHITECTURE.md")

    def _layouts(self, model: Model, number: int) -> Answer:
        groups = model.graph.groups
        pages = -(-len(groups) // layouts.PAGE)
        if number >= pages:
            raise UnknownKey(f"the model has {pages} pages of layouts; got {number}")
        return layouts.page(self._places.get(lambda: Places(model.graph)), groups, number)

    def _weight(self, model: Model, value: int, key: Key, rest: list[str]) -> Answer:
        if value >= len(model.graph.values):
            raise UnknownKey(f"the model has {len(model.graph.values)} values; got {value}")
        described = model.graph.values[value]
        if described.what not in ("weight", "constant"):
            raise UnknownKey(f"'{described.name}' is no weight: it exists in a run only")
        if rest == ["python"]:
            return taking.python(described, self._path, {}, key.query)
        return self._weights.answer(described, lambda: model.weight(value), rest, key.query)

    def _command(self, name: str, args: dict[str, Any], body: bytes | memoryview) -> Future[Answer]:
        # These keep the order in which they came, and take no time.
        if name == "gallery":
            self.galleries.begin(args)
            return _ready(as_json({"gallery": args["gallery"]}))
        if name in ("run", "live") and "gallery" in (args.get("input") or {}):
            args["input"], body = self.galleries.fed(args["input"])
        if name == "run":
            self.runs.begin(int(args["trace"]), args, bytes(body))
            return _ready(as_json({"trace": args["trace"]}))
        if name == "cancel":
            self.runs.cancel(int(args["trace"]))
            return _ready(as_json({}))
        if name == "live":
            return self._live.ask(int(args["trace"]), args, bytes(body))
        commands: dict[str, Callable[[], object]] = {
            "settings": self._sidecar.document,
            "labels": lambda: self.runs.newest.relabelled(self._sidecar.choose_labels(args)),
            "prepare": lambda: self._sidecar.choose_preparation(
                args.get("steps"), keep=args.get("keep", True)
            ),
            "preset": lambda: self.runs.preset(args),
            "preview": lambda: self.runs.preview(args),
            "compare": lambda: self.runs.compare(args),
            "readings": self.runs.newest.document,
            "reading": lambda: self.runs.newest.say(args),
            "gallery-result": lambda: self.galleries.result(args),
            "gallery-cancel": lambda: self.galleries.cancel(args),
            "keep": lambda: self.runs.keep(int(args["trace"])),
            "live-plan": self._live.plan,
            "tryall": lambda: self.runs.try_all(args),
        }
        if name not in commands:
            raise UnknownKey(f"no command '{name}'; known: {', '.join([*commands, 'run'])}")
        return after([self._structure], self._pool, lambda: as_json(commands[name]()))

    def _open_file(self, report: Report) -> Model:
        return open_model(self._path, report, self._options, self._scratch)

    def _open(self, engine: bool) -> None:  # noqa: FBT001 - a thread's argument
        try:
            self._say("opening", stage="reading the structure")
            model = self._opener(lambda stage: self._say("opening", stage=stage))
            model = replace(model, hints=hints_of(model, self._path))
            self._sidecar.adopt(model)
            self._structure.set_result(model)
            self._say("structure")
        except BaseException as problem:  # noqa: BLE001 - whoever waits must hear of it
            self._fail(problem, self._structure, self._runner)
            return
        if not engine:
            return
        try:
            self._say("opening", stage="starting the engine")
            self._runner.set_result(model.start())
            self._say("opened")
        except UnsupportedModel as problem:
            if model.graph.runs:
                self._fail(problem, self._runner)
                return
            # Weights without a network are looked at all the same.
            self._runner.set_exception(problem)
            self._say("opened")
        except BaseException as problem:  # noqa: BLE001 - whoever waits must hear of it
            self._fail(problem, self._runner)

    def _fail(self, problem: BaseException, *futures: Future[Any]) -> None:
        if not isinstance(problem, CutawayError):
            said = f"{type(problem).__name__}: {problem}"
            problem = ModelError(f"{self._path.name} could not be opened: {said}")
        for future in futures:
            future.set_exception(problem)
        self._say("open-failed", error=type(problem).__name__, message=str(problem))

    def _say(self, what: str, **more: Any) -> None:
        self._emit({"type": what, "model": self.model_id, **more})


def _ready(answer: Answer) -> Future[Answer]:
    future: Future[Answer] = Future()
    future.set_result(answer)
    return future


def _failed(problem: BaseException) -> Future[Answer]:
    future: Future[Answer] = Future()
    future.set_exception(problem)
    return future
