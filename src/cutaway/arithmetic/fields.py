"""The theoretical receptive field: what of every earlier tensor one number depends on.

Boxes are carried from a node's output to its inputs, backward in the order of the flow, and united
where several nodes read one tensor. The idea for chains of convolutions: Araujo, Norris and Sim,
Computing receptive fields of convolutional neural networks, Distill, 2019.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from cutaway.arithmetic.account import UnexplainedError
from cutaway.arithmetic.cell import Cell
from cutaway.arithmetic.depends import depends, whole
from cutaway.arithmetic.patch import Array
from cutaway.arithmetic.reach import Box, Rule
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
        self._rules: dict[int, list[tuple[int, Rule]]] = {}

    def of(self, value: int, index: Sequence[int]) -> list[Field]:
        """What a number depends on, the nearest tensors first; weights are left out.

        Args:
            value: id of the value that the number is in.
            index: of the number.
        """
        boxes: dict[int, Box] = {value: tuple((at, at + 1) for at in index)}
        bounds: dict[int, str] = {}
        producer = self._graph.producer
        waiting: list[tuple[int, int]] = []
        _add(waiting, producer.get(value), value)
        while waiting:
            written = -heappop(waiting)[1]
            box = boxes[written]
            for read, rule in self._of_value(written):
                found = rule.reach(box)
                if found is None:
                    continue
                why = bounds.get(written) or rule.why
                if why and read not in bounds:
                    bounds[read] = why
                known = boxes.get(read)
                if known is None:
                    boxes[read] = found
                    _add(waiting, producer.get(read), read)
                elif known != found:
                    boxes[read] = _around(known, found)
        del boxes[value]
        return [Field(read, box, bounds.get(read, "")) for read, box in boxes.items()]

    def _of_value(self, value: int) -> list[tuple[int, Rule]]:
        """Value and rule of all that a value depends on at once."""
        known = self._rules.get(value)
        if known is None:
            node = self._graph.nodes[self._graph.producer[value]]
            known = self._rules[value] = self._made(node, value)
        return known

    def _made(self, node: Node, value: int) -> list[tuple[int, Rule]]:
        stated, why = self._stated(node, value)
        found = list(stated)
        told = {read for read, _ in stated}
        for position, read in enumerate(node.reads):
            if position not in told and (shape := self._shape(read.value)) is not None:
                found.append((position, whole(shape, why)))
        values = self._graph.values
        return [
            (read, rule)
            for position, rule in found
            if values[read := node.reads[position].value].what in ("input", "activation")
        ]

    def _stated(self, node: Node, value: int) -> tuple[list[tuple[int, Rule]], str]:
        """The rules that are written, and why all is taken of the rest."""
        output = self._tensor(value)
        taken = f"what {node.op} '{node.name}' reads is taken as a whole"
        if output is None:
            return [], f"{taken}: the run did not keep what it wrote"
        cell = Cell(self._graph, node, value, (0,) * output.ndim, output, self._tensor)
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
        return None if held is None else held.shape


_MISFITS = (ArithmeticError, AttributeError, LookupError, StopIteration, TypeError, ValueError)


def _add(waiting: list[tuple[int, int]], node: int | None, value: int) -> None:
    """Nodes are ids in the order of the flow: the last one is asked first."""
    if node is not None:
        heappush(waiting, (-node, -value))


def _around(a: Box, b: Box) -> Box:
    return tuple([(min(p[0], q[0]), max(p[1], q[1])) for p, q in zip(a, b, strict=True)])
