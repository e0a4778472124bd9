"""Lengths of free axes chosen for a run, and what single inputs are given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from loaders.made import info, save
from onnx import TensorProto, helper

import cutaway
from cutaway.worker import RemoteSession

Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``y = x * scale + sr`` over a free batch and length; a reshape refuses odd lengths."""
    nodes = [
        helper.make_node("Mul", ["x", "scale"], ["scaled"], "scaled"),
        helper.make_node("Cast", ["sr"], ["rate"], "rate", to=TensorProto.FLOAT),
        helper.make_node("Add", ["scaled", "rate"], ["added"], "added"),
        helper.make_node("Reshape", ["added", "pairs"], ["y"], "pairs"),
    ]
    inputs = [
        info("x", "batch", "length"),
        info("scale", "batch", "length"),
        info("sr", kind=TensorProto.INT64),
    ]
    pairs = helper.make_tensor("pairs", TensorProto.INT64, (2,), [-1, 2])
    folder = tmp_path_factory.mktemp("given")
    return save(folder, "given", nodes, inputs, [info("y", None, 2)], [pairs])


@pytest.fixture
def ask(net: Path) -> Iterator[Ask]:
    """Runs the network and gives what the page is told of it."""
    session = RemoteSession(net)

    def run(**more: Any) -> dict[str, Any]:
        trace = session.run({"input": {"synthetic": True}, **more})
        return orjson.loads(bytes(session.get(f"/t/{trace}/info").result(60).body))

    yield run
    session.close()


def shapes(document: dict[str, Any]) -> dict[str, list[int]]:
    return {one["name"]: one["shape"] for one in document["inputs"]}


def test_every_input_is_told_with_what_it_was_given(ask: Ask) -> None:
    told = {one["name"]: one for one in ask()["inputs"]}
    assert told["x"]["free"] == [True, True]
    assert told["x"]["given"].startswith("synthetic")
    assert (told["scale"]["given"], told["scale"]["by"]) == ("zeros", "default")
    assert told["sr"] == {
        "value": told["sr"]["value"], "name": "sr", "shape": [], "dtype": "int64", "free": [],
        "chosen": [], "given": "a sample rate of 16,000", "by": "default", "number": 16000.0,
    }  # fmt: skip


def test_chosen_lengths_hold_for_later_runs(ask: Ask) -> None:
    chosen = ask(shapes={"x": [3, 8]})
    assert shapes(chosen) == {"x": [3, 8], "scale": [3, 8], "sr": []}
    assert chosen["inputs"][0]["chosen"] == [3, 8]
    assert shapes(ask())["x"] == [3, 8]
    assert shapes(ask(shapes={"x": [None, 4]}))["x"] == [1, 4]
    assert shapes(ask(shapes={}))["x"] == [1, 512]


@pytest.mark.parametrize(
    ("impossible", "word"),
    [
        ({"x": [1, 0]}, "from 1"),
        ({"x": [1, "8"]}, "from 1"),
        ({"x": [1, 2, 3]}, "1x2x3"),
        ({"z": [1]}, "'z'"),
        ({"x": [1, 7]}, ""),
    ],
)
def test_impossible_lengths_are_refused_and_forgotten(
    ask: Ask, impossible: dict[str, Any], word: str
) -> None:
    ask(shapes={"x": [2, 6]})
    failed = ask(shapes=impossible)
    assert failed["state"] == "failed"
    assert word in failed["message"]
    assert shapes(ask())["x"] == [2, 6]


def test_one_input_is_given_an_array_and_another_a_number(
    ask: Ask, net: Path, tmp_path: Path
) -> None:
    np.save(tmp_path / "scale.npy", np.arange(4.0).reshape(1, 4))
    np.savez(tmp_path / "several.npz", other=np.ones(1), scale=np.ones((1, 4), np.float32))
    given = {"scale": {"path": str(tmp_path / "scale.npy"), "name": "scale.npy"}}
    told = {one["name"]: one for one in ask(given={**given, "sr": {"number": 8000}})["inputs"]}
    assert (told["x"]["shape"], told["scale"]["given"]) == ([1, 512], "scale.npy")
    fits = ask(shapes={"x": [1, 4]}, given={**given, "sr": {"number": 8000}})
    assert fits["state"] == "done"
    told = {one["name"]: one for one in fits["inputs"]}
    assert (told["sr"]["number"], told["sr"]["by"]) == (8000.0, "user")
    archive = {"scale": {"path": str(tmp_path / "several.npz"), "name": "several.npz"}}
    assert ask(given=archive)["inputs"][1]["given"] == "several.npz"
    with cutaway.open(net) as model:
        assert model.run()["y"].size == 512


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"nobody": {"number": 1}}, "'nobody'"),
        ({"sr": {"number": 0.5}}, "int64"),
        ({"sr": {"number": "many"}}, "many"),
    ],
)
def test_what_does_not_fit_an_input_is_said(ask: Ask, given: dict[str, Any], word: str) -> None:
    failed = ask(given=given)
    assert failed["state"] == "failed"
    assert word in failed["message"]


def test_the_main_input_can_be_given_alone(ask: Ask, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.ones((2, 6), np.float32))
    told = ask(given={"x": {"path": str(tmp_path / "x.npy"), "name": "x.npy"}})
    assert (told["state"], told["synthetic"]) == ("done", False)
    assert shapes(told) == {"x": [2, 6], "scale": [2, 6], "sr": []}
