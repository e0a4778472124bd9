"""Core ML's message types, taken out of coremltools without importing it.

``import coremltools`` takes seconds, imports PyTorch where it is installed, and warns of versions;
its generated message types need nothing but Protocol Buffers.
"""
# pyright: standard

from __future__ import annotations

import importlib
import importlib.util
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final

from cutaway.errors import MissingPackage

_ALIAS: Final = "_cutaway_coreml_messages"


@cache
def message_module(name: str) -> Any:
    """The module of one ``.proto`` file, such as ``Model``.

    Raises:
        MissingPackage: coremltools is not installed.
    """
    found = importlib.util.find_spec("coremltools")
    if found is None or found.origin is None:
        raise MissingPackage(
            "a Core ML model needs the message types of coremltools: pip install 'cutaway[coreml]'"
        )
    if _ALIAS not in sys.modules:
        folder = Path(found.origin).parent / "proto"
        spec = importlib.util.spec_from_file_location(
            _ALIAS, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        if spec is None or spec.loader is None:
            raise MissingPackage(
                f"coremltools has no message types in {folder}: pip install 'cutaway[coreml]'"
            )
        module = importlib.util.module_from_spec(spec)
        sys.modules[_ALIAS] = module
        spec.loader.exec_module(module)
    return importlib.import_module(f"{_ALIAS}.{name}_pb2")
