"""Local functions of an ONNX model, written out where they are called."""
# pyright: standard

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from onnx import AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto

from cutaway.errors import BrokenFile

_DEEPEST: Final = 64
"""Functions within functions; more is a function that calls itself."""

_MOST: Final = 2_000_000
"""Nodes that calls may become; a small file must not fill the memory."""

Key = tuple[str, str, str]
"""Domain, name and overload of a function."""


def write_out(light: ModelProto) -> ModelProto:
    """The model with the nodes of functions in place of their calls; itself where it has none.

    A call ``layer`` of a function becomes its nodes as ``layer/inner``, so that they are a group.
    Meaning as in the ONNX specification's section on functions: formal inputs and outputs stand for
    the actual ones, an input that is not given is empty, an attribute that refers to one of the
    function has the call's value, else the default, else is not there.

    Raises:
        BrokenFile: a function calls itself, or the calls become more than two million nodes.
    """
    if not light.functions:
        return light
    known = {(f.domain, f.name, f.overload): f for f in light.functions}
    model = ModelProto()
    model.CopyFrom(light)
    del model.functions[:]
    opsets = {entry.domain for entry in model.opset_import}
    for function in light.functions:
        missing = [entry for entry in function.opset_import if entry.domain not in opsets]
        model.opset_import.extend(missing)
        opsets.update(entry.domain for entry in missing)
    writer = _Writer(known)
    writer.graph(model.graph, _Names(), 0)
    return model


@dataclass(frozen=True)
class _Names:
    """What names within a function stand for outside."""

    prefix: str = ""
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    attributes: Mapping[str, AttributeProto] = field(default_factory=dict[str, AttributeProto])
    own: frozenset[str] = frozenset()
    """Names of a body within the function: they are its own and stay."""

    def value(self, name: str) -> str:
        """The name of a value."""
        if not name or name in self.own:
            return name
        return self.values.get(name, f"{self.prefix}{name}")


class _Writer:
    def __init__(self, known: Mapping[Key, FunctionProto]) -> None:
        self._known = known
        self._written = 0

    def graph(self, graph: GraphProto, names: _Names, depth: int) -> None:
        """Write out the calls in a graph or body, in place; a body's own names stay its own."""
        nodes = [made for node in graph.node for made in self._node(node, names, depth)]
        del graph.node[:]
        graph.node.extend(nodes)

    def _node(self, node: NodeProto, names: _Names, depth: int) -> list[NodeProto]:
        self._written += 1
        if self._written > _MOST:
            raise BrokenFile(f"the functions of this file become more than {_MOST:,} operators")
        made = NodeProto()
        made.CopyFrom(node)
        made.name = f"{names.prefix}{node.name}" if node.name else ""
        made.input[:] = [names.value(name) for name in node.input]
        made.output[:] = [names.value(name) for name in node.output]
        del made.attribute[:]
        made.attribute.extend(_settled(node, names))
        function = self._known.get((node.domain, node.op_type, node.overload))
        if function is not None:
            return self._call(made, function, depth)
        for attribute in made.attribute:
            for body in (attribute.g, *attribute.graphs):
                if attribute.type in (AttributeProto.GRAPH, AttributeProto.GRAPHS):
                    self._body(body, names, depth)
        return [made]

    def _body(self, body: GraphProto, names: _Names, depth: int) -> None:
        """A body within a function reads the function's values by the names that they got."""
        own = {info.name for info in (*body.input, *body.output)}
        own.update(name for node in body.node for name in node.output)
        own.update(tensor.name for tensor in body.initializer)
        self.graph(body, replace(names, own=names.own | own), depth)

    def _call(self, call: NodeProto, function: FunctionProto, depth: int) -> list[NodeProto]:
        if depth > _DEEPEST:
            raise BrokenFile(f"the function '{function.name}' of this file calls itself")
        prefix = f"{call.name or f'{call.op_type}_{self._written}'}/"
        values = dict.fromkeys(function.input, "")
        values.update(zip(function.input, call.input, strict=False))
        values.update(
            (inner, outer)
            for inner, outer in zip(function.output, call.output, strict=False)
            if outer
        )
        attributes = {attribute.name: attribute for attribute in function.attribute_proto}
        attributes.update({attribute.name: attribute for attribute in call.attribute})
        names = _Names(prefix, values, attributes)
        return [
            made
            for at, node in enumerate(function.node)
            for made in self._node(_named(node, at), names, depth + 1)
        ]


def _named(node: NodeProto, at: int) -> NodeProto:
    """A node of a function with a name, so that what it becomes has one within its call."""
    if node.name:
        return node
    named = NodeProto()
    named.CopyFrom(node)
    named.name = f"{node.op_type}_{at}"
    return named


def _settled(node: NodeProto, names: _Names) -> list[AttributeProto]:
    """A node's attributes, references to the function's replaced by what they stand for."""
    found: list[AttributeProto] = []
    for attribute in node.attribute:
        if not attribute.ref_attr_name:
            found.append(attribute)
        elif attribute.ref_attr_name in names.attributes:
            given = AttributeProto()
            given.CopyFrom(names.attributes[attribute.ref_attr_name])
            given.name = attribute.name
            found.append(given)
    return found
