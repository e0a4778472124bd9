"""Runs an ONNX model on ONNX Runtime and keeps every value."""
# pyright: standard

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TypeVar

from onnx import ModelProto

from cutaway.errors import Cancelled, RunError
from cutaway.loaders.feeding import checked_feeds
from cutaway.loaders.onnx.chain import Chain
from cutaway.loaders.onnx.cutting import LARGEST, SIZE, parts, whole
from cutaway.loaders.onnx.losses import Losses
from cutaway.loaders.onnx.models import Unsuited
from cutaway.loaders.onnx.plain import Plain
from cutaway.loaders.onnx.profiling import Profile
from cutaway.loaders.onnx.reference import Lacking, Reference
from cutaway.loaders.onnx.sessions import Sessions
from cutaway.loaders.onnx.structure import Structure
from cutaway.loaders.pausing import collector_paused
from cutaway.trace import Array, Capabilities, Capture, Control, kept_outputs

T = TypeVar("T")


class OnnxRunner:
    """Sessions that hand out every value; a node that fails is cut out with what follows it."""

    capabilities = Capabilities()

    def __init__(
        self,
        light: ModelProto,
        structure: Structure,
        folder: Path,
        *,
        largest: int = LARGEST,
        size: int = SIZE,
    ) -> None:
        """Start the engine; for a graph that is run in parts, that is put off until it runs.

        What the engine refuses is not raised here but told by every run, with the tensors that do
        not depend on it.

        Args:
            light: the file's message, its big tensors external.
            structure: the Graph read from it.
            folder: where the external tensors lie.
            largest: a graph of more nodes is run in parts.
            size: nodes of such a part.
        """
        self._structure = structure
        self._graph = structure.graph
        self._parts = [whole(structure)]
        self._refused = Losses()
        self._reference = Reference(light, structure, folder)
        self._plain = Plain(light, self._graph, folder)
        self._sessions: Sessions | None = Sessions(light, structure, folder)
        if len(structure.protos) > largest and not self._takes_text():
            self._parts = parts(structure, size)
        else:
            _, self._refused = self._sessions.session(self._parts[0], self._refused, {})
            if self._refused.node is not None and self._reference.helps(self._refused):
                self._compute(self._refused.node)

    @property
    def refusal(self) -> str | None:
        """Why the engine runs nothing of the model; None where it runs some, or was not asked."""
        nothing = len(self._refused.without) == len(self._graph.nodes)
        return self._refused.message if nothing else None

    def run(
        self,
        inputs: Mapping[int, Array],
        control: Control,
        keep: Collection[int] | None = None,
    ) -> Capture:
        """The tensors of one run, inputs included; see ``Runner.run``."""
        sessions, feeds = self._opened(), checked_feeds(self._graph, inputs)
        return self._suited(lambda: self._through(sessions, feeds, control, keep))

    def times(self, inputs: Mapping[int, Array], control: Control) -> dict[int, float]:
        """Seconds of each node by its id, bodies within the nodes that run them.

        See ``Runner.times``.
        """
        sessions, feeds = self._opened(), checked_feeds(self._graph, inputs)

        def timed() -> dict[int, float]:
            profile = Profile(self._structure, sessions, control, self._refused, self._reference)
            with collector_paused():
                return profile.times(self._parts, feeds)

        return self._suited(timed)

    def predict(self, inputs: Mapping[int, Array], control: Control) -> dict[int, Array]:
        """The graph's outputs by value id; see ``Predictor.predict``.

        Where the engine does not take the file as it is, through ``run``, which has ways around.
        """
        self._opened()
        if control.cancelled:
            raise Cancelled("the run was cancelled before it began")
        if self._reference.nodes or not self._plain.takes():
            return kept_outputs(self.run(inputs, control, self._graph.outputs), self._graph.outputs)
        return self._plain.predict(checked_feeds(self._graph, inputs), control)

    def close(self) -> None:
        """Let go of the sessions; captured arrays stay valid."""
        self._sessions = None
        self._plain.close()

    def _opened(self) -> Sessions:
        if self._sessions is None:
            raise RunError("the model was closed; open it again")
        return self._sessions

    def _suited(self, work: Callable[[], T]) -> T:
        """What work on the parts gives, or on the whole where the graph cannot be run in parts."""
        while True:
            try:
                return work()
            except Lacking as lacking:  # each time another node
                self._compute(lacking.node)
            except Unsuited:  # seen in a run: a sequence or an empty optional crosses between parts
                self._reference.close()
                self._parts, self._refused = [whole(self._structure)], Losses()
                return work()

    def _compute(self, node: int) -> None:
        """From now on, let the reference evaluator compute a node."""
        self._reference.nodes.add(node)
        self._parts, self._refused = self._reference.parts(self._parts), Losses()

    def _through(
        self,
        sessions: Sessions,
        feeds: dict[int, Array],
        control: Control,
        keep: Collection[int] | None,
    ) -> Capture:
        chain = Chain(self._structure, sessions, control, self._refused, keep, self._reference)
        with collector_paused():
            capture = chain.run(self._parts, feeds)
        self._refused = chain.refused
        return capture

    def _takes_text(self) -> bool:
        return any(self._graph.values[value].dtype == "object" for value in self._graph.inputs)
