"""Layers of Keras 1 give the numbers of Keras 1, computed here by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from loaders.made_keras_first import (
    Array,
    close,
    correlated,
    first,
    flat,
    gates,
    gru,
    hard_sigmoid,
    joined,
    layer,
    lstm,
    numbers,
    run,
    sequential,
    sigmoid,
    trained,
)

from cutaway.errors import UnsupportedModel
from cutaway.loaders.base import Options
from cutaway.loaders.keras import LOADER

X = numbers(2, 7, 8, 3)
"""Maps: (N, H, W, C)."""
LINES = numbers(2, 6, 4)
"""Sequences: (N, T, C)."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "first.h5"


def relu(x: Array) -> Array:
    return np.maximum(x, 0)


def firsts(x: Array) -> Array:
    """Channels first."""
    return np.moveaxis(x, -1, 1)


def test_dense_and_the_dtype_of_words(path: Path) -> None:
    table, w, b = numbers(10, 4), numbers(24, 5), numbers(5)
    layers = [
        first(
            layer("Embedding", "words", input_dim=10, output_dim=4, input_length=6, init="uniform",
                  W_regularizer=None, W_constraint=None, mask_zero=False, dropout=0.2),
            (6,), "int32",
        ),
        layer("Flatten", "flat"),
        trained("Dense", "dense", output_dim=5, input_dim=24, activation="relu", bias=True),
        layer("Dropout", "drop", p=0.5),
        layer("Activation", "last", activation="hard_sigmoid"),
    ]  # fmt: skip
    words = np.array([[1, 2, 3, 9, 0, 4], [5, 5, 0, 1, 2, 8]], np.int32)
    (found,) = run(sequential(path, layers, {"words": [table], "dense": [w, b]}), words)
    close(found, hard_sigmoid(relu(table[words].reshape(2, -1) @ w + b)))


def convolution(kind: str = "Convolution2D", ordering: str = "tf", **more: Any) -> Any:
    shape = X.shape[1:] if ordering == "tf" else (3, 7, 8)
    config = {
        "nb_filter": 4, "nb_row": 3, "nb_col": 2, "border_mode": "valid", "subsample": [1, 1],
        "activation": "linear", "bias": True, "dim_ordering": ordering, **more,
    }  # fmt: skip
    return first(trained(kind, "conv", **config), shape)


@pytest.mark.parametrize("backend", [None, "tensorflow", "theano"])
@pytest.mark.parametrize("ordering", ["tf", "th"])
@pytest.mark.parametrize(
    ("kind", "more", "how"),
    [
        ("Convolution2D", {"subsample": [2, 2]}, {"step": 2}),
        ("AtrousConvolution2D", {"atrous_rate": [2, 2]}, {"apart": 2}),
    ],
)
def test_convolutions(
    kind: str, more: Any, how: Any, ordering: str, backend: str | None, path: Path
) -> None:
    kernel = numbers(3, 2, 3, 4) if ordering == "tf" else numbers(4, 3, 3, 2)
    b = numbers(4)
    turn = backend == "theano"

    def at(row: int, column: int) -> Array:
        row, column = (2 - row, 1 - column) if turn else (row, column)
        return kernel[row, column] if ordering == "tf" else kernel[:, :, row, column].T

    layers = [convolution(kind, ordering, **more)]
    sequential(path, layers, {"conv": [kernel, b]}, backend=backend)
    (found,) = run(path, X if ordering == "tf" else firsts(X))
    expected = correlated(X, at, (3, 2), **how) + b
    close(found, expected if ordering == "tf" else firsts(expected))


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize(
    ("kind", "more", "apart"),
    [("Convolution1D", {}, 1), ("AtrousConvolution1D", {"atrous_rate": 2}, 2)],
)
def test_convolutions_over_one_axis(
    kind: str, more: Any, apart: int, old: bool, path: Path
) -> None:
    kernel, b = (numbers(5, 4, 3, 1) if old else numbers(3, 1, 4, 5)), numbers(5)
    config = {
        "nb_filter": 5, "filter_length": 3, "border_mode": "valid", "subsample_length": 1,
        "activation": "tanh", "bias": True, "input_dim": 4, "input_length": None, **more,
    }  # fmt: skip
    sequential(path, [first(trained(kind, "conv", **config), (6, 4))], {"conv": [kernel, b]})
    (found,) = run(path, LINES)

    def at(row: int, _: int) -> Array:
        return kernel[:, :, row, 0].T if old else kernel[row, 0]

    expected = (
        correlated(LINES[:, :, None], at, (3, 1), apart=apart)[:, :, 0]
        if apart == 1
        else (sum(LINES[:, 2 * row : 2 * row + 2] @ at(row, 0) for row in range(3)))
    )
    close(found, np.tanh(expected + b))


@pytest.mark.parametrize("ordering", ["tf", "th"])
def test_convolutions_over_three_axes(ordering: str, path: Path) -> None:
    x = numbers(1, 4, 5, 6, 2)
    kernel = numbers(2, 3, 2, 2, 3) if ordering == "tf" else numbers(3, 2, 2, 3, 2)
    config = {
        "nb_filter": 3, "kernel_dim1": 2, "kernel_dim2": 3, "kernel_dim3": 2,
        "border_mode": "valid", "subsample": [1, 1, 1], "activation": "linear", "bias": False,
        "dim_ordering": ordering,
    }  # fmt: skip
    shape = x.shape[1:] if ordering == "tf" else (2, 4, 5, 6)
    sequential(path, [first(trained("Convolution3D", "conv", **config), shape)], {"conv": [kernel]})
    (found,) = run(path, x if ordering == "tf" else firsts(x))
    expected = np.zeros((1, 3, 3, 5, 3), np.float32)
    for a, b, c in np.ndindex(2, 3, 2):
        matrix = kernel[a, b, c] if ordering == "tf" else kernel[:, :, a, b, c].T
        expected += x[:, a : a + 3, b : b + 3, c : c + 5] @ matrix
    close(found, expected if ordering == "tf" else firsts(expected))


@pytest.mark.parametrize("backend", [None, "theano"])
@pytest.mark.parametrize("ordering", ["tf", "th"])
def test_transposed_convolutions(ordering: str, backend: str | None, path: Path) -> None:
    kernel = numbers(3, 2, 3, 4) if ordering == "tf" else numbers(4, 3, 3, 2)
    more = {"output_shape": [None, 15, 16, 4] if ordering == "tf" else [None, 4, 15, 16]}
    layers = [convolution("Deconvolution2D", ordering, subsample=[2, 2], bias=False, **more)]
    sequential(path, layers, {"conv": [kernel]}, backend=backend)
    (found,) = run(path, X if ordering == "tf" else firsts(X))
    expected = np.zeros((2, 15, 16, 4), np.float32)
    for row, column in np.ndindex(3, 2):
        at = (2 - row, 1 - column) if backend == "theano" else (row, column)
        matrix = kernel[at] if ordering == "tf" else kernel[:, :, at[0], at[1]].T
        expected[:, row : row + 14 : 2, column : column + 16 : 2] += X @ matrix
    close(found, expected if ordering == "tf" else firsts(expected))


def test_transposed_convolutions_of_another_size_are_refused(path: Path) -> None:
    layers = [convolution("Deconvolution2D", subsample=[2, 2], output_shape=[None, 16, 16, 4])]
    sequential(path, layers, {"conv": [numbers(3, 2, 3, 4), numbers(4)]})
    with pytest.raises(UnsupportedModel, match=r"'conv' .*states an output of \(None, 16, 16, 4\)"):
        LOADER.open(path, lambda _: None, Options())


@pytest.mark.parametrize("ordering", ["tf", "th"])
def test_separable_convolutions(ordering: str, path: Path) -> None:
    b = numbers(4)
    if ordering == "tf":
        depth, point = numbers(3, 2, 3, 2), numbers(1, 1, 6, 4)
    else:
        depth, point = numbers(2, 3, 3, 2), numbers(4, 6, 1, 1)
    more = {"depth_multiplier": 2, "depthwise_init": "uniform", "pointwise_init": "uniform"}
    sequential(
        path, [convolution("SeparableConvolution2D", ordering, **more)], {"conv": [depth, point, b]}
    )
    (found,) = run(path, X if ordering == "tf" else firsts(X))

    def at(row: int, column: int) -> Array:
        spread = np.zeros((3, 6), np.float32)
        for channel, copy in np.ndindex(3, 2):
            number = (
                depth[row, column, channel, copy]
                if ordering == "tf"
                else (depth[copy, channel, row, column])
            )
            spread[channel, channel * 2 + copy] = number
        return spread

    mixed = point[0, 0] if ordering == "tf" else point[:, :, 0, 0].T
    expected = correlated(X, at, (3, 2)) @ mixed + b
    close(found, expected if ordering == "tf" else firsts(expected))


@pytest.mark.parametrize("ordering", ["tf", "th"])
def test_pads_pools_and_what_is_flat(ordering: str, path: Path) -> None:
    shape = X.shape[1:] if ordering == "tf" else (3, 7, 8)
    layers = [
        first(layer("ZeroPadding2D", "pad", padding=[1, 2], dim_ordering=ordering), shape),
        layer("ZeroPadding2D", "one", padding=[0, 1, 0, 0], dim_ordering=ordering),
        layer("ZeroPadding2D", "side", padding={"left_pad": 2}, dim_ordering=ordering),
        layer("MaxPooling2D", "most", pool_size=[2, 2], strides=[2, 2], border_mode="valid",
              dim_ordering=ordering),
        layer("UpSampling2D", "more", size=[2, 1], dim_ordering=ordering),
        layer("AveragePooling2D", "mean", pool_size=[2, 3], strides=[2, 3], border_mode="valid",
              dim_ordering=ordering),
        layer("Flatten", "flat"),
    ]  # fmt: skip
    (found,) = run(sequential(path, layers, {}), X if ordering == "tf" else firsts(X))
    x = np.pad(X, ((0, 0), (1, 2), (4, 2), (0, 0)))
    x = x.reshape(2, 5, 2, 7, 2, 3).max((2, 4)).repeat(2, axis=1)
    x = x[:, :, :6].reshape(2, 5, 2, 2, 3, 3).mean((2, 4))
    close(found, (x if ordering == "tf" else firsts(x)).reshape(2, -1))


def test_layers_along_one_axis(path: Path) -> None:
    layers = [
        first(layer("ZeroPadding1D", "pad", padding=1), (6, 4)),
        layer("ZeroPadding1D", "side", padding={"right_pad": 1}),
        layer("MaxPooling1D", "most", pool_length=3, stride=3, border_mode="valid"),
        layer("UpSampling1D", "more", length=2),
        layer("AveragePooling1D", "mean", pool_length=2, stride=1, border_mode="valid"),
        layer("GaussianNoise", "noise", sigma=0.1),
        layer("Permute", "turn", dims=[2, 1]),
        layer("Reshape", "shape", target_shape=[20]),
        layer("RepeatVector", "again", n=2),
        layer("GlobalMaxPooling1D", "all"),
        layer("GaussianDropout", "drop", p=0.3),
        layer("ActivityRegularization", "cost", l1=0.1, l2=0.1),
    ]
    (found,) = run(sequential(path, layers, {}), LINES)
    x = np.pad(LINES, ((0, 0), (1, 2), (0, 0))).reshape(2, 3, 3, 4).max(2).repeat(2, axis=1)
    x = (x[:, 1:] + x[:, :-1]) / 2
    close(found, x.swapaxes(1, 2).reshape(2, 20))


@pytest.mark.parametrize("axis", [1, -1])
def test_batch_normalization(axis: int, path: Path) -> None:
    count = X.shape[axis]
    gamma, beta, mean = (numbers(count, seed=seed) for seed in range(3))
    variance = numbers(count, seed=3) ** 2
    config = {
        "mode": 0, "epsilon": 1e-5, "axis": axis, "momentum": 0.9, "beta_init": "zero",
        "gamma_init": "one", "gamma_regularizer": None, "beta_regularizer": None,
    }  # fmt: skip
    layers = [first(layer("BatchNormalization", "norm", **config), X.shape[1:])]
    (found,) = run(sequential(path, layers, {"norm": [gamma, beta, mean, variance]}), X)
    x = np.moveaxis(X, axis, -1)
    x = gamma * (x - mean) / np.sqrt(variance + 1e-5) + beta
    close(found, np.moveaxis(x, -1, axis))


@pytest.mark.parametrize("mode", [1, 2])
def test_statistics_of_what_is_given_are_refused(mode: int, path: Path) -> None:
    layers = [first(layer("BatchNormalization", "norm", mode=mode, axis=-1), (4,))]
    sequential(path, layers, {"norm": [numbers(4)] * 4})
    with pytest.raises(UnsupportedModel, match=rf"layer 'norm' of first.h5 .* of mode {mode}"):
        LOADER.open(path, lambda _: None, Options())


def test_activations_with_settings(path: Path) -> None:
    slopes = numbers(4)
    layers = [
        first(layer("PReLU", "p", init="zero", weights=None), (4,)),
        layer("LeakyReLU", "leak", alpha=0.3),
        layer("ELU", "exp", alpha=0.7),
        layer("ThresholdedReLU", "over", theta=0.25),
    ]
    given = numbers(3, 4, seed=5)
    (found,) = run(sequential(path, layers, {"p": [slopes]}), given)
    x = np.where(given > 0, given, slopes * given)
    x = np.where(x > 0, x, 0.3 * x)
    x = np.where(x > 0, x, 0.7 * (np.exp(x) - 1))
    close(found, np.where(x > 0.25, x, 0))


def recurrent(kind: str, **more: Any) -> dict[str, Any]:
    config = {
        "output_dim": 3, "inner_init": "orthogonal", "forget_bias_init": "one",
        "activation": "tanh", "inner_activation": "hard_sigmoid", "return_sequences": False,
        "go_backwards": False, "stateful": False, "unroll": False, "consume_less": "cpu",
        "input_dim": 4, "input_length": 6, "U_regularizer": None, "dropout_W": 0.1,
        "dropout_U": 0.2, **more,
    }  # fmt: skip
    if kind == "SimpleRNN":
        del config["inner_activation"], config["forget_bias_init"]
    if kind == "GRU":
        del config["forget_bias_init"]
    return trained(kind, "memory", **config)


def test_a_simple_recurrent_layer(path: Path) -> None:
    (held,) = gates("s").values()
    sequential(path, [first(recurrent("SimpleRNN"), (6, 4))], {"memory": held})
    state = np.zeros((2, 3), np.float32)
    for step in LINES.swapaxes(0, 1):
        state = np.tanh(step @ held[0] + state @ held[1] + held[2])
    close(run(path, LINES)[0], state)


@pytest.mark.parametrize("device", ["cpu", "mem", "gpu"])
def test_lstm(device: str, path: Path) -> None:
    held = gates("icfo")
    arrays = joined(held, "ifco") if device == "gpu" else flat(held)
    sequential(path, [first(recurrent("LSTM", consume_less=device), (6, 4))], {"memory": arrays})
    close(run(path, LINES)[0], lstm(LINES, held))


def test_lstm_with_a_true_sigmoid(path: Path) -> None:
    held = gates("icfo")
    sequential(
        path, [first(recurrent("LSTM", inner_activation="sigmoid"), (6, 4))], {"memory": flat(held)}
    )
    close(run(path, LINES)[0], lstm(LINES, held, sigmoid))


@pytest.mark.parametrize("device", ["cpu", "gpu"])
def test_gru(device: str, path: Path) -> None:
    held = gates("zrh")
    arrays = joined(held, "zrh") if device == "gpu" else flat(held)
    sequential(path, [first(recurrent("GRU", consume_less=device), (6, 4))], {"memory": arrays})
    close(run(path, LINES)[0], gru(LINES, held))


def test_both_directions(path: Path) -> None:
    there, back = gates("icfo"), gates("icfo", seed=100)
    both = layer("Bidirectional", "both", merge_mode="concat", layer=recurrent("LSTM"))
    sequential(path, [first(both, (6, 4))], {"both": flat(there) + flat(back)})
    expected = np.concatenate([lstm(LINES, there), lstm(LINES[:, ::-1], back)], -1)
    close(run(path, LINES)[0], expected)


def test_a_layer_at_every_step(path: Path) -> None:
    w, b = numbers(4, 5), numbers(5)
    inner = trained("Dense", "inner", output_dim=5, activation="relu", input_dim=None, bias=True)
    old = trained("TimeDistributedDense", "old", output_dim=2, activation="linear", bias=True)
    layers = [first(layer("TimeDistributed", "steps", layer=inner), (6, 4)), old]
    w2, b2 = numbers(5, 2), numbers(2)
    sequential(path, layers, {"steps": [w, b], "old": [w2, b2]})
    close(run(path, LINES)[0], relu(LINES @ w + b) @ w2 + b2)


@pytest.mark.parametrize("ordering", ["tf", "th"])
def test_a_recurrent_convolution(ordering: str, path: Path) -> None:
    shapes = (
        ((1, 1, 2, 3), (1, 1, 3, 3), (3,))
        if ordering == "tf"
        else ((3, 2, 1, 1), (3, 3, 1, 1), (3,))
    )
    held = {gate: [numbers(*shape, seed=ord(gate)) for shape in shapes] for gate in "icfo"}
    config = {
        "nb_filter": 3, "nb_row": 1, "nb_col": 1, "border_mode": "same", "subsample": [1, 1],
        "inner_init": "orthogonal", "forget_bias_init": "one", "activation": "tanh",
        "inner_activation": "hard_sigmoid", "dim_ordering": ordering, "return_sequences": False,
        "go_backwards": False, "stateful": False,
    }  # fmt: skip
    x = numbers(1, 5, 2, 2, 2)
    shape = (5, 2, 2, 2)
    sequential(
        path, [first(trained("ConvLSTM2D", "memory", **config), shape)], {"memory": flat(held)}
    )
    (found,) = run(path, x if ordering == "tf" else np.moveaxis(x, -1, 2))
    matrices = {
        gate: [k[0, 0] if ordering == "tf" else k[:, :, 0, 0].T for k in arrays[:2]] + [arrays[2]]
        for gate, arrays in held.items()
    }
    lines = np.moveaxis(x, 1, 3).reshape(4, 5, 2)  # every pixel is a sequence of its own
    expected = lstm(lines, matrices).reshape(1, 2, 2, 3)
    close(found, expected if ordering == "tf" else firsts(expected))
