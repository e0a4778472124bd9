"""A model opened for a test, with something to feed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from cutaway.graph import Node
from cutaway.loaders import Model, open_model
from cutaway.loaders.base import Options
from cutaway.trace import Array, Capture, Control, Runner

FREE: dict[str, dict[str, tuple[int, ...]]] = {
    "residual.pt": {"x": (1, 3, 33, 40), "image": (1, 3, 33, 40)},
    "silero_vad.jit": {"x": (1, 512)},
    "silero_vad.onnx": {"input": (1, 512), "state": (2, 1, 128)},
    "yunet_dynamic.onnx": {"input": (1, 3, 64, 96)},
}
"""Shapes for inputs whose free axes the network does not take at any length."""


@dataclass
class Opened:
    """A model, its runner, and one run."""

    model: Model
    runner: Runner
    feeds: dict[int, Array]
    capture: Capture


def opened(path: Path) -> Opened:
    """The model in a file, run once on random numbers; the tests' own pickles are trusted."""
    model = open_model(path, lambda _: None, Options(trust=path.suffix == ".joblib"))
    runner = model.start()
    feeds = random_feeds(model)
    return Opened(model, runner, feeds, runner.run(feeds, Control()))


def random_feeds(model: Model, seed: int = 0) -> dict[int, Array]:
    """One array for every input: small numbers, words for text."""
    draw = np.random.default_rng(seed)
    feeds: dict[int, Array] = {}
    for value in model.graph.inputs:
        described = model.graph.values[value]
        free = FREE.get(model.name, {}).get(described.name)
        shape = free or [
            length if isinstance(length, int) else 2 for length in described.shape or ()
        ]
        if described.dtype == "object":
            feeds[value] = np.full(shape, "a word", object)
        elif described.name == "sr":
            feeds[value] = np.full(shape, 16000, np.int64)
        elif np.dtype(described.dtype).kind in "iu":
            feeds[value] = draw.integers(1, 9, shape).astype(described.dtype)
        else:
            feeds[value] = draw.standard_normal(shape).astype(described.dtype)
    return feeds


def array_of(case: Opened, value: int) -> Array | None:
    """The array of a value: a weight's from the file, else what the run kept of it."""
    held = case.model.graph.values[value].what in ("weight", "constant")
    return case.model.weight(value) if held else case.capture.tensors.get(value)


def weight(case: Opened, name: str) -> Array:
    """The array of the weight of that name."""
    return case.model.weight(case.model.graph.value_named[name].id)


def node(case: Opened, name: str) -> Node:
    """The node of that name."""
    return case.model.graph.node_named[name]


def case_of(
    request: pytest.FixtureRequest, made: Mapping[str, Callable[[Path], Path]], folder: Path
) -> Opened:
    """The model that a fixture's parameter names: one that is made, or a real file."""
    name: str = request.param
    if name in made:
        return opened(made[name](folder))
    data: Path = request.getfixturevalue("data")
    return opened(data / "models" / name)
