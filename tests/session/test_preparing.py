"""What a model says of its input, wherever it says it; previews; what a run tells of each step."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from loaders.made import info, random, save, tensor
from onnx import TensorProto, helper
from PIL import Image

import cutaway
from cutaway.errors import CutawayError, InputError, UnknownKey
from cutaway.worker import Model

PIXELS = np.asarray(
    Image.fromarray(np.random.default_rng(7).integers(0, 256, (6, 9, 3), np.uint8)).resize(
        (60, 40), Image.Resampling.BICUBIC
    )
)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    Image.fromarray(PIXELS).save(path)
    return path


def made(folder: Path, nodes=(), tensors=(), **more: Any) -> Path:
    """A convolution behind some nodes that end in ``x``."""
    shape = more.pop("shape", (1, 3, 32, 32))
    kind = more.pop("kind", TensorProto.FLOAT)
    first = "x" if nodes else "data"
    conv = helper.make_node("Conv", [first, "kernel"], ["y"], "conv")
    inputs, outputs = [info("data", *shape, kind=kind)], [info("y", 1, 4, None, None)]
    weights = [tensor("kernel", random(4, 3, 3, 3)), *tensors]
    return save(folder, "made", [*nodes, conv], inputs, outputs, weights, **more)


def steps_of(path: Path, photo: Path) -> dict[str, dict[str, Any]]:
    with cutaway.open(path) as model:
        return {one["step"]: one for one in model.run(photo).info["preparation"]}


def channels(*numbers: float) -> np.ndarray:
    return np.float32(numbers).reshape(1, -1, 1, 1)


@pytest.mark.parametrize(
    ("nodes", "tensors", "high", "said"),
    [
        ([("Div", ["data", "a"])], {"a": np.float32(255)}, 255, "begins with Div"),
        ([("Mul", ["data", "a"])], {"a": np.float32(1 / 255)}, 255, "begins with Mul"),
        (
            [("Sub", ["data", "a"]), ("Div", ["m0", "b"])],
            {"a": np.float32(127.5), "b": np.float32(127.5)},
            255,
            "begins with Sub, Div (x times 0.007843 plus -1), which wants 0..255 and no further",
        ),
        (
            [("Sub", ["data", "a"]), ("Div", ["m0", "b"])],
            {"a": channels(0.485, 0.456, 0.406), "b": channels(0.229, 0.224, 0.225)},
            1,
            "which wants 0..1",
        ),
        ([("Sub", ["data", "a"])], {"a": channels(103.9, 116.8, 123.7)}, 255, "wants 0..255"),
        (
            [("Mul", ["data", "a"]), ("Add", ["m0", "b"])],
            {"a": np.float32(2), "b": np.float32(-1)},
            1,
            "which wants 0..1",
        ),
    ],
)
def test_a_normalization_in_the_network_tells_the_range(
    nodes, tensors, high, said, tmp_path: Path, photo: Path
) -> None:
    last = len(nodes) - 1
    chain = [
        helper.make_node(op, reads, ["x" if i == last else f"m{i}"], f"n{i}")
        for i, (op, reads) in enumerate(nodes)
    ]
    path = made(tmp_path, chain, [tensor(n, np.asarray(a)) for n, a in tensors.items()])
    steps = steps_of(path, photo)
    assert (steps["range"]["low"], steps["range"]["high"]) == (0, high)
    assert said in steps["range"]["why"]
    assert steps["range"]["guessed"]
    assert "normalize" not in steps


def test_constants_that_say_nothing_leave_a_guess(tmp_path: Path, photo: Path) -> None:
    nodes = [helper.make_node("Add", ["data", "a"], ["x"], "add")]
    steps = steps_of(made(tmp_path, nodes, [tensor("a", np.float32(0.01))]), photo)
    assert steps["range"]["high"] == 1
    assert "the model's file does not say" in steps["range"]["why"]


def test_ultralytics_metadata_is_its_letterbox(tmp_path: Path, photo: Path) -> None:
    said = {"stride": "32", "task": "detect", "imgsz": "[64, 96]", "names": "{0: 'cat', 1: 'dog'}"}
    path = made(tmp_path, shape=(1, 3, "height", "width"), properties=said)
    steps = steps_of(path, photo)
    fit = {key: steps["resize"][key] for key in ("mode", "pad", "width", "height")}
    assert fit == {"mode": "letterbox", "pad": 114, "width": 96, "height": 64}
    assert (steps["range"]["low"], steps["range"]["high"]) == (0, 1)
    for name in ("resize", "range", "colour"):
        assert not steps[name]["guessed"]
        assert "Ultralytics" in steps[name]["why"]


def test_windows_ml_metadata(tmp_path: Path, photo: Path) -> None:
    said = {"Image.NominalPixelRange": "NominalRange_0_255", "Image.BitmapPixelFormat": "Bgr8"}
    steps = steps_of(made(tmp_path, properties=said), photo)
    assert steps["colour"]["to"] == "bgr"
    assert steps["range"]["high"] == 255
    assert "Image.BitmapPixelFormat" in steps["colour"]["why"]


PROCESSOR = {
    "do_resize": True,
    "size": {"shortest_edge": 36},
    "resample": 3,
    "do_center_crop": True,
    "crop_size": {"height": 32, "width": 32},
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "image_mean": [0.5, 0.4, 0.3],
    "image_std": [0.2, 0.2, 0.25],
}


@pytest.mark.parametrize("exported", [False, True])
def test_a_processors_file_beside_the_model(exported: bool, tmp_path: Path, photo: Path) -> None:
    folder = tmp_path / "onnx" if exported else tmp_path
    folder.mkdir(exist_ok=True)
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(PROCESSOR))
    with cutaway.open(made(folder)) as model:
        run = model.run(photo)
    names = [one["step"] for one in run.info["preparation"]]
    assert names == ["decode", "colour", "scale", "crop", "range", "normalize", "layout", "dtype"]
    assert not any(one["guessed"] for one in run.info["preparation"])
    assert "preprocessor_config.json says so" in run.info["preparation"][2]["why"]


def test_a_processors_values_are_those_of_transformers(tmp_path: Path, photo: Path) -> None:
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(PROCESSOR))
    with cutaway.open(made(tmp_path)) as model:
        fed = model.run(photo)["data"][0].transpose(1, 2, 0)
    scaled = np.asarray(Image.fromarray(PIXELS).resize((54, 36), Image.Resampling.BICUBIC))
    unit = scaled[2:34, 11:43].astype(np.float64) / 255
    np.testing.assert_allclose(fed, (unit - [0.5, 0.4, 0.3]) / [0.2, 0.2, 0.25], atol=1e-5)


@pytest.mark.parametrize("text", ["{", "[]", '{"image_mean": 3}', '{"size": 1.5, "image_mean": 0}'])
def test_a_damaged_note_takes_nothing_from_the_model(text, tmp_path: Path, photo: Path) -> None:
    (tmp_path / "preprocessor_config.json").write_text(text)
    assert "range" in steps_of(made(tmp_path), photo)


def test_an_int8_input_states_its_real_range(tmp_path: Path, photo: Path) -> None:
    nodes = [helper.make_node("DequantizeLinear", ["data", "s", "z"], ["x"], "real")]
    tensors = [tensor("s", np.float32(1 / 127.5)), tensor("z", np.int8(0))]
    path = made(tmp_path, nodes, tensors, kind=TensorProto.INT8)
    with cutaway.open(path) as model:
        run = model.run(photo)
        steps = {one["step"]: one for one in run.info["preparation"]}
        assert (steps["range"]["low"], steps["range"]["high"]) == (-1, 1)
        assert "int8 input reach" in steps["range"]["why"]
        assert steps["quantize"]["zero"] == [0]
        assert run["data"].dtype == np.int8
        assert run["data"].min() < -60
        assert np.abs(run["x"]).max() <= 1.01


def test_keras_layers_at_the_beginning(tmp_path: Path, photo: Path) -> None:
    keras = pytest.importorskip("keras")
    layers = keras.layers
    for name, first, high in (
        ("scaled", layers.Rescaling(1 / 127.5, offset=-1), 255),
        (
            "normal",
            layers.Normalization(mean=[120.0, 110, 100], variance=[3600.0, 3600, 3600]),
            255,
        ),
    ):
        network = keras.Sequential([layers.Input((32, 32, 3)), first, layers.Conv2D(2, 3)])
        network.save(tmp_path / f"{name}.keras")
        steps = steps_of(tmp_path / f"{name}.keras", photo)
        assert steps["range"]["high"] == high, name
        assert "the network begins with" in steps["range"]["why"], name
        assert "normalize" not in steps


@pytest.fixture
def model(tmp_path: Path) -> Iterator[Model]:
    with cutaway.open(made(tmp_path)) as opened:
        yield opened


def test_presets_by_name_by_file_and_as_steps(model: Model, photo: Path, tmp_path: Path) -> None:
    run = model.run(photo, preparation="127-128")
    expected = Image.fromarray(PIXELS).resize((32, 32), Image.Resampling.BILINEAR)
    wanted = (np.asarray(expected).astype(np.float64) - 127) / 128
    np.testing.assert_allclose(run["data"][0].transpose(1, 2, 0), wanted, atol=1e-6)
    file = tmp_path / "steps.json"
    file.write_text(json.dumps({"preparation": run.info["preparation"]}))
    for said in (file, str(file), run.info["preparation"]):
        np.testing.assert_array_equal(model.run(photo, preparation=said)["data"], run["data"])
    with pytest.raises(InputError, match="no preset and no file is called 'imagenet-torhc'"):
        model.run(photo, preparation="imagenet-torhc")


def test_each_step_of_a_run_is_a_picture_with_its_numbers(model: Model, photo: Path) -> None:
    run = model.run(photo, preparation="imagenet-torch")
    names = [one["step"] for one in run.info["preparation"]]
    session = model.session

    def get(rest: str) -> Any:
        return session.get(f"/t/{run.id}/step/{rest}").result()

    for number, name in enumerate(names):
        stats = get(f"{number}/stats").json()
        assert stats["step"] == name
        shown = f"({', '.join(map(str, stats['shape']))}) {stats['dtype']}"
        assert run.info["stages"][number].startswith(shown)
    decoded = np.asarray(Image.open(io.BytesIO(get("0/picture.png").body)))
    np.testing.assert_array_equal(decoded, PIXELS)
    crop = names.index("crop")
    cut = Image.open(io.BytesIO(get(f"{crop}/picture.png").body))
    assert cut.size == (32, 32)
    last = get(f"{len(names) - 1}/stats").json()
    fed = run["data"].astype(np.float64)
    assert (last["min"], last["max"]) == (fed.min(), fed.max())
    assert last["mean"] == pytest.approx(fed.mean())
    a, b, c, d, e, f = last["matrix"]
    assert (b, d) == (0, 0)
    assert a == pytest.approx(55 / 60, abs=0.01)
    assert c < 0
    assert e > 0
    assert f < 0
    for rest in ("99/picture.png", "0/x", "x/stats"):
        with pytest.raises(UnknownKey, match=r"each with picture\.png and stats"):
            get(rest)


def test_a_synthetic_input_has_no_steps(model: Model) -> None:
    run = model.run()
    with pytest.raises(UnknownKey, match="it has no steps"):
        model.session.get(f"/t/{run.id}/step/0/picture.png").result()


@pytest.mark.parametrize("kind", ["noise", "constant", "gradient"])
def test_synthetic_inputs_of_a_kind(model: Model, kind: str) -> None:
    run = model.run(f"synthetic:{kind}")
    fed = run["data"]
    assert run.info["synthetic"]
    assert f"synthetic: {kind}" in run.info["input"]["description"]
    assert (fed.min() == fed.max()) == (kind == "constant")
    assert 0 <= fed.min() <= fed.max() <= 1
    with pytest.raises(CutawayError, match="noise, constant, gradient"):
        model.run("synthetic:x")


def previewed(model: Model, photo: Path, steps: Any) -> dict[str, Any]:
    asked = {"steps": steps, "input": {"path": str(photo), "name": photo.name}}
    return model.session.command("preview", asked).result().json()


def test_a_preview_shows_every_step_and_runs_nothing(model: Model, photo: Path) -> None:
    steps = model.run(photo).info["preparation"]
    found = previewed(model, photo, steps)
    assert found["problem"] is None
    assert [one["words"] for one in found["stages"]] == model.run(photo).info["stages"]
    picture = base64.b64decode(found["stages"][0]["picture"].partition(",")[2])
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(picture))), PIXELS)


def test_a_preview_tells_what_is_wrong_and_where(model: Model, photo: Path) -> None:
    steps = model.run(photo).info["preparation"]
    names = [one["step"] for one in steps]
    at = names.index("resize")
    wrong = [{**one, "width": None} if one["step"] == "resize" else one for one in steps]
    found = previewed(model, photo, wrong)
    assert found["at"] == at
    assert "wants width" in found["problem"]
    assert len(found["stages"]) == at
    late = [steps[-1], *steps[:-1]]
    assert "must come before" in previewed(model, photo, late)["problem"]
    mean = {"step": "normalize", "mean": [1, 2], "std": [1]}
    place = names.index("layout")
    found = previewed(model, photo, [*steps[:place], mean, *steps[place:]])
    assert (found["at"], len(found["stages"])) == (place, place)
    small = [{**one, "width": 9} if one["step"] == "resize" else one for one in steps]
    found = previewed(model, photo, small)
    assert found["at"] is None
    assert "the preparation gives (1, 3, 32, 9)" in found["problem"]


def test_try_all_tries_the_presets(tmp_path: Path, photo: Path) -> None:
    nodes = [
        helper.make_node("GlobalAveragePool", ["data"], ["m"], "pool"),
        helper.make_node("Flatten", ["m"], ["y"], "flat"),
    ]
    path = save(tmp_path, "mean", nodes, [info("data", 1, 3, 16, 16)], [info("y", 1, 3)], [])
    with cutaway.open(path) as model:
        asked = {"input": {"path": str(photo), "name": "p"}}
        rows = model.session.command("tryall", asked).result().json()["rows"]
    names = [row["name"] for row in rows]
    assert names[:2] == ["ImageNet (torch)", "ImageNet (torch), inverted"]
    assert {"YOLO letterbox", "(x-127)/128", "Caffe BGR", "raw"} <= set(names)


@pytest.mark.data
def test_real_models_say_what_they_want(data: Path) -> None:
    photo = data / "photos" / "astronaut.png"
    models = data / "models"
    said = {}
    for name in ("tflite/mobilenet_v2_quant.tflite", "tflite/deeplabv3.tflite"):
        said[name] = steps_of(models / name, photo)["range"]
    quant = said["tflite/mobilenet_v2_quant.tflite"]
    assert (quant["low"], quant["high"], quant["guessed"]) == (0, 255, False)
    assert (
        "scale 0.0078125 and zero point 128: plain bytes 0..255 stand for -1..0.992"
        in (quant["why"])
    )
    assert (said["tflite/deeplabv3.tflite"]["low"]) == -1
    face = steps_of(models / "onnx" / "face_rfb_320.onnx", photo)["range"]
    assert face["guessed"]
    assert "Ultra-Light" in face["why"]
    faces = steps_of(models / "onnx" / "yunet_dynamic.onnx", photo)
    assert faces["colour"]["to"] == "bgr"
    assert faces["colour"]["guessed"]
    assert (faces["range"]["high"], faces["range"]["guessed"]) == (255, True)


@pytest.mark.data
def test_a_face_is_found_with_its_preset(data: Path) -> None:
    """The best of all priors, by the preset in one word, lies on the astronaut's face."""
    with cutaway.open(data / "models" / "onnx" / "face_rfb_320.onnx") as model:
        run = model.run(data / "photos" / "astronaut.png", preparation="(x-127)/128")
        scores, boxes = run["scores"][0], run["boxes"][0]
    best = int(scores[:, 1].argmax())
    assert scores[best, 1] > 0.9
    x0, y0, x1, y1 = boxes[best] * 512
    assert 150 < (x0 + x1) / 2 < 300
    assert 60 < (y0 + y1) / 2 < 200
