"""Where numbers are copied from, resized, quantized, counted."""

from __future__ import annotations

from pathlib import Path

import ml_dtypes  # noqa: F401 - names bfloat16
import numpy as np
import pytest
from arithmetic.explained import explained, numbers, run
from onnx import TensorProto

from cutaway.arithmetic import Sum


def whole(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def copies(sums: list[Sum]) -> None:
    assert {one.form for one in sums} == {"copy"}
    assert {one.verdict for one in sums} == {"equal"}


DATA = (2, 3, 4)
MOVES = {
    "reshape": ("Reshape", [whole(4, -1)], {}),
    "transpose": ("Transpose", [], {"perm": [2, 0, 1]}),
    "reverse axes": ("Transpose", [], {}),
    "flatten": ("Flatten", [], {"axis": -1}),
    "unsqueeze": ("Unsqueeze", [whole(0, -1)], {}),
    "identity": ("Identity", [], {}),
    "slice": ("Slice", [whole(0, -3), whole(3, 99), whole(1, -1), whole(2, 1)], {}),
    "slice backward": ("Slice", [whole(99, -1), whole(-99, 0), whole(2, 1), whole(-2, -1)], {}),
    "slice from the front": ("Slice", [whole(1), whole(2)], {}),
    "gather": ("Gather", [whole(2, -1, 0)], {"axis": 1}),
    "gather one": ("Gather", [np.array(1)], {"axis": -1}),
    "gather many": ("Gather", [np.array([[0, 1], [2, 3]])], {"axis": 2}),
    "gather elements": (
        "GatherElements",
        [np.array([[[0, 2, -1, 1]], [[1, 1, 0, 0]]])],
        {"axis": 1},
    ),
    "gather nd": ("GatherND", [np.array([[0, 1], [1, -1]])], {}),
    "gather nd in batches": ("GatherND", [np.array([[1], [2]])], {"batch_dims": 1}),
    "expand": ("Expand", [whole(5, 2, 3, 4)], {}),
    "tile": ("Tile", [whole(1, 2, 3)], {}),
    "upper": ("Trilu", [np.array(1)], {}),
    "lower": ("Trilu", [], {"upper": 0}),
    "pad": ("Pad", [whole(0, 1, 2, 1, 0, 0), np.array(7, np.float32)], {}),
    "cut off": ("Pad", [whole(0, -1, 1, 0, 0, -1)], {}),
    "reflect": ("Pad", [whole(0, 2, 3, 0, 1, 2)], {"mode": "reflect"}),
    "edge": ("Pad", [whole(1, 2, 3, 0, 1, 2)], {"mode": "edge"}),
    "wrap": ("Pad", [whole(1, 2, 3, 0, 1, 2)], {"mode": "wrap"}),
    "pad some axes": ("Pad", [whole(1, 2), None, whole(-1)], {}),
}


@pytest.mark.parametrize("move", MOVES)
def test_a_move(move: str, tmp_path: Path) -> None:
    op, more, attributes = MOVES[move]
    data = np.arange(24, dtype=np.float32).reshape(DATA) + 1  # each number once
    copies(explained(run(tmp_path, op, [data, *more], **attributes)))


@pytest.mark.parametrize("dtype", ["int8", "bool", "float16", "int64"])
def test_copies_of_every_dtype(dtype: str, tmp_path: Path) -> None:
    data = numbers(2, 3).astype(dtype)
    copies(explained(run(tmp_path, "Transpose", [data])))


def test_words_are_copied_too(tmp_path: Path) -> None:
    sums = explained(run(tmp_path, "Identity", [np.array(["a", "b"], object)]))
    assert [one.captured_text for one in sums] == ["a", "b"]
    copies(sums)


def test_joined_and_split(tmp_path: Path) -> None:
    parts = [numbers(2, 3), numbers(2, 1, seed=1), numbers(2, 4, seed=2)]
    sums = explained(run(tmp_path, "Concat", parts, axis=-1))
    copies(sums)
    assert {one.windows[0].read for one in sums} == {0, 1, 2}
    for at in range(2):
        copies(explained(run(tmp_path, "Split", [numbers(5, 2), whole(2, 3)], outputs=2), at))
        copies(
            explained(run(tmp_path, "Split", [numbers(2, 5)], outputs=2, axis=1, num_outputs=2), at)
        )
    copies(explained(run(tmp_path, "Split", [numbers(6, 2)], outputs=3, opset=11), 2))


@pytest.mark.parametrize("mode", ["DCR", "CRD"])
def test_depth_and_space(mode: str, tmp_path: Path) -> None:
    copies(explained(run(tmp_path, "DepthToSpace", [numbers(2, 12, 2, 3)], blocksize=2, mode=mode)))
    copies(explained(run(tmp_path, "SpaceToDepth", [numbers(2, 3, 4, 6)], blocksize=2)))


KINDS = {
    "float32": TensorProto.FLOAT, "float16": TensorProto.FLOAT16, "float64": TensorProto.DOUBLE,
    "bfloat16": TensorProto.BFLOAT16, "int32": TensorProto.INT32, "uint8": TensorProto.UINT8,
    "bool": TensorProto.BOOL,
}  # fmt: skip


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("source", ["float32", "float64", "int64"])
def test_casts(source: str, target: str, tmp_path: Path) -> None:
    data = np.abs(numbers(20) * 20).astype(source)
    sums = explained(run(tmp_path, "Cast", [data], to=KINDS[target]))
    assert {(one.form, one.verdict) for one in sums} == {("copy", "equal")}


def test_dropout_drops_nothing(tmp_path: Path) -> None:
    copies(explained(run(tmp_path, "Dropout", [numbers(3, 4)], outputs=2)))
    copies(explained(run(tmp_path, "Dropout", [numbers(3, 4)], outputs=2), 1))


RESIZES = [
    {"mode": "nearest"},
    {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"},
    {"mode": "nearest", "nearest_mode": "round_prefer_ceil"},
    {"mode": "nearest", "coordinate_transformation_mode": "align_corners", "nearest_mode": "ceil"},
    {"mode": "linear"},
    {"mode": "linear", "coordinate_transformation_mode": "align_corners"},
    {"mode": "linear", "coordinate_transformation_mode": "asymmetric"},
    {"mode": "linear", "coordinate_transformation_mode": "pytorch_half_pixel"},
    {"mode": "cubic"},
    {"mode": "cubic", "cubic_coeff_a": -0.5},
]


@pytest.mark.parametrize("attributes", RESIZES)
@pytest.mark.parametrize("scale", [2.0, 0.5, 1.7])
def test_resizing(attributes, scale: float, tmp_path: Path) -> None:
    scales = np.array([1, 1, scale, scale + 0.3], np.float32)
    explained(run(tmp_path, "Resize", [numbers(1, 2, 6, 7), None, scales], **attributes))


@pytest.mark.parametrize("mode", ["nearest", "linear"])
def test_resizing_to_a_size(mode: str, tmp_path: Path) -> None:
    sizes = whole(1, 2, 9, 5)
    explained(run(tmp_path, "Resize", [numbers(1, 2, 6, 7), None, None, sizes], mode=mode))
    scales = np.array([1, 1, 2, 3], np.float32)
    explained(run(tmp_path, "Upsample", [numbers(1, 2, 3, 4), scales], opset=9, mode=mode))


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
@pytest.mark.parametrize("per_axis", [False, True])
def test_quantizing(dtype: str, per_axis: bool, tmp_path: Path) -> None:
    scale = np.abs(numbers(3, seed=1)) + 0.1 if per_axis else np.array(0.05, np.float32)
    zero = np.array([3, 0, 9], dtype) if per_axis else np.array(3, dtype)
    explained(run(tmp_path, "QuantizeLinear", [numbers(2, 3, 4) * 9, scale, zero], axis=1))
    data = numbers(2, 3, 4, dtype=dtype)
    explained(run(tmp_path, "DequantizeLinear", [data, scale, zero], axis=1))
    explained(run(tmp_path, "DequantizeLinear", [data, scale], axis=1))


def test_shapes_and_counts(tmp_path: Path) -> None:
    explained(run(tmp_path, "Shape", [numbers(2, 3, 4)], start=-2))
    explained(run(tmp_path, "Size", [numbers(2, 3, 4)]))
    explained(run(tmp_path, "ConstantOfShape", [whole(2, 3)]))
    explained(run(tmp_path, "Range", [np.array(one, np.float32) for one in (1, 4, 0.3)], fed=3))
    explained(run(tmp_path, "Range", [np.array(one) for one in (9, 1, -2)], fed=3))


@pytest.mark.parametrize("attributes", [{}, {"axis": 1, "keepdims": 0}, {"select_last_index": 1}])
@pytest.mark.parametrize("op", ["ArgMax", "ArgMin"])
def test_where_the_extreme_lies(op: str, attributes, tmp_path: Path) -> None:
    explained(run(tmp_path, op, [np.round(numbers(4, 5, 3))], **attributes))


@pytest.mark.parametrize("largest", [0, 1])
def test_the_largest_few(largest: int, tmp_path: Path) -> None:
    for at in (0, 1):
        explained(run(tmp_path, "TopK", [numbers(3, 8), whole(3)], outputs=2, largest=largest), at)


@pytest.mark.parametrize(
    "attributes", [{}, {"reverse": 1}, {"exclusive": 1}, {"exclusive": 1, "reverse": 1}]
)
def test_running_sums(attributes, tmp_path: Path) -> None:
    explained(run(tmp_path, "CumSum", [numbers(3, 5), np.array(1)], **attributes))
