"""ONNX Runtime sessions that hand out every value of a graph."""
# pyright: standard

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime as ort
from onnx import ModelProto, TensorProto, helper

from cutaway.graph import Graph, Value
from cutaway.loaders.onnx.tensors import dtype_of, unpacked
from cutaway.trace import Array

_MOST_AGAIN: Final = 64 << 20
"""Bytes that may be packed more than once; some networks use one weight in hundreds of places."""
_QUIET: Final = 4  # what goes wrong is raised and told by us; ONNX Runtime need not print it too


def start_session(
    model: ModelProto, folder: Path, *, packed: bool, is_part: bool, profile: Path | None = None
) -> ort.InferenceSession:
    """A session on the CPU with the default optimizations and threads.

    With every value an output, nothing can be fused or folded away; what remains of the
    optimizations is the blocked layout of convolutions, which gives the same numbers faster.

    Args:
        model: from ``capture_model`` or ``PartModels``.
        folder: where its external tensors lie.
        packed: whether weights are packed for each of their readers; see ``is_packed``.
        is_part: whether it is one of many that run in turn.
        profile: how the path of a file begins in which the engine notes what each node takes;
            None where it does not.
    """
    options = ort.SessionOptions()
    options.log_severity_level = _QUIET
    # The block planned for values that die early would be as big as the trace, and stay empty.
    options.enable_mem_pattern = False
    if is_part:
        # Memory that a captured tensor leaves goes back to the system, not to a part's own store.
        options.enable_cpu_mem_arena = False
        # The threads of each session would wait for work in a loop while the next one starts: two
        # and a half times as long with 2 threads, 30 times with 16.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry(
        "session.model_external_initializers_file_folder_path", str(folder)
    )
    if not packed:
        options.add_session_config_entry("session.disable_prepacking", "1")
    if profile is not None:
        options.enable_profiling = True
        options.profile_file_prefix = str(profile)
    return ort.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def is_packed(graph: Graph) -> bool:
    """Whether weights may be packed for each of their readers without taking much memory."""
    return _packed_again(graph) <= _MOST_AGAIN


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
    given: Mapping[str, Any],
    names: list[str],
    options: ort.RunOptions,
) -> list[Any]:
    """The named outputs: arrays or values of ONNX Runtime; see ``as_array``.

    Args:
        session: to run.
        given: from ``as_ort`` or a session's results, by name; what is no input is ignored.
        names: of the outputs.
        options: by which the run can be ended.
    """
    known = {entry.name for entry in session.get_inputs()}
    fed = {name: value for name, value in given.items() if name in known}
    if any(isinstance(value, np.ndarray) for value in fed.values()):
        # Text cannot be put into an OrtValue from Python, only into this call.
        plain = {name: _plain(value) for name, value in fed.items()}
        return list(session.run(names, plain, options))
    return list(session.run_with_ort_values(names, fed, options))


def _plain(value: Any) -> Array:
    return value if isinstance(value, np.ndarray) else value.numpy()


def as_ort(array: Array) -> ort.OrtValue | Array:
    """An array for ONNX Runtime, sharing its memory; text as it is."""
    if array.dtype == np.object_:
        return array
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
    if element == TensorProto.STRING:
        return as_array(result.numpy())
    dtype = dtype_of(element)
    if dtype is None:
        return f"its element type {element} is unknown"
    return _shared(result, dtype)


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
    if size != dtype.itemsize * math.prod(shape):
        return unpacked(raw, dtype.name, shape)
    return raw.view(dtype).reshape(shape)
