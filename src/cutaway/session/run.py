"""One run of a model: what it was fed, what it captured, and what its keys answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from cutaway.errors import UnknownKey
from cutaway.graph import Value
from cutaway.loaders import Model
from cutaway.pictures import difference
from cutaway.session import taking
from cutaway.session.answer import PNG, Answer, as_json
from cutaway.session.comparing import Comparison
from cutaway.session.documents import (
    StatsDoc,
    TraceDoc,
)
from cutaway.session.explaining import Explainer
from cutaway.session.feeding import Fed
from cutaway.session.findings import bounds_of, run_findings, run_shapes
from cutaway.session.keys import Key, whole
from cutaway.session.preparing import StepPictures
from cutaway.session.reading import Readings
from cutaway.session.tensors import Pictures, TensorPictures
from cutaway.session.waiting import Once, Recent
from cutaway.trace import Array, Capture, Control, Store

COMPARED = 4
"""Comparisons that are kept of one run."""

BUDGET = 2 << 30
"""Bytes of tensors that one run keeps in memory; what is over goes to the scratch folder."""


class Run:
    """One run, from its request to its pictures."""

    def __init__(self, number: int, progress: Callable[[int, int], None], scratch: Path) -> None:
        self.number = number
        self.done: Future[TraceDoc] = Future()
        self.store = Store(BUDGET, scratch)
        self.control = Control(progress, self.store.add)
        self.fed: Fed | None = None
        self.capture = Capture()
        self.pictures = Pictures()
        self.findings: Once[Answer] = Once()
        self.steps: Once[StepPictures] = Once()
        self.asked: Mapping[str, Any] = {}
        """What was asked for: ``input`` and ``preparation``."""
        self.comparisons: dict[int, Comparison] = {}
        self.differences: Recent[tuple[int, int], TensorPictures] = Recent(COMPARED)
        self.explainer: Once[Explainer] = Once()
        self.times: Once[Future[Answer]] = Once()
        self.readings: Readings | None = None

    @property
    def nbytes(self) -> int:
        """Bytes of all its tensors."""
        return sum(one.nbytes for one in self.capture.tensors.values())

    def clear(self) -> None:
        """Let go of its tensors."""
        self.store.clear()

    def take(self) -> None:
        """Move what was captured into the store, which keeps to its budget."""
        self.store.add(self.capture.tensors)
        self.capture.tensors = self.store.tensors
        self.capture.left_out.update(self.store.lost)

    def answer(self, key: Key, model: Model, path: Path) -> Answer:
        """The answer to a key of this run, once it is over; raises UnknownKey.

        Args:
            key: of this run; not its ``times``, which are measured elsewhere.
            model: what was run.
            path: the model's file, for lines of Python that name it.
        """
        match key.rest:
            case ["info"]:
                return as_json(self.done.result())
            case ["flags"]:
                return self.findings.get(lambda: run_findings(model.graph, self.capture.tensors))
            case ["shapes"]:
                return run_shapes(self.capture.tensors)
            case ["statistics"]:
                return as_json(self._statistics(model))
            case ["input.png"]:
                return self._input(key.query)
            case ["step", *rest] if self.fed is not None:
                return self.steps.get(self.fed.steps).answer(rest)
            case ["reading", *rest]:
                return self._read().answer(rest, key.query)
            case [value, *rest]:
                return self._of_tensor(model, path, value, rest, key.query)
            case _:
                raise UnknownKey(f"a run has no '{'/'.join(key.rest)}'; see ARCHITECTURE.md")

    def _of_tensor(
        self, model: Model, path: Path, value: str, rest: list[str], query: Mapping[str, str]
    ) -> Answer:
        tensors = self.capture.tensors
        described = model.graph.values[whole(value, len(model.graph.values), "values")]
        if described.id not in tensors:
            raise UnknownKey(f"run {self.number} did not keep '{described.name}'")
        if rest[:1] in (["sum"], ["field"]) and len(rest) == 2:
            explainer = self.explainer.get(lambda: Explainer(model, tensors))
            return explainer.answer(described.id, *rest)
        if rest == ["python"]:
            return taking.python(described, path, self.asked, query)
        if rest[:1] == ["against"] and len(rest) > 2:
            return self._difference(described, tensors[described.id], rest[1]).answer(
                rest[2:], query
            )
        if rest == ["channels"]:
            bounds = bounds_of(model.graph, described.id)
            return self.pictures.of(described, lambda: tensors[described.id]).channels(
                query, bounds
            )
        return self.pictures.answer(described, lambda: tensors[described.id], rest, query)

    def _difference(self, value: Value, ours: Array, asked: str) -> TensorPictures:
        """The pictures of a tensor's reference less the tensor; raises UnknownKey."""
        comparison = self.comparisons.get(int(asked)) if asked.isdigit() else None
        theirs = None if comparison is None else comparison.references.get(value.id)
        if theirs is None:
            raise UnknownKey(f"comparison {asked} of this run has nothing of '{value.name}'")
        return self.differences.get(
            (int(asked), value.id), lambda: TensorPictures(value, difference(ours, theirs))
        )

    def _statistics(self, model: Model) -> list[StatsDoc]:
        values, tensors = model.graph.values, self.capture.tensors
        return [
            self.pictures.of(values[v], lambda v=v: tensors[v]).document for v in sorted(tensors)
        ]

    def _read(self) -> Readings:
        if self.readings is None:
            raise UnknownKey("this run ended before its outputs could be read")
        return self.readings

    def _input(self, query: Mapping[str, str]) -> Answer:
        if self.fed is None:
            raise UnknownKey("this run was fed with nothing")
        return Answer(PNG, self.fed.picture(query))
