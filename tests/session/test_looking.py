"""What is asked of a tensor's numbers beside its pictures, by keys."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import orjson
import pytest
from loaders.made import info, save
from onnx import helper
from safetensors.numpy import load

from cutaway import pictures
from cutaway.errors import UnknownKey
from cutaway.graph import Value
from cutaway.session.tensors import TensorPictures
from cutaway.worker import RemoteSession

SHAPE = (1, 3, 6, 5)


def odd() -> np.ndarray:
    array = np.linspace(-3, 3, 90, dtype=np.float32).reshape(SHAPE)
    array[0, 1, 2, 3], array[0, 2, 0, 0] = np.nan, np.inf
    return array


def made(array: np.ndarray, letters: str | None = "NCHW") -> TensorPictures:
    return TensorPictures(
        Value(0, "x", array.shape, array.dtype.name, "activation", letters), array
    )


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteSession]:
    """A worker with a network that ends in a Sigmoid of large numbers."""
    nodes = [
        helper.make_node("Mul", ["x", "x"], ["square"], "square"),
        helper.make_node("Mul", ["square", "square"], ["large"], "large"),
        helper.make_node("Sigmoid", ["large"], ["y"], "sigmoid"),
    ]
    folder = tmp_path_factory.mktemp("looking")
    opened = RemoteSession(save(folder, "square", nodes, [info("x", *SHAPE)], [info("y", *SHAPE)]))
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture(scope="module")
def source(session: RemoteSession) -> str:
    graph = session.get(f"/m/{session.id}/graph").result(60).json()
    fed = np.full(SHAPE, 9.0, np.float32)
    fed[0, 0] = 0.0
    body = io.BytesIO()
    np.save(body, fed)
    trace = session.run({"input": {"name": "array.npy"}, "preparation": None}, body.getvalue())
    assert session.get(f"/t/{trace}/info").result(60).json()["state"] == "done"
    return f"/t/{trace}/{graph['outputs'][0]}"


def test_a_row_for_every_map_with_what_is_saturated(session: RemoteSession, source: str) -> None:
    answer = session.get(f"{source}/channels").result(60)
    table = load(bytes(answer.body))
    assert table["mean"].tolist() == [0.5, 1.0, 1.0]
    assert table["size"].tolist() == [30, 30, 30]
    assert table["counts"].shape == (3, pictures.SPARK_BINS)
    constant, saturated = pictures.Flag.CONSTANT, pictures.Flag.CONSTANT | pictures.Flag.SATURATED
    assert table["flags"].tolist() == [constant, saturated, saturated]
    # In the order in which the maps stand.
    best = load(bytes(session.get(f"{source}/channels?order=mean&top=1").result(60).body))
    assert best["mean"].tolist() == [1.0]


def test_the_ends_of_the_counts_are_told() -> None:
    body = bytes(made(odd()).answer(["channels"], {}).body)
    length = int.from_bytes(body[:8], "little")
    ends = orjson.loads(orjson.loads(body[8 : 8 + length])["__metadata__"]["json"])
    assert ends == {"low": -3.0, "high": 3.0}


def test_the_next_that_is_no_number() -> None:
    tensor = made(odd())
    found = tensor.answer(["next", "nan", "0"], {}).json()
    assert found == {"flat": 43, "index": [0, 1, 2, 3], "place": 1, "count": 1}
    found = tensor.answer(["next", "any", "44"], {}).json()
    assert found == {"flat": 60, "index": [0, 2, 0, 0], "place": 2, "count": 2}
    assert made(np.zeros((0, 3))).answer(["next", "inf", "0"], {}).json()["flat"] is None


@pytest.mark.parametrize("tail", [["next", "big", "0"], ["next", "nan", "90"], ["next", "nan"]])
def test_what_cannot_be_looked_for(tail: list[str]) -> None:
    with pytest.raises(UnknownKey):
        made(odd()).answer(tail, {})


def test_statistics_tell_percentiles_and_octaves_and_small_overviews_do_not() -> None:
    tensor = made(odd())
    small = described(tensor, "32", {})
    assert small["percentiles"] is None
    assert small["octaves"] is None
    told = tensor.answer(["stats"], {}).json()
    finite = odd()[np.isfinite(odd())].astype(np.float64)
    asked = [percent for percent, _ in told["percentiles"]]
    found = [value for _, value in told["percentiles"]]
    np.testing.assert_allclose(found, np.percentile(finite, asked), rtol=1e-6)
    octaves = told["octaves"]
    assert octaves["zeros"] + sum(octaves["negative"]) + sum(octaves["positive"]) == finite.size
    assert not told["sample"]


def described(tensor: TensorPictures, size: str, query: dict[str, str]) -> dict:
    body = bytes(tensor.answer(["overview", size], query).body)
    length = int.from_bytes(body[:8], "little")
    return orjson.loads(orjson.loads(body[8 : 8 + length])["__metadata__"]["json"])


def test_a_sampled_picture_says_so_and_fits_the_exact_one() -> None:
    array = np.random.default_rng(1).normal(3, 2, (1, 40, 90, 80)).astype(np.float32)
    tensor = made(array)
    sampled = load(bytes(tensor.answer(["overview", "128"], {"sampled": "1"}).body))
    told = described(tensor, "128", {"sampled": "1"})
    exact = load(bytes(tensor.answer(["overview", "128"], {}).body))
    assert told["sample"]
    assert told["size"] == array.size
    assert sampled["cells"].shape == exact["cells"].shape
    assert sampled["maps"].shape == exact["maps"].shape == (40, 3)
    cells = pictures.decode(sampled["cells"], told["scale"], told["center"])
    view = tensor.view()
    number = pictures.overview(view.levels, 128)
    taken = pictures.sample(array, view.arrangement, view.levels[number], number)
    np.testing.assert_allclose(cells, taken.sheet, rtol=1e-3, atol=1e-3)


def test_a_million_channels_are_sampled_without_a_pass() -> None:
    array = np.zeros((1, 2**20, 4, 4), np.float16)
    told = described(made(array), "64", {"sampled": "1"})
    assert told["sample"]
    assert told["arrangement"]["maps"] == 2**20
