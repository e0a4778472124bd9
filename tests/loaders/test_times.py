"""How long nodes take: all that ran, and what came before a failure."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from loaders.made import info, onnx_loop, random, save
from loaders.made_keras import KERAS
from loaders.opened import random_feeds
from loaders.test_onnx_parts import diamonds, in_parts
from loaders.test_onnx_runner import failing
from onnx import helper

from cutaway import demo
from cutaway.loaders import open_model
from cutaway.loaders.timing import repeat, typical
from cutaway.trace import Control


def times(path: Path) -> dict[str, float]:
    """Seconds by the names of the nodes of a model that is fed at random."""
    model = open_model(path, lambda _: None)
    seconds = model.start().times(random_feeds(model), Control())
    return {model.graph.nodes[node].name: found for node, found in seconds.items()}


@pytest.mark.parametrize("prefer_keras", [True, False])
def test_every_node_of_the_demo_is_timed(prefer_keras: bool) -> None:
    path = demo.model(prefer_keras=prefer_keras)
    model = open_model(path, lambda _: None)
    runner, feeds = model.start(), random_feeds(model)
    started = time.perf_counter()
    seconds = runner.times(feeds, Control())
    elapsed = time.perf_counter() - started
    inside = set()
    if path.suffix == ".h5":  # there an activation is computed within its layer
        inside = {node.id for node in model.graph.nodes if node.name.endswith("/relu")}
    assert seconds.keys() == {node.id for node in model.graph.nodes} - inside
    assert min(seconds.values()) > 0
    assert sum(seconds.values()) < elapsed


def test_what_works_long_takes_longer(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Neg", ["x"], ["a"], "short"),
        helper.make_node("MatMul", ["w", "w"], ["b"], "long"),
    ]
    inputs = [info("x", 2), info("w", 600, 600)]
    outputs = [info("a", 2), info("b", 600, 600)]
    found = times(save(tmp_path, "two", nodes, inputs, outputs))
    assert found["long"] > 10 * found["short"]


def test_every_part_is_timed(tmp_path: Path) -> None:
    runner = in_parts(diamonds(tmp_path, 20), 8)
    told: list[tuple[int, int]] = []
    feeds = {0: random(2)}
    seconds = runner.times(feeds, Control(lambda done, total: told.append((done, total))))
    assert seconds.keys() == set(range(80))
    assert min(seconds.values()) > 0
    assert len(told) > 5
    np.testing.assert_array_equal(runner.run(feeds, Control()).tensors[0], feeds[0])


@pytest.mark.parametrize("size", [1, 2, 9])
def test_what_ran_before_a_failure_is_timed(size: int, tmp_path: Path) -> None:
    path = failing(tmp_path)
    model = open_model(path, lambda _: None)
    runner = in_parts(path, size)
    seconds = runner.times({0: random(2, 3), 1: np.array([5, 7])}, Control())
    names = {model.graph.nodes[node].name for node in seconds}
    assert "first" in names
    assert not names & {"behind", "last"}
    good = runner.times({0: random(2, 3), 1: np.array([3, 2])}, Control())
    assert len(good) > len(seconds)


def test_a_body_is_within_the_node_that_runs_it(tmp_path: Path) -> None:
    path = onnx_loop(tmp_path)
    model = open_model(path, lambda _: None)
    loop = next(node for node in model.graph.nodes if node.op == "Loop")
    seconds = model.start().times(random_feeds(model), Control())
    assert loop.id in seconds
    assert len(seconds) == 3


def test_an_activation_within_a_layer_is_its_layers(tmp_path: Path) -> None:
    path = KERAS["keras sequential"](tmp_path)
    found = times(path)
    model = open_model(path, lambda _: None)
    split = {n.name for n in model.graph.nodes if model.graph.groups[n.group].what == "fused"}
    assert split
    assert len(found.keys() & split) == len(split) / 2


def test_no_file_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.chdir(scratch)
    assert times(demo.model(prefer_keras=False))
    assert list(scratch.iterdir()) == []


def test_the_first_time_counts_only_where_it_is_the_only_one() -> None:
    assert typical({3: [9.0, 1.0, 3.0, 2.0], 5: [7.0]}) == {3: 2.0, 5: 7.0}


def test_what_is_quick_is_done_again() -> None:
    done: list[int] = []

    def once() -> bool:
        done.append(1)
        return True

    repeat(once)
    assert len(done) == 4
    repeat(once, quick=0)
    assert len(done) == 5
    repeat(lambda: once() and False)
    assert len(done) == 6
