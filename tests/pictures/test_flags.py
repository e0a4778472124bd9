"""What is worth finding in a tensor, against the plain definition of each flag."""

from __future__ import annotations

import time

import ml_dtypes
import numpy as np
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.pictures import Bounds, Flag, flags
from cutaway.pictures.flags import NEAR

NONE = Flag(0)
ALL_ZERO = Flag.DEAD | Flag.CONSTANT
LONG = 200_000
"""More cells than are looked at in one go."""


def expected(array: np.ndarray, bounds: tuple[float, float] | None) -> Flag:
    """By the definitions, cell by cell in Python's numbers."""
    cells = [complex(cell) for cell in array.reshape(-1).astype(np.complex128).tolist()]
    sizes = [abs(cell) if array.dtype.kind == "c" else cell.real for cell in cells]
    found = NONE
    found |= Flag.NAN if any(np.isnan(cell) for cell in cells) else NONE
    found |= Flag.INF if any(np.isinf(cell) for cell in cells) else NONE
    found |= Flag.DEAD if cells and all(cell == 0 for cell in cells) else NONE
    same = len(cells) > 1 and all(cell == cells[0] for cell in cells)
    found |= Flag.CONSTANT if same else NONE
    if bounds is not None:
        low, high = bounds
        near = NEAR * (high - low)
        at = [size for size in sizes if size <= low + near or size >= high - near]
        found |= Flag.SATURATED if cells and 2 * len(at) >= len(cells) else NONE
    return found


FLOATS = {
    "float16": np.float16, "bfloat16": ml_dtypes.bfloat16, "float32": np.float32,
    "float64": np.float64, "complex64": np.complex64,
}  # fmt: skip
WHOLE = {
    "bool": np.bool_, "int8": np.int8, "uint8": np.uint8, "int64": np.int64, "int4": ml_dtypes.int4,
}  # fmt: skip


@given(
    st.sampled_from(sorted(FLOATS)),
    st.lists(
        st.sampled_from([0.0, -0.0, 1.0, 0.5, -1.0, 1e-4, 0.9995, 3.0, np.nan, np.inf, -np.inf]),
        max_size=6,
    ),
    st.sampled_from([None, (0.0, 1.0), (-1.0, 1.0), (0.0, 6.0)]),
)
def test_real_and_complex_numbers(
    dtype: str, cells: list[float], bounds: tuple[float, float] | None
) -> None:
    array = np.array(cells).astype(FLOATS[dtype])
    assert flags(array, bounds and Bounds(*bounds)) == expected(array, bounds)


@given(
    st.sampled_from(sorted(WHOLE)),
    st.lists(st.integers(0, 2), max_size=6),
    st.sampled_from([None, (0.0, 1.0), (0.0, 2.0)]),
)
def test_whole_numbers_and_truth_values(
    dtype: str, cells: list[int], bounds: tuple[float, float] | None
) -> None:
    array = np.array(cells, np.int64).astype(WHOLE[dtype])
    assert flags(array, bounds and Bounds(*bounds)) == expected(array, bounds)


def test_whole_numbers_that_only_differ_beyond_a_float() -> None:
    assert flags(np.array([2**60, 2**60 + 1])) == NONE
    assert flags(np.array([2**60, 2**60])) == Flag.CONSTANT


def test_complex_numbers_of_one_magnitude_are_not_equal() -> None:
    assert flags(np.array([3 + 4j, 5j])) == NONE
    assert flags(np.array([5j, 5j])) == Flag.CONSTANT


@pytest.mark.parametrize("words", [["a", "a"], ["", ""]])
def test_text_is_only_ever_constant(words: list[str]) -> None:
    for dtype in ("U", "S", object):
        assert flags(np.array(words, dtype)) == Flag.CONSTANT
        assert flags(np.array(words[:1], dtype)) == NONE
        assert flags(np.array([*words, "b"], dtype)) == NONE


def test_one_cell_and_none() -> None:
    assert flags(np.float32(0).reshape(())) == Flag.DEAD
    assert flags(np.array(7)) == NONE
    assert flags(np.array(np.nan)) == Flag.NAN
    assert flags(np.array(1.0), Bounds(0, 1)) == Flag.SATURATED
    for shape in ((0,), (3, 0, 2)):
        assert flags(np.zeros(shape), Bounds(0, 1)) == NONE
        assert flags(np.zeros(shape, "U1")) == NONE


@pytest.mark.parametrize("at", [0, LONG // 2, LONG - 1])
def test_one_cell_among_many_decides(at: int) -> None:
    array = np.zeros(LONG, np.float32)
    assert flags(array) == ALL_ZERO
    for cell, found in ((1, NONE), (np.nan, Flag.NAN), (-np.inf, Flag.INF)):
        array[at] = cell
        assert flags(array) == found


def test_half_of_the_cells_at_either_bound_saturate() -> None:
    array = np.full(LONG, 0.5, np.float32)
    array[: LONG // 4] = 1e-4
    array[-LONG // 4 + 1 :] = 0.9999
    assert flags(array, Bounds(0, 1)) == NONE
    array[LONG // 2] = 1
    assert flags(array, Bounds(0, 1)) == Flag.SATURATED
    assert flags(array, Bounds(-1, 1)) == NONE
    assert flags(array) == NONE


@pytest.mark.parametrize("bounds", [(0, np.inf), (-np.inf, 6), (1, 1), (np.nan, 1), (2, 1)])
def test_bounds_that_bound_nothing(bounds: tuple[float, float]) -> None:
    assert flags(np.array([1.0, 1.5, 1.0]), Bounds(*bounds)) == NONE


def test_any_strides_are_read() -> None:
    array = np.zeros((600, 4, 300), np.float32)
    array[:, 1, :] = np.nan
    assert flags(array[:, ::2]) == ALL_ZERO
    assert flags(array[::-1, ::-1]) == Flag.NAN
    assert flags(array.transpose(2, 0, 1)[::3]) == Flag.NAN
    assert flags(np.broadcast_to(np.float32(2), (500, 500))) == Flag.CONSTANT


def test_a_hundred_megabytes_are_read_in_no_time_and_not_copied() -> None:
    array = np.random.default_rng(0).random(25_000_000, np.float32)
    flags(array[:1000], Bounds(0, 1))
    process = psutil.Process()
    before, seconds = process.memory_info().rss, list[float]()
    for _ in range(5):
        started = time.perf_counter()
        assert flags(array, Bounds(0, 1)) == NONE
        seconds.append(time.perf_counter() - started)
        assert process.memory_info().rss - before < 20 << 20
    assert min(seconds) < 0.3  # 0.02 on a quiet machine
