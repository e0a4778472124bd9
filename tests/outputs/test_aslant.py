"""Boxes with masks, at angles and with MediaPipe's anchors, against plain arithmetic."""

import numpy as np
import pytest
from outputs.seen import SIZE, output, seen

from cutaway.inputs import Geometry
from cutaway.outputs import boxes
from cutaway.outputs.boxes import oriented
from cutaway.outputs.recognition import recognize
from cutaway.outputs.sampling import places

HEIGHT, WIDTH = SIZE
PLACES = 126


def found(picture, score=0.25, limit=0.45):
    (guess,) = recognize(picture)
    assert guess.kind == "boxes"
    candidates = boxes.decode(guess.settings, picture)
    return guess, candidates, boxes.choose(candidates, score, limit)


def segmenting(last=False):
    """Two things; each prototype is noise but for the first, which is positive to the left."""
    rng = np.random.default_rng(3)
    rows = np.zeros((1, 4 + 3 + 32, PLACES), np.float32)
    rows[0, :4] = np.array([48, 32, 4, 4])[:, None]
    rows[0, 7:] = rng.normal(0, 1, (32, PLACES))
    rows[0, :7, 20] = [40, 30, 40, 28, 0, 0.9, 0]
    rows[0, :7, 60] = [70, 40, 20, 20, 0.6, 0, 0]
    prototypes = rng.normal(0, 1, (1, 32, HEIGHT // 4, WIDTH // 4)).astype(np.float32)
    shown = np.moveaxis(prototypes, 1, -1) if last else prototypes
    return rows, prototypes, seen(output(0, "output0", rows), output(1, "output1", shown))


@pytest.mark.parametrize("last", [False, True])
def test_masks_are_mixed_from_prototypes_and_cropped(last):
    rows, prototypes, picture = segmenting(last)
    guess, candidates, chosen = found(picture)
    assert (guess.title, guess.values) == ("Instances", (0, 1))
    assert chosen.rows.tolist() == [20, 60]
    assert candidates.classes[[20, 60]].tolist() == [1, 0]
    column, down = places(Geometry(SIZE, SIZE), SIZE, (HEIGHT // 4, WIDTH // 4))
    for row in (20, 60):
        box = candidates.boxes[row] / 4 - 0.5
        part, mask = candidates.instances.mask(row, box, column, down)
        whole = np.zeros(SIZE, bool)
        whole[part] = mask
        np.testing.assert_array_equal(whole, plain(rows[0, :, row], prototypes[0]))
        assert 0 < whole.sum() < 40 * 28
    cells = [cell for cells in candidates.cells for cell in cells.of(20)]
    raw = [float(rows.reshape(-1)[flat]) for _, flat in cells]
    assert raw[5:] == pytest.approx(rows[0, 7:, 20].tolist())


def plain(row, prototypes):
    """(H, W) where the sigmoid of the mixture is over one half, pixel by pixel in the box."""
    x, y, w, h = row[:4]
    cells = np.einsum("k,khw->hw", row[7:].astype(np.float64), prototypes)
    out = np.zeros(SIZE, bool)
    for i in range(HEIGHT):
        for j in range(WIDTH):
            if not (abs(j + 0.5 - x) <= w / 2 and abs(i + 0.5 - y) <= h / 2):
                continue
            r = np.clip((i + 0.5) / 4 - 0.5, 0, cells.shape[0] - 1)
            c = np.clip((j + 0.5) / 4 - 0.5, 0, cells.shape[1] - 1)
            r0, c0 = int(r), int(c)
            r1, c1 = min(r0 + 1, cells.shape[0] - 1), min(c0 + 1, cells.shape[1] - 1)
            upper = cells[r0, c0] * (1 - c + c0) + cells[r0, c1] * (c - c0)
            lower = cells[r1, c0] * (1 - c + c0) + cells[r1, c1] * (c - c0)
            value = upper * (1 - r + r0) + lower * (r - r0)
            out[i, j] = 1 / (1 + np.exp(-value)) > 0.5
    return out


def test_oriented_boxes_have_their_corners_and_are_suppressed_by_likeness():
    rows = np.zeros((1, 4 + 2 + 1, PLACES), np.float32)
    rows[0, :4] = np.array([48, 32, 4, 4])[:, None]
    rows[0, :, 5] = [48, 32, 40, 10, 0.9, 0, np.pi / 6]
    rows[0, :, 6] = [49, 32, 40, 10, 0.8, 0, np.pi / 6]  # the same thing again
    rows[0, :, 7] = [48, 32, 40, 10, 0.7, 0, -np.pi / 3]  # crosses it
    rows[0, :, 8] = [48, 32, 40, 10, 0, 0.6, np.pi / 6]  # of another class
    picture = seen(output(0, "output0", rows), words="boats task obb")
    guess, candidates, chosen = found(picture)
    assert guess.title == "Oriented boxes"
    assert chosen.rows.tolist() == [5, 7, 8]
    cos, sin = np.cos(np.pi / 6), np.sin(np.pi / 6)
    turn = np.array([[cos, -sin], [sin, cos]])
    wanted = [turn @ (x, y) + (48, 32) for x, y in ((-20, -5), (20, -5), (20, 5), (-20, 5))]
    np.testing.assert_allclose(candidates.corners(5), wanted, rtol=1e-5)
    np.testing.assert_allclose(candidates.boxes[5, :2], np.min(wanted, axis=0), rtol=1e-5)
    cells = [cell for cells in candidates.cells for cell in cells.of(5)]
    assert float(rows.reshape(-1)[cells[-1][1]]) == pytest.approx(np.pi / 6)


def test_likeness_of_oriented_boxes_against_the_distance_of_gaussians():
    """1 - Hellinger distance by means and covariance matrices, with determinants and inverses."""
    rng = np.random.default_rng(7)
    one, *others = np.concatenate([
        rng.uniform(0, 20, (12, 2)), rng.uniform(5, 40, (12, 2)), rng.uniform(-2, 2, (12, 1))
    ], axis=1)  # fmt: skip
    told = oriented.overlap(one, np.array(others))

    def gaussian(box):
        turn = np.array([[np.cos(box[4]), -np.sin(box[4])], [np.sin(box[4]), np.cos(box[4])]])
        return box[:2], turn @ np.diag(box[2:4] ** 2 / 12) @ turn.T

    for other, value in zip(others, told, strict=True):
        (m, s), (n, t) = gaussian(one), gaussian(other)
        mean = (s + t) / 2
        distance = (m - n) @ np.linalg.inv(mean) @ (m - n) / 8 + 0.5 * np.log(
            np.linalg.det(mean) / np.sqrt(np.linalg.det(s) * np.linalg.det(t))
        )
        assert value == pytest.approx(1 - np.sqrt(1 - np.exp(-distance)), abs=1e-3)


@pytest.mark.parametrize(
    ("size", "rows", "width", "strides"),
    [
        ((128, 128), 896, 16, ((8, 2), (16, 6))),
        ((256, 256), 896, 16, ((16, 2), (32, 6))),
        ((192, 192), 2304, 16, ((4, 1),)),
        ((192, 192), 2016, 18, ((8, 2), (16, 6))),
        ((224, 224), 2254, 12, ((8, 2), (16, 2), (32, 6))),
    ],
)
def test_anchors_of_mediapipe(size, rows, width, strides):
    anchors = [
        ((x + 0.5) * s, (y + 0.5) * s)
        for s, n in strides for y in range(size[0] // s) for x in range(size[1] // s)
        for _ in range(n)
    ]  # fmt: skip
    assert len(anchors) == rows
    values = np.random.default_rng(1).normal(0, 10, (1, rows, width)).astype(np.float32)
    raw = np.full((1, rows, 1), -20, np.float32)
    at = rows // 3
    raw[0, at] = 2
    values[0, at, :4] = [3, -2, 40, 30]
    picture = seen(
        output(0, "regressors", values), output(1, "classificators", raw), size=size,
    )  # fmt: skip
    guess, candidates, chosen = found(picture, 0.5, 0.3)
    assert guess.settings["layout"] == "blaze"
    assert chosen.rows.tolist() == [at]
    x, y = anchors[at][0] + 3, anchors[at][1] - 2
    np.testing.assert_allclose(candidates.boxes[at], [x - 20, y - 15, x + 20, y + 15], rtol=1e-5)
    assert candidates.scores[at] == pytest.approx(1 / (1 + np.exp(-2)))
    wanted = values[0, at, 4:].reshape(-1, 2) + anchors[at]
    np.testing.assert_allclose(candidates.points[at, :, :2], wanted, rtol=1e-5)
    cells = [cell for cells in candidates.cells for cell in cells.of(at)]
    assert [picture.by_value[v].array.reshape(-1)[f] for v, f in cells] == pytest.approx(
        [*values[0, at, :4], 2, *values[0, at, 4:]]
    )
