"""Functions of TensorFlow in files of tf.keras 2, and calls as it wrote them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from arithmetic.explained import some
from loaders.made_keras_first import Array, close, gates, joined, numbers, run, sigmoid, write
from loaders.opened import opened

from cutaway.errors import RefusedFile, UnsupportedModel
from cutaway.loaders.base import Options
from cutaway.loaders.keras import LOADER
from cutaway.loaders.keras.old.operations import KNOWN

X, Y = numbers(2, 4, 6, 3), numbers(2, 4, 6, 3, seed=1)


def entry(name: str, shape: Any, dtype: str = "float32") -> dict[str, Any]:
    config = {"batch_input_shape": [None, *shape], "dtype": dtype, "sparse": False,
              "ragged": False, "name": name}  # fmt: skip
    return {"class_name": "InputLayer", "config": config, "name": name, "inbound_nodes": []}


def call(function: str, node: Any, name: str | None = None) -> dict[str, Any]:
    """The layer that tf.keras made of a function."""
    name = name or f"tf.{function}"
    kind = "SlicingOpLambda" if function == "__operators__.getitem" else "TFOpLambda"
    config = {"name": name, "trainable": True, "dtype": "float32", "function": function}
    return {"class_name": kind, "config": config, "name": name, "inbound_nodes": [node]}


def node(kind: str, name: str, *nodes: Any, **config: Any) -> dict[str, Any]:
    return {
        "class_name": kind, "config": {"name": name, **config}, "name": name,
        "inbound_nodes": list(nodes),
    }  # fmt: skip


def functional(layers: list[Any], inputs: list[str], outputs: list[Any]) -> dict[str, Any]:
    config = {
        "name": "model", "layers": layers, "input_layers": [[one, 0, 0] for one in inputs],
        "output_layers": [one if isinstance(one, list) else [one, 0, 0] for one in outputs],
    }  # fmt: skip
    return {"class_name": "Functional", "config": config}


def saved(folder: Path, config: Any, weights: Any = None) -> Path:
    layers = config["config"]["layers"]
    names = [one["config"]["name"] for one in layers]
    return write(
        folder / "two.h5", config, {**dict.fromkeys(names, ()), **(weights or {})},
        version="2.11.0", backend="tensorflow",
    )  # fmt: skip


def answered(folder: Path, function: str, first: Any, keywords: Any) -> Array:
    """What a function gives for X and Y (``a`` and ``b``)."""
    layer = call(function, [first, 0, 0, keywords] if isinstance(first, str) else first)
    config = functional([entry("a", X.shape[1:]), entry("b", Y.shape[1:]), layer], ["a", "b"],
                        [layer["name"]])  # fmt: skip
    return run(saved(folder, config), X, Y)[0]


B = ["b", 0, 0]
BINARY = {
    "math.add": X + Y, "__operators__.add": X + Y, "math.subtract": X - Y, "math.multiply": X * Y,
    "math.truediv": X / Y, "math.divide": X / Y, "math.maximum": np.maximum(X, Y),
    "math.minimum": np.minimum(X, Y), "math.greater": X > Y, "math.less_equal": X <= Y,
}  # fmt: skip


@pytest.mark.parametrize("function", BINARY)
def test_two_tensors(function: str, tmp_path: Path) -> None:
    found = answered(tmp_path, function, "a", {"y": B, "name": None})
    close(found, BINARY[function])


@pytest.mark.parametrize(
    ("function", "first", "keywords", "expected"),
    [
        ("math.add", "a", {"y": 1.5}, X + 1.5),
        ("math.multiply", "a", {"y": 2}, X * 2),
        ("math.multiply", "a", {"y": [[[[1.0, 2.0, 3.0]]]]}, X * [1, 2, 3]),
        ("math.pow", "a", {"y": 2}, X**2),
        ("math.subtract", ["_CONSTANT_VALUE", -1, 1.0, {"y": ["a", 0, 0]}], {}, 1 - X),
        ("math.truediv", "a", {"y": [127.5, 1.0, 2.0]}, X / [127.5, 1, 2]),
    ],
)
def test_a_tensor_and_numbers(
    function: str, first: Any, keywords: Any, expected: Array, tmp_path: Path
) -> None:
    found = answered(tmp_path, function, first, keywords)
    assert found.dtype == np.float32
    close(found, expected.astype(np.float32))


def exponentials(x: Array, axis: int) -> Array:
    return np.exp(x) / np.exp(x).sum(axis, keepdims=True)


ONE: list[tuple[str, dict[str, Any], Array]] = [
    ("nn.relu", {}, np.maximum(X, 0)),
    ("nn.relu6", {}, np.clip(X, 0, 6)),
    ("nn.elu", {}, np.where(X > 0, X, np.exp(X) - 1)),
    ("nn.leaky_relu", {"alpha": 0.3}, np.where(X > 0, X, 0.3 * X)),
    ("nn.silu", {"beta": 1.0}, X * sigmoid(X)),
    ("nn.gelu", {}, X * (1 + np.vectorize(math.erf)(X / math.sqrt(2))) / 2),
    ("math.sigmoid", {}, sigmoid(X)),
    ("nn.softplus", {}, np.log1p(np.exp(X))),
    ("nn.softmax", {"axis": -1}, exponentials(X, -1)),
    ("nn.softmax", {"axis": 1}, exponentials(X, 1)),
    ("math.tanh", {}, np.tanh(X)),
    ("math.abs", {}, np.abs(X)),
    ("math.exp", {}, np.exp(X)),
    ("math.square", {}, X**2),
    ("math.negative", {}, -X),
    ("math.reduce_mean", {"axis": [1, 2], "keepdims": True}, X.mean((1, 2), keepdims=True)),
    ("math.reduce_mean", {"axis": [1]}, X.mean(1)),
    ("math.reduce_sum", {"axis": -1, "keepdims": False}, X.sum(-1)),
    ("math.reduce_max", {"axis": 3}, X.max(3)),
    ("math.reduce_variance", {"axis": [1, 2]}, X.var((1, 2))),
    ("clip_by_value", {"clip_value_min": -0.5, "clip_value_max": 1}, np.clip(X, -0.5, 1)),
    ("reshape", {"shape": [-1, 24, 3]}, X.reshape(-1, 24, 3)),
    ("reshape", {"shape": [-1]}, X.reshape(-1)),
    ("transpose", {"perm": [0, 3, 1, 2]}, X.transpose(0, 3, 1, 2)),
    ("expand_dims", {"axis": 1}, X[:, None]),
    ("cast", {"dtype": "int32"}, X.astype(np.int32)),
    ("tile", {"multiples": [1, 2, 1, 3]}, np.tile(X, (1, 2, 1, 3))),
    ("image.resize", {"size": [8, 12], "method": "nearest"}, X.repeat(2, 1).repeat(2, 2)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("function", "keywords"),
    [
        ("math.add", {"y": 1.5}), ("math.truediv", {"y": [1.0, 2.0, 4.0]}),
        ("math.subtract", {"y": B}), ("math.reduce_mean", {"axis": [1, 2], "keepdims": True}),
        ("math.reduce_max", {"axis": [3]}), ("transpose", {"perm": [0, 3, 1, 2]}),
        ("reshape", {"shape": [-1, 24, 3]}), ("nn.relu6", {}), ("nn.leaky_relu", {"alpha": 0.1}),
        ("image.resize", {"size": [8, 12], "method": "bilinear"}), ("nn.softmax", {"axis": 1}),
        ("squeeze", {}), ("expand_dims", {"axis": 1}), ("math.sigmoid", {}),
    ],
)  # fmt: skip
def test_the_arithmetic_of_a_function_agrees(
    function: str, keywords: dict[str, Any], tmp_path: Path
) -> None:
    layer = call(function, ["a", 0, 0, keywords])
    config = functional([entry("a", X.shape[1:]), entry("b", Y.shape[1:]), layer], ["a", "b"],
                        [layer["name"]])  # fmt: skip
    found = opened(saved(tmp_path, config))
    (value,) = found.model.graph.outputs
    for one in some(found, value, 20):
        assert one.verdict in ("equal", "rounding"), (one.expression, one.note)
    held = [one for one in found.model.graph.values if one.what == "constant"]
    assert len(held) == ("y" in keywords and keywords["y"] != B)
    assert found.model.facts.parameters == 0
    for one in held:
        np.testing.assert_array_equal(found.model.weight(one.id), keywords["y"])


@pytest.mark.parametrize(("function", "keywords", "expected"), ONE)
def test_one_tensor(
    function: str, keywords: dict[str, Any], expected: Array, tmp_path: Path
) -> None:
    found = answered(tmp_path, function, "a", {**keywords, "name": None})
    close(found, expected.astype(found.dtype))


def test_a_larger_image_is_linear_between_half_pixels(tmp_path: Path) -> None:
    keywords = {"size": [4, 12], "method": "bilinear", "antialias": False}
    found = answered(tmp_path, "image.resize", "a", keywords)
    at = np.clip((np.arange(12) + 0.5) / 2 - 0.5, 0, 5)
    low, part = np.floor(at).astype(int), (at - np.floor(at))[:, None]
    expected = X[:, :, low] * (1 - part) + X[:, :, np.minimum(low + 1, 5)] * part
    close(found, expected.astype(np.float32))


def test_lists_of_tensors(tmp_path: Path) -> None:
    for axis in (-1, 1):
        both = [["a", 0, 0, {"axis": axis}], ["b", 0, 0, {"axis": axis}]]
        close(answered(tmp_path, "concat", both, {}), np.concatenate([X, Y], axis))
    both = [["a", 0, 0, {"axis": 1}], ["b", 0, 0, {"axis": 1}]]
    close(answered(tmp_path, "stack", both, {}), np.stack([X, Y], 1))


WHOLE = {"start": None, "stop": None, "step": None}


@pytest.mark.parametrize(
    ("cut", "expected"),
    [
        ([WHOLE, 0], X[:, 0]),
        ([WHOLE, {"start": 1, "stop": None, "step": 2}], X[:, 1::2]),
        ([{"class_name": "__ellipsis__"}, {"start": -2, "stop": None, "step": None}], X[..., -2:]),
        ([WHOLE, None, 1], X[:, None, 1]),
    ],
)
def test_cutting(cut: Any, expected: Array, tmp_path: Path) -> None:
    close(answered(tmp_path, "__operators__.getitem", "a", {"slice_spec": cut}), expected)


def test_functions_after_each_other_and_in_the_graph(tmp_path: Path) -> None:
    layers = [
        entry("a", X.shape[1:]),
        call("math.reduce_mean", ["a", 0, 0, {"axis": [1, 2], "keepdims": True}], "mean/one"),
        call("__operators__.add", ["mean/one", 0, 0, {"y": ["a", 0, 0]}], "sum"),
        call("compat.v1.squeeze", ["mean/one", 0, 0, {"axis": [1, 2], "name": None}], "flat"),
    ]
    path = saved(tmp_path, functional(layers, ["a"], ["sum", "flat"]))
    mean = X.mean((1, 2), keepdims=True)
    total, flat = run(path, X)
    close(total, mean + X)
    close(flat, mean[:, 0, 0])
    graph = LOADER.open(path, lambda _: None, Options()).graph
    assert (graph.node_named["sum"].op, graph.node_named["sum"].kind) == ("Add", "Add")
    assert graph.node_named["mean_one"].op == "Mean"


@pytest.mark.parametrize(
    ("function", "keywords", "said"),
    [
        ("io.read_file", {}, r"two\.h5 calls tf\.io\.read_file in layer 'x', which Cutaway does"),
        ("py_function", {}, r"calls tf\.py_function"),
        ("linalg.matmul", {"b": B, "transpose_b": True}, "with transpose_b=True"),
        ("reshape", {"shape": B}, "with shape="),
    ],
)
def test_what_is_not_known_is_named(
    function: str, keywords: Any, said: str, tmp_path: Path
) -> None:
    layers = [entry("a", (3,)), entry("b", (3,)), call(function, ["a", 0, 0, keywords], "x")]
    path = saved(tmp_path, functional(layers, ["a", "b"], ["x"]))
    with pytest.raises(UnsupportedModel, match=said):
        LOADER.open(path, lambda _: None, Options())


def test_a_function_does_not_carry_code(tmp_path: Path) -> None:
    keywords = {"y": {"class_name": "__lambda__", "config": {"code": "4w=="}}}
    layers = [entry("a", (3,)), call("math.add", ["a", 0, 0, keywords], "x")]
    path = saved(tmp_path, functional(layers, ["a"], ["x"]))
    with pytest.raises(RefusedFile, match="holds code"):
        LOADER.open(path, lambda _: None, Options())


def test_every_known_function_is_one_of_keras() -> None:
    import importlib

    for operation in KNOWN.values():
        module, _, name = operation.path.rpartition(".")
        assert hasattr(importlib.import_module(f"keras.src.ops.{module}"), name), operation


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("kind", ["Sequential", "Functional", "Model"])
def test_models_inside_are_counted_from_zero_or_one(kind: str, first: int, tmp_path: Path) -> None:
    w, b, x, y = numbers(3, 3), numbers(3), numbers(2, 3), numbers(2, 3, seed=1)
    dense = {"units": 3, "activation": "linear", "use_bias": True}
    if kind == "Sequential":
        shaped = {"batch_input_shape": [None, 3]}
        inner = {"name": "inner", "layers": [
            {"class_name": "Dense", "config": {"name": "d", **dense, **shaped}}
        ]}  # fmt: skip
    else:
        inner = functional(
            [entry("e", (3,)), node("Dense", "d", [["e", 0, 0, {}]], **dense)], ["e"], ["d"]
        )["config"]
        inner["name"] = "inner"
    nested = node(kind, "inner", [["a", 0, 0, {}]], [["b", 0, 0, {}]])
    nested["config"] = inner
    total = node("Add", "sum", [["inner", first, 0, {}], ["inner", first + 1, 0, {}]])
    layers = [entry("a", (3,)), entry("b", (3,)), nested, total]
    config = functional(layers, ["a", "b"], ["sum", ["inner", first + 1, 0]])
    if first == 0 and kind != "Sequential":
        config["config"]["output_layers"][1][1] = 2  # Keras 3 counts these from 1
    added, last = run(saved(tmp_path, config, {"inner": [w, b]}), x, y)
    close(added, x @ w + b + y @ w + b)
    close(last, y @ w + b)


def test_states_given_to_a_recurrent_layer(tmp_path: Path) -> None:
    held = gates("zrh")
    x, state = numbers(2, 6, 4), numbers(2, 3, seed=9)
    config = {
        "units": 3, "activation": "tanh", "recurrent_activation": "sigmoid", "reset_after": False,
        "time_major": False, "implementation": 2,
    }  # fmt: skip
    layers = [
        entry("x", (6, 4)), entry("s", (3,)),
        node("GRU", "memory", [["x", 0, 0, {}], ["s", 0, 0, {}]], **config),
    ]  # fmt: skip
    path = saved(tmp_path, functional(layers, ["x", "s"], ["memory"]),
                 {"memory": joined(held, "zrh")})  # fmt: skip
    expected = state
    for step in x.swapaxes(0, 1):
        z, r = (sigmoid(step @ w + expected @ u + b) for w, u, b in (held["z"], held["r"]))
        w, u, b = held["h"]
        expected = z * expected + (1 - z) * np.tanh(step @ w + (r * expected) @ u + b)
    close(run(path, x, state)[0], expected)


def test_attention_is_given_tensors_by_keyword(tmp_path: Path) -> None:
    config = {"num_heads": 1, "key_dim": 2, "value_dim": 2, "dropout": 0.0, "use_bias": False,
              "output_shape": None, "attention_axes": [1]}  # fmt: skip
    layers = [
        entry("q", (3, 4)), entry("v", (5, 4)),
        node("MultiHeadAttention", "heads",
             [["q", 0, 0, {"value": ["v", 0, 0], "attention_mask": None}]], **config),
    ]  # fmt: skip
    wq, wk, wv, wo = numbers(4, 1, 2), numbers(4, 1, 2, seed=1), numbers(4, 1, 2, seed=2), (
        numbers(1, 2, 4)
    )  # fmt: skip
    path = saved(tmp_path, functional(layers, ["q", "v"], ["heads"]), {"heads": [wq, wk, wv, wo]})
    q, v = numbers(2, 3, 4), numbers(2, 5, 4)
    scores = (q @ wq[:, 0]) @ (v @ wk[:, 0]).swapaxes(1, 2) / np.sqrt(2)
    close(run(path, q, v)[0], exponentials(scores, -1) @ (v @ wv[:, 0]) @ wo[0])
