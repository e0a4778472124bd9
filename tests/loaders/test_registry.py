"""Which loader a file gets, and what is said where it gets none."""

from __future__ import annotations

import importlib.metadata
import pickle
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loaders.made import ONNX
from loaders.made_coreml import COREML
from loaders.made_keras import KERAS
from loaders.made_trees import TREES

from cutaway.errors import BrokenFile, MissingPackage, ModelError, UnknownFormat
from cutaway.loaders import find, open_model
from cutaway.loaders.onnx.recognition import is_onnx

OPENS = (
    "Cutaway opens ONNX, Keras, PyTorch, Hugging Face folders, TFLite, TensorFlow, OpenVINO, "
    "Paddle, XGBoost, LightGBM, scikit-learn, Core ML, safetensors, GGUF, NumPy and weights in HDF5"
)


def told(path: Path, kind: type[ModelError]) -> str:
    with pytest.raises(kind) as error:
        find(path)
    return str(error.value)


def test_files_are_known_by_their_content(tmp_path: Path) -> None:
    for name, make in {**ONNX, **KERAS, **TREES, **COREML}.items():
        path = make(tmp_path)
        plain = path.rename(tmp_path / name)
        assert find(plain).name == name.partition(" ")[0]


def test_missing_empty_and_odd_files(tmp_path: Path) -> None:
    assert "there is no file" in told(tmp_path / "nowhere.onnx", BrokenFile)
    empty = tmp_path / "empty.onnx"
    empty.touch()
    assert "empty.onnx is empty" in told(empty, BrokenFile)
    assert "is a folder" in told(tmp_path, UnknownFormat)


def test_an_unknown_file_is_told_with_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "net.foo"
    path.write_bytes(b"\x10\x20hello world")
    assert told(path, UnknownFormat) == (
        f"no loader for 'net.foo' (first bytes 10 20 68 65 6c 6c 6f 20); {OPENS}"
    )


def zipped(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return path


def test_formats_that_are_not_opened_are_called_by_name(tmp_path: Path) -> None:
    def written(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    saved = tmp_path / "saved"
    saved.mkdir()
    (saved / "saved_model.pbtxt").write_text("saved_model_schema_version: 1")
    cases = {
        "a Python pickle": written("f.pkl", pickle.dumps({"a": 1})),
        "a TensorFlow SavedModel in text": saved,
    }
    for kind, path in cases.items():
        said = told(path, UnknownFormat)
        assert f"is {kind}" in said
        assert said.endswith(f"; {OPENS}")
    assert "SavedModel" in told(saved / "saved_model.pbtxt", UnknownFormat)


@given(st.binary(min_size=1, max_size=80))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_file_holds_is_answered_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.bin"
    path.write_bytes(content)
    problem = None
    try:
        open_model(path, lambda _: None)
    except ModelError as told_problem:
        problem = told_problem
    assert problem is None or "some.bin" in str(problem)


def test_a_text_that_begins_like_a_message_is_no_onnx() -> None:
    assert not is_onnx(b"\x08\x01\x12\x04\n\x02\x08\x01", 8)  # a TensorFlow SavedModel
    assert not is_onnx(b"\x0a\x10some TensorFlow node", 22)
    assert not is_onnx(b"\x08", 1)
    assert is_onnx(b"\x08\x07\x12\x07pytorch:\x90\xff", 12)


def test_a_broken_loader_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = importlib.metadata.entry_points
    broken = importlib.metadata.EntryPoint("theirs", "no.such.module:LOADER", "cutaway.loaders")
    monkeypatch.setattr(
        importlib.metadata, "entry_points", lambda **wanted: [*own(**wanted), broken]
    )
    with pytest.warns(UserWarning, match="theirs"):
        assert find(ONNX["onnx twin"](tmp_path)).name == "onnx"


def test_without_any_loader_the_installation_is_to_blame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_: [])
    with pytest.raises(MissingPackage, match="pip install"):
        find(ONNX["onnx twin"](tmp_path))


@pytest.mark.data
def test_real_files_get_their_loader_or_their_name(data: Path) -> None:
    folder = data / "models"
    for path in (folder / "onnx").iterdir():
        assert find(path).name == "onnx"
    for path in (folder / "keras").iterdir():
        only = path.name == "dtln_weights_only.h5"
        assert find(path).name == ("weights" if only else "keras")
    for path in (folder / "tflite").iterdir():
        assert find(path).name == "tflite"
    for path in (folder / "torch").iterdir():
        assert find(path).name == "torch"
    for path in (data / "photos").iterdir():
        assert "no loader for" in told(path, UnknownFormat)
