"""TensorFlow's names for operations that OpenVINO renamed.

OpenVINO computes on feature maps with channels first. Where it turns those of TensorFlow and then
lets turns cancel out, names go with the turns: ``net/conv/Conv2D`` becomes ``Convolution_12``. From
operations that kept their names both graphs are walked through side by side, against the data.
"""
# pyright: standard

from __future__ import annotations

import re
from typing import Any, Final

from cutaway.loaders.openvino.tensorflow import Place, TensorflowGraph

_MADE_UP: Final = re.compile(r"[A-Z][A-Za-z0-9]*_\d+\Z")
_DEEPEST: Final = 12
"""Operations of OpenVINO that one of TensorFlow's is at most taken apart into, in a row."""
_SAME: Final[dict[str, set[str]]] = {
    "Add": {"Add"}, "AddV2": {"Add"}, "BiasAdd": {"Add"}, "Sub": {"Subtract"},
    "Mul": {"Multiply"}, "RealDiv": {"Divide"}, "Div": {"Divide"},
    "Conv2D": {"Convolution", "GroupConvolution"}, "Conv3D": {"Convolution"},
    "DepthwiseConv2dNative": {"GroupConvolution"},
    "Conv2DBackpropInput": {"ConvolutionBackpropData"},
    "FusedBatchNorm": {"BatchNormInference"}, "FusedBatchNormV2": {"BatchNormInference"},
    "FusedBatchNormV3": {"BatchNormInference"},
    "Relu6": {"Clamp"}, "LeakyRelu": {"PRelu"}, "Selu": {"Selu"},
    "MaxPool": {"MaxPool"}, "MaxPoolV2": {"MaxPool"}, "AvgPool": {"AvgPool"},
    "ConcatV2": {"Concat"}, "PadV2": {"Pad"}, "MirrorPad": {"Pad"},
    "Mean": {"ReduceMean"}, "Sum": {"ReduceSum"}, "Max": {"ReduceMax"}, "Min": {"ReduceMin"},
    "ResizeBilinear": {"Interpolate"}, "ResizeNearestNeighbor": {"Interpolate"},
    "BatchMatMulV2": {"MatMul"}, "GatherV2": {"Gather"}, "SelectV2": {"Select"},
    "SplitV": {"VariadicSplit"},
}  # fmt: skip
"""The operation that a TensorFlow operator becomes, where it is called otherwise."""
_ADDED: Final = {"Transpose", "Reshape", "Convert", "Squeeze", "Unsqueeze"}
"""Operations that OpenVINO puts around others to turn or widen what they read."""

_ARRANGING: Final = {"Transpose", "Squeeze", "ExpandDims", "Reshape"}
"""Operators of TensorFlow whose turn OpenVINO may do elsewhere."""


def recovered(model: Any, graph: TensorflowGraph) -> dict[str, str]:
    """TensorFlow's name by the one that OpenVINO made up.

    Args:
        model: OpenVINO's Model.
        graph: what it was made of.
    """
    known: dict[str, Place] = {}
    for place in graph.places():
        known.setdefault(place.operator.name, place)
    walk = _Walk(graph, known)
    for operation in reversed(list(model.get_ordered_ops())):
        if operation.get_type_name() in ("Constant", "Result", "Parameter"):
            continue
        # Some operations only kept the name of their output.
        outputs = [name.removesuffix(":0") for name in operation.output(0).get_names()]
        for name in (operation.get_friendly_name(), *sorted(outputs)):
            if name in known:
                walk.match(operation, known[name])
                break
    return walk.names


class _Walk:
    """Two graphs while they are walked through side by side."""

    def __init__(self, graph: TensorflowGraph, known: dict[str, Place]) -> None:
        self.graph = graph
        self.known = known
        self.names: dict[str, str] = {}
        self._met: set[int] = set()

    def match(self, operation: Any, place: Place) -> None:
        """Name what makes an operator's output, then what it reads."""
        waiting: list[tuple[Any, Place, int]] = [(operation, place, 0)]
        while waiting:
            found, into, depth = waiting.pop()
            number = found.get_instance_id()
            if number in self._met or found.get_type_name() in ("Constant", "Parameter"):
                continue
            self._met.add(number)
            waiting += self._step(found, into, depth)

    def _step(self, operation: Any, place: Place, depth: int) -> list[tuple[Any, Place, int]]:
        kind, name = operation.get_type_name(), operation.get_friendly_name()
        sources = [item.get_source_output().get_node() for item in operation.inputs()]
        reads = self.graph.reads(place)
        if _is_same(kind, place):
            self._call(name, place.operator.name)
            pairs = zip(sources, reads, strict=False)
            return [(source, read, 0) for source, read in pairs if read is not None]
        if not self._is_open(name, place):
            return []
        ahead = self._ahead(kind, place) if depth and kind not in _ADDED else None
        if ahead is not None:
            return self._step(operation, ahead, 0)
        if depth > _DEEPEST:
            return []
        self._call(name, f"{place.operator.name}/{kind}")
        data = next((one for one in sources if one.get_type_name() != "Constant"), None)
        return [] if data is None else [(data, place, depth + 1)]

    def _ahead(self, kind: str, place: Place) -> Place | None:
        """What an operator reads that becomes such an operation, past what only arranges."""
        found: Place | None = place
        for _ in range(_DEEPEST):
            reads = [] if found is None else self.graph.reads(found)
            found = reads[0] if reads else None
            if found is None or _is_same(kind, found):
                return found
            if found.operator.op not in _ARRANGING:
                return None
        return None

    def _is_nameless(self, name: str) -> bool:
        return bool(_MADE_UP.match(name)) and name not in self.known

    def _is_open(self, name: str, place: Place) -> bool:
        """Whether an operation has no name of its own but perhaps that of the operator."""
        return self._is_nameless(name) or name == place.operator.name

    def _call(self, name: str, better: str) -> None:
        longer = better.startswith(f"{name}/")
        if name not in self.names and name != better and (self._is_nameless(name) or longer):
            self.names[name] = better


def _is_same(kind: str, place: Place) -> bool:
    op = place.operator.op
    return kind in _SAME.get(op, {op})
