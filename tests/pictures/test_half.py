import math
import warnings

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cutaway.pictures import decode, encode, scaling, statistics

DTYPES = [
    np.float16,
    np.float32,
    np.float64,
    np.bool_,
    np.int8,
    np.uint8,
    np.int32,
    np.int64,
    np.uint64,
    ml_dtypes.bfloat16,
    ml_dtypes.float8_e4m3fn,
    ml_dtypes.int4,
]
PLAIN = [dtype for dtype in DTYPES if np.dtype(dtype).isbuiltin == 1]


def halves(array):
    scale, center = scaling(statistics(array))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bits = encode(array, scale, center)
    assert bits.dtype == np.uint16
    assert bits.shape == array.shape
    return bits, scale, center


def check(array):
    bits, scale, center = halves(array)
    numbers = bits.view(np.float16).astype(np.float64)
    exact = array.astype(np.float64)
    finite = np.isfinite(exact)
    assert math.frexp(scale)[0] == 0.5, "a power of two"
    np.testing.assert_array_equal(np.isnan(numbers), np.isnan(exact))
    np.testing.assert_array_equal(numbers[np.isinf(exact)], exact[np.isinf(exact)])
    assert np.isfinite(numbers[finite]).all()
    if not finite.any():
        return
    most = np.abs(numbers[finite]).max()
    assert most <= 2
    with np.errstate(all="ignore"):
        expected = (exact[finite] - center) / scale
        np.testing.assert_allclose(numbers[finite], expected, rtol=2**-11, atol=2**-25)
    if center == 0:
        zero = exact == 0
        np.testing.assert_array_equal(numbers[zero], 0)
        np.testing.assert_array_equal(np.signbit(numbers[finite]), np.signbit(exact[finite]))
        # The largest magnitude is where float16 is precise.
        assert np.abs(exact[finite]).max() == 0 or most >= 0.5 or scale == 2.0**-126
    else:
        assert exact[finite].min() > 0 or exact[finite].max() < 0
        assert np.ptp(exact[finite]) < np.abs(exact[finite]).max() / 64
        assert np.float32(center) == center


@settings(deadline=None)
@given(
    st.sampled_from(PLAIN).flatmap(
        lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_side=8))
    )
)
def test_any_array_survives(array):
    check(array)


@settings(deadline=None)
@given(
    st.sampled_from([np.float32, np.float64, np.int64]),
    st.floats(1, 1e15),
    st.lists(st.floats(0, 1), min_size=1, max_size=20),
    st.sampled_from([1, -1]),
)
def test_narrow_ranges_far_from_zero_survive(dtype, size, spread, sign):
    check((sign * size * (1 + np.array(spread) / 100)).astype(dtype))


@pytest.mark.parametrize("dtype", DTYPES)
def test_small_whole_numbers_come_back_exactly(dtype):
    array = np.array([0, 1, 2, 3, 5, 7]).astype(dtype)
    check(array)
    np.testing.assert_array_equal(decode(*halves(array)), array.astype(np.float32))


@pytest.mark.parametrize(
    "values",
    [
        [1e38, -1e38, 3.4e38, 1, 0],
        [1e-45, -1e-45, 1e-40, 0.0, -0.0],
        [np.nan, np.inf, -np.inf, -0.0, 2],
        [np.nan, np.inf],
        [-0.0, 0.0],
        [65504, 65520, 1e6],
    ],
)
def test_the_corners_of_float32(values):
    array = np.array(values, np.float32)
    check(array)
    bits, scale, center = halves(array)
    np.testing.assert_allclose(decode(bits, scale, center), array, rtol=2**-10, atol=1e-3 * scale)


def test_the_corners_of_float64_and_int64():
    check(np.array([1.7e308, -1.7e308, 5e-324, 0]))
    check(np.array([5e-324, -5e-324, 0]))
    check(np.array([2**63 - 1, 2**53 + 1, -(2**63), 0], np.int64))
    check(np.array([2**53 + 3, 2**53 + 1], np.int64))
    check(np.full(3, 1e300))


def test_a_centre_shows_what_zero_would_hide():
    array = np.linspace(1000, 1001, 300).astype(np.float32)
    bits, scale, center = halves(array)
    assert center != 0
    assert len(np.unique(bits)) == 300
    np.testing.assert_allclose(decode(bits, scale, center), array, atol=1e-3)
    assert scaling(statistics(array - 1000))[1] == 0


def test_values_beyond_the_scale_are_clamped_not_made_infinite():
    bits = encode(np.array([1e9, -1e9, np.inf], np.float32), 1.0, 0.0)
    np.testing.assert_array_equal(bits.view(np.float16), [65504, -65504, np.inf])


def test_text_has_no_numbers_and_complex_numbers_a_magnitude():
    assert not encode(np.array(["a", "b"], object), 1.0, 0.0).any()
    assert not encode(np.array(["a", "b"]), 1.0, 0.0).any()
    array = np.array([3 + 4j, -6j], np.complex64)
    np.testing.assert_array_equal(decode(*halves(array)), [5, 6])


def test_without_a_finite_value_the_scale_is_one():
    assert scaling(statistics(np.array([np.nan]))) == (1, 0)
    assert scaling(statistics(np.zeros((0,)))) == (1, 0)
    assert scaling(statistics(np.zeros(4))) == (1, 0)
