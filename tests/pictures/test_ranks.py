import importlib

import ml_dtypes
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cutaway.pictures import PERCENTILES, statistics

NUMBERS = [
    *(np.float16, np.float32, np.float64, np.bool_, np.int8, np.uint8, np.int16),
    *(np.uint16, np.int32, np.uint32, np.int64, np.uint64),
]


def check(array):
    values = np.asarray(array).astype(np.float64)
    finite = values[np.isfinite(values)]
    found = statistics(array).ranks
    if finite.size == 0:
        assert found is None
        return
    # Beyond half of float64 NumPy's own interpolation overflows.
    with np.errstate(all="ignore"):
        expected = np.percentile(finite / 4, PERCENTILES) * 4
    assert [percent for percent, _ in found.percentiles] == list(PERCENTILES)
    np.testing.assert_allclose([value for _, value in found.percentiles], expected, rtol=1e-12)
    check_octaves(found.octaves, finite)


def check_octaves(octaves, finite):
    assert octaves.zeros == np.count_nonzero(finite == 0)
    assert len(octaves.positive) == len(octaves.negative) <= 64
    for sign, counts in ((1, octaves.positive), (-1, octaves.negative)):
        values = finite[np.sign(finite) == sign]
        assert sum(counts) == values.size
        octave = np.frexp(np.abs(values))[1] - 1
        bins = np.clip((octave - octaves.low) // octaves.step, 0, None)
        assert list(counts) == np.bincount(bins, minlength=len(counts)).tolist()


@pytest.fixture(params=["as is", "digit by digit"])
def how(request, monkeypatch):
    """Runs a test also with pieces of five elements, none of them sorted."""
    if request.param == "digit by digit":
        pieces, ranks = (
            importlib.import_module(f"cutaway.pictures.{name}") for name in ("pieces", "ranks")
        )
        monkeypatch.setattr(pieces, "PIECE", 5)
        monkeypatch.setattr(ranks, "_SORTED", 0)


@pytest.mark.usefixtures("how")
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    array=st.sampled_from(NUMBERS).flatmap(
        lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_side=6))
    )
)
def test_any_array_has_the_percentiles_that_numpy_finds(array):
    check(array)


@pytest.mark.usefixtures("how")
@pytest.mark.parametrize("dtype", [ml_dtypes.bfloat16, ml_dtypes.float8_e4m3fn, ml_dtypes.int4])
def test_types_of_ml_dtypes(dtype):
    check(np.linspace(-7, 7, 29).astype(dtype))


@pytest.mark.usefixtures("how")
@pytest.mark.parametrize("spread", [1e-44, 1e-3, 1.0, 1e30])
def test_a_tensor_of_one_size_and_one_of_many(spread):
    random = np.random.default_rng(5)
    check((random.standard_normal(400) * spread).astype(np.float32))
    check(np.full(77, spread))
    check(1 + spread * random.random(300))


def test_many_equal_values_are_counted_on_not_sorted():
    """Half of three million elements share sixteen bits: more than are sorted in one go."""
    random = np.random.default_rng(6)
    array = (1 + random.random(3_000_000) / 256).astype(np.float32)
    check(array)
    check(array.reshape(100, 100, 300).transpose(2, 0, 1))


def test_complex_numbers_by_magnitude():
    array = np.array([3 + 4j, 0, 1j, complex("nan"), complex("inf")])
    found = statistics(array).ranks
    assert dict(found.percentiles)[50.0] == 1.0
    assert sum(found.octaves.positive) == 2
    assert found.octaves.negative == (0,) * len(found.octaves.positive)


def test_where_nothing_is_finite_there_is_no_order():
    assert statistics(np.array([np.nan, np.inf])).ranks is None
    assert statistics(np.zeros((0, 3))).ranks is None
    assert statistics(np.array(["a"])).ranks is None
