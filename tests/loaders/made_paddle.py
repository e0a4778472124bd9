"""A small PaddlePaddle model, written as protocol buffers without Paddle.

Numbers of fields: framework.proto of Paddle; parameters as its SerializeToStream writes them.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
from loaders.made import random
from loaders.made_tensorflow import integer

from cutaway.loaders.onnx.wire import as_field, as_varint

FP32, LOD_TENSOR, FEED, FETCH = 5, 7, 9, 10
WEIGHTS = {
    "conv2d_0.b_0": random(4, seed=1),
    "conv2d_0.w_0": random(4, 3, 3, 3),
    "linear_0.b_0": random(5, seed=3),
    "linear_0.w_0": random(64, 5, seed=2),
}
"""In the order of their names, in which Paddle saves them."""


def _description(lengths: Any) -> bytes:
    return integer(1, FP32) + b"".join(integer(2, length) for length in lengths)


def variable(name: str, lengths: Any, *, held: bool = False) -> bytes:
    kind = integer(1, LOD_TENSOR) + as_field(3, as_field(1, _description(lengths)))
    return as_field(3, as_field(1, name.encode()) + as_field(2, kind) + integer(3, int(held)))


def _list(name: str, kind: int) -> bytes:
    stated = as_field(1, name.encode()) + as_field(2, integer(1, kind)) + integer(3, 1)
    return as_field(3, stated)


def _attribute(name: str, value: Any) -> bytes:
    found = as_field(1, name.encode())
    if isinstance(value, bool):
        return found + integer(2, 6) + integer(10, int(value))
    if isinstance(value, int):
        return found + integer(2, 0) + integer(3, value)
    if isinstance(value, float):
        return found + integer(2, 1) + as_varint(4 << 3 | 5) + struct.pack("<f", value)
    if isinstance(value, str):
        return found + integer(2, 2) + as_field(5, value.encode())
    return found + integer(2, 3) + b"".join(integer(6, one) for one in value)


def operator(kind: str, reads: dict[str, str], writes: dict[str, str], **attributes: Any) -> bytes:
    def names(number: int, given: dict[str, str]) -> bytes:
        return b"".join(
            as_field(number, as_field(1, key.encode()) + as_field(2, value.encode()))
            for key, value in given.items()
        )

    found = names(1, reads) + names(2, writes) + as_field(3, kind.encode())
    found += b"".join(as_field(4, _attribute(*one)) for one in attributes.items())
    return as_field(4, found)


def program(names: dict[str, str] | None = None) -> bytes:
    """A ProgramDesc: a convolution, a ReLU, a pooling and a dense layer.

    Args:
        names: other names for parameters, by their own.
    """
    called = {name: name for name in WEIGHTS} | (names or {})
    window = {"data_format": "NCHW", "padding_algorithm": "EXPLICIT"}
    parts = [
        integer(1, 0), integer(2, -1),
        _list("feed", FEED), _list("fetch", FETCH),
        variable("image", (-1, 3, 8, 8)),
        *(variable(called[name], held.shape, held=True) for name, held in WEIGHTS.items()),
        variable("conv.out", (-1, 4, 8, 8)), variable("bias.out", (-1, 4, 8, 8)),
        variable("relu.out", (-1, 4, 8, 8)), variable("pool.out", (-1, 4, 4, 4)),
        variable("flat.out", (-1, 64)), variable("product.out", (-1, 5)),
        variable("sum.out", (-1, 5)), variable("softmax.out", (-1, 5)),
        operator("feed", {"X": "feed"}, {"Out": "image"}, col=0),
        operator(
            "conv2d", {"Input": "image", "Filter": called["conv2d_0.w_0"]},
            {"Output": "conv.out"},
            strides=[1, 1], paddings=[1, 1], dilations=[1, 1], groups=1, **window,
        ),
        operator(
            "elementwise_add", {"X": "conv.out", "Y": called["conv2d_0.b_0"]},
            {"Out": "bias.out"}, axis=1,
        ),
        operator("relu", {"X": "bias.out"}, {"Out": "relu.out"}),
        operator(
            "pool2d", {"X": "relu.out"}, {"Out": "pool.out"}, ksize=[2, 2], strides=[2, 2],
            paddings=[0, 0], pooling_type="max", global_pooling=False, adaptive=False,
            exclusive=True, ceil_mode=False, **window,
        ),
        operator("reshape2", {"X": "pool.out"}, {"Out": "flat.out"}, shape=[-1, 64]),
        operator(
            "matmul_v2", {"X": "flat.out", "Y": called["linear_0.w_0"]}, {"Out": "product.out"},
            trans_x=False, trans_y=False,
        ),
        operator(
            "elementwise_add", {"X": "product.out", "Y": called["linear_0.b_0"]},
            {"Out": "sum.out"}, axis=1,
        ),
        operator("softmax", {"X": "sum.out"}, {"Out": "softmax.out"}, axis=-1),
        operator("fetch", {"X": "softmax.out"}, {"Out": "fetch"}, col=0),
    ]  # fmt: skip
    return as_field(1, b"".join(parts)) + as_field(4, integer(1, 2_006_001))


def saved(array: np.ndarray) -> bytes:
    """A parameter as Paddle saves it."""
    stated = _description(array.shape)
    return bytes(16) + struct.pack("<i", len(stated)) + stated + array.tobytes()


def combined(folder: Path) -> Path:
    """A ``.pdmodel`` with all parameters in one file."""
    path = folder / "inference.pdmodel"
    path.write_bytes(program())
    path.with_suffix(".pdiparams").write_bytes(b"".join(map(saved, WEIGHTS.values())))
    return path


def apart(folder: Path) -> Path:
    """A folder with a file for every parameter."""
    path = folder / "apart"
    path.mkdir()
    (path / "__model__").write_bytes(program())
    for name, held in WEIGHTS.items():
        (path / name).write_bytes(saved(held))
    return path
