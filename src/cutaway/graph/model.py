"""The network as plain frozen data, free of any framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeAlias

Dim: TypeAlias = int | str | None
"""A length; a symbol such as ``"batch"``; or None for an axis that is free and unnamed."""

What: TypeAlias = Literal["input", "weight", "constant", "activation"]


@dataclass(frozen=True, slots=True)
class Value:
    """One tensor slot."""

    id: int
    """Position in ``Graph.values``."""
    name: str
    """Unique within the graph."""
    shape: tuple[Dim, ...] | None
    """None where even the rank is not known before a run."""
    dtype: str | None
    """NumPy's or ml_dtypes' name, such as ``float32`` or ``bfloat16``; None where not stated."""
    what: What
    """Where it comes from; a graph output is listed in ``Graph.outputs``."""
    axes: str | None = None
    """One letter an axis where known: ``NHWC``, ``NCHW``, ``OIHW``, ``HWIO``, ``NC``, ``O``."""


@dataclass(frozen=True, slots=True)
class Read:
    """One tensor that a node reads."""

    value: int
    """Id of the value."""
    role: str
    """What the node uses it for: data, kernel, bias, scale, mean, variance, ..."""


@dataclass(frozen=True, slots=True)
class Node:
    """One operator or layer."""

    id: int
    """Position in ``Graph.nodes``, which is a topological order."""
    name: str
    """Unique within the graph, slashes and all: ``conv2d/relu``."""
    op: str
    """The operator as the file calls it: ``Conv2D``, ``Gemm``."""
    reads: tuple[Read, ...]
    writes: tuple[int, ...]
    """Ids of the values that it produces."""
    scope: str = ""
    """The group path that the node lies in, slash-separated; empty at the top."""
    group: int = 0
    """Id of the innermost group."""
    kind: str | None = None
    """The ONNX operator of the same meaning, None where there is none."""
    kind_attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """In ONNX's terms: strides, explicit pads, dilations, group, kernel_shape, ..."""
    attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """As the file states them; plain JSON values."""
    family: str | None = None
    """The operator family of a node that has no kind, where its loader knows it."""


@dataclass(frozen=True, slots=True)
class Group:
    """A named set of nodes and inner groups; group 0 is the whole network."""

    id: int
    """Position in ``Graph.groups``."""
    name: str
    """Full path, such as ``encoder/layer.3``; empty for group 0."""
    parent: int | None
    """Id of the enclosing group; None for group 0."""
    what: Literal["root", "scope", "fused", "found"] = "scope"
    """``fused`` is a layer shown with its built-in activation as two steps in one frame;
    ``found`` was not named by the file but found in how its nodes are wired."""
    title: str = ""
    """Short name to show: the path from the group around it, or such as ``block 3``."""
    alike: int | None = None
    """Id of the first group with the same operators, attributes, shapes of weights and wiring
    inside, which may be this one; None where no other group is like it."""
    nodes: int = 0
    """Number of all nodes within, inner groups included."""


@dataclass(frozen=True)
class Graph:
    """A whole network."""

    nodes: tuple[Node, ...]
    """In a topological order (but for real cycles)."""
    values: tuple[Value, ...]
    groups: tuple[Group, ...]
    """Group 0 is the root."""
    inputs: tuple[int, ...]
    """Ids of the values that a run must be given."""
    outputs: tuple[int, ...]
    """Ids of the values that the network returns."""
    notes: tuple[str, ...] = ()
    """Sentences for the user about what was repaired or could not be read."""

    @cached_property
    def runs(self) -> bool:
        """Whether there is anything to run; else these are weights without a network."""
        return bool(self.inputs) or any(node.writes for node in self.nodes)

    @cached_property
    def producer(self) -> dict[int, int]:
        """Id of the node that writes a value, by value id."""
        return {value: node.id for node in self.nodes for value in node.writes}

    @cached_property
    def consumers(self) -> dict[int, tuple[int, ...]]:
        """Ids of the nodes that read a value, by value id."""
        found: dict[int, list[int]] = {}
        for node in self.nodes:
            for read in node.reads:
                found.setdefault(read.value, []).append(node.id)
        return {value: tuple(dict.fromkeys(nodes)) for value, nodes in found.items()}

    @cached_property
    def value_named(self) -> dict[str, Value]:
        """Value by name."""
        return {value.name: value for value in self.values}

    @cached_property
    def node_named(self) -> dict[str, Node]:
        """Node by name."""
        return {node.name: node for node in self.nodes}
