"""Runs a live module that could not be exported, and keeps what its operators return."""
# pyright: standard

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import torch

from cutaway.errors import Cancelled
from cutaway.loaders.torch.exporting import Example, at_rest
from cutaway.loaders.torch.recording import (
    SILENT,
    Recording,
    Watching,
    schema_of,
    step_of,
    tensors_in,
)
from cutaway.loaders.torch.tensors import as_tensor
from cutaway.loaders.torch.walking import Take, Walk, WalkingRunner, words
from cutaway.trace import Array, Control, Failure


class _AnotherWayError(Exception):
    """The run called other operators than the recorded one."""


class RecordingRunner(WalkingRunner):
    """A module and the run that was recorded of it; a run must call the same operators."""

    def __init__(self, module: torch.nn.Module, recording: Recording) -> None:
        # Whatever is written in place later must not be seen in what was kept.
        super().__init__(recording.structure, copy=True)
        self._module = module
        self._recording = recording

    def _walk(self, control: Control, take: Take | None) -> Walk:
        return _Walk(self._module, self._recording, control, take)


class _Walk:
    def __init__(
        self, module: torch.nn.Module, recording: Recording, control: Control, take: Take | None
    ) -> None:
        self.module = module
        self.recording = recording
        self.control = control
        self.take = take
        self.seconds: dict[int, float] = {}
        self.done = 0
        self._last = 0.0

    def attempt(self, feeds: Mapping[int, Array]) -> Failure | None:
        """Run; where and why it ended early, if it did."""
        example = self._fed(feeds)
        try:
            with at_rest(self.module), Watching(self._seen):
                self._last = time.perf_counter()
                self.module(*example.args, **example.kwargs)
        except Cancelled:
            raise
        except Exception as problem:  # noqa: BLE001 - whatever a module raises ends the run
            node = next((n for n in self.recording.nodes[self.done :] if n is not None), None)
            return Failure(node, words(problem))
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
