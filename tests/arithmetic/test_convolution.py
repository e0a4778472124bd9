"""Convolutions of every shape, cell by cell against the engine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from arithmetic.explained import explained, numbers, run


@pytest.mark.parametrize(
    ("data", "kernel", "attributes"),
    [
        ((2, 3, 9), (4, 3, 3), {}),
        ((1, 3, 7, 8), (4, 3, 3, 2), {"strides": [2, 1], "pads": [1, 0, 2, 1]}),
        ((1, 4, 7, 8), (6, 2, 3, 3), {"group": 2, "pads": [1, 1, 1, 1]}),
        ((1, 4, 9, 9), (8, 1, 3, 3), {"group": 4, "dilations": [2, 3], "pads": [2, 3, 2, 3]}),
        ((1, 2, 5, 6, 7), (3, 2, 2, 3, 2), {"strides": [1, 2, 2], "pads": [0, 1, 1, 1, 1, 0]}),
        ((1, 3, 7, 8), (2, 3, 3, 3), {"auto_pad": "SAME_UPPER", "strides": [2, 2]}),
        ((1, 3, 7, 8), (2, 3, 4, 4), {"auto_pad": "SAME_LOWER", "strides": [2, 2]}),
        ((1, 3, 2, 2), (2, 3, 3, 3), {"pads": [4, 4, 4, 4]}),
    ],
)
@pytest.mark.parametrize("biased", [False, True])
def test_a_convolution(data, kernel, attributes, biased: bool, tmp_path: Path) -> None:
    inputs = [
        numbers(*data),
        numbers(*kernel, seed=1),
        numbers(kernel[0], seed=2) if biased else None,
    ]
    sums = explained(run(tmp_path, "Conv", inputs, **attributes))
    assert {one.form for one in sums} == {"products"}
    assert {one.count for one in sums} == {int(np.prod(kernel[1:]))}
    padded = any(attributes.get("pads", [])) or "auto_pad" in attributes
    assert any(term.padding for one in sums for term in one.terms) is padded
    assert {window.role for window in sums[0].windows} >= {"data", "kernel"}


@pytest.mark.parametrize(
    ("data", "kernel", "attributes"),
    [
        ((1, 3, 5), (3, 2, 4), {"strides": [3]}),
        ((2, 3, 4, 5), (3, 2, 3, 3), {"strides": [2, 2], "pads": [1, 1, 1, 1]}),
        ((1, 3, 4, 5), (3, 2, 3, 2), {"strides": [2, 3], "output_padding": [1, 2]}),
        ((1, 4, 4, 4), (4, 3, 3, 3), {"group": 2, "dilations": [2, 1], "pads": [1, 0, 2, 1]}),
        ((1, 2, 3, 3), (2, 3, 3, 3), {"strides": [2, 2], "dilations": [2, 2]}),
        ((1, 2, 3, 3), (2, 3, 3, 3), {"strides": [4, 4], "dilations": [2, 2]}),
        ((1, 2, 3, 3), (2, 3, 1, 1), {"strides": [2, 2]}),
        ((1, 2, 2, 3, 3), (2, 2, 2, 2, 2), {"strides": [1, 2, 1]}),
        *(
            ((1, 2, 4, 4), (2, 3, k, k), {"strides": [2, 2], "output_shape": [8, 7], **auto})
            for k in (2, 3)
            for auto in ({}, {"auto_pad": "SAME_UPPER"}, {"auto_pad": "SAME_LOWER"})
        ),
        ((1, 2, 4, 4), (2, 3, 3, 3), {"strides": [2, 2], "auto_pad": "SAME_UPPER"}),
        ((1, 2, 4, 4), (2, 3, 3, 3), {"strides": [2, 2], "auto_pad": "SAME_LOWER"}),
    ],
)
@pytest.mark.parametrize("biased", [False, True])
def test_a_transposed_convolution(data, kernel, attributes, biased: bool, tmp_path: Path) -> None:
    outputs = kernel[1] * attributes.get("group", 1)
    inputs = [
        numbers(*data),
        numbers(*kernel, seed=1),
        numbers(outputs, seed=2) if biased else None,
    ]
    sums = explained(run(tmp_path, "ConvTranspose", inputs, **attributes))
    assert {one.form for one in sums} == {"products"}


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_every_dtype_of_a_convolution(dtype: str, tmp_path: Path) -> None:
    inputs = [numbers(1, 8, 6, 6, dtype=dtype), numbers(3, 8, 3, 3, dtype=dtype, seed=1)]
    sums = explained(run(tmp_path, "Conv", inputs))
    assert sums[0].dtype == dtype
    assert ("float16" in sums[0].note) is (dtype == "float16")
    # The bound is no excuse for anything: it is a small part of what was added.
    assert all(
        one.bound <= {"float16": 0.1, "float32": 1e-5, "float64": 1e-13}[dtype] * one.absolute
        for one in sums
    )


def test_a_kernel_of_nan_and_infinity(tmp_path: Path) -> None:
    kernel = numbers(2, 1, 2, 2, seed=1)
    kernel[0, 0, 0, 0], kernel[1, 0, 1, 1] = np.nan, np.inf
    sums = explained(run(tmp_path, "Conv", [numbers(1, 1, 4, 4), kernel]))
    assert {one.captured_text for one in sums} <= {"nan", "inf", "-inf"}
    assert {one.verdict for one in sums} == {"equal"}


def test_padding_is_left_out_whatever_its_weight(tmp_path: Path) -> None:
    kernel = numbers(2, 1, 3, 3, seed=1)
    kernel[:, :, 0, 0] = np.inf
    sums = explained(run(tmp_path, "Conv", [numbers(1, 1, 5, 5), kernel], pads=[1, 1, 1, 1]))
    assert np.isfinite(sums[0].captured)
    assert any(not np.isfinite(one.captured) for one in sums)


def test_of_many_terms_the_largest_are_told(tmp_path: Path) -> None:
    data, kernel = numbers(1, 300, 4, 4), numbers(2, 300, 3, 3, seed=1)
    one = explained(run(tmp_path, "Conv", [data, kernel]))[0]
    assert (one.count, one.shown, len(one.terms)) == (2700, 1024, 1024)
    every = np.sort(np.abs(data[0, :, :3, :3].astype(float) * kernel[0]).reshape(-1))[-1024:]
    told = [abs(term.product) for term in one.terms if term.product is not None]
    np.testing.assert_allclose(np.sort(told), every)
    places = [term.input.index for term in one.terms]
    assert places == sorted(places)
    assert "(2,700 terms)" in one.expression
    assert one.windows[0].low == (0, 0, 0, 0)
    assert one.windows[0].high == (1, 300, 3, 3)


@pytest.mark.parametrize("op", ["ConvInteger", "QLinearConv"])
@pytest.mark.parametrize("per_channel", [False, True])
def test_quantized_convolutions(op: str, per_channel: bool, tmp_path: Path) -> None:
    data = numbers(1, 3, 6, 6, dtype="uint8")
    kernel = numbers(4, 3, 3, 3, dtype="int8", seed=1)
    zero, none = np.array(3, np.uint8), np.zeros(4 if per_channel else (), np.int8)
    if op == "ConvInteger":
        sums = explained(run(tmp_path, op, [data, kernel, zero, None], pads=[1, 1, 1, 1]))
        assert {one.verdict for one in sums} == {"equal"}
        return
    scale = np.abs(numbers(4, seed=2)) * 0.01 + 0.01 if per_channel else np.float32(0.02)
    inputs = [
        data, np.float32(0.1), zero, kernel, scale, none, np.float32(0.05), np.array(100, np.uint8),
        numbers(4, dtype="int32", seed=3),
    ]  # fmt: skip
    sums = explained(run(tmp_path, op, [np.asarray(one) for one in inputs], pads=[1, 1, 1, 1]))
    assert len({one.captured for one in sums}) > 5
