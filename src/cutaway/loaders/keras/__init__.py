"""Keras files, run by Keras 3 on whatever backend is installed."""

from __future__ import annotations

from pathlib import Path

from cutaway.loaders.base import Loader, Model, Options, Report
from cutaway.loaders.keras.recognition import holds_network, is_hdf5, is_keras_archive

__all__ = ["LOADER"]


class _KerasLoader:
    """Recognizes and opens ``.h5``, ``.hdf5`` and ``.keras`` files."""

    name = "keras"

    def match(self, path: Path, head: bytes) -> bool:
        """Whether the file is HDF5 or a zip archive, and holds a whole Keras model."""
        if not path.is_file():
            return False
        if is_hdf5(path, head):
            return holds_network(path)
        return is_keras_archive(path, head)

    def open(self, path: Path, report: Report, options: Options) -> Model:
        """The model; see ``open_keras``."""
        from cutaway.loaders.keras.opening import open_keras

        return open_keras(path, report, options)


LOADER: Loader = _KerasLoader()
"""The loader that the entry point ``keras`` names."""
