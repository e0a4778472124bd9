"""Small files of weights of every format, and the arrays that they hold."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from pathlib import Path

import h5py
import ml_dtypes
import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter, dequantize, quantize
from safetensors.numpy import save_file

Arrays = dict[str, np.ndarray]


def arrays(dtype: str = "float32") -> Arrays:
    """The weights of two blocks, as a framework names them."""
    draw = np.random.default_rng(0)
    shapes = {"conv.weight": (4, 3, 3, 3), "conv.bias": (4,), "proj.weight": (8, 32)}
    return {
        f"blocks.{at}.{name}": draw.standard_normal(shape).astype(dtype)
        for at in range(2)
        for name, shape in shapes.items()
    }


def safetensors(folder: Path) -> tuple[Path, Arrays]:
    held = arrays()
    save_file(held, folder / "net.safetensors", {"format": "pt"})
    return folder / "net.safetensors", held


def write_safetensors(path: Path, header: Mapping[str, object], data: bytes) -> Path:
    """A file with any header, honest or not."""
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


def sharded(folder: Path) -> tuple[Path, Arrays]:
    held = arrays()
    placed: dict[str, str] = {}
    for at in range(2):
        name = f"model-0000{at + 1}-of-00002.safetensors"
        part = {key: value for key, value in held.items() if key.startswith(f"blocks.{at}.")}
        save_file(part, folder / name)
        placed |= dict.fromkeys(part, name)
    path = folder / "model.safetensors.index.json"
    path.write_text(json.dumps({"metadata": {"total_size": 9}, "weight_map": placed}))
    return path, held


def npz(folder: Path) -> tuple[Path, Arrays]:
    held = arrays()
    np.savez(folder / "net.npz", **held)
    return folder / "net.npz", held


def npz_compressed(folder: Path) -> tuple[Path, Arrays]:
    held = arrays()
    held["turned"] = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    held["big"] = np.arange(4, dtype=">i4")
    np.savez_compressed(folder / "net.npz", **held)
    return folder / "net.npz", held


def npy(folder: Path) -> tuple[Path, Arrays]:
    held = np.asfortranarray(np.arange(12, dtype=np.int16).reshape(3, 4))
    np.save(folder / "table.npy", held)
    return folder / "table.npy", {"table": held}


def gguf(folder: Path) -> tuple[Path, Arrays]:
    path = folder / "net.gguf"
    draw = np.random.default_rng(1)
    writer = GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_array("tokenizer.ggml.tokens", [f"word {at}" for at in range(50)])
    writer.add_array("numbers", [1, 2, 3])
    held: Arrays = {}
    for name, kind in {
        "blk.0.attn_q.weight": "Q8_0", "blk.0.ffn_up.weight": "Q4_0", "token_embd.weight": "F16",
        "output_norm.weight": "F32", "blk.0.attn_k.weight": "BF16",
    }.items():  # fmt: skip
        plain = draw.standard_normal((6, 64) if "norm" not in name else (64,)).astype(np.float32)
        how = GGMLQuantizationType[kind]
        if kind in ("F32", "F16"):
            held[name] = plain.astype(kind.replace("F", "float"))
            writer.add_tensor(name, held[name])
        elif kind == "BF16":
            held[name] = plain.astype(ml_dtypes.bfloat16)
            rows = held[name].view(np.uint8)
            writer.add_tensor(name, rows, raw_dtype=how)
        else:
            rows = quantize(plain, how)
            held[name] = dequantize(rows, how)
            writer.add_tensor(name, rows, raw_dtype=how)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path, held


def keras_2(folder: Path) -> tuple[Path, Arrays]:
    """As Keras 2 writes the weights of a model."""
    path = folder / "only.h5"
    draw = np.random.default_rng(2)
    held: Arrays = {}
    layers = {"later": (3, 3, 2, 5), "dense": (4, 3)}
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = np.array([*map(str.encode, layers), b"empty"])
        file.attrs["keras_version"] = b"2.4.0"
        file.create_group("empty").attrs["weight_names"] = np.array([])
        for layer, shape in layers.items():
            group = file.create_group(layer)
            named = {"kernel": shape, "bias": shape[-1:]}
            group.attrs["weight_names"] = np.array([f"{layer}/{n}:0".encode() for n in named])
            for name, lengths in named.items():
                array = draw.standard_normal(lengths).astype(np.float32)
                group[f"{layer}/{name}:0"] = array
                held[f"{layer}/{name}"] = array
    return path, held


def keras_3(folder: Path) -> tuple[Path, Arrays]:
    """As Keras 3 writes them: by number."""
    path = folder / "net.weights.h5"
    brain = np.arange(4).astype(ml_dtypes.bfloat16)
    kernel = np.arange(12, dtype=np.float32).reshape(3, 4)
    with h5py.File(path, "w") as file:
        file["layers/dense/vars/0"] = kernel
        file["layers/dense/vars/1"] = brain.view("V2")
        file["layers/dense/vars/1"].attrs["dtype"] = "bfloat16"
        file["layers/lstm/cell/vars/0"] = kernel
    return path, {
        "layers/dense/kernel": kernel,
        "layers/dense/bias": brain,
        "layers/lstm/cell/kernel": kernel,
    }


def hdf5(folder: Path) -> tuple[Path, Arrays]:
    """Any data sets at all."""
    path = folder / "measured.hdf5"
    held = {"runs/a": np.arange(5, dtype=">f8"), "scalar": np.array(3)}
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, array in held.items():
            file[name] = array
        file["words"] = "some text"
        file["again"] = h5py.SoftLink("/runs/a")
        file["runs/self"] = file["runs"]
    return path, held


WEIGHTS: dict[str, Callable[[Path], tuple[Path, Arrays]]] = {
    one.__name__: one
    for one in (safetensors, sharded, gguf, npz, npz_compressed, npy, keras_2, keras_3, hdf5)
}
