"""The models that are measured with: real shapes, seeded random weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


class Builder:
    """A network under construction: each method adds a node and returns its output's name."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, name: str, shape: tuple[int, ...], scale: float) -> str:
        """Normally distributed weights."""
        array = self.random.standard_normal(shape, np.float32) * np.float32(scale)
        self.weights.append(numpy_helper.from_array(array, name))
        return name

    def node(self, op: str, name: str, reads: list[str], **attributes: object) -> str:
        """One operator."""
        self.nodes.append(helper.make_node(op, reads, [name], name, **attributes))
        return name

    def conv(self, name: str, x: str, shape: tuple[int, ...], **attributes: object) -> str:
        """A convolution with He's scale of weights."""
        kernel = self.weight(f"{name}/kernel", shape, (2 / np.prod(shape[1:])) ** 0.5)
        bias = self.weight(f"{name}/bias", shape[:1], 0.01)
        return self.node("Conv", name, [x, kernel, bias], **attributes)

    def norm(self, name: str, x: str, channels: int) -> str:
        """A batch normalization, its variance near one."""
        names = [self.weight(f"{name}/{part}", (channels,), 0.05) for part in ("bias", "mean")]
        near_one = np.abs(1 + 0.05 * self.random.standard_normal((2, channels))).astype(np.float32)
        for part, values in zip(("scale", "variance"), near_one, strict=True):
            self.weights.append(numpy_helper.from_array(values, f"{name}/{part}"))
        reads = [x, f"{name}/scale", names[0], names[1], f"{name}/variance"]
        return self.node("BatchNormalization", name, reads)

    def dense(self, name: str, x: str, outputs: int, inputs: int) -> str:
        """A dense layer."""
        kernel = self.weight(f"{name}/kernel", (outputs, inputs), (2 / inputs) ** 0.5)
        bias = self.weight(f"{name}/bias", (outputs,), 0.01)
        return self.node("Gemm", name, [x, kernel, bias], transB=1)

    def save(self, path: Path, shape: tuple[int, ...], output: str, classes: int) -> Path:
        """Write the model."""
        graph = helper.make_graph(
            self.nodes,
            path.stem,
            [helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, (1, classes))],
            self.weights,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 9
        onnx.save(model, path)
        return path


def alexnet(path: Path) -> Path:
    """AlexNet on 224x224x3 with ten classes: 187 MB."""
    b = Builder(1)
    x = "input"
    plan = [
        (96, 3, 11, 4, 0, True),
        (256, 96, 5, 1, 2, True),
        (384, 256, 3, 1, 1, False),
        (384, 384, 3, 1, 1, False),
        (256, 384, 3, 1, 1, True),
    ]
    for i, (outputs, inputs, size, stride, pad, pooled) in enumerate(plan):
        shape = (outputs, inputs, size, size)
        x = b.conv(f"conv{i}", x, shape, strides=[stride] * 2, pads=[pad] * 4)
        x = b.node("Relu", f"relu{i}", [x])
        if pooled:
            x = b.node("MaxPool", f"pool{i}", [x], kernel_shape=[3, 3], strides=[2, 2])
    x = b.node("Flatten", "flatten", [x])
    for i, (outputs, inputs) in enumerate([(4096, 6400), (4096, 4096)]):
        x = b.node("Relu", f"dense_relu{i}", [b.dense(f"dense{i}", x, outputs, inputs)])
    return b.save(path, (1, 3, 224, 224), b.dense("logits", x, 10, 4096), 10)


def resnet50(path: Path) -> Path:
    """A network of ResNet-50's shape, its batch normalizations kept: 102 MB."""
    b = Builder(2)
    x = b.conv("stem", "input", (64, 3, 7, 7), strides=[2, 2], pads=[3] * 4)
    x = b.node("Relu", "stem/relu", [b.norm("stem/bn", x, 64)])
    x = b.node("MaxPool", "pool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    inputs = 64
    for stage, (blocks, width) in enumerate([(3, 64), (4, 128), (6, 256), (3, 512)]):
        for block in range(blocks):
            stride = 2 if block == 0 and stage > 0 else 1
            x = bottleneck(b, f"layer{stage + 1}.{block}", x, inputs, width, stride)
            inputs = width * 4
    x = b.node("Flatten", "flatten", [b.node("GlobalAveragePool", "average", [x])])
    return b.save(path, (1, 3, 224, 224), b.dense("logits", x, 1000, 2048), 1000)


def bottleneck(b: Builder, name: str, x: str, inputs: int, width: int, stride: int) -> str:
    """Three convolutions and a shortcut."""
    y = x
    plan = [(width, inputs, 1, 1), (width, width, 3, stride), (width * 4, width, 1, 1)]
    for i, (outputs, read, size, step) in enumerate(plan):
        shape = (outputs, read, size, size)
        y = b.conv(f"/{name}/conv{i}", y, shape, strides=[step] * 2, pads=[size // 2] * 4)
        y = b.norm(f"/{name}/bn{i}", y, outputs)
        if i < 2:
            y = b.node("Relu", f"/{name}/relu{i}", [y])
    if inputs != width * 4 or stride != 1:
        shape = (width * 4, inputs, 1, 1)
        x = b.conv(f"/{name}/shortcut", x, shape, strides=[stride] * 2)
        x = b.norm(f"/{name}/shortcut_bn", x, width * 4)
    return b.node("Relu", f"/{name}/out", [b.node("Add", f"/{name}/add", [y, x])])
