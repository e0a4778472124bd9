import math

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cutaway.pictures import texts

NARROW = [ml_dtypes.bfloat16, ml_dtypes.float8_e4m3fn, ml_dtypes.float8_e5m2]


def same(read, element):
    return read == element or (math.isnan(read) and math.isnan(element))


def check(array):
    """Every text reads back to the same element; no shorter number of digits does."""
    kind = array.dtype.type
    for text, element in zip(texts(array), array.reshape(-1), strict=True):
        number = float(text)
        assert same(kind(number), element), (text, element)
        assert np.signbit(number) == np.signbit(float(element)) or np.isnan(number)
        digits = text.lstrip("-").split("e")[0].replace(".", "").strip("0")
        if np.isfinite(number) and len(digits) > 1:
            shorter = f"{float(element):.{len(digits) - 1}g}"
            assert not same(kind(float(shorter)), element), (text, shorter)


@settings(deadline=None)
@given(
    st.sampled_from([np.float16, np.float32, np.float64]).flatmap(
        lambda dtype: hnp.arrays(dtype, hnp.array_shapes(max_side=5))
    )
)
@pytest.mark.filterwarnings("ignore:overflow")
def test_floats_read_back_and_are_short(array):
    check(array)


@pytest.mark.parametrize("dtype", NARROW)
def test_every_narrow_float_reads_back_and_is_short(dtype):
    bits = np.dtype(dtype).itemsize * 8
    every = np.arange(2**bits).astype(f"uint{bits}").view(dtype)
    check(every[:: 1 if bits == 8 else 37])


@settings(deadline=None)
@given(
    st.sampled_from([np.int8, np.uint8, np.int32, np.int64, np.uint64]).flatmap(
        lambda dtype: hnp.arrays(dtype, 9)
    )
)
def test_whole_numbers_are_exact(array):
    assert [int(text) for text in texts(array)] == array.tolist()


@pytest.mark.parametrize(
    ("element", "text"),
    [
        (np.float32(0.1), "0.1"),
        (np.float32(1), "1"),
        (np.float32(-0.0), "-0"),
        (np.float32(np.nan), "nan"),
        (np.float32(np.inf), "inf"),
        (np.float32(-np.inf), "-inf"),
        (np.float32(1e-5), "1e-5"),
        (np.float32(-2.5e-7), "-2.5e-7"),
        (np.float32(16777216), "16777216"),
        (np.float32(3.4e38), "3.4e38"),
        (np.float32(0.00012345), "1.2345e-4"),
        (np.float32(0.001), "0.001"),
        (np.float32(0.025), "0.025"),
        (np.float16(10000), "10000"),
        (np.float16(1 / 3), "0.3333"),
        (np.float64(1 / 3), "0.3333333333333333"),
        (np.float64(1e22), "1e22"),
        (np.float64(123456.5), "123456.5"),
        (ml_dtypes.bfloat16(1 / 3), "0.334"),
        (ml_dtypes.bfloat16(3.140625), "3.14"),
        (ml_dtypes.float8_e4m3fn(448), "450"),
        (ml_dtypes.int4(-8), "-8"),
        (np.bool_(True), "True"),
        (np.int64(2**63 - 1), "9223372036854775807"),
        (np.complex64(1 + 2j), "1+2j"),
        (np.complex64(complex(-0.5, -0.0)), "-0.5-0j"),
        (np.complex64(complex(np.nan, np.inf)), "nan+infj"),
        (np.str_("a b"), "a b"),
        (np.bytes_(b"\xc3\xa9"), "é"),
    ],
)
def test_texts(element, text):
    assert texts(np.array([element])) == [text]


@settings(deadline=None)
@given(hnp.arrays(np.complex128, 7))
def test_complex_numbers_read_back(array):
    for text, element in zip(texts(array), array, strict=True):
        read = complex(text)
        assert same(read.real, element.real)
        assert same(read.imag, element.imag)


def test_objects_and_rows():
    block = np.array([["a", b"\xff"], [None, 3]], object)
    assert texts(block) == ["a", "\\xff", "None", "3"]
    assert texts(np.zeros((0, 3))) == []
