"""What a Keras file holds, read without Keras: the configuration, and where the weights are."""
# pyright: standard

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import h5py

from cutaway.errors import BrokenFile, RefusedFile, UnknownFormat, UnsupportedModel
from cutaway.loaders.keras.recognition import CONFIG, WEIGHTS, is_hdf5
from cutaway.loaders.keras.safety import check_config, check_hdf5
from cutaway.loaders.swelling import check_archive

_LONGEST_CONFIG: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """A Keras file that may be opened."""

    path: Path
    config: dict[str, Any]
    """Of the whole model: ``{"class_name": ..., "config": ...}``."""
    version: str | None
    """Of the Keras that wrote the file."""
    backend: str | None
    """That the file was written with."""
    archive: bool
    """A ``.keras`` archive; else HDF5."""
    loss: str | None = None
    """The name of what it was trained by, where the file tells one."""


def read_source(path: Path, *, trust: bool = False) -> Source:
    """The checked content of a file.

    Args:
        path: the file.
        trust: whether it may hold code; links and sizes are checked all the same.

    Raises:
        BrokenFile: it is truncated or damaged.
        RefusedFile: it holds code, or leads out of itself.
        UnsupportedModel: it was written by Keras 1, or keeps its weights in another way.
        UnknownFormat: it holds no Keras model.
    """
    with path.open("rb") as file:
        head = file.read(8)
    source = _read_hdf5(path) if is_hdf5(path, head) else _read_archive(path)
    if not trust:
        try:
            check_config(source.config, path.name)
        except RecursionError as problem:
            raise BrokenFile(
                f"the configuration in {path.name} is nested too deep to be a model's; "
                "fetch or save it again"
            ) from problem
    return source


@contextlib.contextmanager
def weights_file(source: Source) -> Iterator[Path]:
    """A file with the weights, under a name by which Keras knows its format.

    The weights of an archive are unpacked into a temporary folder, which is faster to read from
    than the archive is.
    """
    if not source.archive and source.path.suffix in (".h5", ".hdf5"):
        yield source.path
        return
    with tempfile.TemporaryDirectory(prefix="cutaway-keras-") as folder:
        if source.archive:
            with zipfile.ZipFile(source.path) as archive:
                unpacked = Path(archive.extract(WEIGHTS, folder))
            with h5py.File(unpacked) as file:
                check_hdf5(file, f"{WEIGHTS} of {source.path.name}")
            yield unpacked
        else:
            yield _linked(source.path, Path(folder) / "model.h5")


def _linked(path: Path, name: Path) -> Path:
    """The same file under another name."""
    try:
        os.link(path.resolve(), name)
    except OSError:  # another disk, or a file system without links
        shutil.copyfile(path, name)
    return name


def _read_archive(path: Path) -> Source:
    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive, path.name)
            names = archive.namelist()
            if WEIGHTS not in names:
                raise UnsupportedModel(
                    f"{path.name} holds its weights as {_weights_like(names)}, Cutaway reads "
                    f"{WEIGHTS}; save the model as one .keras file"
                )
            config = _parsed(_member(archive, CONFIG), path)
            told = _parsed(_member(archive, "metadata.json"), path) if _METADATA in names else {}
    except (zipfile.BadZipFile, OSError, EOFError) as problem:
        raise BrokenFile(f"{path.name} is damaged: {problem}; fetch or save it again") from problem
    loss = _loss(config.get("compile_config"))
    return Source(path, config, told.get("keras_version"), None, archive=True, loss=loss)


_METADATA: Final = "metadata.json"


def _weights_like(names: list[str]) -> str:
    return next((name for name in names if name.startswith("model.weights")), "no known file")


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > _LONGEST_CONFIG:
        raise RefusedFile(f"{name} in {archive.filename} is larger than 64 MiB")
    return archive.read(name)


def _read_hdf5(path: Path) -> Source:
    try:
        with h5py.File(path) as file:
            check_hdf5(file, path.name)
            return _described(path, file)
    except OSError as problem:
        raise BrokenFile(
            f"{path.name} is truncated or damaged: {problem}; fetch or save it again"
        ) from problem


def _described(path: Path, file: h5py.File) -> Source:
    config = _text(file.attrs.get("model_config"))
    if config is None:
        raise UnknownFormat(
            f"{path.name} is an HDF5 file, but holds no Keras model (wanted the attribute "
            f"model_config; it has {', '.join(sorted(file)[:5]) or 'nothing'})"
        )
    # Some versions of Keras told who wrote a file beside its weights only.
    inner = file["model_weights"].attrs if "model_weights" in file else {}
    version, backend = (
        _text(file.attrs.get(key, inner.get(key))) for key in ("keras_version", "backend")
    )
    loss = None
    with contextlib.suppress(ValueError, RecursionError):  # a damaged note takes nothing away
        loss = _loss(json.loads(_text(file.attrs.get("training_config")) or "{}"))
    parsed = _parsed(config.encode(), path)
    return Source(path, parsed, version, backend, archive=False, loss=loss)


def _loss(compiled: Any) -> str | None:
    """The loss of a model that was compiled; None for several, or for one without a name.

    Args:
        compiled: what a file holds of it: ``{"loss": "mse"}``, or a loss with its own settings.
    """
    told = compiled.get("loss") if isinstance(compiled, dict) else None
    if isinstance(told, dict):
        told = told.get("class_name")
    return told if isinstance(told, str) and len(told) < 100 else None


def _text(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else None


def _parsed(text: bytes, path: Path) -> dict[str, Any]:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise BrokenFile(
            f"the configuration in {path.name} is damaged: {problem}; fetch or save it again"
        ) from problem
    if not isinstance(parsed, dict):
        raise BrokenFile(
            f"the configuration in {path.name} is a {type(parsed).__name__}, wanted a dictionary; "
            "save the model again"
        )
    return parsed
