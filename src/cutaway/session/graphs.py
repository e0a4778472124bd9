"""A model's graph as a document, for programs; the page reads ``columns``."""

from __future__ import annotations

from dataclasses import asdict

from cutaway.graph import Graph, Node, family
from cutaway.loaders import Model
from cutaway.session.documents import (
    GraphDoc,
    GroupDoc,
    NodeDoc,
    ReadDoc,
    ValueDoc,
)


def graph_document(number: int, model: Model) -> GraphDoc:
    """The whole network as the page knows it."""
    graph, facts = model.graph, model.facts
    return GraphDoc(
        id=number,
        name=model.name,
        format=facts.format,
        producer=facts.producer,
        parameters=facts.parameters,
        bytes=facts.bytes,
        notes=list(graph.notes),
        nodes=[_node(node) for node in graph.nodes],
        values=_values(graph),
        groups=[GroupDoc(g.id, g.name, g.parent, g.what, g.title, g.alike) for g in graph.groups],
        inputs=list(graph.inputs),
        outputs=list(graph.outputs),
    )


def _node(node: Node) -> NodeDoc:
    return NodeDoc(
        id=node.id,
        name=node.name,
        op=node.op,
        kind=node.kind,
        family=family(node),
        scope=node.scope,
        group=node.group,
        attributes=dict(node.attributes),
        reads=[ReadDoc(**asdict(read)) for read in node.reads],
        writes=list(node.writes),
    )


def _values(graph: Graph) -> list[ValueDoc]:
    return [
        ValueDoc(
            id=v.id,
            name=v.name,
            shape=None if v.shape is None else list(v.shape),
            dtype=v.dtype,
            what=v.what,
            axes=v.axes,
        )
        for v in graph.values
    ]
