"""Tensors of an ONNX file as arrays, memory-mapped where they lie in a file of their own bytes."""
# pyright: standard

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

import ml_dtypes
import numpy as np
import numpy.typing as npt
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper
from onnx.numpy_helper import to_array

from cutaway.errors import BrokenFile, RefusedFile
from cutaway.trace import Array

_PACKED = {"int4", "uint4", "int2", "uint2", "float4_e2m1fn"}
"""Types of which several elements share a byte in a file."""


def dtype_of(element: int) -> npt.DTypeLike | None:
    """The dtype of an ONNX element type: ``object`` for strings, None where it is unknown."""
    try:
        return np.dtype(helper.tensor_dtype_to_np_dtype(element))
    except (KeyError, ValueError):
        return None


def dtype_name(element: int) -> str | None:
    """NumPy's or ml_dtypes' name of an ONNX element type."""
    dtype = dtype_of(element)
    return None if dtype is None else np.dtype(dtype).name


@dataclass(frozen=True, slots=True)
class Extent:
    """Where the bytes of a tensor lie."""

    file: Path
    offset: int
    length: int
    """In bytes."""


def is_external(tensor: TensorProto) -> bool:
    """Whether the tensor's bytes lie outside the message."""
    return tensor.data_location == TensorProto.DataLocation.EXTERNAL


def extent(tensor: TensorProto, model: Path) -> Extent:
    """Where the bytes of an external tensor lie: always inside the folder of the model file.

    Raises:
        RefusedFile: the location leads out of the folder.
        BrokenFile: the file is missing or too short, or the size is not the shape's.
    """
    words = {entry.key: entry.value for entry in tensor.external_data}
    location = words.get("location", "")
    file = _inside(location, model, tensor.name)
    try:
        offset, size = int(words.get("offset") or 0), file.stat().st_size
        length = int(words["length"]) if words.get("length") else _byte_length(tensor)
    except (OSError, ValueError) as problem:
        raise BrokenFile(
            f"the data of tensor '{tensor.name}' should lie in {location} beside the model, "
            f"which cannot be read: {problem}; copy that file there too"
        ) from problem
    if offset < 0 or length < 0 or offset + length > size:
        raise BrokenFile(
            f"the data of tensor '{tensor.name}' should end at byte {offset + length:,} of "
            f"{location}, which has {size:,}; fetch or export the files again"
        )
    if length != _byte_length(tensor):
        raise BrokenFile(
            f"tensor '{tensor.name}' of shape {tuple(tensor.dims)} needs "
            f"{_byte_length(tensor):,} bytes, {location} is said to hold {length:,}; "
            "export the model again"
        )
    return Extent(file, offset, length)


def _inside(location: str, model: Path, name: str) -> Path:
    """The file at a location relative to the model's folder, links followed."""
    target = model.parent / location
    if location == model.name:
        return target
    parts = PurePosixPath(location).parts + PureWindowsPath(location).parts
    absolute = PurePosixPath(location).is_absolute() or bool(PureWindowsPath(location).anchor)
    # Where the model is itself a link, as in download caches, its data lies beside the original.
    folders = model.parent.resolve(), model.resolve().parent
    leads = target.resolve()
    inside = any(leads.is_relative_to(folder) for folder in folders)
    if not location or absolute or ".." in parts or not inside:
        raise RefusedFile(
            f"the data of tensor '{name}' is said to lie in '{location}', outside the model's "
            "folder, which Cutaway does not read; put the file beside the model and name it so"
        )
    return target


def _byte_length(tensor: TensorProto) -> int:
    dtype = dtype_name(tensor.data_type)
    if dtype is None:
        raise ValueError(f"element type {tensor.data_type} is unknown")
    count = math.prod(tensor.dims)
    if dtype in _PACKED:
        return -(-count * _bits(dtype) // 8)
    return count * np.dtype(dtype_of(tensor.data_type)).itemsize


def _bits(dtype: str) -> int:
    return 2 if dtype.endswith("int2") else 4


class Tensors:
    """The arrays of tensors, by memory map where they are external."""

    def __init__(self, model: Path) -> None:
        self._model = model
        self._maps: dict[Path, np.memmap] = {}

    def array(self, tensor: TensorProto) -> Array:
        """A tensor as a read-only array; a big one is a slice of its file, not in memory.

        Raises:
            BrokenFile, RefusedFile: as ``extent``; or the data inside the message is not of its
                shape.
        """
        if is_external(tensor):
            return self._mapped(tensor)
        try:
            array = np.asarray(to_array(tensor))
        except (TypeError, ValueError) as problem:
            raise BrokenFile(
                f"the data of tensor '{tensor.name}' does not fit its shape "
                f"{tuple(tensor.dims)}: {problem}; export the model again"
            ) from problem
        array.flags.writeable = False
        return array

    def _mapped(self, tensor: TensorProto) -> Array:
        lies = extent(tensor, self._model)
        shape = tuple(tensor.dims)
        dtype = np.dtype(dtype_of(tensor.data_type))
        if lies.length == 0:
            return np.zeros(shape, dtype)
        if lies.file not in self._maps:
            self._maps[lies.file] = np.memmap(lies.file, np.uint8, "r")
        raw = self._maps[lies.file][lies.offset : lies.offset + lies.length]
        if dtype.name in _PACKED:
            return unpacked(raw, dtype.name, shape)
        return raw.view(dtype).reshape(shape)


def unpacked(raw: npt.NDArray[np.uint8], dtype: str, shape: tuple[int, ...]) -> Array:
    """Elements of 2 or 4 bits, of which several share a byte (lowest bits first), one by one.

    Args:
        raw: the bytes.
        dtype: ``int4``, ``uint4``, ``int2``, ``uint2`` or ``float4_e2m1fn``.
        shape: of the result, which is of that dtype of ml_dtypes.
    """
    bits = _bits(dtype)
    shifts = np.arange(0, 8, bits, dtype=np.uint8)
    codes = (raw[:, None] >> shifts) & np.uint8((1 << bits) - 1)
    codes = codes.reshape(-1)[: math.prod(shape)].reshape(shape)
    if dtype == "float4_e2m1fn":
        return codes.view(ml_dtypes.float4_e2m1fn)
    if dtype.startswith("int"):
        half = 1 << (bits - 1)
        return ((codes.astype(np.int8) ^ half) - half).astype(np.dtype(dtype))
    return codes.astype(np.dtype(dtype))


def check_external(model: ModelProto, path: Path) -> list[Extent]:
    """Where the external tensors of a model lie, each checked.

    Raises:
        RefusedFile, BrokenFile: as ``extent``.
    """
    nodes = [node for function in model.functions for node in function.node]
    found = [*_graph_tensors(model.graph), *_node_tensors(nodes)]
    return [extent(tensor, path) for tensor in found if is_external(tensor)]


def _graph_tensors(graph: GraphProto) -> Iterator[TensorProto]:
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    yield from _node_tensors(graph.node)


def _node_tensors(nodes: Iterable[NodeProto]) -> Iterator[TensorProto]:
    """Tensors in attributes, whatever type an attribute claims to be of."""
    for node in nodes:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            if attribute.HasField("sparse_tensor"):
                yield from (attribute.sparse_tensor.values, attribute.sparse_tensor.indices)
            yield from attribute.tensors
            if attribute.HasField("g"):
                yield from _graph_tensors(attribute.g)
            for graph in attribute.graphs:
                yield from _graph_tensors(graph)
