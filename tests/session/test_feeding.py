"""What goes into each input: chosen lengths, ids inside their table, several inputs by name."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from loaders.made import info, random, save, tensor
from onnx import TensorProto, helper

import cutaway
from cutaway.errors import InputError

WHOLE = TensorProto.INT64


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Looks words up in a table of five rows and their places in one of six, and masks them."""
    nodes = [
        helper.make_node("Unsqueeze", ["input_ids", "axis"], ["wide"], "wide"),
        helper.make_node("Squeeze", ["wide", "axis"], ["ids"], "narrow"),
        helper.make_node("Gather", ["words", "ids"], ["word"], "word"),
        helper.make_node("Gather", ["places", "position_ids"], ["place"], "place"),
        helper.make_node("Add", ["word", "place"], ["both"], "both"),
        helper.make_node("Unsqueeze", ["attention_mask", "last"], ["mask"], "mask"),
        helper.make_node("Mul", ["both", "mask"], ["masked"], "masked"),
        helper.make_node("Add", ["masked", "state"], ["y"], "y"),
    ]
    inputs = [
        info("input_ids", "batch", "sequence", kind=WHOLE),
        info("attention_mask", "batch", "sequence"),
        info("position_ids", "batch", "sequence", kind=WHOLE),
        info("state", 4),
    ]
    tensors = [
        tensor("words", random(5, 4)),
        tensor("places", random(6, 4, seed=1)),
        tensor("axis", np.array([1])),
        tensor("last", np.array([2])),
    ]
    outputs = [info("y", "batch", "sequence", 4)]
    return save(tmp_path_factory.mktemp("words"), "words", nodes, inputs, outputs, tensors)


def test_inputs_that_were_not_given_fit_the_network(words: Path) -> None:
    """Ids inside the table, positions in theirs, a mask of ones, a state of zeros."""
    with cutaway.open(words) as model:
        run = model.run()
        assert run.info["state"] == "done"
        ids, places = run["input_ids"], run["position_ids"]
        assert (ids.shape, int(ids.max())) == ((1, 16), 4)
        np.testing.assert_array_equal(places[0], np.arange(16) % 6)
        np.testing.assert_array_equal(run["attention_mask"], np.ones((1, 16), np.float32))
        np.testing.assert_array_equal(run["state"], np.zeros(4, np.float32))
        assert "'sequence' free: 16" in run.info["input"]["description"]


def test_several_inputs_are_matched_by_name(words: Path, tmp_path: Path) -> None:
    fed = {"input_ids": np.array([[1, 2, 3]]), "state": np.arange(4)}
    with cutaway.open(words) as model:
        run = model.run(fed)
        np.testing.assert_array_equal(run["input_ids"], fed["input_ids"])
        np.testing.assert_array_equal(run["state"], np.arange(4, dtype=np.float32))
        # What was not given has the lengths of what was.
        assert run["attention_mask"].shape == run["position_ids"].shape == (1, 3)
        np.savez(tmp_path / "fed.npz", **fed)
        np.testing.assert_array_equal(model.run(tmp_path / "fed.npz")["y"], run["y"])
        # A batch of one need not be written.
        assert model.run({"input_ids": [1, 2, 3]})["input_ids"].shape == (1, 3)
        with pytest.raises(InputError, match=r"'ids', which is no input .* input_ids, attention_m"):
            model.run({"ids": [1]})
        with pytest.raises(InputError, match=r"'input_ids' wants .*float64"):
            model.run({"input_ids": [[0.5]]})
        assert model.run({}).info["synthetic"]


def test_free_lengths_can_be_chosen(words: Path) -> None:
    with cutaway.open(words, shapes={"input_ids": (2, 7)}) as model:
        run = model.run()
        assert run["y"].shape == (2, 7, 4)
        assert "free" not in run.info["input"]["description"]
    with cutaway.open(words, shapes={"": (1, 3)}) as model:
        assert model.run()["y"].shape == (1, 3, 4)
    with (
        cutaway.open(words, shapes={"x": (1,)}) as model,
        pytest.raises(InputError, match="'x', which is no input of this model; its inputs are in"),
    ):
        model.run()
    with (
        cutaway.open(words, shapes={"state": (5,)}) as model,
        pytest.raises(InputError, match=r"'state' has the shape 4, .*; 5 does not fit"),
    ):
        model.run()


@pytest.mark.data
def test_the_size_of_a_real_network_can_be_chosen(data: Path) -> None:
    path = data / "models" / "onnx" / "yunet_dynamic.onnx"
    with cutaway.open(path, shapes={"input": (1, 3, 64, 96)}) as model:
        run = model.run(data / "photos" / "astronaut.png")
        assert run["input"].shape == (1, 3, 64, 96)
        assert run.info["state"] == "done"
    path = data / "models" / "onnx" / "silero_vad.onnx"
    with cutaway.open(path, shapes={"input": (1, 512), "state": (2, 1, 128)}) as model:
        told = model.run({"sr": 8000, "input": np.zeros((1, 256))})
        assert int(told["sr"]) == 8000
        assert told["state"].shape == (2, 1, 128)


def test_what_is_no_archive_of_arrays_is_told(words: Path, tmp_path: Path) -> None:
    other, swelling, cut = (tmp_path / name for name in ("a.npz", "b.npz", "c.npz"))
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("readme.txt", "no array")
    zeros = io.BytesIO()
    np.save(zeros, np.zeros(40_000_000))
    with zipfile.ZipFile(swelling, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("state.npy", zeros.getvalue())
    # The archive says that it is small, and holds more.
    held = swelling.read_bytes()
    cut.write_bytes(held[: len(held) // 2])
    with cutaway.open(words) as model:
        with pytest.raises(InputError, match=r"holds readme.txt: save the arrays by numpy.savez"):
            model.run(other)
        with pytest.raises(InputError, match="would swell from"):
            model.run(swelling)
        with pytest.raises(InputError, match=r"c.npz cannot be read as an .npz file"):
            model.run(cut)
        with pytest.raises(InputError, match=r"Object arrays|objects"):
            model.run({"state": np.array([None, 1], object)})
