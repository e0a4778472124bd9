import importlib

import ml_dtypes
import numpy as np
import pytest

from cutaway.pictures import Tolerance, apart, difference, tolerance

EXACT = Tolerance(0.0, 0.0)


@pytest.fixture(autouse=True, params=[None, 4])
def pieces(request, monkeypatch):
    if request.param:
        module = importlib.import_module("cutaway.pictures.comparing")
        monkeypatch.setattr(module, "_PIECE", request.param)


def test_the_largest_differences_and_where_the_worst_is():
    reference = np.array([[1.0, -2.0, 100.0], [0.5, 0.0, 8.0]])
    ours = reference + np.array([[0, 0.2, 1.0], [-0.1, 0, 0]])
    found = apart(ours, reference, Tolerance(0.05, 0.05))
    assert found.absolute == pytest.approx(1.0)
    assert found.relative == pytest.approx(0.2)
    assert (found.at, found.passes) == (1, False)
    assert apart(ours, reference, Tolerance(0.05, 0.1)).passes
    assert apart(ours.T, reference.T, EXACT).at == 4
    assert apart(ours, reference, Tolerance(1.0, 0.0)).passes


def test_nan_and_infinities():
    odd = np.array([np.nan, np.inf, -np.inf, 1.0], np.float32)
    assert apart(odd, odd.copy(), EXACT) == apart(odd, odd, EXACT)
    assert apart(odd, odd, EXACT).passes
    for at, other in enumerate((0.0, -np.inf, 1.0, np.nan)):
        changed = odd.copy()
        changed[at] = other
        found = apart(changed, odd, Tolerance(1e9, 1e9))
        assert (found.at, found.passes, found.absolute) == (at, False, np.inf)


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.bool_, np.float16, ml_dtypes.bfloat16])
def test_every_dtype_has_a_tolerance_of_its_own(dtype):
    ours = np.array([0, 1, 1, 0, 1]).astype(dtype)
    theirs = ours.copy()
    theirs[3] = 1
    found = apart(ours, theirs, tolerance(np.dtype(dtype)))
    assert (found.at, found.absolute, found.relative, found.passes) == (3, 1.0, 1.0, False)
    assert apart(ours, ours, tolerance(np.dtype(dtype))).passes


def test_words_and_complex_numbers():
    words = np.array(["a", "b"], object)
    found = apart(words, np.array(["a", "c"]), EXACT)
    assert (found.at, found.passes) == (1, False)
    assert difference(words, np.array(["a", "c"])).tolist() == [0, 1]
    turned = np.array([1 + 1j, 2]), np.array([1 - 1j, 2])
    assert apart(*turned, EXACT).absolute == 2.0
    assert difference(*turned).tolist() == [-2j, 0]


def test_a_difference_is_the_reference_less_the_tensor():
    found = difference(np.float32([1, 2]), np.float32([3, 1]))
    assert (found.dtype, found.tolist()) == (np.float32, [2, -1])
    assert difference(np.int8([-100]), np.int8([100])).tolist() == [200]


@pytest.mark.parametrize("dtype", [np.int64, np.uint64])
def test_whole_numbers_beyond_what_a_float_holds(dtype):
    ours = np.array([2**60, 2**62 + 1, 5]).astype(dtype)
    theirs = np.array([2**60 + 1, 2**62 + 1, 5]).astype(dtype)
    found = apart(ours, theirs, tolerance(np.dtype(dtype)))
    assert (found.at, found.absolute, found.passes) == (0, 1.0, False)
    assert difference(ours, theirs).tolist() == [1, 0, 0]
    far = (
        np.array([np.iinfo(dtype).min]).astype(dtype),
        np.array([np.iinfo(dtype).max]).astype(dtype),
    )
    assert apart(*far, EXACT).absolute == 2.0**64
    assert difference(*far[::-1]).tolist() == [-(2.0**64)]
