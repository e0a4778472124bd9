"""Readings of real runs: over the picture as it came, corrected without a run, led to cells."""

import io
import json

import numpy as np
import pytest
from PIL import Image
from session.made_outputs import constant_outputs

import cutaway
from cutaway.errors import InputError

LETTERBOX = [
    {"step": "decode"},
    {"step": "colour", "to": "rgb"},
    {
        "step": "resize", "mode": "letterbox", "width": 96, "height": 64, "filter": "bilinear",
        "pad": 114,
    },
    {"step": "range", "low": 0.0, "high": 1.0},
    {"step": "layout", "order": "NCHW"},
    {"step": "dtype", "to": "float32"},
]  # fmt: skip
"""A picture of 100 x 200 becomes 32 x 64 within bars of 32 at each side: x / 0.32 - 100."""


@pytest.fixture
def photo(tmp_path):
    file = tmp_path / "photo.png"
    Image.fromarray(np.full((200, 100, 3), 90, np.uint8)).save(file)
    return file


@pytest.fixture
def detector(tmp_path):
    """One object at (40, 16)..(56, 48) of the model's picture, and a weaker one beside it."""
    rows = np.zeros((1, 9, 126), np.float32)
    rows[0, :4] = np.array([48, 32, 4, 4])[:, None]
    rows[0, :, 7] = [48, 32, 16, 32, 0, 0, 0.9, 0, 0]
    rows[0, :, 8] = [49, 32, 16, 32, 0, 0, 0.8, 0, 0]
    rows[0, :, 9] = [70, 20, 16, 16, 0.4, 0, 0, 0, 0]
    path = tmp_path / "detector.onnx"
    names = "{0: 'cup', 1: 'pot', 2: 'spoon', 3: 'fork', 4: 'knife'}"
    return constant_outputs(path, {"output0": rows}, metadata={"names": names}.items())


def test_boxes_lie_on_the_picture_as_it_came(detector, photo):
    with cutaway.open(detector) as model:
        trace = model.run(photo, preparation=LETTERBOX)
        (reading,) = trace.readings()
        assert (reading.kind, reading.chosen) == ("boxes", "guessed")
        assert reading.summary.startswith("1 spoon, 1 cup, 0.90")
        content = reading.content()
        assert content["size"] == [100, 200]
        assert content["before"] == 3
        first = content["items"][0]
        # (40 - 32) / 0.32 = 25, 16 / 0.32 = 50, (56 - 32) / 0.32 = 75, 48 / 0.32 = 150
        assert first["box"] == pytest.approx([25, 50, 75, 150])
        assert first["label"] == "spoon"
        cells = first["cells"]
        raw = trace["output0"].reshape(-1)
        assert [float(raw[one["flat"]]) for one in cells] == pytest.approx([48, 32, 16, 32, 0.9])
        assert [len(reading.content(score=s)["items"]) for s in (0.1, 0.5, 0.95)] == [2, 1, 0]
        assert len(reading.content(overlap=1.0)["items"]) == 3
        with pytest.raises(InputError, match="sliders score, overlap"):
            reading.content(sharpness=2)
        with pytest.raises(InputError, match="from 0 to 1"):
            reading.content(score=2)


def test_a_correction_is_kept_and_needs_no_run(detector, photo):
    with cutaway.open(detector) as model:
        trace = model.run(photo, preparation=LETTERBOX)
        before = trace.readings()[0].document
        wish = {"kind": "boxes", "values": [], "settings": {"score": 0.85}}
        told = model.session.command("reading", {"reading": wish}).result().json()
        (changed,) = told["readings"]
        assert told["trace"] == trace.id
        assert (changed["chosen"], changed["settings"]["score"]) == ("user", 0.85)
        assert changed["id"] != before["id"]
        key = f"/t/{trace.id}/reading/{changed['id']}"
        assert len(model.session.get(key).result().json()["items"]) == 1
        old = f"/t/{trace.id}/reading/{before['id']}"
        assert len(model.session.get(old).result().json()["items"]) == 2
        kept = json.loads(detector.with_name("detector.onnx.cutaway.json").read_text("utf-8"))
        assert kept["reading"] == wish
        again = model.run(photo, preparation=LETTERBOX)
        assert again.readings()[0].settings["score"] == 0.85
        bad = {**wish, "settings": {"score": 7}}
        with pytest.raises(InputError, match="score is a number from 0 to 1"):
            model.session.command("reading", {"reading": bad}).result()
        anew = model.session.command("reading", {"reading": None}).result().json()["readings"]
        assert anew[0]["chosen"] == "guessed"
        now = model.session.command("readings", {}).result().json()
        assert now["readings"][0]["id"] == anew[0]["id"]


def test_python_asks_for_another_reading_without_keeping_it(detector, photo):
    with cutaway.open(detector) as model:
        trace = model.run(photo, preparation=LETTERBOX)
        numbers = trace.reading("tensor")
        assert numbers.chosen == "user"
        assert trace.reading("boxes", score=0.95).content()["items"] == []
        assert trace.reading().kind == "boxes"
        with pytest.raises(InputError, match="read as sound"):
            trace.reading("sound")
        with pytest.raises(KeyError):
            trace.reading("boxes", values=["no such tensor"])
    assert not detector.with_name("detector.onnx.cutaway.json").exists()


def test_masks_are_transparent_where_the_model_saw_nothing_of_the_class(tmp_path, photo):
    scores = np.zeros((1, 4, 64, 96), np.float32)
    scores[0, 0] = 3
    scores[0, 2, :, 48:] = 6  # the right half of the model's picture
    path = constant_outputs(tmp_path / "segment.onnx", {"seg": scores})
    with cutaway.open(path) as model:
        trace = model.run(photo, preparation=LETTERBOX)
        (reading,) = trace.readings()
        content = reading.content()
        shares = {one["index"]: one["share"] for one in content["classes"]}
        assert shares == {0: pytest.approx(0.5, abs=0.02), 2: pytest.approx(0.5, abs=0.02)}
        painted = reading.picture()
        assert painted.shape == (200, 100, 4)
        own = painted[100, 80]
        colour = next(one["colour"] for one in content["classes"] if one["index"] == 2)
        assert own.tolist() == [*bytes.fromhex(colour[1:]), 255]
        alone = reading.picture(class_=2)
        assert alone[100, 80, 3] == pytest.approx(0.9465 * 255, abs=1)
        assert alone[100, 10, 3] < 128
        under = reading.at(80.5, 100.5)
        assert under["words"].startswith("class 2 0.95")
        cell = under["cells"][0]
        assert trace["seg"].reshape(-1)[cell["flat"]] == 6


def test_what_an_autoencoder_makes_is_beside_its_input(tmp_path, photo):
    path = constant_outputs(tmp_path / "style.onnx", {"out": np.full((1, 3, 64, 96), 0.5)})
    with cutaway.open(path) as model:
        trace = model.run(photo, preparation=LETTERBOX)
        (reading,) = trace.readings()
        assert reading.kind == "picture"
        fed = trace["image"]
        beside = reading.content()["beside"]
        assert beside["mean difference"] == pytest.approx(float(np.abs(0.5 - fed).mean()), rel=1e-5)
        assert (reading.picture() == 128).all()
        shown = reading.picture(show="input")
        np.testing.assert_allclose(shown, np.rint(fed[0].transpose(1, 2, 0) * 255), atol=1)
        assert reading.picture(show="difference").shape == (64, 96, 4)


def test_depth_and_flow_over_the_picture(tmp_path, photo):
    depth = np.tile(np.linspace(1, 5, 96, dtype=np.float32), (1, 1, 64, 1))
    path = constant_outputs(
        tmp_path / "both.onnx",
        {"depth": depth, "flow": np.tile([[[[3.0]], [[4.0]]]], (1, 1, 64, 96))},
    )
    with cutaway.open(path) as model:
        trace = model.run(photo, preparation=LETTERBOX)
        kinds = {one.kind: one for one in trace.readings()}
        assert set(kinds) == {"depth", "flow"}
        content = kinds["depth"].content()
        assert (content["low"], content["high"]) == (1, 5)
        assert kinds["depth"].picture().shape == (200, 100, 4)
        assert kinds["flow"].content()["high"] == pytest.approx(5)
        assert kinds["flow"].at(50, 100)["words"] == "+3 across, +4 down"


def test_labels_one_short_are_offered_the_shift_and_readings_follow(tmp_path):
    path = constant_outputs(tmp_path / "six.onnx", {"logits": [[0, 0, 5, 0, 0, 0]]})
    names = tmp_path / "five.txt"
    names.write_text("a\nb\nc\nd\ne\n")
    with cutaway.open(path) as model:
        trace = model.run()
        said = model.session.command("labels", {"path": str(names)}).result().json()
        assert said["shift"]["by"] == 1
        assert "5 names for 6 classes" in said["shift"]["words"]
        assert said["readings"]["trace"] == trace.id
        assert said["readings"]["readings"][0]["summary"].startswith("c 0.9")
        moved = model.session.command("labels", {"shift": 1}).result().json()
        assert moved["labels"] == ["background", "a", "b", "c", "d", "e"]
        assert moved["shift"] is None
        assert moved["readings"]["readings"][0]["summary"].startswith("b 0.9")
        names.write_text("a\nb\n")
        off = model.session.command("labels", {"path": str(names)}).result().json()
        assert off["shift"] is None
        assert "2 class names were given and the model has 6 classes" in off["misfit"]
        with pytest.raises(InputError, match="by 1 or -1"):
            model.session.command("labels", {"shift": 2}).result()


def test_a_label_list_one_too_long_may_lose_its_first(tmp_path):
    path = constant_outputs(tmp_path / "two.onnx", {"logits": [[0, 5]]})
    names = tmp_path / "three.txt"
    names.write_text("background\na\nb\n")
    with cutaway.open(path, labels=names) as model:
        trace = model.run()
        assert trace.readings()[0].summary.startswith("a")
        moved = model.session.command("labels", {"shift": -1, "keep": False}).result().json()
        assert moved["labels"] == ["a", "b"]


def test_nan_everywhere_fails_no_run(tmp_path, photo):
    arrays = {
        "boxes": np.full((1, 30, 4), np.nan), "scores": np.full((1, 30, 3), np.nan),
        "seg": np.full((1, 5, 64, 96), np.nan), "logits": np.full((1, 7), np.nan),
        "audio": np.full((1, 5000), np.nan), "points": np.full((1, 17, 3), np.nan),
    }  # fmt: skip
    path = constant_outputs(tmp_path / "nan.onnx", arrays)
    with cutaway.open(path) as model:
        trace = model.run(photo, preparation=LETTERBOX)
        assert trace.info["state"] == "done"
        assert {value for one in trace.readings() for value in one.document["values"]} == {
            trace.value(name)["id"] for name in arrays
        }
        for one in trace.readings():
            json.dumps(one.content(), allow_nan=False)


def test_a_sound_is_answered_as_wave_and_file(tmp_path):
    tone = np.sin(np.arange(8000) / 5)[None] * 0.3
    path = constant_outputs(tmp_path / "tts.onnx", {"audio": tone}, shape=(1, 8000))
    with cutaway.open(path) as model:
        (reading,) = model.run().readings()
        assert reading.kind == "sound"
        assert reading.content() == {
            "rate": 16000, "samples": 8000, "seconds": 0.5, "channels": 1, "note": "",
        }  # fmt: skip
        assert reading.wav()[:4] == b"RIFF"
        key = f"/t/{reading.trace.id}/reading/0/spectrogram.png"
        body = model.session.get(key).result().body
        assert Image.open(io.BytesIO(body)).size[0] > 100


def test_masks_of_things_lie_in_their_boxes_on_the_picture_as_it_came(tmp_path, photo):
    """The left half of the first thing and all of the second, through the letterbox."""
    rows = np.zeros((1, 4 + 2 + 32, 126), np.float32)
    rows[0, :4] = np.array([48, 32, 4, 4])[:, None]
    rows[0, :7, 7] = [48, 24, 16, 32, 0.9, 0, 1]
    rows[0, :6, 9], rows[0, 7, 9] = [48, 52, 16, 8, 0, 0.8], 1
    prototypes = np.zeros((1, 32, 16, 24), np.float32)
    prototypes[0, 0, :, :12], prototypes[0, 0, :, 12:] = 4, -4
    prototypes[0, 1] = 1
    path = constant_outputs(tmp_path / "seg.onnx", {"output0": rows, "output1": prototypes})
    with cutaway.open(path) as model:
        trace = model.run(photo, preparation=LETTERBOX)
        (reading,) = trace.readings()
        content = reading.content()
        assert content["masks"] is True
        # (40 - 32) / 0.32 = 25, 8 / 0.32 = 25, (56 - 32) / 0.32 = 75, 40 / 0.32 = 125
        assert content["items"][0]["box"] == pytest.approx([25, 25, 75, 125])
        painted = reading.picture()
        assert painted.shape == (200, 100, 4)
        there = painted[..., 3] > 0
        np.testing.assert_array_equal(np.argwhere(there[:125]).min(axis=0), [25, 25])
        np.testing.assert_array_equal(np.argwhere(there[:125]).max(axis=0), [124, 49])
        assert there[25:125, 25:50].all()
        # The edge is a line of its own, and the two things have the colours of their boxes.
        assert painted[25, 40, 3] == 255
        assert painted[75, 40].tolist() == [*bytes.fromhex("f9c846"), 150]
        assert painted[162, 50].tolist() == [*bytes.fromhex("56b4e9"), 150]
        assert not (reading.picture(score=0.85)[..., 3] > 0)[150:].any()


def test_corners_of_oriented_boxes_go_through_the_letterbox(tmp_path, photo):
    rows = np.zeros((1, 7, 126), np.float32)
    rows[0, :4] = np.array([48, 32, 4, 4])[:, None]
    rows[0, :, 7] = [48, 32, 16, 8, 0.9, 0, np.pi / 2]
    path = constant_outputs(tmp_path / "yolo-obb.onnx", {"output0": rows})
    with cutaway.open(path) as model:
        (reading,) = model.run(photo, preparation=LETTERBOX).readings()
        assert reading.document["title"] == "Oriented boxes"
        (item,) = reading.content()["items"]
        # Upright now: 8 wide and 16 high about (48, 32); what was upper left is upper right.
        left, top, right, bottom = 12 / 0.32, 24 / 0.32, 20 / 0.32, 40 / 0.32
        wanted = [(right, top), (right, bottom), (left, bottom), (left, top)]
        np.testing.assert_allclose(item["corners"], wanted, rtol=1e-4)


def test_marks_have_the_colours_of_the_lines_on_the_page():
    from pathlib import Path

    from cutaway.outputs import palette

    page = Path(__file__).parents[2] / "viewer/src/state/classcolours.ts"
    text = page.read_text("utf-8")
    listed = text[text.index("HUES = [") : text.index("];")]
    assert [line.strip(" ',") for line in listed.splitlines()[1:] if line.strip()] == [
        palette.mark(i) for i in range(8)
    ]
