"""A forest as an ONNX message."""
# pyright: standard

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from cutaway.errors import UnsupportedModel
from cutaway.loaders.trees.forest import MOST, Forest, Step, Tree

OPSETS: Final = {"": 18, "ai.onnx.ml": 3}
"""Versions of the operators by domain."""
_IR: Final = 8


def message_of(forest: Forest, name: str) -> ModelProto:
    """An ONNX model of the same answers.

    A ``TreeEnsembleRegressor`` gives the sums (``margin``), further operators what is made of
    them. A sample is a row of float32 numbers.

    Args:
        forest: whose branches lead somewhere.
        name: of the file, for messages.

    Raises:
        UnsupportedModel: it has too many nodes.
    """
    size = sum(len(tree.steps) for tree in forest.trees)
    if size > MOST:
        raise UnsupportedModel(f"{name} has {size:,} decisions and leaves; at most {MOST:,} go in")
    made = _Making(forest)
    made.ensemble()
    made.averaged()
    made.scaled()
    made.transformed()
    graph = helper.make_graph(
        made.nodes, "forest",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", forest.features])],
        [helper.make_tensor_value_info(made.last, made.element, made.shape)],
        made.tensors,
    )  # fmt: skip
    opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS.items()]
    return helper.make_model(graph, opset_imports=opsets, ir_version=_IR)


class _Making:
    """The operators so far, one after another."""

    def __init__(self, forest: Forest) -> None:
        self.forest = forest
        self.nodes: list[NodeProto] = []
        self.tensors: list[TensorProto] = []
        self.last = "features"
        self.element: int = TensorProto.FLOAT
        self.shape: list[Any] = ["N", len(forest.base)]

    def add(self, op: str, output: str, *more: str, **attributes: Any) -> None:
        self.nodes.append(helper.make_node(op, [self.last, *more], [output], output, **attributes))
        self.last = output

    def number(self, name: str, number: float) -> str:
        self.tensors.append(numpy_helper.from_array(np.array(number, np.float32), name))
        return name

    def ensemble(self) -> None:
        forest = self.forest
        # The engine takes no empty forest: a tree of one leaf adds nothing.
        leaf = Step("LEAF", 0, 0.0, 0, 0, missing=False)
        trees = forest.trees or [Tree(0, [leaf])]
        attributes = _attributes(trees)
        bases = [float(number) for number in forest.base]
        self.add(
            "TreeEnsembleRegressor", "margin", domain="ai.onnx.ml", n_targets=len(bases),
            base_values=bases, aggregate_function="SUM", post_transform="NONE", **attributes,
        )  # fmt: skip

    def averaged(self) -> None:
        if self.forest.averaged and self.forest.trees:
            rounds = len(self.forest.trees) / len(self.forest.base)
            self.add("Div", "average", self.number("rounds", rounds))

    def scaled(self) -> None:
        if self.forest.slope != 1.0:
            self.add("Mul", "scaled", self.number("slope", self.forest.slope))

    def transformed(self) -> None:
        match self.forest.transform:
            case "identity":
                return
            case "sigmoid":
                self.add("Sigmoid", "probability")
            case "softmax":
                self.add("Softmax", "probabilities", axis=1)
            case "exp":
                self.add("Exp", "prediction")
            case "softplus":
                self.add("Softplus", "prediction")
            case "step":
                self.add("Greater", "positive", self.number("zero", 0.0))
                self.add("Cast", "prediction", to=TensorProto.FLOAT)
            case "argmax":
                self.add("ArgMax", "label", axis=1, keepdims=0)
                self.element, self.shape = TensorProto.INT64, ["N"]
            case "signed square":
                raw = self.last
                self.add("Abs", "magnitude")
                self.add("Mul", "prediction", raw)


def _attributes(trees: Iterable[Tree]) -> dict[str, Any]:
    """The nodes and leaves of all trees, as the operator wants them."""
    names = (
        "nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_modes", "nodes_values",
        "nodes_truenodeids", "nodes_falsenodeids", "nodes_missing_value_tracks_true",
        "target_treeids", "target_nodeids", "target_ids", "target_weights",
    )  # fmt: skip
    lists: dict[str, list[Any]] = {name: [] for name in names}
    columns = [lists[name] for name in names]
    for number, tree in enumerate(trees):
        for at, step in enumerate(tree.steps):
            leaf = step.mode == "LEAF"
            row = (
                number, at, step.feature, step.mode, 0.0 if leaf else step.value,
                step.yes, step.no, int(step.missing),
            )  # fmt: skip
            for column, entry in zip(columns, row, strict=False):
                column.append(entry)
            if leaf:
                for column, entry in zip(
                    columns[_LEAVES:], (number, at, tree.target, step.value), strict=True
                ):
                    column.append(entry)
    return lists


_LEAVES: Final = 8
"""Where the columns of leaves begin."""
