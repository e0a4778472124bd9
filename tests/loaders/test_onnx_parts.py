"""A big graph run in parts gives what it gives in one session."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import psutil
import pytest
from loaders.made import ONNX, info, random, save
from loaders.opened import random_feeds
from loaders.test_onnx_runner import REAL, failing
from onnx import TensorProto, helper

from cutaway.errors import Cancelled
from cutaway.loaders import Model
from cutaway.loaders.onnx import LOADER, sessions
from cutaway.loaders.onnx.cutting import parts, planned
from cutaway.loaders.onnx.external import settle
from cutaway.loaders.onnx.light import read_light
from cutaway.loaders.onnx.runner import OnnxRunner
from cutaway.loaders.onnx.structure import Structure, read_structure
from cutaway.settings import Options
from cutaway.trace import Array, Capture, Control, Store


def in_parts(path: Path, size: int) -> OnnxRunner:
    """A runner that cuts even the smallest graph."""
    light = read_light(path)
    folder, _ = settle(light, path)
    return OnnxRunner(light, read_structure(light), folder, largest=0, size=size)


def structure_of(path: Path) -> Structure:
    return read_structure(read_light(path))


def both(
    path: Path, size: int, feeds: dict[int, Array] | None = None, tolerance: float = 0
) -> tuple[Model, Capture]:
    """The capture in parts, found to be that of one session.

    Args:
        path: of the model.
        size: of a part.
        feeds: random where none are given.
        tolerance: relative to the largest number of a tensor; 0 is bit by bit.
    """
    model = LOADER.open(path, lambda _: None, Options())
    fed = random_feeds(model) if feeds is None else feeds
    whole = model.start().run(fed, Control())
    runner = in_parts(path, size)
    for _ in range(2):  # the second run has sessions that were kept
        found = runner.run(fed, Control())
        assert found.left_out == whole.left_out
        assert found.failure == whole.failure
        assert found.tensors.keys() == whole.tensors.keys()
        for value, array in whole.tensors.items():
            assert found.tensors[value].dtype == array.dtype
            if tolerance:
                largest = np.abs(array.astype(float)).max(initial=0) or 1
                np.testing.assert_allclose(
                    found.tensors[value], array, rtol=0, atol=tolerance * largest
                )
            else:
                np.testing.assert_array_equal(found.tensors[value], array)
    return model, found


@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize("name", ONNX)
def test_the_numbers_are_the_same_bit_by_bit(name: str, size: int, tmp_path: Path) -> None:
    path = ONNX[name](tmp_path)
    both(path, size)
    structure = structure_of(path)
    assert len(parts(structure, size)) > 1 or len(structure.protos) == size + 1


@pytest.mark.data
@pytest.mark.parametrize("name", REAL)
def test_real_files_give_the_same_but_for_the_last_digits(name: str, data: Path) -> None:
    """A weight that is reshaped in one part and read in another is packed in one session only."""
    path = data / "models" / "onnx" / f"{name}.onnx"
    both(path, 3, tolerance=1e-5)


def test_without_kept_sessions_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "KEPT", 3)
    both(ONNX["onnx twin"](tmp_path), 2)


def test_a_failure_is_told_as_ever(tmp_path: Path) -> None:
    feeds = {0: random(2, 3), 1: np.array([5, 7])}
    for size in (1, 2, 4):
        model, capture = both(failing(tmp_path), size, feeds)
        assert capture.failure is not None
        assert capture.failure.shapes == ("a (2, 3) float32", "shape (2,) int64")
        assert {model.graph.values[value].name for value in capture.tensors} == {
            "x", "shape", "a", "d",
        }  # fmt: skip


def test_what_the_engine_lacks_is_told_as_ever(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Relu", ["x"], ["a"], "known"),
        helper.make_node("Unheard", ["a"], ["b"], "unknown", domain="some.where"),
        helper.make_node("Neg", ["b"], ["c"], "behind"),
        helper.make_node("Unheard", ["x"], ["e"], "another", domain="some.where"),
        helper.make_node("Abs", ["x"], ["d"], "beside"),
    ]
    path = save(
        tmp_path, "lacking", nodes, [info("x", 2)], [info("c", 2), info("d", 2)],
        domains=["some.where"],
    )  # fmt: skip
    model, capture = both(path, 1)
    assert capture.failure is not None
    assert capture.failure.node == model.graph.node_named["unknown"].id
    assert {model.graph.values[value].name for value in capture.tensors} == {"x", "a", "d"}


def test_an_operator_that_reads_from_nowhere_is_told_as_ever(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Relu", ["x"], ["a"], "known"),
        helper.make_node("Add", ["a", "nowhere"], ["b"], "orphan"),
        helper.make_node("Neg", ["a"], ["c"], "beside"),
    ]
    path = save(tmp_path, "orphan", nodes, [info("x", 2)], [info("c", 2)])
    model, capture = both(path, 1, {0: random(2)})
    assert capture.failure is not None
    assert capture.failure.node == model.graph.node_named["orphan"].id


def sequences(folder: Path, *, hidden: bool) -> Path:
    """A sequence from the third node to the last but two; ``hidden`` passes it on by Identity."""
    nodes = [
        helper.make_node("Neg", ["x"], ["a"]),
        helper.make_node("Abs", ["a"], ["b"]),
        helper.make_node("SplitToSequence", ["b"], ["s"], axis=0),
        helper.make_node("Identity", ["s"], ["t"]) if hidden else helper.make_node(
            "Relu", ["b"], ["r"]
        ),
        helper.make_node("Neg", ["b"], ["n"]),
        helper.make_node("ConcatFromSequence", ["t" if hidden else "s"], ["c"], axis=0),
        helper.make_node("Add", ["c", "n"], ["d"]),
        helper.make_node("Neg", ["d"], ["y"]),
    ]  # fmt: skip
    return save(folder, "sequences", nodes, [info("x", 3, 2)], [info("y", 3, 2)])


def test_no_cut_lies_where_a_sequence_would_cross(tmp_path: Path) -> None:
    path = sequences(tmp_path, hidden=False)
    both(path, 1)
    assert [part.nodes for part in parts(structure_of(path), 1)] == [
        range(1), range(1, 2), range(2, 6), range(6, 7), range(7, 8),
    ]  # fmt: skip


def test_a_sequence_that_crosses_unseen_is_run_whole(tmp_path: Path) -> None:
    path = sequences(tmp_path, hidden=True)
    _, capture = both(path, 1)
    assert len(parts(structure_of(path), 1)) > 3
    assert len(capture.left_out) == 2


def test_values_of_one_name_are_refused_as_in_one_session(tmp_path: Path) -> None:
    nodes = [helper.make_node("Neg", ["x"], ["y"], "one"), helper.make_node("Abs", ["x"], ["y"])]
    path = save(tmp_path, "twice", nodes, [info("x", 2)], [info("y", 2)])
    with pytest.raises(Exception, match="Duplicate definition"):
        in_parts(path, 1).run({0: random(2)}, Control())


def diamonds(folder: Path, count: int) -> Path:
    """Three branches between single values, over and over."""
    nodes = []
    for at in range(count):
        branches = [f"b{at}.{branch}" for branch in range(3)]
        nodes += [helper.make_node("Neg", [f"x{at}"], [branch]) for branch in branches]
        nodes.append(helper.make_node("Sum", branches, [f"x{at + 1}"]))
    return save(folder, "diamonds", nodes, [info("x0", 2)], [info(f"x{count}", 2)])


def test_cuts_lie_where_one_value_crosses(tmp_path: Path) -> None:
    found = parts(structure_of(diamonds(tmp_path, 20)), 10)
    assert found[0].nodes.start == 0
    assert all(one.nodes.stop == other.nodes.start for one, other in pairwise(found))
    assert found[-1].nodes.stop == 80
    assert all(part.nodes.stop % 4 == 0 for part in found)
    assert all(5 <= len(part.nodes) <= 15 for part in found)
    assert all(len(part.reads) == 1 for part in found)


def test_only_the_parts_that_what_is_kept_depends_on_are_run(tmp_path: Path) -> None:
    path = diamonds(tmp_path, 20)
    structure, told = structure_of(path), list[tuple[int, int]]()
    graph, found = structure.graph, parts(structure, 8)
    kept = graph.value_named["b1.1"].id
    assert [part for part, _ in planned(found, graph, [kept])] == found[:1]
    runner = in_parts(path, 8)
    capture = runner.run(
        {0: random(2)}, Control(lambda done, total: told.append((done, total))), keep=[kept]
    )
    np.testing.assert_array_equal(capture.tensors[kept], 3 * random(2))
    assert capture.tensors.keys() == {kept}
    assert told == [(0, 1), (1, 1)]


def test_progress_is_told_and_a_run_is_stopped_between_parts(tmp_path: Path) -> None:
    told: list[int] = []

    def stop(done: int, total: int) -> None:
        told.append(done)
        if done == 3:
            control.cancel()
        assert total == len(parts(structure_of(path), 8))

    path = diamonds(tmp_path, 20)
    control = Control(stop)
    with pytest.raises(Cancelled):
        in_parts(path, 8).run({0: random(2)}, control)
    assert told == [0, 1, 2, 3]
    assert control.on_cancel is None


def test_text_between_parts_and_text_that_is_fed(tmp_path: Path) -> None:
    text = TensorProto.STRING
    nodes = [
        helper.make_node("Cast", ["x"], ["words"], to=text),
        helper.make_node("Identity", ["words"], ["same"]),
        helper.make_node("Cast", ["same"], ["y"], to=TensorProto.FLOAT),
    ]
    both(save(tmp_path, "inside", nodes, [info("x", 3)], [info("y", 3)]), 1)
    nodes = [
        helper.make_node("Identity", ["x"], ["a"]),
        helper.make_node("Identity", ["a"], ["y"]),
    ]
    fed = save(tmp_path, "fed", nodes, [info("x", 1, kind=text)], [info("y", 1, kind=text)])
    both(fed, 1)


def test_memory_never_holds_everything(tmp_path: Path) -> None:
    count, megabytes = 60, 8
    nodes = [helper.make_node("Neg", [f"v{at}"], [f"v{at + 1}"]) for at in range(count)]
    path = save(tmp_path, "big", nodes, [info("v0", None)], [info(f"v{count}", None)])
    fed = random(megabytes << 18)
    process, most = psutil.Process(), 0

    def look(*_: int) -> None:
        nonlocal most
        most = max(most, process.memory_info().rss)

    store = Store(4 * megabytes << 20, tmp_path / "spilled")
    runner = in_parts(path, 4)
    before = process.memory_info().rss
    capture = runner.run({0: fed}, Control(look, store.add))
    look()
    assert most - before < 25 * megabytes << 20
    store.add(capture.tensors)
    assert len(store.tensors) == count + 1
    for value, array in store.tensors.items():
        np.testing.assert_array_equal(array, -fed if value % 2 else fed)
    said = store.sentence()
    assert said is not None
    assert said.startswith(f"{count - 3} of {count + 1} tensors")
