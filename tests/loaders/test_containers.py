"""Models inside archives and folders: found, told apart, or refused."""

from __future__ import annotations

import shutil
import stat
import zipfile
from pathlib import Path

import numpy as np
import pytest
from loaders.made import onnx_external, onnx_names, onnx_twin, random
from loaders.made_coreml import coreml_program
from loaders.made_huggingface import saved
from loaders.made_keras import KERAS
from loaders.made_paddle import combined
from loaders.made_tensorflow import saved_model
from loaders.opened import opened, random_feeds

from cutaway.errors import BrokenFile, RefusedFile, UnknownFormat
from cutaway.loaders import containers, find, open_model
from cutaway.session import Session
from cutaway.trace import Control


def told(path: Path, kind: type[Exception]) -> str:
    with pytest.raises(kind) as error:
        open_model(path, lambda _: None)
    return str(error.value)


def packed(archive: Path, root: Path, *, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip archive of what lies in a folder."""
    with zipfile.ZipFile(archive, "w", method) as out:
        for file in sorted(root.rglob("*")):
            out.write(file, file.relative_to(root))
    return archive


def folder(place: Path, name: str = "held") -> Path:
    made = place / name
    made.mkdir(parents=True)
    return made


def test_a_file_in_an_archive_opens_by_the_archives_name(tmp_path: Path) -> None:
    root = folder(tmp_path)
    plain = opened(onnx_twin(root))
    (root / "README.md").write_text("a network")
    (root / ".DS_Store").write_bytes(b"\0")
    path = packed(tmp_path / "net.zip", root)
    case = opened(path)
    assert case.model.name == "net.zip"
    assert case.model.facts.format == "ONNX"
    assert case.model.facts.bytes == path.stat().st_size
    assert case.model.graph == plain.model.graph
    for value, array in plain.capture.tensors.items():
        np.testing.assert_array_equal(case.capture.tensors[value], array)


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_models_of_several_files_open_wherever_they_lie(tmp_path: Path, depth: int) -> None:
    root = folder(tmp_path)
    place = root.joinpath(*["inner"] * depth)
    place.mkdir(exist_ok=True, parents=True)
    onnx_external(place)
    case = opened(packed(tmp_path / "net.zip", root))
    assert case.capture.failure is None


def test_folders_in_archives_open(tmp_path: Path) -> None:
    hugging = folder(tmp_path, "a")
    saved(hugging, "bert")
    model = open_model(packed(tmp_path / "bert.zip", hugging), lambda _: None)
    assert (model.name, model.facts.format) == ("bert.zip", "Hugging Face")
    assert model.labels == ("sad", "calm", "glad")
    flat = packed(tmp_path / "flat.zip", hugging / "bert")
    assert open_model(flat, lambda _: None).facts.format == "Hugging Face"
    tensorflow = folder(tmp_path, "b")
    saved_model(tensorflow)
    model = open_model(packed(tmp_path / "saved.zip", tensorflow), lambda _: None)
    assert "TensorFlow" in model.facts.format
    coreml = folder(tmp_path, "c")
    coreml_program(coreml)
    model = open_model(packed(tmp_path / "core.zip", coreml), lambda _: None)
    assert "Core ML" in model.facts.format


def test_formats_that_are_archives_themselves_are_known_first(tmp_path: Path) -> None:
    path = KERAS["keras sequential"](tmp_path)
    path = path.rename(tmp_path / "net.zip")
    assert find(path).name == "keras"
    assert open_model(path, lambda _: None).facts.format == "Keras"


def test_an_archive_is_unpacked_where_it_is_said(tmp_path: Path) -> None:
    root = folder(tmp_path)
    onnx_external(root)
    path = packed(tmp_path / "net.zip", root)
    place = tmp_path / "place"
    place.mkdir()
    model = open_model(path, lambda _: None, place=place)
    assert (place / "unpacked" / "net.zip" / "external.onnx").is_file()
    # The weights in the file beside the network are read as long as the model lives.
    assert model.start().run(random_feeds(model), Control()).failure is None
    session = Session(path, model=0, emit=lambda _: None, scratch=tmp_path / "session")
    session.ask({"get": "/m/0/graph"}).result(60)
    assert (tmp_path / "session" / "unpacked" / "net.zip" / "external.onnx").is_file()


def test_several_models_are_told_by_name(tmp_path: Path) -> None:
    root = folder(tmp_path)
    onnx_twin(root)
    onnx_names(root)
    wanted = "2 models (names.onnx, twin.onnx); one was wanted"
    assert f"held holds {wanted}" in told(root, UnknownFormat)
    assert f"net.zip holds {wanted}" in told(packed(tmp_path / "net.zip", root), UnknownFormat)
    for number in range(6):
        shutil.copy(root / "twin.onnx", root / f"z{number}.onnx")
    assert "8 models (names.onnx, twin.onnx, z0.onnx, z1.onnx, z2.onnx and 3 more)" in told(
        root, UnknownFormat
    )


def test_a_folder_with_one_model_opens_it(tmp_path: Path) -> None:
    root = folder(tmp_path)
    onnx_external(root)
    (root / "empty.onnx").touch()
    (root / "notes.txt").write_text("some words")
    np.save(root / "example.npy", random(4, 64))
    model = open_model(root, lambda _: None)
    assert (model.name, model.facts.format) == ("external.onnx", "ONNX")


def test_files_of_one_model_are_no_two_models(tmp_path: Path) -> None:
    root = folder(tmp_path)
    path = combined(root)
    parts = {one.suffix for one in path.parent.iterdir()}
    assert ".pdiparams" in parts
    assert open_model(path.parent, lambda _: None).name == path.name


def test_weights_count_where_nothing_else_does(tmp_path: Path) -> None:
    root = folder(tmp_path)
    np.save(root / "weights.npy", random(3, 3))
    assert open_model(root, lambda _: None).name == "weights.npy"
    np.save(root / "others.npy", random(3, 3))
    assert "2 models (others.npy, weights.npy)" in told(root, UnknownFormat)


def test_folders_and_archives_without_a_model(tmp_path: Path) -> None:
    root = folder(tmp_path)
    assert "held is a folder; wanted was a model file" in told(root, UnknownFormat)
    (root / "notes.txt").write_text("some words")
    path = packed(tmp_path / "words.zip", root)
    assert "words.zip is a zip archive without a model; Cutaway opens ONNX" in told(
        path, UnknownFormat
    )
    inner = folder(root, "inner")
    onnx_twin(inner)
    assert "is a folder" in told(root, UnknownFormat)  # deeper than the first level: not searched
    for number in range(300):
        (root / f"{number}.txt").touch()
    assert "over 200 files" in told(root, UnknownFormat)


HOSTILE = ["../out.onnx", "/out.onnx", "a/../../out.onnx", "C:/out.onnx", "..\\out.onnx", "a\\b"]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a" / "b" / "net.zip"
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, b"x")
    place = path.parent / "place"
    with pytest.raises(RefusedFile, match="leads out of the archive"):
        open_model(path, lambda _: None, place=place)
    assert {file for file in tmp_path.rglob("*") if file.is_file()} == {path}


def test_links_and_devices_are_refused(tmp_path: Path) -> None:
    for kind in (stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR):
        path = tmp_path / "net.zip"
        with zipfile.ZipFile(path, "w") as archive:
            member = zipfile.ZipInfo("model.onnx")
            member.external_attr = (kind | 0o777) << 16
            archive.writestr(member, "/etc/passwd")
        assert "is a link or a device" in told(path, RefusedFile)


def test_archives_that_swell_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("zeros.bin", "w", force_zip64=True) as out,
    ):
        for _ in range(80):
            out.write(bytes(1 << 20))
    place = tmp_path / "place"
    with pytest.raises(RefusedFile, match="would swell at zeros"):
        open_model(path, lambda _: None, place=place)
    assert not place.exists()
    many = tmp_path / "many.zip"
    with zipfile.ZipFile(many, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}", bytes(1 << 20))
    content = many.read_bytes()
    # The sizes in the directory say less than the data holds.
    size = (1 << 20).to_bytes(4, "little")
    assert content.count(size) == 6
    lying = tmp_path / "lying.zip"
    lying.write_bytes(content.replace(size, (1 << 10).to_bytes(4, "little")))
    assert "lying.zip cannot be unpacked" in told(lying, BrokenFile)


def test_limits_on_size_and_number_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = folder(tmp_path)
    onnx_twin(root)
    (root / "a").touch()
    path = packed(tmp_path / "net.zip", root)
    monkeypatch.setattr(containers, "_MOST_BYTES", 1000)
    assert "more than 1,000; unpack it" in told(path, RefusedFile)
    monkeypatch.undo()
    monkeypatch.setattr(containers, "_SPARE", 1 << 60)
    assert "free some" in told(path, BrokenFile)
    monkeypatch.undo()
    monkeypatch.setattr(containers, "_MOST_MEMBERS", 1)
    assert "holds 2 files" in told(path, RefusedFile)


def test_a_name_that_comes_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Model.onnx", b"x")
        archive.writestr("model.onnx", b"y")
    assert "'model.onnx' twice" in told(path, RefusedFile)


def test_damaged_and_locked_archives(tmp_path: Path) -> None:
    root = folder(tmp_path)
    onnx_twin(root)
    path = packed(tmp_path / "net.zip", root, method=zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    content[2000] ^= 255
    path.write_bytes(content)
    assert "cannot be unpacked: Bad CRC-32" in told(path, BrokenFile)
    for at in (content.find(b"PK\x03\x04") + 6, content.find(b"PK\x01\x02") + 8):
        content[at] |= 1
    path.write_bytes(content)
    assert "net.zip is encrypted at twin.onnx" in told(path, BrokenFile)
    path.write_bytes(content[:-30])  # without its directory it is no archive
    assert "no loader for 'net.zip'" in told(path, UnknownFormat)
