"""One run through the parts of a graph, each handing to the next what crosses between them."""
# pyright: standard

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from typing import Any, Final

import numpy as np
import onnxruntime as ort

from cutaway.errors import Cancelled, RunError
from cutaway.loaders.onnx.cutting import Part, planned
from cutaway.loaders.onnx.engine import as_array, as_ort, run_session
from cutaway.loaders.onnx.losses import Losses, failure, lost, more
from cutaway.loaders.onnx.reference import Lacking, Reference
from cutaway.loaders.onnx.sessions import Sessions
from cutaway.loaders.onnx.structure import Structure
from cutaway.trace import Array, Capture, Control

_INNER: Final = "it only exists while the body that it lies in runs, which may be never or often"


class Chain:
    """One run; what it has captured so far, and what later parts still read."""

    def __init__(
        self,
        structure: Structure,
        sessions: Sessions,
        control: Control,
        refused: Losses,
        keep: Collection[int] | None,
        reference: Reference,
    ) -> None:
        """A run of a graph that has not begun.

        Args:
            structure: of the graph to run.
            sessions: of its parts.
            control: progress and cancelling.
            refused: what the engine is known to refuse.
            keep: ids of the values to keep; None keeps every one.
            reference: computes the nodes that the engine lacks.
        """
        self._reference = reference
        self._held: list[Array] = []
        self._structure = structure
        self._graph = structure.graph
        self._sessions = sessions
        self._control = control
        self._keep = keep
        self._losses = refused
        self._options = ort.RunOptions()
        self._given: dict[int, Any] = {}
        self._capture = Capture()
        self.refused = refused
        """What the engine refuses whatever it is fed, as far as it is known."""

    def run(self, parts: Sequence[Part], feeds: dict[int, Array]) -> Capture:
        """All that is captured, part by part.

        Raises:
            Cancelled: the control said so.
            RunError: nothing can be run.
            Unsuited: the graph cannot be run in parts.
            Lacking: the engine lacks a node that the reference evaluator knows.
        """
        plan = planned(parts, self._graph, self._keep)
        last = {value: at for at, (part, _) in enumerate(plan) for value in part.reads}
        self._given = {value: as_ort(array) for value, array in feeds.items()}
        self._take(feeds)
        self._control.progress(0, len(plan) or 1)
        self._control.on_cancel = self._stop
        if self._control.cancelled:
            self._stop()
        try:
            for at, (part, wanted) in enumerate(plan):
                self._part(part, wanted, last, at)
                if at + 1 < len(plan):
                    self._control.hand_over(self._capture)
                self._control.progress(at + 1, len(plan))
        finally:
            self._control.on_cancel = None
        self._tell_failure()
        self._capture.said = self._reference.note()
        kept = self._structure.inner if self._keep is None else self._keep
        inner = set(self._structure.inner).intersection(kept)
        self._capture.left_out.update(dict.fromkeys(sorted(inner), _INNER))
        return self._capture

    def _stop(self) -> None:
        self._options.terminate = True

    def _part(self, part: Part, wanted: list[int], last: dict[int, int], at: int) -> None:
        """Capture one part; smaller where something in it fails."""
        if self._reference.is_own(part):
            self._by_reference(part.nodes.start)
            self._finish(part, last, at)
            return
        while True:
            self._check_cancelled()
            known = self._losses
            session, self._losses = self._sessions.session(part, known, self._given)
            self._check_lacking(known)
            if known is self.refused:
                self.refused = self._losses
            asked = self._asked(part, wanted)
            try:
                found = self._results(session, asked)
                break
            except Exception as problem:  # noqa: BLE001 - the engine raises bare exceptions
                self._check_cancelled()
                self._losses = more(self._losses, problem, self._structure)
        self._given.update(zip(asked, found, strict=True))
        self._take(dict(zip(asked, found, strict=True)))
        self._finish(part, last, at)

    def _check_lacking(self, known: Losses) -> None:
        """Stop where the engine has just refused a node that can be computed otherwise."""
        node = self._losses.node
        if known.message is None and node is not None and self._reference.helps(self._losses):
            raise Lacking(node)

    def _by_reference(self, node: int) -> None:
        """Compute one node that the engine lacks."""
        self._check_cancelled()
        if node in self._losses.without:
            return
        started = time.perf_counter()
        try:
            found = self._reference.run(node, self._given)
        except Exception as problem:  # noqa: BLE001 - the evaluator has many words
            said = f"the reference evaluator failed: {problem}"
            self._losses = lost(self._losses, node, said, self._graph)
            return
        self._capture.seconds += time.perf_counter() - started
        self._held += found.values()  # the engine's values share their memory
        self._given.update((value, as_ort(array)) for value, array in found.items())
        self._take(found)

    def _finish(self, part: Part, last: dict[int, int], at: int) -> None:
        """Tell what failed, and let go of what no later part reads."""
        if self._losses.node in part.nodes:
            self._tell_failure()  # while what the node was given is still here
        kept = self._given.items()
        self._given = {value: result for value, result in kept if last.get(value, -1) > at}

    def _check_cancelled(self) -> None:
        if self._control.cancelled:
            raise Cancelled("the run was stopped")

    def _asked(self, part: Part, wanted: list[int]) -> list[int]:
        """The wanted values, as far as they can be had; those that a failed node reads too."""
        losses = self._losses
        asked = set(wanted)
        if losses.node is not None:
            asked.update(read.value for read in self._graph.nodes[losses.node].reads)
        left = (self._graph.nodes[at] for at in part.nodes if at not in losses.without)
        return [value for node in left for value in node.writes if value in asked]

    def _results(self, session: ort.InferenceSession | None, asked: list[int]) -> list[Any]:
        if session is None or not asked:
            return []
        values = self._graph.values
        given = {values[value].name: result for value, result in self._given.items()}
        started = time.perf_counter()
        found = run_session(session, given, [values[one].name for one in asked], self._options)
        self._capture.seconds += time.perf_counter() - started
        return found

    def _take(self, results: dict[int, Any]) -> None:
        """Capture those of some results that are to be kept."""
        for value, result in results.items():
            if self._keep is None or value in self._keep:
                array = as_array(result)
                if isinstance(array, str):
                    self._capture.left_out[value] = array
                else:
                    self._capture.tensors[value] = array

    def _tell_failure(self) -> None:
        losses, capture = self._losses, self._capture
        if losses.message is None or capture.failure is not None:
            return
        if losses.node is None:
            raise RunError(f"ONNX Runtime cannot run this model: {losses.message}")
        capture.failure = failure(losses.message, losses.node, self._graph, self._array)

    def _array(self, value: int) -> Array | None:
        """What a value held, as far as it is still known."""
        found = self._capture.tensors.get(value)
        if found is None and value in self._given:
            result = as_array(self._given[value])
            return result if isinstance(result, np.ndarray) else None
        return found
