"""One operator of a file: its message, read once, because reading a message is slow."""
# pyright: standard

from __future__ import annotations

from typing import Any, NamedTuple

from onnx import GraphProto, NodeProto

from cutaway.loaders.onnx.attributes import kind_of, stated_attributes
from cutaway.loaders.onnx.order import body_size, named_bodies, outer_reads


class Operator(NamedTuple):
    """What a node's message says, as plain Python."""

    proto: NodeProto
    name: str
    """Empty where the file gives none."""
    op: str
    domain: str
    reads: tuple[str, ...]
    """Names of its inputs, empty for one left out."""
    captured: tuple[str, ...]
    """Names of outer values that its bodies read."""
    writes: tuple[str, ...]
    """Names of its outputs, empty for one left out."""
    bodies: tuple[tuple[str, GraphProto], ...]
    """The graphs that it holds, each with its name."""

    @property
    def kind(self) -> str | None:
        """The ONNX operator that it is; None for operators of other domains."""
        return kind_of(self.op, self.domain)

    def attributes(self) -> dict[str, Any]:
        """Its attributes as plain JSON values."""
        return stated_attributes(self.proto) if self.proto.attribute else {}

    def inner(self) -> dict[str, int]:
        """``body_nodes``, how many nodes its bodies hold, where it has bodies; else nothing."""
        inner = body_size(self.proto) if self.bodies else 0
        return {"body_nodes": inner} if inner else {}

    def named(self, name: str) -> Operator:
        """The operator by another name, in its message too."""
        if name == self.name:
            return self
        proto = NodeProto()
        proto.CopyFrom(self.proto)  # the file's own message stays as it is
        proto.name = name
        return self._replace(proto=proto, name=name)


def operator(node: NodeProto) -> Operator:
    """What a node's message says."""
    return Operator(
        node,
        node.name,
        node.op_type,
        node.domain,
        tuple(node.input),
        tuple(outer_reads(node)) if node.attribute else (),
        tuple(node.output),
        tuple(named_bodies(node)) if node.attribute else (),
    )
