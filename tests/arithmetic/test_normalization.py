"""Normalizations and softmax."""

from __future__ import annotations

from pathlib import Path

import ml_dtypes  # noqa: F401 - names bfloat16
import numpy as np
import pytest
from arithmetic.explained import explained, numbers, run


def vectors(*lengths: int) -> list[np.ndarray]:
    return [numbers(length, seed=at + 1) for at, length in enumerate(lengths)]


@pytest.mark.parametrize("shape", [(4, 5), (2, 5, 7), (1, 5, 3, 4), (1, 5, 2, 3, 2)])
def test_batch_normalization(shape, tmp_path: Path) -> None:
    inputs = [numbers(*shape), *vectors(5, 5, 5), np.abs(numbers(5, seed=4))]
    sums = explained(run(tmp_path, "BatchNormalization", inputs, epsilon=1e-3))
    assert [window.role for window in sums[0].windows] == [
        "data",
        "mean",
        "variance",
        "scale",
        "bias",
    ]
    assert "/ √(" in sums[0].expression


@pytest.mark.parametrize("axis", [-1, 1, 2, -3])
@pytest.mark.parametrize("biased", [False, True])
def test_layer_normalization(axis: int, biased: bool, tmp_path: Path) -> None:
    shape = (2, 3, 4, 5)
    whole = shape[axis:]
    inputs = [
        numbers(*shape),
        numbers(*whole, seed=1),
        *([numbers(*whole, seed=2)] if biased else []),
    ]
    sums = explained(run(tmp_path, "LayerNormalization", inputs, axis=axis))
    assert sums[0].count == np.prod(whole)


def test_a_mean_far_from_zero_is_hard_on_the_engine(tmp_path: Path) -> None:
    inputs = [numbers(3, 64) + np.float32(1000), *vectors(64, 64)]
    explained(run(tmp_path, "LayerNormalization", inputs))


def test_rms_normalization(tmp_path: Path) -> None:
    inputs = [numbers(2, 3, 8), *vectors(8)]
    explained(run(tmp_path, "RMSNormalization", inputs, opset=23))


def test_instance_normalization(tmp_path: Path) -> None:
    explained(run(tmp_path, "InstanceNormalization", [numbers(2, 3, 4, 5), *vectors(3, 3)]))


@pytest.mark.parametrize(("opset", "count"), [(18, 2), (21, 6)])
def test_group_normalization(opset: int, count: int, tmp_path: Path) -> None:
    inputs = [numbers(2, 6, 4, 5), *vectors(count, count)]
    sums = explained(run(tmp_path, "GroupNormalization", inputs, opset=opset, num_groups=2))
    assert sums[0].count == 3 * 4 * 5


@pytest.mark.parametrize("size", [1, 3, 5])
def test_local_response_normalization(size: int, tmp_path: Path) -> None:
    explained(run(tmp_path, "LRN", [numbers(1, 6, 2, 3)], size=size, alpha=0.3, bias=2.0))


@pytest.mark.parametrize("power", [1, 2])
def test_norms(power: int, tmp_path: Path) -> None:
    explained(run(tmp_path, "LpNormalization", [numbers(3, 4, 5)], p=power, axis=1))
    explained(run(tmp_path, "MeanVarianceNormalization", [numbers(2, 3, 4, 5)]))


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("op", ["Softmax", "LogSoftmax", "Hardmax"])
@pytest.mark.parametrize("opset", [11, 21])
def test_softmax(op: str, axis: int, opset: int, tmp_path: Path) -> None:
    sums = explained(run(tmp_path, op, [numbers(2, 3, 4) * 5], axis=axis, opset=opset))
    if op == "Softmax" and opset == 11 and axis == 1:
        assert sums[0].count == 12  # before opset 13 all axes from there on were one


def test_softmax_of_far_numbers(tmp_path: Path) -> None:
    data = np.array([[0, 100, -200, 88], [1e30, 0, 0, -1e30]], np.float32)
    for op in ("Softmax", "LogSoftmax"):
        explained(run(tmp_path, op, [data]))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
@pytest.mark.parametrize("op", ["Softmax", "LayerNormalization", "BatchNormalization"])
def test_every_dtype(op: str, dtype: str, tmp_path: Path) -> None:
    data = numbers(2, 40, dtype=dtype)
    more = {
        "Softmax": 0, "LayerNormalization": 2, "BatchNormalization": 4
    }[op]  # fmt: skip
    weights = [np.abs(numbers(40, dtype=dtype, seed=at + 1)) for at in range(more)]
    explained(run(tmp_path, op, [data, *weights]))
