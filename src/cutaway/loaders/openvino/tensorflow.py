"""A TensorFlow graph as its file has it: operators, and what each of them reads.

The numbers of fields are those of TensorFlow's graph.proto, node_def.proto, attr_value.proto,
function.proto, op_def.proto, saved_model.proto and meta_graph.proto.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from cutaway.loaders.onnx.wire import Field, fields

_SKIPPED: Final = {"Identity", "ReadVariableOp", "StopGradient", "EnsureShape", "IdentityN"}
"""Operators that OpenVINO leaves out."""
_CALLS: Final = {"StatefulPartitionedCall", "PartitionedCall"}
_DEEPEST: Final = 30


@dataclass(frozen=True, slots=True)
class Operator:
    """One NodeDef."""

    name: str
    op: str
    reads: tuple[str, ...]
    calls: str = ""
    """The function that it calls."""


@dataclass
class Body:
    """The graph itself or a function."""

    operators: dict[str, Operator] = field(default_factory=dict[str, Operator])
    """By name."""
    arguments: list[str] = field(default_factory=list[str])
    results: list[str] = field(default_factory=list[str])
    """What each result is read from."""


@dataclass(frozen=True)
class Place:
    """An operator within a call, and the calls around it."""

    operator: Operator
    body: Body
    around: Place | None = None
    """The call that the body belongs to."""


class TensorflowGraph:
    """The operators of a GraphDef and of the functions that it calls."""

    def __init__(self, data: bytes, *, saved: bool) -> None:
        """Read a graph.

        Args:
            data: a GraphDef, or a SavedModel.
            saved: whether it is a SavedModel.

        Raises:
            WireError: it is damaged.
        """
        self.main = Body()
        self._functions: dict[str, Body] = {}
        start, end = _graph_def(data) if saved else (0, len(data))
        for part in fields(data, start, end):
            if part.number == 1:
                _add(self.main, data, part)
            elif part.number == 2:
                for one in fields(data, part.body, part.end):
                    if one.number == 1:
                        name, body = _function(data, one)
                        self._functions[name] = body

    def places(self) -> Iterator[Place]:
        """Every operator, those of called functions where they are called."""
        waiting: list[tuple[Body, Place | None, int]] = [(self.main, None, 0)]
        while waiting:
            body, around, depth = waiting.pop()
            for operator in body.operators.values():
                place = Place(operator, body, around)
                called = self._functions.get(operator.calls)
                if operator.op in _CALLS and called is not None and depth < _DEEPEST:
                    waiting.append((called, place, depth + 1))
                else:
                    yield place

    def reads(self, place: Place) -> list[Place | None]:
        """What makes each input, through calls and what OpenVINO leaves out; None where unknown."""
        return [self._made(place, one) for one in place.operator.reads if not one.startswith("^")]

    def _made(self, reader: Place, read: str) -> Place | None:
        body, around = reader.body, reader.around
        for _ in range(1000):
            name, _, port = read.partition(":")
            operator = body.operators.get(name)
            if operator is None:
                if around is None or name not in body.arguments:
                    return None
                outer = [one for one in around.operator.reads if not one.startswith("^")]
                at = body.arguments.index(name)
                if at >= len(outer):
                    return None
                read, body, around = outer[at], around.body, around.around
                continue
            place = Place(operator, body, around)
            called = self._functions.get(operator.calls)
            if operator.op in _CALLS and called is not None:
                number = port.rpartition(":")[2] or "0"
                at = int(number) if number.isdecimal() else 0
                if at >= len(called.results):
                    return None
                read, body, around = called.results[at], called, place
            elif operator.op in _SKIPPED and operator.reads:
                read = operator.reads[0]
            else:
                return place
        return None


def _graph_def(data: bytes) -> tuple[int, int]:
    """Where the first graph of a SavedModel lies."""
    for meta in fields(data, 0, len(data)):
        if meta.number == 2:
            for part in fields(data, meta.body, meta.end):
                if part.number == 2:
                    return part.body, part.end
    return 0, 0


def _add(body: Body, data: bytes, part: Field) -> None:
    name = op = calls = ""
    reads: list[str] = []
    for one in fields(data, part.body, part.end):
        if one.number == 1:
            name = _text(data, one)
        elif one.number == 2:
            op = _text(data, one)
        elif one.number == 3:
            reads.append(_text(data, one))
        elif one.number == 5 and op in _CALLS:
            calls = _called(data, one) or calls
    body.operators[name] = Operator(name, op, tuple(reads), calls)


def _called(data: bytes, attribute: Field) -> str:
    """The function in the attribute ``f``."""
    parts = {one.number: one for one in fields(data, attribute.body, attribute.end)}
    if 1 not in parts or 2 not in parts or _text(data, parts[1]) != "f":
        return ""
    for value in fields(data, parts[2].body, parts[2].end):
        if value.number == 10:
            for one in fields(data, value.body, value.end):
                if one.number == 1:
                    return _text(data, one)
    return ""


def _function(data: bytes, part: Field) -> tuple[str, Body]:
    body, name = Body(), ""
    stated: list[str] = []
    returned: dict[str, str] = {}
    for one in fields(data, part.body, part.end):
        if one.number == 1:
            for inner in fields(data, one.body, one.end):
                if inner.number == 1:
                    name = _text(data, inner)
                elif inner.number in (2, 3):
                    (body.arguments if inner.number == 2 else stated).append(_first(data, inner))
        elif one.number == 3:
            _add(body, data, one)
        elif one.number == 4:
            pair = {inner.number: inner for inner in fields(data, one.body, one.end)}
            if 1 in pair and 2 in pair:
                returned[_text(data, pair[1])] = _text(data, pair[2])
    body.results = [returned.get(result, "") for result in stated]
    return name, body


def _first(data: bytes, part: Field) -> str:
    """The name of an argument."""
    for one in fields(data, part.body, part.end):
        if one.number == 1:
            return _text(data, one)
    return ""


def _text(data: bytes, part: Field) -> str:
    return data[part.body : part.end].decode("utf-8", "replace")
