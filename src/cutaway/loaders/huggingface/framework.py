"""Transformers itself, imported without a network and without a trace in the home folder."""
# pyright: standard

from __future__ import annotations

import atexit
import importlib
import importlib.metadata
import importlib.util
import os
import shutil
import sys
from types import ModuleType
from typing import Final

from cutaway.errors import MissingPackage
from cutaway.settings import scratch

LEAST: Final = 5
"""Older versions build some networks from other tensors."""

_PIP: Final = "pip install 'cutaway[transformers]'"
_OFFLINE: Final = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")


def load_transformers(name: str) -> ModuleType:
    """The module ``transformers``, told to stay offline and silent.

    Args:
        name: of the folder that wants it.

    Raises:
        MissingPackage: Transformers or PyTorch is missing or too old.
    """
    require_transformers(name)
    for variable in _OFFLINE:
        os.environ[variable] = "1"
    if "transformers" not in sys.modules and "huggingface_hub" not in sys.modules:
        # Both read their folders while they are imported. Code that is trusted is copied there.
        home = scratch()
        atexit.register(shutil.rmtree, home, ignore_errors=True)
        os.environ["HF_HOME"] = str(home)
    transformers = importlib.import_module("transformers")
    transformers.logging.set_verbosity(transformers.logging.CRITICAL)
    transformers.logging.disable_progress_bar()
    return transformers


def require_transformers(name: str) -> None:
    """Raise MissingPackage where Transformers or PyTorch is missing or too old; imports neither."""
    for package in ("transformers", "torch"):
        if importlib.util.find_spec(package) is None:
            raise MissingPackage(
                f"{name} is a Hugging Face folder, which needs the package {package}: {_PIP}"
            )
    version = importlib.metadata.version("transformers")
    if int(version.partition(".")[0]) < LEAST:
        raise MissingPackage(
            f"Hugging Face folders need Transformers {LEAST} or newer, {version} is installed: "
            f"{_PIP.replace('install', 'install --upgrade')}"
        )
