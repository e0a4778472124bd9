"""Damaged and hostile boosters, and the reader of Universal Binary JSON."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from loaders.made_trees import TREES, samples, wanted, xgboost_booster

from cutaway.errors import BrokenFile, ModelError, UnsupportedModel
from cutaway.loaders import open_model
from cutaway.loaders.trees import opening
from cutaway.loaders.trees.forest import DEEPEST
from cutaway.loaders.trees.ubjson import UbjsonError, read_ubjson
from cutaway.trace import Control


def document(tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    path = TREES["trees xgboost json"](tmp_path)
    return path, json.loads(path.read_text())


def first_tree(held: dict[str, Any]) -> dict[str, Any]:
    return held["learner"]["gradient_booster"]["model"]["trees"][0]


def test_trees_that_lead_nowhere_or_back_are_told(tmp_path: Path) -> None:
    path, good = document(tmp_path)

    def told(change: Any, kind: type[ModelError] = BrokenFile) -> str:
        held = json.loads(json.dumps(good))
        change(held)
        path.write_text(json.dumps(held))
        with pytest.raises(kind) as error:
            open_model(path, lambda _: None)
        assert path.name in str(error.value)
        return str(error.value)

    assert "leads to node 99999" in told(
        lambda d: first_tree(d)["left_children"].__setitem__(0, 99999)
    )
    assert "comes to node 0 twice" in told(
        lambda d: first_tree(d)["left_children"].__setitem__(0, 0)
    )
    assert "asks for feature 77, of 5" in told(
        lambda d: first_tree(d)["split_indices"].__setitem__(0, 77)
    )
    assert "branches to the left" in told(lambda d: first_tree(d)["right_children"].pop())
    assert "damaged or incomplete" in told(lambda d: first_tree(d).pop("default_left"))
    assert "an output that it has not" in told(
        lambda d: d["learner"]["gradient_booster"]["model"]["tree_info"].__setitem__(0, 5)
    )
    assert "trees," in told(lambda d: d["learner"]["gradient_booster"]["model"]["trees"].pop())
    assert "0 features" in told(
        lambda d: d["learner"]["learner_model_param"].update(num_feature="0")
    )
    assert "features" in told(
        lambda d: d["learner"]["learner_model_param"].update(num_feature="99999999999")
    )
    assert "gblinear" in told(
        lambda d: d["learner"]["gradient_booster"].update(name="gblinear"), UnsupportedModel
    )
    assert "decisions deep" in told(lambda d: first_tree(d).update(deep(DEEPEST + 2)))


def deep(depth: int) -> dict[str, Any]:
    """A tree whose every decision has a leaf to the right and the next decision to the left."""
    left, right = [], []
    for at in range(depth):
        left += [2 * at + 2, -1]
        right += [2 * at + 1, -1]
    return {"left_children": [*left, -1], "right_children": [*right, -1]}


def test_a_tree_of_the_depth_that_is_allowed_runs(tmp_path: Path) -> None:
    path, held = document(tmp_path)
    count = 2 * DEEPEST + 1
    first_tree(held).update(
        deep(DEEPEST),
        split_indices=[0] * count,
        split_conditions=[0.5] * count,
        default_left=[0] * count,
    )
    path.write_text(json.dumps(held))
    model = open_model(path, lambda _: None)
    capture = model.start().run({model.graph.inputs[0]: samples(3, holes=False)}, Control())
    assert capture.tensors[model.graph.outputs[0]].shape == (3, 1)


def test_deep_and_large_documents_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"learner":{"attributes":' + "[" * 200_000)
    with pytest.raises(BrokenFile, match="truncated or damaged"):
        open_model(path, lambda _: None)
    path.write_bytes(b"{L\0\0\0\0\0\0\0\x07learner{" + b"L\0\0\0\0\0\0\0\1a[" + b"[" * 5000)
    with pytest.raises(BrokenFile, match="lie inside one another"):
        open_model(path, lambda _: None)
    monkeypatch.setattr(opening, "LARGEST", 1000)
    with pytest.raises(UnsupportedModel, match="boosters of at most"):
        open_model(path, lambda _: None)


def test_a_stated_length_takes_no_memory() -> None:
    huge = (1 << 60).to_bytes(8, "big")
    bad = [
        b"[$d#L" + huge, b"[#L" + huge, b"SL" + huge, b"{#L" + huge, b"[$T#L" + huge,
        b"{L" + huge, b"[$d#l\xff\xff\xff\xff", b"[$d", b"[", b"{", b"q", b"", b"i", b"[$x#i\1",
    ]  # fmt: skip
    tracemalloc.start()
    for content in bad:
        with pytest.raises(UbjsonError):
            read_ubjson(content)
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()


def test_ubjson_is_read_as_json_is() -> None:
    booster = xgboost_booster(wanted(samples()) > 1, objective="binary:logistic")

    def plain(held: Any) -> Any:
        if isinstance(held, dict):
            return {word: plain(one) for word, one in held.items()}
        if isinstance(held, np.ndarray):
            return held.tolist()
        return [plain(one) for one in held] if isinstance(held, list) else held

    held = plain(read_ubjson(bytes(booster.save_raw("ubj"))))
    own = json.loads(bytes(booster.save_raw("json")))
    assert held.keys() == own.keys()
    assert held["learner"]["learner_model_param"] == own["learner"]["learner_model_param"]
    ours, theirs = first_tree(held), first_tree(own)
    assert ours.keys() == theirs.keys()
    for word in ("left_children", "split_indices", "default_left", "tree_param"):
        assert ours[word] == theirs[word]
    np.testing.assert_allclose(ours["split_conditions"], theirs["split_conditions"], rtol=1e-6)
    assert read_ubjson(b"{i\1a[TFZNC!]i\1bSi\2hiU\1cI\1\0}") == {
        "a": [True, False, None, "!"], "b": "hi", "c": 256,
    }  # fmt: skip


@pytest.mark.parametrize("name", [name for name in TREES if "sklearn" not in name])
def test_damaged_boosters_are_told(name: str, tmp_path: Path) -> None:
    path = TREES[name](tmp_path)
    whole = path.read_bytes()
    draw = np.random.default_rng(0)
    opened, said = 0, list[str]()
    for _ in range(60):
        damaged = bytearray(whole)
        at = int(draw.integers(60, len(whole)))
        damaged[at] = ord("0123456789.-,"[int(draw.integers(13))])
        path.write_bytes(damaged if draw.random() < 0.7 else damaged[:at])
        try:
            model = open_model(path, lambda _: None)
        except ModelError as problem:
            said.append(str(problem))
        else:
            opened += 1
            model.start().close()
    assert 0 < opened < 60
    assert all(path.name in sentence for sentence in said)
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BrokenFile):
        open_model(path, lambda _: None)
