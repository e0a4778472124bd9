"""Receptive fields against what changes when single numbers of the input are changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from arithmetic.nets import K2, K3, NETS, Nodes, conv, whole
from loaders.made import info, random, save, tensor
from loaders.opened import Opened
from onnx import helper

from cutaway import demo
from cutaway.arithmetic.fields import Field, Fields
from cutaway.loaders import open_model
from cutaway.trace import Array, Control


def opened(folder: Path, shape: Sequence[int], nodes: Nodes, weights: dict) -> Opened:
    """A network that reads ``x`` and writes ``y``, run once; nodes are told by what they read."""
    made = []
    for i, (op, reads, attributes) in enumerate(nodes):
        name = "y" if i == len(nodes) - 1 else f"v{i}"
        made.append(helper.make_node(op, reads, [name], f"n{i}", **attributes))
    held = [tensor(name, array) for name, array in weights.items()]
    path = save(folder, "net", made, [info("x", *shape)], [info("y")], held, opset=21, ir=10)
    model = open_model(path, lambda _: None)
    runner = model.start()
    (fed,) = model.graph.inputs
    feeds = {fed: random(*shape, seed=3)}
    return Opened(model, runner, feeds, runner.run(feeds, Control()))


def fields(one: Opened) -> Fields:
    graph, tensors = one.model.graph, one.capture.tensors

    def array(number: int) -> Array | None:
        held = graph.values[number].what in ("weight", "constant")
        return one.model.weight(number) if held else tensors.get(number)

    return Fields(graph, array)


def changed(one: Opened, value: int) -> np.ndarray:
    """``(input elements, output elements)``: whether changing one changes the other."""
    ((fed, given),) = one.feeds.items()
    before = one.capture.tensors[value]
    found = np.zeros((given.size, before.size), bool)
    for element in range(given.size):
        for by in (1e3, -1e3, 0.37):
            other = given.copy().reshape(-1)
            other[element] += by
            run = one.runner.run({fed: other.reshape(given.shape)}, Control(), keep=(value,))
            found[element] |= (run.tensors[value] != before).reshape(-1)
    return found


def box_of(mask: np.ndarray) -> tuple[tuple[int, int], ...] | None:
    places = np.argwhere(mask)
    if places.size == 0:
        return None
    return tuple(zip(places.min(0).tolist(), (places.max(0) + 1).tolist(), strict=True))


def check(one: Opened, *, exact: bool | None = True) -> None:
    """Every cell of the output depends on just what its box of the input holds.

    Args:
        one: the network, run.
        exact: whether every box is; None where each says it itself.
    """
    ((fed, given),) = one.feeds.items()
    value = one.model.graph.outputs[0]
    output = one.capture.tensors[value]
    asked = fields(one)
    which = changed(one, value)
    cells = np.unique(np.linspace(0, output.size - 1, 40).astype(int))
    assert which.any() or exact is None
    for flat in cells:
        index = np.unravel_index(flat, output.shape)
        found = [field for field in asked.of(value, index) if field.value == fed]
        expected = box_of(which[:, flat].reshape(given.shape))
        box = found[0].box if found else None
        if exact or (exact is None and all(not field.why for field in found)):
            assert box == expected, index
            assert all(not field.why for field in found)
        elif expected is not None:
            assert box is not None
            assert all(a[0] <= b[0] and b[1] <= a[1] for a, b in zip(box, expected, strict=True)), (
                index
            )


@pytest.mark.parametrize("net", NETS)
def test_what_counts_is_what_the_box_holds(net: str, tmp_path: Path) -> None:
    check(opened(tmp_path, *NETS[net]))


BOUNDS: dict[str, tuple[Sequence[int], Nodes, dict]] = {
    "mixed axes": (
        (4, 6),
        [("Reshape", ["x", "s"], {}), ("ReduceSum", ["v0", "a"], {})],
        {"s": whole(3, 8), "a": whole(1)},
    ),
    "blocks of blocks": (
        (1, 8, 2, 2),
        [("DepthToSpace", ["x"], {"blocksize": 2, "mode": "CRD"}), conv("v0")],
        {"k": K2},
    ),
    "triangle": ((4, 4), [("Trilu", ["x"], {"upper": 0}), ("MatMul", ["v0", "v0"], {})], {}),
    "no rule": (
        (3, 4, 2),
        [("LSTM", ["x", "w", "r"], {"hidden_size": 3})],
        {"w": random(1, 12, 2), "r": random(1, 12, 3)},
    ),
}


def chain(seed: int) -> tuple[Sequence[int], Nodes, dict]:
    """A few random windows, joints, sums and cuts, one after another."""
    draw = np.random.default_rng(seed)

    def two(low: int, high: int) -> list[int]:
        return [int(number) for number in draw.integers(low, high, 2)]

    nodes: Nodes = []
    weights = {"k": K2, "s": np.float32([1, 1, 2, 1]), "b": whole(1), "e": whole(99)}
    weights |= {"a": whole(2), "t": whole(2)}
    for at in range(4):
        last = f"v{at - 1}" if at else "x"
        earlier = f"v{at - 2}" if at > 1 else "x"
        nodes.append(
            [
                conv(last, dilations=two(1, 4), pads=[3] * 4),
                conv(last, strides=two(1, 4), pads=[*two(0, 3), *two(1, 3)]),
                ("MaxPool", [last], {"kernel_shape": two(1, 4), "auto_pad": "SAME_UPPER"}),
                ("Resize", [last, "", "s"], {"mode": "nearest"}),
                ("Slice", [last, "b", "e", "a", "t"], {}),
                ("Concat", [last, last], {"axis": 3}),
                ("ConvTranspose", [last, "k"], {"strides": two(1, 4), "pads": [1] * 4}),
                ("Transpose", [last], {"perm": [0, 1, 3, 2]}),
            ][int(draw.integers(8))]
        )
        if nodes[-1][0] == "Concat" and earlier != last:
            nodes[-1] = ("Add", [last, last], {})
    return (1, 2, 7, 6), nodes, weights


@pytest.mark.parametrize("seed", range(40))
def test_what_is_called_exact_is_exact_whatever_the_chain(seed: int, tmp_path: Path) -> None:
    check(opened(tmp_path, *chain(seed)), exact=None)


@pytest.mark.parametrize("step", [1, 2, 3])
def test_ways_that_meet_say_where_they_are_not_exact(step: int, tmp_path: Path) -> None:
    nodes = [
        conv("x", dilations=[3, 2], pads=[3, 2, 3, 2]),
        conv("x", dilations=[2, 3], pads=[2, 3, 2, 3]),
        ("Add", ["v0", "v1"], {}),
        conv("v2", dilations=[step, 3], pads=[3] * 4),
    ]
    check(opened(tmp_path, (1, 2, 11, 11), [conv("x", pads=[1] * 4), *moved(nodes)], {"k": K3}))


def moved(nodes: Nodes) -> Nodes:
    """The same after one more node."""
    place = {"x": "v0", **{f"v{i}": f"v{i + 1}" for i in range(9)}}
    return [(op, [place.get(read, read) for read in reads], at) for op, reads, at in nodes]


def test_what_was_not_kept_hides_nothing_before_it(tmp_path: Path) -> None:
    one = opened(tmp_path, *NETS["three convolutions"])
    value, names = one.model.graph.outputs[0], one.model.graph.value_named
    every = {field.value: field for field in fields(one).of(value, (0, 1, 1, 2))}
    for lost in ("v0", "v1", "v2"):
        kept = {v: t for v, t in one.capture.tensors.items() if v != names[lost].id}
        less = fields(replace(one, capture=replace(one.capture, tensors=kept)))
        found = {field.value: field for field in less.of(value, (0, 1, 1, 2))}
        assert found == every


@pytest.mark.parametrize("net", BOUNDS)
def test_where_the_box_is_a_bound_it_holds_all_that_counts(net: str, tmp_path: Path) -> None:
    check(opened(tmp_path, *BOUNDS[net]), exact=False)


def test_a_bound_says_why(tmp_path: Path) -> None:
    one = opened(tmp_path, *BOUNDS["no rule"])
    (value,) = one.model.graph.outputs
    (found,) = fields(one).of(value, (0, 0, 0, 0))
    assert found.box == ((0, 3), (0, 4), (0, 2))
    assert "LSTM 'n0' reads is taken as a whole" in found.why


def test_every_earlier_tensor_and_no_weight(tmp_path: Path) -> None:
    one = opened(tmp_path, *NETS["residual"])
    values = {value.id: value.name for value in one.model.graph.values}
    found = fields(one).of(one.model.graph.outputs[0], (0, 1, 2, 3))
    assert {values[f.value]: f.box for f in found} == {
        "v1": ((0, 1), (0, 2), (2, 5), (3, 6)),
        "v0": ((0, 1), (0, 2), (2, 5), (3, 6)),
        "x": ((0, 1), (0, 2), (1, 6), (2, 6)),
    }


def test_neighbouring_channels(tmp_path: Path) -> None:
    """By hand: engines add up squares as they go along, so that rounding reaches farther."""
    one = opened(tmp_path, (1, 7, 2, 2), [("LRN", ["x"], {"size": 3})], {})
    asked = fields(one)
    (value,) = one.model.graph.outputs
    assert asked.of(value, (0, 3, 1, 0))[0].box == ((0, 1), (2, 5), (1, 2), (0, 1))
    assert asked.of(value, (0, 6, 1, 0))[0].box == ((0, 1), (5, 7), (1, 2), (0, 1))


def closed_form(sizes: Sequence[tuple[int, int, int]]) -> tuple[int, int, int]:
    """Size, step and first place of the field of a chain of windows.

    Araujo, Norris and Sim, Computing receptive fields of convolutional neural networks, Distill,
    2019, equations 2 and 4.

    Args:
        sizes: kernel, stride and padding before, from the input on.
    """
    size, step, first = 1, 1, 0
    for kernel, stride, before in sizes:
        size += (kernel - 1) * step
        first -= before * step
        step *= stride
    return size, step, first


def test_the_demo_network_by_the_closed_form() -> None:
    """Upsampled by two, five convolutions of 5 and 3 cells and poolings of 2 in between."""
    model = open_model(demo.model(prefer_keras=False), lambda _: None)
    graph = model.graph
    runner = model.start()
    (fed,) = graph.inputs
    size = (1, 28, 28, 1) if (graph.values[fed].axes or "").endswith("C") else (1, 1, 28, 28)
    tensors = runner.run({fed: random(*size)}, Control()).tensors

    def array(number: int) -> Array | None:
        held = graph.values[number].what in ("weight", "constant")
        return model.weight(number) if held else tensors.get(number)

    asked = Fields(graph, array)
    chain: list[tuple[int, int, int]] = []
    first = graph.value_named["conv2d:linear"]
    enlarged = graph.nodes[graph.producer[first.id]].reads[0].value
    for node in graph.nodes:
        at = node.kind_attributes
        if node.kind in ("Conv", "MaxPool"):
            kernel = list(at.get("kernel_shape") or array(node.reads[1].value).shape[2:])
            chain.append((kernel[0], (at.get("strides") or [1])[0], (at.get("pads") or [0])[0]))
        if node.kind != "Conv":
            continue
        output = tensors[node.writes[0]]
        middle = tuple(length // 2 for length in output.shape)
        found = next(f for f in asked.of(node.writes[0], middle) if f.value == enlarged)
        size, step, begin = closed_form(chain)
        row = begin + middle[2] * step
        assert found.box[2] == (max(0, row), min(56, row + size)), node.name
        assert not found.why
    runner.close()


def test_fields_are_made_of_fields(tmp_path: Path) -> None:
    """What a number depends on depends on no more than the number does."""
    one = opened(tmp_path, *NETS["three convolutions"])
    asked = fields(one)
    found: dict[int, Field] = {
        f.value: f for f in asked.of(one.model.graph.outputs[0], (0, 0, 1, 1))
    }
    (fed,) = one.model.graph.inputs
    for value, field in found.items():
        if value == fed:
            continue
        corner = tuple(low for low, _ in field.box)
        for inner in asked.of(value, corner):
            outer = found[inner.value].box
            assert all(a[0] <= b[0] and b[1] <= a[1] for a, b in zip(outer, inner.box, strict=True))
