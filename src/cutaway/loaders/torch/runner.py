"""Runs an exported program operator by operator and keeps every tensor."""
# pyright: standard

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import torch

from cutaway.errors import Cancelled
from cutaway.loaders.feeding import described
from cutaway.loaders.torch.program import Fed, Program
from cutaway.loaders.torch.tensors import as_tensor
from cutaway.loaders.torch.walking import Take, Walk, WalkingRunner, words
from cutaway.trace import Array, Control, Failure


class ProgramRunner(WalkingRunner):
    """One exported program."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.structure, copy=program.mutates)
        self._program = program

    def _walk(self, control: Control, take: Take | None) -> Walk:
        return _Walk(self._program, control, take)


class _Walk(torch.fx.Interpreter):
    """One walk through a program."""

    def __init__(
        self,
        program: Program,
        control: Control,
        take: Take | None,
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
        said = words(problem)
        node = None if self.failed is None else self.program.nodes.get(self.failed.name)
        if node is None:
            return Failure(None, said)
        values = self.program.structure.graph.values
        reads = self.program.structure.graph.nodes[node].reads
        shapes = (values[read.value] for read in reads)
        return Failure(node, said, tuple(f"{v.name} {described(v.shape, v.dtype)}" for v in shapes))
