"""What is read as classes and what is not; softmax and sigmoid against exact arithmetic."""

import math

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cutaway import outputs

LOGITS = np.array([[1.0, 4.0, -2.0, 4.0]], np.float32)


def read(array, kind=None, labels=None, *, single_output=True):
    return outputs.read(np.asarray(array), kind, labels, single_output=single_output)


def test_logits_get_softmax_and_ties_keep_their_order():
    answer = read(LOGITS, "Gemm", ["a", "b", "c", "d"])
    assert (answer.raw, answer.applied) == (True, "softmax")
    assert answer.top == (1, 3, 0, 2)
    assert [c.label for c in answer.classes] == ["a", "b", "c", "d"]
    assert [c.index for c in answer.classes] == [0, 1, 2, 3]
    assert [c.value for c in answer.classes] == [1.0, 4.0, -2.0, 4.0]
    powers = [math.exp(v) for v in (1, 4, -2, 4)]
    assert [c.score for c in answer.classes] == pytest.approx([p / sum(powers) for p in powers])


@pytest.mark.parametrize("kind", ["Softmax", "Sigmoid"])
def test_after_softmax_or_sigmoid_nothing_is_applied(kind):
    answer = read([[0.5, 0.9, 0.2]], kind)
    assert (answer.raw, answer.applied) == (False, None)
    assert [c.score for c in answer.classes] == [0.5, 0.9, 0.2]
    assert answer.top == (1, 0, 2)


def test_a_vector_that_sums_to_one_is_no_logits_whatever_wrote_it():
    answer = read(np.float16([[0.25, 0.7, 0.05]]), "Identity")
    assert (answer.raw, answer.applied) == (False, None)


@pytest.mark.parametrize("values", [[0.2, 0.9], [1.5, -0.5], [0.5, 0.5021]])
def test_near_probabilities_are_logits(values):
    assert read([values]).raw


@pytest.mark.parametrize("shape", [(4,), (1, 4), (1, 4, 1, 1), (1, 1, 1, 4)])
def test_shapes_that_are_one_vector(shape):
    assert read(LOGITS.reshape(shape)).top == (1, 3, 0, 2)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((2, 4)),
        np.zeros((1, 1)),
        np.zeros(()),
        np.zeros((4, 1)),
        np.zeros((0,)),
        np.zeros((1, 4, 4, 1)),
        np.zeros((1, 1, 4, 1)),
        np.zeros((1, 5, 4)),
        np.zeros((1, 4), complex),
        np.zeros((1, 4), bool),
        np.array([["a", "b"]], object),
        np.zeros((1, 2), [("x", "f4")]),
    ],
)
def test_anything_else_claims_nothing(array):
    assert read(array) is None


def test_one_of_several_outputs_claims_nothing():
    assert read(LOGITS, single_output=False) is None


def test_labels_that_are_missing_or_empty_are_none():
    assert [c.label for c in read(LOGITS, None, ["a", ""]).classes] == ["a", None, None, None]
    assert read(LOGITS).classes[0].label is None


def test_nan_comes_last_and_leaves_no_scores():
    answer = read([[1.0, math.nan, 3.0, math.inf, -math.inf]])
    assert answer.top == (3, 2, 0, 4, 1)
    assert [c.value for c in answer.classes] == [1.0, None, 3.0, None, None]
    assert {c.score for c in answer.classes} == {None}


def test_infinities_alone_have_scores():
    answer = read([[0.0, math.inf, -math.inf]])
    assert [c.score for c in answer.classes] == [0.0, 1.0, 0.0]
    assert [c.value for c in answer.classes] == [0.0, None, None]


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int64", "float16", ml_dtypes.bfloat16])
def test_any_numeric_dtype(dtype):
    answer = read(np.array([[3, 1, 2]]).astype(dtype))
    assert answer.top == (0, 2, 1)
    assert type(answer.classes[0].value) is float
    assert sum(c.score for c in answer.classes) == pytest.approx(1)


VECTORS = hnp.arrays(np.float64, st.integers(2, 30), elements=st.floats(-1e4, 1e4))


@given(VECTORS)
def test_softmax_sums_to_one_keeps_order_and_ignores_a_shift(x):
    scores = outputs.softmax(x)
    assert scores.sum() == pytest.approx(1)
    assert (np.diff(scores[np.argsort(x)]) >= 0).all()
    np.testing.assert_allclose(outputs.softmax(x + 100), scores, rtol=1e-6, atol=1e-12)
    exact = [1 / sum(math.exp(min(b - a, 700)) for b in x) for a in x]
    np.testing.assert_allclose(scores, exact, rtol=1e-9, atol=1e-12)


def test_softmax_at_the_limits():
    assert outputs.softmax([1e308, -1e308]).tolist() == [1, 0]
    assert outputs.softmax([-math.inf, -math.inf]).tolist() == [0.5, 0.5]
    assert outputs.softmax([[0, 0], [0, math.inf]]).tolist() == [[0.5, 0.5], [0, 1]]
    assert np.isnan(outputs.softmax([1, math.nan])).all()


@given(st.floats(-700, 700))
def test_sigmoid(x):
    assert float(outputs.sigmoid(x)) == pytest.approx(1 / (1 + math.exp(-x)))


def test_sigmoid_at_the_limits():
    assert outputs.sigmoid([-1e308, 1e308, 0]).tolist() == [0, 1, 0.5]


@given(VECTORS)
def test_top_is_every_class_once_best_first(x):
    answer = read(x)
    assert sorted(answer.top) == list(range(len(x)))
    assert (np.diff(x[list(answer.top)]) <= 0).all()
