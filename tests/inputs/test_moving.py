"""Steps that move pixels, and disturbances: by hand, and the map of places against real spots."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cutaway import inputs
from cutaway.errors import InputError
from cutaway.inputs.steps import step

PIXELS = np.random.default_rng(4).integers(0, 256, (31, 45, 3), np.uint8)


def source(pixels):
    return inputs.Source("p", "image", pixels, pixels.shape[1], pixels.shape[0], "RGB", "")


def run(pixels, *steps):
    """What is prepared, as (H, W, C)."""
    target = inputs.Target("x", (None, None, None, None), "float32", "NHWC")
    steps = [*steps, step("layout", order="NHWC"), step("dtype", to="float32")]
    return inputs.prepare(source(pixels), steps, target)


def spot(*steps, have=(160, 220), at=(85, 100)):
    """Where a bright square lies before and after, and the map between."""
    pixels = np.zeros((*have, 3), np.uint8)
    pixels[at[0] - 4 : at[0] + 5, at[1] - 4 : at[1] + 5] = 255
    prepared = run(pixels, *steps)
    weight = prepared.array[0, :, :, 0].astype(np.float64)
    rows, columns = np.mgrid[: weight.shape[0], : weight.shape[1]] + 0.5
    middle = ((columns * weight).sum() / weight.sum(), (rows * weight).sum() / weight.sum())
    return prepared.geometry, (at[1] + 0.5, at[0] + 0.5), middle


SCALE = step("scale", side="shorter", to=97, filter="bilinear")
LONGER = step("scale", side="longer", to=111, filter="bicubic")
CROP = step("crop", width=90, height=80)
BOX = step("crop", width=120, height=70, x=31, y=40)
LARGER = step("crop", width=300, height=250)
TURN = step("rotate", degrees=25.0)


@pytest.mark.parametrize(
    "steps",
    [
        [SCALE],
        [LONGER],
        [CROP],
        [BOX],
        [LARGER],
        [TURN],
        [step("rotate", degrees=-130)],
        [SCALE, CROP],
        [SCALE, TURN, CROP],
        [TURN, BOX, SCALE],
        [LARGER, TURN, step("resize", mode="letterbox", width=99, height=60, filter="bilinear")],
    ],
    ids=lambda steps: "+".join(one["step"] for one in steps),
)
def test_a_spot_is_found_where_the_map_says(steps):
    geometry, before, after = spot(*steps)
    np.testing.assert_allclose(geometry.to_input(before), after, atol=0.2)
    np.testing.assert_allclose(geometry.to_source(geometry.to_input(before)), before)


@given(st.floats(-180, 180), st.integers(60, 200), st.integers(-20, 20), st.integers(-20, 20))
def test_any_turn_scale_and_box(degrees, to, x, y):
    steps = [
        step("rotate", degrees=degrees),
        step("scale", side="shorter", to=to, filter="bilinear"),
        step("crop", width=400, height=400, x=x - 80, y=y - 80),
    ]
    geometry, before, after = spot(*steps)
    np.testing.assert_allclose(geometry.to_input(before), after, atol=0.3)


def test_the_shorter_side_and_the_middle_are_torchvisions():
    found = run(PIXELS, step("scale", side="shorter", to=20, filter="bilinear")).array[0]
    pillow = Image.fromarray(PIXELS).resize((int(20 * 45 / 31), 20), Image.Resampling.BILINEAR)
    np.testing.assert_array_equal(found, np.asarray(pillow))
    # CenterCrop: int(round((31 - 10) / 2)) = 10, int(round((45 - 12) / 2)) = 16.
    found = run(PIXELS, step("crop", width=12, height=10)).array[0]
    np.testing.assert_array_equal(found, PIXELS[10:20, 16:28])


def test_a_box_beyond_the_picture_has_the_pad_colour():
    found = run(PIXELS, step("crop", width=10, height=8, x=-3, y=-2, pad=[1, 2, 3])).array[0]
    np.testing.assert_array_equal(found[2:, 3:], PIXELS[:6, :7])
    assert found[0, 0].tolist() == [1, 2, 3]


def test_a_quarter_turn_is_numpys():
    square = PIXELS[:, :31]
    found = run(square, step("rotate", degrees=90)).array[0]
    np.testing.assert_allclose(found, np.rot90(square), atol=1e-2)


def test_noise_has_its_deviation_and_its_seed():
    gray = np.full((100, 100), 128, np.uint8)
    one = run(gray, step("noise", amount=0.1, seed=3)).array
    assert abs(float(np.std(one)) - 25.5) < 0.5
    np.testing.assert_array_equal(one, run(gray, step("noise", amount=0.1, seed=3)).array)
    assert (one != run(gray, step("noise", amount=0.1, seed=4)).array).any()
    unit = run(gray, step("range", low=0, high=1), step("noise", amount=0.1, seed=3)).array
    np.testing.assert_allclose(unit, one / 255, atol=1e-5)
    none = run(gray, step("noise", amount=0)).array
    assert (none == 128).all()


def test_blur_is_a_gaussian():
    dot = np.zeros((41, 41), np.uint8)
    dot[20, 20] = 255
    found = run(dot, step("blur", radius=2.0)).array[0, :, :, 0]
    assert found.sum() == pytest.approx(255, rel=1e-4)
    y, x = np.mgrid[:41, :41] - 20
    wanted = np.exp(-(x**2 + y**2) / 8)
    np.testing.assert_allclose(found, 255 * wanted / wanted.sum(), atol=0.02)
    flat = np.full((9, 9), 77, np.uint8)
    np.testing.assert_allclose(run(flat, step("blur", radius=5)).array, 77, atol=1e-3)


def test_light_is_contrast_then_brightness_within_the_range():
    found = run(PIXELS, step("light", brightness=0.1, contrast=1.5)).array[0]
    wanted = np.clip((PIXELS - 127.5) * 1.5 + 127.5 + 25.5, 0, 255)
    np.testing.assert_allclose(found, wanted, atol=1e-3)


def test_what_is_covered_lies_in_pixels_of_the_picture_as_it_came():
    white = np.full((100, 200, 3), 255, np.uint8)
    shapes = [{"box": [20, 10, 60, 50]}]
    plain = run(white, step("occlude", shapes=shapes)).array[0, :, :, 0]
    rows, columns = np.nonzero(plain == 0)
    assert (rows.min(), columns.min()) == (10, 20)
    assert (rows.max(), columns.max()) == (49, 59)
    half = step("resize", mode="stretch", width=100, height=50, filter="bilinear")
    small = run(white, half, step("occlude", shapes=shapes, colour=[9, 8, 7])).array[0]
    rows, columns = np.nonzero(small[:, :, 0] == 9)
    assert (rows.min(), columns.min()) == (5, 10)
    assert small[6, 12].tolist() == [9, 8, 7]
    stroke = [{"points": [[50, 50], [150, 50]], "radius": 8}]
    covered = run(white, step("occlude", shapes=stroke)).array[0, :, :, 0] == 0
    assert covered[50, 50:150].all()
    assert not covered[62].any()
    assert abs(int(covered[:, 100].sum()) - 16) <= 2


def test_quantize_is_the_nearest_integer_and_the_types_limits():
    target = inputs.Target("x", (1, 31, 45, 3), "int8", "NHWC")
    steps = [
        step("range", low=-1, high=1),
        step("quantize", scale=[1 / 64], zero=[3]),
        step("layout", order="NHWC"),
        step("dtype", to="int8"),
    ]
    found = inputs.prepare(source(PIXELS), steps, target).array[0]
    real = PIXELS.astype(np.float64) / 127.5 - 1
    wanted = np.clip(np.rint(real * 64) + 3, -128, 127)
    assert np.abs(found - wanted).max() <= 1
    assert (found != wanted).mean() < 0.001


def test_quantize_may_be_per_channel():
    found = run(PIXELS, step("quantize", scale=[1, 2, 4], zero=[0, 1, 2])).array[0]
    wanted = np.rint(PIXELS / np.float32([1, 2, 4])) + np.array([0, 1, 2])
    np.testing.assert_array_equal(found, wanted)
    with pytest.raises(InputError, match="one scale or one for each of 3 channels, got 2"):
        run(PIXELS, step("quantize", scale=[1, 2], zero=[0]))


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (step("noise", amount=2), "a number from 0 to 1"),
        (step("noise", amount=0.1, seed=-1), "a whole number from 0"),
        (step("blur", radius=1e9), "a number from 0 to 100"),
        (step("rotate", degrees="x"), "wants degrees to be a number"),
        (step("crop", width=0, height=4), "a whole number from 1"),
        (step("scale", side="other", to=4, filter="nearest"), "shorter or longer"),
        (step("occlude", shapes=[{"box": [1, 2, 3]}]), "a list of boxes"),
        (step("occlude", shapes=[{"points": [], "radius": 1}]), "a list of boxes"),
        (step("occlude", shapes=[{"points": [[1, 2]], "radius": 0}]), "a list of boxes"),
        (step("occlude", shapes=[3]), "a list of boxes"),
        (step("quantize", scale=[0], zero=[0]), "numbers other than 0"),
    ],
)
def test_wrong_parameters_are_refused(one, said):
    with pytest.raises(InputError, match=said):
        inputs.validate([one])


def test_what_was_seen_after_each_step_is_a_picture():
    steps = [
        step("decode"),
        step("colour", to="bgr"),
        step("range", low=0, high=1),
        step("normalize", mean=[0.5], std=[0.25]),
        step("layout", order="NCHW"),
        step("dtype", to="float32"),
    ]
    target = inputs.Target("x", (1, 3, 31, 45), "float32")
    states = list(inputs.walk(source(PIXELS), steps, target))
    np.testing.assert_array_equal(inputs.seen(states[1]), PIXELS)
    for state in states[2:]:
        np.testing.assert_array_equal(inputs.seen(state), PIXELS[:, :, ::-1])
