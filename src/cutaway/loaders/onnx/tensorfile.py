"""A single tensor as ONNX keeps it beside its tests: one TensorProto in a file."""
# pyright: standard

from __future__ import annotations

from google.protobuf.message import DecodeError
from onnx import TensorProto
from onnx.numpy_helper import to_array

from cutaway.loaders.onnx.tensors import byte_length, is_external
from cutaway.trace import Array


def read_tensor(content: bytes) -> Array:
    """The array of a TensorProto.

    Raises:
        ValueError: it is truncated, broken, or its numbers lie in another file.
    """
    try:
        tensor = TensorProto.FromString(content)
    except DecodeError as problem:
        raise ValueError("it is no whole message") from problem
    if is_external(tensor):
        raise ValueError("its numbers lie in another file")
    if tensor.data_type == TensorProto.STRING:
        raise ValueError("it holds words, not numbers")
    if any(length < 0 for length in tensor.dims):
        raise ValueError("an axis has a negative length")
    if tensor.raw_data and len(tensor.raw_data) != byte_length(tensor):
        raise ValueError(
            f"{byte_length(tensor):,} bytes of numbers were wanted, there are "
            f"{len(tensor.raw_data):,}"
        )
    try:
        return to_array(tensor)
    except Exception as problem:
        # NumPy and onnx raise what they like on a message that does not fit together.
        raise ValueError(str(problem)) from problem
