"""Small TensorFlow models, written as protocol buffers without TensorFlow.

Numbers of fields: graph.proto, node_def.proto, attr_value.proto, tensor.proto, types.proto,
function.proto, saved_model.proto and meta_graph.proto of TensorFlow.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
from loaders.made import random

from cutaway.loaders.onnx.wire import as_field, as_varint

FLOAT, INT32, RESOURCE = 1, 3, 20
_TYPES = {"float32": FLOAT, "int32": INT32}


class Type(int):
    """A number of TensorFlow's DataType."""


class Shape(tuple):
    """Lengths, -1 for free axes."""

    __slots__ = ()


class Function(str):
    """The name of a function."""

    __slots__ = ()


def integer(number: int, value: int) -> bytes:
    return as_varint(number << 3) + as_varint(value % (1 << 64))


def shape(lengths: Any) -> bytes:
    return b"".join(as_field(2, integer(1, length)) for length in lengths)


def tensor(array: np.ndarray) -> bytes:
    stated = integer(1, _TYPES[array.dtype.name]) + as_field(2, shape(array.shape))
    return stated + as_field(4, array.tobytes())


def attribute(value: Any) -> bytes:
    if isinstance(value, Function):
        return as_field(10, as_field(1, value.encode()))
    if isinstance(value, str):
        return as_field(2, value.encode())
    if isinstance(value, Type):
        return integer(6, value)
    if isinstance(value, bool):
        return integer(5, value)
    if isinstance(value, int):
        return integer(3, value)
    if isinstance(value, float):
        return as_varint(4 << 3 | 5) + struct.pack("<f", value)
    if isinstance(value, np.ndarray):
        return as_field(8, tensor(value))
    if isinstance(value, Shape):
        return as_field(7, shape(value))
    if value and isinstance(value[0], Type):
        return as_field(1, as_field(6, b"".join(map(as_varint, value))))
    return as_field(1, as_field(3, b"".join(map(as_varint, value))))


def node(name: str, op: str, *reads: str, **attributes: Any) -> bytes:
    """One NodeDef; with its floats' type unless it is stated."""
    stated = {"T": Type(FLOAT), **attributes} if op not in _UNTYPED else attributes
    found = as_field(1, name.encode()) + as_field(2, op.encode())
    found += b"".join(as_field(3, read.encode()) for read in reads)
    for key, value in stated.items():
        found += as_field(5, as_field(1, key.encode()) + as_field(2, attribute(value)))
    return found


_UNTYPED = {"Const", "Placeholder", "StatefulPartitionedCall", "VarHandleOp", "ReadVariableOp"}


def constant(name: str, array: np.ndarray) -> bytes:
    return node(name, "Const", dtype=Type(_TYPES[array.dtype.name]), value=array)


def placeholder(name: str, *lengths: int) -> bytes:
    return node(name, "Placeholder", dtype=Type(FLOAT), shape=Shape(lengths))


IMAGE = Shape((-1, 12, 12, 3))
SAME = {"padding": "SAME", "data_format": "NHWC"}


def layers(entry: str, *, plain: bool = True) -> list[bytes]:
    """A small image classifier in NHWC, every layer named.

    Args:
        entry: what the first layer reads.
        plain: whether names of outputs are those of nodes, as in graphs; in functions they are not.
    """

    def out(name: str, port: str = "output") -> str:
        return name if plain else f"{name}:{port}:0"

    ones = [1, 1, 1, 1]
    whole = np.array([-1, 32], np.int32)
    return [
        constant("net/conv/kernel", random(3, 3, 3, 4)),
        node(
            "net/conv/Conv2D", "Conv2D", entry, out("net/conv/kernel"), strides=[1, 2, 2, 1],
            dilations=ones, **SAME,
        ),
        constant("net/conv/bias", random(4)),
        node(
            "net/conv/BiasAdd", "BiasAdd", out("net/conv/Conv2D"), out("net/conv/bias"),
            data_format="NHWC",
        ),
        node("net/conv/Relu", "Relu", out("net/conv/BiasAdd")),
        constant("net/depthwise/kernel", random(3, 3, 4, 2)),
        node(
            "net/depthwise/depthwise", "DepthwiseConv2dNative", out("net/conv/Relu", "activations"),
            out("net/depthwise/kernel"), strides=ones, dilations=ones, padding="VALID",
            data_format="NHWC",
        ),
        node("net/depthwise/Relu6", "Relu6", out("net/depthwise/depthwise")),
        node(
            "net/pool/MaxPool", "MaxPool", out("net/depthwise/Relu6", "activations"),
            ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], **SAME,
        ),
        node(
            "net/mean/AvgPool", "AvgPool", out("net/pool/MaxPool"), ksize=[1, 3, 3, 1],
            strides=ones, **SAME,
        ),
        constant("net/flatten/Const", whole),
        node(
            "net/flatten/Reshape", "Reshape", out("net/mean/AvgPool"), out("net/flatten/Const"),
            Tshape=Type(INT32),
        ),
        constant("net/dense/kernel", random(32, 5)),
        node(
            "net/dense/MatMul", "MatMul", out("net/flatten/Reshape"), out("net/dense/kernel"),
            transpose_a=False, transpose_b=False,
        ),
        constant("net/dense/bias", random(5)),
        node(
            "net/dense/BiasAdd", "BiasAdd", out("net/dense/MatMul", "product"),
            out("net/dense/bias"), data_format="NHWC",
        ),
        node("net/probabilities", "Softmax", out("net/dense/BiasAdd")),
    ]  # fmt: skip


def graph(nodes: list[bytes], functions: bytes = b"") -> bytes:
    library = as_field(2, functions) if functions else b""
    return b"".join(as_field(1, one) for one in nodes) + library


def frozen(folder: Path) -> Path:
    """A GraphDef with its weights inside."""
    path = folder / "frozen.pb"
    path.write_bytes(graph([placeholder("image", *IMAGE), *layers("image")]))
    return path


def _saved(folder: Path, content: bytes, output: str, entry: Shape = IMAGE) -> Path:
    def info(name: str, lengths: Any) -> bytes:
        return as_field(1, name.encode()) + integer(2, FLOAT) + as_field(3, shape(lengths))

    def named(number: int, name: str, stated: bytes) -> bytes:
        return as_field(number, as_field(1, name.encode()) + as_field(2, stated))

    signature = named(1, "picture", info("image:0", entry))
    signature += named(2, "classes", info(f"{output}:0", (entry[0], 5)))
    signature += as_field(3, b"tensorflow/serving/predict")
    meta = as_field(1, as_field(4, b"serve") + as_field(5, b"2.16.1")) + as_field(2, content)
    meta += named(5, "serving_default", signature)
    path = folder / "saved"
    path.mkdir()
    (path / "saved_model.pb").write_bytes(integer(1, 1) + as_field(2, meta))
    return path


def saved_model(folder: Path) -> Path:
    """A SavedModel folder whose graph has its weights inside."""
    nodes = [placeholder("image", *IMAGE), *layers("image")]
    return _saved(folder, graph(nodes), "net/probabilities")


def saved_variables(folder: Path) -> Path:
    """A SavedModel whose kernel lies in a file of variables."""
    kernel = random(4, 5)
    nodes = [
        placeholder("image", 2, 4),
        node(
            "dense/kernel", "VarHandleOp", shared_name="dense/kernel", container="",
            dtype=Type(FLOAT), shape=Shape(kernel.shape),
        ),
        node("dense/Read", "ReadVariableOp", "dense/kernel", dtype=Type(FLOAT)),
        node(
            "dense/MatMul", "MatMul", "image", "dense/Read", transpose_a=False, transpose_b=False
        ),
        node("dense/Relu", "Relu", "dense/MatMul"),
    ]  # fmt: skip
    path = _saved(folder, graph(nodes), "dense/Relu", Shape((2, 4)))
    (path / "variables").mkdir()
    index, data = bundle({"dense/kernel": kernel})
    (path / "variables" / "variables.index").write_bytes(index)
    (path / "variables" / "variables.data-00000-of-00001").write_bytes(data)
    return path


def bundle(arrays: dict[str, np.ndarray]) -> tuple[bytes, bytes]:
    """The index, a table of keys in the format of LevelDB, and the numbers.

    Source: tensor_bundle.proto, and table_format.txt of LevelDB; without check sums.
    """
    data = b""
    entries = {b"": integer(1, 1) + as_field(3, integer(1, 1))}
    for name, array in sorted(arrays.items()):
        held = array.tobytes()
        stated = integer(1, FLOAT) + as_field(2, shape(array.shape))
        entries[name.encode()] = stated + integer(4, len(data)) + integer(5, len(held))
        data += held

    def block(pairs: dict[bytes, bytes]) -> bytes:
        found = b""
        for key, value in pairs.items():  # no key shares its beginning with the one before
            found += as_varint(0) + as_varint(len(key)) + as_varint(len(value)) + key + value
        return found + struct.pack("<II", 0, 1)

    table, handles = b"", list[bytes]()
    last = max(entries)
    for pairs in (entries, {}, None):
        held = block({last + b"\xff": handles[0]} if pairs is None else pairs)
        handles.append(as_varint(len(table)) + as_varint(len(held)))
        table += held + bytes(5)
    footer = (handles[1] + handles[2]).ljust(40, b"\0")
    return table + footer + struct.pack("<Q", 0xDB4775248B80FB57), data


def saved_function(folder: Path) -> Path:
    """A SavedModel whose network is in a function, as TensorFlow 2 writes it."""

    def argument(name: str) -> bytes:
        return as_field(1, name.encode()) + integer(3, FLOAT)

    signature = as_field(1, b"__inference_main_1") + as_field(2, argument("image"))
    signature += as_field(3, argument("identity"))
    inner = layers("image", plain=False)
    inner.append(node("Identity", "Identity", "net/probabilities:softmax:0"))
    body = as_field(1, signature) + b"".join(as_field(3, one) for one in inner)
    body += as_field(4, as_field(1, b"identity") + as_field(2, b"Identity:output:0"))
    nodes = [
        placeholder("image", *IMAGE),
        node(
            "StatefulPartitionedCall", "StatefulPartitionedCall", "image",
            Tin=[Type(FLOAT)], Tout=[Type(FLOAT)], f=Function("__inference_main_1"),
        ),
    ]  # fmt: skip
    return _saved(folder, graph(nodes, as_field(1, body)), "StatefulPartitionedCall")
