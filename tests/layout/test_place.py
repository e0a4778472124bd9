from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layout.graphs import check, network, places

from cutaway.graph import Group
from cutaway.layout import Places, place

ROOT = Group(0, "", None, "root")
FIXED = settings(deadline=None, max_examples=150)


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


def test_what_nothing_passes_through_is_one_row_in_its_order():
    made = network(0, [[]] * 5)
    graph = replace(made, nodes=tuple(replace(node, writes=()) for node in made.nodes))
    layout = place(graph, 0)
    check(graph, layout)
    assert places(layout) == [(i, 0) for i in range(5)]
    assert (layout.ranks, layout.lanes) == (5, 1)


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
    on_trunk = [("input", 0), *(("node", node) for node in range(8))]
    trunk = {child.lane for child in layout.children if (child.what, child.id) in on_trunk}
    assert len(trunk) == 1
    for edge in layout.edges:
        reader = layout.children[edge.target].id
        if (edge.value, reader) in skips and edge.points:
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


def test_a_group_shows_its_direct_children_and_what_crosses_its_border():
    # in, then a[n1, a/b[n2, n3]], then c[n4]; n4 reads what n1 makes as well.
    groups = [Group(1, "a", 0), Group(2, "a/b", 1), Group(3, "c", 0)]
    graph = network(1, [[0], [1, 0], [2, 1], [3, 1]], groups, {0: 1, 1: 2, 2: 2, 3: 3})
    told = Places(graph)
    assert [(c.what, c.id, c.rank) for c in told.of(0).children] == [
        ("input", 0, 0),
        ("group", 1, 1),
        ("group", 3, 2),
    ]
    # One edge for each value, however many nodes inside read it.
    assert [(e.value, e.source, e.target, e.port) for e in told.of(0).edges] == [
        (0, 0, 1, 0),
        (1, 1, 2, 0),
        (3, 1, 2, 0),
    ]
    assert [(c.what, c.id, c.rank) for c in told.of(1).children] == [
        ("enter", 0, 0),
        ("node", 0, 1),
        ("group", 2, 2),
        ("leave", 1, 3),
        ("leave", 3, 3),
    ]
    assert [(c.what, c.id, c.rank) for c in told.of(2).children] == [
        ("enter", 0, 0),
        ("enter", 1, 0),
        ("node", 1, 1),
        ("node", 2, 2),
        ("leave", 3, 3),
    ]
    assert [(e.value, e.target, e.port) for e in told.of(2).edges] == [
        (1, 2, 0),
        (0, 2, 1),
        (2, 3, 0),
        (1, 3, 1),
        (3, 4, 0),
    ]


def test_what_the_network_returns_leaves_the_groups_that_it_is_made_in():
    groups = [Group(1, "a", 0), Group(2, "a/b", 1)]
    graph = network(1, [[0], [1]], groups, {0: 1, 1: 2})
    graph = replace(graph, outputs=(2,))
    told = Places(graph)
    for group in (1, 2):
        assert [c.id for c in told.of(group).children if c.what == "leave"] == [2]
    assert "leave" not in {child.what for child in told.of(0).children}


def test_a_scope_entered_twice_is_a_cycle():
    groups = [Group(1, "a", 0), Group(2, "b", 0)]
    graph = network(1, [[0], [1], [2]], groups, {0: 1, 1: 2, 2: 1})
    layout = Places(graph).of(0)
    back = [edge for edge in layout.edges if edge.points]
    assert [edge.value for edge in back] == [2]
    assert [child.rank for child in layout.children] == [0, 1, 2]


def test_groups_that_do_not_exist_or_stand_in_the_wrong_order_are_refused():
    with pytest.raises(IndexError, match="no group 7; the graph has 1"):
        Places(network(1, [[0]])).of(7)
    with pytest.raises(ValueError, match="group 1 stands before group 2"):
        Places(network(1, [[0]], [Group(1, "a/b", 2), Group(2, "a", 0)]))


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
