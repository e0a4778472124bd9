"""ONNX files, run by ONNX Runtime."""

from __future__ import annotations

from pathlib import Path

from cutaway.loaders.base import Loader, Model, Options, Report
from cutaway.loaders.onnx.recognition import is_onnx, is_ort
from cutaway.trace import Array

__all__ = ["LOADER"]


class _OnnxLoader:
    """Recognizes and opens ``.onnx`` and ``.ort`` files."""

    name = "onnx"

    def match(self, path: Path, head: bytes) -> bool:
        """Whether the file's first bytes are those of an ONNX or ORT model."""
        return path.is_file() and (is_ort(head) or is_onnx(head, path.stat().st_size))

    def open(self, path: Path, report: Report, options: Options) -> Model:
        """The model; see ``open_onnx``."""
        from cutaway.loaders.onnx.opening import open_onnx  # loads the onnx package

        del options  # nothing in such a file is ever executed
        return open_onnx(path, report)

    def read_tensor(self, content: bytes) -> Array:
        """The array of a TensorProto; raises ValueError."""
        from cutaway.loaders.onnx.tensorfile import read_tensor  # loads the onnx package

        return read_tensor(content)


LOADER: Loader = _OnnxLoader()
"""The loader that the entry point ``onnx`` names."""
