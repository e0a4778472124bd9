"""Masks, depth and flow over the picture as it came, whatever the preparation did to it."""

import numpy as np
import pytest
from outputs.seen import SIZE, output, seen

from cutaway import inputs
from cutaway.outputs import masks, palette, sampling
from cutaway.outputs.recognition import recognize

HEIGHT, WIDTH = SIZE


def plain():
    return inputs.Geometry(SIZE, SIZE)


def only(picture, kind):
    (guess,) = recognize(picture)
    assert guess.kind == kind, guess
    return guess


@pytest.mark.parametrize("last", [True, False])
def test_the_largest_of_many_classes_wins(last):
    scores = np.zeros((5, HEIGHT, WIDTH), np.float32)
    scores[0] = 1
    scores[3, 10:30, 20:60] = 4
    array = np.moveaxis(scores, 0, -1) if last else scores
    axes = "NHWC" if last else "NCHW"
    picture = seen(output(1, "logits", array[None], "Resize", axes=axes))
    guess = only(picture, "masks")
    own = masks.numbers(guess.settings, picture)
    expected = np.zeros(SIZE, int)
    expected[10:30, 20:60] = 3
    np.testing.assert_array_equal(own, expected)
    laid = masks.laid(guess.settings, picture, plain(), SIZE)
    np.testing.assert_array_equal(laid, expected)


def test_a_letterbox_is_taken_away_and_what_was_cut_off_stays_empty():
    scores = np.zeros((1, 2, 64, 64), np.float32)
    scores[0, 1, :, 16:48] = 5  # all of the picture within its bars
    picture = seen(output(1, "seg", scores, "Resize"), size=(64, 64))
    guess = only(picture, "masks")
    boxed = inputs.Geometry((200, 100), (64, 64)).then((0.32, 0, 16, 0, 0.32, 0), (64, 64))
    laid = masks.laid(guess.settings, picture, boxed, (200, 100))
    # Between the last cell of the bar and the first of the picture a straight line is drawn.
    assert (laid[:, 2:-2] == 1).all()
    cut = inputs.Geometry((100, 200), (64, 64)).then((0.64, 0, -32, 0, 0.64, 0), (64, 64))
    laid = masks.laid(guess.settings, picture, cut, (100, 200))
    assert (laid[:, :50] == -1).all()
    assert (laid[:, 150:] == -1).all()
    assert set(np.unique(laid[:, 52:148])) == {0, 1}


def test_a_turned_and_a_mirrored_picture_are_laid_back():
    scores = np.zeros((1, 2, 40, 60), np.float32)
    scores[0, 1, :20, :15] = 3  # upper left of the model's picture
    picture = seen(output(1, "seg", scores, "Resize"), size=(40, 60))
    guess = only(picture, "masks")
    mirrored = inputs.Geometry((40, 60), (40, 60)).then((-1, 0, 60, 0, 1, 0), (40, 60))
    laid = masks.laid(guess.settings, picture, mirrored, (40, 60))
    np.testing.assert_array_equal(laid[:, ::-1], masks.numbers(guess.settings, picture))
    turned = inputs.Geometry((60, 40), (40, 60)).then((0, 1, 0, -1, 0, 40), (40, 60))
    laid = masks.laid(guess.settings, picture, turned, (60, 40))
    assert laid.shape == (60, 40)
    np.testing.assert_array_equal(np.rot90(laid), masks.numbers(guess.settings, picture))


def test_bilinear_agrees_with_plain_arithmetic_and_with_the_general_way():
    rng = np.random.default_rng(3)
    maps = rng.normal(size=(2, 7, 9)).astype(np.float32)
    geometry = inputs.Geometry((30, 45), (14, 18)).then((0.4, 0, 0, 0, 14 / 30, 0), (14, 18))
    column, row = sampling.places(geometry, (30, 45), (7, 9))
    fast = sampling.bilinear(maps, column, row)
    whole_column, whole_row = np.broadcast_arrays(column, row)
    slow = sampling.bilinear(maps, whole_column.copy(), whole_row.copy())
    np.testing.assert_allclose(fast, slow, atol=1e-6)
    y, x = float(row[11, 0]), float(column[0, 20])
    j, i = int(y), int(x)
    u, v = x - i, y - j
    corner = maps[:, j : j + 2, i : i + 2].astype(float)
    expected = (corner[:, 0, 0] * (1 - u) + corner[:, 0, 1] * u) * (1 - v) + (
        corner[:, 1, 0] * (1 - u) + corner[:, 1, 1] * u
    ) * v
    np.testing.assert_allclose(fast[:, 11, 20], expected, atol=1e-5)


def test_class_numbers_come_from_the_nearest_cell():
    numbers = np.zeros((1, HEIGHT, WIDTH), np.int64)
    numbers[0, :, 48:] = 7
    picture = seen(output(1, "classes", numbers, "ArgMax"))
    guess = only(picture, "masks")
    assert guess.settings["form"] == "numbers"
    laid = masks.laid(guess.settings, picture, plain(), SIZE)
    np.testing.assert_array_equal(laid, numbers[0])


def test_a_matte_gets_a_sigmoid_only_where_it_has_none_and_that_is_said():
    scored = seen(output(1, "alpha", np.full((1, 1, *SIZE), 0.7, np.float32), "Sigmoid"))
    raw = seen(output(1, "mask", np.full((1, 1, *SIZE), 2.0, np.float32), "Conv"))
    guess = only(scored, "masks")
    assert guess.settings["activation"] == "none"
    guess = only(raw, "masks")
    assert "sigmoid is applied" in guess.why
    np.testing.assert_allclose(masks.matte(guess.settings, raw), 1 / (1 + np.exp(-2)))


def test_nan_in_scores_never_wins():
    scores = np.zeros((1, 4, *SIZE), np.float32)
    scores[0, 2] = 1
    scores[0, 3, 5, 5] = np.nan
    picture = seen(output(1, "seg", scores, "Conv"))
    guess = only(picture, "masks")
    assert (masks.laid(guess.settings, picture, plain(), SIZE) == 2).all()


def test_depth_needs_a_name_or_open_ends():
    far = np.linspace(0, 40, HEIGHT * WIDTH, dtype=np.float32).reshape(1, 1, *SIZE)
    assert only(seen(output(1, "predicted_depth", far)), "depth").settings["near"] == "low"
    assert only(seen(output(1, "disparity", far[:, 0])), "depth").settings["near"] == "high"
    assert only(seen(output(1, "out", far, "Relu")), "depth")
    assert only(seen(output(1, "out", far / 40, "Sigmoid")), "masks")


def test_flow_needs_a_name():
    two = np.zeros((1, 2, *SIZE), np.float32)
    assert only(seen(output(1, "flow_up", two)), "flow")
    assert only(seen(output(1, "out", two), words="tensorflow out"), "masks")


def test_colours_of_classes_stay_apart():
    assert len({palette.colour(index) for index in range(100)}) == 100
    assert palette.parts("#0072b2") == (0, 0x72, 0xB2)
