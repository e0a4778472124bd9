"""Networks whose receptive fields are tried out, each with what it reads and its weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from loaders.made import random

Nodes = list[tuple[str, list[str], dict]]


def whole(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def conv(reads: str, kernel: str = "k", **attributes) -> tuple[str, list[str], dict]:
    return "Conv", [reads, kernel], attributes


K3, K2 = random(2, 2, 3, 3, seed=1), random(2, 2, 2, 2, seed=1)
NETS: dict[str, tuple[Sequence[int], Nodes, dict]] = {
    "convolution": ((1, 2, 7, 6), [conv("x")], {"k": K3}),
    "strides and pads": ((1, 2, 7, 6), [conv("x", strides=[2, 3], pads=[1, 0, 2, 1])], {"k": K3}),
    "dilation over a border": (
        (1, 2, 9, 7),
        [conv("x", dilations=[3, 2], pads=[4, 3, 4, 3])],
        {"k": K3},
    ),
    "same": ((1, 2, 8, 7), [conv("x", auto_pad="SAME_UPPER", strides=[2, 2])], {"k": K3}),
    "same lower": ((1, 2, 8, 7), [conv("x", auto_pad="SAME_LOWER", strides=[2, 2])], {"k": K2}),
    "strides wider than the kernel": ((1, 2, 9, 9), [conv("x", strides=[4, 3])], {"k": K2}),
    "groups": ((1, 4, 4, 4), [conv("x", group=2)], {"k": random(6, 2, 2, 2)}),
    "depthwise": ((1, 3, 4, 4), [conv("x", group=3)], {"k": random(6, 1, 2, 2)}),
    "one axis": ((1, 2, 12), [conv("x", strides=[2], pads=[1, 1])], {"k": random(2, 2, 3)}),
    "three axes": ((1, 1, 4, 4, 4), [conv("x", pads=[1] * 6)], {"k": random(1, 1, 3, 3, 3)}),
    "three convolutions": (
        (1, 2, 11, 9),
        [
            conv("x", pads=[1] * 4),
            ("Relu", ["v0"], {}),
            conv("v1", strides=[2, 2]),
            conv("v2", pads=[1] * 4),
        ],
        {"k": K3},
    ),
    "transposed": ((1, 2, 4, 3), [("ConvTranspose", ["x", "k"], {"strides": [2, 2]})], {"k": K3}),
    "transposed with gaps": (
        (1, 2, 3, 3),
        [("ConvTranspose", ["x", "k"], {"strides": [3, 4], "output_padding": [1, 1]})],
        {"k": K2},
    ),
    "transposed, dilated, cut": (
        (1, 2, 4, 4),
        [
            (
                "ConvTranspose",
                ["x", "k"],
                {"strides": [2, 1], "dilations": [2, 2], "pads": [1, 2, 1, 0]},
            ),
            conv("v0"),
        ],
        {"k": K3},
    ),
    "transposed in groups": (
        (1, 4, 3, 3),
        [("ConvTranspose", ["x", "k"], {"group": 2})],
        {"k": random(4, 3, 2, 2)},
    ),
    "pooling": (
        (1, 2, 7, 7),
        [("MaxPool", ["x"], {"kernel_shape": [3, 2], "strides": [2, 2], "ceil_mode": 1})],
        {},
    ),
    "mean pooling": (
        (1, 2, 7, 7),
        [("AveragePool", ["x"], {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1] * 4})],
        {},
    ),
    "global pooling": ((1, 2, 3, 4), [("GlobalAveragePool", ["x"], {})], {}),
    "nearest": (
        (1, 2, 4, 3),
        [("Resize", ["x", "", "s"], {"mode": "nearest"})],
        {"s": np.float32([1, 1, 2, 3])},
    ),
    "linear": (
        (1, 1, 5, 4),
        [("Resize", ["x", "", "s"], {"mode": "linear"})],
        {"s": np.float32([1, 1, 2, 1.5])},
    ),
    "smaller": (
        (1, 1, 8, 9),
        [("Resize", ["x", "", "s"], {"mode": "linear"})],
        {"s": np.float32([1, 1, 0.5, 0.34])},
    ),
    "cubic": (
        (1, 1, 6, 6),
        [("Resize", ["x", "", "s"], {"mode": "cubic"})],
        {"s": np.float32([1, 1, 1.7, 1.7])},
    ),
    "joined": (
        (1, 2, 5, 5),
        [
            conv("x"),
            ("MaxPool", ["x"], {"kernel_shape": [3, 3]}),
            ("Concat", ["v0", "v1"], {"axis": 1}),
        ],
        {"k": K3},
    ),
    "residual": (
        (1, 2, 6, 6),
        [conv("x", pads=[1] * 4), ("Add", ["v0", "x"], {}), conv("v1")],
        {"k": K3},
    ),
    "spread": ((1, 3, 1, 4), [("Add", ["x", "w"], {})], {"w": random(2, 3, 5, 4)}),
    "dense": (
        (1, 2, 3, 3),
        [conv("x"), ("Flatten", ["v0"], {}), ("Gemm", ["v1", "g"], {})],
        {"k": K2, "g": random(8, 3)},
    ),
    "gemm turned": (
        (4, 3),
        [("Gemm", ["x", "g"], {"transA": 1, "transB": 1})],
        {"g": random(5, 4)},
    ),
    "matrices": ((2, 3, 4), [("MatMul", ["x", "g"], {})], {"g": random(4, 5)}),
    "batches": ((3, 4), [("MatMul", ["g", "x"], {})], {"g": random(2, 2, 3)}),
    "by a vector": ((2, 3, 4), [("MatMul", ["x", "g"], {})], {"g": random(4)}),
    "vector by matrices": ((3,), [("MatMul", ["x", "g"], {})], {"g": random(2, 3, 2)}),
    "squared matrix": ((3, 3), [("MatMul", ["x", "x"], {})], {}),
    "letters": (
        (2, 3, 4),
        [("Einsum", ["x", "g"], {"equation": "bij,jk->bki"})],
        {"g": random(4, 2)},
    ),
    "slice": (
        (3, 8, 5),
        [("Slice", ["x", "s", "e", "a", "t"], {})],
        {"s": whole(1, -1), "e": whole(8, -9), "a": whole(1, 2), "t": whole(3, -2)},
    ),
    "pad": (
        (1, 2, 3, 3),
        [("Pad", ["x", "p"], {}), conv("v0")],
        {"p": whole(0, 0, 2, 1, 0, 0, 0, 2), "k": K2},
    ),
    "reflect": (
        (1, 2, 4, 4),
        [("Pad", ["x", "p"], {"mode": "reflect"}), conv("v0")],
        {"p": whole(0, 0, 2, 1, 0, 0, 0, 2), "k": K2},
    ),
    "transpose": ((2, 3, 4), [("Transpose", ["x"], {"perm": [2, 0, 1]})], {}),
    "reversed axes": ((2, 3, 4), [("Transpose", ["x"], {})], {}),
    "split axes": ((2, 12), [("Reshape", ["x", "s"], {})], {"s": whole(2, 3, 4)}),
    "joined axes": ((2, 3, 4), [("Reshape", ["x", "s"], {})], {"s": whole(2, 12)}),
    "squeezed": (
        (1, 3, 1, 4),
        [("Squeeze", ["x"], {}), ("Unsqueeze", ["v0", "s"], {})],
        {"s": whole(0, 3)},
    ),
    "tile": (
        (2, 3),
        [("Tile", ["x", "s"], {}), ("ReduceSum", ["v0", "a"], {"keepdims": 1})],
        {"s": whole(2, 2), "a": whole(0)},
    ),
    "gathered": ((4, 5), [("Gather", ["x", "i"], {"axis": 1})], {"i": whole(3, 0, -1)}),
    "one gathered": ((4, 5), [("Gather", ["x", "i"], {"axis": 0})], {"i": np.array(-2)}),
    "softmax": ((2, 3, 4), [("Softmax", ["x"], {"axis": 1})], {}),
    "layer normalization": (
        (2, 3, 4),
        [("LayerNormalization", ["x", "s"], {"axis": -1})],
        {"s": random(4)},
    ),
    "instance normalization": (
        (1, 2, 3, 3),
        [("InstanceNormalization", ["x", "s", "s"], {})],
        {"s": random(2)},
    ),
    "group normalization": (
        (1, 4, 2, 2),
        [("GroupNormalization", ["x", "s", "s"], {"num_groups": 2})],
        {"s": random(4)},
    ),
    "running sum": (
        (2, 5),
        [("CumSum", ["x", "a"], {"exclusive": 1, "reverse": 1})],
        {"a": np.array(1)},
    ),
    "mean": ((2, 3, 4), [("ReduceMean", ["x", "a"], {"keepdims": 0})], {"a": whole(1)}),
    "blocks": ((1, 8, 2, 3), [("DepthToSpace", ["x"], {"blocksize": 2}), conv("v0")], {"k": K2}),
    "blocks, columns first": (
        (1, 8, 2, 3),
        [("DepthToSpace", ["x"], {"blocksize": 2, "mode": "CRD"})],
        {},
    ),
    "dilation over dilation": (
        (1, 2, 13, 11),
        [
            conv("x", dilations=[3, 2], pads=[3, 4, 3, 4]),
            conv("v0", dilations=[2, 3], pads=[2] * 4),
        ],
        {"k": K3},
    ),
    "gaps over a joint": (
        (1, 2, 12, 3),
        [
            ("MaxPool", ["x"], {"kernel_shape": [2, 1]}),
            ("Concat", ["v0", "x"], {"axis": 2}),
            conv("v1", dilations=[4, 1]),
        ],
        {"k": K3},
    ),
    "steps over what is upsampled": (
        (1, 2, 5, 5),
        [
            ("Resize", ["x", "", "s"], {"mode": "nearest"}),
            conv("v0", strides=[3, 3], pads=[1] * 4),
        ],
        {"k": K2, "s": np.float32([1, 1, 3, 2])},
    ),
    "a window in a line": (
        (1, 2, 4, 6),
        [("Reshape", ["x", "s"], {}), conv("v0")],
        {"s": whole(1, 2, 3, 8), "k": K2},
    ),
    "unblocked": ((1, 2, 4, 4), [("SpaceToDepth", ["x"], {"blocksize": 2})], {}),
}
