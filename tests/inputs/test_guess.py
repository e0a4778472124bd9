"""What is guessed, what is not, and that it always fits."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cutaway import inputs
from cutaway.errors import InputError


def picture(height, width, channels=1):
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, channels), np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels[:, :, 0] if channels == 1 else pixels).save(out, "PNG")
    return inputs.load(out.getvalue(), "a.png")


def array(values):
    out = io.BytesIO()
    np.save(out, values)
    return inputs.load(out.getvalue(), "a.npy")


def guessed(steps):
    return {s["step"] for s in steps if s["guessed"]}


def step(steps, name):
    (found,) = [s for s in steps if s["step"] == name]
    return found


def test_gray_28_into_224_colour():
    target = inputs.Target("x", ("N", 3, 224, 224), "float32", "NCHW")
    steps = inputs.guess(target, picture(28, 28))
    prepared = inputs.prepare(picture(28, 28), steps, target)
    assert prepared.array.shape == (1, 3, 224, 224)
    assert prepared.array.dtype == np.float32
    assert 0 <= prepared.array.min() < 0.3
    assert 0.7 < prepared.array.max() <= 1
    np.testing.assert_array_equal(prepared.array[0, 0], prepared.array[0, 2])
    assert len(prepared.stages) == len(steps)
    assert guessed(steps) == {"resize", "range"}
    assert step(steps, "range")["why"] == (
        "0..1: the model's file does not say; -1..1, 0..255, (x-127)/128 and ImageNet's mean are "
        "as usual: Try all compares them"
    )


def test_what_the_model_states_is_not_guessed():
    hints = {"range": [-1, 1], "colour": "BGR"}
    target = inputs.Target("x", (None, 32, 32, 3), "float32", "NHWC", hints)
    steps = inputs.guess(target, picture(32, 32, 3))
    assert guessed(steps) == set()
    assert step(steps, "range")["low"] == -1
    assert step(steps, "colour")["to"] == "bgr"


@pytest.mark.parametrize(("mean", "high"), [([0.5, 0.4, 0.3], 1), ([123.0, 116.0, 103.0], 255)])
def test_stated_means_set_the_range(mean, high):
    target = inputs.Target("x", (1, 3, 8, 8), "float32", None, {"mean": mean, "std": [2.0]})
    steps = inputs.guess(target, picture(8, 8, 3))
    assert step(steps, "range")["high"] == high
    assert step(steps, "normalize")["mean"] == mean
    found = inputs.prepare(picture(8, 8, 3), steps, target).array
    pixels = picture(8, 8, 3).array * (high / 255)
    np.testing.assert_allclose(
        found[0].transpose(1, 2, 0), (pixels - np.float32(mean)) / 2, atol=1e-4
    )


@pytest.mark.parametrize(
    ("dtype", "low", "high", "is_guess"),
    [("uint8", 0, 255, False), ("int8", -128, 127, True), ("float16", 0, 1, True)],
)
def test_range_by_dtype(dtype, low, high, is_guess):
    steps = inputs.guess(inputs.Target("x", (1, 1, 9, 9), dtype), picture(9, 9))
    chosen = step(steps, "range")
    assert (chosen["low"], chosen["high"], chosen["guessed"]) == (low, high, is_guess)


@pytest.mark.parametrize(
    ("shape", "axes", "order", "gives"),
    [
        ((1, 3, 20, 30), None, "NCHW", (1, 3, 20, 30)),
        ((None, 20, 30, 3), None, "NHWC", (1, 20, 30, 3)),
        ((4, 20, 30, 3), None, "NHWC", (4, 20, 30, 3)),
        ((None, 28, 28), None, "NHW", (1, 28, 28)),
        ((3, 20, 30), None, "CHW", (3, 20, 30)),
        ((20, 30, 3), None, "HWC", (20, 30, 3)),
        ((20, 30), None, "HW", (20, 30)),
        ((None, 784), "NC", "NF", (1, 784)),
        (("batch", 3072), None, "NF", (1, 3072)),
        ((784,), None, "F", (784,)),
        ((1, 3, "h", "w"), "NCHW", "NCHW", (1, 3, 64, 96)),
        ((1, 3, "s", "s"), "NCHW", "NCHW", (1, 3, 64, 64)),
        ((1, 3, 40, None), "NCHW", "NCHW", (1, 3, 40, 40)),
        ((1, 1, 5, 3), "NHWC", "NHWC", (1, 1, 5, 3)),
        (None, None, "NCHW", (1, 3, 64, 96)),
    ],
)
def test_layout_and_free_axes(shape, axes, order, gives):
    source = picture(60, 100, 3)
    target = inputs.Target("x", shape, "float32", axes)
    steps = inputs.guess(target, source)
    assert step(steps, "layout")["order"] == order
    assert step(steps, "layout")["guessed"] == (shape is None or "C" not in order)
    assert inputs.prepare(source, steps, target).array.shape == gives


def test_free_sizes_are_said_and_bounded():
    target = inputs.Target("x", ("batch", 3, "height", "width"), "float32", "NCHW")
    wanted = inputs.resolved(target, (3000, 6000))
    assert wanted.shape == (1, 3, 320, 640)
    assert wanted.said == (
        "the model leaves 'height' free: 320 was chosen",
        "the model leaves 'width' free: 640 was chosen",
    )
    assert inputs.resolved(target).shape == (1, 3, 224, 224)
    assert inputs.resolved(target, (3, 5)).shape == (1, 3, 32, 32)


def test_proportions():
    target = inputs.Target("x", (1, 3, 10, 20), "float32")
    assert step(inputs.guess(target, picture(30, 60, 3)), "resize")["mode"] == "stretch"
    assert step(inputs.guess(target, picture(30, 30, 3)), "resize")["mode"] == "crop"
    assert not step(inputs.guess(target, picture(10, 20, 3)), "resize")["guessed"]


@pytest.mark.parametrize(
    "shape", [(None, 16), (None, 43844, 1), (1, 2, 64, 64, 1), (1, 13, 20, 20), (1, 4, 8, 8), ()]
)
def test_an_input_that_holds_no_picture(shape):
    with pytest.raises(InputError, match=r"holds no picture.*feed an array"):
        inputs.guess(inputs.Target("x", shape, "float32"), picture(9, 9))


def test_an_array_that_fits_is_fed_as_it_is():
    target = inputs.Target("x", (None, 5, 7), "float32")
    values = np.random.default_rng(0).normal(size=(2, 5, 7))
    for given_, wanted in ((values, values), (values[0], values[:1])):
        steps = inputs.guess(target, array(given_))
        found = inputs.prepare(array(given_), steps, target).array
        assert guessed(steps) == set()
        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, wanted.astype(np.float32))


def test_bytes_of_a_picture_are_treated_as_one():
    pixels = picture(28, 28).array
    target = inputs.Target("x", (None, 1, 14, 14), "float32")
    source = array(pixels)
    found = inputs.prepare(source, inputs.guess(target, source), target).array
    expected = inputs.prepare(picture(28, 28), inputs.guess(target, picture(28, 28)), target).array
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("shape", [(3, 3), (1, 1, 28, 28, 1), (0, 9)])
def test_an_array_of_the_wrong_rank_or_length(shape):
    target = inputs.Target("x", (None, 28, 28, 1), "float32")
    with pytest.raises(InputError, match=r"'x' wants \(\?, 28, 28, 1\) float32, 'a.npy' is"):
        inputs.guess(target, array(np.zeros(shape, np.float32)))


def test_picture_steps_on_an_array_that_is_none():
    target = inputs.Target("x", (None, 4), "float32")
    with pytest.raises(InputError, match=r"'range' wants a picture, 'a\.npy' is an array of"):
        inputs.prepare(array(np.zeros((1, 4))), [{"step": "range", "low": 0, "high": 1}], target)


@given(
    st.sampled_from(["NCHW", "NHWC"]),
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.tuples(st.integers(1, 50), st.integers(1, 50)),
    st.sampled_from([1, 3]),
    st.sampled_from([1, 3]),
    st.sampled_from(["float32", "float16", "uint8", "int8", "bfloat16"]),
)
def test_a_guess_always_fits(order, want, have, wanted, given_, dtype):
    sizes = {"N": "batch", "C": wanted, "H": want[0], "W": want[1]}
    target = inputs.Target("x", tuple(sizes[letter] for letter in order), dtype, order)
    source = picture(*have, given_)
    steps = inputs.guess(target, source)
    inputs.validate(steps)
    array = inputs.prepare(source, steps, target).array
    assert array.dtype.name == dtype
    assert array.shape == tuple(1 if s == "batch" else s for s in map(sizes.get, order))


COLOURS = inputs.Target("x", (1, 3, 8, 8), "float32")


def test_variants_are_the_presets_each_both_ways():
    source = picture(8, 8, 3)
    found = dict(inputs.variants(inputs.guess(COLOURS, source), COLOURS, source))
    assert list(found)[::2] == [p.title for p in inputs.PRESETS if 3 in p.channels]
    assert list(found)[1::2] == [f"{name}, inverted" for name in list(found)[::2]]
    pixels = source.array.transpose(2, 0, 1).astype(np.float64)
    mean = column(103.939, 116.779, 123.68)
    for name, expected in {
        "0..1": pixels / 255,
        "raw": pixels,
        "ImageNet (tf)": pixels / 127.5 - 1,
        "ImageNet (tf), inverted": 1 - pixels / 127.5,
        "Caffe BGR": pixels[::-1] - mean,
        "Caffe BGR, inverted": 255 - pixels[::-1] - mean,
        "(x-127)/128": (pixels - 127) / 128,
        "BGR 0..255": pixels[::-1],
        "YOLO letterbox": pixels / 255,
    }.items():
        inputs.validate(found[name])
        array = inputs.prepare(source, found[name], COLOURS).array
        np.testing.assert_allclose(array[0], expected, atol=1e-4, err_msg=name)


def column(*values):
    return np.array(values)[:, None, None]


def test_variants_of_a_gray_or_integer_input():
    gray = inputs.Target("x", (1, 8, 8, 1), "float32")
    source = picture(8, 8)
    names = [name for name, _ in inputs.variants(inputs.guess(gray, source), gray, source)]
    assert "MNIST" in names
    assert not any("Caffe" in name for name in names)
    integer = inputs.Target("x", (1, 8, 8, 1), "uint8")
    steps = inputs.guess(integer, source)
    tried = inputs.variants(steps, integer, source)
    assert [name for name, _ in tried] == ["plain", "inverted"]
    assert tried[0][1] == steps
