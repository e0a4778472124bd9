"""Damaged and hostile files of weights: each ends in one sentence, and nothing is executed."""

from __future__ import annotations

import json
import pickle
import struct
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest
from loaders import made_weights
from loaders.made_weights import WEIGHTS, write_safetensors
from safetensors.numpy import save_file

from cutaway.errors import BrokenFile, ModelError, RefusedFile, UnsupportedModel
from cutaway.loaders import Model, open_model


def opened(path: Path) -> Model:
    return open_model(path, lambda _: None)


def told(path: Path, kind: type[ModelError]) -> str:
    with pytest.raises(kind) as error:
        opened(path)
    return str(error.value)


@pytest.mark.parametrize("shard", ["../out.safetensors", "/etc/passwd", "a\\..\\..\\b", "C:\\w"])
def test_files_outside_of_the_folder_are_not_opened(tmp_path: Path, shard: str) -> None:
    save_file({"w": np.zeros(2)}, tmp_path / "out.safetensors")
    inner = tmp_path / "inner"
    inner.mkdir()
    index = inner / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"w": shard}}))
    assert "does not lie in its folder" in told(inner, RefusedFile)


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    save_file({"w": np.zeros(2)}, tmp_path / "out.safetensors")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "in.safetensors").symlink_to(tmp_path / "out.safetensors")
    index = inner / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"w": "in.safetensors"}}))
    assert "in.safetensors" in told(index, RefusedFile)


def test_an_index_that_does_not_fit_its_files_is_broken(tmp_path: Path) -> None:
    index, _ = made_weights.sharded(tmp_path)
    index.write_text(index.read_text().replace("blocks.1.conv.bias", "blocks.7.conv.bias"))
    assert "blocks.7.conv.bias" in told(index, BrokenFile)
    (tmp_path / "model-00002-of-00002.safetensors").unlink()
    assert "is not there; fetch it too" in told(index, BrokenFile)
    for odd in ('{"weight_map": [".safetensors"]}', '{"weight_map": {".safetensors": 3}}'):
        index.write_text(odd)
        told(index, BrokenFile)


ONE = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


@pytest.mark.parametrize(
    "header",
    [
        {"a": ONE, "b": {**ONE, "data_offsets": [4, 12]}},
        {"a": {**ONE, "data_offsets": [8, 16]}},
        {"a": {**ONE, "data_offsets": [8, 0]}},
        {"a": {**ONE, "data_offsets": [-8, 0]}},
        {"a": {**ONE, "shape": [1 << 61, 1 << 61]}},
        {"a": {**ONE, "shape": [-2]}},
        {"a": {**ONE, "shape": [1] * 100}},
        {"a": {**ONE, "shape": "2", "data_offsets": [0, 8]}},
        {"a": {**ONE, "dtype": "F31"}},
        {"a": {**ONE, "dtype": []}},
        {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, True]}},
        {"a": ["data_offsets"]},
    ],
)
def test_hostile_headers_are_broken(tmp_path: Path, header: dict[str, object]) -> None:
    path = write_safetensors(tmp_path / "bad.safetensors", header, bytes(12))
    assert "bad.safetensors" in told(path, BrokenFile)


@pytest.mark.parametrize("length", [1 << 20, 1 << 62, 20, 90])
def test_a_header_longer_or_shorter_than_it_says_is_broken(tmp_path: Path, length: int) -> None:
    path = write_safetensors(tmp_path / "bad", {"__metadata__": {}, "a": ONE}, bytes(8))
    content = path.read_bytes()
    path.write_bytes(struct.pack("<Q", length) + content[8:])
    told(path, BrokenFile)


class Trap:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> object:
        return (Path.touch, (self.path,))


def test_pickled_objects_are_refused_and_not_unpacked(tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    held = np.array([Trap(sprung)], dtype=object)
    np.save(tmp_path / "trap.npy", held, allow_pickle=True)
    np.savez(tmp_path / "trap.npz", fine=np.zeros(3), bad=held)
    for name in ("trap.npy", "trap.npz"):
        assert "pickled Python objects" in told(tmp_path / name, RefusedFile)
    (tmp_path / "raw.npy").write_bytes(b"\x93NUMPY" + pickle.dumps(Trap(sprung)))
    told(tmp_path / "raw.npy", BrokenFile)
    assert not sprung.exists()


def npy_of(shape: str, descr: str = "'<f4'") -> bytes:
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}}}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


@pytest.mark.parametrize(
    "content",
    [
        npy_of("(1000000000, 1000000000)"),
        npy_of("(-1,)"),
        npy_of("(3,)") + bytes(4),
        npy_of("(1,)", "'<q9'") + bytes(4),
        npy_of("(1,)", "__import__('os')"),
        b"\x93NUMPY\x09\x00" + bytes(20),
        npy_of("(" * 500),
    ],
)
def test_damaged_arrays_are_broken(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.npy"
    path.write_bytes(content)
    told(path, BrokenFile)
    with zipfile.ZipFile(tmp_path / "bad.npz", "w") as archive:
        archive.writestr("w.npy", content)
    told(tmp_path / "bad.npz", BrokenFile)


def test_an_array_that_swells_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "swells.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("w.npy", npy_of("(25000000,)") + bytes(100_000_000))
    assert "swell" in told(tmp_path / "swells.npz", RefusedFile)


def test_hdf5_that_leads_elsewhere_or_swells_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:
        file["secret"] = np.arange(4.0)

    def link(file: h5py.File) -> None:
        file["more"] = h5py.ExternalLink(other, "/secret")

    def virtual(file: h5py.File) -> None:
        layout = h5py.VirtualLayout((4,), "f8")
        layout[:] = h5py.VirtualSource(other, "secret", (4,))
        file.create_virtual_dataset("more", layout)

    def outside(file: h5py.File) -> None:
        file.create_dataset("more", (4,), "f8", external=[(str(other), 0, 32)])

    def swelling(file: h5py.File) -> None:
        file.create_dataset("more", (200_000, 200_000), "f4", chunks=(1000, 1000))

    for change in (link, virtual, outside, swelling):
        path = tmp_path / f"{change.__name__}.h5"
        with h5py.File(path, "w") as file:
            file["fine"] = np.zeros(3)
            change(file)
        assert "/more" in told(path, RefusedFile)


def test_gguf_with_hostile_lengths_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "bad.gguf"
    endless, text = 1 << 60, struct.pack("<Q", 1) + b"k"
    array = struct.pack("<I", 9)
    for body in (
        struct.pack("<QQ", endless, 0),
        struct.pack("<QQ", 0, endless),
        struct.pack("<QQ", 0, 1) + struct.pack("<Q", endless),
        struct.pack("<QQ", 0, 1) + text + array + struct.pack("<IQ", 0, endless),
        struct.pack("<QQ", 0, 1) + text + array + struct.pack("<IQQ", 8, 3, endless) + bytes(24),
        struct.pack("<QQ", 0, 1) + text + array + struct.pack("<IQ", 9, 1) * 9 + bytes(99),
        struct.pack("<QQ", 0, 1) + text + struct.pack("<I", 77),
        struct.pack("<QQ", 1, 0) + text + struct.pack("<I", 900),
        struct.pack("<QQ", 1, 0) + text + struct.pack("<IQIQ", 1, 1 << 61, 0, 0),
        struct.pack("<QQ", 1, 0) + text + struct.pack("<IQIQ", 1, 4, 0, 1 << 50),
        struct.pack("<QQ", 1, 0) + text + struct.pack("<IQIQ", 1, 33, 2, 0) + bytes(99),
    ):
        path.write_bytes(b"GGUF" + struct.pack("<I", 3) + body)
        told(path, BrokenFile)
    path.write_bytes(b"GGUF" + struct.pack(">I", 3) + bytes(16))
    assert "big-endian" in told(path, UnsupportedModel)
    path.write_bytes(b"GGUF\3\0\0\0" + struct.pack("<QQ", 1, 0) + text + bytes(60))
    assert opened(path).graph.values[0].shape == ()


@pytest.mark.parametrize("name", WEIGHTS)
def test_random_damage_ends_in_one_sentence_or_a_model(tmp_path: Path, name: str) -> None:
    path, _ = WEIGHTS[name](tmp_path)
    whole = path.read_bytes()
    draw = np.random.default_rng(7)
    for _ in range(40):
        content = bytearray(whole)
        for at in draw.integers(0, min(len(whole), 3000), draw.integers(1, 6)):
            content[at] = draw.integers(0, 256)
        path.write_bytes(
            content[: draw.integers(1, len(whole))] if draw.random() < 0.3 else content
        )
        try:
            model = opened(path)
        except ModelError as problem:
            assert path.name in str(problem)  # noqa: PT017 - either is fine
            continue
        for value in model.graph.values:
            try:
                array = model.weight(value.id)
            except ModelError:
                continue
            assert array.shape == value.shape
