"""Real networks on real photos: faces where they are, people masked, pictures enlarged."""

import shutil
import wave

import numpy as np
import pytest
from PIL import Image

import cutaway

pytestmark = pytest.mark.data

FACE = (175, 55, 275, 180)
"""Left, top, right, bottom around the face in astronaut.png, drawn by eye."""


@pytest.fixture
def opened(data, tmp_path):
    """Opens a copy, so that nothing is kept beside the shared models."""
    held = []

    def opener(name):
        copy = tmp_path / name.rpartition("/")[2]
        shutil.copy(data / "models" / name, copy)
        held.append(cutaway.open(copy))
        return held[-1]

    yield opener
    for model in held:
        model.close()


def steps(colour, mode, width, height, *values):
    return [
        {"step": "decode"},
        {"step": "colour", "to": colour},
        {"step": "resize", "mode": mode, "width": width, "height": height, "filter": "bilinear"},
        *values,
        {"step": "layout", "order": "NCHW"},
        {"step": "dtype", "to": "float32"},
    ]


BYTES = {"step": "range", "low": 0.0, "high": 255.0}
CENTERED = {"step": "normalize", "mean": [127.0], "std": [128.0]}


def overlap(one, other):
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right, bottom = min(one[2], other[2]), min(one[3], other[3])
    shared = max(0, right - left) * max(0, bottom - top)
    areas = sum((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other))
    return shared / (areas - shared)


@pytest.mark.parametrize(
    ("name", "preparation"),
    [
        ("onnx/face_rfb_320.onnx", None),
        ("onnx/face_rfb_320.onnx", steps("rgb", "stretch", 320, 240, BYTES, CENTERED)),
        ("onnx/face_rfb_320.onnx", steps("rgb", "letterbox", 320, 240, BYTES, CENTERED)),
        ("onnx/yunet_dynamic.onnx", None),
        ("onnx/yunet_dynamic.onnx", steps("bgr", "letterbox", 320, 320, BYTES)),
        ("onnx/yunet_dynamic.onnx", steps("bgr", "stretch", 640, 320, BYTES)),
    ],
)
def test_one_box_on_the_face_of_the_astronaut(data, opened, name, preparation, record_property):
    trace = opened(name).run(data / "photos" / "astronaut.png", preparation=preparation)
    (reading,) = trace.readings()
    assert (reading.kind, reading.document["title"]) == ("boxes", "Faces")
    (face,) = reading.content()["items"]
    iou = overlap(face["box"], FACE)
    record_property("figure", f"{name}: {face['score']:.3f}, overlap with the face {iou:.2f}")
    assert iou > 0.6
    assert face["score"] > 0.8
    if "yunet" in name:
        assert len(face["points"]) == 5
        assert all(175 < p["x"] < 275 and 55 < p["y"] < 180 for p in face["points"])
    raw = {trace.value(v["name"])["id"]: v["name"] for v in trace.model.graph["values"]
           if v["id"] in reading.document["values"]}  # fmt: skip
    for cell in face["cells"]:
        assert np.isfinite(trace[raw[cell["value"]]].reshape(-1)[cell["flat"]])


def test_yunet_fed_with_fractions_finds_nothing_and_says_so(data, opened):
    fractions = {"step": "range", "low": 0.0, "high": 1.0}
    preparation = steps("bgr", "letterbox", 320, 320, fractions)
    trace = opened("onnx/yunet_dynamic.onnx").run(
        data / "photos" / "astronaut.png", preparation=preparation
    )
    (reading,) = trace.readings()
    assert reading.content()["items"] == []
    assert reading.summary.startswith("nothing above 0.60; the best is 0.")


def person(trace, index):
    (reading,) = trace.readings()
    assert reading.kind == "masks"
    assert reading.document["classes"][index] == "person"
    return reading.picture(class_=index)[..., 3] >= 128


def test_both_networks_mask_the_person(data, opened, record_property):
    photo = data / "photos" / "astronaut.png"
    voc = person(opened("tflite/deeplabv3.tflite").run(photo), 15)
    portrait = person(opened("onnx/portrait_deeplab.onnx").run(photo), 1)
    assert voc.shape == portrait.shape == (512, 512)
    shared = (voc & portrait).sum() / (voc | portrait).sum()
    record_property("figure", f"astronaut: overlap of both masks {shared:.3f}")
    assert shared > 0.7  # the second takes the helmet for a part of the person
    assert voc[60:180, 180:270].mean() > 0.95  # the face
    assert voc[:60, 420:].mean() < 0.1  # the wall


def test_a_mask_pixel_leads_to_its_cells(data, opened):
    trace = opened("tflite/deeplabv3.tflite").run(data / "photos" / "astronaut.png")
    (reading,) = trace.readings()
    place = reading.at(220, 110)
    assert place["words"] == "person 1.00"
    raw = trace["ResizeBilinear_3"]
    index = np.unravel_index(place["cells"][0]["flat"], raw.shape)
    assert index[3] == 15
    assert (index[1], index[2]) == (int(110 * 257 / 512), int(220 * 257 / 512))
    assert raw[index] == raw[0, index[1], index[2]].max()


def test_super_resolution_is_better_than_bicubic(data, opened, tmp_path, record_property):
    whole = Image.open(data / "photos" / "chelsea.png").convert("RGB").crop((100, 0, 400, 300))
    whole = whole.resize((672, 672), Image.Resampling.LANCZOS)
    small = whole.resize((224, 224), Image.Resampling.BICUBIC)
    small.save(tmp_path / "small.png")
    preparation = steps("gray", "stretch", 224, 224, {"step": "range", "low": 0.0, "high": 1.0})
    trace = opened("onnx/super_resolution.onnx").run(
        tmp_path / "small.png", preparation=preparation
    )
    (reading,) = trace.readings()
    assert (reading.kind, reading.document["title"]) == ("picture", "Enlarged")
    assert "brightness alone" in reading.content()["note"]
    shown = reading.picture().astype(float)
    assert shown.shape == (672, 672, 3)
    assert np.ptp(shown, axis=2).mean() > 5  # colours came back
    truth = np.asarray(whole, float)
    bicubic = np.asarray(small.resize((672, 672), Image.Resampling.BICUBIC), float)
    ours, theirs = psnr(shown, truth), psnr(bicubic, truth)
    record_property("figure", f"super resolution: {ours:.2f} dB, bicubic {theirs:.2f} dB")
    assert ours > theirs


def psnr(one, other):
    inner = np.s_[12:-12, 12:-12]
    return 10 * np.log10(255**2 / ((one[inner] - other[inner]) ** 2).mean())


@pytest.mark.parametrize(
    ("photo", "wanted"), [("chelsea.png", range(282, 287)), ("coffee.png", [968])]
)
def test_mobilenet_names_cat_and_coffee(data, opened, photo, wanted):
    trace = opened("tflite/mobilenet_v2_quant.tflite").run(data / "photos" / photo)
    (reading,) = trace.readings()
    content = reading.content()
    assert content["applied"] is None
    assert content["top"][0] in wanted
    row = content["classes"][content["top"][0]]
    assert row["cells"] == [{"value": reading.document["values"][0], "flat": row["index"]}]


def test_imagenet_names_on_1001_classes_are_offered_a_background(opened):
    model = opened("tflite/mobilenet_v2_quant.tflite")
    told = model.session.command("labels", {"builtin": "imagenet", "keep": False}).result().json()
    assert told["shift"]["by"] == 1
    moved = model.session.command("labels", {"shift": 1, "keep": False}).result().json()
    assert moved["labels"][968] == "espresso"
    assert moved["labels"][282] == "tabby"


def yes(data):
    with wave.open(str(data / "audio" / "yes.wav")) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32)
        return samples / 32768, file.getframerate()


def test_yes_is_speech_to_yamnet(data, opened):
    samples, rate = yes(data)
    assert rate == 16_000
    fed = np.pad(samples, (0, max(0, 15_600 - samples.size)))[:15_600]
    trace = opened("tflite/yamnet.tflite").run(fed)
    (reading,) = trace.readings()
    assert reading.kind == "classes"
    assert reading.settings["several"] is True
    assert "Speech" in reading.summary
    assert trace.top(1)[0].label == "Speech"


def test_yes_is_speech_to_silero(data, opened):
    samples, _ = yes(data)
    model = opened("onnx/silero_vad.onnx")
    state, heard = np.zeros((2, 1, 128), np.float32), []
    # Each piece of 512 samples comes after 64 of the one before it, as its authors feed it.
    for start in (0, 512, 7680, 8192, 8704):
        piece = np.pad(samples, (64, 0))[None, start : start + 576]
        trace = model.run({"input": piece, "state": state, "sr": np.array(16_000)})
        (reading,) = trace.readings()
        (row,) = reading.content()["rows"]
        assert row["name"] == "speech probability"
        state = trace["stateN"]
        heard.append(row["value"])
    assert max(heard[:2]) < 0.1
    assert heard[-1] > 0.9


def test_an_autoencoder_of_no_picture_is_told_by_its_error(opened):
    trace = opened("keras/anomaly_autoencoder.h5").run()
    (reading,) = trace.readings()
    (name,) = (v["name"] for v in trace.model.graph["values"]
               if v["id"] == reading.document["values"][0])  # fmt: skip
    apart = trace[name].astype(float) - trace["input_1"].astype(float)
    rows = {row["name"]: row["value"] for row in reading.content()["rows"]}
    assert rows["mean squared error"] == pytest.approx((apart**2).mean())
