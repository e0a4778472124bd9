"""Each rule on its own, and a file aged by all of them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from loaders.made_keras import convolutions, sequential, unmasked
from loaders.made_keras_first import (
    close,
    correlated,
    first,
    gates,
    gru,
    joined,
    layer,
    numbers,
    run,
    write,
)
from loaders.opened import opened

from cutaway.errors import UnsupportedModel
from cutaway.loaders.keras import upgrade
from cutaway.loaders.keras.framework import load_keras
from cutaway.loaders.keras.upgrade import upgraded


def called(kind: str, name: str, node: Any, **config: Any) -> dict[str, Any]:
    nodes = [node] if node else []
    return {
        "class_name": kind, "name": name, "config": {"name": name, **config},
        "inbound_nodes": nodes,
    }  # fmt: skip


def tensor(*history: Any) -> dict[str, Any]:
    config = {"shape": [], "dtype": "float32", "keras_history": list(history)}
    return {"class_name": "__keras_tensor__", "config": config}


def functional(layers: list[Any]) -> dict[str, Any]:
    return {"class_name": "Functional", "config": {"layers": layers}}


CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "hard_sigmoid_was_steeper": (
        {"class_name": "A", "config": {"recurrent_activation": "hard_sigmoid"}},
        {
            "class_name": "A",
            "config": {
                "recurrent_activation": {
                    "class_name": "function", "config": "hard_sigmoid_of_keras_2",
                    "module": "builtins", "registered_name": "hard_sigmoid_of_keras_2",
                }
            },
        },
    ),
    "reset_came_before": (
        {"class_name": "GRU", "config": {}},
        {"class_name": "GRU", "config": {"reset_after": False}},
    ),
    "nested_models_count_from_zero": (
        functional([called("Sequential", "m", []), called("A", "a", [["m", 1, 0, {}]])]),
        functional([called("Sequential", "m", []), called("A", "a", [["m", 0, 0, {}]])]),
    ),
    "tensors_may_be_keywords": (
        functional([called("A", "a", []), called("B", "b", [["a", 0, 0, {"mask": ["a", 0, 1]}]])]),
        functional([
            called("A", "a", []),
            called("B", "b", {"args": [tensor("a", 0, 0)], "kwargs": {"mask": tensor("a", 0, 1)}}),
        ]),
    ),
    "functions_are_operations": (
        functional([
            called("A", "a", []),
            called("TFOpLambda", "f", ["a", 0, 0, {"y": 2}], function="math.add"),
        ]),
        functional([
            called("A", "a", []),
            {
                **called("Add", "f", {"args": [tensor("a", 0, 0), 2], "kwargs": {}}),
                "module": "keras.src.ops.numpy", "registered_name": None,
            },
        ]),
    ),
    "forget_training": (
        {"class_name": "A", "config": {}, "compile_config": {"loss": 1}},
        {"class_name": "A", "config": {}},
    ),
    "without_initializers": (
        {"class_name": "A", "config": {"kernel_initializer": {"class_name": "X"}, "units": 2}},
        {"class_name": "A", "config": {"kernel_initializer": "zeros", "units": 2}},
    ),
    "model_is_functional": (
        {"class_name": "Model", "config": {"layers": []}},
        {"class_name": "Functional", "config": {"layers": []}},
    ),
    "first_layer_has_input": (
        {
            "class_name": "Sequential",
            "config": {
                "layers": [
                    {"class_name": "A", "config": {"name": "a", "batch_input_shape": [None, 3]}}
                ]
            },
        },
        {
            "class_name": "Sequential",
            "config": {
                "layers": [
                    {
                        "class_name": "InputLayer",
                        "config": {
                            "batch_shape": [None, 3], "name": "a_input", "dtype": "float32",
                        },
                    },
                    {"class_name": "A", "config": {"name": "a", "batch_input_shape": [None, 3]}},
                ]
            },
        },
    ),
    "input_shape_has_a_new_name": (
        {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 3]}},
        {"class_name": "InputLayer", "config": {"batch_shape": [None, 3]}},
    ),
    "no_ragged_input": (
        {"class_name": "InputLayer", "config": {"ragged": False}},
        {"class_name": "InputLayer", "config": {}},
    ),
    "no_groups": (
        {"class_name": "DepthwiseConv2D", "config": {"groups": 1}},
        {"class_name": "DepthwiseConv2D", "config": {}},
    ),
    "no_time_major": (
        {"class_name": "LSTM", "config": {"time_major": False, "implementation": 2}},
        {"class_name": "LSTM", "config": {}},
    ),
    "wrapped_layers_have_a_module": (
        {"class_name": "W", "config": {"layer": {"class_name": "LSTM", "config": {}}}},
        {
            "class_name": "W",
            "config": {
                "layer": {
                    "class_name": "LSTM",
                    "config": {},
                    "module": "keras.layers",
                    "registered_name": None,
                }
            },
        },
    ),
    "one_axis": (
        {"class_name": "BatchNormalization", "config": {"axis": [3]}},
        {"class_name": "BatchNormalization", "config": {"axis": 3}},
    ),
    "plain_batch_normalization": (
        {"class_name": "BatchNormalizationV1", "config": {"fused": True, "renorm": False}},
        {"class_name": "BatchNormalization", "config": {}},
    ),
    "policy_is_a_word": (
        {"class_name": "A", "config": {"dtype": {"class_name": "Policy", "config": {"name": "f"}}}},
        {"class_name": "A", "config": {"dtype": "f"}},
    ),
    "activations_have_one_version": (
        {"class_name": "A", "config": {"activation": "softmax_v2"}},
        {"class_name": "A", "config": {"activation": "softmax"}},
    ),
    "names_without_slashes": (
        {
            "class_name": "A", "name": "a/b", "config": {"name": "a/b"},
            "inbound_nodes": [[["c/d", 0, 0, {}]]],
        },
        {
            "class_name": "A", "name": "a_b", "config": {"name": "a_b"},
            "inbound_nodes": [[["c_d", 0, 0, {}]]],
        },
    ),
}  # fmt: skip


def test_every_rule_has_a_case() -> None:
    rules = (*upgrade.BEFORE_THIRD, *upgrade.RULES)
    assert {rule.__name__ for rule in rules} == CASES.keys()


@pytest.mark.parametrize("name", CASES)
def test_a_rule_changes_what_it_knows_and_nothing_else(name: str) -> None:
    rule = getattr(upgrade, name)
    before, after = copy.deepcopy(CASES[name])
    rule(before)
    assert before == after
    rule(before)
    assert before == after
    other = {"class_name": "Conv2D", "config": {"groups": 4, "name": "c", "axis": [1, 2]}}
    same = copy.deepcopy(other)
    rule(same)
    assert same == other


def test_what_would_change_the_network_stays() -> None:
    kept = {"class_name": "LSTM", "config": {"time_major": True}}
    with pytest.raises(UnsupportedModel, match="time_major"):
        upgrade.no_time_major(kept)
    renorm = {"class_name": "BatchNormalization", "config": {"renorm": True, "fused": False}}
    upgrade.plain_batch_normalization(renorm)
    assert renorm["config"] == {"renorm": True, "fused": False}


def test_the_configuration_given_is_not_changed() -> None:
    given = {"class_name": "Model", "config": {"layers": [CASES["no_groups"][0]], "name": "m"}}
    before = copy.deepcopy(given)
    assert upgraded(given)["class_name"] == "Functional"
    assert given == before


GONE = ("module", "registered_name", "build_config")
INPUT = {"sparse": False, "ragged": False}
ADDED: dict[str, dict[str, Any]] = {
    "DepthwiseConv2D": {"groups": 1},
    "SeparableConv2D": {"groups": 1},
    "Conv2DTranspose": {"groups": 1},
    "LSTM": {"time_major": False, "implementation": 2},
    "GRU": {"time_major": False, "implementation": 2},
    "BatchNormalization": {"axis": [3]},
    "InputLayer": INPUT,
}


def aged(config: Any) -> Any:
    """A configuration as tf.keras 2 would have written it."""
    if isinstance(config, list):
        return [aged(item) for item in config]
    if not isinstance(config, dict):
        return config
    kind = config.get("class_name")
    if kind == "DTypePolicy":
        return {"class_name": "Policy", "config": {"name": config["config"]["name"]}}
    old = {key: aged(value) for key, value in config.items() if key not in GONE}
    if "batch_shape" in old:
        old["batch_input_shape"] = old.pop("batch_shape")
    if kind in ADDED:
        old["config"].update(ADDED[kind])
        old["config"].pop("optional", None)
    if kind == "Sequential":
        entry, first, *_ = old["config"]["layers"]
        first["config"]["batch_input_shape"] = entry["config"]["batch_input_shape"]
        del old["config"]["layers"][0]
    if kind == "Functional":
        old["class_name"] = "Model"
    return old


@pytest.mark.parametrize("build", [sequential, convolutions, unmasked])
def test_an_aged_file_gives_the_same_network(build: Any, tmp_path: Path) -> None:
    path = tmp_path / "new.h5"
    model = build()
    draw = np.random.default_rng(0)
    model.set_weights([draw.random(one.shape).astype(one.dtype) for one in model.get_weights()])
    model.save(path)
    old = tmp_path / "old.h5"
    old.write_bytes(path.read_bytes())
    with h5py.File(old, "r+") as file:
        config = aged(json.loads(file.attrs["model_config"]))
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = "2.11.0"
    one, two = opened(path), opened(old)
    assert two.model.facts.producer == "Keras 2.11.0"
    names = [node.name for node in one.model.graph.nodes]
    assert [node.name for node in two.model.graph.nodes] == names
    assert load_keras().backend.backend() == two.model.facts.metadata["backend"]
    for value, array in one.capture.tensors.items():
        np.testing.assert_array_equal(two.capture.tensors[value], array)


def test_a_hard_sigmoid_of_keras_2_is_the_steeper_one(tmp_path: Path) -> None:
    dense = first(layer("Dense", "dense", units=3, activation="hard_sigmoid"), (4,), None)
    config = {"class_name": "Sequential", "config": {"name": "s", "layers": [dense]}}
    w, b, x = 3 * numbers(4, 3), numbers(3), numbers(5, 4)
    path = write(tmp_path / "two.h5", config, {"dense": [w, b]}, version="2.2.4")
    close(run(path, x)[0], np.clip((x @ w + b) / 5 + 0.5, 0, 1))
    graph = opened(path).model.graph
    (last,) = (node for node in graph.nodes if node.kind == "HardSigmoid")
    assert last.kind_attributes == {"alpha": 0.2, "beta": 0.5}


def test_a_gru_of_keras_2_that_does_not_say_resets_before(tmp_path: Path) -> None:
    held = gates("zrh")
    settings = {"units": 3, "activation": "tanh", "recurrent_activation": "hard_sigmoid"}
    config = {
        "class_name": "Sequential",
        "config": {
            "name": "s",
            "layers": [first(layer("GRU", "memory", **settings), (6, 4), None)],
        },
    }
    path = write(tmp_path / "two.h5", config, {"memory": joined(held, "zrh")}, version="2.0.8")
    x = numbers(2, 6, 4)
    close(run(path, x)[0], gru(x, held))


def test_what_keras_2_saved_on_theano_is_turned(tmp_path: Path) -> None:
    settings = {"filters": 4, "kernel_size": [3, 2], "data_format": "channels_last"}
    inner = {
        "name": "inner",
        "layers": [first(layer("Conv2D", "conv", **settings, use_bias=False), (7, 8, 3), None)],
    }
    config = {
        "class_name": "Sequential",
        "config": {"name": "s", "layers": [{"class_name": "Sequential", "config": inner}]},
    }
    kernel, x = numbers(3, 2, 3, 4), numbers(2, 7, 8, 3)
    for backend in ("theano", "tensorflow"):
        path = tmp_path / f"{backend}.h5"
        write(path, config, {"inner": [kernel]}, version="2.2.4", backend=backend)
        seen = kernel[::-1, ::-1] if backend == "theano" else kernel
        close(run(path, x)[0], correlated(x, lambda *at, seen=seen: seen[at], (3, 2)))


def test_shapes_and_tuples_by_name_are_lists() -> None:
    shape = {"class_name": "TensorShape", "items": [None, {"class_name": "__tuple__", "items": []}]}
    given = {"class_name": "InputLayer", "config": {"batch_input_shape": shape}}
    assert upgraded(given)["config"] == {"batch_shape": [None, []]}


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_what_goes_in_may_be_said_at_any_depth(depth: int, tmp_path: Path) -> None:
    leak = {"class_name": "LeakyReLU", "config": {"name": "leak", "alpha": 0.3}}
    one = first(layer("Dense", "dense", units=3, activation=leak), (4,), None)
    for number in range(depth):
        inner = {"name": f"s{number}", "layers": [one]}
        one = {"class_name": "Sequential", "config": inner}
    w, b, x = numbers(4, 3), numbers(3), numbers(5, 4)
    held = {"dense" if depth == 1 else f"s{depth - 2}": [w, b]}
    path = write(tmp_path / "two.h5", one, held, version="2.4.0")
    linear = x @ w + b
    close(run(path, x)[0], np.where(linear > 0, linear, 0.3 * linear))


def test_steps_that_come_first_are_refused_with_a_reason(tmp_path: Path) -> None:
    lstm = layer("LSTM", "memory", units=3, time_major=True)
    one = {"class_name": "Sequential", "config": {"name": "s", "layers": [first(lstm, (4, 2))]}}
    path = write(tmp_path / "two.h5", one, {"memory": []}, version="2.4.0")
    with pytest.raises(UnsupportedModel, match=r"two\.h5 wants .*time_major\) in layer 'mem"):
        opened(path)
