"""What is taken out of a tensor, and a run held against tensors from elsewhere."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from PIL import Image

import cutaway
from cutaway import demo
from cutaway.errors import InputError, UnknownKey
from cutaway.graph import Value
from cutaway.session.tensors import TensorPictures


def made(array: np.ndarray, letters: str | None = None, name: str = "/a/b:0") -> TensorPictures:
    return TensorPictures(
        Value(0, name, array.shape, array.dtype.name, "activation", letters), array
    )


def rows_of(answer: Any, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(bytes(answer.body).decode()), delimiter=delimiter))


ARRAYS = {
    "float32": np.float32([[0.1, -2.5], [np.nan, np.inf]]),
    "float64": np.array([[1 / 3, 1e-300], [-0.0, 5e-324]]),
    "float16": np.float16([[0.1, 65504]]),
    "int64": np.array([[2**63 - 1, -(2**63)]]),
    "bool": np.array([[True, False]]),
    "complex64": np.complex64([[1 + 2j, -1j]]),
    "bfloat16": np.array([[0.1, 3e38]], ml_dtypes.bfloat16),
    "float8": np.array([[0.4, 448]], ml_dtypes.float8_e4m3fn),
    "int4": np.array([[-8, 7]], ml_dtypes.int4),
    "words": np.array([["ä, b", 'c"d']], object),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_npz_holds_the_tensor_by_its_name(name: str) -> None:
    array = ARRAYS[name]
    held = np.load(io.BytesIO(made(array).answer(["array.npz"], {}).body), allow_pickle=False)
    assert held.files == ["_a_b:0"]
    back = held["_a_b:0"]
    if array.dtype.kind == "O":
        assert back.tolist() == array.tolist()
    else:
        np.testing.assert_array_equal(back.astype(array.dtype), array)


@pytest.mark.parametrize("name", ARRAYS)
def test_csv_reads_back_exactly(name: str) -> None:
    array = ARRAYS[name]
    rows = rows_of(made(array).answer(["array.csv"], {}))
    assert np.shape(rows) == array.shape
    if array.dtype.kind == "O":
        assert rows == array.tolist()
        return
    for text, element in zip(np.ravel(rows), array.reshape(-1), strict=True):
        if array.dtype.kind == "b":
            assert text == str(element)
        elif array.dtype.kind == "c":
            assert complex(text.replace("i", "j")) == element
        else:
            read = int(text) if "int" in array.dtype.name else float(text)
            np.testing.assert_array_equal(np.array(read).astype(array.dtype), element)


def test_csv_of_many_axes_and_as_it_is_seen() -> None:
    array = np.arange(24.0).reshape(1, 2, 3, 4)
    tensor = made(array, "NCHW")
    head, *rows = rows_of(tensor.answer(["array.csv"], {}))
    assert head == ["axis 0", "axis 1", "axis 2", "0", "1", "2", "3"]
    for *index, a, b, c, d in rows:
        found = array[tuple(map(int, index))]
        assert [float(x) for x in (a, b, c, d)] == found.tolist()
    one = rows_of(tensor.answer(["array.csv"], {"map": "1", "tabs": "1"}), "\t")
    assert [[float(x) for x in row] for row in one] == array[0, 1].tolist()
    turned = rows_of(tensor.answer(["array.csv"], {"rows": "3", "columns": "2", "at": "1:1"}))
    assert [[float(x) for x in row] for row in turned] == array[0, 1].T.tolist()


@pytest.mark.parametrize("tail", [["array.csv"], ["picture.png"]])
def test_a_map_that_is_not_there(tail: list[str]) -> None:
    tensor = made(np.zeros((1, 2, 3, 4)), "NCHW")
    for asked in ("2", "-1", "x"):
        with pytest.raises(InputError, match="there are 2 maps from 0"):
            tensor.answer(tail, {"map": asked})


def test_text_holds_elements_alone_and_every_plane() -> None:
    """Five maps on a grid of two by three, a folded vector, a colour picture."""
    five = np.arange(20.0).reshape(1, 5, 2, 2)
    told = rows_of(made(five, "NCHW").answer(["array.csv"], {"tabs": "1"}), "\t")
    assert sorted(float(x) for row in told for x in row if x) == five.reshape(-1).tolist()
    assert sum(x == "" for row in told for x in row) == 4
    vector = np.arange(1, 102.0)
    told = rows_of(made(vector).answer(["array.csv"], {"tabs": "1"}), "\t")
    assert [float(x) for row in told for x in row if x] == vector.tolist()
    picture = np.arange(36.0).reshape(1, 3, 3, 4)
    tensor = TensorPictures(Value(0, "x", picture.shape, "float64", "input", "NCHW"), picture)
    told = rows_of(tensor.answer(["array.csv"], {"map": "0"}))
    assert [float(x) for row in told for x in row] == picture.reshape(-1).tolist()


def test_some_cells_of_a_sheet() -> None:
    array = np.arange(96.0).reshape(1, 4, 4, 6)
    tensor = made(array, "NCHW")
    sheet = tensor.view().sheet[0]
    told = rows_of(tensor.answer(["array.csv"], {"cells": "2:7,5:8"}))
    assert [[float(x) for x in row] for row in told] == sheet[2:7, 5:8].tolist()
    for asked in ("0:0,0:1", "0:1", "0:99,0:1", "-1:2,0:1", "a:b,c:d"):
        with pytest.raises(InputError, match="rows"):
            tensor.answer(["array.csv"], {"cells": asked})


def test_too_many_numbers_for_text() -> None:
    array = np.zeros((1, 3, 2**11, 2**11), np.int8)
    tensor = made(array, "NCHW")
    with pytest.raises(InputError, match=r"take the \.npy file, or one map"):
        tensor.answer(["array.csv"], {})
    assert len(rows_of(tensor.answer(["array.csv"], {"map": "2"}))) == 2**11


def test_one_map_as_a_picture_in_the_colours_of_the_sheet() -> None:
    array = np.random.default_rng(0).normal(size=(1, 3, 5, 4)).astype(np.float32)
    tensor = made(array, "NCHW")
    colours = {"table": "gray", "low": "-1", "high": "1"}
    whole, one, large = (
        np.asarray(Image.open(io.BytesIO(tensor.answer(["picture.png"], {**colours, **more}).body)))
        for more in ({}, {"map": "2"}, {"map": "2", "scale": "3"})
    )
    a = tensor.view().arrangement
    down, across = divmod(2, a.grid[1])
    part = whole[down * 5 : down * 5 + 5, across * 4 : across * 4 + 4]
    np.testing.assert_array_equal(one, part)
    np.testing.assert_array_equal(large[::3, ::3], one)


@pytest.fixture(scope="module")
def trace() -> Iterator[cutaway.Trace]:
    with cutaway.open(demo.model(prefer_keras=False)) as model:
        yield model.run(demo.sample(0).path)


def key(trace: cutaway.Trace, name: str) -> str:
    return f"/t/{trace.id}/{trace.value(name)['id']}"


def test_the_lines_of_python_get_the_same_tensor(trace: cutaway.Trace) -> None:
    session = trace.model.session
    lines = bytes(session.get(f"{key(trace, 'conv2d')}/python?at=0,3,4,5").result(60).body).decode()
    held: dict[str, Any] = {}
    exec(lines, held)
    np.testing.assert_array_equal(held["tensor"], trace["conv2d"])
    assert held["number"] == trace["conv2d"][0, 3, 4, 5]
    held["model"].close()
    values = trace.model.graph["values"]
    weight = next(v for v in values if v["name"] == "conv2d/kernel")
    lines = bytes(session.get(f"/m/{session.id}/v/{weight['id']}/python").result(60).body).decode()
    assert lines.endswith("tensor = model.weights['conv2d/kernel']\n")
    with pytest.raises(InputError):
        session.get(f"{key(trace, 'conv2d')}/python?at=print(1)").result(60)


def test_the_lines_of_python_feed_what_was_fed(trace: cutaway.Trace, tmp_path: Path) -> None:
    """A preparation of one's own is told; an array that came without a path is named."""
    model = trace.model
    steps = [
        {**step, "low": -1.0} if step["step"] == "range" else step
        for step in trace.info["preparation"]
    ]
    other = model.run(demo.sample(1).path, preparation=steps)
    lines = bytes(model.session.get(f"{key(other, 'conv2d')}/python").result(60).body).decode()
    assert "'low': -1.0" in lines
    held: dict[str, Any] = {}
    exec(lines, held)
    np.testing.assert_array_equal(held["tensor"], other["conv2d"])
    held["model"].close()
    array = np.random.default_rng(0).random((1, 28, 28), np.float32)
    fed = model.run(array)
    lines = bytes(model.session.get(f"{key(fed, 'conv2d')}/python").result(60).body).decode()
    assert "given 'array.npy' without its path" in lines
    np.save(tmp_path / "array.npy", array)
    exec(lines.replace("'array.npy')", f"{str(tmp_path / 'array.npy')!r})"), held)
    np.testing.assert_array_equal(held["tensor"], fed["conv2d"])
    held["model"].close()


NAMES = ("conv2d", "conv2d_1", "conv2d_2", "dense")


def reference(trace: cutaway.Trace) -> dict[str, np.ndarray]:
    return {name: trace[name].copy() for name in NAMES}


def test_a_run_beside_itself_passes(trace: cutaway.Trace) -> None:
    told = trace.compare(reference(trace))
    assert told.passes
    assert [row["name"] for row in told["rows"]] == list(NAMES)
    assert all(row["max_absolute"] == 0 for row in told["rows"])


def test_the_first_that_differs_in_the_order_of_the_flow(trace: cutaway.Trace) -> None:
    other = reference(trace)
    other["dense"][0, 3] += 1
    other["conv2d_1"][0, 2, 3, 4] += 0.5
    told = trace.compare(dict(reversed(other.items())))
    assert told["first"] == trace.value("conv2d_1")["id"]
    row = next(row for row in told["rows"] if row["name"] == "conv2d_1")
    assert row["max_absolute"] == pytest.approx(0.5, rel=1e-5)
    assert row["at"] == [0, 2, 3, 4]
    assert trace.compare(other, absolute=1.0).passes
    assert "conv2d_1: differs, 0.5 absolute" in str(told)


def test_the_difference_is_a_tensor_of_its_own(trace: cutaway.Trace) -> None:
    other = reference(trace)
    other["conv2d"][0, 1, 2, 3] -= 2.0
    told = trace.compare(other)
    session = trace.model.session
    against = f"{key(trace, 'conv2d')}/against/{told['comparison']}"
    stats = session.get(f"{against}/stats").result(60).json()
    assert (stats["min"], stats["max"]) == (-2.0, 0.0)
    array = np.load(io.BytesIO(session.get(f"{against}/array.npy").result(60).body))
    assert np.argwhere(array).tolist() == [[0, 1, 2, 3]]
    with pytest.raises(UnknownKey, match="99"):
        session.get(f"{key(trace, 'conv2d')}/against/99/stats").result(60)


def test_the_keras_model_against_its_export(trace: cutaway.Trace) -> None:
    """Channels last against channels first; names are the same."""
    with cutaway.open(demo.model(prefer_keras=True)) as model:
        if model.graph["format"] == "ONNX":
            pytest.skip("Keras is not installed")
        twin = model.run(demo.sample(0).path)
        told = trace.compare({name: twin[name] for name in NAMES})
    assert told.passes
    assert "channels moved" in told["rows"][0]["reason"]
    assert told["rows"][0]["max_absolute"] > 0


def test_names_as_frameworks_write_them(trace: cutaway.Trace) -> None:
    told = trace.compare({"/conv2d/relu:0": trace["conv2d"], "dense.linear": trace["dense:linear"]})
    assert sorted(row["name"] for row in told["rows"]) == ["conv2d", "dense:linear"]
    assert told.passes
    assert trace.compare({"conv2d": trace["conv2d"], "other": np.zeros(3)})["unmatched"] == [
        "other"
    ]


def test_one_tensor_without_a_name(trace: cutaway.Trace, tmp_path: Path) -> None:
    path = tmp_path / "one.npy"
    np.save(path, trace["conv2d"][0])
    told = trace.compare(path, name="conv2d")
    assert told.passes
    assert "axes of length 1" in told["rows"][0]["reason"]
    with pytest.raises(InputError, match="drop it on the tensor"):
        trace.compare(path)


def test_what_cannot_be_compared_is_told_row_by_row(trace: cutaway.Trace, tmp_path: Path) -> None:
    path = tmp_path / "odd.npz"
    np.savez(path, conv2d=np.zeros((3, 3)), conv2d_1=np.array([{}], object), dense=trace["dense"])
    told = trace.compare(path)
    by_name = {row["name"]: row for row in told["rows"]}
    assert "(3, 3)" in by_name["conv2d"]["reason"]
    assert "object" in by_name["conv2d_1"]["reason"]
    assert by_name["dense"]["passes"]
    assert not told.passes


def test_files_that_are_no_reference(trace: cutaway.Trace, tmp_path: Path) -> None:
    plain, cut, pickled = (tmp_path / name for name in ("a.npz", "b.npz", "c.npy"))
    plain.write_bytes(b"no archive at all")
    whole = io.BytesIO()
    np.savez(whole, conv2d=trace["conv2d"])
    cut.write_bytes(whole.getvalue()[: len(whole.getvalue()) // 2])
    np.save(pickled, np.array([{}], object), allow_pickle=True)
    for path in (plain, cut):
        with pytest.raises(InputError, match="neither"):
            trace.compare(path)
    with pytest.raises(InputError, match="cannot be read"):
        trace.compare(pickled, name="conv2d")
    with pytest.raises(InputError, match="no name in"):
        trace.compare({"nothing": np.zeros(3)})
    with pytest.raises(InputError, match="no file"):
        trace.compare(tmp_path / "none.npz")


def test_the_same_name_goes_before_one_that_looks_like_it(trace: cutaway.Trace) -> None:
    right, wrong = trace["conv2d"], trace["conv2d"] + 1
    for held in ({"/conv2d": wrong, "conv2d": right}, {"conv2d": right, "/conv2d": wrong}):
        told = trace.compare(held)
        assert told.passes
        assert told["unmatched"] == ["/conv2d"]


def test_words_are_not_held_against_numbers(trace: cutaway.Trace) -> None:
    told = trace.compare({"conv2d": trace["conv2d"].astype(str), "dense": trace["dense"]})
    by_name = {row["name"]: row for row in told["rows"]}
    assert not by_name["conv2d"]["passes"]
    assert "is of type" in by_name["conv2d"]["reason"]
    assert by_name["dense"]["passes"]


def test_damaged_archives_say_so(trace: cutaway.Trace, tmp_path: Path) -> None:
    """Every byte may be wrong: there is an answer or a sentence, never a failure inside."""
    whole = io.BytesIO()
    np.savez_compressed(whole, conv2d=trace["conv2d"], dense=trace["dense"])
    draw = np.random.default_rng(0)
    path = tmp_path / "damaged.npz"
    said: set[str] = set()
    for at in draw.integers(0, len(whole.getvalue()), 60):
        damaged = bytearray(whole.getvalue())
        damaged[at : at + 4] = draw.bytes(4)
        path.write_bytes(damaged)
        try:
            said |= {row["reason"].partition(":")[0] for row in trace.compare(path)["rows"]}
        except InputError as problem:
            said.add(str(problem).partition(":")[0])
    assert "the reference cannot be read" in said


def test_a_member_that_claims_to_be_huge_is_not_unpacked(
    trace: cutaway.Trace, tmp_path: Path
) -> None:
    path = tmp_path / "huge.npz"
    head = io.BytesIO()
    told = {"descr": "<f4", "fortran_order": False, "shape": (2**40,)}
    np.lib.format.write_array_header_1_0(head, told)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conv2d.npy", head.getvalue() + b"\0" * 1000)
    (row,) = trace.compare(path)["rows"]
    assert str(2**40) in row["reason"]
