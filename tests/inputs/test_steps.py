"""Each step against arithmetic done here or by Pillow, and what is refused."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cutaway import inputs
from cutaway.errors import InputError

RNG = np.random.default_rng(3)
GRAY = RNG.integers(0, 256, (12, 9), np.uint8)
COLOUR = RNG.integers(0, 256, (12, 9, 3), np.uint8)
FREE = inputs.Target("x", (None, None, None, None), "float32", "NHWC")


def fed(pixels):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return inputs.load(out.getvalue(), "a.png")


def run(pixels, *steps, target=None):
    """The picture as (H, W, C), after the steps."""
    wanted = target or FREE
    layout = [] if target else [{"step": "layout", "order": "NHWC"}]
    array = inputs.prepare(fed(pixels), [*steps, *layout], wanted).array
    return array if target else array[0]


def test_without_steps_but_a_layout_the_values_are_the_pixels():
    np.testing.assert_array_equal(run(COLOUR), COLOUR)
    np.testing.assert_array_equal(run(GRAY), GRAY[:, :, None])


def test_colour():
    gray = run(COLOUR, {"step": "colour", "to": "gray"})
    assert gray.shape == (12, 9, 1)
    pillow = np.asarray(Image.fromarray(COLOUR).convert("L"))
    np.testing.assert_allclose(gray[:, :, 0], pillow, atol=1)
    np.testing.assert_array_equal(run(COLOUR, {"step": "colour", "to": "bgr"}), COLOUR[:, :, ::-1])
    np.testing.assert_array_equal(
        run(GRAY, {"step": "colour", "to": "rgb"}), np.repeat(GRAY[:, :, None], 3, 2)
    )
    np.testing.assert_array_equal(run(GRAY, {"step": "colour", "to": "gray"}), GRAY[:, :, None])


def test_invert_stays_within_the_present_range():
    np.testing.assert_array_equal(run(COLOUR, {"step": "invert"}), 255 - COLOUR.astype(float))
    unit = {"step": "range", "low": -1, "high": 1}
    np.testing.assert_allclose(run(COLOUR, unit, {"step": "invert"}), 1 - COLOUR / 127.5, atol=1e-6)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 1), (0, 255), (1, 0), (-128, 127)])
def test_range_maps_black_and_white(low, high):
    unit = run(COLOUR, {"step": "range", "low": low, "high": high})
    np.testing.assert_allclose(unit, COLOUR / 255 * (high - low) + low, atol=2e-5)


def test_range_0_1_is_division_by_255_exactly():
    found = run(COLOUR, {"step": "range", "low": 0, "high": 1})
    np.testing.assert_array_equal(found, COLOUR.astype(np.float32) / np.float32(255))


def test_normalize_is_per_channel_in_the_order_they_have():
    mean, std = [1.0, 2.0, 3.0], [2.0, 4.0, 8.0]
    bgr = {"step": "colour", "to": "bgr"}
    found = run(COLOUR, bgr, {"step": "normalize", "mean": mean, "std": std})
    np.testing.assert_allclose(found, (COLOUR[:, :, ::-1] - np.array(mean)) / std, rtol=1e-6)
    one = run(COLOUR, {"step": "normalize", "mean": [5], "std": [2]})
    np.testing.assert_allclose(one, (COLOUR - 5.0) / 2)


def test_normalize_with_three_means_for_one_channel():
    with pytest.raises(InputError, match="one for each of 1 channels, got 3"):
        run(GRAY, {"step": "normalize", "mean": [1, 2, 3], "std": [1]})


@pytest.mark.parametrize("name", ["nearest", "bilinear", "bicubic", "lanczos"])
@pytest.mark.parametrize("pixels", [GRAY, COLOUR])
def test_bytes_are_stretched_as_pillow_does(name, pixels):
    step = {"step": "resize", "mode": "stretch", "width": 5, "height": 7, "filter": name}
    pillow = np.asarray(Image.fromarray(pixels).resize((5, 7), Image.Resampling[name.upper()]))
    np.testing.assert_array_equal(run(pixels, step), pillow.reshape(7, 5, -1))


@pytest.mark.parametrize("name", ["nearest", "bilinear", "bicubic", "lanczos"])
def test_floats_are_stretched_unrounded(name):
    step = {"step": "resize", "mode": "stretch", "width": 5, "height": 7, "filter": name}
    unit = {"step": "range", "low": 0, "high": 1}
    floats = Image.fromarray(GRAY.astype(np.float32) / 255)
    pillow = floats.resize((5, 7), Image.Resampling[name.upper()])
    np.testing.assert_allclose(run(GRAY, unit, step)[:, :, 0], np.asarray(pillow), atol=1e-5)


def test_the_same_size_changes_nothing():
    step = {"step": "resize", "mode": "crop", "width": 9, "height": 12, "filter": "lanczos"}
    np.testing.assert_array_equal(run(COLOUR, step), COLOUR)


def test_crop_keeps_the_middle():
    step = {"step": "resize", "mode": "crop", "width": 9, "height": 9, "filter": "bilinear"}
    np.testing.assert_array_equal(run(COLOUR, step), COLOUR[1:10])


def test_letterbox_keeps_everything_between_bars_of_the_pad_colour():
    step = {"step": "resize", "mode": "letterbox", "width": 12, "height": 12, "filter": "nearest"}
    found = run(COLOUR, {**step, "pad": [10, 20, 30]})
    np.testing.assert_array_equal(found[:, 1:10], COLOUR)
    assert found[:, 0].reshape(-1, 3).tolist() == [[10, 20, 30]] * 12
    assert found[:, 10:].reshape(-1, 3).tolist() == [[10, 20, 30]] * 24
    # A pad colour is given in 0..255, whatever the range is by then.
    unit = {"step": "range", "low": 0, "high": 1}
    assert run(COLOUR, unit, {**step, "pad": 255})[0, 0].tolist() == [1, 1, 1]


@given(
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.sampled_from(["stretch", "crop", "letterbox"]),
    st.sampled_from(["nearest", "bilinear"]),
)
def test_any_size_becomes_any_other(have, want, mode, how):
    pixels = np.full(have, 100, np.uint8)
    step = {"step": "resize", "mode": mode, "width": want[1], "height": want[0], "filter": how}
    found = run(pixels, {**step, "pad": 100})
    assert found.shape == (*want, 1)
    np.testing.assert_allclose(found, 100, atol=1e-3)


@pytest.mark.parametrize(
    ("order", "shape", "turn"),
    [
        ("NCHW", (1, 3, 12, 9), lambda p: p.transpose(2, 0, 1)[None]),
        ("NHWC", (1, 12, 9, 3), lambda p: p[None]),
        ("CHW", (3, 12, 9), lambda p: p.transpose(2, 0, 1)),
        ("HWC", (12, 9, 3), lambda p: p),
        ("NF", (1, 324), lambda p: p.reshape(1, -1)),
        ("F", (324,), lambda p: p.reshape(-1)),
        ("NCHW", (2, 3, 12, 9), lambda p: np.stack([p.transpose(2, 0, 1)] * 2)),
    ],
)
def test_layout(order, shape, turn):
    target = inputs.Target("x", shape, "float32")
    found = run(COLOUR, {"step": "layout", "order": order}, target=target)
    assert found.flags.c_contiguous
    np.testing.assert_array_equal(found, turn(COLOUR))


def test_layout_without_channels_wants_gray():
    target = inputs.Target("x", (1, 12, 9), "float32")
    found = run(GRAY, {"step": "layout", "order": "NHW"}, target=target)
    np.testing.assert_array_equal(found[0], GRAY)
    with pytest.raises(InputError, match="wants 1 channel, the picture has 3"):
        run(COLOUR, {"step": "layout", "order": "NHW"}, target=target)


def test_dtype_rounds_and_keeps_within_the_limits():
    target = inputs.Target("x", (1, 12, 9, 1), "int8")
    steps = [{"step": "layout", "order": "NHWC"}, {"step": "dtype", "to": "int8"}]
    found = run(GRAY, {"step": "range", "low": -200.4, "high": 200.4}, *steps, target=target)
    assert found.dtype == np.int8
    wanted = np.clip(np.rint(GRAY.astype(np.float32) / 255 * 400.8 - 200.4), -128, 127)
    np.testing.assert_allclose(found[0, :, :, 0], wanted, atol=1)
    assert (found.min(), found.max()) == (-128, 127)


def test_dtypes_that_numpy_alone_lacks():
    target = inputs.Target("x", (1, 12, 9, 1), "bfloat16")
    steps = [{"step": "layout", "order": "NHWC"}, {"step": "dtype", "to": "bfloat16"}]
    assert run(GRAY, *steps, target=target).dtype.name == "bfloat16"


def test_stages_tell_shape_and_values_after_each_step():
    steps = [
        {"step": "decode"},
        {"step": "colour", "to": "rgb"},
        {"step": "range", "low": 0, "high": 1},
        {"step": "layout", "order": "NCHW"},
    ]
    white = np.full((2, 2), 255, np.uint8)
    target = inputs.Target("x", (1, 3, 2, 2), "float32")
    assert inputs.prepare(fed(white), steps, target).stages == (
        "(2, 2, 1) uint8, 255 to 255",
        "(2, 2, 3) uint8, 255 to 255",
        "(2, 2, 3) float32, 1 to 1",
        "(1, 3, 2, 2) float32, 1 to 1",
    )


RESIZE = {"step": "resize", "mode": "crop", "width": 3, "height": 3, "filter": "bilinear"}


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([{"step": "sharpen"}], "no step is called 'sharpen'; there are decode, colour"),
        (["decode"], "no step is called 'decode'; there are"),
        ([{"why": ""}], "no step is called None"),
        ([{"step": ["decode"]}], "no step is called"),
        ("decode", "a preparation is a list of steps, got 'decode'"),
        (3, "a preparation is a list of steps, got 3"),
        (
            [{"step": "colour", "to": "cmyk"}],
            "'colour' wants to to be gray or rgb or bgr, got 'cmyk'",
        ),
        ([{"step": "colour"}], "'colour' wants to (gray or rgb or bgr), got none"),
        ([{"step": "invert", "by": 2}], "'invert' has no parameter 'by'; it has none"),
        ([{**RESIZE, "width": 0}], "whole number from 1 to 8192, got 0"),
        ([{**RESIZE, "width": 2.5}], "whole number from 1 to 8192, got 2.5"),
        ([{**RESIZE, "width": True}], "whole number"),
        ([{**RESIZE, "pad": [1, 2]}], "a number or three numbers from 0 to 255"),
        ([{"step": "range", "low": "0", "high": 1}], "wants low to be a number, got '0'"),
        ([{"step": "range", "low": 0, "high": float("nan")}], "wants high to be a number"),
        ([{"step": "range", "low": 1, "high": 1}], "two different numbers, got 1 twice"),
        ([{"step": "normalize", "mean": [], "std": [1]}], "wants mean to be a list of numbers"),
        ([{"step": "normalize", "mean": [1], "std": [0]}], "numbers other than 0"),
        ([{"step": "dtype", "to": "object"}], "the name of a numeric type"),
        ([{"step": "dtype", "to": "float99"}], "the name of a numeric type"),
        ([{"step": "layout", "order": "NCHW"}, RESIZE], "'resize' comes after 'layout'"),
        ([{"step": "normalize", "mean": [1], "std": [1]}, {"step": "invert"}], "must come before"),
    ],
)
def test_validate_refuses_in_one_sentence(steps, said):
    with pytest.raises(InputError) as caught:
        inputs.validate(steps)
    assert said in str(caught.value)


def test_guessed_and_why_are_welcome_everywhere():
    inputs.validate([{"step": "decode", "why": ""}, {**RESIZE, "guessed": True, "why": "because"}])


def test_a_misfit_says_what_came_and_what_to_change():
    target = inputs.Target("data", ("batch", 3, 8, 8), "float32")
    steps = [{"step": "colour", "to": "rgb"}, {"step": "layout", "order": "NCHW"}]
    with pytest.raises(InputError) as caught:
        inputs.prepare(fed(GRAY), steps, target)
    assert str(caught.value) == (
        "input 'data' wants (batch, 3, 8, 8) float32, the preparation gives (1, 3, 12, 9) float32; "
        "change its steps 'resize', 'colour' or 'layout'"
    )
