"""What is remarkable about a tensor, for every dtype."""

import ml_dtypes
import numpy as np
import pytest

from cutaway.pictures import Flag, flags


def test_nothing_is_remarkable_about_noise():
    noise = np.random.default_rng(1).normal(size=(3, 70, 900)).astype(np.float32)
    assert flags(noise) == Flag.NONE
    assert flags(noise, (-0.5, 0.5)) == Flag.SATURATED  # most of it lies beyond


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", ml_dtypes.bfloat16])
def test_one_bad_cell_is_found_wherever_it_is(dtype):
    array = np.ones((4, 40_000), np.float32).astype(dtype)
    array[3, 39_999] = np.nan
    assert flags(array) == Flag.NAN
    array[0, 0] = -np.inf
    assert flags(array) == Flag.NAN | Flag.INF


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "float32", ml_dtypes.float8_e4m3fn])
def test_zero_everywhere_is_dead_and_constant(dtype):
    assert flags(np.zeros((2, 3), np.float32).astype(dtype)) == Flag.DEAD | Flag.CONSTANT
    assert flags(np.ones((2, 3), np.float32).astype(dtype)) == Flag.CONSTANT


def test_a_single_cell_is_no_constant():
    assert flags(np.float32(3).reshape(())) == Flag.NONE
    assert flags(np.zeros((1,), np.float32)) == Flag.DEAD


def test_a_sigmoid_that_says_yes_or_no_is_saturated():
    sure = np.array([0.0005, 0.9999, 0.5, 0.4], np.float32)
    assert flags(sure, (0.0, 1.0)) == Flag.SATURATED
    assert flags(sure[1:], (0.0, 1.0)) == Flag.NONE
    assert flags(sure) == Flag.NONE


def test_strides_do_not_matter():
    array = np.ones((300, 400), np.float32)
    array[::2] = np.inf
    assert flags(array[::2].T) == Flag.INF | Flag.CONSTANT
    assert flags(array[1::2, ::3]) == Flag.CONSTANT


def test_text_and_nothing_have_no_flags():
    assert flags(np.array(["a", "a"], object)) == Flag.NONE
    assert flags(np.zeros((0, 4), np.float32)) == Flag.NONE
