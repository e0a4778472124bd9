"""How long each node of a run takes, measured when first asked, never beside a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future

import numpy as np

from cutaway.errors import Cancelled, UnknownKey
from cutaway.loaders import Model
from cutaway.session.answer import Answer, as_blob
from cutaway.trace import Array, Control, Runner


class Measuring:
    """Measures in the queue of runs, and gives way to a run that comes meanwhile."""

    def __init__(self, structure: Future[Model], runner: Future[Runner], queue: Executor) -> None:
        """Measure one model.

        Args:
            structure: of the model.
            runner: that runs it.
            queue: where its runs are carried out one at a time.
        """
        self._structure = structure
        self._runner = runner
        self._queue = queue
        self._control: Control | None = None

    def begin(self, tensors: Callable[[], Mapping[int, Array]]) -> Future[Answer]:
        """The times of a run, as blob ``seconds`` float64 (nodes,), NaN where not known.

        Args:
            tensors: what the run kept, its inputs among them, by value id; asked once it is over.
        """
        result: Future[Answer] = Future()
        self._queue.submit(self._carry_out, result, tensors)
        return result

    def give_way(self) -> None:
        """Let what waits in the queue go first: what is measured now is begun anew behind it."""
        control = self._control
        if control is not None:
            control.cancel()

    def _carry_out(
        self, result: Future[Answer], tensors: Callable[[], Mapping[int, Array]]
    ) -> None:
        try:
            result.set_result(self._measured(tensors()))
        except Cancelled:
            self._queue.submit(self._carry_out, result, tensors)
        except BaseException as problem:  # noqa: BLE001 - it belongs to whoever asked
            result.set_exception(problem)

    def _measured(self, tensors: Mapping[int, Array]) -> Answer:
        graph = self._structure.result().graph
        if any(value not in tensors for value in graph.inputs):
            raise UnknownKey("the inputs of this run are not kept: run the model again to time it")
        self._control = Control()
        try:
            found = self._runner.result().times(
                {value: tensors[value] for value in graph.inputs}, self._control
            )
        finally:
            self._control = None
        seconds = np.full(len(graph.nodes), np.nan)
        seconds[list(found)] = list(found.values())
        return as_blob({"seconds": seconds}, {})
