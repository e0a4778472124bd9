"""How long each node of a graph takes, as ONNX Runtime's own profiler tells it."""
# pyright: standard

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import onnxruntime as ort
import orjson

from cutaway.errors import Cancelled
from cutaway.loaders.onnx.cutting import Part, planned
from cutaway.loaders.onnx.engine import as_ort, run_session
from cutaway.loaders.onnx.losses import Losses
from cutaway.loaders.onnx.reference import Reference
from cutaway.loaders.onnx.sessions import Sessions
from cutaway.loaders.onnx.structure import Structure
from cutaway.loaders.timing import QUICK, repeat, typical
from cutaway.trace import Array, Control

_EVENT: Final = "_kernel_time"
_BLOCKED: Final = "_nchwc"
"""What the engine adds to the name of a value to name the blocked operator that writes it."""
_FUSED: Final = "Fusion/"
"""The end of ``node/WhatFusion/``: the name of a node with a cheap neighbour taken in."""
_CUT_OFF: Final = 0.5e-6
"""Seconds by which the engine's whole microseconds fall short, in the mean."""


class Profile:
    """One timed run through the parts of a graph."""

    def __init__(
        self,
        structure: Structure,
        sessions: Sessions,
        control: Control,
        refused: Losses,
        reference: Reference,
    ) -> None:
        """A run that has not begun.

        Args:
            structure: of the graph to run.
            sessions: of its parts.
            control: progress and cancelling.
            refused: what the engine is known to refuse.
            reference: computes the nodes that the engine lacks.
        """
        self._reference = reference
        self._structure = structure
        self._sessions = sessions
        self._control = control
        self._losses = refused
        self._options = ort.RunOptions()
        self._given: dict[int, Any] = {}
        self._ids = _ids_by_event(structure)

    def times(self, parts: Sequence[Part], feeds: Mapping[int, Array]) -> dict[int, float]:
        """Seconds by node id; what the engine does not name is left out, such as constants folded.

        Where a node fails, those that ran before it are told.

        Raises:
            Cancelled: the control said so.
            Unsuited: the graph cannot be run in parts.
        """
        plan = planned(parts, self._structure.graph, None)
        self._given = {value: as_ort(array) for value, array in feeds.items()}
        self._control.on_cancel = self._stop
        try:
            with tempfile.TemporaryDirectory(
                prefix="cutaway-times-", ignore_cleanup_errors=True
            ) as folder:
                return self._through(plan, Path(folder))
        finally:
            self._control.on_cancel = None

    def _stop(self) -> None:
        self._options.terminate = True

    def _through(self, plan: Sequence[tuple[Part, list[int]]], folder: Path) -> dict[int, float]:
        last = {value: at for at, (part, _) in enumerate(plan) for value in part.reads}
        found: dict[int, float] = {}
        for at, (part, written) in enumerate(plan):
            crossing = [value for value in written if last.get(value, -1) > at]
            seconds, went_well = self._part(part, crossing, folder / f"part-{at}", len(plan))
            found.update(seconds)
            if not went_well:
                break
            kept = self._given.items()
            self._given = {value: result for value, result in kept if last.get(value, -1) > at}
            self._control.progress(at + 1, len(plan))
        return found

    def _part(
        self, part: Part, crossing: list[int], prefix: Path, parts: int
    ) -> tuple[dict[int, float], bool]:
        """Seconds of a part's nodes, and whether none failed."""
        self._check_cancelled()
        if self._reference.is_own(part):
            return self._by_reference(part.nodes.start)
        session, self._losses = self._sessions.session(part, self._losses, self._given, prefix)
        if session is None:
            return {}, True
        names = self._asked(part, crossing)
        run = _Run(session, self._by_name(), list(names), self._options)
        repeat(run.once, QUICK / parts)
        file = Path(session.end_profiling())
        self._check_cancelled()
        self._given.update(zip(names.values(), run.results, strict=False))
        found: dict[int, list[float]] = {}
        for event, seconds in _events(file):
            if event in self._ids:
                found.setdefault(self._ids[event], []).append(seconds)
        file.unlink()
        return typical(found), run.went_well

    def _by_reference(self, node: int) -> tuple[dict[int, float], bool]:
        """Seconds of a node that the engine lacks, and whether it did not fail."""
        started = time.perf_counter()
        try:
            found = self._reference.run(node, self._given)
        except Exception:  # noqa: BLE001 - the evaluator has many words; the run has told them
            return {}, False
        self._given.update((value, as_ort(array)) for value, array in found.items())
        return {node: time.perf_counter() - started}, True

    def _asked(self, part: Part, crossing: list[int]) -> dict[str, int]:
        """Names and ids of the values to ask for: those that cross, or any where none does."""
        graph, without = self._structure.graph, self._losses.without
        left = [value for at in part.nodes if at not in without for value in graph.nodes[at].writes]
        wanted = [value for value in crossing if value in left] if without else crossing
        return {graph.values[value].name: value for value in wanted or left[-1:]}

    def _by_name(self) -> dict[str, Any]:
        values = self._structure.graph.values
        return {values[value].name: result for value, result in self._given.items()}

    def _check_cancelled(self) -> None:
        if self._control.cancelled:
            raise Cancelled("the measuring was stopped")


class _Run:
    """A session that is run again and again on the same."""

    def __init__(
        self,
        session: ort.InferenceSession,
        given: Mapping[str, Any],
        names: list[str],
        options: ort.RunOptions,
    ) -> None:
        self._session = session
        self._given = given
        self._names = names
        self._options = options
        self.results: list[Any] = []
        self.went_well = True

    def once(self) -> bool:
        """Whether no node failed."""
        try:
            self.results = run_session(self._session, self._given, self._names, self._options)
        except Exception:  # noqa: BLE001 - the engine raises bare exceptions; the run has told it
            self.went_well = False
        return self.went_well


def _ids_by_event(structure: Structure) -> dict[str, int]:
    """Node id by each name that the profiler may give it; nodes of bodies run within others."""
    graph = structure.graph
    nodes = graph.nodes[: len(structure.protos)]
    found = {
        f"{graph.values[node.writes[0]].name}{_BLOCKED}": node.id for node in nodes if node.writes
    }
    return {**found, **{node.name: node.id for node in nodes}}


def _events(file: Path) -> Iterator[tuple[str, float]]:
    """The name and the seconds of every time that a node ran, in the order of the runs."""
    for event in orjson.loads(file.read_bytes()):
        name = event["name"]
        if event["cat"] != "Node" or not name.endswith(_EVENT):
            continue
        name = name.removesuffix(_EVENT)
        if name.endswith(_FUSED):
            name = name.removesuffix("/").rpartition("/")[0]
        yield name, event["dur"] * 1e-6 + _CUT_OFF
