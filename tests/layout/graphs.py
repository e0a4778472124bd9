"""Graphs to lay out, and what must hold of every layout."""

from hypothesis import settings

from cutaway.graph import Graph, Group, Node, Read, Value

ROOT = Group(0, "", None, "root")
FIXED = settings(deadline=None, max_examples=150)


def network(inputs, nodes, groups=(), groups_of=None, roles=None, weights=()):
    """A graph: node ``i`` reads the listed values and writes one, number ``inputs + i``."""
    values = [Value(i, f"input {i}", None, None, "input") for i in range(inputs)]
    values += [Value(inputs + i, f"v{i}", None, None, "activation") for i in range(len(nodes))]
    for value in weights:
        values.append(Value(len(values), value, None, None, "weight"))
    made = [
        Node(
            id=i,
            name=f"n{i}",
            op="Op",
            reads=tuple(
                Read(value, (roles or {}).get((i, port), "data"))
                for port, value in enumerate(reads)
            ),
            writes=(inputs + i,),
            group=(groups_of or {}).get(i, 0),
        )
        for i, reads in enumerate(nodes)
    ]
    return Graph(tuple(made), tuple(values), (ROOT, *groups), tuple(range(inputs)), ())


def check(graph, layout, *, acyclic=True):
    """Everything that holds for every layout of a whole graph."""
    wanted = [("input", value) for value in graph.inputs] + [("node", n.id) for n in graph.nodes]
    children = [(c.what, c.id) for c in layout.children]
    assert children[: len(graph.inputs)] == wanted[: len(graph.inputs)]
    if all(read.value < node.writes[0] for node in graph.nodes for read in node.reads):
        assert children == wanted, "the file's order is that of the flow"
    assert sorted(children) == sorted(wanted)
    places = {(c.rank, c.lane) for c in layout.children}
    assert len(places) == len(layout.children)
    check_edges(graph, layout)
    passed = {}
    for edge in layout.edges:
        source, target = layout.children[edge.source], layout.children[edge.target]
        if edge.points:
            (first, lane), (last, _) = edge.points[0], edge.points[-1]
            assert {point[1] for point in edge.points} == {lane}
            step = 1 if last >= first else -1
            for rank in range(first, last + step, step):
                assert (rank, lane) not in places, "an edge runs through a child"
                assert passed.setdefault((rank, lane), edge.value) == edge.value
        if source.rank < target.rank:
            expected = range(source.rank + 1, target.rank)
        else:
            assert not acyclic
            assert reaches(layout, edge.target, edge.source), "only a cycle leads back"
            expected = range(source.rank, target.rank - 1, -1)
        ranks = [rank for rank, _ in edge.points]
        if len(expected) <= 200:
            assert ranks == list(expected)
        else:
            assert (ranks[0], ranks[-1]) == (expected[0], expected[-1])
            assert ranks == sorted(set(ranks), reverse=expected.step < 0)
    lanes = {lane for _, lane in places} | {lane for _, lane in passed}
    assert lanes == set(range(layout.lanes))
    if layout.edges:
        assert {c.rank for c in layout.children} == set(range(layout.ranks))
    for frame in layout.frames:
        framed = [layout.children[child] for child in frame.children]
        assert len({child.lane for child in framed}) == 1
        ranks = [child.rank for child in framed]
        assert ranks == list(range(ranks[0], ranks[0] + len(ranks)))


def check_edges(graph, layout):
    child = {(one.what, one.id): at for at, one in enumerate(layout.children)}
    maker = {value: child["node", node.id] for node in graph.nodes for value in node.writes}
    maker |= {value: child["input", value] for value in graph.inputs}
    wanted = [
        (read.value, maker[read.value], child["node", node.id], port)
        for node in graph.nodes
        for port, read in enumerate(node.reads)
        if read.value in maker and graph.values[read.value].what not in ("weight", "constant")
    ]
    found = [(e.value, e.source, e.target, e.port) for e in layout.edges]
    assert sorted(found) == sorted(wanted)
    assert [edge[2:] for edge in found] == sorted(edge[2:] for edge in found)


def reaches(layout, start, end):
    ahead = {}
    for edge in layout.edges:
        ahead.setdefault(edge.source, []).append(edge.target)
    seen, waiting = {start}, [start]
    while waiting:
        for child in ahead.get(waiting.pop(), ()):
            if child not in seen:
                seen.add(child)
                waiting.append(child)
    return end in seen


def places(layout):
    return [(child.rank, child.lane) for child in layout.children]
