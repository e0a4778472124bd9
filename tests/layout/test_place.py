import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutaway.graph import Graph, Group, Node, Read, Value
from cutaway.layout import place, sides

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
    assert [(c.what, c.id) for c in layout.children] == wanted
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
    child_of = {value: child for child, value in enumerate(graph.inputs)}
    for child, node in enumerate(graph.nodes, len(graph.inputs)):
        child_of.update((value, child) for value in node.writes)
    wanted = [
        (read.value, child_of[read.value], child, port)
        for child, node in enumerate(graph.nodes, len(graph.inputs))
        for port, read in enumerate(node.reads)
        if read.value in child_of
    ]
    assert [(e.value, e.source, e.target, e.port) for e in layout.edges] == wanted


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


def test_a_chain_is_one_lane():
    graph = network(1, [[i] for i in range(9)])
    layout = place(graph, 0)
    check(graph, layout)
    assert places(layout) == [(i, 0) for i in range(10)]
    assert (layout.ranks, layout.lanes, layout.group) == (10, 1, 0)
    assert all(edge.points == () for edge in layout.edges)


def test_no_node_at_all():
    empty = place(network(0, []), 0)
    assert (empty.ranks, empty.lanes, empty.children, empty.edges) == (0, 0, (), ())
    assert places(place(network(1, []), 0)) == [(0, 0)]


def test_a_skip_connection_arches_above_the_path():
    # in, conv, conv, conv, add; twice.
    graph = network(1, [[0], [1], [2], [3, 0], [4], [5], [6], [7, 4]])
    layout = place(graph, 0)
    check(graph, layout)
    assert places(layout) == [(i, 1) for i in range(9)]
    skips = [edge.points for edge in layout.edges if edge.points]
    assert skips == [((1, 0), (2, 0), (3, 0)), ((5, 0), (6, 0), (7, 0))]


def test_nested_skips_nest():
    # A small U: the value made last is read first.
    graph = network(1, [[0], [1], [2], [3], [4, 3], [5, 2], [6, 1], [7, 0]])
    layout = place(graph, 0)
    check(graph, layout)
    main = layout.children[0].lane
    assert {child.lane for child in layout.children} == {main}
    lane = {edge.value: edge.points[0][1] for edge in layout.edges if edge.points}
    assert [lane[value] for value in (3, 2, 1, 0)] == [main - 1, main - 2, main - 3, main - 4]


def test_branches_are_straight_and_side_by_side():
    # One value, four branches of one to three blocks, one that joins them.
    graph = network(1, [[0], [1], [2], [3], [1], [5], [1], [1], [4, 6, 7, 8], [9]])
    layout = place(graph, 0)
    check(graph, layout)
    assert layout.lanes == 4
    at = {child.id: child for child in layout.children if child.what == "node"}
    main = at[0].lane
    assert [at[i].lane for i in (0, 1, 2, 3, 8, 9)] == [main] * 6
    assert at[4].lane == at[5].lane
    assert len({main, at[4].lane, at[6].lane, at[7].lane}) == 4
    # Each branch goes on straight up to where the branches join.
    for edge in layout.edges:
        if edge.points:
            assert {lane for _, lane in edge.points} == {layout.children[edge.source].lane}


@pytest.mark.parametrize("branches", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("first", [True, False])
def test_a_skip_is_above_whatever_else_branches_off(branches, first):
    nodes = [[0], [1], [2], [3]]
    ends = []
    for _ in range(branches):
        nodes.append([1])
        nodes.append([len(nodes)])
        ends.append(len(nodes))
    nodes.append([1, 4, *ends] if first else [4, *ends, 1])
    graph = network(1, nodes)
    layout = place(graph, 0)
    check(graph, layout)
    skip = next(e for e in layout.edges if e.value == 1 and len(e.points) == 3)
    assert skip.points[0][1] < layout.children[0].lane
    assert layout.lanes == 2 + branches


def test_a_skip_inside_a_branch_is_just_above_the_branch():
    # A trunk of nine, two branches of five beside it, each with a skip over three blocks.
    nodes = [[i] for i in range(9)]
    skips = {}
    for _ in range(2):
        nodes.append([1])
        start = len(nodes)
        nodes += [[start], [start + 1], [start + 2], [start + 3, start]]
        skips[start] = len(nodes)
    nodes.append([9, *skips.values()])
    graph = network(1, nodes)
    layout = place(graph, 0)
    check(graph, layout)
    for start in skips:
        edge = next(e for e in layout.edges if e.value == start and e.points)
        branch = layout.children[edge.source]
        assert layout.children[edge.target].lane == branch.lane
        assert {lane for _, lane in edge.points} == {branch.lane - 1}


@FIXED
@given(st.data())
def test_every_skip_over_the_trunk_is_above_it(data):
    # A trunk of eight with branches of one block, and skips anywhere between its blocks.
    nodes = [[i] for i in range(8)]
    ends = {}
    for _ in range(data.draw(st.integers(0, 3))):
        left = data.draw(st.integers(0, 5))
        met = data.draw(st.integers(left + 2, 7))
        ends.setdefault(met, []).append(len(nodes) + 1)
        nodes.append([left])
    # The branches' blocks were written last: bring the file into the order in which it runs.
    skips = data.draw(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 7)), max_size=4))
    skips = {(left, met) for left, met in skips if met > left + 1}
    for left, met in skips:
        nodes[met].append(left)
    for met, values in ends.items():
        nodes[met] += values
    graph = network(1, nodes)
    layout = place(graph, 0)
    check(graph, layout)
    trunk = {layout.children[child].lane for child in range(9)}
    assert len(trunk) == 1
    for edge in layout.edges:
        if (edge.source, edge.target - 1) in skips and edge.points:
            assert edge.points[0][1] < min(trunk)


def test_a_value_that_all_blocks_read_runs_outside_of_all():
    def blocks(masked):
        # Input, and in masked networks a mask; each block has two branches and a skip.
        nodes, last = [], 0
        for _ in range(12):
            first = len(nodes) + masked + 1
            nodes += [[last], [last], [first, first + 1], [first + 2, last]]
            if masked:
                nodes[-2].append(1)
            last = len(nodes) + masked
        return network(1 + masked, nodes)

    plain, masked = place(blocks(0), 0), place(blocks(1), 0)
    check(blocks(1), masked)
    assert masked.lanes == plain.lanes + 1
    mask = [lane for e in masked.edges if e.value == 1 for _, lane in e.points]
    assert set(mask) == {0}
    # All else is where it was, a lane lower.
    moved = [(rank, lane - 1) for rank, lane in places(masked)]
    assert [moved[0], *moved[2:]] == places(plain)


def test_a_late_input_stands_beside_its_reader():
    graph = network(2, [[0], [2], [3], [4, 1], [5]])
    layout = place(graph, 0)
    check(graph, layout)
    assert layout.children[1].rank == 3
    assert layout.lanes == 2


def test_what_a_late_input_feeds_moves_with_it():
    graph = network(2, [[0], [2], [3], [1], [4, 5]])
    layout = place(graph, 0)
    check(graph, layout)
    assert [layout.children[i].rank for i in (1, 5)] == [2, 3]
    assert layout.children[1].lane == layout.children[5].lane


def test_the_straight_way_leads_through_data_not_through_its_shape():
    # value 1 goes to a transpose and a reshape; a longer way works out the new shape.
    nodes = [[0], [1], [1], [3], [4], [2, 5], [6]]
    graph = network(1, nodes, roles={(5, 1): "shape"})
    layout = place(graph, 0)
    check(graph, layout)
    at = {child.id: child.lane for child in layout.children if child.what == "node"}
    assert at[0] == at[1] == at[5] == at[6]
    assert at[2] == at[3] == at[4] != at[0]


def test_a_value_read_twice_by_one_node_has_two_edges():
    layout = place(network(1, [[0, 0]]), 0)
    assert [(e.value, e.source, e.target, e.port) for e in layout.edges] == [
        (0, 0, 1, 0),
        (0, 0, 1, 1),
    ]


def test_weights_are_no_edges():
    graph = network(1, [[0, 3], [1, 4]], weights=["kernel", "bias"])
    assert [edge.value for edge in place(graph, 0).edges] == [0, 1]


def test_far_readers_of_one_value_share_its_lane():
    graph = network(1, [[0], [1], [2, 0], [3], [4, 0], [5, 0]])
    layout = place(graph, 0)
    check(graph, layout)
    assert {lane for edge in layout.edges for _, lane in edge.points} == {0}
    assert layout.lanes == 2


def test_a_layer_and_its_activation_are_one_frame():
    fused = [Group(1, "conv", 0, "fused"), Group(2, "dense", 0, "fused")]
    # What the convolution makes before its activation is read elsewhere too.
    nodes = [[0], [1], [2], [3], [1, 4], [5]]
    graph = network(1, nodes, fused, {0: 1, 1: 1, 2: 2, 3: 2})
    layout = place(graph, 0)
    check(graph, layout)
    assert [(frame.group, frame.children) for frame in layout.frames] == [(1, (1, 2)), (2, (3, 4))]


def test_a_group_that_is_no_chain_has_no_frame():
    graph = network(2, [[0], [1, 2]], [Group(1, "odd", 0, "fused")], {0: 1, 1: 1})
    layout = place(graph, 0)
    check(graph, layout)
    assert layout.frames == ()


def test_a_group_shows_its_own_nodes_and_those_of_groups_within():
    groups = [Group(1, "a", 0), Group(2, "a/b", 1), Group(3, "c", 0)]
    graph = network(1, [[0], [1], [2], [3]], groups, {1: 1, 2: 2, 3: 3})
    layout = place(graph, 1)
    assert [(c.what, c.id, c.rank, c.lane) for c in layout.children] == [
        ("node", 1, 0, 0),
        ("node", 2, 1, 0),
    ]
    assert [edge.value for edge in layout.edges] == [2]


def test_a_cycle_leads_back_in_a_lane_of_its_own():
    graph = network(1, [[0, 3], [1], [2]])
    layout = place(graph, 0)
    check(graph, layout, acyclic=False)
    back = next(edge for edge in layout.edges if edge.value == 3)
    assert back.points == ((3, 0), (2, 0), (1, 0))
    assert {child.lane for child in layout.children} == {1}


def test_a_node_that_reads_itself():
    graph = network(1, [[0, 1]])
    layout = place(graph, 0)
    check(graph, layout, acyclic=False)
    assert layout.edges[1].points == ((1, 0),)


def test_nodes_without_links_do_not_pile_up():
    graph = network(1, [[i] for i in range(9)] + [[] for _ in range(20)])
    layout = place(graph, 0)
    check(graph, layout)
    assert layout.ranks == 10
    assert layout.lanes == 3


def test_separate_parts_lie_beneath_each_other():
    graph = network(2, [[0], [1], [3, 0], [4], [5, 2]])
    layout = place(graph, 0)
    check(graph, layout)
    graph = network(2, [[0], [2], [3, 0], [1], [5], [6, 1]])
    layout = place(graph, 0)
    check(graph, layout)
    first = [layout.children[i].lane for i in (0, 2, 3, 4)]
    second = [layout.children[i].lane for i in (1, 5, 6, 7)]
    assert set(first) == {1}
    assert set(second) == {3}


@st.composite
def graphs(draw, cycles):
    inputs = draw(st.integers(0, 3))
    count = draw(st.integers(0, 14))
    nodes = []
    for i in range(count):
        most = inputs + (count if cycles else i)
        reads = st.lists(st.integers(0, max(0, most - 1)), max_size=3 if most else 0)
        nodes.append(draw(reads))
    fused = draw(st.lists(st.integers(0, max(0, count - 1)), max_size=6 if count else 0))
    groups_of = {node: 1 + number // 2 for number, node in enumerate(dict.fromkeys(fused))}
    groups = [Group(number, f"g{number}", 0, "fused") for number in (1, 2, 3)]
    return network(inputs, nodes, groups, groups_of)


@pytest.mark.parametrize("most", [800, 3])
@FIXED
@given(st.data())
def test_any_graph_without_cycles(most, data):
    graph = data.draw(graphs(cycles=False))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sides, "_MOST_VERTICES", most)
        layout = place(graph, 0)
        check(graph, layout)
        assert layout == place(graph, 0)
    assert layout.ranks == longest(graph)


def longest(graph):
    """Blocks on the longest way."""
    length = dict.fromkeys(graph.inputs, 1)
    for node in graph.nodes:
        length[node.writes[0]] = 1 + max((length.get(r.value, 0) for r in node.reads), default=0)
    return max(length.values(), default=0)


@FIXED
@given(graphs(cycles=True))
def test_any_graph_with_cycles(graph):
    layout = place(graph, 0)
    check(graph, layout, acyclic=False)
    assert layout == place(graph, 0)


def test_fifty_thousand_blocks_in_a_row():
    graph = network(1, [[i] for i in range(50_000)])
    layout = place(graph, 0)
    assert (layout.ranks, layout.lanes) == (50_001, 1)


def test_an_edge_over_many_ranks_tells_few_of_them():
    graph = network(1, [[i] for i in range(999)] + [[999, 0]])
    layout = place(graph, 0)
    check(graph, layout)
    assert len(layout.edges[-1].points) < 20


def test_another_process_gives_the_same_layout():
    code = (
        "import random, test_place\n"
        "r = random.Random(5)\n"
        "nodes = [[i, r.randrange(max(0, i - 9), i + 1)] for i in range(120)]\n"
        "print(test_place.place(test_place.network(1, nodes), 0))\n"
    )
    found = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": found, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
    assert "Layout" in told.pop()
