"""Galleries made for a test: folders, zips and stacks of small pictures."""

from __future__ import annotations

import gzip
import struct
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from cutaway import demo
from cutaway.inputs import Target

TARGET = Target("x", ("batch", 28, 28, 1), "float32", "NHWC")


def labelled(root: Path) -> Path:
    """The shipped pictures, each in a folder by the name of its class."""
    names = demo.labels()
    for sample in demo.samples():
        folder = root / names[sample.label].replace("/", "-").lower()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / sample.path.name).write_bytes(sample.path.read_bytes())
    return root


def zipped(folder: Path, place: Path) -> Path:
    """A folder as a zip."""
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder.parent))
    return place


def pictures() -> tuple[np.ndarray, np.ndarray]:
    """(20, 28, 28) uint8 pictures, and their class numbers."""
    found = demo.samples()
    stacked = np.stack([np.asarray(Image.open(one.path).convert("L")) for one in found])
    return stacked, np.asarray([one.label for one in found])


def idx(array: np.ndarray, place: Path) -> Path:
    """An array of bytes as an IDX file, packed where its name ends so."""
    head = struct.pack(f">2xBB{array.ndim}I", 8, array.ndim, *array.shape)
    data = head + array.astype(np.uint8).tobytes()
    place.write_bytes(gzip.compress(data) if place.suffix == ".gz" else data)
    return place
