import importlib

import ml_dtypes
import numpy as np
import pytest

from cutaway.pictures import next_odd


@pytest.fixture(autouse=True, params=[None, 3])
def pieces(request, monkeypatch):
    if request.param:
        monkeypatch.setattr(importlib.import_module("cutaway.pictures.seeking"), "_PIECE", 3)


def odd():
    array = np.zeros((3, 4), np.float32)
    array[0, 2], array[1, 3], array[2, 0] = np.nan, np.inf, -np.inf
    return array


@pytest.mark.parametrize(
    ("kind", "after", "found"),
    [
        ("any", 0, (2, 1, 3)),
        ("any", 2, (2, 1, 3)),
        ("any", 3, (7, 2, 3)),
        ("any", 8, (8, 3, 3)),
        ("any", 9, (2, 1, 3)),
        ("nan", 3, (2, 1, 1)),
        ("inf", 0, (7, 1, 2)),
        ("inf", 9, (7, 1, 2)),
    ],
)
def test_the_next_one_from_any_place(kind, after, found):
    assert next_odd(odd(), kind, after) == found


def test_places_are_in_c_order_whatever_the_strides():
    assert next_odd(odd().T, "any", 0) == (2, 1, 3)
    assert next_odd(odd().T, "nan", 0) == (2 * 3, 1, 1)
    assert next_odd(odd()[:, ::2], "any", 0) == (1, 1, 2)


@pytest.mark.parametrize("dtype", [ml_dtypes.bfloat16, np.float16, ml_dtypes.float8_e5m2])
def test_narrow_types(dtype):
    assert next_odd(odd().astype(dtype), "inf", 8) == (8, 2, 2)


def test_numbers_alone_hold_none_and_a_large_sum_is_no_infinity():
    assert next_odd(np.full(9, 1e308), "any", 0) is None
    assert next_odd(np.arange(9), "any", 4) is None
    assert next_odd(np.array(["nan"]), "any", 0) is None
    assert next_odd(np.zeros((0, 4)), "any", 0) is None


def test_both_infinities_in_one_piece_and_complex_numbers():
    assert next_odd(np.array([np.inf, -np.inf, 1.0]), "nan", 0) is None
    assert next_odd(np.array([1, complex(0, np.inf), complex(np.nan, 1)]), "nan", 0) == (2, 1, 1)
