"""Files of weights: what is read is what was saved, and nothing else is."""

from __future__ import annotations

import importlib.util
import struct
import subprocess
import sys
from pathlib import Path

import h5py
import ml_dtypes
import numpy as np
import pytest
from loaders import made_weights
from loaders.made_weights import WEIGHTS, write_safetensors
from safetensors.numpy import save_file

from cutaway.errors import MissingPackage, ModelError, UnsupportedModel
from cutaway.loaders import Model, find, open_model


def opened(path: Path) -> Model:
    return open_model(path, lambda _: None)


def told(path: Path, kind: type[ModelError]) -> str:
    with pytest.raises(kind) as error:
        opened(path)
    return str(error.value)


def read(model: Model, name: str) -> np.ndarray:
    return model.weight(model.graph.value_named[name].id)


@pytest.mark.parametrize("name", WEIGHTS)
def test_every_array_is_as_it_was_saved(tmp_path: Path, name: str) -> None:
    path, held = WEIGHTS[name](tmp_path)
    assert find(path).name == "weights"
    model = opened(path)
    assert {value.name for value in model.graph.values} == held.keys()
    for tensor, array in held.items():
        got = read(model, tensor)
        native = array.astype(array.dtype.newbyteorder("="))
        assert (got.shape, got.dtype) == (native.shape, native.dtype), tensor
        assert got.tobytes() == native.tobytes(), tensor
    assert model.facts.bytes >= path.stat().st_size or name == "sharded"


def test_every_dtype_of_safetensors_is_read(tmp_path: Path) -> None:
    names = (
        "bool uint8 int8 uint16 int16 uint32 int32 uint64 int64 float16 float32 float64 complex64 "
        "bfloat16 float8_e4m3fn float8_e5m2 float8_e8m0fnu"
    ).split()
    held = {
        name: np.array([1, 0, 2]).astype(getattr(ml_dtypes, name, None) or name) for name in names
    }
    path = tmp_path / "all.safetensors"
    save_file(held, path)
    model = opened(path)
    for name, array in held.items():
        got = read(model, name)
        assert got.dtype == array.dtype
        assert got.tobytes() == array.tobytes()
    nibbles = {"dtype": "F4", "shape": [2, 2], "data_offsets": [0, 2]}
    path = write_safetensors(tmp_path / "packed", {"w": nibbles}, b"\x21\x7f")
    assert read(opened(path), "w").astype(float).tolist() == [[0.5, 1.0], [-6.0, 6.0]]


def test_ten_gigabytes_are_opened_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "large.safetensors"
    side = 50_000
    header = {
        f"layers.{at}.weight": {
            "dtype": "F32", "shape": [side, side // 4],
            "data_offsets": [at * side * side, (at + 1) * side * side],
        }
        for at in range(4)
    }  # fmt: skip
    write_safetensors(path, header, b"")
    start = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(start + 4 * side * side)
        file.seek(start + 3 * side * side)
        file.write(struct.pack("<f", 2.5))
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from cutaway.loaders import find, open_model\n"
        "find(Path(sys.argv[1]))\n"  # what the package itself takes to load is not measured
        "seconds = []\n"
        "for _ in range(3):\n"  # the machine may be busy with something else
        "    start = time.perf_counter()\n"
        "    model = open_model(Path(sys.argv[1]), lambda _: None)\n"
        "    value = model.weight(3)[0, 0]\n"
        "    seconds.append(time.perf_counter() - start)\n"
        "print(min(seconds), value, model.facts.bytes)\n"
        # What the system counts otherwise begins with what this process has.
        "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    ).stdout.split()
    assert float(said[0]) < 1
    assert (float(said[1]), int(said[2])) == (2.5, start + 10_000_000_000)
    assert int(said[3]) < 300_000  # KiB


def test_what_the_core_needs_no_package_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = [made(tmp_path)[0] for made in (made_weights.safetensors, made_weights.npz)]
    code = (
        "import sys\n"
        "sys.modules['h5py'] = sys.modules['gguf'] = None\n"
        "from pathlib import Path\n"
        "from cutaway.loaders.base import Options\n"
        "from cutaway.loaders.weights import LOADER\n"
        "for path in sys.argv[1:]:\n"
        "    model = LOADER.open(Path(path), lambda _: None, Options())\n"
        "    model.weight(0)\n"
    )
    subprocess.run([sys.executable, "-c", code, *map(str, opening)], check=True)
    own = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in ("gguf", "h5py") else own(name)
    )
    path = made_weights.gguf(tmp_path)[0]
    assert "pip install 'cutaway[weights]'" in told(path, MissingPackage)


def test_several_files_are_opened_by_their_index_or_their_folder(tmp_path: Path) -> None:
    path, held = made_weights.sharded(tmp_path)
    by_index, by_folder = opened(path), opened(tmp_path)
    assert by_index.graph == by_folder.graph
    assert by_index.facts.metadata["files"] == "2"
    size = sum(one.stat().st_size for one in tmp_path.glob("*.safetensors"))
    assert by_index.facts.bytes == size
    np.testing.assert_array_equal(read(by_folder, "blocks.1.conv.bias"), held["blocks.1.conv.bias"])


def test_a_folder_with_one_file_is_that_file(tmp_path: Path) -> None:
    _, held = made_weights.safetensors(tmp_path)
    assert len(opened(tmp_path).graph.values) == len(held)
    save_file(held, tmp_path / "other.safetensors")
    assert "net.safetensors, other.safetensors" in told(tmp_path, UnsupportedModel)


def test_text_and_records_beside_numbers_are_left_out(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", w=np.zeros(3), words=np.array(["a"]), at=np.zeros(1, "M8[s]"))
    model = opened(tmp_path / "a.npz")
    assert [value.name for value in model.graph.values] == ["w"]
    assert "2 arrays of text or records" in model.graph.notes[0]
    np.save(tmp_path / "a.npy", np.array(["a"]))
    told(tmp_path / "a.npy", UnsupportedModel)
    np.savez(tmp_path / "b.npz", words=np.array(["a"]))
    told(tmp_path / "b.npz", UnsupportedModel)


def test_uncompressed_arrays_are_mapped(tmp_path: Path) -> None:
    path, held = made_weights.npz(tmp_path)
    name = "blocks.0.proj.weight"
    array = read(opened(path), name)
    assert not array.flags.owndata
    assert array.nbytes == held[name].nbytes


def test_hdf5_without_numbers_is_no_model(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "words.h5", "w") as file:
        file["words"] = "none"
    assert "without data sets of numbers" in told(tmp_path / "words.h5", UnsupportedModel)


def test_weights_of_keras_have_its_names_and_order(tmp_path: Path) -> None:
    path, _ = made_weights.keras_2(tmp_path)
    model = opened(path)
    assert [node.name for node in model.graph.nodes] == ["later", "dense"]
    assert model.graph.nodes[0].op == "Conv2d weights"
    assert model.graph.value_named["later/kernel"].axes == "HWIO"
    assert (model.facts.format, model.facts.producer) == ("Keras weights", "Keras 2.4.0")


def test_gguf_tells_how_it_keeps_its_numbers(tmp_path: Path) -> None:
    path, _ = made_weights.gguf(tmp_path)
    model = opened(path)
    assert model.graph.node_named["blk.0.attn_q"].attributes == {"weight stored as": "Q8_0"}
    assert model.graph.node_named["token_embd"].attributes == {}
    facts = model.facts.metadata
    assert (facts["general.name"], facts["tokenizer.ggml.tokens"]) == ("tiny", "50 items")
    assert "Q4_0 (1)" in facts["stored as"]


@pytest.mark.data
def test_real_weights_of_keras_open(data: Path) -> None:
    model = opened(data / "models" / "keras" / "dtln_weights_only.h5")
    told_ops = {node.name: node.op for node in model.graph.nodes}
    assert told_ops["lstm"] == "LSTM weights"
    assert told_ops["conv1d"] == "Conv1d weights"
    assert next(iter(told_ops)) == "lstm"
    assert read(model, "dense/kernel").shape == (128, 257)
