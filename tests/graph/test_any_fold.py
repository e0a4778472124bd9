"""What holds of any graph that is folded, however it is made."""

from collections import Counter

import pytest
from graph.nets import any_graphs
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cutaway.graph import discovery, division, fold, repeats

FIXED = settings(deadline=None, max_examples=150, phases=[Phase.explicit, Phase.generate])


@pytest.fixture(autouse=True, scope="module", params=[(160, 60, 120), (24, 6, 12)])
def _few_children(request):
    # Small limits, so that small graphs are divided.
    with pytest.MonkeyPatch.context() as patch:
        for name, value in zip(("MOST", "FEW", "_SIZE"), request.param, strict=True):
            patch.setattr(division, name, value)
        patch.setattr(discovery, "FEW", request.param[1])
        yield


@FIXED
@given(st.one_of(any_graphs(), any_graphs(cycles=True), any_graphs(most=120)))
def test_any_graph_folds(graph):
    folded = fold(graph)
    check_same_network(graph, folded)
    check_tree(folded)
    check_fused(graph, folded)
    check_names(folded)
    check_order(folded)
    check_alike(folded)
    assert folded == fold(graph)


def check_same_network(graph, folded):
    assert folded.values == graph.values
    assert (folded.inputs, folded.outputs) == (graph.inputs, graph.outputs)
    for old, new in zip(graph.nodes, folded.nodes, strict=True):
        assert (old.id, old.name, old.op, old.reads, old.writes, old.scope) == (
            new.id, new.name, new.op, new.reads, new.writes, new.scope,
        )  # fmt: skip
        assert (old.kind, old.kind_attributes) == (new.kind, new.kind_attributes)


def check_tree(folded):
    groups = folded.groups
    assert [group.id for group in groups] == list(range(len(groups)))
    assert (groups[0].what, groups[0].parent) == ("root", None)
    parents = [group.parent for group in groups[1:]]
    assert parents == sorted(parents), "ids are breadth-first"
    assert all(group.parent < group.id for group in groups[1:])
    within = Counter()
    for node in folded.nodes:
        group = node.group
        while group is not None:
            within[group] += 1
            group = groups[group].parent
    assert [group.nodes for group in groups] == [within[group.id] for group in groups]
    children, things = Counter(), Counter()
    for thing, parent in direct(folded):
        things[parent] += 1
        children[parent] += thing.nodes if getattr(thing, "what", "") == "fused" else 1
    for group in groups:
        if group.what != "fused":
            assert children[group.id] <= division.MOST
            assert group.id == 0 or things[group.id] > 1, "no group for one thing"


def direct(folded):
    """Nodes outside of fused groups, and groups, with the group around each."""
    for node in folded.nodes:
        if folded.groups[node.group].what != "fused":
            yield node, node.group
    for group in folded.groups[1:]:
        yield group, group.parent


def check_fused(graph, folded):
    def frames(one):
        found = {}
        for node in one.nodes:
            if one.groups[node.group].what == "fused":
                found.setdefault(one.groups[node.group].name, []).append(node.id)
        return found

    assert frames(graph) == frames(folded)
    parents = {group.parent for group in folded.groups}
    assert parents.isdisjoint(g.id for g in folded.groups if g.what == "fused")


def check_names(folded):
    for node in folded.nodes:
        group = folded.groups[node.group]
        while group.parent is not None:
            if group.what != "found":
                assert f"{node.scope}/".startswith(f"{group.name}/")
                assert group.name.endswith(group.title)
            assert group.title
            group = folded.groups[group.parent]


def check_order(folded):
    """Of two siblings the one that is read stands first, but for cycles."""
    for edges in siblings(folded).values():
        for source, target in edges:
            if isinstance(source, int) and isinstance(target, int):
                assert source < target or leads(edges, target, source)


def siblings(folded):
    """By group: pairs of what lies in it (groups by id, nodes by name), what is read first."""
    above = {}
    for group in folded.groups:
        above[group.id] = [*above.get(group.parent, []), group.id]
    path = {node.id: [*above[node.group], node.name] for node in folded.nodes}
    maker = {value: node for node in reversed(folded.nodes) for value in node.writes}
    found = {}
    for node in folded.nodes:
        made = [maker[r.value] for r in node.reads if r.value in maker.keys() - folded.inputs]
        for one in made:
            pairs = zip(path[one.id], path[node.id], strict=False)
            at = next((at for at, (a, b) in enumerate(pairs) if a != b), None)
            if at is not None:
                pair = path[one.id][at], path[node.id][at]
                found.setdefault(path[node.id][at - 1], set()).add(pair)
    return found


def leads(edges, start, end):
    seen, waiting = {start}, [start]
    while waiting:
        vertex = waiting.pop()
        fresh = {target for source, target in edges if source == vertex} - seen
        seen |= fresh
        waiting.extend(fresh)
    return end in seen


def check_alike(folded):
    inside = {group.id: Counter() for group in folded.groups}
    for node in folded.nodes:
        group = node.group
        while group is not None:
            inside[group][node.op, len(node.reads), len(node.writes)] += 1
            group = folded.groups[group].parent
    times = Counter(group.alike for group in folded.groups)
    for group in folded.groups:
        if group.alike is not None:
            first = folded.groups[group.alike]
            assert first.id <= group.id
            assert first.alike == first.id
            assert times[group.alike] > 1
            assert inside[first.id] == inside[group.id]
    for parent, told in repeats(folded).items():
        for count, title in told:
            assert 2 <= count <= sum(group.parent == parent for group in folded.groups)
            assert title
