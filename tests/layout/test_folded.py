"""What holds of the layouts of any folded graph, all groups together."""

from collections import Counter

import pytest
from graph.nets import any_graphs, chain
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from layout.graphs import reaches

from cutaway.graph import discovery, division, fold
from cutaway.layout import Places

FIXED = settings(deadline=None, max_examples=120, phases=[Phase.explicit, Phase.generate])


@pytest.fixture(autouse=True, scope="module", params=[(160, 60, 120), (24, 6, 12)])
def _few_children(request):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in zip(("MOST", "FEW", "_SIZE"), request.param, strict=True):
            patch.setattr(division, name, value)
        patch.setattr(discovery, "FEW", request.param[1])
        yield


@FIXED
@given(st.one_of(any_graphs(), any_graphs(cycles=True)))
def test_any_folded_graph(graph):
    folded = fold(graph)
    layouts = all_layouts(folded)
    check_everything_once(folded, layouts)
    inside = members(folded)
    for layout in layouts:
        check_children(layout)
        check_borders(folded, layout, inside[layout.group])
        check_edges(folded, layout)
    assert layouts == all_layouts(folded)


def all_layouts(folded):
    places = Places(folded)
    return [places.of(group.id) for group in folded.groups if group.what != "fused"]


def members(folded):
    """Ids of all nodes within each group."""
    inside = {group.id: set() for group in folded.groups}
    for node in folded.nodes:
        group = node.group
        while group is not None:
            inside[group].add(node.id)
            group = folded.groups[group].parent
    return inside


def check_everything_once(folded, layouts):
    """Every node is in one layout; every group in that of the group around it."""
    nodes = Counter(c.id for lay in layouts for c in lay.children if c.what == "node")
    assert nodes == Counter(range(len(folded.nodes)))
    for layout in layouts:
        groups = sorted(c.id for c in layout.children if c.what == "group")
        assert groups == [
            group.id
            for group in folded.groups
            if group.parent == layout.group and group.what != "fused"
        ]
        direct = [c for c in layout.children if c.what in ("node", "group")]
        assert len(direct) <= division.MOST


def check_children(layout):
    order = {"input": 0, "enter": 0, "node": 1, "group": 1, "leave": 2}
    kinds = [order[child.what] for child in layout.children]
    assert kinds == sorted(kinds)
    assert len({(c.rank, c.lane) for c in layout.children}) == len(layout.children)
    ranks = {}
    for child in layout.children:
        assert 0 <= child.rank < layout.ranks
        assert 0 <= child.lane < layout.lanes
        ranks.setdefault(child.rank, set()).add(child.what)
    for rank, whats in ranks.items():
        if "enter" in whats:
            assert (rank, whats) == (0, {"enter"})
        if "leave" in whats:
            assert (rank, whats) == (layout.ranks - 1, {"leave"})


def check_borders(folded, layout, inside):
    """What enters and leaves is exactly what crosses the border."""
    told = {what: [c.id for c in layout.children if c.what == what] for what in ("enter", "leave")}
    if layout.group == 0:
        assert told == {"enter": [], "leave": []}
        inputs = [c.id for c in layout.children if c.what == "input"]
        assert inputs == list(folded.inputs)
        return
    assert "input" not in {child.what for child in layout.children}
    maker = makers(folded)
    read_in = {r.value for n in folded.nodes if n.id in inside for r in n.reads}
    read_out = {r.value for n in folded.nodes if n.id not in inside for r in n.reads}
    made_in = {value for value, node in maker.items() if node in inside}
    known = maker.keys() | set(folded.inputs)
    assert sorted(told["enter"]) == sorted((read_in & known) - made_in)
    assert sorted(told["leave"]) == sorted(made_in & (read_out | set(folded.outputs)))


def makers(folded):
    """Node by value, of several the first; what the network is given is made by none."""
    found = {}
    for node in folded.nodes:
        for value in node.writes:
            found.setdefault(value, node.id)
    return {value: node for value, node in found.items() if value not in folded.inputs}


def check_edges(folded, layout):
    """One edge for each value that leads from one child to another; they lead on, but in cycles."""
    found = [(edge.value, edge.source, edge.target, edge.port) for edge in layout.edges]
    assert len(found) == len(set(found))
    assert set(found) == wanted_edges(folded, layout)
    for edge in layout.edges:
        if layout.children[edge.source].rank >= layout.children[edge.target].rank:
            assert edge.points
            assert reaches(layout, edge.target, edge.source), "only a cycle leads back"


def wanted_edges(folded, layout):
    child_of = {(child.what, child.id): at for at, child in enumerate(layout.children)}
    first = "enter" if layout.group else "input"

    def child(node):
        found = child_of.get(("node", node))
        group = folded.nodes[node].group
        while found is None and group is not None:
            found = child_of.get(("group", group))
            group = folded.groups[group].parent
        return found

    maker = makers(folded)
    wanted = set()
    for node in folded.nodes:
        target = child(node.id)
        direct = target is not None and layout.children[target].what == "node"
        for port, read in enumerate(node.reads):
            made = maker.get(read.value)
            inner = None if made is None else child(made)
            source = child_of.get((first, read.value), inner)
            if None not in (source, target) and (source != target or direct):
                wanted.add((read.value, source, target, port if direct else 0))
    leaving = {(c.id, child(maker[c.id]), at, 0) for at, c in ends(layout, "leave")}
    return wanted | leaving


def ends(layout, what):
    return [(at, child) for at, child in enumerate(layout.children) if child.what == what]


def test_fifty_thousand_nodes_in_a_row():
    layouts = all_layouts(fold(chain(50_000)))
    assert sum(c.what == "node" for lay in layouts for c in lay.children) == 50_000
    assert max(len(layout.children) for layout in layouts) <= division.MOST + 2
    assert {layout.lanes for layout in layouts} == {1}
