"""On which backend Keras runs, and what is said where it cannot."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from loaders.made_keras import KERAS

from cutaway.errors import MissingPackage
from cutaway.loaders.base import Options
from cutaway.loaders.keras import LOADER, framework


def only(monkeypatch: pytest.MonkeyPatch, *installed: str) -> None:
    """Of the packages that matter, only these can be found."""
    own = importlib.util.find_spec
    known = {"keras", "h5py", "torch", "jax", "tensorflow", "openvino"}

    def find(name: str, package: str | None = None) -> object:
        if name in known:
            return object() if name in installed else None
        return own(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", find)


@pytest.mark.parametrize(
    ("configured", "installed", "chosen"),
    [
        (None, ["jax"], "jax"),
        (None, ["jax", "torch"], "torch"),
        (None, ["tensorflow", "jax"], "jax"),
        ("tensorflow", ["tensorflow", "jax"], "tensorflow"),
        ("tensorflow", ["jax"], "jax"),
        ("openvino", ["openvino", "torch"], "torch"),
        (17, ["tensorflow"], "tensorflow"),
    ],
)
def test_the_users_backend_comes_first_where_it_is_installed(
    configured: object, installed: list[str], chosen: str,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    if configured is not None:
        (tmp_path / "keras.json").write_text(json.dumps({"backend": configured}))
    only(monkeypatch, *installed)
    assert framework.choose_backend() == chosen


def test_without_a_backend_the_pip_line_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, "keras", "h5py")
    with pytest.raises(MissingPackage, match=r"pip install 'cutaway\[keras\]'"):
        framework.choose_backend()


@pytest.mark.parametrize("missing", ["keras", "h5py"])
def test_a_missing_package_is_told_with_the_pip_line(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = KERAS["keras sequential"](tmp_path)
    only(monkeypatch, *({"keras", "h5py", "jax"} - {missing}))
    assert LOADER.match(path, path.read_bytes()[:4096])
    with pytest.raises(MissingPackage, match=rf"package {missing}: pip install 'cutaway\[keras\]'"):
        LOADER.open(path, lambda _: None, Options())


@pytest.mark.parametrize(
    ("version", "good"), [("3.15.0", 0), ("3.9", 0), ("3.15.1", 1), ("4.0", 1)]
)
def test_old_versions_are_not_used(
    version: str, good: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _: version)
    if good:
        framework.require_keras()
    else:
        with pytest.raises(MissingPackage, match=rf"{version} is installed: pip install --upgrade"):
            framework.require_keras()


def run_python(code: str, **environment: str) -> str:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("KERAS_")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**kept, **environment},
    )  # fmt: skip
    return done.stdout.strip()


def test_importing_keras_leaves_the_home_folder_alone(tmp_path: Path) -> None:
    code = (
        "import os; from cutaway.loaders.keras.framework import load_keras; keras = load_keras();"
        "print(keras.backend.backend(), os.environ.get('KERAS_HOME'))"
    )
    said = run_python(code, HOME=str(tmp_path), USERPROFILE=str(tmp_path), KERAS_BACKEND="jax")
    assert said == "jax None"
    assert not (tmp_path / ".keras").exists()


def test_recognizing_a_file_imports_no_framework(tmp_path: Path) -> None:
    path = KERAS["keras sequential h5"](tmp_path)
    code = (
        "import sys; from pathlib import Path; from cutaway.loaders import find;"
        f"print(find(Path({str(path)!r})).name, *sorted("
        "{'keras', 'jax', 'torch', 'h5py', 'onnx', 'onnxruntime'} & set(sys.modules)))"
    )
    assert run_python(code) == "keras h5py"  # which tells a network from weights alone
