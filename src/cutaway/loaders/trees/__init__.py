"""Decision trees and other classical models: XGBoost, LightGBM and scikit-learn files.

Each becomes an ONNX graph in memory, which the ONNX loader's engine runs.
"""

from __future__ import annotations

from pathlib import Path

from cutaway.loaders.base import Loader, Model, Options, Report
from cutaway.loaders.trees.recognition import kind_of

__all__ = ["LOADER"]


class _TreesLoader:
    """Recognizes and opens boosters, and pickles of scikit-learn where they are trusted."""

    name = "trees"

    def match(self, path: Path, head: bytes) -> bool:
        """Whether the file is a booster of XGBoost or LightGBM, or a pickle of an estimator."""
        return path.is_file() and kind_of(path, head) is not None

    def open(self, path: Path, report: Report, options: Options) -> Model:
        """The model; see ``open_trees``."""
        from cutaway.loaders.trees.opening import open_trees  # loads the onnx package

        return open_trees(path, report, options)


LOADER: Loader = _TreesLoader()
"""The loader that the entry point ``trees`` names."""
