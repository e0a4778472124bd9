"""Whatever a file says of a node, its cells are answered."""

from __future__ import annotations

from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
from arithmetic.explained import explained, numbers, run
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto

from cutaway.arithmetic import explain
from cutaway.arithmetic.kinds import KINDS
from cutaway.arithmetic.patch import Patch
from cutaway.arithmetic.sliding import Slide
from cutaway.graph import Graph, Group, Node, Read, Value

ROLES = "data kernel bias scale mean variance axes pads starts indices zero_point slope min".split()
ATTRIBUTES = st.dictionaries(
    st.sampled_from("axis axes kernel_shape strides pads group perm mode blocksize to p".split()),
    st.one_of(st.integers(-3, 4), st.lists(st.integers(-2, 4), max_size=4), st.just("odd")),
    max_size=4,
)
DTYPES = st.sampled_from([np.float32, np.int64, np.bool_, ml_dtypes.bfloat16, object])


@st.composite
def arrays(draw: st.DrawFn) -> np.ndarray:
    shape = draw(st.lists(st.integers(1, 4), max_size=4))
    return np.ones(shape, np.int64).astype(draw(DTYPES))


@settings(max_examples=400)
@given(
    st.sampled_from(sorted(KINDS)),
    ATTRIBUTES,
    st.lists(st.tuples(st.sampled_from(ROLES), arrays()), max_size=4),
    arrays(),
)
def test_a_node_that_makes_no_sense_is_answered_with_a_sentence(
    kind, stated, reads, output
) -> None:
    held = [array for _, array in reads]
    values = [Value(at, f"x{at}", array.shape, None, "weight") for at, array in enumerate(held)]
    values.append(Value(len(held), "y", output.shape, None, "activation"))
    roles = tuple(Read(at, role) for at, (role, _) in enumerate(reads))
    node = Node(0, "n", kind, roles, (len(held),), kind=kind, kind_attributes=stated)
    graph = Graph((node,), tuple(values), (Group(0, "", None, "root"),), (), (len(held),))
    one = explain(graph, len(held), (0,) * output.ndim, output, lambda at: held[at])
    assert one.note or one.form != "none"
    assert one.shown == len(one.terms)


def test_a_tensor_that_was_not_kept_is_named(tmp_path: Path) -> None:
    opened = run(tmp_path, "Relu", [numbers(2, 3)])
    (value,) = opened.model.graph.nodes[0].writes
    output = opened.capture.tensors[value]
    one = explain(opened.model.graph, value, (1, 2), output, lambda _: None)
    assert one.note == "'x0', which Relu reads, was not kept"


@given(
    st.builds(
        Slide,
        kernel=st.integers(1, 4), stride=st.integers(1, 4), dilation=st.integers(1, 4),
        begin=st.integers(-3, 6),
    ),
    st.integers(1, 9),
    st.integers(0, 9),
    st.sampled_from([1, -1]),
)  # fmt: skip
def test_a_patch_is_what_its_positions_say(slide: Slide, size: int, at: int, way: int) -> None:
    array = np.arange(size * 3).reshape(size, 3) + 1
    positions = slide.at(at)[::way]
    patch = Patch(0, (positions, range(1, 3)), array.shape, (1, 0))
    inside = [0 <= p < size for p in positions] * 2
    wanted = [array[p, c] if 0 <= p < size else 0 for c in (1, 2) for p in positions]
    assert patch.numbers(array).tolist() == wanted
    outside = patch.padding()
    assert ([False] * len(wanted) if outside is None else outside.tolist()) == [
        not i for i in inside
    ]
    assert patch.indices(range(len(wanted))).tolist() == [[p, c] for c in (1, 2) for p in positions]
    low, high, step = patch.box()
    assert list(range(low[0], high[0], step[0])) == sorted(p for p in positions if 0 <= p < size)


def test_a_memory_mapped_tensor_is_read_where_it_is_needed(tmp_path: Path) -> None:
    """A kernel of 4 GB on disk, nearly all of it holes: a copy of it would take minutes."""
    shape = (1024, 1 << 20)
    kernel = np.memmap(tmp_path / "kernel", np.float32, "w+", shape=shape)
    kernel[:, 5] = 0.5
    data = np.ones((1, 1024), np.float32)
    output = np.full((1, 1 << 20), 512, np.float32)
    values = (
        Value(0, "x", data.shape, "float32", "input"),
        Value(1, "w", shape, "float32", "weight"),
        Value(2, "y", output.shape, "float32", "activation"),
    )
    node = Node(0, "n", "Gemm", (Read(0, "data"), Read(1, "kernel")), (2,), kind="Gemm")
    graph = Graph((node,), values, (Group(0, "", None, "root"),), (0,), (2,))
    one = explain(graph, 2, (0, 5), output, lambda at: data if at == 0 else kernel)
    assert (one.computed, one.verdict, one.count) == (512.0, "equal", 1024)


def test_integers_of_four_bits(tmp_path: Path) -> None:
    data = np.array([-8, -1, 3, 7]).astype(ml_dtypes.int4)
    scale, zero = np.array(0.5, np.float32), np.array(2).astype(ml_dtypes.int4)
    sums = explained(run(tmp_path, "DequantizeLinear", [data, scale, zero], fed=0))
    assert [one.captured for one in sums] == [-5.0, -1.5, 0.5, 2.5]
    assert sums[0].terms[0].input.text == "-8"


@pytest.mark.parametrize("target", [TensorProto.FLOAT8E4M3FN, TensorProto.FLOAT8E5M2])
def test_floats_of_eight_bits(target: int, tmp_path: Path) -> None:
    sums = explained(run(tmp_path, "Cast", [numbers(20)], to=target))
    assert {one.verdict for one in sums} == {"equal"}
