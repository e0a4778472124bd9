"""Dense layers and products of matrices."""

from __future__ import annotations

from pathlib import Path

import ml_dtypes  # noqa: F401 - names bfloat16
import numpy as np
import pytest
from arithmetic.explained import explained, numbers, run


@pytest.mark.parametrize("turned", [(0, 0), (1, 0), (0, 1), (1, 1)])
@pytest.mark.parametrize("bias", [None, (), (1,), (4,), (3, 1), (3, 4)])
def test_gemm(turned, bias, tmp_path: Path) -> None:
    left = numbers(*((3, 5)[:: -1 if turned[0] else 1]))
    right = numbers(*((5, 4)[:: -1 if turned[1] else 1]), seed=1)
    inputs = [left, right, *([] if bias is None else [np.asarray(numbers(*bias, seed=2))])]
    sums = explained(
        run(tmp_path, "Gemm", inputs, transA=turned[0], transB=turned[1], alpha=0.5, beta=2.0)
    )
    assert {(one.form, one.count) for one in sums} == {("products", 5)}
    assert sums[0].expression.startswith("0.5 × (")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((3, 5), (5, 4)), ((5,), (5, 4)), ((3, 5), (5,)), ((5,), (5,)),
        ((2, 1, 3, 5), (7, 5, 4)), ((2, 3, 5), (5, 4)), ((3, 5), (2, 5, 4)), ((2, 3, 5), (5,)),
    ],
)  # fmt: skip
def test_matmul_broadcasts(left, right, tmp_path: Path) -> None:
    sums = explained(run(tmp_path, "MatMul", [numbers(*left), numbers(*right, seed=1)], fed=2))
    assert {one.count for one in sums} == {5}


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64", "int32", "uint64"])
def test_every_dtype_of_matmul(dtype: str, tmp_path: Path) -> None:
    inputs = [numbers(3, 40, dtype=dtype), numbers(40, 4, dtype=dtype, seed=1)]
    sums = explained(run(tmp_path, "MatMul", inputs))
    exact = np.dtype(dtype).kind in "iu"
    assert exact is ({one.verdict for one in sums} == {"equal"} and sums[0].bound == 0)
    assert bool(sums[0].note) is ("float16" in dtype)


def test_integers_wrap_as_the_engine_s_do(tmp_path: Path) -> None:
    big = np.full((2, 3), 2**30, np.int32)
    sums = explained(run(tmp_path, "MatMul", [big, np.full((3, 2), 3, np.int32)]))
    assert {one.computed for one in sums} == {9 * 2**30 - 2**33}


@pytest.mark.parametrize(
    ("equation", "left", "right"),
    [
        ("bij,bjk->bik", (2, 3, 4), (2, 4, 5)),
        ("bthd,bshd->bhts", (2, 3, 2, 4), (2, 5, 2, 4)),
        ("ij,kji->k", (3, 4), (5, 4, 3)),
        ("i,j->ij", (3,), (4,)),
    ],
)
def test_einsum(equation, left, right, tmp_path: Path) -> None:
    inputs = [numbers(*left), numbers(*right, seed=1)]
    explained(run(tmp_path, "Einsum", inputs, fed=2, equation=equation))


def test_an_einsum_that_is_not_written_out_says_so(tmp_path: Path) -> None:
    from arithmetic.explained import some

    opened = run(tmp_path, "Einsum", [numbers(3, 3)], equation="ii->i")
    (value,) = opened.model.graph.nodes[0].writes
    assert {(one.form, one.verdict) for one in some(opened, value)} == {("none", None)}
    assert "ii->i" in some(opened, value)[0].note


@pytest.mark.parametrize("op", ["MatMulInteger", "QLinearMatMul"])
def test_quantized_matmul(op: str, tmp_path: Path) -> None:
    left, right = numbers(3, 8, dtype="uint8"), numbers(8, 4, dtype="int8", seed=1)
    zeros = [np.array(4, np.uint8), np.array(-2, np.int8)]
    if op == "MatMulInteger":
        sums = explained(run(tmp_path, op, [left, right, *zeros]))
        assert {one.verdict for one in sums} == {"equal"}
        assert "- 4) × (" in sums[0].expression
        return
    scales = [np.array(s, np.float32) for s in (0.1, 0.03, 0.05)]
    explained(
        run(
            tmp_path, op,
            [left, scales[0], zeros[0], right, scales[1], zeros[1], scales[2], zeros[0]],
        )
    )  # fmt: skip


def test_an_operator_that_nobody_wrote_out_is_named(tmp_path: Path) -> None:
    from arithmetic.explained import some

    opened = run(tmp_path, "Det", [numbers(3, 3)])
    (value,) = opened.model.graph.nodes[0].writes
    (one,) = some(opened, value)
    assert one.note == "no arithmetic is written for Det yet; its inputs are x0"
    assert (one.form, one.computed, one.verdict, one.terms) == ("none", None, None, ())
    (fed, *_) = some(opened, opened.model.graph.inputs[0])
    assert fed.note == "no node makes this number: it is what was fed"
    assert fed.captured_text == str(opened.feeds[fed.value][0, 0])
