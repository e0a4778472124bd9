"""What runs a model: the one protocol that every engine is behind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy.typing as npt

from cutaway.errors import RunError

Array: TypeAlias = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a runner can do beyond running."""

    gradients: bool = False
    replace: bool = False
    """A captured tensor can be replaced and what lies downstream run again."""
    rerun: bool = False
    """A run can start at a node."""
    times: bool = True
    """The engine tells how long single nodes take."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Where and why a run ended inside the network."""

    node: int | None
    """Id of the node that failed; None where the engine does not say."""
    message: str
    """The engine's own words."""
    shapes: tuple[str, ...] = ()
    """The node's inputs, as ``name (1, 3, 4) float32``."""


@dataclass(slots=True)
class Capture:
    """All that one run left behind."""

    tensors: dict[int, Array] = field(default_factory=dict[int, Array])
    """By value id, in the engine's own layout and dtype."""
    seconds: float = 0.0
    """Wall time of the engine's run, without preparation."""
    left_out: dict[int, str] = field(default_factory=dict[int, str])
    """Value id to the reason why its tensor was not kept."""
    failure: Failure | None = None
    said: str | None = None
    """A sentence on how it was run, where that was not as usual."""


class Control:
    """How a run speaks with who asked for it: progress out, cancel in."""

    def __init__(
        self,
        progress: Callable[[int, int], None] | None = None,
        keep: Callable[[dict[int, Array]], None] | None = None,
    ) -> None:
        """Speak for one run.

        Args:
            progress: told how many of how many steps are over.
            keep: given the tensors of each part of a run as soon as the next one begins, by value
                id; those are not in the Capture in the end. None leaves all there.
        """
        self._progress = progress
        self._keep = keep
        self._cancelled = False
        self.on_cancel: Callable[[], None] | None = None
        """Set by the runner while it runs: ends the engine's work at once."""

    @property
    def cancelled(self) -> bool:
        """Whether the user asked to stop."""
        return self._cancelled

    def cancel(self) -> None:
        """Ask the run to stop; it raises Cancelled as soon as the engine lets go."""
        self._cancelled = True
        if self.on_cancel is not None:
            self.on_cancel()

    def hand_over(self, capture: Capture) -> None:
        """Give what was captured so far to whoever keeps it, if anybody does."""
        if self._keep is not None and capture.tensors:
            self._keep(capture.tensors)
            capture.tensors = {}

    def progress(self, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` steps are over."""
        if self._progress is not None:
            self._progress(done, total)


class Runner(Protocol):
    """Runs a model and keeps what is asked."""

    capabilities: Capabilities

    def run(
        self,
        inputs: Mapping[int, Array],
        control: Control,
        keep: Collection[int] | None = None,
    ) -> Capture:
        """The tensors of one run, inputs included.

        Args:
            inputs: array by value id, each of the dtype and a shape that the value allows.
            control: progress and cancelling.
            keep: ids of the values to keep; None keeps every one.

        Raises:
            InputError: an input is missing or does not fit.
            RunError: the engine failed and nothing could be captured.
            Cancelled: ``control.cancel`` was called.
        """
        ...

    def times(self, inputs: Mapping[int, Array], control: Control) -> dict[int, float]:
        """Seconds that each node takes, by node id, measured by the engine in runs of their own.

        Nodes that the engine does not tell apart are left out; where a node fails, so are those
        that it did not come to.

        Args:
            inputs: as for ``run``.
            control: cancelling.

        Raises:
            InputError: an input is missing or does not fit.
            Cancelled: ``control.cancel`` was called.
        """
        ...

    def close(self) -> None:
        """Give the engine's memory back."""
        ...


@runtime_checkable
class Predictor(Protocol):
    """A runner with a second, plain way through the network, on which nothing is captured."""

    def predict(self, inputs: Mapping[int, Array], control: Control) -> dict[int, Array]:
        """What the graph's outputs hold after a run with all of the engine's optimizations.

        The numbers may be apart from those of ``run`` by rounding: fused operators round less.

        Args:
            inputs: as for ``Runner.run``.
            control: cancelling; there is no progress within.

        Raises:
            InputError: an input is missing or does not fit.
            RunError: the engine failed.
            Cancelled: ``control.cancel`` was called.
        """
        ...


def predict(
    runner: Runner, inputs: Mapping[int, Array], outputs: Collection[int], control: Control
) -> dict[int, Array]:
    """The outputs of one run by value id, the plain way where the runner has one.

    Args:
        runner: of the model.
        inputs: array by value id.
        outputs: ids of the graph's outputs.
        control: cancelling.

    Raises:
        InputError: an input is missing or does not fit.
        RunError: the run failed, or left no output behind.
        Cancelled: ``control.cancel`` was called.
    """
    if isinstance(runner, Predictor):
        return runner.predict(inputs, control)
    return kept_outputs(runner.run(inputs, control, keep=outputs), outputs)


def kept_outputs(capture: Capture, outputs: Collection[int]) -> dict[int, Array]:
    """The outputs that a capturing run kept, by value id.

    Raises:
        RunError: the run failed, or left no output behind.
    """
    if capture.failure is not None:
        raise RunError(capture.failure.message)
    found = {value: capture.tensors[value] for value in outputs if value in capture.tensors}
    if not found:
        why = "; ".join(capture.left_out.values()) or "the engine gave none"
        raise RunError(f"the run ended without an output: {why}")
    return found
