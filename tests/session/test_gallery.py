"""A gallery of a model: predictions as they come, what they amount to, an entry as a run."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from safetensors.numpy import load
from survey.made import labelled, pictures, zipped

import cutaway
from cutaway import demo
from cutaway.errors import Cancelled, InputError, UnknownKey
from cutaway.worker import RemoteSession
from cutaway.worker.held import new_id


@pytest.fixture(scope="module")
def session() -> Iterator[RemoteSession]:
    made = RemoteSession(demo.model(prefer_keras=False))
    yield made
    made.close()


def follows_brightness(path: Path) -> Path:
    """A YOLO with one class, whose first place scores as much as the picture's mean."""
    rows = np.zeros((1, 5, 126), np.float32)
    rows[0, :4] = np.array([48, 32, 16, 16])[:, None]
    only = np.zeros((1, 5, 126), np.float32)
    only[0, 4, 0] = 1
    nodes = [
        helper.make_node("ReduceMean", ["image"], ["mean"], axes=[1, 2, 3]),
        helper.make_node("Squeeze", ["mean", "last"], ["flat"]),
        helper.make_node("Mul", ["flat", "only"], ["score"]),
        helper.make_node("Add", ["score", "rows"], ["output0"]),
    ]
    held = [
        numpy_helper.from_array(rows, "rows"),
        numpy_helper.from_array(only, "only"),
        numpy_helper.from_array(np.array([3]), "last"),
    ]
    entry = helper.make_tensor_value_info("image", TensorProto.FLOAT, ("n", 3, 64, 96))
    end = helper.make_tensor_value_info("output0", TensorProto.FLOAT, ("n", 5, 126))
    graph = helper.make_graph(nodes, "made", [entry], [end], held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.save(model, path)
    return path


def begun(session: RemoteSession, *paths: Path) -> tuple[int, str]:
    number = new_id()
    session.command("gallery", {"gallery": number, "paths": [str(one) for one in paths]}).result()
    return number, f"/m/{session.id}/g/{number}"


def result(session: RemoteSession, number: int) -> dict[str, Any]:
    return session.command("gallery-result", {"gallery": number}).result().json()


def test_a_labelled_folder_is_answered_and_judged(session: RemoteSession, tmp_path: Path) -> None:
    root = labelled(tmp_path / "set")
    (root / "bag" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    (root / "cat").mkdir()
    (root / "cat" / "cat.png").write_bytes(next((root / "coat").iterdir()).read_bytes())
    number, key = begun(session, root)
    info = session.get(f"{key}/info").result().json()
    assert info["count"] == 22
    columns = load(bytes(session.get(f"{key}/all").result().body))
    told = result(session, number)
    assert told["state"] == "done"
    assert told["judged"] == 20
    assert told["accuracy"] == 1.0
    assert told["unmatched"] == ["cat"]
    assert told["matched"] == "by name"
    assert told["failed"] == 1
    assert told["left_out"][0]["name"] == "bag/broken.png"
    assert np.trace(np.asarray(told["confusion"]["counts"])) == 20
    # Pages hold what the whole does.
    page = load(bytes(session.get(f"{key}/predictions/0").result().body))
    np.testing.assert_array_equal(page["predicted"], columns["predicted"][:25])
    assert session.get(f"{key}/sprite/0.png").result().body[:4] == b"\x89PNG"
    with pytest.raises(UnknownKey):
        session.get(f"{key}/predictions/9").result()


def test_an_entry_is_run_as_a_file_is(session: RemoteSession, tmp_path: Path) -> None:
    _, key = begun(session, labelled(tmp_path / "set"))
    number = int(key.rsplit("/", 1)[1])
    columns = load(bytes(session.get(f"{key}/all").result().body))
    for entry in (0, 11):
        trace = session.run({"input": {"gallery": number, "entry": entry}})
        info = session.get(f"/t/{trace}/info").result().json()
        assert info["state"] == "done"
        best = info["answer"]["classes"][info["answer"]["top"][0]]
        assert best["index"] == columns["predicted"][entry]
        assert best["score"] == pytest.approx(columns["score"][entry], abs=1e-5)


def test_an_entry_runs_live_as_it_runs_plainly(session: RemoteSession, tmp_path: Path) -> None:
    _, key = begun(session, zipped(labelled(tmp_path / "set"), tmp_path / "set.zip"))
    number = int(key.rsplit("/", 1)[1])
    session.get(f"{key}/all").result()
    fed = {"input": {"gallery": number, "entry": 3}}
    plain = session.get(f"/t/{session.run(dict(fed))}/info").result().json()
    trace, answer = session.live(dict(fed), b"")
    answer.result()
    told = session.get(f"/t/{trace}/info").result().json()
    assert told["state"] == "done"
    assert told["input"] == plain["input"]
    assert told["answer"] == plain["answer"]


def test_every_answer_is_that_of_a_plain_run() -> None:
    stacked, labels = pictures()
    for keras in (False, True):
        with cutaway.open(demo.model(prefer_keras=keras)) as model:
            found = model.predict(stacked, labels)
            assert found.accuracy == 1.0
            assert found.wrong == []
            assert found.confusion is not None
            assert found.confusion.trace() == 20
            for at in range(0, 20, 3):
                (alone,) = model.run(stacked[at]).top(1)
                assert (found[at].predicted, found[at].label) == (alone.index, alone.label)
                assert found[at].score == pytest.approx(alone.score, abs=1e-5)
                assert isinstance(found.top[at], cutaway.ClassScore)
                assert found.top[at].label == alone.label
                index, _label, score = found.top[at]
                assert (index, score) == (found[at].predicted, found[at].score)


def test_neighbours_point_the_same_way(session: RemoteSession, tmp_path: Path) -> None:
    number, key = begun(session, labelled(tmp_path / "set"))
    columns = load(bytes(session.get(f"{key}/all").result().body))
    near = session.get(f"{key}/near/4").result().json()
    assert columns["predicted"][near["near"][0]] == columns["predicted"][4]
    assert near["cosines"] == sorted(near["cosines"], reverse=True)
    again = new_id()
    session.command("gallery", {"gallery": again, "again": number}).result()
    anew = load(bytes(session.get(f"/m/{session.id}/g/{again}/all").result().body))
    np.testing.assert_array_equal(anew["predicted"], columns["predicted"])


def test_a_gallery_can_be_stopped(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((100_000, 28, 28), np.uint8))
    heard = threading.Event()

    def hear(event: dict[str, Any]) -> None:
        if event["type"] == "gallery" and event["done"] > 0:
            heard.set()

    one = RemoteSession(demo.model(prefer_keras=False), listener=hear)
    try:
        number, key = begun(one, tmp_path / "x.npy")
        assert heard.wait(60)
        one.command("gallery-cancel", {"gallery": number}).result()
        with pytest.raises(Cancelled):
            one.get(f"{key}/all").result(30)
        told = result(one, number)
        assert told["state"] == "cancelled"
        assert 0 < told["done"] < 100_000
    finally:
        one.close()


def test_what_cannot_be_a_gallery_is_said(session: RemoteSession, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    _, key = begun(session, tmp_path / "empty")
    with pytest.raises(InputError, match="nothing that can be fed"):
        session.get(f"{key}/info").result()
    with pytest.raises(UnknownKey, match="no longer kept"):
        session.get(f"/m/{session.id}/g/1/info").result()
    with cutaway.open(demo.model(prefer_keras=False)) as model:
        with pytest.raises(InputError, match="one label for each"):
            model.predict(np.zeros((3, 28, 28), np.uint8), [1, 2])
        with pytest.raises(InputError, match="none of 3 inputs"):
            model.predict(np.zeros((3, 7, 9, 5), np.float32))


@pytest.mark.data
@pytest.mark.parametrize("keras", [False, True])
def test_the_test_set_gives_the_accuracy_of_the_training(data: Path, *, keras: bool) -> None:
    with cutaway.open(demo.model(prefer_keras=keras)) as model:
        found = model.predict(data / "fashion-mnist" / "t10k-images-idx3-ubyte.gz")
        assert len(found) == demo.card()["test_images"] == 10_000
        assert found.accuracy == pytest.approx(demo.card()["accuracy"], abs=1e-9)
        assert found.confusion is not None
        assert found.confusion.sum() == 10_000
        assert len(found.wrong) == 772
        scores = [found[at].score for at in found.wrong]
        assert scores == sorted(scores, key=lambda s: -(s or 0))


@pytest.mark.data
def test_a_sound_of_a_gallery_is_read_as_it_is_alone(data: Path) -> None:
    """By the same steps; its scores are the network's own where a sigmoid made them."""
    sound = data / "audio" / "yes.wav"
    with cutaway.open(data / "models" / "tflite" / "yamnet.tflite") as model:
        (best,) = model.run(sound).top(1)
        (among,) = model.predict(sound).top
    assert among[:2] == (best.index, best.label)
    assert among[2] == pytest.approx(best.score, abs=0.05)
    assert (best.score or 0) > 0.9
    with cutaway.open(data / "models" / "onnx" / "silero_vad.onnx") as model:
        found = model.predict(sound)
        assert not found.left_out


@pytest.mark.data
def test_each_picture_of_a_detector_has_its_line_and_its_boxes(data: Path, tmp_path: Path) -> None:
    model = tmp_path / "face_rfb_320.onnx"
    shutil.copy(data / "models/onnx/face_rfb_320.onnx", model)
    session = RemoteSession(model)
    try:
        number, key = begun(session, data / "photos")
        told = session.get(f"{key}/told/0").result().json()["entries"]
        assert [one["entry"] for one in told] == [0, 1, 2]
        assert result(session, number)["told"] is True
    finally:
        session.close()
    with cutaway.open(model) as opened:
        for at, name in enumerate(("astronaut.png", "chelsea.png", "coffee.png")):
            (reading,) = opened.run(data / "photos" / name).readings()
            assert told[at]["summary"] == reading.summary
            content = reading.content()
            scale = 64 / max(content["size"])
            shift = (64 - np.array(content["size"]) * scale) / 2
            wanted = [np.array(one["corners"]) * scale + shift for one in content["items"]]
            boxes = [one["corners"] for one in told[at]["boxes"]]
            np.testing.assert_allclose(np.array(boxes), np.array(wanted), atol=0.01)
    assert told[0]["summary"] == "1 face, 1.00"
    assert len(told[0]["boxes"]) == 1


def test_entries_fed_together_have_lines_of_their_own(tmp_path: Path) -> None:
    """A network whose box is where the picture is bright: lines are not mixed among entries."""
    for at in range(6):
        picture = np.zeros((64, 96, 3), np.uint8)
        picture[...] = 40 * at
        Image.fromarray(picture).save(tmp_path / f"{at}.png")
    model = follows_brightness(tmp_path / "detector.onnx")
    session = RemoteSession(model)
    try:
        number, key = begun(session, *sorted(tmp_path.glob("*.png")))
        told = session.get(f"{key}/told/0").result().json()["entries"]
        assert result(session, number)["batch"] == 6
    finally:
        session.close()
    lines = [one["summary"] for one in told]
    assert lines[0].startswith("nothing above 0.25")
    assert [line.rsplit(" ", 1)[1] for line in lines[2:]] == [
        f"{40 * at / 255:.2f}" for at in range(2, 6)
    ]


def test_a_classifier_has_no_lines(session: RemoteSession, tmp_path: Path) -> None:
    number, key = begun(session, labelled(tmp_path / "set"))
    assert session.get(f"{key}/told/0").result().json()["entries"] == []
    assert result(session, number)["told"] is False


@pytest.mark.parametrize("activation", ["softmax", "sigmoid", "none", None])
def test_a_correction_holds_for_a_gallery_as_for_a_run(
    activation: str | None, tmp_path: Path
) -> None:
    session = RemoteSession(demo.model(prefer_keras=False))
    try:
        root = labelled(tmp_path / "set")
        settings = {} if activation is None else {"activation": activation}
        kind = "tensor" if activation is None else "classes"
        said = {"kind": kind, "values": [], "settings": settings}
        session.command("reading", {"reading": said, "keep": False, "hold": True}).result(60)
        number, key = begun(session, root)
        columns = load(bytes(session.get(f"{key}/all").result(120).body))
        for entry in (0, 7, 19):
            run = session.run({"input": {"gallery": number, "entry": entry}})
            answer = session.get(f"/t/{run}/info").result(60).json()["answer"]
            if activation is None:
                assert answer is None
                assert columns["predicted"][entry] == -1
                continue
            best = answer["classes"][answer["top"][0]]
            assert columns["predicted"][entry] == best["index"]
            assert columns["score"][entry] == pytest.approx(best["score"], abs=1e-5)
    finally:
        session.close()
