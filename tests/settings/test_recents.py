import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cutaway import settings


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CUTAWAY_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def made(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(b"x")
    return path


def test_the_newest_comes_first_and_once(tmp_path: Path) -> None:
    first, second = made(tmp_path, "a.onnx"), made(tmp_path, "ü ñ.onnx")
    for path in (first, second, first):
        settings.remember(path)
    assert [one.name for one in settings.recents()] == ["a.onnx", "ü ñ.onnx"]


def test_what_is_gone_is_not_offered_and_ten_are_kept(tmp_path: Path) -> None:
    for i in range(12):
        settings.remember(made(tmp_path, f"{i}.onnx"))
    (tmp_path / "11.onnx").unlink()
    assert [one.name for one in settings.recents()] == [f"{i}.onnx" for i in range(10, 1, -1)]


@pytest.mark.parametrize("content", ["", "{", '{"a": 1}', "[1, null]", "\0"])
def test_a_broken_file_is_an_empty_list(home: Path, content: str) -> None:
    home.mkdir()
    (home / "recents.json").write_text(content)
    assert settings.recents() == []


def test_a_folder_that_cannot_be_written_is_no_error(home: Path, tmp_path: Path) -> None:
    home.write_text("a file where the folder should be")
    settings.remember(made(tmp_path, "a.onnx"))
    assert settings.recents() == []


def test_scratch_of_the_dead_is_swept_and_of_the_living_kept(tmp_path: Path) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    old = time.time() - 100
    folders = {}
    for pid in (os.getpid(), int(dead.stdout)):
        folders[pid] = tmp_path / f"cutaway-{pid}-x"
        folders[pid].mkdir()
        os.utime(folders[pid], (old, old))
    removed = settings.sweep(tmp_path, older=10)
    assert folders[os.getpid()] not in removed
    assert removed == [folders[int(dead.stdout)]]
