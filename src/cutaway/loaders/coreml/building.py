"""A graph while it is put together from layers or operations in the order in which they run."""
# pyright: standard

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from cutaway.graph import Dim, Graph, Node, Read, Value
from cutaway.graph.model import What
from cutaway.loaders.grouping import Grouping
from cutaway.loaders.letters import Letters
from cutaway.loaders.onnx.anchors import mark_anchors
from cutaway.loaders.scopes import UniqueNames
from cutaway.trace import Array

Shape: TypeAlias = tuple[Dim, ...] | None
Names: TypeAlias = dict[str, int]
"""Value id by what the file calls it, within one network."""


@dataclass(frozen=True)
class Told:
    """What a layer or operation means in ONNX's terms."""

    kind: str | None = None
    kind_attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    family: str | None = None


@dataclass(frozen=True)
class Slot:
    """A tensor that is written, by the name that the file gives it."""

    name: str
    shape: Shape = None
    dtype: str | None = None


class Building:
    """The values and nodes so far."""

    def __init__(self) -> None:
        self.values: list[Value] = []
        self.weights: dict[int, Callable[[], Array]] = {}
        """How the numbers of each weight and constant are read, by value id."""
        self.notes: list[str] = []
        self.inputs: list[int] = []
        self.outputs: list[int] = []
        self.axes: dict[int, str] = {}
        """Letters by value id, where they do not follow from ONNX's own layout."""
        self._nodes: list[Node] = []
        self._value_names = UniqueNames()
        self._node_names = UniqueNames()

    def add(self, name: str, shape: Shape, dtype: str | None, what: What = "activation") -> int:
        """Id of a new value."""
        number = len(self.values)
        self.values.append(Value(number, self._value_names.take(name), shape, dtype, what))
        return number

    def weight(
        self,
        name: str,
        shape: tuple[int, ...],
        dtype: str,
        read: Callable[[], Array],
        what: What = "weight",
    ) -> int:
        """Id of a new weight or constant."""
        number = self.add(name, shape, dtype, what)
        self.weights[number] = read
        return number

    def known(self, names: Names, name: str) -> int:
        """Id of what a name stands for; something new, with a note, where it stands for nothing."""
        if name not in names:
            self.notes.append(f"'{name}' comes from nowhere")
            names[name] = self.add(name, None, None)
        return names[name]

    def node(
        self,
        names: Names,
        name: str,
        op: str,
        reads: Iterable[tuple[int, str]],
        writes: Sequence[Slot],
        told: Told,
        attributes: Mapping[str, Any],
        place: str = "",
    ) -> Node:
        """A new node; what it writes is what its names stand for from now on."""
        read = tuple(Read(value, role) for value, role in reads)
        written: list[int] = []
        for slot in writes:
            number = self.add(slot.name, slot.shape, slot.dtype)
            names[slot.name] = number
            written.append(number)
        node = Node(
            id=len(self._nodes),
            name=self._node_names.take(f"{place}/{name}" if place else name),
            op=op,
            reads=read,
            writes=tuple(written),
            kind=told.kind,
            kind_attributes=told.kind_attributes,
            attributes=attributes,
            family=told.family,
        )
        self._nodes.append(node)
        return node

    def graph(self) -> Graph:
        """All of it."""
        grouping = Grouping((node.name for node in self._nodes), ("" for _ in self._nodes))
        nodes = [
            replace(node, scope=scope, group=grouping.group(scope))
            for node, scope in zip(self._nodes, grouping.scopes, strict=True)
        ]
        letters = Letters(nodes, self.values)
        for value, axes in self.axes.items():
            letters.mark(value, axes)
        mark_anchors(nodes, letters)
        found = letters.spread()
        values = [replace(value, axes=found.get(value.id)) for value in self.values]
        return Graph(
            tuple(nodes),
            tuple(values),
            grouping.groups(nodes),
            tuple(self.inputs),
            tuple(dict.fromkeys(self.outputs)),
            tuple(dict.fromkeys(self.notes)),
        )
