"""PyTorch: live modules, exported programs, TorchScript, state dicts and checkpoints."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from cutaway.loaders.base import LiveLoader, Model, Options, Report
from cutaway.loaders.torch.recognition import format_of

__all__ = ["LOADER"]


class _TorchLoader:
    """Recognizes and opens ``.pt2``, ``.pt``, ``.pth`` and ``.jit`` files, and live modules."""

    name = "torch"

    def match(self, path: Path, head: bytes) -> bool:
        """Whether ``torch.export.save``, ``torch.jit.save`` or ``torch.save`` wrote the file."""
        return format_of(path, head) is not None

    def open(self, path: Path, report: Report, options: Options) -> Model:
        """The model; see ``open_torch``."""
        from cutaway.loaders.torch.opening import open_torch

        return open_torch(path, report, options)

    def match_object(self, thing: object) -> bool:
        """Whether it is a module; PyTorch is not imported to find out."""
        torch = sys.modules.get("torch")
        return torch is not None and isinstance(thing, torch.nn.Module)

    def open_object(self, thing: Any, example: Any, report: Report, options: Options) -> Model:
        """The model; see ``open_module``."""
        from cutaway.loaders.torch.live import open_module

        return open_module(thing, example, report, options)


LOADER: LiveLoader = _TorchLoader()
"""The loader that the entry point ``torch`` names."""
