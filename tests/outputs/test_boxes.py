"""Known boxes laid into each layout are found again, with the cells that made them."""

import time

import numpy as np
import pytest
from outputs.seen import SIZE, output, seen

from cutaway import inputs
from cutaway.outputs import boxes
from cutaway.outputs.boxes import priors
from cutaway.outputs.boxes.anchors import COCO5
from cutaway.outputs.recognition import recognize
from cutaway.outputs.suppression import overlap, suppress

HEIGHT, WIDTH = SIZE
BOX = np.array([20.0, 10.0, 52.0, 42.0])
"""Left, top, right, bottom in pixels of the model's picture."""
CENTER = np.array([36.0, 26.0, 32.0, 32.0])


def found(picture, score=0.5, overlap_limit=0.45):
    (guess,) = [one for one in recognize(picture) if one.kind == "boxes"]
    candidates = boxes.decode(guess.settings, picture)
    chosen = boxes.choose(candidates, score, overlap_limit)
    return guess, candidates, chosen


def values_of(picture, candidates, row):
    """The numbers that the cells of a candidate lead to."""
    return [
        float(picture.by_value[value].array.reshape(-1)[flat])
        for cells in candidates.cells
        for value, flat in cells.of(int(row))
    ]


def test_decoded_ssd_is_told_from_offsets():
    rng = np.random.default_rng(1)
    low = rng.uniform(0, 0.5, (50, 2))
    corners = np.concatenate([low, low + rng.uniform(0.01, 0.4, (50, 2))], 1).astype(np.float32)
    corners[7] = BOX / [WIDTH, HEIGHT, WIDTH, HEIGHT]
    scores = np.tile(np.float32([0.9, 0.1]), (50, 1))
    scores[7] = [0.05, 0.95]
    picture = seen(output(3, "boxes", corners[None]), output(4, "scores", scores[None], "Softmax"))
    guess, candidates, chosen = found(picture)
    assert guess.settings["form"] == "corners"
    assert guess.settings["background"] == 0
    assert chosen.rows.tolist() == [7]
    assert candidates.classes is None
    np.testing.assert_allclose(candidates.boxes[7], BOX, rtol=1e-5)
    assert values_of(picture, candidates, 7) == pytest.approx([*corners[7], 0.95])


def test_offsets_from_priors_are_decoded_with_the_variances_of_ssd():
    laid = priors.priors(240, 320, 4420)
    rng = np.random.default_rng(2)
    offsets = rng.normal(0, 1, (4420, 4)).astype(np.float32)
    logits = np.tile(np.float32([3, -3]), (4420, 1))
    logits[1234] = [-4, 4]
    picture = seen(
        output(0, "loc", offsets[None]), output(1, "conf", logits[None]), size=(240, 320),
    )  # fmt: skip
    guess, candidates, chosen = found(picture)
    assert guess.settings["form"] == "prior"
    assert guess.settings["activation"] == "softmax"
    assert chosen.rows.tolist() == [1234]
    x, y, w, h = laid[1234]
    dx, dy, dw, dh = (float(one) for one in offsets[1234])
    cx, cy = x + dx * 0.1 * w, y + dy * 0.1 * h
    bw, bh = w * np.exp(dw * 0.2), h * np.exp(dh * 0.2)
    expected = np.array([cx - bw / 2, cy - bh / 2, cx + bw / 2, cy + bh / 2]) * [320, 240, 320, 240]
    np.testing.assert_allclose(candidates.boxes[1234], expected, rtol=1e-6)
    assert candidates.scores[1234] == pytest.approx(1 / (1 + np.exp(-8)))


def test_priors_that_nobody_knows_are_told():
    offsets = np.random.default_rng(0).normal(0, 1, (1, 77, 4))
    picture = seen(output(0, "loc", offsets), output(1, "conf", np.ones((1, 77, 2))))
    guess = boxes.recognize(picture, list(picture.outputs), False)[0]
    with pytest.raises(Exception, match="prior boxes for 77 places"):
        boxes.decode(guess.settings, picture)


def grids():
    return sum(-(-HEIGHT // s) * -(-WIDTH // s) for s in (8, 16, 32))


def test_yolo_5_and_7_multiply_by_objectness():
    places = 3 * grids()
    array = np.zeros((1, places, 9), np.float32)
    array[0, :, 4] = 0.01
    array[0, :, :4] = [48, 32, 90, 60]
    array[0, 100] = [*CENTER, 0.8, 0.1, 0.2, 0.9, 0.3]
    picture = seen(output(5, "output0", array))
    guess, candidates, chosen = found(picture, 0.25)
    assert guess.settings["layout"] == "yolo5"
    assert chosen.rows.tolist() == [100]
    np.testing.assert_allclose(candidates.boxes[100], BOX)
    assert candidates.classes[100] == 2
    assert candidates.scores[100] == pytest.approx(0.72)
    assert values_of(picture, candidates, 100) == pytest.approx([*CENTER, 0.8, 0.9])


def test_yolo_8_lies_by_columns_and_has_no_objectness():
    array = np.zeros((1, 4 + 5, grids()), np.float32)
    array[0, :4] = np.array([48, 32, 90, 60])[:, None]
    array[0, :, 30] = [*CENTER, 0.1, 0.2, 0.3, 0.85, 0.4]
    picture = seen(output(2, "output0", array))
    guess, candidates, chosen = found(picture, 0.25)
    assert guess.settings["layout"] == "yolo8"
    assert chosen.rows.tolist() == [30]
    np.testing.assert_allclose(candidates.boxes[30], BOX)
    assert (candidates.classes[30], candidates.scores[30]) == (3, pytest.approx(0.85))
    assert values_of(picture, candidates, 30) == pytest.approx([*CENTER, 0.85])


def test_yolo_8_with_normalized_boxes_is_scaled():
    array = np.zeros((1, 4 + 5, grids()), np.float32)
    array[0, :4] = 0.5
    array[0, :, 30] = [*(CENTER / [WIDTH, HEIGHT, WIDTH, HEIGHT]), 0, 0, 0, 0.85, 0]
    guess, candidates, _ = found(seen(output(2, "output0", array)), 0.25)
    assert guess.settings["units"] == "unit"
    np.testing.assert_allclose(candidates.boxes[30], BOX, rtol=1e-5)


def test_poses_of_yolo_8_have_17_points():
    array = np.zeros((1, 56, grids()), np.float32)
    array[0, :4] = np.array([48, 32, 90, 60])[:, None]
    points = np.arange(51, dtype=np.float32)
    array[0, :, 30] = [*CENTER, 0.9, *points]
    picture = seen(output(2, "output0", array))
    guess, candidates, chosen = found(picture, 0.25)
    assert (guess.title, guess.settings["skeleton"]) == ("Poses", "person")
    assert chosen.rows.tolist() == [30]
    np.testing.assert_array_equal(candidates.points[30], points.reshape(17, 3))
    assert values_of(picture, candidates, 30)[5:] == pytest.approx(points.tolist())


@pytest.mark.parametrize("raw", [True, False])
def test_yolox_within_cells_and_decoded(raw):
    array = np.zeros((1, grids(), 7), np.float32)
    across = WIDTH // 8
    row, column = 3, 4  # of the grid of stride 8, whose cells come first
    at = row * across + column
    if raw:
        array[0, at] = [
            CENTER[0] / 8 - column,
            CENTER[1] / 8 - row,
            np.log(4),
            np.log(4),
            0.9,
            0.1,
            1,
        ]
    else:
        array[0, :, :4] = [60, 40, 90, 60]
        array[0, at] = [*CENTER, 0.9, 0.1, 1.0]
    guess, candidates, chosen = found(seen(output(1, "output", array)), 0.25)
    assert guess.settings["layout"] == "yolox"
    assert guess.settings["raw"] is raw
    assert chosen.rows.tolist() == [at]
    np.testing.assert_allclose(candidates.boxes[at], BOX, rtol=1e-5)
    assert candidates.classes[at] == 1


def logit(share):
    return np.log(share / (1 - share))


@pytest.mark.parametrize("order", ["CHW", "HWC", "AHWC", "HWAC"])
def test_raw_heads_of_yolo_with_anchors(order):
    classes, chosen_anchor = 3, 1
    row, column, stride = 1, 2, 16
    heads = []
    for scale, step in enumerate((8, 16, 32)):
        down, across = HEIGHT // step, WIDTH // step
        raw = np.full((3, down, across, 5 + classes), -8.0, np.float32)
        if step == stride:
            wide, high = COCO5[scale][chosen_anchor]
            middle = CENTER[:2] / stride - [column, row]
            raw[chosen_anchor, row, column, :2] = _position(middle, order)
            raw[chosen_anchor, row, column, 2:4] = _extent(np.array([32 / wide, 32 / high]), order)
            raw[chosen_anchor, row, column, 4] = logit(0.9)
            raw[chosen_anchor, row, column, 5 + 2] = logit(0.8)
        heads.append(output(10 + scale, f"head{scale}", _ordered(raw, order)[None]))
    picture = seen(*heads)
    guess, candidates, chosen = found(picture, 0.25)
    assert guess.settings["layout"] == "anchors"
    assert len(chosen.rows) == 1
    best = chosen.rows[0]
    np.testing.assert_allclose(candidates.boxes[best], BOX, atol=1e-3)
    assert candidates.classes[best] == 2
    assert candidates.scores[best] == pytest.approx(0.72, abs=1e-5)
    read = values_of(picture, candidates, best)
    assert read[4:] == pytest.approx([logit(0.9), logit(0.8)], rel=1e-5)
    assert {value for cells in candidates.cells for value, _ in cells.of(int(best))} == {11}


def _position(middle, order):
    """Rank 5 is read by version 5's formula, rank 4 by version 3's; the answer must be the same."""
    return logit((middle + 0.5) / 2) if len(order) == 4 else logit(np.clip(middle, 0.01, 0.99))


def _extent(times, order):
    return logit(np.sqrt(times) / 2) if len(order) == 4 else np.log(times)


def _ordered(raw, order):
    count, down, across, width = raw.shape
    if order == "CHW":
        return raw.transpose(0, 3, 1, 2).reshape(count * width, down, across)
    if order == "HWC":
        return raw.transpose(1, 2, 0, 3).reshape(down, across, count * width)
    return raw.transpose(1, 2, 0, 3) if order == "HWAC" else raw


def test_detr_passes_over_the_class_for_nothing():
    logits = np.zeros((1, 20, 6), np.float32)
    logits[..., 5] = 5
    logits[0, 4, 2] = 12
    places = np.full((1, 20, 4), 0.5, np.float32)
    places[0, 4] = CENTER / [WIDTH, HEIGHT, WIDTH, HEIGHT]
    picture = seen(output(1, "logits", logits), output(2, "pred_boxes", places, "Sigmoid"))
    guess, candidates, chosen = found(picture)
    assert guess.settings["layout"] == "detr"
    assert chosen.rows.tolist() == [4]
    np.testing.assert_allclose(candidates.boxes[4], BOX, rtol=1e-5)
    assert candidates.classes[4] == 2
    assert candidates.scores[4] == pytest.approx(np.exp(12) / (np.exp(12) + np.exp(5) + 4))


@pytest.mark.parametrize("columns", ["score then class", "class then score"])
def test_rows_of_six(columns):
    rows = np.zeros((1, 300, 6), np.float32)
    rows[0, :, :4] = [0, 0, 5, 5]
    rows[0, 2] = [*BOX, 0.75, 7]
    rows[0, 1, 4] = 0.03
    if columns == "class then score":
        rows[..., [4, 5]] = rows[..., [5, 4]]
    picture = seen(output(1, "output0", rows), kinds=frozenset({"TopK"}))
    _, candidates, chosen = found(picture)
    assert chosen.rows.tolist() == [2]
    np.testing.assert_allclose(candidates.boxes[2], BOX)
    assert (candidates.classes[2], candidates.scores[2]) == (7, 0.75)
    assert values_of(picture, candidates, 2) == pytest.approx([*BOX, 0.75, 7])


@pytest.mark.parametrize("caffe", [True, False])
def test_rows_of_seven(caffe):
    rows = np.zeros((4, 7), np.float32)
    unit = BOX / [WIDTH, HEIGHT, WIDTH, HEIGHT]
    if caffe:
        rows[1] = [0, 3, 0.8, *unit]
        rows = rows[None, None]
    else:
        rows[1] = [0, *BOX, 3, 0.8]
    picture = seen(output(1, "detections", rows), kinds=frozenset({"NonMaxSuppression"}))
    _, candidates, chosen = found(picture)
    assert chosen.rows.tolist() == [1]
    np.testing.assert_allclose(candidates.boxes[1], BOX, rtol=1e-5)
    assert candidates.classes[1] == 3


def test_tflite_postprocess_counts_and_has_top_first():
    places = np.zeros((1, 10, 4), np.float32)
    unit = BOX / [WIDTH, HEIGHT, WIDTH, HEIGHT]
    places[0, 0] = unit[[1, 0, 3, 2]]
    places[0, 5] = [0, 0, 1, 1]
    classes, scores = np.zeros((1, 10), np.float32), np.zeros((1, 10), np.float32)
    classes[0, 0], scores[0, 0], scores[0, 5] = 17, 0.7, 0.99
    picture = seen(
        output(1, "TFLite_Detection_PostProcess", places),
        output(2, "TFLite_Detection_PostProcess:1", classes),
        output(3, "TFLite_Detection_PostProcess:2", scores),
        output(4, "TFLite_Detection_PostProcess:3", np.float32([2])),
        kinds=frozenset({"TFLite_Detection_PostProcess"}),
    )
    guess, candidates, chosen = found(picture)
    assert chosen.rows.tolist() == [0]  # the sixth lies past the count
    np.testing.assert_allclose(candidates.boxes[0], BOX, rtol=1e-5)
    assert candidates.classes[0] == 17
    assert len(guess.values) == 4


def test_torchvision_gives_boxes_labels_and_scores():
    places = np.float32([BOX, [0, 0, 4, 4]])
    picture = seen(
        output(1, "boxes", places),
        output(2, "labels", np.int64([5, 1])),
        output(3, "scores", np.float32([0.9, 0.2])),
    )
    guess, candidates, chosen = found(picture)
    assert guess.settings["layout"] == "parts"
    assert chosen.rows.tolist() == [0]
    np.testing.assert_allclose(candidates.boxes[0], BOX)
    assert values_of(picture, candidates, 0) == pytest.approx([*BOX, 0.9, 5])


def test_centernet_takes_peaks():
    heat = np.full((1, 2, 16, 24), -6.0, np.float32)
    heat[0, 1, 6, 9] = 3
    size = np.zeros((1, 2, 16, 24), np.float32)
    size[0, :, 6, 9] = [8, 8]
    shift = np.full((1, 2, 16, 24), 0.0, np.float32)
    shift[0, :, 6, 9] = [0.0, 0.5]
    picture = seen(output(1, "hm", heat), output(2, "wh", size), output(3, "reg", shift))
    _, candidates, chosen = found(picture)
    assert len(chosen.rows) == 1
    best = chosen.rows[0]
    np.testing.assert_allclose(candidates.boxes[best], BOX)
    assert candidates.classes[best] == 1
    assert values_of(picture, candidates, best) == pytest.approx([3, 8, 8, 0, 0.5])


def test_suppression_keeps_the_surest_of_each_class():
    four = np.array([[0, 0, 10, 10], [1, 1, 11, 11], [40, 40, 50, 50], [0, 0, 10, 10]], float)
    scores = np.array([0.8, 0.9, 0.5, 0.7])
    classes = np.array([0, 0, 0, 1])
    assert overlap(four[0], four[[1]])[0] == pytest.approx(81 / 119)
    assert suppress(four, scores, classes, 0.45, 10).tolist() == [1, 3, 2]
    assert suppress(four, scores, None, 0.45, 10).tolist() == [1, 2]
    assert suppress(four, scores, classes, 0.9, 10).tolist() == [1, 0, 3, 2]
    assert suppress(four, scores, classes, 0.45, 1).tolist() == [1]


def test_nan_is_left_out_and_counted():
    array = np.zeros((1, 9, grids()), np.float32)
    array[0, :4] = np.array([48, 32, 90, 60])[:, None]
    array[0, 5, 3] = np.nan
    array[0, 0, 4] = np.inf
    array[0, :, 30] = [*CENTER, 0, 0, 0, 0.85, 0]
    _, _, chosen = found(seen(output(2, "output0", array)))
    assert chosen.rows.tolist() == [30]
    assert chosen.damaged == 2


def test_8400_places_of_80_classes_are_read_in_20_ms():
    rng = np.random.default_rng(5)
    array = rng.uniform(0, 0.5, (1, 84, 8400)).astype(np.float32)
    array[0, :4] = rng.uniform(50, 600, (4, 8400))
    picture = seen(output(2, "output0", array), size=(640, 640))
    guess = boxes.recognize(picture, list(picture.outputs), False)[0]
    times = []
    for _ in range(7):
        begun = time.perf_counter()
        boxes.choose(boxes.decode(guess.settings, picture), 0.6, 0.45)
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.02


def test_letterbox_and_a_mirror_are_undone():
    box = inputs.Geometry((200, 100), (64, 64)).then((0.32, 0, 16, 0, 0.32, 0), (64, 64))
    np.testing.assert_allclose(box.to_source([[16, 0], [48, 64]]), [[0, 0], [100, 200]])
    mirrored = inputs.Geometry((64, 96), (64, 96)).then((-1, 0, 96, 0, 1, 0), (64, 96))
    np.testing.assert_allclose(mirrored.to_source([[20, 10], [52, 42]]), [[76, 10], [44, 42]])
