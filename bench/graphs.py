"""Graphs of a thousand to a hundred thousand nodes with the shape of real ones, deterministic."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

WIDTH = 16
"""Features of a token: small, so that the number of nodes is what is measured."""
TOKENS = 8
PER_BLOCK = 25
"""Nodes of one encoder layer."""


class Graph:
    """Nodes under construction; shared weights, so that the file stays small."""

    def __init__(self) -> None:
        random = np.random.default_rng(11)
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        for name, shape in {
            "w": (WIDTH, WIDTH),
            "up": (WIDTH, WIDTH * 2),
            "down": (WIDTH * 2, WIDTH),
            "b": (WIDTH,),
        }.items():
            array = random.standard_normal(shape, np.float32) * np.float32(WIDTH**-0.5)
            self.weights.append(numpy_helper.from_array(array, f"shared.{name}"))
        scale = np.asarray(WIDTH**-0.5, np.float32)
        self.weights.append(numpy_helper.from_array(scale, "shared.scale"))

    def add(self, op: str, name: str, *reads: str, **attributes: object) -> str:
        """One node; its output."""
        out = f"{name}_output_0"
        self.nodes.append(helper.make_node(op, list(reads), [out], name, **attributes))
        return out

    def save(self, path: Path, output: str) -> Path:
        """Write the model."""
        shape = (1, TOKENS, WIDTH)
        graph = helper.make_graph(
            self.nodes,
            path.stem,
            [helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)],
            self.weights,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 9
        onnx.save(model, path)
        return path


def transformer(path: Path, nodes: int) -> Path:
    """Encoder layers with attention, skips and names four scopes deep."""
    g = Graph()
    x = "input"
    for i in range(max(1, nodes // PER_BLOCK)):
        x = encoder_layer(g, f"/encoder/stage.{i // 10}/layer.{i}", x)
    return g.save(path, x)


def encoder_layer(g: Graph, scope: str, x: str) -> str:
    """Attention with three branches and a skip, then two dense layers and a skip."""
    at = f"{scope}/attention"
    normed = norm(g, f"{scope}/norm1", x)
    q, k, v = (dense(g, f"{at}/{part}", normed, "w") for part in ("query", "key", "value"))
    turned = g.add("Transpose", f"{at}/Transpose", k, perm=[0, 2, 1])
    scores = g.add("MatMul", f"{at}/scores/MatMul", q, turned)
    scaled = g.add("Mul", f"{at}/scores/Mul", scores, "shared.scale")
    mixed = g.add("MatMul", f"{at}/MatMul", g.add("Softmax", f"{at}/scores/Softmax", scaled), v)
    x = g.add("Add", f"{scope}/Add", dense(g, f"{at}/output", mixed, "w"), x)
    normed = norm(g, f"{scope}/norm2", x)
    up = dense(g, f"{scope}/mlp/up", normed, "up", bias=False)
    active = g.add(
        "Mul", f"{scope}/mlp/act/Mul", up, g.add("Sigmoid", f"{scope}/mlp/act/Sigmoid", up)
    )
    down = dense(g, f"{scope}/mlp/down", active, "down")
    return g.add("Add", f"{scope}/Add_1", down, x)


def norm(g: Graph, scope: str, x: str) -> str:
    """A normalization in single steps that keeps numbers small however deep the network is."""
    mean = g.add("ReduceMean", f"{scope}/ReduceMean", x, axes=[-1])
    centred = g.add("Sub", f"{scope}/Sub", x, mean)
    return g.add("Tanh", f"{scope}/Tanh", centred)


def dense(g: Graph, scope: str, x: str, weight: str, *, bias: bool = True) -> str:
    """A matrix product and its bias."""
    y = g.add("MatMul", f"{scope}/MatMul", x, f"shared.{weight}")
    return g.add("Add", f"{scope}/Add", y, "shared.b") if bias else y


def flat(path: Path, nodes: int) -> Path:
    """The same network without a word of hierarchy in its names."""
    transformer(path, nodes)
    model = onnx.load(path)
    names: dict[str, str] = {"input": "input"}
    for i, node in enumerate(model.graph.node):
        node.name = f"n{i}"
        node.input[:] = [names.get(name, name) for name in node.input]
        for name in node.output:
            names[name] = f"v{i}"
        node.output[:] = [f"v{i}"]
    model.graph.output[0].name = names[model.graph.output[0].name]
    onnx.save(model, path)
    return path


def chain(path: Path, nodes: int) -> Path:
    """One node after the other."""
    g = Graph()
    x = "input"
    for i in range(nodes):
        x = g.add("Relu" if i % 2 else "Neg", f"step{i}", x)
    return g.save(path, x)


MAKERS = {"transformer": transformer, "flat": flat, "chain": chain}


if __name__ == "__main__":
    kind, count, target = sys.argv[1:]
    print(MAKERS[kind](Path(target), int(count)))
