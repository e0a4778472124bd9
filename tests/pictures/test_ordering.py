"""Maps in the order of what they hold."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.errors import InputError
from cutaway.pictures import Axes, arrange, map_order, ordered, sheet
from cutaway.pictures.ordering import cuts

LAID = [
    ((1, 7, 5, 6), "NCHW"),
    ((1, 5, 6, 7), "NHWC"),
    ((4, 3, 3, 3), "OIHW"),
    ((3, 3, 4, 5), "HWIO"),
    ((2, 3, 2, 4, 5), None),
]


def by_hand(array, arrangement, by):
    """The measure of each map, cut out of the sheet, in float64 and one map after the other."""
    a, cells = arrangement, sheet(array, arrangement).astype(np.float64)
    maps = []
    for slot in range(a.maps):
        down, across = divmod(slot, a.grid[1])
        one = cells[
            :,
            down * a.rows : (down + 1) * a.rows,
            across * a.columns : (across + 1) * a.columns,
        ].reshape(-1)
        maps.append(one)
    if isinstance(by, int):
        solid = [np.where(np.isfinite(one), one, 0) for one in maps]
        lengths = [np.linalg.norm(one) for one in solid]
        return [
            one @ solid[by] / (length * lengths[by]) if length * lengths[by] else np.nan
            for one, length in zip(solid, lengths, strict=True)
        ]
    finite = [one[np.isfinite(one)] for one in maps]
    measure = {"mean": np.mean, "max": np.max, "variance": np.var}[by]
    return [measure(one) if one.size else np.nan for one in finite]


def check(array, letters, by, **more):
    a = arrange(array.shape, letters, **more)
    order = map_order(array, a, by)
    assert sorted(order.tolist()) == list(range(a.maps))
    measured = np.array(by_hand(array, a, by))[order]
    known = measured[~np.isnan(measured)]
    assert np.isnan(measured[known.size :]).all()
    assert (np.diff(known) <= 1e-9 * np.abs(known[:-1])).all()
    return order


@pytest.mark.parametrize(("shape", "letters"), LAID)
@pytest.mark.parametrize("by", ["mean", "max", "variance", 3])
@pytest.mark.parametrize("dtype", [np.float32, np.int8, np.float64, np.bool_])
def test_the_largest_measure_comes_first(shape, letters, by, dtype):
    array = (np.random.default_rng(1).normal(size=shape) * 9).astype(dtype)
    order = check(array, letters, by)
    if by == 3:
        assert order[0] == 3


@given(st.sampled_from(LAID), st.sampled_from(["mean", "max", "variance", 2]), st.integers(0, 99))
def test_what_is_not_finite_does_not_count(laid, by, seed):
    (shape, letters), rng = laid, np.random.default_rng(seed)
    array = rng.normal(size=shape)
    array[rng.uniform(size=shape) < rng.uniform()] = rng.choice([np.nan, np.inf, -np.inf])
    check(array, letters, by)


def test_equal_maps_keep_their_order_and_nan_maps_come_last():
    array = np.zeros((1, 6, 2, 2))
    array[0, 1] = np.nan
    array[0, 2], array[0, 4] = 5, 5
    array[0, 3] = -1
    a = arrange(array.shape, "NCHW")
    assert map_order(array, a, "mean").tolist() == [2, 4, 0, 5, 3, 1]
    # A map of zeros has no direction.
    assert map_order(array, a, 3).tolist() == [3, 2, 4, 0, 1, 5]
    assert map_order(array, a, 0).tolist() == [0, 1, 2, 3, 4, 5]


def test_the_variance_of_large_numbers_keeps_its_digits():
    spread = np.arange(9)[:, None, None] ** 2
    array = 1e6 + np.random.default_rng(2).normal(size=(1, 9, 8, 8)) * spread
    assert check(array, "NCHW", "variance").tolist() == list(range(8, -1, -1))


def test_the_sample_that_is_shown_is_the_one_that_counts():
    array = np.random.default_rng(3).normal(size=(2, 9, 4, 4))
    first = check(array, "NCHW", "mean", at={0: 0}).tolist()
    assert check(array, "NCHW", "mean", at={0: 1}).tolist() != first
    chosen = Axes(grid=(0, 1), rows=(3,))
    check(array, None, "max", given=chosen, at={2: 3})


def test_colour_kernels_count_with_all_three_planes():
    check(np.random.default_rng(4).normal(size=(6, 3, 5, 5)), "OIHW", "max")


@pytest.mark.parametrize("letters", ["NCHW", "NHWC"])
def test_maps_of_many_pieces(letters):
    shape = (1, 5, 400, 300) if letters == "NCHW" else (1, 400, 300, 5)
    array = np.random.default_rng(5).normal(size=shape).astype(np.float32)
    for by in ("mean", "max", "variance", 4):
        check(array, letters, by)


@pytest.mark.parametrize("letters", ["NCHW", "NHWC"])
@pytest.mark.parametrize("by", ["mean", "max", "variance", 4])
def test_sorting_takes_no_copy_of_the_tensor(letters, by):
    shape = (1, 32, 512, 512) if letters == "NCHW" else (1, 512, 512, 32)
    array = np.ones(shape, np.float32)
    a = arrange(shape, letters)
    tracemalloc.start()
    map_order(array, a, by)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # Some pieces of 2^18 float64, and one map where all are held against it.
    assert peak < array.nbytes / 2


def test_a_million_maps_are_sorted_and_the_first_shown():
    array = np.random.default_rng(7).normal(size=(1, 1_000_000, 2, 2)).astype(np.float32)
    a = arrange(array.shape, "NCHW")
    some = ordered(a, map_order(array, a, "max")[:16].tolist())
    largest = array.max(axis=(0, 2, 3))
    assert sheet(array, some).max() == largest.max()
    assert some.order == tuple(np.argsort(-largest, kind="stable")[:16].tolist())


def test_only_what_is_shown_is_laid_out():
    array = np.random.default_rng(6).normal(size=(1, 4000, 4, 4))
    a = arrange(array.shape, "NCHW")
    kept = map_order(array, a, "max")[:4]
    some = ordered(a, kept.tolist())
    assert (some.grid, some.maps, some.cells) == ((2, 2), 4, 64)
    cells = sheet(array, some)
    assert cells.nbytes == 64 * 8
    np.testing.assert_array_equal(cells[0, :4, 4:], array[0, kept[1]])


def test_maps_that_are_not_there_and_text():
    a = arrange((1, 4, 2, 2), "NCHW")
    with pytest.raises(InputError, match="maps 0 to 3 are there; got similar:4"):
        map_order(np.zeros((1, 4, 2, 2)), a, 4)
    words = np.full((1, 4, 2, 2), "x", object)
    assert map_order(words, a, "mean").tolist() == [0, 1, 2, 3]
    empty = arrange((0, 4), None)
    assert map_order(np.zeros((0, 4)), empty, "mean").tolist() == []
    with pytest.raises(InputError, match="no map"):
        map_order(np.zeros((0, 4)), empty, 0)


@given(st.lists(st.integers(1, 90), max_size=4), st.permutations(range(4)))
def test_pieces_cover_an_array_once(lengths, turned):
    shape = tuple(lengths)
    array = np.zeros(shape, np.int8).transpose([axis for axis in turned if axis < len(shape)])
    for cut in cuts(array):
        assert array[cut].size <= 1 << 18
        array[cut] += 1
    assert (array == 1).all()
