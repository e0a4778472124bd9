"""ONNX Runtime sessions that hand out every value of a graph."""
# pyright: standard

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime as ort
from onnx import ModelProto, TensorProto, ValueInfoProto, helper

from cutaway.graph import Graph, Value
from cutaway.loaders.onnx.constants import is_constant
from cutaway.loaders.onnx.structure import Structure
from cutaway.loaders.onnx.tensors import dtype_of, unpacked
from cutaway.trace import Array

_MOST_AGAIN: Final = 64 << 20
"""Bytes that may be packed more than once; some networks use one weight in hundreds of places."""
_QUIET: Final = 4  # what goes wrong is raised and told by us; ONNX Runtime need not print it too


def capture_model(
    light: ModelProto, structure: Structure, without: Collection[int] = ()
) -> ModelProto:
    """The model with every value of its graph as an output.

    Args:
        light: the file's message, its big tensors external.
        structure: the Graph read from it; its nodes go in by their unique names, so that an error
            of the engine names the node.
        without: ids of nodes that are left out; what depends on them must be among them.
    """
    model = ModelProto()
    model.CopyFrom(light)
    graph, built = model.graph, structure.graph
    constants = [node for node in light.graph.node if is_constant(node)]
    kept = [structure.protos[node.id] for node in built.nodes if node.id not in without]
    del graph.node[:], graph.output[:], graph.value_info[:]
    graph.node.extend([*constants, *kept])
    # An output without a type needs no shape inference; the engine finds the type by itself.
    names = dict.fromkeys(name for node in kept for name in node.output if name)
    graph.output.extend(ValueInfoProto(name=name) for name in names)
    return model


def start_session(model: ModelProto, folder: Path, graph: Graph) -> ort.InferenceSession:
    """A session on the CPU with the default optimizations and threads.

    With every value an output, nothing can be fused or folded away; what remains of the
    optimizations is the blocked layout of convolutions, which gives the same numbers faster.

    Args:
        model: from ``capture_model``.
        folder: where its external tensors lie.
        graph: of the model.
    """
    options = ort.SessionOptions()
    options.log_severity_level = _QUIET
    # The block planned for values that die early would be as big as the trace, and stay empty.
    options.enable_mem_pattern = False
    options.add_session_config_entry(
        "session.model_external_initializers_file_folder_path", str(folder)
    )
    if _packed_again(graph) > _MOST_AGAIN:
        options.add_session_config_entry("session.disable_prepacking", "1")
    return ort.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def _packed_again(graph: Graph) -> int:
    """Bytes that packing weights for each of their readers would take beyond the first."""
    readers = Counter(read.value for node in graph.nodes for read in node.reads)
    total = 0
    for value in graph.values:
        if readers[value.id] > 1 and value.what in ("weight", "constant") and _is_sized(value):
            lengths = [length for length in value.shape or () if isinstance(length, int)]
            size = math.prod(lengths) * np.dtype(value.dtype).itemsize
            total += size * (readers[value.id] - 1)
    return total


def _is_sized(value: Value) -> bool:
    return value.dtype not in (None, "object")


def run_session(
    session: ort.InferenceSession,
    graph: Graph,
    feeds: dict[int, Array],
    wanted: list[int],
    options: ort.RunOptions,
) -> tuple[dict[int, Array], dict[int, str]]:
    """The wanted values by id, and the reasons why some are no arrays."""
    names = [graph.values[value].name for value in wanted]
    known = {entry.name for entry in session.get_inputs()}
    named = {graph.values[value].name: array for value, array in feeds.items()}
    fed = {name: array for name, array in named.items() if name in known}
    if any(array.dtype == np.object_ for array in fed.values()):
        # Text cannot be put into an OrtValue from Python, only into this call.
        results = session.run(names, fed, options)
    else:
        values = {name: as_ort(array) for name, array in fed.items()}
        results = session.run_with_ort_values(names, values, options)
    tensors: dict[int, Array] = {}
    left_out: dict[int, str] = {}
    for value, result in zip(wanted, results, strict=True):
        array = as_array(result)
        if isinstance(array, str):
            left_out[value] = array
        else:
            tensors[value] = array
    return tensors, left_out


def as_ort(array: Array) -> ort.OrtValue:
    """An array for ONNX Runtime, sharing its memory."""
    if array.dtype.isbuiltin == 1:
        return ort.OrtValue.ortvalue_from_numpy(array)
    element = helper.np_dtype_to_tensor_dtype(array.dtype)
    bits = array.view(f"u{array.dtype.itemsize}")
    return ort.OrtValue.ortvalue_from_numpy_with_onnx_type(bits, element)


def as_array(result: Any) -> Array | str:
    """A result as a read-only array that owns what it shows, or the reason why it is none."""
    if isinstance(result, np.ndarray):
        result.flags.writeable = False
        return result
    if not isinstance(result, ort.OrtValue):
        return f"a {type(result).__name__}, not one tensor"
    if not result.has_value():
        return "an optional value that this run left empty"
    if not result.is_tensor():
        return f"{_without_article(result.data_type())}, not one tensor"
    element = result.element_type()
    if element == TensorProto.DataType.STRING:
        return as_array(result.numpy())
    dtype = dtype_of(element)
    if dtype is None:
        return f"its element type {element} is unknown"
    return _shared(result, np.dtype(dtype))


def _without_article(kind: str) -> str:
    return f"of type {kind}"


class _Memory:
    """Memory of an OrtValue as NumPy reads it: the array made from this keeps it alive."""

    def __init__(self, value: ort.OrtValue, size: int) -> None:
        self._value = value
        self.__array_interface__ = {
            "data": (value.data_ptr(), True),
            "shape": (size,),
            "typestr": "|u1",
            "version": 3,
        }


def _shared(value: ort.OrtValue, dtype: np.dtype) -> Array:
    """The tensor without a copy: ONNX Runtime's own ``numpy()`` copies and knows no bfloat16."""
    shape = tuple(value.shape())
    size = value.tensor_size_in_bytes()
    if size == 0:
        return np.zeros(shape, dtype)
    raw = np.asarray(_Memory(value, size))
    if size != dtype.itemsize * int(np.prod(shape)):
        return unpacked(raw, dtype.name, shape)
    return raw.view(dtype).reshape(shape)
