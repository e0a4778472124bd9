"""Nodes that the engine lacks, computed by ONNX's own reference evaluator."""
# pyright: standard

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto
from onnx.reference import ReferenceEvaluator

from cutaway.loaders.onnx.cutting import Part, stretch
from cutaway.loaders.onnx.engine import as_array
from cutaway.loaders.onnx.losses import Losses
from cutaway.loaders.onnx.order import named_bodies
from cutaway.loaders.onnx.structure import Structure
from cutaway.loaders.onnx.tensors import Tensors, is_external
from cutaway.trace import Array

_CHANCE: Final = {"Bernoulli", "RandomNormal", "RandomNormalLike", "RandomUniform",
                  "RandomUniformLike", "Multinomial"}  # fmt: skip
"""Operators that draw numbers: what two evaluators draw would not be the same."""


_LACKED: Final = re.compile(
    "Could not find an implementation|is not a registered function/op"
    "|Exception during initialization"
)
"""How the engine says that it has no operator; other refusals mean that a graph is wrong."""


class Lacking(Exception):
    """The engine lacks the operator of a node that the reference evaluator knows."""

    def __init__(self, node: int) -> None:
        """The id of the node."""
        super().__init__(f"node {node}")
        self.node = node


class Reference:
    """The evaluators of single nodes of a graph."""

    def __init__(self, light: ModelProto, structure: Structure, folder: Path) -> None:
        """None is made yet.

        Args:
            light: the file's message, for its opsets.
            structure: the Graph read from it.
            folder: where the external tensors lie.
        """
        self._tensors = Tensors(folder)
        self._structure = structure
        self._frame = ModelProto(ir_version=light.ir_version)
        self._frame.opset_import.extend(light.opset_import)
        self._known: dict[int, ReferenceEvaluator | None] = {}
        self._is_closed = False
        self.nodes: set[int] = set()
        """Ids of the nodes that are computed here."""

    def helps(self, losses: Losses) -> bool:
        """Whether what the engine refuses is a node that it lacks and that can be computed here."""
        lacked = _LACKED.search(losses.message or "") is not None
        return lacked and losses.node is not None and self.knows(losses.node)

    def knows(self, node: int) -> bool:
        """Whether a node can be computed here: no body, nothing drawn, an operator of ONNX."""
        if self._is_closed:
            return False
        if node not in self._known:
            self._known[node] = self._evaluator(node)
        return self._known[node] is not None

    def close(self) -> None:
        """Compute nothing here from now on: the graph cannot be run in parts."""
        self._is_closed = True
        self.nodes.clear()

    def run(self, node: int, given: Mapping[int, Any]) -> dict[int, Array]:
        """What a node writes, by value id.

        Args:
            node: its id.
            given: arrays or values of the engine by value id; weights are read here.

        Raises:
            TypeError: some of what it reads or writes is no tensor.
        """
        graph, evaluator = self._structure.graph, self._known[node]
        if evaluator is None:
            raise Lacking(node)
        fed = {graph.values[read.value].name: self._array(read.value, given)
               for read in graph.nodes[node].reads}  # fmt: skip
        found = map(_plain, evaluator.run(None, fed))
        return dict(zip(graph.nodes[node].writes, found, strict=True))

    def _array(self, value: int, given: Mapping[int, Any]) -> Array:
        tensor = self._structure.tensors.get(value)
        if isinstance(tensor, TensorProto):
            return self._tensors.array(tensor)
        array = as_array(given[value]) if value in given else "not there"
        if isinstance(array, str):
            raise TypeError(f"'{self._structure.graph.values[value].name}' is {array}")
        return array

    def parts(self, found: Sequence[Part]) -> list[Part]:
        """The parts cut around the nodes that are computed here, each a part by itself."""
        cut: list[Part] = []
        for part in found:
            start = part.nodes.start
            for node in sorted(self.nodes.intersection(part.nodes)):
                if node > start:
                    cut.append(stretch(self._structure.graph, start, node))
                cut.append(stretch(self._structure.graph, node, node + 1))
                start = node + 1
            if start < part.nodes.stop:
                cut.append(stretch(self._structure.graph, start, part.nodes.stop))
        return cut

    def is_own(self, part: Part) -> bool:
        """Whether a part is one node that is computed here."""
        return len(part.nodes) == 1 and part.nodes.start in self.nodes

    def note(self) -> str | None:
        """Which nodes are computed here, a sentence; None without any."""
        if not self.nodes:
            return None
        graph = self._structure.graph
        told = ", ".join(
            f"{graph.nodes[node].name} ({graph.nodes[node].op})" for node in sorted(self.nodes)
        )
        return f"computed by ONNX's reference evaluator, because ONNX Runtime lacks them: {told}"

    def _evaluator(self, node: int) -> ReferenceEvaluator | None:
        if node >= len(self._structure.protos):
            return None  # of a body
        proto = self._structure.protos[node]
        held = (attribute.t for attribute in proto.attribute if attribute.HasField("t"))
        if any(named_bodies(proto)) or proto.op_type in _CHANCE or any(map(is_external, held)):
            return None
        model = ModelProto()
        model.CopyFrom(self._frame)
        model.graph.CopyFrom(_alone(proto))
        try:
            return ReferenceEvaluator(model)
        except Exception:  # noqa: BLE001 - it has many words for what it does not know
            return None


def _alone(proto: NodeProto) -> GraphProto:
    graph = GraphProto(name="one")
    graph.node.append(proto)
    graph.input.extend(ValueInfoProto(name=name) for name in dict.fromkeys(proto.input) if name)
    graph.output.extend(ValueInfoProto(name=name) for name in proto.output if name)
    return graph


def _plain(result: Any) -> Array:
    if not isinstance(result, np.ndarray | np.generic):
        raise TypeError(f"it writes a {type(result).__name__}, which is no tensor")
    array = np.ascontiguousarray(result) if np.ndim(result) else np.asarray(result)
    return array.astype(object) if array.dtype.kind in "US" else array
