"""What holds of any graph, however it is made."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layout.graphs import check, network

from cutaway.graph import Group
from cutaway.layout import place, sides

ROOT = Group(0, "", None, "root")
FIXED = settings(deadline=None, max_examples=150)


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


@pytest.mark.parametrize("most", [400, 3])
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
