"""Core ML models, which can be looked at; running them takes macOS."""

from __future__ import annotations

from pathlib import Path

from cutaway.loaders.base import Loader, Model, Options, Report
from cutaway.loaders.coreml.recognition import is_coreml

__all__ = ["LOADER"]


class _CoremlLoader:
    """Recognizes and opens ``.mlmodel`` files, and ``.mlpackage`` folders and their zips."""

    name = "coreml"

    def match(self, path: Path, head: bytes) -> bool:
        """Whether it is a Core ML specification, or a package with one."""
        return is_coreml(path, head)

    def open(self, path: Path, report: Report, options: Options) -> Model:
        """The model; see ``open_coreml``."""
        from cutaway.loaders.coreml.opening import open_coreml  # loads Protocol Buffers

        del options  # nothing in such a file is ever executed
        return open_coreml(path, report)


LOADER: Loader = _CoremlLoader()
"""The loader that the entry point ``coreml`` names."""
