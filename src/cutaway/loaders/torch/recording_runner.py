"""Runs a live module that could not be exported, and keeps what its operators return."""
# pyright: standard

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from typing import Any

import torch

from cutaway.errors import Cancelled, RunError
from cutaway.loaders.feeding import checked_feeds
from cutaway.loaders.timing import repeat, typical
from cutaway.loaders.torch.exporting import Example, at_rest
from cutaway.loaders.torch.recording import (
    SILENT,
    Recording,
    Watching,
    schema_of,
    step_of,
    tensors_in,
)
from cutaway.loaders.torch.tensors import as_array, as_tensor
from cutaway.trace import Array, Capabilities, Capture, Control, Failure


class _AnotherWayError(Exception):
    """The run called other operators than the recorded one."""


class RecordingRunner:
    """A module and the run that was recorded of it; a run must call the same operators."""

    capabilities = Capabilities()

    def __init__(self, module: torch.nn.Module, recording: Recording) -> None:
        self._module: torch.nn.Module | None = module
        self._recording = recording

    def run(
        self,
        inputs: Mapping[int, Array],
        control: Control,
        keep: Collection[int] | None = None,
    ) -> Capture:
        """The tensors of one run, inputs included; see ``Runner.run``."""
        module = self._opened()
        feeds = checked_feeds(self._recording.structure.graph, inputs)
        capture = Capture({v: a for v, a in feeds.items() if keep is None or v in keep})

        def take(value: int, tensor: torch.Tensor) -> None:
            if keep is None or value in keep:
                try:
                    # Whatever is written in place later must not be seen in what was kept.
                    capture.tensors[value] = as_array(tensor, copy=True)
                except TypeError as problem:
                    capture.left_out[value] = str(problem)

        walk = _Walk(self._recording, control, take)
        started = time.perf_counter()
        capture.failure = walk.attempt(module, feeds)
        capture.seconds = time.perf_counter() - started
        return capture

    def times(self, inputs: Mapping[int, Array], control: Control) -> dict[int, float]:
        """Seconds from each operator to the next; see ``Runner.times``."""
        module = self._opened()
        feeds = checked_feeds(self._recording.structure.graph, inputs)
        found: dict[int, list[float]] = {}

        def once() -> bool:
            walk = _Walk(self._recording, control, None)
            failure = walk.attempt(module, feeds)
            for node, seconds in walk.seconds.items():
                found.setdefault(node, []).append(seconds)
            return failure is None

        repeat(once)
        return typical(found)

    def _opened(self) -> torch.nn.Module:
        if self._module is None:
            raise RunError("the model was closed; open it again")
        return self._module

    def close(self) -> None:
        """Let the module go; captured arrays stay valid."""
        self._module = None


class _Walk:
    def __init__(self, recording: Recording, control: Control, take: Any) -> None:
        self.recording = recording
        self.control = control
        self.take = take
        self.seconds: dict[int, float] = {}
        self.done = 0
        self._last = 0.0

    def attempt(self, module: torch.nn.Module, feeds: Mapping[int, Array]) -> Failure | None:
        """Run; where and why it ended early, if it did."""
        example = self._fed(feeds)
        try:
            with at_rest(module), Watching(self._seen):
                self._last = time.perf_counter()
                module(*example.args, **example.kwargs)
        except Cancelled:
            raise
        except Exception as problem:  # noqa: BLE001 - whatever a module raises ends the run
            node = next((n for n in self.recording.nodes[self.done :] if n is not None), None)
            return Failure(node, str(problem).strip()[:2000] or type(problem).__name__)
        self.control.progress(len(self.recording.steps), len(self.recording.steps))
        return None

    def _seen(self, operator: Any, _: Any, __: Any, made: Any) -> None:
        if self.control.cancelled:
            raise Cancelled("the run was stopped")
        if schema_of(operator).name in SILENT:
            return
        at, steps = self.done, self.recording.steps
        if at >= len(steps) or steps[at] != step_of(operator):
            wanted = steps[at] if at < len(steps) else "the end"
            raise _AnotherWayError(
                f"this input takes another way through the module than the one that was recorded "
                f"({step_of(operator)} instead of {wanted}); open the module with this input as "
                "its example"
            )
        now = time.perf_counter()
        self.done += 1
        number = self.recording.nodes[at]
        if number is not None:
            self.seconds[number] = now - self._last
        if self.take is not None:
            writes = () if number is None else self.recording.structure.graph.nodes[number].writes
            for value, tensor in zip(writes, tensors_in(made), strict=False):
                self.take(value, tensor)
            self.control.progress(self.done, len(steps))
        self._last = time.perf_counter()

    def _fed(self, feeds: Mapping[int, Array]) -> Example:
        places = iter(self.recording.inputs)
        return self.recording.example.mapped(lambda _: as_tensor(feeds[next(places)]))
