import importlib
import math

import ml_dtypes
import numpy as np
import onnx
import onnx.numpy_helper
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cutaway.pictures import BINS, statistics
from cutaway.pictures.robust import SAMPLE, sample_step

FLOATS = [np.float16, np.float32, np.float64]
WHOLE = [np.bool_, np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64]
NARROW = [
    ml_dtypes.bfloat16,
    ml_dtypes.float8_e4m3fn,
    ml_dtypes.float8_e5m2,
    ml_dtypes.int4,
    ml_dtypes.uint4,
]


@pytest.fixture(params=[None, 5], ids=["one piece", "many pieces"])
def pieces(request, monkeypatch):
    """Runs a test also with pieces of five elements, so that small arrays have many."""
    if request.param:
        # The function of that name hides the module.
        module = importlib.import_module("cutaway.pictures.pieces")
        monkeypatch.setattr(module, "PIECE", request.param)


def check(found, array):
    """Everything that can be said of the array, said by NumPy in float64."""
    values = np.asarray(array).astype(np.float64)
    finite = values[np.isfinite(values)]
    assert found.size == array.size
    assert found.zeros == np.count_nonzero(values == 0)
    assert found.nan == np.count_nonzero(np.isnan(values))
    assert found.inf == np.count_nonzero(np.isinf(values))
    if finite.size == 0:
        assert (found.min, found.max, found.mean, found.std) == (None,) * 4
        assert found.robust is None
        assert found.histogram is None
        return
    assert (found.min, found.max) == (finite.min(), finite.max())
    most = max(abs(found.min), abs(found.max))
    assert found.mean == pytest.approx(finite.mean(), rel=1e-9, abs=1e-12 * most)
    assert found.std == pytest.approx(finite.std(), rel=1e-6, abs=1e-9 * most)
    assert found.signed == (finite.min() < 0)
    low, high = found.robust
    assert found.min <= low <= high <= found.max
    assert sum(found.histogram.counts) == finite.size
    assert len(found.histogram.counts) == BINS
    assert (found.histogram.low, found.histogram.high) == (found.min, found.max)


@pytest.mark.usefixtures("pieces")
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    array=st.sampled_from(FLOATS + WHOLE).flatmap(
        lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_side=6))
    )
)
def test_any_array_is_described_as_numpy_would(array):
    with np.errstate(all="ignore"):
        # Squares of float64 beyond 1e150 leave NumPy's own std: those have a test of their own.
        if array.dtype == np.float64 and np.any(np.abs(array[np.isfinite(array)]) > 1e150):
            return
        check(statistics(array), array)


@pytest.mark.usefixtures("pieces")
@pytest.mark.parametrize("dtype", NARROW)
def test_types_of_ml_dtypes(dtype):
    numbers = np.array([0, 1, 2, 3, 7, 1, 0, 5, 2, 1, 4]).astype(dtype).reshape(1, 11)
    check(statistics(numbers), numbers)
    check(statistics(numbers[:, ::2]), numbers[:, ::2])


def test_complex_numbers_count_by_magnitude():
    found = statistics(np.array([3 + 4j, 0, -5j], np.complex64))
    assert (found.min, found.max, found.zeros, found.signed) == (0, 5, 1, False)


@pytest.mark.parametrize(
    "array",
    [
        np.array(["a", "b"]),
        np.array([b"a", None], object),
        np.array(["2020-01-01"], "datetime64[D]"),
        np.zeros((0, 3), np.float32),
    ],
)
def test_what_has_no_numbers_has_a_size_only(array):
    found = statistics(array)
    assert found == type(found)(size=array.size)


def test_histogram_counts_as_numpys():
    array = np.random.default_rng(1).integers(0, 65, 300_000).astype(np.float32)
    found = statistics(array)
    expected, _ = np.histogram(array, BINS)
    np.testing.assert_array_equal(found.histogram.counts, expected)


def test_one_value_everywhere():
    found = statistics(np.full((50, 50), 0.1, np.float64))
    assert (found.min, found.max, found.mean, found.std, found.robust) == (
        0.1,
        0.1,
        0.1,
        0,
        (0.1, 0.1),
    )
    assert found.histogram.counts == (2500,) + (0,) * (BINS - 1)


@pytest.mark.usefixtures("pieces")
def test_a_large_mean_does_not_swallow_the_spread():
    array = 1e8 + np.tile([0.0, 1.0], 5000)
    found = statistics(array)
    assert found.mean == 1e8 + 0.5
    assert found.std == pytest.approx(0.5, rel=1e-7)


@pytest.mark.parametrize("size", [1.7e308, 1e200, 1e-200, 5e-324])
def test_the_ends_of_float64_stay_finite(size):
    found = statistics(np.array([-size, size, size, 0]))
    assert found.mean == pytest.approx(size / 4, abs=5e-324)
    assert found.std == pytest.approx(size * math.sqrt(0.75 - 1 / 16), rel=1e-9, abs=5e-324)
    assert found.histogram.counts[0] == 1
    assert found.histogram.counts[-1] == 2


def test_whole_numbers_beyond_2_to_the_53_are_rounded_to_float64():
    found = statistics(np.array([2**62 + 1, -(2**63)], np.int64))
    assert (found.min, found.max) == (-(2.0**63), 2.0**62)


@pytest.mark.usefixtures("pieces")
def test_what_is_not_finite_is_counted_and_left_out():
    array = np.array(
        [np.nan, 1, np.inf, -np.inf, 3, np.nan, 2, 0, -0.0, np.nan, np.inf], np.float32
    )
    found = statistics(array)
    assert (found.nan, found.inf, found.zeros) == (3, 3, 2)
    assert (found.min, found.max, found.mean) == (0, 3, 1.2)
    assert statistics(np.array([np.nan, np.inf])).min is None


@pytest.mark.usefixtures("pieces")
@pytest.mark.parametrize(
    "view",
    [
        lambda a: a.transpose(2, 0, 1),
        lambda a: a[::-1, ::2, 1:],
        lambda a: np.broadcast_to(a[:1], a.shape),
        lambda a: a.astype(">f4"),
    ],
)
def test_strides_make_no_difference(view):
    array = view(np.random.default_rng(2).normal(size=(7, 8, 9)).astype(np.float32))
    check(statistics(array), array)
    # The order in which pieces are added is all that may differ.
    plain, strided = statistics(np.array(array)), statistics(array)
    assert strided.robust == plain.robust
    assert strided.histogram == plain.histogram


def test_robust_is_of_all_values_up_to_a_quarter_million():
    array = np.random.default_rng(3).normal(size=SAMPLE).astype(np.float32)
    found = statistics(array)
    assert not found.sampled
    assert found.robust == pytest.approx(np.percentile(array.astype(np.float64), [0.5, 99.5]))


def test_robust_of_more_is_of_a_sample():
    array = np.random.default_rng(4).normal(size=1_500_000).astype(np.float32)
    found = statistics(array)
    assert found.sampled
    assert found.robust == pytest.approx(np.percentile(array, [0.5, 99.5]), rel=0.02)


@settings(deadline=None)
@given(st.integers(1, 10**9))
def test_samples_are_small_and_meet_every_channel(size):
    step = sample_step(size)
    assert -(-size // step) <= SAMPLE
    assert math.gcd(step, size) == 1
    assert size > SAMPLE or step == 1


def test_a_bright_channel_behind_all_others_is_in_the_sample():
    array = np.zeros((1, 300, 300, 64), np.float32)
    array[..., 63] = 9
    assert statistics(array).robust == (0, 9)


def test_a_sparse_tensor_is_not_drawn_as_saturated():
    rng = np.random.default_rng(5)
    array = np.zeros(100_000, np.float32)
    array[rng.choice(array.size, 400, replace=False)] = rng.uniform(1, 2, 400)
    low, high = statistics(array).robust
    assert low == 0
    assert 1.9 < high <= 2
    array[:20] = -3
    assert statistics(array).robust[0] < 0


def test_robust_ignores_a_few_outliers_but_never_collapses():
    array = np.random.default_rng(6).normal(size=10_000)
    array[:3] = 1e6
    assert statistics(array).robust[1] < 4
    lonely = np.full(10_000, 7.0)
    lonely[0] = 8
    assert statistics(lonely).robust == (7, 8)
    missed = np.zeros(2 * SAMPLE, np.float32)
    missed[1] = 5
    assert statistics(missed).robust == (0, 5)


@pytest.mark.data
def test_the_weights_of_a_real_network(data):
    model = onnx.load(data / "models" / "onnx" / "face_rfb_320.onnx")
    arrays = [onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer]
    assert len(arrays) > 50
    for array in arrays:
        check(statistics(array), array)
