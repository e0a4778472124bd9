"""Runs an ONNX model on ONNX Runtime and keeps every value."""
# pyright: standard

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import onnxruntime as ort
from onnx import ModelProto

from cutaway.errors import Cancelled, RunError
from cutaway.loaders.feeding import checked_feeds, described
from cutaway.loaders.onnx.blame import culprit, downstream, words
from cutaway.loaders.onnx.engine import capture_model, run_session, start_session
from cutaway.loaders.onnx.structure import Structure
from cutaway.trace import Array, Capabilities, Capture, Control, Failure

_MOST_CUTS: Final = 50
"""How many nodes that the engine refuses are cut out before it is given up."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """The part of the graph that the engine takes."""

    session: ort.InferenceSession | None = None
    """None where nothing is left to run."""
    without: frozenset[int] = frozenset()
    """Ids of the nodes left out."""
    message: str | None = None
    """Why the first of them is left out; None where the graph is whole."""
    node: int | None = None
    """The node that the message is about; None where it names none."""


class OnnxRunner:
    """A session that hands out every value; a node that fails is cut out with what follows it."""

    capabilities = Capabilities()

    def __init__(self, light: ModelProto, structure: Structure, folder: Path) -> None:
        """Start the engine.

        What the engine refuses is not raised here but told by every run, with the tensors that do
        not depend on it.

        Args:
            light: the file's message, its big tensors external.
            structure: the Graph read from it.
            folder: where the external tensors lie.
        """
        self._light = light
        self._structure = structure
        self._graph = structure.graph
        self._folder = folder
        self._whole: _Cut | None = self._start(_Cut())

    def run(
        self,
        inputs: Mapping[int, Array],
        control: Control,
        keep: Collection[int] | None = None,
    ) -> Capture:
        """The tensors of one run, inputs included; see ``Runner.run``."""
        cut = self._whole
        if cut is None:
            raise RunError("the model was closed; open it again")
        feeds = checked_feeds(self._graph, inputs)
        control.progress(0, 1)
        capture = self._attempt(cut, feeds, control, keep)
        while isinstance(capture, _Cut):
            capture = self._attempt(capture, feeds, control, keep)
        control.progress(1, 1)
        return capture

    def close(self) -> None:
        """Let go of the session; captured arrays stay valid."""
        self._whole = None

    def _attempt(
        self,
        cut: _Cut,
        feeds: dict[int, Array],
        control: Control,
        keep: Collection[int] | None,
    ) -> Capture | _Cut:
        """What the cut graph gives, or a smaller cut where something in it fails."""
        wanted = self._wanted(cut, keep)
        options = ort.RunOptions()
        control.on_cancel = lambda: setattr(options, "terminate", True)
        options.terminate = control.cancelled
        started = time.perf_counter()
        try:
            tensors, left_out = {}, {}
            if cut.session is not None and wanted:
                tensors, left_out = run_session(cut.session, self._graph, feeds, wanted, options)
        except Exception as problem:
            if control.cancelled:
                raise Cancelled("the run was stopped") from problem
            return self._start(self._shorter(cut, problem))
        finally:
            control.on_cancel = None
        seconds = time.perf_counter() - started
        tensors = {**feeds, **tensors}
        failure = self._failure(cut, tensors)
        if keep is not None:
            tensors = {value: array for value, array in tensors.items() if value in keep}
        return Capture(tensors, seconds, left_out, failure)

    def _wanted(self, cut: _Cut, keep: Collection[int] | None) -> list[int]:
        """Ids of the values to ask the session for; those that a failed node reads among them."""
        nodes = [node for node in self._graph.nodes if node.id not in cut.without]
        written = [value for node in nodes for value in node.writes]
        if keep is None:
            return written
        read = self._graph.nodes[cut.node].reads if cut.node is not None else ()
        asked = {*keep, *(entry.value for entry in read)}
        return [value for value in written if value in asked]

    def _start(self, cut: _Cut) -> _Cut:
        """The cut with a session; smaller where the engine refuses some of its nodes."""
        for _ in range(_MOST_CUTS):
            if len(cut.without) == len(self._graph.nodes):
                return cut
            try:
                model = capture_model(self._light, self._structure, cut.without)
                return replace(cut, session=start_session(model, self._folder, self._graph))
            except Exception as problem:  # noqa: BLE001 - the engine raises bare exceptions
                cut = self._shorter(cut, problem)
        return replace(cut, without=frozenset(range(len(self._graph.nodes))))

    def _shorter(self, cut: _Cut, problem: Exception) -> _Cut:
        """The cut without the node that a problem is about; empty where it names none."""
        message = words(problem)
        node = culprit(message, self._graph, cut.without)
        if node is None or node in cut.without:
            without = frozenset(range(len(self._graph.nodes)))
        else:
            without = cut.without | downstream(self._graph, [node])
        if cut.message is not None:
            message, node = cut.message, cut.node
        return _Cut(None, without, message, node)

    def _failure(self, cut: _Cut, tensors: Mapping[int, Array]) -> Failure | None:
        if cut.message is None:
            return None
        if cut.node is None:
            raise RunError(f"ONNX Runtime cannot run this model: {cut.message}")
        shapes: list[str] = []
        for read in self._graph.nodes[cut.node].reads:
            value = self._graph.values[read.value]
            array = tensors.get(value.id)
            shape = value.shape if array is None else array.shape
            dtype = value.dtype if array is None else array.dtype.name
            shapes.append(f"{value.name} {described(shape, dtype)}")
        return Failure(cut.node, cut.message, tuple(shapes))
