"""Tensors seen in other ways, asked for by keys."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import numpy as np
import orjson
import pytest
from loaders.made import info, save
from onnx import helper
from safetensors.numpy import load

from cutaway import pictures
from cutaway.errors import InputError
from cutaway.graph import Value
from cutaway.session.tensors import TensorPictures
from cutaway.session.wanted import wanted
from cutaway.worker import RemoteSession

CASES = orjson.loads((Path(__file__).parent / "arrangements.json").read_bytes())
"""Each with its shape and query, what is told of it, and every cell's element, by plane, row and
column; the page's tests read them too."""

SHAPE = (2, 6, 4, 5)


def made(array: np.ndarray, letters: str | None = None) -> TensorPictures:
    value = Value(0, "x", array.shape, array.dtype.name, "activation", letters)
    return TensorPictures(value, array)


def numbered(shape: tuple[int, ...] | list[int]) -> np.ndarray:
    return np.arange(math.prod(shape)).reshape(shape)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['shape']} {case['query']}")
def test_python_and_the_page_agree_where_every_element_is(case: dict[str, Any]) -> None:
    tensor = made(numbered(case["shape"]), case["letters"])
    document = tensor.answer(["stats"], case["query"]).json()
    assert document["arrangement"] == case["arrangement"]
    view = tensor.view(wanted(case["query"]))
    elements = np.array(case["elements"], object).reshape(view.sheet.shape)
    for cell in np.ndindex(elements.shape):
        index = pictures.element_at(view.arrangement, case["shape"], cell)
        assert (None if index is None else tensor.array[index]) == elements[cell]
        if index is not None:
            assert pictures.cell_of(view.arrangement, case["shape"], index) == cell
            assert view.sheet[cell] == elements[cell]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteSession]:
    """A worker with a small network whose output has ``SHAPE``, batch and channels first."""
    folder = tmp_path_factory.mktemp("views")
    pool = helper.make_node("MaxPool", ["x"], ["y"], "pool", kernel_shape=[1, 1])
    path = save(folder, "pool", [pool], [info("x", *SHAPE)], [info("y", *SHAPE)])
    opened = RemoteSession(path)
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture(scope="module")
def source(session: RemoteSession) -> str:
    """The key of what the run gave."""
    graph = session.get(f"/m/{session.id}/graph").result(60).json()
    trace = session.run({"input": {"synthetic": True}, "preparation": None}, b"")
    assert session.get(f"/t/{trace}/info").result(60).json()["state"] == "done"
    return f"/t/{trace}/{graph['outputs'][0]}"


def array_of(session: RemoteSession, source: str) -> np.ndarray:
    return np.load(io.BytesIO(session.get(f"{source}/array.npy").result(60).body))


def test_every_tail_takes_a_view(session: RemoteSession, source: str) -> None:
    query = "?grid=2&rows=3&columns=1&at=0:1"
    array = array_of(session, source)[1].transpose(1, 2, 0)  # (4, 5, 6)
    stats = session.get(f"{source}/stats{query}").result(60).json()
    a = stats["arrangement"]
    assert (a["maps"], a["rows"], a["columns"], a["at"]) == (4, 5, 6, [1])
    assert a["axes"] == {"sliced": [0], "planes": [], "grid": [2], "rows": [3], "columns": [1]}
    text = session.get(f"{source}/cells/0{query}").result(60).json()
    assert text["rows"] == a["grid"][0] * 5
    assert float(text["text"][0 * text["columns"] + 6 + 2]) == pytest.approx(array[1, 0, 2])
    blob = load(bytes(session.get(f"{source}/overview/512{query}").result(60).body))
    np.testing.assert_allclose(blob["maps"][:, 1], array.max(axis=(1, 2)))
    page = load(bytes(session.get(f"{source}/sheet/0/0{query}").result(60).body))["cells"]
    found = pictures.decode(page, stats["scale"], stats["center"])[:5, 6:12]
    np.testing.assert_allclose(found, array[1], rtol=1e-3, atol=1e-6)
    png = session.get(f"{source}/picture.png{query}&table=gray&scale=2").result(60).body
    assert int.from_bytes(bytes(png[16:20])) == 2 * a["grid"][1] * 6


def test_the_statistics_are_the_tensors_whichever_way_it_is_seen(
    session: RemoteSession, source: str
) -> None:
    plain, turned = (
        session.get(f"{source}/stats{query}").result(60).json() for query in ("", "?at=0:1&top=2")
    )
    own = {"arrangement", "levels", "dead"}
    assert {k: v for k, v in plain.items() if k not in own} == {
        k: v for k, v in turned.items() if k not in own
    }
    assert plain["arrangement"]["order"] is None
    assert turned["arrangement"]["order"] == [0, 1]


def test_maps_are_sorted_and_keep_their_numbers(session: RemoteSession, source: str) -> None:
    array = array_of(session, source)[1].astype(np.float64)
    expected = np.argsort(-array.var(axis=(1, 2)), kind="stable")
    key = f"{source}/stats?order=variance&top=4&at=0:1"
    a = session.get(key).result(60).json()["arrangement"]
    assert a["order"] == expected[:4].tolist()
    assert (a["maps"], a["grid"]) == (4, [2, 2])
    nearest = session.get(f"{source}/stats?order=similar:5").result(60).json()
    assert nearest["arrangement"]["order"][0] == 5


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("grid=1,1", "an axis has one place"),
        ("rows=4", "the tensor's axes are 0 to 3; got axis 4"),
        ("rows=a", "rows is a list of axes such as 1,4; got rows=a"),
        ("rows=1,", "rows is a list of axes"),
        ("planes=1", "got planes=1 of 6"),
        ("at=0:2", "axis 0 has 2 elements"),
        ("at=0:0,0:1", "at is one index an axis"),
        ("at=0", "at is a list of axis:index"),
        ("order=size", "order is index, mean, max, variance or similar:NUMBER"),
        ("order=similar:6", "maps 0 to 5 are there; got similar:6"),
        ("order=similar:-1", "order is index"),
        ("top=0", "top is a number of maps from 1; got top=0"),
        ("top=1e3", "top is a number"),
        ("gird=1", "got 'gird': choose one of those"),
    ],
)
def test_a_view_that_is_not_there_is_told_in_one_sentence(
    session: RemoteSession, source: str, query: str, said: str
) -> None:
    with pytest.raises(InputError) as told:
        session.get(f"{source}/overview/64?{query}").result(60)
    assert said in str(told.value)
    assert session.get(f"{source}/overview/64").result(60).body


def test_words_of_other_tails_are_passed_over(session: RemoteSession, source: str) -> None:
    plain = session.get(f"{source}/stats").result(60).body
    assert session.get(f"{source}/stats?table=gray&low=0&scale=3").result(60).body == plain


def test_no_axes_at_all_is_one_number(session: RemoteSession, source: str) -> None:
    key = f"{source}/cells/0?grid=&at=0:1,1:2,2:3,3:4"
    text = session.get(key).result(60).json()["text"]
    assert float(text[0]) == pytest.approx(array_of(session, source)[1, 2, 3, 4])


def test_queries_that_mean_the_same_are_one_view_and_few_are_kept() -> None:
    tensor = made(numbered(SHAPE), "NCHW")
    natural = tensor.view()
    for query in ({"at": "0:0"}, {"grid": "1", "rows": "2", "columns": "3"}, {"order": "index"}):
        assert tensor.view(wanted(query)) is natural
    second = tensor.view(wanted({"at": "0:1"}))
    assert tensor.view(wanted({"at": "0:1"})) is second
    for query in ({"order": "similar:99"}, {"rows": "9"}) * 9:
        with pytest.raises(InputError):
            tensor.view(wanted(query))
    assert tensor.view() is natural
    for top in range(1, 5):
        tensor.view(wanted({"top": str(top)}))
    assert tensor.view(wanted({"at": "0:1"})) is not second


def test_what_many_ask_for_at_once_is_made_once() -> None:
    tensor = made(np.random.default_rng(0).normal(size=(1, 64, 90, 90)), "NCHW")
    many = 8
    barrier = Barrier(many)

    def ask(_: int) -> tuple[int, ...]:
        barrier.wait()
        view = tensor.view(wanted({"order": "mean"}))
        things = (view, view.sheet, view.maps, view.level(1), tensor.sketch, tensor.statistics)
        return tuple(map(id, (*things, tensor.document)))

    with ThreadPoolExecutor(many) as pool:
        assert len(set(pool.map(ask, range(many)))) == 1


@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1, 1)])
@pytest.mark.parametrize("query", [{}, {"order": "mean", "top": "2"}, {"planes": "", "rows": ""}])
def test_one_number_and_none_have_pictures(shape: tuple[int, ...], query: dict[str, str]) -> None:
    for dtype in (np.float32, np.int64, object):
        tensor = made(np.zeros(shape, dtype))
        for rest in (["stats"], ["overview", "512"], ["overview", "32"], ["picture.png"]):
            assert tensor.answer(rest, query).body


@pytest.mark.data
def test_heads_of_a_real_attention_are_maps_of_queries_by_keys(data: Path) -> None:
    opened = RemoteSession(data / "models" / "onnx" / "attention.onnx")
    try:
        graph = opened.get(f"/m/{opened.id}/graph").result(60).json()
        weights = next(node["writes"][0] for node in graph["nodes"] if node["op"] == "Softmax")
        trace = opened.run({"input": {"synthetic": True}, "preparation": None}, b"")
        opened.get(f"/t/{trace}/info").result(60)
        key = f"/t/{trace}/{weights}/stats"
        axes = opened.get(key).result(60).json()["arrangement"]["axes"]
        assert (axes["grid"], axes["rows"], axes["columns"]) == ([0, 1], [2], [3])
        one = opened.get(f"{key}?grid=1&rows=2&columns=3&at=0:5").result(60).json()["arrangement"]
        assert (one["maps"], one["rows"], one["columns"], one["at"]) == (8, 128, 128, [5])
    finally:
        opened.close()
