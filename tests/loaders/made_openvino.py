"""Small models that OpenVINO reads, written by the tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from loaders import made_paddle, made_tensorflow
from loaders.made import ONNX, Maker, random
from loaders.opened import Opened, opened

from cutaway.loaders.openvino.framework import load_openvino


def _converted(name: str, *, half: bool = False) -> Maker:
    """An IR of one of the ONNX models."""

    def make(folder: Path) -> Path:
        ov: Any = load_openvino("a test")
        source = ONNX[name](folder)
        path = source.with_suffix(".xml")
        ov.save_model(ov.Core().read_model(source), path, compress_to_fp16=half)
        return path

    return make


def saved(folder: Path, name: str, results: list, parameters: list, sinks: Any = None) -> Path:
    """Write an IR of a network built from OpenVINO's own operations."""
    ov: Any = load_openvino("a test")
    path = folder / f"{name}.xml"
    outputs = [ov.opset13.result(one) for one in results]
    built = ov.Model(outputs, sinks, parameters, name) if sinks else ov.Model(outputs, parameters)
    ov.save_model(built, path, compress_to_fp16=False)
    return path


def images(folder: Path) -> Path:
    """What works on feature maps."""
    ov: Any = load_openvino("a test")
    o = ov.opset13

    def held(*shape: int, seed: int = 0) -> Any:
        return o.constant(random(*shape, seed=seed))

    def whole(*numbers: int) -> Any:
        return o.constant(np.array(numbers, np.int64))

    x = o.parameter([-1, 4, 9, 11], ov.Type.f32, name="picture")
    zero, one, two = [0, 0], [1, 1], [2, 2]
    grouped = o.group_convolution(x, held(2, 3, 2, 3, 3), one, one, [1, 0], one, name="grouped")
    up = o.convolution_backprop_data(
        grouped, held(6, 5, 3, 3), two, whole(18, 20), zero, zero, one, "same_upper", name="up"
    )
    lower = o.convolution_backprop_data(
        grouped, held(6, 5, 4, 3), two, whole(17, 20), zero, zero, one, "same_lower", name="lower"
    )
    apart = o.group_convolution_backprop_data(
        grouped, held(3, 2, 2, 3, 3), two, None, one, [0, 1], one, "explicit", [1, 0], name="apart"
    )
    sloped = o.prelu(up, held(5), name="sloped")
    pooled = o.max_pool(sloped, two, one, one, one, [3, 3], "ceil", name="pooled")
    mean = o.avg_pool(lower, two, one, zero, [3, 3], False, "floor", name="mean")
    inner = o.avg_pool(lower, two, one, zero, [3, 3], True, "floor", name="inner")
    shaped = {"coordinate_transformation_mode": "half_pixel", "nearest_mode": "floor"}
    near = o.interpolate(
        mean.output(0), whole(12, 30), "nearest", "sizes", axes=whole(2, 3), name="near", **shaped
    )
    small = o.interpolate(
        mean.output(0), whole(5, 6), "nearest", "sizes", axes=whole(2, 3), name="small",
        coordinate_transformation_mode="asymmetric", nearest_mode="simple",
    )  # fmt: skip
    wide = o.interpolate(
        inner.output(0), o.constant(np.array([1.5, 2.0], np.float32)), "linear_onnx", "scales",
        axes=whole(2, 3), name="wide", coordinate_transformation_mode="asymmetric",
    )  # fmt: skip
    padded = o.pad(apart, whole(0, 0, 1, 2), whole(0, 0, 0, 3), "reflect", name="padded")
    filled = o.pad(
        apart, whole(0, 0, 1, 2), whole(0, 0, 0, 3), "constant", o.constant(np.float32(0.5)),
        name="filled",
    )  # fmt: skip
    normal = o.batch_norm_inference(
        padded, held(6), held(6, seed=1), held(6, seed=2), o.abs(held(6, seed=3)), 1e-3, name="norm"
    )
    deep = o.space_to_depth(filled, "blocks_first", 1, name="deep")
    local = o.lrn(near, whole(1), 0.1, 0.75, 1.0, 3, name="local")
    spread = o.mvn(wide, whole(2, 3), True, 1e-5, "inside_sqrt", name="spread")
    return saved(folder, "images", [pooled.output(0), normal, deep, local, spread, small], [x])


def sequences(folder: Path) -> Path:
    """Products of matrices in every turn, slices, splits, a recurrent layer, compressed weights."""
    ov: Any = load_openvino("a test")
    o = ov.opset13

    def whole(*numbers: int) -> Any:
        return o.constant(np.array(numbers, np.int64))

    x = o.parameter([2, 5, 6], ov.Type.f32, name="words")
    packed = o.constant(np.random.default_rng(0).integers(0, 255, (8, 6), np.uint8))
    packed.set_friendly_name("dense/kernel")
    scale = o.constant(np.full((8, 1), 0.01, np.float32))
    kernel = o.multiply(o.subtract(o.convert(packed, "f32"), o.constant(np.float32(128))), scale)
    dense = o.matmul(x, kernel, False, True, name="dense/product")
    biased = o.add(dense, o.constant(random(8)), name="dense/sum")
    scores = o.matmul(biased, biased, False, True, name="attention/scores")
    shares = o.softmax(scores, -1, name="attention/shares")
    mixed = o.matmul(shares, biased, False, False, name="attention/mixed")
    cut = o.strided_slice(
        mixed, whole(0, 1, 0), whole(0, 5, 8), whole(1, 2, 1), [1, 0, 0], [1, 0, 0], name="cut"
    )
    parts = o.variadic_split(cut, o.constant(2), whole(3, -1), name="parts")
    best = o.topk(parts.output(1), o.constant(2), 2, "max", "value", name="best")
    flat = o.reshape(best.output(0), whole(0, -1), True, name="flat")
    gate = o.gelu(flat, "tanh", name="gate")
    smooth = o.swish(flat, o.constant(np.float32(1.5)), name="smooth")
    hard = o.hswish(flat, name="hard")
    kept = o.select(o.greater(gate, smooth), gate, hard, name="kept")
    pair = o.matmul(kept, o.constant(random(3, 4)), False, True, name="pair")
    taken = o.gather(mixed, whole(3, 0, -1), o.constant(1), name="taken")
    total = o.reduce_sum(taken, whole(-1), True, name="total")
    state = o.constant(np.zeros((2, 1, 3), np.float32))
    recurrent = o.lstm_sequence(
        x, state, state, whole(5, 5), o.constant(random(1, 12, 6)),
        o.constant(random(1, 12, 3)), o.constant(random(1, 12)), 3, "forward", name="recurrent",
    )  # fmt: skip
    return saved(folder, "sequences", [pair, total, recurrent.output(0)], [x])


def stateful(folder: Path) -> Path:
    """A sum that is kept from run to run, and the same network begun anew."""
    ov: Any = load_openvino("a test")
    o = ov.opset13
    x = o.parameter([2, 3], ov.Type.f32, name="x")
    start = o.constant(np.zeros((2, 3), np.float32))
    held = o.read_value(start, "total", ov.Type.f32, [2, 3])
    held.set_friendly_name("held")
    total = o.add(x, held, name="total")
    kept = o.assign(total, "total")
    return saved(folder, "stateful", [total], [x], [kept])


OPENVINO: dict[str, Maker] = {
    "openvino twin": _converted("onnx twin"),
    "openvino half": _converted("onnx twin", half=True),
    "openvino names": _converted("onnx names"),
    "openvino bfloat16": _converted("onnx bfloat16"),
    "openvino branch": _converted("onnx branch"),
    "openvino loop": _converted("onnx loop"),
    "openvino old": _converted("onnx old"),
    "openvino images": images,
    "openvino sequences": sequences,
    "openvino stateful": stateful,
    "openvino frozen": made_tensorflow.frozen,
    "openvino saved model": made_tensorflow.saved_model,
    "openvino function": made_tensorflow.saved_function,
    "openvino variables": made_tensorflow.saved_variables,
    "openvino paddle": made_paddle.combined,
    "openvino paddle apart": made_paddle.apart,
}


def made(name: str, folder: Path) -> Opened:
    """One of these models, opened and run once."""
    return opened(OPENVINO[f"openvino {name}"](folder))
