"""Files of every kind through a model in its worker: what is told of them, and what is refused."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from inputs.made import number, tone, video, wav
from inputs.test_words import tokenizer
from loaders.made import info, save
from loaders.made_huggingface import saved
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

import cutaway
from cutaway.errors import InputError
from cutaway.worker.face import Model


def network(folder: Path, shape, kind=TensorProto.FLOAT) -> Path:
    """A network that gives back what goes in."""
    nodes = [helper.make_node("Identity", ["x"], ["y"], name="same")]
    ends = [info("x", *shape, kind=kind)], [info("y", *shape, kind=kind)]
    return save(folder, "same.onnx", nodes, *ends)


@pytest.fixture
def pictures(tmp_path: Path):
    with cutaway.open(network(tmp_path, [1, 3, 64, 64])) as model:
        yield model


@pytest.fixture
def sounds(tmp_path: Path):
    with cutaway.open(network(tmp_path, [1, 16_000])) as model:
        yield model


def embedding(folder: Path, rows: int = 9) -> Path:
    """Token numbers to rows of a table, a mask over them."""
    table = numpy_helper.from_array(np.eye(rows, dtype=np.float32), "table")
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"], name="look"),
        helper.make_node("Cast", ["attention_mask"], ["wide"], to=TensorProto.FLOAT, name="cast"),
        helper.make_node("Unsqueeze", ["wide", "last"], ["tall"], name="tall"),
        helper.make_node("Mul", ["rows", "tall"], ["y"], name="mask"),
    ]
    last = numpy_helper.from_array(np.array([2], np.int64), "last")
    names = ("input_ids", "attention_mask")
    ids = [info(name, "n", "t", kind=TensorProto.INT64) for name in names]
    return save(folder, "words.onnx", nodes, ids, [info("y", "n", "t", rows)], [table, last])


def test_a_frame_of_a_video_and_what_is_told_of_it(pictures: Model, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(video(40))
    trace = pictures.run(path, frame=33)
    shown = (trace["x"][0].transpose(1, 2, 0) * 255).astype(np.uint8)
    assert number(shown) == 33
    told = trace.info["input"]
    assert (told["kind"], told["frames"], told["frame"], told["rate"]) == ("image", 40, 33, 25.0)
    with pytest.raises(InputError, match="40 frames"):
        pictures.run(path, frame=40)


def test_a_page_of_a_gif(pictures: Model, tmp_path: Path) -> None:
    path = tmp_path / "two.gif"
    frames = [Image.new("RGB", (64, 64), shade) for shade in ("black", "white")]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=100)
    assert pictures.run(path, frame=1)["x"].min() == 1
    assert pictures.run(path)["x"].max() == 0


def test_a_sound_is_fed_and_drawn(sounds: Model, tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    path.write_bytes(wav(tone(2.0, 8_000, channels=2), 8_000))
    trace = sounds.run(path)
    told = trace.info["input"]
    assert (told["kind"], told["rate"], told["seconds"]) == ("audio", 8000.0, 2.0)
    steps = [one["step"] for one in trace.info["preparation"]]
    assert steps == ["decode", "mono", "resample", "window", "level", "arrange", "dtype"]
    assert abs(np.abs(trace["x"]).max() - 0.5) < 0.01
    picture = sounds.session.get(f"/t/{trace.id}/input.png").result()
    assert picture.body[:4] == b"\x89PNG"
    later = [
        {**s, "start": 8_000} if s["step"] == "window" else s for s in trace.info["preparation"]
    ]
    assert not np.array_equal(sounds.run(path, preparation=later)["x"], trace["x"])


def test_words_through_the_tokenizer_beside_the_model(tmp_path: Path) -> None:
    path = embedding(tmp_path)
    tokenizer(path.parent)
    with cutaway.open(path) as model:
        trace = model.run(text="a grey shoe")
        assert trace["y"].argmax(-1).tolist() == [[1, 4, 5, 6, 2]]
        told = trace.info["input"]
        assert told["tokens"] == ["[CLS]", "a", "grey", "shoe", "[SEP]"]
        assert (told["kind"], told["text"]) == ("text", "a grey shoe")
        given = {one["name"]: one["by"] for one in trace.info["inputs"]}
        assert given == {"input_ids": "user", "attention_mask": "user"}
        file = tmp_path / "said.txt"
        file.write_text("a bag")
        assert model.run(file)["y"].shape == (1, 4, 9)


def test_a_zipped_hugging_face_model_brings_its_tokenizer(tmp_path: Path) -> None:
    root = saved(tmp_path / "held", "bert")
    tokenizer(root)
    archive = tmp_path / "bert.zip"
    with zipfile.ZipFile(archive, "w") as out:
        for file in sorted(root.rglob("*")):
            out.write(file, Path("bert") / file.relative_to(root))
    with cutaway.open(archive) as model:
        trace = model.run(text="a grey shoe")
    assert trace.info["input"]["tokens"] == ["[CLS]", "a", "grey", "shoe", "[SEP]"]
    assert {score.label for score in trace.top(3)} == {"sad", "calm", "glad"}


def test_a_tokenizer_lies_beside_a_model_in_an_archive(tmp_path: Path) -> None:
    root = tmp_path / "held"
    root.mkdir()
    embedding(root)
    tokenizer(root)
    (root / "labels.txt").write_text("one\ntwo\n")
    archive = tmp_path / "words.zip"
    with zipfile.ZipFile(archive, "w") as out:
        for file in root.iterdir():
            out.write(file, f"inner/{file.name}")
    with cutaway.open(archive) as model:
        assert model.run(text="a grey shoe")["y"].argmax(-1).tolist() == [[1, 4, 5, 6, 2]]


def test_words_want_a_tokenizer_and_it_is_kept_once_named(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    model = tmp_path / "model"
    model.mkdir()
    with cutaway.open(embedding(model)) as model:
        with pytest.raises(InputError, match=r"no tokenizer\.json lies beside the model"):
            model.run(text="a bag")
        model.run(text="a bag", tokenizer=tokenizer(folder))
        assert model.run(text="a grey bag")["y"].shape == (1, 5, 9)


def test_a_table_fills_an_input_of_as_many_numbers(sounds: Model, tmp_path: Path) -> None:
    path = tmp_path / "row.csv"
    path.write_text("\n".join(map(str, range(16_000))))
    np.testing.assert_array_equal(sounds.run(path)["x"], [np.arange(16_000)])
    path.write_text("1,2,3\n")
    with pytest.raises(InputError, match=r"wants \(1, 16000\) float32"):
        sounds.run(path)


def test_nan_is_fed_and_said(sounds: Model) -> None:
    array = np.zeros((1, 16_000), np.float32)
    array[0, :3] = np.nan, np.inf, -np.inf
    trace = sounds.run(array)
    assert "3 of 16,000 numbers of 'x'" in trace.info["message"]
    assert np.isnan(trace["x"][0, 0])
    array[:] = 0
    assert sounds.run(array).info["message"] is None


def test_a_sound_for_a_picture_and_words_for_numbers_are_told(
    pictures: Model, tmp_path: Path
) -> None:
    path = tmp_path / "tone.wav"
    path.write_bytes(wav(tone(0.1)))
    with pytest.raises(InputError, match="holds no sound"):
        pictures.run(path)
    with pytest.raises(InputError, match="'words' is text"):
        pictures.run(text="a shoe")
    with pytest.raises(InputError, match="leave one out"):
        pictures.run(path, text="a shoe")


def test_a_preparation_of_pictures_is_not_used_for_a_sound(tmp_path: Path) -> None:
    path = network(tmp_path, [1, 16_384])
    with cutaway.open(path) as model:
        steps = model.run(np.zeros((128, 128), np.uint8)).info["preparation"]
        model.session.command("prepare", {"steps": steps}).result()
        sound = tmp_path / "tone.wav"
        sound.write_bytes(wav(tone(1.0)))
        made = model.run(sound).info["preparation"]
        assert [one["step"] for one in made][:2] == ["decode", "resample"]


@pytest.mark.data
def test_yamnet_hears_speech(data: Path) -> None:
    with cutaway.open(data / "models" / "tflite" / "yamnet.tflite") as model:
        trace = model.run(data / "audio" / "yes.wav")
        output = model.graph["values"][model.graph["outputs"][0]]["name"]
        assert trace.top(1)[0].label == "Speech"
        assert trace[output].argmax() == 0
        assert trace[output].max() > 0.9
        rate = next(s for s in trace.info["preparation"] if s["step"] == "resample")
        assert (rate["rate"], rate["guessed"]) == (16_000, False)


@pytest.mark.data
def test_silero_hears_speech_in_the_piece_chosen_for_it(data: Path) -> None:
    with cutaway.open(data / "models" / "onnx" / "silero_vad.onnx") as model:
        trace = model.run(data / "audio" / "yes.wav")
        assert trace["output"][0, 0] > 0.5
        window = next(s for s in trace.info["preparation"] if s["step"] == "window")
        assert (window["samples"], window["guessed"]) == (576, True)
        silent = [
            {**s, "start": 0} if s["step"] == "window" else s for s in trace.info["preparation"]
        ]
        quiet = model.run(data / "audio" / "yes.wav", preparation=silent)
        assert quiet["output"][0, 0] < 0.2


@pytest.mark.data
def test_presets_and_previews_of_a_sound_know_what_the_other_inputs_say(data: Path) -> None:
    with cutaway.open(data / "models" / "onnx" / "silero_vad.onnx") as model:
        fed = {"path": str(data / "audio" / "yes.wav"), "name": "yes.wav"}

        def asked(command: str, **more: Any) -> dict[str, Any]:
            return model.session.command(command, {"input": fed, **more}).result().json()

        run = model.run(data / "audio" / "yes.wav")
        steps = asked("preset", name="")["steps"]
        assert steps == run.info["preparation"]
        told = asked("preview", steps=steps)
        assert told["problem"] is None
        assert [one["words"] for one in told["stages"]] == run.info["stages"]
        # At half the rate half the piece is wanted, and the editor is told so before a run.
        slow = asked("preset", name="", given={"sr": {"number": 8000}})["steps"]
        by_name = {one["step"]: one for one in slow}
        assert (by_name["resample"]["rate"], by_name["window"]["samples"]) == (8000, 288)


@pytest.mark.data
@pytest.mark.parametrize("name", ["dtln_1", "mnist"])
def test_a_spectrogram_is_not_made_up(data: Path, name: str) -> None:
    with (
        cutaway.open(data / "models" / "onnx" / f"{name}.onnx") as model,
        pytest.raises(InputError, match="holds no sound"),
    ):
        model.run(data / "audio" / "yes.wav")


def test_tokens_that_come_out_are_read_by_the_tokenizer_too(tmp_path: Path) -> None:
    path = embedding(tmp_path, rows=300)
    with cutaway.open(path) as model:
        told = model.run(np.array([[3, 1]], np.int64)).readings()[0]
        assert (told.kind, told.summary.split(",")[0]) == ("text", "token 1")
    tokenizer(path.parent)
    with cutaway.open(path) as model:
        # Each token gives itself back, and the last one is what follows by this network.
        trace = model.run(text="a bag")
        told = trace.readings()[0]
        (last,) = [int(one) for one in trace["y"][0, -1].nonzero()[0]]
        assert told.kind == "text"
        assert told.content()["tokens"][0]["id"] == last
        assert told.content()["tokens"][0]["text"] == trace.info["input"]["tokens"][-1]
        assert told.content()["note"] == ""
