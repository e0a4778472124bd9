import math

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutaway.errors import UnknownKey
from cutaway.pictures import (
    OVERVIEWS,
    TILE,
    arrange,
    decode,
    encode,
    levels,
    overview,
    reduce,
    scaling,
    sheet,
    statistics,
    tile,
    tiles,
)
from cutaway.pictures import sheet as make_sheet

SHAPES = [
    ((1, 5, 7, 9), "NCHW"),
    ((1, 7, 9, 5), "NHWC"),
    ((3, 2, 5, 5), "OIHW"),
    ((4, 3, 5, 6), "OIHW"),
    ((13, 11), "OI"),
    ((11, 13), "IO"),
    ((101,), "O"),
    ((), None),
    ((1, 3, 9, 8), "NCHW"),
]


def beneath(array, arrangement, level):
    """By the definition: every map on its own, the cells that each coarser cell covers."""
    a, side = arrangement, 2**level
    fine = sheet(array, a)
    rows, columns = math.ceil(a.rows / side), math.ceil(a.columns / side)
    for plane in range(a.planes):
        for slot in range(a.maps):
            down, across = divmod(slot, a.grid[1])
            one = fine[plane, down * a.rows :, across * a.columns :][: a.rows, : a.columns]
            kept = np.arange(one.size).reshape(one.shape) < (a.cells if a.strip else one.size)
            for y in range(rows):
                for x in range(columns):
                    part = np.s_[y * side : y * side + side, x * side : x * side + side]
                    place = plane, down * rows + y, across * columns + x
                    yield place, one[part][kept[part]].astype(np.float64)


@pytest.mark.parametrize(("shape", "axes"), SHAPES)
@pytest.mark.parametrize("level", [0, 1, 2, 3])
@pytest.mark.parametrize("image", [False, True])
def test_a_level_is_the_mean_of_each_maps_cells(shape, axes, level, image):
    array = np.random.default_rng(level).normal(size=shape).astype(np.float32)
    arrangement = arrange(shape, axes, image=image)
    found = reduce(sheet(array, arrangement), arrangement, level)
    assert found.dtype == np.float32
    for place, cells in beneath(array, arrangement, level):
        expected = cells.mean() if cells.size else 0
        assert found[place] == pytest.approx(expected, rel=1e-6, abs=1e-7), place


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(SHAPES),
    st.integers(1, 3),
    st.lists(st.sampled_from([np.nan, np.inf, -np.inf]), min_size=1, max_size=6),
    st.randoms(use_true_random=False),
)
def test_what_is_not_finite_shows_on_every_level(shaped, level, signals, random):
    shape, axes = shaped
    array = np.random.default_rng(0).normal(size=shape)
    for signal in signals:
        array[tuple(random.randrange(length) for length in shape)] = signal
    arrangement = arrange(shape, axes)
    found = reduce(sheet(array, arrangement), arrangement, level)
    for place, cells in beneath(array, arrangement, level):
        if np.isnan(cells).any():
            assert np.isnan(found[place])
        elif np.isposinf(cells).any():
            assert found[place] == np.inf
        elif np.isneginf(cells).any():
            assert found[place] == -np.inf
        elif cells.size:
            assert found[place] == pytest.approx(cells.mean())


def test_large_numbers_do_not_become_infinite():
    for array in (np.full((1, 2, 8, 8), 3e38, np.float32), np.full((1, 2, 8, 8), 1.7e308)):
        arrangement = arrange(array.shape, "NCHW")
        found = reduce(sheet(array, arrangement), arrangement, 3)
        np.testing.assert_allclose(found, float(array.flat[0]), rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.bool_, np.uint8, np.int64, np.float16, ml_dtypes.bfloat16])
def test_other_dtypes(dtype):
    array = np.array([[0, 1, 1, 1], [1, 1, 0, 0]]).astype(dtype)
    arrangement = arrange(array.shape)
    np.testing.assert_array_equal(
        reduce(sheet(array, arrangement), arrangement, 1), [[[0.75, 0.5]]]
    )


def test_text_has_levels_too():
    words = np.full((60, 70), "word", object)
    arrangement = arrange(words.shape)
    assert reduce(sheet(words, arrangement), arrangement, 1).shape == (1, 30, 35)


@pytest.mark.parametrize("axes", ["OI", "IO"])
def test_a_matrix_of_many_blocks(axes):
    # Large enough to be cut into blocks, along rows or, transposed, along columns.
    array = np.random.default_rng(7).normal(size=(1500, 1100)).astype(np.float32)
    arrangement = arrange(array.shape, axes)
    shown = array if axes == "OI" else array.T
    found = reduce(sheet(array, arrangement), arrangement, 2)[0]
    cut = shown[: shown.shape[0] // 4 * 4, : shown.shape[1] // 4 * 4]
    expected = cut.reshape(cut.shape[0] // 4, 4, -1, 4).mean((1, 3), dtype=np.float64)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)


@settings(deadline=None)
@given(st.integers(1, 3000), st.integers(1, 3000))
def test_levels_halve_until_a_map_is_one_cell(rows, columns):
    arrangement = arrange((rows, columns))
    found = levels(arrangement)
    for coarse, fine in zip(found[1:], found, strict=False):
        assert (coarse.rows, coarse.columns) == (-(-fine.rows // 2), -(-fine.columns // 2))
    assert (found[-1].rows, found[-1].columns) == (1, 1)
    for size in OVERVIEWS:
        best = overview(found, size)
        assert max(found[best].height, found[best].width) <= size
        assert best == 0 or max(found[best - 1].height, found[best - 1].width) > size


def test_levels_end_at_one_cell_a_map():
    arrangement = arrange((700, 600, 3, 3), "OIHW")
    found = levels(arrangement)
    assert [(level.height, level.width) for level in found] == [
        (2100, 1800),
        (1400, 1200),
        (700, 600),
    ]
    assert overview(found, 512) == 2


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 700), st.integers(1, 700), st.sampled_from([1, 3]))
def test_tiles_put_together_are_the_sheet(rows, columns, channels):
    array = np.random.default_rng(0).normal(size=(1, channels, rows, columns)).astype(np.float32)
    arrangement = arrange(array.shape, "NCHW", image=True)
    cells = sheet(array, arrangement)
    level = levels(arrangement)[0]
    down, across = tiles(level)
    pages = [tile(cells, page) for page in range(cells.shape[0] * down * across)]
    assert max(max(page.shape) for page in pages) <= TILE
    planes = [
        np.block([pages[(p * down + y) * across :][:across] for y in range(down)])
        for p in range(cells.shape[0])
    ]
    np.testing.assert_array_equal(planes, cells)
    with pytest.raises(UnknownKey, match=f"has {len(pages)} tiles"):
        tile(cells, len(pages))


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(1, 40), min_size=4, max_size=4),
    st.sampled_from(["NCHW", "NHWC", "OIHW", "HWIO"]),
    st.randoms(use_true_random=False),
)
def test_an_element_is_found_in_its_tile(lengths, axes, random):
    """From the tensor through sheet, tile and float16, one element arrives at its place."""
    shape = tuple(lengths)
    index = tuple(0 if a == "N" else random.randrange(n) for a, n in zip(axes, shape, strict=True))
    array = np.zeros(shape, np.float32)
    array[index] = 1.5
    arrangement = arrange(shape, axes)
    cells = make_sheet(array, arrangement)
    plane, y, x = (int(v) for v in np.argwhere(cells)[0])
    down, across = tiles(levels(arrangement)[0])
    page = (plane * down + y // TILE) * across + x // TILE
    scale = scaling(statistics(array))
    numbers = decode(encode(tile(cells, page), *scale), *scale)
    assert numbers[y % TILE, x % TILE] == 1.5
    assert np.count_nonzero(numbers) == 1


def test_an_empty_sheet_has_one_empty_level():
    arrangement = arrange((0, 4))
    found = levels(arrangement)
    assert [(level.height, level.width) for level in found] == [(0, 0)]
    assert tiles(found[0]) == (0, 0)
    assert overview(found, 32) == 0
    assert reduce(np.zeros((1, 0, 0), np.float32), arrangement, 1).shape == (1, 0, 0)
    with pytest.raises(UnknownKey):
        tile(np.zeros((1, 0, 0)), 0)
