"""Presets by name, each against arithmetic done here with Pillow and NumPy."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from cutaway import inputs
from cutaway.errors import InputError
from cutaway.inputs.presets import PRESETS

PHOTO = np.asarray(
    Image.fromarray(np.random.default_rng(2).integers(0, 256, (9, 13, 3), np.uint8)).resize(
        (130, 90), Image.Resampling.BICUBIC
    )
)
TARGET = inputs.Target("x", (1, 3, 56, 56), "float32", "NCHW")
BILINEAR = Image.Resampling.BILINEAR


def source(pixels=PHOTO):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return inputs.load(out.getvalue(), "photo.png")


def fed(name, target=TARGET, pixels=PHOTO):
    steps = inputs.preset(name, target, source(pixels))
    inputs.validate(steps)
    return inputs.prepare(source(pixels), steps, target)


def middle(pixels, side):
    rows, columns = pixels.shape[:2]
    top, left = round((rows - side) / 2), round((columns - side) / 2)
    return pixels[top : top + side, left : left + side]


def test_torch_is_torchvisions_resize_and_centre_crop():
    """Resize(64) of the shorter side, CenterCrop(56), ToTensor, Normalize."""
    image = Image.fromarray(PHOTO)
    scaled = np.asarray(image.resize((int(64 * 130 / 90), 64), BILINEAR))
    unit = middle(scaled, 56).astype(np.float32) / 255
    mean, std = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])
    wanted = ((unit - mean) / std).transpose(2, 0, 1)[None]
    np.testing.assert_allclose(fed("imagenet-torch").array, wanted, atol=1e-6)


def cropped(pixels=PHOTO):
    """Scaled to fill 56 x 56, the middle of it."""
    scaled = np.asarray(Image.fromarray(pixels).resize((round(130 * 56 / 90), 56), BILINEAR))
    left = (scaled.shape[1] - 56) // 2
    return scaled[:, left : left + 56].astype(np.float32)


def stretched():
    return np.asarray(Image.fromarray(PHOTO).resize((56, 56), BILINEAR)).astype(np.float32)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("imagenet-tf", lambda: cropped() / 127.5 - 1),
        ("caffe-bgr", lambda: cropped()[:, :, ::-1] - np.float32([103.939, 116.779, 123.68])),
        ("127-128", lambda: (stretched() - 127) / 128),
        ("bgr-255", lambda: stretched()[:, :, ::-1]),
        ("0..1", lambda: cropped() / 255),
        ("raw", cropped),
    ],
)
def test_values_of_presets(name, wanted):
    found = fed(name).array[0].transpose(1, 2, 0)
    np.testing.assert_allclose(found, wanted(), atol=1e-5)


def test_yolo_has_the_whole_picture_between_bars_of_114():
    prepared = fed("yolo")
    found = prepared.array[0].transpose(1, 2, 0)
    inner = np.asarray(Image.fromarray(PHOTO).resize((56, 39), BILINEAR)).astype(np.float32) / 255
    np.testing.assert_allclose(found[8 : 8 + 39], inner, atol=1e-6)
    np.testing.assert_allclose(found[:8], 114 / 255, atol=1e-6)
    assert prepared.geometry is not None
    # The upper left corner of the photo lies under the bar.
    np.testing.assert_allclose(prepared.geometry.to_input([0, 0]), [0, 8])


@pytest.mark.parametrize("light", [True, False])
def test_mnist_is_light_on_dark_whatever_was_scanned(light):
    pixels = np.full((28, 28), 255 if light else 0, np.uint8)
    pixels[10:18, 10:18] = 0 if light else 255
    target = inputs.Target("x", (1, 1, 28, 28), "float32", "NCHW")
    found = fed("mnist", target, pixels).array[0, 0]
    assert found[0, 0] == pytest.approx((0 - 0.1307) / 0.3081, abs=1e-5)
    assert found[14, 14] == pytest.approx((1 - 0.1307) / 0.3081, abs=1e-5)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda one: one.name)
@pytest.mark.parametrize("dtype", ["float32", "uint8", "int8"])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_preset_fits_every_input(preset, dtype, channels):
    if channels not in preset.channels:
        return
    target = inputs.Target("x", (1, 40, 56, channels), dtype, "NHWC")
    prepared = fed(preset.name, target)
    assert prepared.array.shape == (1, 40, 56, channels)
    assert prepared.array.dtype == dtype
    assert not any(one["guessed"] for one in inputs.preset("raw", TARGET, source()))


@pytest.mark.parametrize("said", ["ImageNet (torch)", "imagenet torch", "IMAGENET-TORCH"])
def test_a_preset_is_found_however_it_is_written(said):
    assert inputs.named(said) == PRESETS[0]


def test_an_unknown_preset_lists_the_known():
    with pytest.raises(InputError, match=r"no preset is called 'x'; there are imagenet-torch, im"):
        inputs.preset("x", TARGET, source())


def test_an_array_that_is_fed_as_it_is_has_no_preset():
    out = io.BytesIO()
    np.save(out, np.zeros((1, 3, 56, 56), np.float32))
    array = inputs.load(out.getvalue(), "a.npy")
    with pytest.raises(InputError, match=r"is for pictures; 'a\.npy' is an array"):
        inputs.preset("yolo", TARGET, array)


STEPS = [{"step": "decode"}, {"step": "layout", "order": "NCHW"}]


@pytest.mark.parametrize("held", [STEPS, {"version": 1, "preparation": STEPS}])
def test_a_file_of_steps_is_a_list_or_a_models_own(tmp_path, held):
    path = tmp_path / "p.json"
    path.write_text(json.dumps(held))
    assert inputs.read_steps(path) == STEPS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON"),
        ("{}", "holds none under 'preparation'"),
        ('[{"step": "x"}]', "no step is called 'x'"),
        ("3", "a preparation is a list of steps"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_a_file_without_steps_is_refused(tmp_path, text, said):
    path = tmp_path / "p.json"
    path.write_text(text)
    with pytest.raises(InputError, match=said):
        inputs.read_steps(path)
    with pytest.raises(InputError, match="cannot be read"):
        inputs.read_steps(tmp_path / "none.json")
