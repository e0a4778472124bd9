"""Keras files, run by Keras 3 on whatever backend is installed."""

from __future__ import annotations

from pathlib import Path

from cutaway.loaders.base import Loader, Model, Options, Report
from cutaway.loaders.keras.recognition import is_hdf5, is_keras_archive

__all__ = ["LOADER"]


class _KerasLoader:
    """Recognizes and opens ``.h5``, ``.hdf5`` and ``.keras`` files."""

    name = "keras"

    def match(self, path: Path, head: bytes) -> bool:
        """Whether the file is HDF5, or a zip archive with the members of a Keras model."""
        return path.is_file() and (is_hdf5(path, head) or is_keras_archive(path, head))

    def open(self, path: Path, report: Report, options: Options) -> Model:
        """The model; see ``open_keras``."""
        from cutaway.loaders.keras.opening import open_keras

        return open_keras(path, report, options)


LOADER: Loader = _KerasLoader()
"""The loader that the entry point ``keras`` names."""
