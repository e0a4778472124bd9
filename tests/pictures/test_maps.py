import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutaway.pictures import arrange, dead, map_ranges, sheet

SHAPES = [
    ((1, 7, 5, 6), "NCHW"),
    ((1, 5, 6, 7), "NHWC"),
    ((4, 3, 3, 3), "OIHW"),
    ((4, 5, 3, 3), "OIHW"),
    ((9, 8), "IO"),
    ((101,), "O"),
    ((6,), "O"),
    ((), None),
    ((2, 3, 2, 4, 5), None),
]


def one_by_one(array, arrangement):
    """Each map cut out by hand, planes together."""
    a, cells = arrangement, sheet(array, arrangement)
    for slot in range(a.maps):
        down, across = divmod(slot, a.grid[1])
        rows = slice(down * a.rows, (down + 1) * a.rows)
        columns = slice(across * a.columns, (across + 1) * a.columns)
        one = cells[:, rows, columns].astype(np.float64).reshape(-1)
        yield one[: a.cells] if a.strip else one


def check(array, axes):
    arrangement = arrange(array.shape, axes)
    found = map_ranges(sheet(array, arrangement), arrangement)
    assert found.shape == (arrangement.maps, 3)
    assert found.dtype == np.float32
    for row, cells in zip(found, one_by_one(array, arrangement), strict=True):
        finite = cells[np.isfinite(cells)]
        if finite.size == 0:
            assert np.isnan(row).all()
        else:
            expected = [finite.min(), finite.max(), finite.mean()]
            np.testing.assert_allclose(row, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("shape", "axes"), SHAPES)
@pytest.mark.parametrize("dtype", [np.float32, np.int16, np.bool_, np.float64])
def test_ranges_are_those_of_each_map(shape, axes, dtype):
    check((np.random.default_rng(0).normal(size=shape) * 9).astype(dtype), axes)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(SHAPES), st.floats(0, 1), st.integers(0, 99))
def test_what_is_not_finite_does_not_count(shaped, share, seed):
    shape, axes = shaped
    rng = np.random.default_rng(seed)
    array = np.where(
        rng.uniform(size=shape) < share,
        rng.choice([np.nan, np.inf, -np.inf], size=shape),
        rng.normal(size=shape),
    )
    check(array, axes)


@pytest.mark.parametrize("axes", ["OI", "IO"])
def test_a_matrix_of_many_blocks(axes):
    array = np.random.default_rng(1).normal(size=(900, 800)).astype(np.float32)
    array[17, 3] = np.nan
    check(array, axes)


def test_many_maps_of_many_blocks():
    check(np.random.default_rng(2).normal(size=(1, 90, 80, 75)).astype(np.float32), "NCHW")


def test_unused_slots_and_the_end_of_a_strip_do_not_count():
    array = np.full((1, 5, 4, 4), 3, np.float32)
    arrangement = arrange(array.shape, "NCHW")
    assert arrangement.grid[0] * arrangement.grid[1] > 5
    np.testing.assert_array_equal(map_ranges(sheet(array, arrangement), arrangement), 3)
    vector = np.full(101, 3, np.float32)
    strip = arrange(vector.shape)
    np.testing.assert_array_equal(map_ranges(sheet(vector, strip), strip), 3)


def test_dead_maps_are_zero_everywhere():
    array = np.zeros((1, 6, 3, 3), np.float32)
    array[0, 1, 2, 2] = 1
    array[0, 2] = np.nan
    array[0, 3, 0, 0] = -1e-40
    array[0, 4, 0, 0] = np.nan
    arrangement = arrange(array.shape, "NCHW")
    assert dead(map_ranges(sheet(array, arrangement), arrangement)) == 3


def test_float64_is_brought_as_near_as_float32_goes():
    array = np.array([[1e300, -1e300], [1e-300, 0]]).reshape(1, 2, 1, 2)
    arrangement = arrange(array.shape, "NCHW")
    found = map_ranges(sheet(array, arrangement), arrangement)
    assert np.isfinite(found).all()
    assert found[0, 0] < -1e38
    assert found[1, 1] > 0
    assert dead(found) == 0


def test_text_and_tensors_without_cells():
    words = np.full((3, 4), "word", object)
    arrangement = arrange(words.shape)
    assert np.isnan(map_ranges(sheet(words, arrangement), arrangement)).all()
    empty = arrange((1, 0, 4, 4), "NCHW")
    found = map_ranges(np.zeros((1, 0, 0)), empty)
    assert found.shape == (0, 3)
    assert dead(found) == 0
