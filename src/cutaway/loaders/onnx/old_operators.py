"""Operators of the opsets 1 to 6 written as those of opset 7 that mean the same.

ONNX Runtime has the operators from opset 7 on. ``onnx.version_converter`` gives a whole model up
at the first operator that it has no step for (``Cast``, ``Less``, ``LSTM``, ``Pad``, ``Split``,
``Tile`` of the first opsets) and at sums along a stated axis, leaves slopes of ``PRelu`` that no
longer fit, and tells not what it did. So the steps are our own.
Source: https://onnx.ai/onnx/operators, whose pages tell the differences between versions.
"""
# pyright: standard

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, helper
from onnx.numpy_helper import from_array, to_array

from cutaway.loaders.onnx.constants import is_constant
from cutaway.loaders.onnx.order import bodies
from cutaway.loaders.onnx.shapes import known_shapes, stated_shapes
from cutaway.loaders.onnx.tensors import is_external

_BROADCAST: Final = {
    "Add", "And", "Div", "Equal", "Greater", "Less", "Mul", "Or", "Pow", "Sub", "Xor",
}  # fmt: skip
"""Operators whose second input was spread over the first only where ``broadcast`` said so."""

_DROPPED: Final = {
    "BatchNormalization": ("is_test",),
    "Dropout": ("is_test",),
    "GRU": ("output_sequence",),
    "Gemm": ("broadcast",),
    "LSTM": ("output_sequence",),
    "RNN": ("output_sequence",),
}
"""Attributes that went, by operator. (Training, which some spoke of, is not what we show.)"""

_PLAIN: Final = ("", "ai.onnx")
_ROUNDS: Final = 20
"""How often ranks that one round made known may serve the next."""


class _Unknown(Exception):
    """A step needs what is not known of the graph; its words say what."""


def bring_up(model: ModelProto) -> tuple[Counter[str], list[str]]:
    """Rewrite the operators of a message of an opset before 7, in place, as those of opset 7.

    Names of nodes, values and weights stay; what must be added is named after what it is for.

    Returns:
        How many operators of each kind were rewritten, and why some could not be, a phrase each.
    """
    for entry in model.opset_import:
        if entry.domain in _PLAIN:
            entry.version = 7
    writer = _Writer(model)
    writer.write(stated_shapes(model.graph))
    for _ in range(_ROUNDS):  # inference knows the new operators, and what they write
        before = len(writer.left)
        if not before:
            break
        writer.write(known_shapes(model))
        if len(writer.left) == before:
            break
    return writer.changed, writer.left


class _Writer:
    """Goes through the graph and its bodies; what was rewritten once stays as it is."""

    def __init__(self, model: ModelProto) -> None:
        self._model = model
        self._taken = _names(model.graph)
        self._ranks: dict[str, int] = {}
        self._single: set[str] = set()
        self._tensors: dict[str, TensorProto] = {}
        self._before: list[NodeProto] = []
        self.changed: Counter[str] = Counter()
        """How many operators of each kind were rewritten."""
        self.left: list[str] = []
        """Why some were not, as of the last round."""

    def write(self, shapes: Mapping[str, Any]) -> None:
        """One round, with the shapes that are known by then."""
        self.left = []
        self._note(shapes)
        self._graph(self._model.graph)

    def rank(self, name: str) -> int:
        """The number of axes of a value."""
        if name not in self._ranks:
            raise _Unknown(f"how many axes '{name}' has is not known before a run")
        return self._ranks[name]

    def is_single(self, name: str) -> bool:
        """Whether a value of one axis has one cell."""
        if name in self._tensors:
            return list(self._tensors[name].dims) == [1]
        return name in self._single

    def array(self, name: str) -> np.ndarray:
        """A small constant."""
        if name not in self._tensors or is_external(self._tensors[name]):
            raise _Unknown(f"'{name}' is not known before a run")
        return np.asarray(to_array(self._tensors[name]))

    def constant(self, near: str, array: np.ndarray) -> str:
        """Add a constant before the node; its name."""
        name = self._new(near)
        tensor = from_array(array, name)
        self._before.append(helper.make_node("Constant", [], [name], value=tensor))
        return name

    def unsqueezed(self, value: str, node: NodeProto, axes: list[int]) -> str:
        """Add axes of one cell to a value before the node; the name of the result."""
        name = self._new(f"{node.output[0]}_{value.rpartition('/')[2]}")
        named = f"{node.name}_unsqueeze" if node.name else ""
        self._before.append(helper.make_node("Unsqueeze", [value], [name], named, axes=axes))
        self._ranks[name] = self.rank(value) + len(axes)
        return name

    def _new(self, name: str) -> str:
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name

    def _note(self, shapes: Mapping[str, Any]) -> None:
        known = {name: one.shape for name, one in shapes.items() if one.shape is not None}
        self._ranks.update((name, len(shape)) for name, shape in known.items())
        self._single.update(name for name, shape in known.items() if shape == (1,))

    def _graph(self, graph: GraphProto) -> None:
        self._note(stated_shapes(graph))
        self._tensors.update((tensor.name, tensor) for tensor in graph.initializer)
        self._ranks.update((tensor.name, len(tensor.dims)) for tensor in graph.initializer)
        nodes: list[NodeProto] = []
        for node in graph.node:
            if is_constant(node) and node.attribute[0].HasField("t"):
                self._tensors[node.output[0]] = node.attribute[0].t
                self._ranks[node.output[0]] = len(node.attribute[0].t.dims)
            elif node.domain in _PLAIN and node.output:
                self._node(node)
            nodes += [*self._before, node]
            self._before = []
        if len(nodes) > len(graph.node):
            kept = [_copy(node) for node in nodes]
            del graph.node[:]
            graph.node.extend(kept)

    def _node(self, node: NodeProto) -> None:
        for body in bodies(node):
            before, self._before = self._before, []
            self._graph(body)
            self._before = before
        try:
            done = _rewrite(node, self)
        except (_Unknown, ValueError, IndexError) as problem:
            self._before = []
            self.left.append(f"{node.op_type} '{node.name or node.output[0]}': {problem}")
        else:
            self.changed[node.op_type] += done


def _names(graph: GraphProto) -> set[str]:
    """Every name of a value in a graph and its bodies."""
    found = {info.name for info in graph.input} | {tensor.name for tensor in graph.initializer}
    for node in graph.node:
        found.update(node.output)
        for body in bodies(node):
            found |= _names(body)
    return found


def _copy(node: NodeProto) -> NodeProto:
    made = NodeProto()
    made.CopyFrom(node)
    return made


def _rewrite(node: NodeProto, writer: _Writer) -> bool:
    """Whether a node needed rewriting; it has been, then."""
    held = {attribute.name: attribute for attribute in node.attribute}
    gone = [name for name in ("consumed_inputs", *_DROPPED.get(node.op_type, ())) if name in held]
    step = _STEPS.get(node.op_type)
    changed = step is not None and step(node, held, writer)
    _drop(node, *gone)
    return changed or bool(gone)


def _drop(node: NodeProto, *names: str) -> None:
    kept = [attribute for attribute in node.attribute if attribute.name not in names]
    if len(kept) < len(node.attribute):
        copies = [AttributeProto.FromString(attribute.SerializeToString()) for attribute in kept]
        del node.attribute[:]
        node.attribute.extend(copies)


def _set(node: NodeProto, name: str, value: Any) -> None:
    _drop(node, name)
    node.attribute.append(helper.make_attribute(name, value))


_Held = Mapping[str, AttributeProto]


def _spread(node: NodeProto, held: _Held, writer: _Writer) -> bool:
    """The second input along the first one's axes from ``axis`` on; without it, the last ones."""
    if "broadcast" not in held and "axis" not in held:
        return False
    if "axis" in held and "broadcast" in held and held["broadcast"].i:
        first, second = node.input
        cells = writer.rank(second)
        if cells:
            axes = writer.rank(first)
            behind = axes - held["axis"].i % axes - cells
            if behind < 0:
                raise _Unknown(f"'{second}' has more axes than are left behind the axis stated")
            if behind:
                new = list(range(cells, cells + behind))
                node.input[1] = writer.unsqueezed(second, node, new)
    _drop(node, "axis", "broadcast")
    return True


def _slopes(node: NodeProto, held: _Held, writer: _Writer) -> bool:
    """One slope a channel, which is the second axis, not the last."""
    del held
    data, slope = node.input
    if writer.rank(slope) != 1 or writer.rank(data) < 3:
        return False
    if writer.is_single(slope):
        return False
    node.input[1] = writer.unsqueezed(slope, node, list(range(1, writer.rank(data) - 1)))
    return True


def _cast(node: NodeProto, held: _Held, writer: _Writer) -> bool:
    del writer
    if "to" not in held or held["to"].type != AttributeProto.STRING:
        return False
    _set(node, "to", TensorProto.DataType.Value(held["to"].s.decode().upper()))
    return True


def _concat(node: NodeProto, held: _Held, writer: _Writer) -> bool:
    del writer
    if "axis" in held:
        return False
    _set(node, "axis", 1)
    return True


def _pad(node: NodeProto, held: _Held, writer: _Writer) -> bool:
    del writer
    if "paddings" not in held:
        return False
    _set(node, "pads", list(held["paddings"].ints))
    _drop(node, "paddings")
    return True


def _power(node: NodeProto, held: _Held, writer: _Writer) -> bool:
    """The norm of a pooling, once any number."""
    del writer
    if "p" not in held or held["p"].type != AttributeProto.FLOAT:
        return False
    if not held["p"].f.is_integer():
        raise _Unknown(f"its norm {held['p'].f:g} is no whole number")
    _set(node, "p", int(held["p"].f))
    return True


def _reshape(node: NodeProto, held: _Held, writer: _Writer) -> bool:
    if len(node.input) > 1 or "shape" not in held:
        return False
    shape = np.array(held["shape"].ints, np.int64)
    node.input.append(writer.constant(f"{node.output[0]}_shape", shape))
    _drop(node, "shape")
    return True


def _split(node: NodeProto, held: _Held, writer: _Writer) -> bool:
    del held
    if len(node.input) < 2:
        return False
    _set(node, "split", [int(length) for length in writer.array(node.input[1]).reshape(-1)])
    del node.input[1:]
    return True


def _tile(node: NodeProto, held: _Held, writer: _Writer) -> bool:
    """Once repeated along one axis, now along all."""
    del held
    if len(node.input) < 3:
        return False
    repeats = np.ones(writer.rank(node.input[0]), np.int64)
    tiles, axis = (int(writer.array(name).reshape(-1)[0]) for name in node.input[1:])
    repeats[axis] = tiles
    del node.input[1:]
    node.input.append(writer.constant(f"{node.output[0]}_repeats", repeats))
    return True


def _upsample(node: NodeProto, held: _Held, writer: _Writer) -> bool:
    del writer
    if "height_scale" not in held or "width_scale" not in held:
        return False
    _set(node, "scales", [1.0, 1.0, held["height_scale"].f, held["width_scale"].f])
    if "mode" in held and held["mode"].s == b"bilinear":
        _set(node, "mode", "linear")
    _drop(node, "height_scale", "width_scale")
    return True


_Step = Callable[[NodeProto, _Held, _Writer], bool]
_STEPS: Final[Mapping[str, _Step]] = {
    **dict.fromkeys(_BROADCAST, _spread),
    "Cast": _cast,
    "Concat": _concat,
    "GlobalLpPool": _power,
    "LpPool": _power,
    "PRelu": _slopes,
    "Pad": _pad,
    "Reshape": _reshape,
    "Split": _split,
    "Tile": _tile,
    "Upsample": _upsample,
}
"""How the operators are rewritten of which more than an attribute went."""
