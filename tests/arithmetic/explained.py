"""One operator as a model, run by the engine, its cells explained."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from loaders.opened import Opened
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from cutaway.arithmetic import Sum, explain
from cutaway.errors import RunError
from cutaway.loaders import open_model
from cutaway.trace import Array, Capture, Control, Failure


def numbers(*shape: int, dtype: str = "float32", seed: int = 0) -> np.ndarray:
    """Standard normal numbers; small ones of an integer dtype."""
    draw = np.random.default_rng(seed)
    if np.dtype(dtype).kind in "iu":
        low = 0 if np.dtype(dtype).kind == "u" else -9
        return draw.integers(low, 10, shape).astype(dtype)
    return draw.standard_normal(shape).astype(dtype)


def run(
    folder: Path,
    op: str,
    inputs: Sequence[np.ndarray | None],
    *,
    opset: int = 21,
    outputs: int = 1,
    fed: int = 1,
    **attributes: Any,
) -> Opened:
    """One node, run once: the first ``fed`` inputs are fed, the others weights.

    By ONNX Runtime, and where that has no kernel by ONNX's reference evaluator.

    Args:
        folder: for the file.
        op: the operator.
        inputs: its inputs in order; None for one that is left out.
        opset: of the model.
        outputs: how many it has.
        fed: how many inputs are fed.
        attributes: of the operator.
    """
    names = ["" if array is None else f"x{at}" for at, array in enumerate(inputs)]
    written = [f"y{at}" for at in range(outputs)]
    node = helper.make_node(op, names, written, "node", **attributes)
    given, held = [], []
    for at, array in enumerate(inputs):
        if array is None:
            continue
        kind = helper.np_dtype_to_tensor_dtype(array.dtype)
        if at < fed:
            given.append(helper.make_tensor_value_info(f"x{at}", kind, array.shape))
        else:
            held.append(numpy_helper.from_array(array, f"x{at}"))
    ends = [onnx.ValueInfoProto(name=name) for name in written]
    graph = helper.make_graph([node], "g", given, ends, held)
    opsets = [helper.make_opsetid("", opset)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
    path = folder / "one.onnx"
    path.write_bytes(onnx.shape_inference.infer_shapes(model).SerializeToString())
    opened = open_model(path, lambda _: None)
    feeds = {v: inputs[int(opened.graph.values[v].name[1:])] for v in opened.graph.inputs}
    try:
        runner = opened.start()
        capture = runner.run(feeds, Control())
    except RunError as problem:
        runner, capture = None, Capture(failure=Failure(0, str(problem)))
    if capture.failure is not None:  # something that ONNX Runtime has no kernel for
        by_name = {opened.graph.values[v].name: array for v, array in feeds.items()}
        made = ReferenceEvaluator(str(path)).run(None, by_name)
        ids = {value.name: value.id for value in opened.graph.values}
        capture.tensors |= feeds | {
            ids[n]: np.asarray(a) for n, a in zip(written, made, strict=True)
        }
    return Opened(opened, runner, feeds, capture)


def cell(opened: Opened, value: int, index: Sequence[int]) -> Sum:
    """The arithmetic of one cell of a run."""
    graph, tensors = opened.model.graph, opened.capture.tensors

    def tensor(number: int) -> Array | None:
        if graph.values[number].what in ("weight", "constant"):
            return opened.model.weight(number)
        return tensors.get(number)

    return explain(graph, value, tuple(int(at) for at in index), tensors[value], tensor)


def some(opened: Opened, value: int, most: int = 60) -> list[Sum]:
    """Cells of a value spread over it, first and last among them."""
    shape = opened.capture.tensors[value].shape
    size = int(np.prod(shape))
    places = np.unique(np.linspace(0, size - 1, min(most, size)).astype(int))
    return [cell(opened, value, np.unravel_index(place, shape)) for place in places]


def explained(opened: Opened, output: int = 0) -> list[Sum]:
    """Cells of an output, each of which must be explained and agree with the engine."""
    value = next(v.id for v in opened.model.graph.values if v.name == f"y{output}")
    sums = some(opened, value)
    for one in sums:
        told = (
            f"{one.index}: {one.expression} but {one.captured_text}, bound {one.bound}; {one.note}"
        )
        assert one.form != "none", told
        assert one.verdict in ("equal", "rounding"), told
        consistent(one, opened)
    return sums


def read_back(text: str, dtype: np.dtype) -> Any:
    """The number that a text stands for in a dtype."""
    if dtype.kind in "biu":
        return dtype.type(text == "True" if dtype.kind == "b" else int(text))
    return text if dtype.kind == "O" else np.array(float(text)).astype(dtype)


def consistent(one: Sum, opened: Opened) -> None:
    """What a Sum says of its terms is so in the arrays, and its products make its number."""
    graph, tensors = opened.model.graph, opened.capture.tensors
    assert one.shown == len(one.terms) <= one.count
    for term in one.terms:
        for operand in filter(None, (term.input, term.weight)):
            if operand.value is None or (term.padding and operand is term.input):
                continue
            held = graph.values[operand.value].what in ("weight", "constant")
            array = opened.model.weight(operand.value) if held else tensors[operand.value]
            number = array[operand.index]
            np.testing.assert_array_equal(read_back(operand.text, array.dtype), number)
    if (
        one.form == "products"
        and one.shown == one.count
        and one.kind not in ("Gemm", "QLinearConv", "QLinearMatMul")
    ):
        total = sum(
            term.product if term.product is not None else term.input.number for term in one.terms
        )
        assert np.isclose(total, one.steps[0].number, equal_nan=True)
    for window in one.windows:
        held = graph.values[window.value].what in ("weight", "constant")
        shape = (opened.model.weight(window.value) if held else tensors[window.value]).shape
        for low, high, step, size in zip(window.low, window.high, window.step, shape, strict=True):
            assert 0 <= low <= high <= size
            assert step >= 1
