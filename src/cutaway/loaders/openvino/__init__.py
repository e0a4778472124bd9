"""TensorFlow, OpenVINO and PaddlePaddle models, read and run by OpenVINO."""

from __future__ import annotations

from pathlib import Path

from cutaway.loaders.base import Loader, Model, Options, Report
from cutaway.loaders.openvino.recognition import recognized

__all__ = ["LOADER"]


class _OpenVinoLoader:
    """Recognizes and opens SavedModels, frozen graphs, OpenVINO IR and Paddle models."""

    name = "openvino"

    def match(self, path: Path, head: bytes) -> bool:
        """Whether the file or folder is of a format that OpenVINO reads."""
        return recognized(path, head) is not None

    def open(self, path: Path, report: Report, options: Options) -> Model:
        """The model; see ``open_openvino``."""
        from cutaway.loaders.openvino.opening import open_openvino

        del options  # nothing in such a file is ever executed
        return open_openvino(path, report)


LOADER: Loader = _OpenVinoLoader()
"""The loader that the entry point ``openvino`` names."""
