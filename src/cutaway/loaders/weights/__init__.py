"""Files that hold weights without a network: they can be looked at, not run."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from cutaway.errors import BrokenFile, MissingPackage, UnknownFormat
from cutaway.loaders.base import Loader, Model, Options, Report

__all__ = ["LOADER"]


class _WeightsLoader:
    """Recognizes and opens files of safetensors, GGUF, NumPy and HDF5."""

    name = "weights"

    def match(self, path: Path, head: bytes) -> bool:
        """Whether the file or folder holds weights; see ``recognized``."""
        from cutaway.loaders.weights.recognition import recognized

        return recognized(path, head) is not None

    def open(self, path: Path, report: Report, options: Options) -> Model:
        """The model, which cannot be run; no tensor is read yet.

        Raises:
            ModelError: one of its kinds; see what opens each format.
        """
        del options  # nothing in such a file is ever executed
        report("reading what the file holds")
        try:
            return _opened(path, report)
        except OSError as problem:
            raise BrokenFile(
                f"{path.name} cannot be read: {problem.strerror or problem}; check its rights"
            ) from problem


def _opened(path: Path, report: Report) -> Model:
    from cutaway.loaders.weights import arrays, gguf, safetensors, shards
    from cutaway.loaders.weights.recognition import recognized

    head = b""
    if path.is_file():
        with path.open("rb") as file:
            head = file.read(4096)
    match recognized(path, head):
        case "safetensors":
            return safetensors.open_safetensors(path)
        case "index":
            return shards.open_index(path, report)
        case "folder":
            return shards.open_folder(path, report)
        case "gguf":
            return gguf.open_gguf(path)
        case "npy":
            return arrays.open_npy(path)
        case "npz":
            return arrays.open_npz(path)
        case "hdf5":
            return _hdf5(path)
        case None:
            raise UnknownFormat(f"{path.name} holds no weights of a format that Cutaway knows")


def _hdf5(path: Path) -> Model:
    if importlib.util.find_spec("h5py") is None:
        raise MissingPackage(
            f"{path.name} is an HDF5 file, which needs h5py: pip install 'cutaway[weights]'"
        )
    from cutaway.loaders.weights.hdf5 import open_hdf5

    return open_hdf5(path)


LOADER: Loader = _WeightsLoader()
"""The loader that the entry point ``weights`` names."""
