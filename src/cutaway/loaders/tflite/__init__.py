"""TensorFlow Lite files, run by LiteRT."""

from __future__ import annotations

from pathlib import Path

from cutaway.loaders.base import Loader, Model, Options, Report

__all__ = ["LOADER"]


class _TfliteLoader:
    """Recognizes and opens ``.tflite`` files."""

    name = "tflite"

    def match(self, path: Path, head: bytes) -> bool:
        """Whether the file has the identifier of a TFLite flatbuffer."""
        return path.is_file() and head[4:8] == b"TFL3"

    def open(self, path: Path, report: Report, options: Options) -> Model:
        """The model; see ``open_tflite``."""
        from cutaway.loaders.tflite.opening import open_tflite

        del options  # nothing in such a file is ever executed
        return open_tflite(path, report)


LOADER: Loader = _TfliteLoader()
"""The loader that the entry point ``tflite`` names."""
