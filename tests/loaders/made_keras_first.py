"""Files as Keras 1 wrote them, and its layers computed by hand."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from cutaway.loaders.base import Options
from cutaway.loaders.keras import LOADER
from cutaway.trace import Control

Array = npt.NDArray[Any]
Weights = Mapping[str, Sequence[Array]]

TRAINING: dict[str, Any] = {
    "init": "glorot_uniform",
    "W_regularizer": None,
    "b_regularizer": {"name": "WeightRegularizer", "l1": 0.0, "l2": 0.01},
    "activity_regularizer": None,
    "W_constraint": {"name": "MaxNorm", "m": 2, "axis": 0},
    "b_constraint": None,
}
"""What every layer with weights said of its training."""


def layer(kind: str, name: str, /, **config: Any) -> dict[str, Any]:
    return {"class_name": kind, "config": {"name": name, "trainable": True, **config}}


def trained(kind: str, name: str, /, **config: Any) -> dict[str, Any]:
    return layer(kind, name, **TRAINING, **config)


def first(one: dict[str, Any], shape: Sequence[int | None], dtype: str | None = "float32") -> Any:
    """The first layer of a sequential model says what goes into it; Keras 2 left the dtype out."""
    one["config"] |= {"batch_input_shape": [None, *shape]}
    one["config"] |= {} if dtype is None else {"input_dtype": dtype}
    return one


def node(kind: str, name: str, inbound: Sequence[str], **config: Any) -> dict[str, Any]:
    """A layer of a functional model."""
    nodes = [[[before, 0, 0] for before in inbound]] if inbound else []
    return {**layer(kind, name, **config), "name": name, "inbound_nodes": nodes}


def entry(name: str, shape: Sequence[int | None], dtype: str = "float32") -> dict[str, Any]:
    config = {"batch_input_shape": [None, *shape], "input_dtype": dtype, "sparse": False}
    made = node("InputLayer", name, (), **config)
    del made["config"]["trainable"]
    return made


def model(layers: Sequence[Any], inputs: Sequence[str], outputs: Sequence[str]) -> dict[str, Any]:
    config = {
        "name": "model_1",
        "layers": list(layers),
        "input_layers": [[name, 0, 0] for name in inputs],
        "output_layers": [[name, 0, 0] for name in outputs],
    }
    return {"class_name": "Model", "config": config, "name": "model_1"}


def write(
    path: Path,
    config: dict[str, Any],
    weights: Weights,
    *,
    version: str | None = "1.2.2",
    backend: str | None = None,
) -> Path:
    """The file; every layer that is not named has no weights, as they stand in ``weights``."""
    with h5py.File(path, "w") as file:
        if version is not None:
            file.attrs["keras_version"] = version.encode()
        file.attrs["model_config"] = json.dumps(config).encode()
        held = file.create_group("model_weights")
        if backend is not None:
            held.attrs["backend"] = backend.encode()
        held.attrs["layer_names"] = [name.encode() for name in weights]
        for name, arrays in weights.items():
            group = held.create_group(name)
            names = [f"{name}_weight_{number}" for number in range(len(arrays))]
            group.attrs["weight_names"] = [one.encode() for one in names]
            for one, array in zip(names, arrays, strict=True):
                group[one] = array
    return path


def sequential(path: Path, layers: Sequence[Any], weights: Weights, **how: Any) -> Path:
    """The file of a bare list of layers."""
    names = [one["config"]["name"] for one in layers if isinstance(one["config"], dict)]
    all_weights = {**dict.fromkeys(names, ()), **weights}
    return write(path, {"class_name": "Sequential", "config": list(layers)}, all_weights, **how)


def run(path: Path, *feeds: Array) -> list[Array]:
    """What the model's outputs are, from the runner's capture."""
    opened = LOADER.open(path, lambda _: None, Options())
    fed = dict(zip(opened.graph.inputs, feeds, strict=True))
    capture = opened.start().run(fed, Control())
    assert capture.failure is None, capture.failure
    return [capture.tensors[value] for value in opened.graph.outputs]


def close(found: Array, expected: Array) -> None:
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def numbers(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng([seed, *shape]).standard_normal(shape).astype(np.float32)


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def hard_sigmoid(x: Array) -> Array:
    """As it was up to Keras 2."""
    return np.minimum(1, np.maximum(0, 0.2 * x + 0.5))


def correlated(
    x: Array, kernel: Callable[..., Any], size: tuple[int, int], step: int = 1, apart: int = 1
) -> Array:
    """A sum over windows without padding, channels last.

    Args:
        x: (N, H, W, C).
        kernel: the (C, out) matrix of a window's row and column.
        size: rows and columns of the window.
        step: between windows.
        apart: between the cells of a window.
    """
    rows, columns = ((size[axis] - 1) * apart + 1 for axis in (0, 1))
    tall, wide = (x.shape[1] - rows) // step + 1, (x.shape[2] - columns) // step + 1
    total: Any = 0
    for row, column in itertools.product(range(size[0]), range(size[1])):
        top, left = row * apart, column * apart
        part = x[:, top : top + tall * step : step, left : left + wide * step : step]
        total = total + part @ kernel(row, column)
    return total


def lstm(x: Array, gates: Mapping[str, Sequence[Array]], inner: Any = hard_sigmoid) -> Array:
    """The last state; x is (N, T, C), gates i, c, f, o hold W, U and b."""
    state = cell = np.zeros((x.shape[0], gates["i"][2].size), np.float32)
    for step in x.swapaxes(0, 1):
        z = {gate: step @ w + state @ u + b for gate, (w, u, b) in gates.items()}
        cell = inner(z["f"]) * cell + inner(z["i"]) * np.tanh(z["c"])
        state = inner(z["o"]) * np.tanh(cell)
    return state


def gru(x: Array, gates: Mapping[str, Sequence[Array]]) -> Array:
    """The last state; gates z, r, h hold W, U and b, reset applied before the product."""
    state = np.zeros((x.shape[0], gates["z"][2].size), np.float32)
    for step in x.swapaxes(0, 1):
        update, reset = (
            hard_sigmoid(step @ w + state @ u + b) for w, u, b in (gates["z"], gates["r"])
        )
        w, u, b = gates["h"]
        state = update * state + (1 - update) * np.tanh(step @ w + (reset * state) @ u + b)
    return state


def gates(names: str, seed: int = 0, ins: int = 4, outs: int = 3) -> dict[str, list[Array]]:
    """W, U and b of each gate, large enough for the inner activation to reach its ends."""
    return {
        name: [2 * numbers(*shape, seed=seed + ord(name)) for shape in ((ins, outs), (outs, outs))]
        + [numbers(outs, seed=seed + ord(name))]
        for name in names
    }


def flat(gates: dict[str, list[Array]]) -> list[Array]:
    return [array for held in gates.values() for array in held]


def joined(gates: dict[str, list[Array]], order: str) -> list[Array]:
    """One array of each sort, as for graphics cards."""
    return [np.concatenate([gates[name][sort] for name in order], -1) for sort in range(3)]
