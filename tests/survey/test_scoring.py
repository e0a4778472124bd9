"""Many answers at once are read as one is, and amount to what they should."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cutaway import outputs
from cutaway.survey import NONE, accuracy, confusion, match, nearest, wrong_first
from cutaway.survey.scoring import best, scores, vectors

FLOATS = st.floats(-50, 50, width=32) | st.sampled_from([math.nan, math.inf, -math.inf])


@given(arrays(np.float32, (4, 5), elements=FLOATS), st.sampled_from([None, "Softmax", "Gemm"]))
def test_each_row_is_read_as_it_is_alone(values: np.ndarray, kind: str | None) -> None:
    top, score = best(values, kind)
    for i, row in enumerate(values):
        alone = outputs.read(row[None], kind, None, single_output=True)
        assert alone is not None
        if not np.isnan(row).all():
            assert top[i] == alone.top[0]
        wanted = alone.classes[int(top[i])].score
        assert math.isnan(score[i]) if wanted is None else np.isclose(score[i], wanted)


@given(arrays(np.float64, (3, 4), elements=st.floats(0, 1)))
def test_probabilities_stay_as_they_are(values: np.ndarray) -> None:
    shares = (values + 0.1) / (values + 0.1).sum(axis=1, keepdims=True)
    np.testing.assert_array_equal(scores(shares, None), shares)


def test_an_output_is_a_vector_for_each_entry_or_none() -> None:
    assert vectors(np.zeros((3, 10)), 3).shape == (3, 10)  # type: ignore[union-attr]
    assert vectors(np.zeros((3, 10, 1, 1)), 3).shape == (3, 10)  # type: ignore[union-attr]
    assert vectors(np.zeros(10), 1).shape == (1, 10)  # type: ignore[union-attr]
    assert vectors(np.zeros((3, 10, 4)), 3) is None
    assert vectors(np.zeros((1, 10)), 3) is None
    assert vectors(np.asarray(["a"], object), 1) is None


def test_nearest_by_cosine() -> None:
    held = np.asarray([[1, 0], [2, 0.1], [0, 1], [-1, 0], [np.nan, 0], [0, 0]], np.float32)
    order, cosines = nearest(held, 0, 10)
    assert order.tolist() == [1, 2, 3]
    np.testing.assert_allclose(cosines, [2 / math.hypot(2, 0.1), 0, -1], atol=1e-6)


def test_labels_are_matched_by_name_then_by_number() -> None:
    names = ["T-shirt/top", "Trouser", "Bag"]
    found = match(["t_shirt_top", "BAG", "01 trousers", "cat", 2, 7, None], names, 3)
    assert found.classes == {
        "t_shirt_top": 0, "BAG": 2, "01 trousers": 1, "cat": NONE, 2: 2, 7: NONE, None: NONE
    }  # fmt: skip
    assert found.unmatched == ("cat", "7")
    assert found.how == "by name and by number"


def test_confusion_counts_and_the_surest_mistake_comes_first() -> None:
    truth = np.asarray([0, 0, 3, 3, NONE, 3])
    predicted = np.asarray([0, 3, 3, 0, 1, NONE])
    found = confusion(truth, predicted)
    assert found.classes == (0, 3)
    assert found.counts.tolist() == [[1, 1], [1, 1]]
    assert accuracy(truth, predicted) == (2, 4)
    score = np.asarray([0.9, 0.5, 0.9, 0.8, 0.9, np.nan])
    assert wrong_first(truth, predicted, score).tolist() == [3, 1]
