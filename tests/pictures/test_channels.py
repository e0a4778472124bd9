import importlib

import numpy as np
import pytest

from cutaway.pictures import (
    SPARK_BINS,
    Bounds,
    Flag,
    arrange,
    channels,
    map_order,
    ordered,
    sheet,
)


def table(array, letters=None, bounds=None, **more):
    a = arrange(array.shape, letters, **more)
    return channels(sheet(array, a), a, bounds)


def check(found, maps, low, high):
    """Against NumPy, map by map: ``maps`` is ``(n, ...)``."""
    values = np.asarray(maps, np.float64).reshape(len(maps), -1)
    finite = np.isfinite(values)
    for i, (row, there) in enumerate(zip(values, finite, strict=True)):
        kept = row[there]
        assert (found.size[i], found.zeros[i]) == (row.size, np.count_nonzero(row == 0))
        assert (found.nan[i], found.inf[i]) == (np.isnan(row).sum(), np.isinf(row).sum())
        expected = [kept.min(), kept.max(), kept.mean(), kept.std()] if kept.size else [np.nan] * 4
        got = [found.min[i], found.max[i], found.mean[i], found.std[i]]
        np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-12)
        assert found.counts[i].sum() == kept.size
        if high > low:
            bins = np.clip((kept - low) / (high - low) * SPARK_BINS, 0, SPARK_BINS - 1).astype(int)
            apart = np.abs(np.cumsum(np.bincount(bins, minlength=SPARK_BINS) - found.counts[i]))
            assert apart.max() <= 1  # on the edge of a bin, one way or the other


@pytest.fixture(params=["whole", "in pieces"])
def blocks(request, monkeypatch):
    if request.param == "in pieces":
        monkeypatch.setattr(importlib.import_module("cutaway.pictures.sheet"), "_BLOCK", 24)


@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("letters", ["NCHW", "NHWC"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16, np.int16])
def test_every_map_is_told_as_numpy_tells_it(letters, dtype):
    random = np.random.default_rng(3)
    array = (random.standard_normal((1, 7, 6, 5)) * 9).astype(dtype)
    array[0, 2] = 0
    if dtype != np.int16:
        array[0, 3, 1, 1], array[0, 3, 2, 2], array[0, 5] = np.nan, np.inf, np.nan
    maps = array[0]
    given = array if letters == "NCHW" else array.transpose(0, 2, 3, 1)
    found = table(given, letters)
    finite = maps[np.isfinite(maps)].astype(np.float64)
    assert (found.low, found.high) == (finite.min(), finite.max())
    check(found, maps, found.low, found.high)


@pytest.mark.usefixtures("blocks")
def test_a_long_vector_is_one_map_without_its_empty_end():
    vector = np.arange(1.0, 103.0, dtype=np.float32)
    found = table(vector[None], "NC")
    assert found.size.tolist() == [102]
    check(found, vector[None], 1.0, 102.0)


def test_a_mean_large_beside_its_spread_loses_no_digit():
    random = np.random.default_rng(4)
    array = 1e6 + random.standard_normal((1, 3, 40, 40))
    found = table(array, "NCHW")
    np.testing.assert_allclose(found.std, array[0].std(axis=(1, 2)), rtol=1e-9)


def test_maps_that_are_dead_constant_or_saturated():
    maps = np.zeros((1, 4, 4, 4), np.float32)
    maps[0, 1] = 0.5
    maps[0, 2] = np.linspace(0, 1, 16).reshape(4, 4)
    maps[0, 3, :2] = 1.0
    maps[0, 3, 2:] = 0.4
    found = table(maps, "NCHW", Bounds(0.0, 1.0))
    assert [Flag(int(flag)) for flag in found.flags] == [
        Flag.DEAD | Flag.CONSTANT | Flag.SATURATED,
        Flag.CONSTANT,
        Flag(0),
        Flag.SATURATED,
    ]
    assert table(maps, "NCHW").flags[3] == 0


def test_rows_follow_the_order_of_the_maps():
    array = np.arange(5.0).reshape(1, 5, 1, 1) * np.ones((1, 5, 2, 2))
    a = arrange(array.shape, "NCHW")
    best = ordered(a, map_order(array, a, "mean")[:3].tolist())
    assert channels(sheet(array, best), best).mean.tolist() == [4, 3, 2]


def test_no_maps_and_maps_of_text():
    assert table(np.zeros((1, 0, 3, 3)), "NCHW").min.shape == (0,)
    words = np.array([["a", "b"], ["c", "d"]], object)
    found = table(words)
    assert np.isnan(found.min).all()
    assert found.counts.sum() == 0
