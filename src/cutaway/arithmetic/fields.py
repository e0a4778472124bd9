"""The theoretical receptive field: what of every earlier tensor one number depends on.

Boxes are carried from a node's output to its inputs, backward in the order of the flow, and united
where several nodes read one tensor. The idea for chains of convolutions: Araujo, Norris and Sim,
Computing receptive fields of convolutional neural networks, Distill, 2019.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from cutaway.arithmetic.account import UnexplainedError
from cutaway.arithmetic.cell import Cell, static_shape
from cutaway.arithmetic.depends import depends, whole
from cutaway.arithmetic.patch import Array
from cutaway.arithmetic.reach import Box, Region, Rule, Rules
from cutaway.graph import Graph, Node


@dataclass(frozen=True, slots=True)
class Field:
    """The box of one earlier tensor outside of which nothing changes the number."""

    value: int
    """Id of the value."""
    box: Box
    """Low and high (half-open) along each axis, within the tensor."""
    why: str
    """Why the box may be larger than what counts; empty where none could be smaller."""


class Fields:
    """The receptive fields of one run: rules are made once, when a node is first passed."""

    def __init__(self, graph: Graph, tensor: Callable[[int], Array | None]) -> None:
        """Remember what is asked about.

        Args:
            graph: the network.
            tensor: array by value id, of activations and weights; None where there is none.
        """
        self._graph = graph
        self._tensor = tensor
        self._rules: dict[int, list[tuple[int, Rule | None]]] = {}

    def of(self, value: int, index: Sequence[int]) -> list[Field]:
        """What a number depends on, the nearest tensors first; weights are left out.

        Args:
            value: id of the value that the number is in.
            index: of the number.
        """
        regions: dict[int, Region | None] = {value: Region(tuple((at, at + 1) for at in index))}
        bounds: dict[int, str] = {}
        producer = self._graph.producer
        waiting: list[tuple[int, int]] = []
        _add(waiting, producer.get(value), value)
        while waiting:
            written = -heappop(waiting)[1]
            for read, found, doubt in self._before(written, regions[written]):
                why = bounds.get(written) or doubt
                if why and read not in bounds:
                    bounds[read] = why
                if read not in regions:
                    regions[read] = found
                    _add(waiting, producer.get(read), read)
                elif (known := regions[read]) is not None and found is not None:
                    regions[read] = known.united(found)
        del regions[value]
        return [
            Field(read, region.box, bounds.get(read, ""))
            for read, region in regions.items()
            if region is not None
        ]

    def _before(
        self, written: int, region: Region | None
    ) -> Iterator[tuple[int, Region | None, str]]:
        """What a region of a value depends on at once: value, region, why that may be too large.

        A region is None where not even the shape of its tensor is known: all of it.
        """
        for read, rule in self._of_value(written):
            if region is None or rule is None:
                shape = self._shape(read)
                everything = None if shape is None else whole(shape).reach(_NOTHING)
                if shape is None or everything is not None:
                    yield read, everything, "the shape of what lies between is not known"
            elif (found := rule.reach(region)) is not None:
                yield read, found, rule.doubt(region)

    def _of_value(self, value: int) -> list[tuple[int, Rule | None]]:
        """Value and rule of all that a value depends on; no rule where its shape is not known."""
        known = self._rules.get(value)
        if known is None:
            node = self._graph.nodes[self._graph.producer[value]]
            known = self._rules[value] = self._made(node, value)
        return known

    def _made(self, node: Node, value: int) -> list[tuple[int, Rule | None]]:
        stated, why = self._stated(node, value)
        found: list[tuple[int, Rule | None]] = list(stated)
        told = {read for read, _ in stated}
        for position, read in enumerate(node.reads):
            if position not in told:
                shape = self._shape(read.value)
                found.append((position, None if shape is None else whole(shape, why)))
        values = self._graph.values
        return [
            (read, rule)
            for position, rule in found
            if values[read := node.reads[position].value].what in ("input", "activation")
        ]

    def _stated(self, node: Node, value: int) -> tuple[Rules, str]:
        """The rules that are written, and why all is taken of the rest."""
        shape = self._shape(value)
        taken = f"what {node.op} '{node.name}' reads is taken as a whole"
        if shape is None:
            return [], f"{taken}: the shape of what it writes is not known"
        # No number of the output is looked at: its shape stands for it.
        output = np.broadcast_to(np.zeros((), bool), shape)
        cell = Cell(self._graph, node, value, (0,) * len(shape), output, self._tensor)
        try:
            with np.errstate(all="ignore"):
                rules = depends(cell)
        except UnexplainedError as problem:
            return [], f"{taken}: {problem}"
        except _MISFITS as problem:
            # A node that is not as its operator's specification has it must not take the page down.
            return [], f"{taken}: it does not fit ({type(problem).__name__}: {problem})"
        return ([], taken) if rules is None else (rules, f"{taken} beside its data")

    def _shape(self, value: int) -> tuple[int, ...] | None:
        held = self._tensor(value)
        return static_shape(self._graph, value) if held is None else held.shape


_NOTHING = Region(())
_MISFITS = (ArithmeticError, AttributeError, LookupError, StopIteration, TypeError, ValueError)


def _add(waiting: list[tuple[int, int]], node: int | None, value: int) -> None:
    """Nodes are ids in the order of the flow: the last one is asked first."""
    if node is not None:
        heappush(waiting, (-node, -value))
