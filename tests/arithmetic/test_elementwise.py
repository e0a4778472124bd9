"""Operators that make each number of the numbers at the same place."""

from __future__ import annotations

from pathlib import Path

import ml_dtypes  # noqa: F401 - names bfloat16
import numpy as np
import pytest
from arithmetic.explained import explained, numbers, run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cutaway.arithmetic.formulas import FORMULAS

EDGES = np.array(
    [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1e-7, -1e-7, 3.0, -3.0, 10.0, -10.0, 40.0, -40.0, 0.3, -2.5],
    np.float32,
)
ONE = {
    "Relu": {}, "LeakyRelu": {"alpha": 0.2}, "Elu": {"alpha": 0.7}, "Selu": {},
    "Celu": {"alpha": 0.5},
    "Sigmoid": {}, "HardSigmoid": {"alpha": 0.3, "beta": 0.4}, "HardSwish": {}, "Mish": {},
    "ThresholdedRelu": {"alpha": 0.4}, "Shrink": {"lambd": 0.6, "bias": 0.1}, "Softplus": {},
    "Softsign": {}, "Tanh": {}, "Erf": {}, "Exp": {}, "Neg": {}, "Abs": {}, "Sign": {}, "Floor": {},
    "Ceil": {}, "Round": {}, "Sin": {}, "Cos": {}, "Atan": {}, "Sinh": {}, "Asinh": {}, "IsNaN": {},
    "IsInf": {"detect_negative": 0}, "Tan": {},
}  # fmt: skip


@pytest.mark.parametrize("op", ONE)
def test_one_number(op: str, tmp_path: Path) -> None:
    data = np.concatenate([EDGES, numbers(40) * 3])
    sums = explained(run(tmp_path, op, [data], opset=22, **ONE[op]))
    assert {(one.form, one.count) for one in sums} == {("formula", 1)}


@pytest.mark.parametrize("approximate", ["none", "tanh"])
def test_gelu(approximate: str, tmp_path: Path) -> None:
    data = np.concatenate([EDGES, numbers(40) * 3])
    sums = explained(run(tmp_path, "Gelu", [data], approximate=approximate))
    assert ("erf" in sums[0].expression) is (approximate == "none")


def test_swish(tmp_path: Path) -> None:
    explained(run(tmp_path, "Swish", [np.concatenate([EDGES, numbers(40)])], opset=24, alpha=1.5))


@pytest.mark.parametrize("op", "Log Sqrt Reciprocal Asin Acos Acosh Atanh Cosh".split())
def test_functions_of_part_of_the_line(op: str, tmp_path: Path) -> None:
    data = np.array([-2, -0.5, 0, 0.3, 0.999, 1, 1.001, 2, 70], np.float32)
    sums = explained(run(tmp_path, op, [data], opset=22))
    assert any(one.captured_text in ("nan", "inf") for one in sums) or op == "Cosh"


TWO = (
    "Add Sub Mul Div Pow Min Max PRelu Mean Sum Less LessOrEqual Greater GreaterOrEqual Equal"
).split()


@pytest.mark.parametrize("op", TWO)
@pytest.mark.parametrize(
    ("left", "right"),
    [((2, 3, 4), (2, 3, 4)), ((2, 3, 4), (3, 1)), ((2, 3, 4), ()), ((2, 3, 4), (4,))],
)
def test_two_numbers(op: str, left, right, tmp_path: Path) -> None:
    first = np.abs(numbers(*left)) if op == "Pow" else numbers(*left)
    sums = explained(run(tmp_path, op, [first, np.asarray(numbers(*right, seed=1))]))
    assert {one.count for one in sums} == {2}
    for one in sums:
        assert one.windows[0].low == one.index


def test_the_first_may_be_the_one_that_is_spread(tmp_path: Path) -> None:
    explained(run(tmp_path, "Sub", [numbers(3, 1), numbers(2, 1, 4, seed=1)], fed=2))
    sums = explained(run(tmp_path, "Max", [numbers(3, 1), numbers(4, seed=1), numbers(1, seed=2)]))
    assert {one.count for one in sums} == {3}


@pytest.mark.parametrize("op", ["And", "Or", "Xor"])
def test_truth_values(op: str, tmp_path: Path) -> None:
    left, right = np.array([True, True, False, False]), np.array([True, False, True, False])
    sums = explained(run(tmp_path, op, [left, right]))
    assert {one.captured_text for one in sums} == {"True", "False"}
    explained(run(tmp_path, "Not", [left]))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "int64"])
@pytest.mark.parametrize(
    "op", "Add Sub Mul Div Mod Min Max Abs Neg Equal Less BitwiseAnd BitwiseNot".split()
)
def test_integers_are_exact(op: str, dtype: str, tmp_path: Path) -> None:
    info = np.iinfo(dtype)
    left = np.array([info.min, info.max, 7, -7 % 256 if info.min == 0 else -7, 100], dtype)
    right = np.array([3, 3, 2, 2, 100], dtype)
    inputs = [left] if op in ("Abs", "Neg", "BitwiseNot") else [left, right]
    if dtype == "uint8" and op == "Neg":
        return
    sums = explained(run(tmp_path, op, inputs))
    assert {one.verdict for one in sums} == {"equal"}


@pytest.mark.parametrize("direction", ["LEFT", "RIGHT"])
def test_shifted_bits(direction: str, tmp_path: Path) -> None:
    inputs = [np.array([1, 200, 7], np.uint8), np.array([3, 1, 2], np.uint8)]
    explained(run(tmp_path, "BitShift", inputs, direction=direction))


@pytest.mark.parametrize("fmod", [0, 1])
def test_remainders(fmod: int, tmp_path: Path) -> None:
    whole = [np.array([7, -7, 7, -7], np.int32), np.array([3, 3, -3, -3], np.int32)]
    explained(run(tmp_path, "Mod", whole, fmod=fmod))
    if fmod:
        explained(run(tmp_path, "Mod", [one.astype(np.float32) * 1.1 for one in whole], fmod=1))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
@pytest.mark.parametrize("op", ["Add", "Mul", "Relu", "Sigmoid", "Exp", "Tanh", "Div"])
def test_every_dtype(op: str, dtype: str, tmp_path: Path) -> None:
    data = [numbers(30, dtype=dtype), numbers(30, dtype=dtype, seed=1)]
    explained(run(tmp_path, op, data if op in ("Add", "Mul", "Div") else data[:1]))


@pytest.mark.parametrize("limits", [(-0.5, 0.5), (None, 0.5), (-0.5, None), (None, None)])
def test_clip_by_what_is_read(limits, tmp_path: Path) -> None:
    read = [None if one is None else np.array(one, np.float32) for one in limits]
    explained(run(tmp_path, "Clip", [numbers(30), *read]))


def test_clip_by_what_is_stated(tmp_path: Path) -> None:
    explained(run(tmp_path, "Clip", [numbers(30)], opset=6, min=-0.3, max=0.4))


def test_where_copies_one_of_two(tmp_path: Path) -> None:
    inputs = [np.array([[True], [False]]), numbers(2, 3), numbers(3, seed=1)]
    sums = explained(run(tmp_path, "Where", inputs))
    assert {one.form for one in sums} == {"copy"}
    assert "condition is false" in sums[-1].expression


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(["Add", "Sub", "Mul", "Div"]),
    st.floats(width=32),
    st.floats(width=32),
)
def test_any_two_floats_as_numpy_has_them(op: str, a: float, b: float) -> None:
    """Without an engine: NumPy's float32 is the judge."""
    left, right = np.float32(a), np.float32(b)
    signs = {"Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide}
    with np.errstate(all="ignore"):
        wanted = signs[op](left, right)
        found = np.float32(FORMULAS[op].of([np.float64(left), np.float64(right)], {}))
    np.testing.assert_array_equal(found, wanted)
