"""Folders of Hugging Face: a configuration, and weights that Transformers builds a network for."""

from __future__ import annotations

from pathlib import Path

from cutaway.loaders.base import Loader, Model, Options, Report
from cutaway.loaders.huggingface.recognition import is_huggingface

__all__ = ["LOADER"]


class _HuggingFaceLoader:
    """Recognizes and opens folders with a ``config.json`` and weights beside it."""

    name = "huggingface"

    def match(self, path: Path, head: bytes) -> bool:
        """Whether it is a folder whose configuration names a model of Transformers."""
        del head  # a folder has none
        return is_huggingface(path)

    def open(self, path: Path, report: Report, options: Options) -> Model:
        """The model; see ``read_folder``."""
        from cutaway.loaders.huggingface.framework import load_transformers

        report("starting Transformers")
        transformers = load_transformers(path.name)
        from cutaway.loaders.huggingface.opening import read_folder  # imports PyTorch

        return read_folder(path, report, options, transformers)


LOADER: Loader = _HuggingFaceLoader()
"""The loader that the entry point ``huggingface`` names."""
