"""Pooling and reductions."""

from __future__ import annotations

from pathlib import Path

import ml_dtypes  # noqa: F401 - names bfloat16
import numpy as np
import pytest
from arithmetic.explained import explained, numbers, run

WINDOWS = [
    {"kernel_shape": [3, 2], "strides": [2, 2]},
    {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 0, 1, 2]},
    {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1},
    {"kernel_shape": [3, 3], "strides": [3, 3], "pads": [1, 1, 1, 1], "ceil_mode": 1},
    {"kernel_shape": [3, 3], "strides": [2, 2], "auto_pad": "SAME_UPPER"},
    {"kernel_shape": [2, 2], "auto_pad": "SAME_LOWER"},
]


@pytest.mark.parametrize("attributes", WINDOWS)
@pytest.mark.parametrize("op", ["MaxPool", "AveragePool", "LpPool"])
def test_a_window(op: str, attributes, tmp_path: Path) -> None:
    sums = explained(run(tmp_path, op, [numbers(1, 2, 8, 9)], **attributes))
    form = {"MaxPool": "extreme", "AveragePool": "mean", "LpPool": "formula"}[op]
    assert {one.form for one in sums} == {form}
    if op == "MaxPool":
        assert {one.verdict for one in sums} == {"equal"}
        for one in sums:
            (chosen,) = [term for term in one.terms if term.chosen]
            assert chosen.input.number == one.captured
            assert not chosen.padding


@pytest.mark.parametrize("attributes", WINDOWS)
def test_padding_counted_into_the_mean(attributes, tmp_path: Path) -> None:
    data = [numbers(1, 2, 8, 9)]
    explained(run(tmp_path, "AveragePool", data, count_include_pad=1, **attributes))


@pytest.mark.parametrize("dilations", [[2, 1], [1, 3]])
def test_dilated_windows(dilations, tmp_path: Path) -> None:
    for op in ("MaxPool", "AveragePool"):
        attributes = {"kernel_shape": [2, 3], "dilations": dilations, "pads": [0, 1, 1, 0]}
        explained(run(tmp_path, op, [numbers(1, 2, 8, 9)], **attributes))


def test_windows_along_one_and_three_axes(tmp_path: Path) -> None:
    explained(run(tmp_path, "MaxPool", [numbers(1, 2, 9)], kernel_shape=[4], strides=[3]))
    explained(run(tmp_path, "AveragePool", [numbers(1, 2, 4, 5, 6)], kernel_shape=[2, 3, 2]))


@pytest.mark.parametrize("op", ["GlobalMaxPool", "GlobalAveragePool", "GlobalLpPool"])
@pytest.mark.parametrize("shape", [(2, 3, 7), (2, 3, 5, 6), (1, 2, 3, 4, 5)])
def test_a_whole_map(op: str, shape, tmp_path: Path) -> None:
    sums = explained(run(tmp_path, op, [numbers(*shape)]))
    assert sums[0].count == np.prod(shape[2:])


REDUCTIONS = "Sum Mean Max Min Prod L1 L2 SumSquare LogSum LogSumExp".split()


@pytest.mark.parametrize("keepdims", [0, 1])
@pytest.mark.parametrize("axes", [None, [0], [-1], [1, 2], [0, 1, 2, 3]])
@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions(name: str, axes, keepdims: int, tmp_path: Path) -> None:
    data = numbers(2, 3, 4, 5)
    data = np.abs(data) if name == "LogSum" else data
    inputs = [data, *([] if axes is None else [np.array(axes, np.int64)])]
    explained(run(tmp_path, f"Reduce{name}", inputs, keepdims=keepdims))


def test_axes_of_older_opsets_are_attributes(tmp_path: Path) -> None:
    for keepdims in (0, 1):
        for op in ("ReduceMean", "ReduceMax"):
            explained(run(tmp_path, op, [numbers(2, 3, 4)], opset=11, axes=[-2], keepdims=keepdims))


def test_nothing_may_be_reduced(tmp_path: Path) -> None:
    sums = explained(run(tmp_path, "ReduceSum", [numbers(2, 3)], noop_with_empty_axes=1))
    assert {one.count for one in sums} == {1}


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64", "int32", "int64"])
@pytest.mark.parametrize("name", ["Sum", "Mean", "Max"])
def test_every_dtype_of_a_reduction(name: str, dtype: str, tmp_path: Path) -> None:
    if name == "Mean" and np.dtype(dtype).kind == "i":
        return
    axes = np.array([1], np.int64)
    explained(run(tmp_path, f"Reduce{name}", [numbers(2, 30, 4, dtype=dtype), axes]))


def test_nan_is_the_largest_and_the_mean(tmp_path: Path) -> None:
    data = numbers(1, 2, 4, 4)
    data[0, 0, 1, 1] = np.nan
    for op in ("GlobalAveragePool", "GlobalMaxPool"):
        sums = explained(run(tmp_path, op, [data]))
        (chosen, *_) = [term.input.text for term in sums[0].terms if term.chosen] or [""]
        if op == "GlobalAveragePool":
            assert sums[0].captured_text == "nan"
        else:  # engines return it or pass over it
            assert chosen == sums[0].captured_text
            assert "NaN" in sums[0].note
            assert not sums[1].note
