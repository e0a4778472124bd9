"""Runs a model in OpenVINO and keeps every tensor."""
# pyright: standard

from __future__ import annotations

import re
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from cutaway.errors import Cancelled, RunError, UnsupportedModel
from cutaway.loaders.feeding import checked_feeds, described
from cutaway.loaders.openvino.engine import SIGN, Compiled, Engine
from cutaway.loaders.openvino.framework import said
from cutaway.loaders.openvino.operation import known
from cutaway.loaders.openvino.structure import Structure
from cutaway.loaders.openvino.tensors import array_of, tensor_of
from cutaway.loaders.timing import repeat
from cutaway.trace import Array, Capabilities, Capture, Control, Failure

_CUT_OFF: Final = 0.5e-6
"""Seconds by which the engine's whole microseconds fall short, in the mean."""


class OpenVinoRunner:
    """One engine that hands out every value, on the CPU and in float32 throughout.

    Every run has a request of its own: states begin anew, and nothing of one run is in the next.
    """

    capabilities = Capabilities()

    def __init__(self, model: Any, structure: Structure) -> None:
        """Build the engine.

        Args:
            model: OpenVINO's Model, which stays as it is.
            structure: the Graph read from it.

        Raises:
            RunError: OpenVINO does not take the model.
        """
        self._structure = structure
        self._graph = graph = structure.graph
        nodes = {structure.ports[node.writes[0]][0]: node.id for node in graph.nodes if node.writes}
        self._values = [value for node in graph.nodes for value in node.writes]
        self._engine: Engine | None = Engine(model, structure.ports, nodes)
        self._compiled = self._engine.compiled(self._values)
        self._shortened: dict[int, Compiled] = {}
        self._plain: Compiled | None = None

    def run(
        self,
        inputs: Mapping[int, Array],
        control: Control,
        keep: Collection[int] | None = None,
    ) -> Capture:
        """The tensors of one run, inputs included; see ``Runner.run``."""
        self._opened()
        feeds = checked_feeds(self._graph, inputs)
        total = len(self._graph.nodes)
        control.progress(0, total)
        started = time.perf_counter()
        request, problem = self._inferred(self._compiled, feeds, control)
        capture = Capture({}, time.perf_counter() - started)
        compiled = self._compiled
        if request is None:
            failure = self._failure(problem)
            if failure.node is None:
                raise RunError(f"OpenVINO ended the run: {failure.message}")
            capture.failure = failure
            compiled = self._before(failure.node)
            request, problem = self._inferred(compiled, feeds, control)
            if request is None:
                raise RunError(f"OpenVINO ended the run: {problem}")
        capture.tensors = {
            value: array for value, array in feeds.items() if keep is None or value in keep
        }
        for value, reason in compiled.left_out.items():
            if keep is None or value in keep:
                capture.left_out[value] = reason
        for value, place in compiled.places.items():
            if keep is None or value in keep:
                self._take(request, value, place, capture)
        control.progress(total, total)
        return capture

    def _inferred(
        self, compiled: Compiled, feeds: Mapping[int, Array], control: Control
    ) -> tuple[Any, str]:
        """A request that was run; None and OpenVINO's words where it failed.

        Raises:
            Cancelled: it was stopped.
        """
        if control.cancelled:
            raise Cancelled("the run was stopped")
        request = compiled.model.create_infer_request()
        try:
            for at, value in enumerate(self._structure.parameters):
                request.set_input_tensor(at, tensor_of(feeds[value]))
            control.on_cancel = request.cancel
            # Who cancelled before that could not reach the request.
            if not control.cancelled:
                request.start_async()
                request.wait()
        except RuntimeError as problem:
            if not control.cancelled:
                return None, said(problem)
        finally:
            control.on_cancel = None
        if control.cancelled:
            raise Cancelled("the run was stopped")
        return request, ""

    def _take(self, request: Any, value: int, place: int, capture: Capture) -> None:
        name = self._graph.values[value].name
        try:
            tensor = request.get_output_tensor(place)
            # A tensor of a fixed shape is this request's alone, and lives as long as its array.
            fixed = known(self._graph.values[value].shape) is not None
            capture.tensors[value] = array_of(tensor, name, copy=not fixed)
        except (RuntimeError, UnsupportedModel) as problem:
            capture.left_out[value] = f"OpenVINO does not give it: {said(problem)}"

    def _failure(self, message: str) -> Failure:
        """Which node ended the run, from OpenVINO's own words."""
        found = re.search(rf"{re.escape(SIGN)}(\d+)", message)
        if found is None:
            return Failure(None, message)
        node = self._graph.nodes[int(found[1])]
        values = [self._graph.values[read.value] for read in node.reads]
        return Failure(
            node.id,
            re.sub(
                rf"{re.escape(SIGN)}(\d+)", lambda one: self._graph.nodes[int(one[1])].name, message
            ),
            tuple(f"{v.name} {described(v.shape, v.dtype)}" for v in values),
        )

    def _before(self, failed: int) -> Compiled:
        """An engine of all that does not depend on a node."""
        if failed not in self._shortened:
            lost = set(self._graph.nodes[failed].writes)
            for node in self._graph.nodes[failed:]:
                if lost & {read.value for read in node.reads}:
                    lost.update(node.writes)
            left: Sequence[int] = [
                value
                for value in self._values
                if value not in lost and value not in self._compiled.left_out
            ]
            self._shortened[failed] = self._opened().compiled(left, results=False)
        return self._shortened[failed]

    def predict(self, inputs: Mapping[int, Array], control: Control) -> dict[int, Array]:
        """The graph's outputs by value id; see ``Predictor.predict``."""
        engine = self._opened()
        feeds = checked_feeds(self._graph, inputs)
        if self._plain is None:
            self._plain = engine.compiled(list(self._graph.outputs))
        request, problem = self._inferred(self._plain, feeds, control)
        if request is None:
            raise RunError(f"OpenVINO ended the run: {problem}")
        found: dict[int, Array] = {}
        for value, place in self._plain.places.items():
            name = self._graph.values[value].name
            found[value] = array_of(request.get_output_tensor(place), name, copy=True)
        return found

    def times(self, inputs: Mapping[int, Array], control: Control) -> dict[int, float]:
        """Seconds of each node by its id, as OpenVINO counts them; see ``Runner.times``."""
        engine = self._opened()
        feeds = checked_feeds(self._graph, inputs)
        if control.cancelled:
            raise Cancelled("the run was stopped")
        given = [value for value in self._values if value not in self._compiled.left_out]
        # An engine of its own: it counts from its first run on, and counting takes time.
        compiled = engine.compiled(given, timed=True)
        first: dict[int, float] = {}
        done: list[Any] = []

        def once() -> bool:
            request, _ = self._inferred(compiled, feeds, control)
            if request is None:
                return False
            if not done:
                first.update(_profiled(request))
            done.append(request)
            return True

        repeat(once)
        last = _profiled(done[-1]) if len(done) > 1 else first
        return {
            node: _warm(seconds, last.get(node, seconds), len(done)) + _CUT_OFF
            for node, seconds in first.items()
        }

    def _opened(self) -> Engine:
        if self._engine is None:
            raise RunError("the model was closed; open it again")
        return self._engine

    def close(self) -> None:
        """Let go of the engine; captured arrays stay valid."""
        self._engine = None
        self._compiled = Compiled(None, {}, {})
        self._shortened = {}
        self._plain = None


def _profiled(request: Any) -> dict[int, float]:
    """Seconds by node id, the mean of all runs of an engine so far."""
    found: dict[int, float] = {}
    for one in request.profiling_info:
        number = one.node_name.removeprefix(SIGN)
        if number != one.node_name and number.isdecimal() and str(one.status).endswith(".EXECUTED"):
            found[int(number)] = found.get(int(number), 0.0) + one.real_time.total_seconds()
    return found


def _warm(first: float, mean: float, count: int) -> float:
    """The mean of all runs but the first, which was measured cold.

    Args:
        first: seconds of the first run.
        mean: of all runs.
        count: of them.
    """
    return max(0.0, (count * mean - first) / (count - 1)) if count > 1 else first
