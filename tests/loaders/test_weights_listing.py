"""Networks made of nothing but named tensors."""

from __future__ import annotations

import numpy as np
import pytest

from cutaway.errors import UnknownKey, UnsupportedModel
from cutaway.graph import fold
from cutaway.loaders.base import Facts, Model
from cutaway.loaders.weights.listing import Stored, weights_model

FACTS = Facts("safetensors", None, 10, 0)


def listed(tensors: dict[str, tuple[int, ...]], **how) -> Model:
    stored = [Stored(name, shape, "float32") for name, shape in tensors.items()]
    return weights_model("net", FACTS, stored, lambda name: np.ones(tensors[name]), **how)


def test_tensors_that_share_all_but_the_last_part_are_a_node() -> None:
    model = listed({"layer1.0.conv1.bias": (4,), "layer1.0.conv1.weight": (4, 3, 3, 3)})
    (node,) = model.graph.nodes
    assert (node.name, node.scope, node.op) == ("layer1.0.conv1", "layer1/0", "Conv2d weights")
    assert (node.kind, node.family, node.writes) == (None, "convolution", ())
    told = [(read.role, model.graph.values[read.value]) for read in node.reads]
    assert [(role, value.name, value.axes) for role, value in told] == [
        ("kernel", "layer1.0.conv1.weight", "OIHW"),
        ("bias", "layer1.0.conv1.bias", "O"),
    ]
    assert {value.what for _, value in told} == {"weight"}
    assert model.facts.parameters == 4 * 3 * 3 * 3 + 4


def test_modules_stand_in_the_order_of_the_file_and_numbers_are_counted() -> None:
    names = ["head.weight", "layer.10.weight", "layer.2.weight", "end.weight", "layer.1.weight"]
    model = listed(dict.fromkeys(names, (2, 2)))
    assert [node.name for node in model.graph.nodes] == [
        "head", "layer.1", "layer.2", "layer.10", "end",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tensors", "op", "roles"),
    [
        ({"weight": (4, 3)}, "Linear", ["kernel"]),
        ({"weight": (4,), "running_mean": (4,), "running_var": (4,), "num_batches_tracked": ()},
         "BatchNorm", ["scale", "mean", "variance", "num_batches_tracked"]),
        ({"gamma": (4,), "beta": (4,)}, "Norm", ["scale", "bias"]),
        ({"weight": (4, 2, 5)}, "", ["kernel"]),
        ({"weight_ih_l0": (8, 3), "weight_hh_l0": (8, 2)}, "LSTM",
         ["weight_ih_l0", "weight_hh_l0"]),
        ({"in_proj_weight": (6, 2)}, "Attention", ["in_proj_weight"]),
        ({"odd": (3,)}, "", ["odd"]),
    ],
)  # fmt: skip
def test_a_module_is_told_by_what_is_there(
    tensors: dict[str, tuple[int, ...]], op: str, roles: list[str]
) -> None:
    (node,) = listed({f"m.{last}": shape for last, shape in tensors.items()}).graph.nodes
    assert node.op == f"{op} weights".strip()
    assert [read.role for read in node.reads] == roles


def test_names_tell_what_ranks_do_not() -> None:
    shapes = {
        "tok_embeddings": (9, 4), "final_layer_norm": (4,), "attn_norm": (4,), "conv1d": (4, 2, 5),
        "deconv": (2, 4, 3, 3), "fc1_weight": (4, 2),
    }  # fmt: skip
    graph = listed({
        name if name.endswith("_weight") else f"{name}.weight": shape
        for name, shape in shapes.items()
    }).graph  # fmt: skip
    assert {node.name: node.op.removesuffix(" weights") for node in graph.nodes} == {
        "tok_embeddings": "Embedding", "final_layer_norm": "LayerNorm", "attn_norm": "Norm",
        "conv1d": "Conv1d", "deconv": "ConvTranspose2d", "fc1": "Linear",
    }  # fmt: skip
    assert graph.value_named["deconv.weight"].axes == "IOHW"


def test_kernels_of_keras_have_their_outputs_last() -> None:
    graph = listed(
        {"a/kernel": (3, 3, 8, 4), "b/kernel": (8, 4), "c/recurrent_kernel": (2, 8)},
        kernels="HWIO",
    ).graph
    assert [value.axes for value in graph.values] == ["HWIO", "IO", "IO"]
    assert graph.nodes[2].op == "LSTM weights"


def test_tensors_alone_and_odd_names() -> None:
    names = [
        "a",
        "b",
        "",
        ".",
        "a.b.",
        "/x",
        "encoder.weight",
        "encoder.0.weight",
        "a;b.c",
        "a/b/c",
    ]
    model = listed(dict.fromkeys([*names, ".".join("x" * 5000)], (2,)))
    graph = model.graph
    for things in (graph.nodes, graph.values, graph.groups):
        assert [thing.id for thing in things] == list(range(len(things)))
        assert len({thing.name for thing in things}) == len(things)
    assert len(graph.values) == len(names) + 1
    assert graph.node_named["encoder"].scope == "encoder"
    fold(graph)


def test_weights_are_read_when_asked_for_and_cannot_be_written_to() -> None:
    asked: list[str] = []
    held = np.zeros(3, np.float32)

    def read(name: str) -> np.ndarray:
        asked.append(name)
        return held

    model = weights_model("net", FACTS, [Stored("a.weight", (3,), "float32")], read)
    assert asked == []
    array = model.weight(0)
    assert asked == ["a.weight"]
    assert not array.flags.writeable
    assert held.flags.writeable
    for value in (-1, 1):
        with pytest.raises(UnknownKey):
            model.weight(value)


def test_such_a_model_does_not_run() -> None:
    with pytest.raises(UnsupportedModel, match=r"^net holds weights without a network: they can "):
        listed({"a.weight": (2, 2)}).start()


def test_groups_fold_and_the_same_layers_are_known_as_such() -> None:
    tensors = {
        f"h.{layer}.{name}.weight": (8, 8) for layer in range(12) for name in ("q", "k", "v")
    }
    graph = fold(listed(tensors).graph)
    layers = [group for group in graph.groups if group.name.startswith("h/")] or graph.groups[1:]
    assert [group.nodes for group in layers] == [3] * 12
    assert len({group.alike for group in layers}) == 1
