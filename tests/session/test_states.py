"""States carried from run to run, and lengths that were chosen where a run then failed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from loaders.made import info, random, save, tensor
from onnx import helper

import cutaway
from cutaway.graph import Graph
from cutaway.session.carried import is_state
from cutaway.session.streaming import successors


def recurrent(folder: Path, state: str) -> Path:
    """An LSTM over free sound whose states come first, behind a Slice each."""
    nodes = [
        helper.make_node("Slice", [state, "zero", "one", "zero"], ["h"], "first"),
        helper.make_node("Slice", [state, "one", "two", "zero"], ["c"], "second"),
        helper.make_node("Unsqueeze", ["sound", "last"], ["steps"], "steps"),
        helper.make_node(
            "LSTM", ["steps", "w", "r", "", "", "h", "c"], ["", "hn", "cn"], "lstm",
            hidden_size=8, layout=0,
        ),
        helper.make_node("Concat", ["hn", "cn"], ["next"], "next", axis=0),
    ]  # fmt: skip
    tensors = [
        tensor("w", random(1, 32, 1)), tensor("r", random(1, 32, 8, seed=1)),
        tensor("zero", np.array([0])), tensor("one", np.array([1])), tensor("two", np.array([2])),
        tensor("last", np.array([2])),
    ]  # fmt: skip
    inputs = [info(state, 2, None, 8), info("sound", None, None)]
    return save(folder, "recurrent", nodes, inputs, [info("next", 2, None, 8)], tensors)


def graph_of(path: Path) -> Graph:
    from cutaway.loaders.onnx import LOADER
    from cutaway.settings import Options

    return LOADER.open(path, lambda _: None, Options()).graph


@pytest.mark.parametrize("name", ["state", "what_it_knows"])
def test_a_state_is_known_by_its_name_or_by_its_reader(name: str, tmp_path: Path) -> None:
    graph = graph_of(recurrent(tmp_path, name))
    told = {graph.values[value].name: is_state(graph, value) for value in graph.inputs}
    assert told == {name: True, "sound": False}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("past_key_values.0.key", True), ("h0", True), ("encoder/c_0", True), ("hidden_in", True),
        ("State", True), ("statement", False), ("patch", False), ("ch0", False), ("input", False),
    ],
)  # fmt: skip
def test_names_of_states(name: str, expected: bool, tmp_path: Path) -> None:
    path = save(
        tmp_path, "one", [helper.make_node("Neg", [name], ["y"])], [info(name, 2)], [info("y", 2)]
    )
    graph = graph_of(path)
    assert is_state(graph, graph.inputs[0]) is expected


def test_the_main_input_is_none_that_is_carried(tmp_path: Path) -> None:
    nodes_see_steps = recurrent(tmp_path, "what_it_knows")
    with cutaway.open(nodes_see_steps, shapes={"sound": (40, 1)}) as model:
        run = model.run()
        assert run.info["state"] == "done", run.info["message"]
        assert run["sound"].shape == (40, 1)
        assert np.ptp(run["sound"]) > 0
        np.testing.assert_array_equal(run["what_it_knows"], np.zeros((2, 1, 8), np.float32))


@pytest.mark.parametrize(
    ("states", "outputs", "expected"),
    [
        (["state"], ["output", "stateN"], {"state": "stateN"}),
        (["h0", "c0"], ["y", "hn", "cn"], {"h0": "hn", "c0": "cn"}),
        (["c0", "h0"], ["y", "hn", "cn"], {"c0": "cn", "h0": "hn"}),
        (["hidden_in"], ["hidden_out", "other"], {"hidden_in": "hidden_out"}),
        (["past.0.key", "past.0.value"], ["present.0.key", "present.0.value"],
         {"past.0.key": "present.0.key", "past.0.value": "present.0.value"}),
        (["state"], ["one", "two"], {}),
        (["state_a", "state_b"], ["one", "two"], {"state_a": "one", "state_b": "two"}),
    ],
)  # fmt: skip
def test_a_state_and_what_comes_after_it(
    states: list[str], outputs: list[str], expected: dict[str, str], tmp_path: Path
) -> None:
    nodes = [helper.make_node("Neg", [states[0]], [one], f"of {one}") for one in outputs]
    path = save(
        tmp_path, "net", nodes, [info(one, 1, 4) for one in states],
        [info(one, 1, 4) for one in outputs],
    )  # fmt: skip
    graph = graph_of(path)
    names = {graph.values[a].name: graph.values[b].name for a, b in successors(graph).items()}
    assert names == expected


def picky(folder: Path) -> Path:
    """Takes any length, it says, but can only be run on 30."""
    nodes = [helper.make_node("Reshape", ["x", "shape"], ["y"], "five_sixes")]
    tensors = [tensor("shape", np.array([5, 6]))]
    return save(folder, "picky", nodes, [info("x", "n")], [info("y", 5, 6)], tensors)


def test_a_failed_run_on_chosen_lengths_names_them(tmp_path: Path) -> None:
    path = picky(tmp_path)
    with cutaway.open(path) as model:
        told = model.run().info
        assert told["state"] == "failed"
        assert "were chosen here (x=512): where they are the matter" in told["message"]
        assert "by --shape" in told["message"]
        given = model.run(np.zeros(7, np.float32)).info
        assert given["state"] == "failed"
        assert "--shape" not in given["message"]
    with cutaway.open(path, shapes={"x": (7,)}) as model:
        assert "--shape" not in model.run().info["message"]
    with cutaway.open(path, shapes={"x": (30,)}) as model:
        assert model.run()["y"].shape == (5, 6)


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "shapes", "expected"),
    [
        ("silero_vad", {}, {"input": (1, 512), "state": (2, 1, 128), "output": (1, 1)}),
        ("silero_vad", {"input": (3, 512), "state": (2, 3, 128)}, {"output": (3, 1)}),
        ("dtln_1", {}, {"input_2": (1, 1, 257), "input_3": (1, 2, 128, 2)}),
        ("yunet_dynamic", {}, {"input": (1, 3, 224, 224)}),
        ("yunet_dynamic", {"input": (1, 3, 64, 96)}, {"input": (1, 3, 64, 96)}),
        ("basic_pitch", {}, {"StatefulPartitionedCall:1": (1, 172, 88)}),
    ],
)
def test_real_networks_run_on_what_was_not_given(
    name: str,
    shapes: dict[str, tuple[int, ...]],
    expected: dict[str, tuple[int, ...]],
    data: Path,
) -> None:
    with cutaway.open(data / "models" / "onnx" / f"{name}.onnx", shapes=shapes) as model:
        run = model.run()
        assert run.info["state"] == "done", run.info["message"]
        assert {value: run[value].shape for value in expected} == expected
