"""How Keras 1 put layers together, and what of its files is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from loaders.made_keras_first import (
    Array,
    close,
    entry,
    first,
    layer,
    model,
    node,
    numbers,
    run,
    sequential,
    trained,
    write,
)

from cutaway.errors import BrokenFile, RefusedFile, UnsupportedModel
from cutaway.loaders.base import Options
from cutaway.loaders.keras import LOADER


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "first.h5"


LEFT, RIGHT = numbers(2, 4, seed=1), numbers(2, 4, seed=2)
MERGED = {
    "sum": LEFT + RIGHT,
    "mul": LEFT * RIGHT,
    "ave": (LEFT + RIGHT) / 2,
    "max": np.maximum(LEFT, RIGHT),
    "concat": np.concatenate([LEFT, RIGHT], 1),
    "dot": (LEFT * RIGHT).sum(1, keepdims=True),
}


def merging(mode: str, **more: Any) -> dict[str, Any]:
    return {
        "mode": mode, "mode_type": "raw", "concat_axis": 1, "dot_axes": [1, 1],
        "output_shape": None, "output_shape_type": "raw", "output_mask": None,
        "output_mask_type": "raw", "arguments": {}, **more,
    }  # fmt: skip


@pytest.mark.parametrize("mode", MERGED)
def test_merging(mode: str, path: Path) -> None:
    layers = [
        entry("left", (4,)), entry("right", (4,)),
        node("Merge", "merge", ["left", "right"], **merging(mode)),
    ]  # fmt: skip
    config = model(layers, ["left", "right"], ["merge"])
    write(path, config, {"left": (), "right": (), "merge": ()})
    close(run(path, LEFT, RIGHT)[0], MERGED[mode])


@pytest.mark.parametrize("kind", ["lambda", "function"])
def test_merging_by_code_is_refused(kind: str, path: Path) -> None:
    layers = [
        entry("left", (4,)), entry("right", (4,)),
        node("Merge", "merge", ["left", "right"], **merging("c\x01\x00", mode_type=kind)),
    ]  # fmt: skip
    write(path, model(layers, ["left", "right"], ["merge"]), {})
    with pytest.raises(RefusedFile, match="holds code in layer 'merge'"):
        LOADER.open(path, lambda _: None, Options())


def test_merging_by_cosine_is_refused(path: Path) -> None:
    layers = [
        entry("left", (4,)), entry("right", (4,)),
        node("Merge", "merge", ["left", "right"], **merging("cos")),
    ]  # fmt: skip
    write(path, model(layers, ["left", "right"], ["merge"]), {})
    with pytest.raises(UnsupportedModel, match=r"layer 'merge' of first\.h5 merges by 'cos'"):
        LOADER.open(path, lambda _: None, Options())


def dense(name: str, units: int) -> dict[str, Any]:
    return trained("Dense", name, output_dim=units, activation="linear", bias=True)


def test_a_sequential_model_that_begins_with_two(path: Path) -> None:
    held = {name: [numbers(4, 3, seed=seed), numbers(3, seed=seed)]
            for seed, name in enumerate(("one", "two"))}  # fmt: skip
    held["last"] = [numbers(6, 2), numbers(2)]
    branches = [
        {"class_name": "Sequential", "config": [first(dense(name, 3), (4,))]}
        for name in ("one", "two")
    ]
    layers = [layer("Merge", "merge", **merging("concat"), layers=branches), dense("last", 2)]
    weights = {"one": held["one"], "two": held["two"], "merge": (), "last": held["last"]}
    write(path, {"class_name": "Sequential", "config": layers}, weights)
    joined = np.concatenate(
        [x @ w + b for x, (w, b) in zip((LEFT, RIGHT), (held["one"], held["two"]), strict=True)], 1
    )
    close(run(path, LEFT, RIGHT)[0], joined @ held["last"][0] + held["last"][1])


def test_models_inside_and_layers_called_twice(path: Path) -> None:
    """The weights of a model inside lie together: what is trained first, of all its layers."""
    w, b, w2, b2 = numbers(4, 3), numbers(3), numbers(3, 4), numbers(4)
    gamma, beta, mean, variance = (numbers(3, seed=seed) ** 2 for seed in range(4))
    frozen = numbers(4, 4)
    norm = layer("BatchNormalization", "norm", mode=0, axis=-1, epsilon=1e-3, momentum=0.9)
    still = dense("still", 4)
    still["config"] |= {"trainable": False, "bias": False}
    inner = [first(dense("a", 3), (4,)), norm, dense("b", 4), still]
    shared = node("Sequential", "inside", ["left"])
    shared["config"] = inner
    shared["inbound_nodes"].append([["right", 0, 0]])
    merge = node("Merge", "merge", [], **merging("sum"))
    merge["inbound_nodes"] = [[["inside", 0, 0], ["inside", 1, 0]]]
    layers = [entry("left", (4,)), entry("right", (4,)), shared, merge]
    trained_first = [w, b, gamma, beta, w2, b2, mean, variance, frozen]
    weights = {"left": (), "right": (), "inside": trained_first, "merge": ()}
    write(path, model(layers, ["left", "right"], ["merge"]), weights)

    def inside(x: Array) -> Array:
        x = gamma * (x @ w + b - mean) / np.sqrt(variance + 1e-3) + beta
        return (x @ w2 + b2) @ frozen

    close(run(path, LEFT, RIGHT)[0], inside(LEFT) + inside(RIGHT))


def test_a_model_without_a_name_inside_a_sequential_one(path: Path) -> None:
    w, b, w2, b2 = numbers(4, 3), numbers(3), numbers(3, 4), numbers(4)
    layers = [
        {"class_name": "Sequential", "config": [first(dense("a", 3), (4,))]},
        {"class_name": "Sequential", "config": [dense("b", 4)]},
    ]
    weights = {"sequential_7": [w, b], "sequential_8": [w2, b2]}
    write(path, {"class_name": "Sequential", "config": layers}, weights)
    close(run(path, LEFT)[0], (LEFT @ w + b) @ w2 + b2)


@pytest.mark.parametrize("kind", ["MaxoutDense", "Highway", "SReLU", "LocallyConnected1D"])
def test_layers_that_are_gone_are_named(kind: str, path: Path) -> None:
    sequential(path, [first(trained(kind, "lost", output_dim=3), (4,))], {})
    with pytest.raises(UnsupportedModel, match=f"layer 'lost' of first.h5 is a {kind}, which Ker"):
        LOADER.open(path, lambda _: None, Options())


@pytest.mark.parametrize("version", ["1.0.3", None])
def test_a_file_is_known_by_its_version_or_its_words(version: str | None, path: Path) -> None:
    w, b = numbers(4, 3), numbers(3)
    sequential(path, [first(dense("dense", 3), (4,))], {"dense": [w, b]}, version=version)
    close(run(path, LEFT)[0], LEFT @ w + b)
    facts = LOADER.open(path, lambda _: None, Options()).facts
    assert facts.producer == (version and f"Keras {version}")
    assert "taken as tensorflow" in facts.metadata["saved_by"]


def test_weights_that_do_not_fit_are_broken(path: Path) -> None:
    layers = [first(dense("dense", 3), (4,))]
    for weights in ({"dense": [numbers(4, 3)]}, {"dense": [numbers(4, 2), numbers(3)]},
                    {"other": [numbers(4, 3)], "dense": ()}):  # fmt: skip
        sequential(path, layers, weights)
        with pytest.raises(BrokenFile, match=r"first\.h5"):
            LOADER.open(path, lambda _: None, Options())
