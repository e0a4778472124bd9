"""A network over a whole gallery: batch after batch, nothing captured, told as it comes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cutaway import inputs
from cutaway.errors import Cancelled, CutawayError, RunError
from cutaway.graph import Graph
from cutaway.survey.batching import Batch, Pace, Preparing, is_free
from cutaway.survey.collecting import Collection
from cutaway.survey.results import NONE
from cutaway.survey.scoring import best, is_classes, vectors
from cutaway.trace import Control

Array: TypeAlias = npt.NDArray[Any]
Outputs: TypeAlias = Mapping[int, Array]
SumUp: TypeAlias = Callable[[int, Array, Outputs, inputs.Geometry | None], bool]

_IN_MEMORY: Final = 256 << 20
"""Bytes of one output's vectors that are kept in memory; more go to the scratch folder."""
_ON_DISK: Final = 4 << 30
_APART: Final = 1e-2
"""How far a result may be from that of the entry alone, relative to the largest number, before
the network is taken to mix the entries of a batch."""


@dataclass(frozen=True, slots=True)
class Classes:
    """The output that is read as classes, and how."""

    output: int
    """Value id."""
    kind: str | None
    """The operator that made its numbers; None where not known."""
    activation: str = "auto"
    """What makes scores of them; see ``scores``."""


@dataclass(frozen=True)
class Engine:
    """What runs the network, as a survey sees it."""

    graph: Graph
    run: Callable[[Array], Outputs]
    """The graph's outputs by value id for an array of the main input."""
    real: Callable[[int, Array], Array]
    """The numbers that an output's quantized ones stand for, by value id."""
    main: int
    """Value id of the main input."""
    judge: Callable[[Array, Outputs], Classes | None]
    """What is read as classes, by the array of one entry and the outputs for it."""


@dataclass
class Survey:
    """Predictions by entry; filled from the first entry on."""

    entries: Collection
    engine: Engine
    preparing: Preparing
    scratch: Path
    control: Control
    tell: Callable[[int], None]
    """Called with how many entries are over."""
    sum_up: SumUp | None = None
    """Called with each entry where the answer is no class vector, until it says that it is not
    worth asking: the entry, its row of the main input, its outputs, where its pixels came from."""
    fixed: int | None = None
    """Entries of one run, where that is not to be found out."""
    predicted: Array = field(init=False)
    """(N,) int32 class numbers, NONE where the answer is no class or the entry failed."""
    score: Array = field(init=False)
    """(N,) float32 in 0..1, NaN where there is none."""
    failed: dict[int, str] = field(default_factory=dict[int, str])
    """Why an entry was left out."""
    vectors: dict[int, Array] = field(default_factory=dict[int, Array])
    """By output's value id: (N, F) float32, NaN for entries that have none."""
    read: Classes | None = None
    """What is read as classes; None where nothing is, or before the first entry is over."""
    classes: int | None = None
    """How many classes there are; None where the answer is no class vector."""
    seconds: float = 0.0
    """Wall time of it all, reading and preparing included."""
    running: float = 0.0
    """Of it, time in the engine."""
    notes: list[str] = field(default_factory=list[str])
    batch: int = 1
    """Entries in the largest run so far."""
    done: int = 0
    """Entries that are over, from the first."""

    def __post_init__(self) -> None:
        """Nothing is known of any entry yet."""
        count = len(self.entries)
        self.predicted = np.full(count, NONE, np.int32)
        self.score = np.full(count, np.nan, np.float32)
        self._batched = is_free(self.engine.graph)
        self._checked = not self._batched
        self._judged = False

    def carry_out(self) -> None:
        """Predict every entry; raises Cancelled when asked to stop."""
        started = time.perf_counter()
        pace = Pace(self.engine.graph, batched=self._batched, fixed=self.fixed)
        with ThreadPoolExecutor(1, thread_name_prefix="prepare") as pool:
            ahead = self._ahead(pool, 0, pace.size)
            while ahead is not None:
                end, prepared = ahead
                batches = prepared.result()
                ahead = self._ahead(pool, end, pace.size)
                for one in batches:
                    self._heed()
                    took = time.perf_counter()
                    self._predict(one)
                    took = time.perf_counter() - took
                    self.running += took
                    if self._batched:
                        pace.note(len(one.entries), took)
                    else:
                        pace.size = 1 if took > 0.05 else 16
                self.done = end
                self.seconds = time.perf_counter() - started
                self.tell(end)
        self.seconds = time.perf_counter() - started

    def _ahead(
        self, pool: ThreadPoolExecutor, first: int, size: int
    ) -> tuple[int, Future[list[Batch]]] | None:
        """The next entries, being prepared while the engine works; None after the last."""
        end = min(first + size, len(self.entries))
        if end <= first:
            return None
        return end, pool.submit(self._prepared, first, end)

    def _prepared(self, first: int, end: int) -> list[Batch]:
        array = self._rows(first, end) if self._batched else None
        if array is not None:
            return [Batch(tuple(range(first, end)), array)]
        sources: dict[int, inputs.Source] = {}
        for entry in range(first, end):
            self._heed()
            try:
                sources[entry] = self.entries.source(entry)
            except CutawayError as problem:
                self.failed[entry] = str(problem)
            except Exception as problem:  # noqa: BLE001 - one bad entry is told, not fatal
                self.failed[entry] = f"{type(problem).__name__}: {problem}"
        if self._batched:
            batches, failed = self.preparing.together(sources)
            self.failed.update(failed)
            return batches
        return [one for entry, source in sources.items() if (one := self._alone(entry, source))]

    def _rows(self, first: int, end: int) -> Array | None:
        """Entries that are rows of one array, prepared together; None where they are not."""
        self._heed()
        rows = self.entries.rows(first, end)
        return None if rows is None else self.preparing.rows(self.entries.source(first), rows)

    def _alone(self, entry: int, source: inputs.Source) -> Batch | None:
        try:
            prepared = self.preparing.one(source)
            return Batch((entry,), prepared.array, {entry: prepared.geometry})
        except CutawayError as problem:
            self.failed[entry] = str(problem)
            return None

    def _predict(self, batch: Batch) -> None:
        """Run a batch and read what came; singly where the network does not take it together."""
        count = len(batch.entries)
        try:
            outputs = self.engine.run(batch.array)
            if count > 1 and not self._checked:
                self._check(batch, outputs)
                self._checked = True
        except Cancelled:
            raise
        except CutawayError as problem:
            if count == 1:
                self.failed[batch.entries[0]] = str(problem)
                return
            self._say_singly(str(problem))
            for at, entry in enumerate(batch.entries):
                self._predict(Batch((entry,), batch.array[at : at + 1], batch.geometry))
            return
        self.batch = max(self.batch, count)
        self._read(batch, outputs)

    def _check(self, batch: Batch, outputs: Outputs) -> None:
        """Whether the first two entries alone give what they give together; raises RunError."""
        for at in (0, 1):
            alone = self.engine.run(batch.array[at : at + 1])
            for value, array in outputs.items():
                if array.ndim == 0 or array.shape[0] != len(batch.entries):
                    raise RunError("an output has not one row for each input")
                if array.dtype.kind != "f":
                    continue
                one, row = alone[value][0], array[at]
                most = float(np.abs(one, dtype=np.float64).max(initial=0)) or 1.0
                if (
                    one.shape != row.shape
                    or np.nanmax(np.abs(one - row), initial=0) > most * _APART
                ):
                    raise RunError("inputs that are fed together change one another's results")

    def _say_singly(self, why: str) -> None:
        if self._batched:
            self._batched = False
            self.notes.append(f"fed one by one: {why}")

    def _read(self, batch: Batch, outputs: Outputs) -> None:
        count = len(batch.entries)
        entries = np.asarray(batch.entries)
        if not self._judged:
            self._judged = True
            self.read = self.engine.judge(batch.array[:1], _first_of(outputs, batch))
        for value, raw in outputs.items():
            array = self.engine.real(value, raw)
            fixed = batch.array.shape[0] if batch.array.ndim else 1
            if count == 1 and fixed > 1 and array.ndim and array.shape[0] == fixed:
                array = array[:1]  # a fixed batch holds the same entry in every place
            rows = vectors(array, count)
            if rows is None:
                continue
            self._keep(value, entries, rows)
            how = self.read
            if how is None or how.output != value:
                continue
            if self.classes is not None or is_classes(array, count, how.kind):
                self.classes = rows.shape[1]
                top, score = best(rows, how.kind, how.activation)
                self.predicted[entries] = top
                self.score[entries] = score
        if self.sum_up is not None and self.classes is None:
            self._sum_up(batch, outputs)

    def _sum_up(self, batch: Batch, outputs: Outputs) -> None:
        count = len(batch.entries)
        for at, entry in enumerate(batch.entries):
            row, own = batch.array, outputs
            if count > 1:
                row = row[at : at + 1]
                own = {value: array[at : at + 1] for value, array in outputs.items()}
            if self.sum_up is None or not self.sum_up(entry, row, own, batch.geometry.get(entry)):
                self.sum_up = None
                return

    def _keep(self, value: int, entries: Array, rows: Array) -> None:
        size = len(self.entries) * rows.shape[1] * 4
        held = self.vectors.get(value)
        if held is None:
            if size > _ON_DISK:
                return
            shape = (len(self.entries), rows.shape[1])
            if size <= _IN_MEMORY:
                held = np.full(shape, np.nan, np.float32)
            else:
                place = self.scratch / f"vectors-{value}"
                held = np.memmap(place, np.float32, "w+", 0, shape)
                held[:] = np.nan
            self.vectors[value] = held
        if held.shape[1] == rows.shape[1]:
            held[entries] = rows

    def _heed(self) -> None:
        if self.control.cancelled:
            raise Cancelled("the gallery was stopped")


def _first_of(outputs: Outputs, batch: Batch) -> dict[int, Array]:
    """The outputs for a batch's first entry, where they have a row for each."""
    rows = batch.array.shape[0] if batch.array.ndim else 1
    return {
        value: array[:1] if rows > 1 and array.ndim and array.shape[0] == rows else array
        for value, array in outputs.items()
    }
