"""Runs an exported program operator by operator and keeps every tensor."""
# pyright: standard

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import torch

from cutaway.errors import Cancelled, RunError
from cutaway.loaders.feeding import checked_feeds, described
from cutaway.loaders.timing import repeat, typical
from cutaway.loaders.torch.program import Fed, Program
from cutaway.loaders.torch.tensors import as_array, as_tensor
from cutaway.trace import Array, Capabilities, Capture, Control, Failure

LONGEST_MESSAGE: Final = 2000


class ProgramRunner:
    """One program on the CPU, without gradients."""

    capabilities = Capabilities()

    def __init__(self, program: Program) -> None:
        self._program: Program | None = program

    def run(
        self,
        inputs: Mapping[int, Array],
        control: Control,
        keep: Collection[int] | None = None,
    ) -> Capture:
        """The tensors of one run, inputs included; see ``Runner.run``."""
        program = self._opened()
        feeds = checked_feeds(program.structure.graph, inputs)
        if control.cancelled:
            raise Cancelled("the run was stopped")
        capture = Capture({v: a for v, a in feeds.items() if keep is None or v in keep})

        def take(value: int, tensor: torch.Tensor) -> None:
            if keep is None or value in keep:
                try:
                    capture.tensors[value] = as_array(tensor, copy=program.mutates)
                except TypeError as problem:
                    capture.left_out[value] = str(problem)

        walk = _Walk(program, control, take)
        started = time.perf_counter()
        capture.failure = walk.attempt(feeds)
        capture.seconds = time.perf_counter() - started
        return capture

    def times(self, inputs: Mapping[int, Array], control: Control) -> dict[int, float]:
        """Seconds that each node takes; see ``Runner.times``."""
        program = self._opened()
        feeds = checked_feeds(program.structure.graph, inputs)
        found: dict[int, list[float]] = {}

        def once() -> bool:
            if control.cancelled:
                raise Cancelled("the run was stopped")
            walk = _Walk(program, control, None)
            failure = walk.attempt(feeds)
            for node, seconds in walk.seconds.items():
                found.setdefault(node, []).append(seconds)
            return failure is None

        repeat(once)
        return typical(found)

    def _opened(self) -> Program:
        if self._program is None:
            raise RunError("the model was closed; open it again")
        return self._program

    def close(self) -> None:
        """Let the program go; captured arrays stay valid."""
        self._program = None


class _Walk(torch.fx.Interpreter):
    """One walk through a program."""

    def __init__(
        self,
        program: Program,
        control: Control,
        take: Callable[[int, torch.Tensor], None] | None,
    ) -> None:
        super().__init__(program.module)
        self.extra_traceback = False
        self.program = program
        self.control = control
        self.take = take
        self.seconds: dict[int, float] = {}
        self.done = 0
        self.failed: torch.fx.Node | None = None

    def attempt(self, feeds: Mapping[int, Array]) -> Failure | None:
        """Walk; where and why it ended early, if it did."""
        given = [self._filled(one, feeds) for one in self.program.given]
        try:
            with torch.inference_mode():
                self.run(*given)
        except Cancelled:
            raise
        except Exception as problem:  # noqa: BLE001 - whatever an operator raises ends the run
            return self._failure(problem)
        self.control.progress(len(self.program.nodes), len(self.program.nodes))
        return None

    def run_node(self, n: torch.fx.Node) -> Any:
        """What a node returns, kept where it is asked for."""
        node = self.program.nodes.get(n.name)
        if node is None:
            return super().run_node(n)
        if self.control.cancelled:
            raise Cancelled("the run was stopped")
        self.failed = n
        started = time.perf_counter()
        made = super().run_node(n)
        self.seconds[node] = time.perf_counter() - started
        self.failed = None
        self.done += 1
        if self.take is not None:
            self._keep(n.name, made)
            self.control.progress(self.done, len(self.program.nodes))
        return made

    def _keep(self, name: str, made: Any) -> None:
        parts = made if isinstance(made, list | tuple) else [made]
        for value, tensor in zip(self.program.slots[name], parts, strict=False):
            if value is not None and isinstance(tensor, torch.Tensor) and self.take is not None:
                self.take(value, tensor)

    def _filled(self, one: Any, feeds: Mapping[int, Array]) -> Any:
        if not isinstance(one, Fed):
            return one
        array = feeds[one.value]
        return int(array) if one.whole else as_tensor(array)

    def _failure(self, problem: Exception) -> Failure:
        said = str(problem).strip()[:LONGEST_MESSAGE] or type(problem).__name__
        node = None if self.failed is None else self.program.nodes.get(self.failed.name)
        if node is None:
            return Failure(None, said)
        values = self.program.structure.graph.values
        reads = self.program.structure.graph.nodes[node].reads
        shapes = (values[read.value] for read in reads)
        return Failure(node, said, tuple(f"{v.name} {described(v.shape, v.dtype)}" for v in shapes))
