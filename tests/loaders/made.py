"""Small models that the tests write, each into a file of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

F = TensorProto.FLOAT
Maker = Callable[[Path], Path]


def random(*shape: int, seed: int = 0) -> np.ndarray:
    """Standard normal float32 numbers."""
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def info(name: str, *shape: int | str | None, kind: int = F) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, list(shape))


def tensor(name: str, array: np.ndarray) -> TensorProto:
    return numpy_helper.from_array(array, name)


def save(folder: Path, name: str, nodes, inputs, outputs, tensors=(), **more) -> Path:
    """Write a graph; ``more``: opset, ir, properties, functions."""
    graph = helper.make_graph(nodes, "g", inputs, outputs, list(tensors))
    opsets = [helper.make_opsetid("", more.get("opset", 17))]
    opsets += [helper.make_opsetid(domain, 1) for domain in more.get("domains", ())]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=more.get("ir", 8))
    model.producer_name = "tests"
    helper.set_model_props(model, more.get("properties", {}))
    path = folder / f"{name}.onnx"
    path.write_bytes(model.SerializeToString())
    return path


def onnx_twin(folder: Path) -> Path:
    """Convolution and dense layer, each with a named activation, as a Keras exporter names them."""
    nodes = [
        helper.make_node(
            "Conv", ["input", "conv2d/kernel", "conv2d/bias"], ["conv2d:linear"], "conv2d",
            auto_pad="SAME_UPPER", strides=[2, 2],
        ),
        helper.make_node("Relu", ["conv2d:linear"], ["conv2d"], "conv2d/relu"),
        helper.make_node("MaxPool", ["conv2d"], ["pool"], "pool", kernel_shape=[2, 2]),
        helper.make_node("Flatten", ["pool"], ["flatten"], "flatten"),
        helper.make_node(
            "Gemm", ["flatten", "dense/kernel", "dense/bias"], ["dense"], "dense", transB=1
        ),
    ]  # fmt: skip
    weights = [
        tensor("conv2d/kernel", random(8, 3, 3, 3)),
        tensor("conv2d/bias", random(8)),
        tensor("dense/kernel", random(10, 288)),
        tensor("dense/bias", random(10)),
    ]
    return save(
        folder, "twin", nodes, [info("input", "batch", 3, 14, 14)], [info("dense", None, 10)],
        weights,
    )  # fmt: skip


def onnx_names(folder: Path) -> Path:
    """Nameless nodes, nodes of one name, slashes, out of order, constants, and a branch."""
    nodes = [
        helper.make_node("Add", ["b", "c"], ["sum"], "/block/join/Add"),
        helper.make_node("Relu", ["x"], ["a"]),
        helper.make_node("Neg", ["a"], ["b"], "same"),
        helper.make_node("Abs", ["a"], ["c"], "same"),
        helper.make_node("Constant", [], ["two"], "two", value=tensor("", np.float32(2.0))),
        helper.make_node("Constant", [], ["shape"], value_ints=[-1, 3]),
        helper.make_node("Mul", ["sum", "two"], ["d"], "/block/Mul"),
        helper.make_node("Reshape", ["d", "shape"], ["y"]),
    ]
    return save(folder, "names", nodes, [info("x", 2, 6)], [info("y", None, None)])


def onnx_external(folder: Path) -> Path:
    """One weight in a file beside the model, one inside, and a big constant."""
    inside, outside = random(64, 32), random(32, 16, seed=1)
    (folder / "sub").mkdir(exist_ok=True)
    (folder / "sub" / "weights.bin").write_bytes(b"\0" * 3 + outside.tobytes())
    far = TensorProto(name="outside", data_type=F, dims=outside.shape)
    far.data_location = TensorProto.EXTERNAL
    words = {"location": "sub/weights.bin", "offset": "3", "length": str(outside.nbytes)}
    for key, value in words.items():
        far.external_data.add(key=key, value=value)
    held = tensor("", random(64, 64, seed=2))
    nodes = [
        helper.make_node("Constant", [], ["held"], "held", value=held),
        helper.make_node("MatMul", ["x", "held"], ["h0"], "zero"),
        helper.make_node("MatMul", ["h0", "inside"], ["h1"], "one"),
        helper.make_node("MatMul", ["h1", "outside"], ["y"], "two"),
    ]
    return save(
        folder, "external", nodes, [info("x", "n", 64)], [info("y", "n", 16)],
        [tensor("inside", inside), far],
    )  # fmt: skip


def onnx_bfloat16(folder: Path) -> Path:
    """A cast to bfloat16 and back, integers and truth values."""
    nodes = [
        helper.make_node("Cast", ["x"], ["b"], "to", to=TensorProto.BFLOAT16),
        helper.make_node("Cast", ["b"], ["f"], "back", to=F),
        helper.make_node("Less", ["f", "x"], ["less"], "less"),
        helper.make_node("Shape", ["x"], ["shape"], "shape"),
        helper.make_node("Identity", ["f"], ["y"], "last"),
    ]
    return save(folder, "bfloat16", nodes, [info("x", 3, 5)], [info("y", 3, 5)])


def onnx_branch(folder: Path) -> Path:
    """An If whose bodies read values from outside."""
    then = helper.make_graph(
        [helper.make_node("Add", ["a", "w"], ["t"], "inner")], "then", [], [info("t", 2, 3)]
    )
    other = helper.make_graph(
        [helper.make_node("Neg", ["a"], ["u0"]), helper.make_node("Relu", ["u0"], ["u"])],
        "other", [], [info("u", 2, 3)],
    )  # fmt: skip
    nodes = [
        helper.make_node("Relu", ["x"], ["a"], "relu"),
        helper.make_node("ReduceMax", ["x"], ["most"], "most", keepdims=0),
        helper.make_node("Greater", ["most", "zero"], ["yes"], "greater"),
        helper.make_node("If", ["yes"], ["y"], "choice", then_branch=then, else_branch=other),
    ]
    weights = [tensor("w", random(2, 3)), tensor("zero", np.float32(0.0))]
    return save(folder, "branch", nodes, [info("x", 2, 3)], [info("y", 2, 3)], weights)


def onnx_loop(folder: Path) -> Path:
    """A Loop around an If: what is carried from turn to turn, nameless nodes, names used twice."""
    plus = helper.make_graph(
        [helper.make_node("Add", ["carried", "w"], ["t"], "same")], "plus", [], [info("t", 2)]
    )
    minus = helper.make_graph(
        [
            helper.make_node("Constant", [], ["half"], value_float=0.5),
            helper.make_node("Sub", ["carried", "half"], ["t"], "same"),
        ],
        "minus", [], [info("t", 2)],
    )  # fmt: skip
    body = helper.make_graph(
        [
            helper.make_node("Mod", ["turn", "two"], ["odd"]),
            helper.make_node("Cast", ["odd"], ["yes"], to=TensorProto.BOOL),
            helper.make_node(
                "If", ["yes"], ["next"], "/inside/choice", then_branch=plus, else_branch=minus
            ),
            helper.make_node("Identity", ["go"], ["on"]),
        ],
        "turns",
        [
            info("turn", kind=TensorProto.INT64), info("go", kind=TensorProto.BOOL),
            info("carried", 2),
        ],
        [info("on", kind=TensorProto.BOOL), info("next", 2)],
        [tensor("two", np.array(2))],
    )  # fmt: skip
    nodes = [
        helper.make_node("Relu", ["x"], ["a"], "relu"),
        helper.make_node("Loop", ["three", "", "a"], ["t"], "/block/turns", body=body),
        helper.make_node("Neg", ["t"], ["y"], "/block/last"),
    ]
    weights = [tensor("w", random(2)), tensor("three", np.array(3))]
    return save(folder, "loop", nodes, [info("x", 2)], [info("y", 2)], weights)


def onnx_old(folder: Path) -> Path:
    """IR version 3: weights listed among the inputs, Dropout with its mask left out."""
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        helper.make_node("BatchNormalization", ["c", "s", "b", "m", "v"], ["n"]),
        helper.make_node("Dropout", ["n"], ["d"], ratio=0.25),
        helper.make_node("GlobalAveragePool", ["d"], ["y"]),
    ]
    ones = np.ones(4, np.float32)
    weights = {"w": random(4, 2, 3, 3), "s": ones, "b": random(4), "m": random(4), "v": ones}
    listed = [info(name, *array.shape) for name, array in weights.items()]
    return save(
        folder, "old", nodes, [info("x", 1, 2, 9, 9), *listed], [info("y", 1, 4, 1, 1)],
        [tensor(name, array) for name, array in weights.items()], opset=8, ir=3,
    )  # fmt: skip


ONNX: dict[str, Maker] = {
    "onnx twin": onnx_twin,
    "onnx names": onnx_names,
    "onnx external": onnx_external,
    "onnx bfloat16": onnx_bfloat16,
    "onnx branch": onnx_branch,
    "onnx loop": onnx_loop,
    "onnx old": onnx_old,
}
