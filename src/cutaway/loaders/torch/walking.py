"""What all runners of PyTorch do alike: feed a walk, and keep what it takes."""
# pyright: standard

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from typing import ClassVar, Final, Protocol, TypeAlias

import torch

from cutaway.errors import Cancelled, RunError
from cutaway.loaders.feeding import checked_feeds
from cutaway.loaders.timing import repeat, typical
from cutaway.loaders.torch.structure import Structure
from cutaway.loaders.torch.tensors import as_array
from cutaway.trace import Array, Capabilities, Capture, Control, Failure

LONGEST_MESSAGE: Final = 2000

Take: TypeAlias = Callable[[int, torch.Tensor], None]
"""Told of every tensor by its value id."""


class Walk(Protocol):
    """One walk through a network."""

    seconds: dict[int, float]
    """By node id, as far as the walk came."""

    def attempt(self, feeds: Mapping[int, Array]) -> Failure | None:
        """Walk; where and why it ended early, if it did; raises Cancelled."""
        ...


class WalkingRunner(ABC):
    """One network on the CPU, without gradients."""

    capabilities = Capabilities()
    missed: ClassVar[str] = ""
    """Why a tensor may not be there after a run that went well; empty where all are."""

    def __init__(self, structure: Structure, *, copy: bool) -> None:
        """Be ready.

        Args:
            structure: the graph and its weights.
            copy: whether a tensor may be written to after it was taken.
        """
        self._structure: Structure | None = structure
        self._copy = copy

    @abstractmethod
    def _walk(self, control: Control, take: Take | None) -> Walk: ...

    def run(
        self,
        inputs: Mapping[int, Array],
        control: Control,
        keep: Collection[int] | None = None,
    ) -> Capture:
        """The tensors of one run, inputs included; see ``Runner.run``."""
        graph = self._opened().graph
        feeds = checked_feeds(graph, inputs)
        _heed(control)
        capture = Capture({v: a for v, a in feeds.items() if keep is None or v in keep})

        def take(value: int, tensor: torch.Tensor) -> None:
            if keep is None or value in keep:
                try:
                    capture.tensors[value] = as_array(tensor, copy=self._copy)
                except TypeError as problem:
                    capture.left_out[value] = str(problem)

        walk = self._walk(control, take)
        started = time.perf_counter()
        capture.failure = walk.attempt(feeds)
        capture.seconds = time.perf_counter() - started
        if self.missed:
            made = (value for node in graph.nodes for value in node.writes)
            wanted = (value for value in made if keep is None or value in keep)
            for value in wanted:
                if value not in capture.tensors:
                    capture.left_out.setdefault(value, self.missed)
        return capture

    def times(self, inputs: Mapping[int, Array], control: Control) -> dict[int, float]:
        """Seconds that each node takes; see ``Runner.times``."""
        feeds = checked_feeds(self._opened().graph, inputs)
        found: dict[int, list[float]] = {}

        def once() -> bool:
            _heed(control)
            walk = self._walk(control, None)
            failure = walk.attempt(feeds)
            for node, seconds in walk.seconds.items():
                found.setdefault(node, []).append(seconds)
            return failure is None

        repeat(once)
        return typical(found)

    def close(self) -> None:
        """Let the network go; captured arrays stay valid."""
        self._structure = None

    def _opened(self) -> Structure:
        if self._structure is None:
            raise RunError("the model was closed; open it again")
        return self._structure


def _heed(control: Control) -> None:
    if control.cancelled:
        raise Cancelled("the run was stopped")


def words(problem: Exception) -> str:
    """An operator's own words."""
    return str(problem).strip()[:LONGEST_MESSAGE] or type(problem).__name__
