"""Keras on an engine that is installed, its settings file away from the home folder."""

import importlib
import importlib.util
import os

import pytest


@pytest.fixture(scope="session")
def keras(tmp_path_factory):
    """The module; the engine must be chosen before it is imported."""
    engine = "torch" if importlib.util.find_spec("torch") else "jax"
    os.environ.setdefault("KERAS_BACKEND", engine)
    os.environ.setdefault("KERAS_HOME", str(tmp_path_factory.mktemp("keras")))
    return importlib.import_module("keras")
