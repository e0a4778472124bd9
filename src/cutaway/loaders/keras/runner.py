"""Runs a Keras model layer by layer and keeps what each gives."""
# pyright: standard

from __future__ import annotations

import contextlib
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from types import ModuleType
from typing import Any

from cutaway.errors import Cancelled, RunError
from cutaway.loaders.feeding import checked_feeds, described
from cutaway.loaders.keras.arrays import as_array
from cutaway.loaders.keras.framework import no_gradients
from cutaway.loaders.keras.structure import Call, Plan, Structure
from cutaway.loaders.timing import repeat, typical
from cutaway.trace import Array, Capabilities, Capture, Control, Failure, kept_outputs

_LONGEST_MESSAGE = 2000


class KerasRunner:
    """Calls every layer once, in the order and with the arguments of Keras's own run."""

    capabilities = Capabilities()

    def __init__(self, structure: Structure, keras: ModuleType, model: Any = None) -> None:
        """Ready to run at once: the model is built and has its weights.

        Args:
            structure: the Graph and the plan to run it.
            keras: the module.
            model: the ``keras.Model`` itself, for plain runs; None makes them of the plan.
        """
        self._model = model
        self._structure: Structure | None = structure
        self._graph = structure.graph
        self._keras = keras

    def run(
        self,
        inputs: Mapping[int, Array],
        control: Control,
        keep: Collection[int] | None = None,
    ) -> Capture:
        """The tensors of one run, inputs included; see ``Runner.run``."""
        structure, feeds = self._opened(), checked_feeds(self._graph, inputs)
        walk = _Walk(structure, self._keras, control, keep)
        fed = self._tensors(feeds)
        started = time.perf_counter()
        with no_gradients(self._keras):
            failure = walk.through(structure.plan, fed)
        seconds = time.perf_counter() - started
        given = {value: array for value, array in feeds.items() if keep is None or value in keep}
        return Capture({**given, **walk.tensors}, seconds, {}, failure)

    def times(self, inputs: Mapping[int, Array], control: Control) -> dict[int, float]:
        """Wall time of each layer's call; an activation within it is in its first node's.

        See ``Runner.times``.
        """
        structure, feeds = self._opened(), checked_feeds(self._graph, inputs)
        fed = self._tensors(feeds)
        found: defaultdict[int, list[float]] = defaultdict(list)

        def once() -> bool:
            walk = _TimedWalk(structure, self._keras, control, found)
            return walk.through(structure.plan, fed) is None

        with no_gradients(self._keras):
            repeat(once)
        return typical(found)

    def predict(self, inputs: Mapping[int, Array], control: Control) -> dict[int, Array]:
        """The graph's outputs by value id, compiled by Keras; see ``Predictor.predict``."""
        structure, feeds = self._opened(), checked_feeds(self._graph, inputs)
        if control.cancelled:
            raise Cancelled("the run was stopped")
        outputs = structure.graph.outputs
        if self._model is None or len(set(outputs)) != len(self._model.outputs):
            return kept_outputs(self.run(inputs, control, outputs), outputs)
        given = [feeds[value] for value in self._graph.inputs]
        try:
            with no_gradients(self._keras):
                made = self._model.predict_on_batch(given if len(given) > 1 else given[0])
        except Exception as problem:  # a layer raises what it likes
            said = f"{type(problem).__name__}: {problem}"[:_LONGEST_MESSAGE]
            raise RunError(f"Keras ended the run: {said}") from problem
        tensors = self._keras.tree.flatten(made)
        return {
            value: as_array(tensor, structure.graph.values[value].dtype, self._keras)
            for value, tensor in zip(outputs, tensors, strict=True)
        }

    def close(self) -> None:
        """Let go of the model; captured arrays stay valid."""
        self._structure = None
        self._model = None

    def _opened(self) -> Structure:
        if self._structure is None:
            raise RunError("the model was closed; open it again")
        return self._structure

    def _tensors(self, feeds: Mapping[int, Array]) -> list[Any]:
        """The backend's tensors of what is fed, in the order of the inputs."""
        return [
            self._keras.ops.convert_to_tensor(feeds[value], dtype=self._graph.values[value].dtype)
            for value in self._graph.inputs
        ]


class _LayerError(Exception):
    """A layer raised; which node, and the shapes of what it was given."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class _Walk:
    """One run, and what it has captured so far."""

    def __init__(
        self,
        structure: Structure,
        keras: ModuleType,
        control: Control,
        keep: Collection[int] | None,
    ) -> None:
        self.tensors: dict[int, Array] = {}
        self._graph = structure.graph
        self._keras = keras
        self._control = control
        self._keep = keep
        self._done = 0

    def through(self, plan: Plan, inputs: list[Any]) -> Failure | None:
        """Compute a model; what ended it, None where nothing did."""
        try:
            self._model(plan, inputs)
        except _LayerError as problem:
            return problem.failure
        return None

    def _model(self, plan: Plan, inputs: list[Any]) -> list[Any]:
        held = dict(zip(plan.inputs, inputs, strict=True))
        for step in plan.steps:
            args, kwargs = step.arguments.fill_in(held)
            if isinstance(step, Call):
                results = self._call(step, args, kwargs)
            else:
                results = self._model(step.plan, self._keras.tree.flatten(args[0]))
            held.update(zip(step.outputs, results, strict=True))
        return [held[tensor] for tensor in plan.outputs]

    def _call(self, call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        if self._control.cancelled:
            raise Cancelled("the run was stopped")
        if "training" in getattr(call.operation, "_call_context_args", ()):
            kwargs = {**kwargs, "training": False}
        before: list[Any] = []
        try:
            outputs = self._results(call, args, kwargs, before)
            for value, tensor in zip(call.writes, outputs, strict=True):
                self._take(value, tensor)
        except Exception as problem:
            self._take_before(call, before)
            node = call.nodes[-1] if before else call.nodes[0]
            raise _LayerError(self._failure(node, problem, args, kwargs)) from problem
        self._take_before(call, before)
        self._done += len(call.nodes)
        self._control.progress(self._done, len(self._graph.nodes))
        return outputs

    def _results(
        self, call: Call, args: tuple[Any, ...], kwargs: dict[str, Any], before: list[Any]
    ) -> list[Any]:
        """What the layer returns; what went into its activation is put into the list."""
        with _recorded(call, before):
            result = call.operation(*args, **kwargs)
        return self._keras.tree.flatten(result)

    def _take_before(self, call: Call, before: list[Any]) -> None:
        if call.linear is not None and before:
            self._take(call.linear, before[0])

    def _take(self, value: int, tensor: Any) -> None:
        if self._keep is None or value in self._keep:
            self.tensors[value] = as_array(tensor, self._graph.values[value].dtype, self._keras)

    def _failure(
        self, node: int, problem: Exception, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Failure:
        given = [
            tensor
            for tensor in self._keras.tree.flatten((args, kwargs))
            if hasattr(tensor, "shape") and hasattr(tensor, "dtype")
        ]
        reads = self._graph.nodes[node].reads
        names = [self._graph.values[read.value] for read in reads]
        shapes: list[str] = []
        for position, value in enumerate(names):
            fed = given[position] if position < len(given) and value.what != "weight" else None
            shape = tuple(fed.shape) if fed is not None else value.shape
            shapes.append(f"{value.name} {described(shape, value.dtype)}")
        message = f"{type(problem).__name__}: {problem}"[:_LONGEST_MESSAGE]
        return Failure(node, message, tuple(shapes))


class _TimedWalk(_Walk):
    """One run that keeps nothing but how long each layer took."""

    def __init__(
        self,
        structure: Structure,
        keras: ModuleType,
        control: Control,
        found: defaultdict[int, list[float]],
    ) -> None:
        """Add the seconds of each call to the list of its first node."""
        super().__init__(structure, keras, control, ())
        self._found = found

    def _results(
        self, call: Call, args: tuple[Any, ...], kwargs: dict[str, Any], before: list[Any]
    ) -> list[Any]:
        started = time.perf_counter()
        outputs = super()._results(call, args, kwargs, before)
        for tensor in outputs:
            as_array(tensor, None, self._keras)  # some backends compute only when asked
        self._found[call.nodes[0]].append(time.perf_counter() - started)
        return outputs


@contextlib.contextmanager
def _recorded(call: Call, before: list[Any]) -> Iterator[None]:
    """While inside, what the layer hands to its activation is put into the list.

    The activation stands in the layer's ``__dict__`` under a wrapper, past Keras's own tracking of
    attributes; afterwards everything is as it was.
    """
    if call.linear is None:
        yield
        return
    own = vars(call.operation)
    missing = object()
    stored = own.get("activation", missing)
    activation: Callable[..., Any] = call.operation.activation

    def recorder(tensor: Any, *args: Any, **kwargs: Any) -> Any:
        before.append(tensor)
        return activation(tensor, *args, **kwargs)

    own["activation"] = recorder
    try:
        yield
    finally:
        if stored is missing:
            del own["activation"]
        else:
            own["activation"] = stored
