"""Keras itself: which backend it runs on, and importing it without a trace in the home folder."""
# pyright: standard

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import json
import os
import sys
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import ModuleType
from typing import Final

from cutaway.errors import MissingPackage

LEAST: Final = (3, 15, 1)
"""Older versions ignore safe mode for some files (CVE-2025-9905)."""

_PIP: Final = "pip install 'cutaway[keras]'"
_MODULES: Final = {"torch": "torch", "jax": "jax", "tensorflow": "tensorflow"}
"""Module to import by backend; openvino computes in bfloat16, numpy needs jax after all."""


def load_keras() -> ModuleType:
    """The module ``keras``, imported on a backend that is installed.

    The backend is that of ``KERAS_BACKEND``, else of the user's ``keras.json`` where it can be
    imported, else torch, else jax, else tensorflow.

    Raises:
        MissingPackage: Keras is missing or too old, or no backend is installed.
    """
    if "keras" in sys.modules:
        return importlib.import_module("keras")  # waits where another thread is importing it
    require_keras()
    if not os.environ.get("KERAS_BACKEND"):
        os.environ["KERAS_BACKEND"] = choose_backend()
    home = os.environ.get("KERAS_HOME")
    with tempfile.TemporaryDirectory(prefix="cutaway-keras-") as scratch:
        os.environ["KERAS_HOME"] = scratch  # the import writes its settings there
        try:
            return importlib.import_module("keras")
        except ImportError as problem:
            raise MissingPackage(
                f"Keras cannot use its backend '{os.environ['KERAS_BACKEND']}': {problem}; "
                f"install it, or set KERAS_BACKEND to another, or run {_PIP}"
            ) from problem
        finally:
            if home is None:
                del os.environ["KERAS_HOME"]
            else:
                os.environ["KERAS_HOME"] = home


def require_keras() -> None:
    """Raise MissingPackage where Keras or h5py is missing or too old; imports neither."""
    for package in ("keras", "h5py"):
        if importlib.util.find_spec(package) is None:
            raise MissingPackage(f"Keras files need the package {package}: {_PIP}")
    version = importlib.metadata.version("keras")
    if _numbers(version) < LEAST:
        least = ".".join(str(number) for number in LEAST)
        raise MissingPackage(
            f"Keras files need Keras {least} or newer, {version} is installed: "
            f"{_PIP.replace('install', 'install --upgrade')}"
        )


def choose_backend() -> str:
    """The backend that Keras is to run on.

    Raises:
        MissingPackage: none is installed.
    """
    for backend in (_configured(), *_MODULES):
        if backend in _MODULES and importlib.util.find_spec(_MODULES[backend]) is not None:
            return backend
    raise MissingPackage(f"Keras needs jax, torch or tensorflow, none is installed: {_PIP}")


def no_gradients(keras: ModuleType) -> AbstractContextManager[object]:
    """A context in which the backend records nothing for gradients."""
    if keras.backend.backend() == "torch":
        return importlib.import_module("torch").no_grad()
    return nullcontext()


def _configured() -> str | None:
    """The backend of the user's ``keras.json``, None where there is none."""
    home = os.environ.get("KERAS_HOME")
    folder = Path(home) if home else Path.home() / ".keras"
    try:
        settings = json.loads((folder / "keras.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    backend = settings.get("backend") if isinstance(settings, dict) else None
    return backend if isinstance(backend, str) else None


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")[:3]
    return tuple(int("".join(sign for sign in part if sign.isdigit()) or 0) for part in parts)
