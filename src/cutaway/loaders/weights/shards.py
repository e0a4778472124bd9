"""Weights in several safetensors files, told by an index beside them."""
# pyright: standard

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Final

from cutaway.errors import BrokenFile, RefusedFile, UnsupportedModel
from cutaway.loaders.base import Facts, Model, Report
from cutaway.loaders.weights.listing import Stored, weights_model
from cutaway.loaders.weights.mapped import short
from cutaway.loaders.weights.safetensors import Entry, open_safetensors, read_header, reader

INDEX: Final = "*.safetensors.index.json"
SHARD: Final = "*.safetensors"

_LONGEST: Final = 100_000_000
"""Bytes of an index; those of the largest models have a few million."""


def open_folder(folder: Path, report: Report) -> Model:
    """The weights in a folder: by its index, else those of its only file.

    Raises:
        UnsupportedModel: there are several of either.
        ModelError: see ``open_index``.
    """
    found = sorted(folder.glob(INDEX)) or sorted(folder.glob(SHARD))
    if len(found) != 1:
        names = ", ".join(path.name for path in found[:5])
        raise UnsupportedModel(
            f"the folder {folder.name} holds several files of weights ({names}); open one of them"
        )
    (path,) = found
    if path.name.endswith(".json"):
        return open_index(path, report)
    return open_safetensors(path)


def open_index(path: Path, report: Report) -> Model:
    """The tensors of all files that an index names, none of them read yet.

    Raises:
        BrokenFile: the index or a file is damaged or missing, or one does not fit the other.
        RefusedFile: a file lies outside of the index's folder.
    """
    index = _parsed(path)
    placed: dict[str, str] = {}
    for tensor, shard in index["weight_map"].items():
        if not isinstance(shard, str):
            raise BrokenFile(
                f"{path.name} names no file for tensor '{short(tensor)}'; fetch it again"
            )
        placed[tensor] = shard
    shards = list(dict.fromkeys(placed.values()))
    found: dict[str, tuple[Entry, str]] = {}
    size = 0
    metadata = _words(index.get("metadata"))
    for at, shard in enumerate(shards, 1):
        report(f"reading file {at} of {len(shards)}")
        file = _inside(path, shard)
        header = read_header(file)
        size += file.stat().st_size
        metadata = {**header.metadata, **metadata}
        for entry in header.entries:
            if placed.get(entry.stored.name) == shard:
                found[entry.stored.name] = entry, shard
    if missing := [tensor for tensor in placed if tensor not in found]:
        raise BrokenFile(
            f"tensor '{short(missing[0])}' should lie in {short(placed[missing[0]])}, which does "
            f"not hold it ({len(missing)} such in all); fetch the files of {path.name} again"
        )
    read = {shard: reader(_inside(path, shard)) for shard in shards}
    tensors: list[Stored] = [found[tensor][0].stored for tensor in placed]
    return weights_model(
        path.name,
        Facts("safetensors", None, size, 0, {**metadata, "files": str(len(shards))}),
        tensors,
        lambda name: read[found[name][1]](found[name][0]),
    )


def _parsed(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LONGEST:
            raise BrokenFile(f"{path.name} is far too long for an index; fetch it again")
        index = json.loads(path.read_bytes())
    except (ValueError, RecursionError, OSError) as problem:
        raise BrokenFile(f"{path.name} is damaged ({problem}); fetch it again") from problem
    if not isinstance(index, dict) or not isinstance(index.get("weight_map"), dict):
        raise BrokenFile(f"{path.name} has no weight_map, which an index of shards must have")
    return index


def _words(metadata: Any) -> dict[str, str]:
    told = metadata if isinstance(metadata, dict) else {}
    return {str(key): str(word) for key, word in told.items() if isinstance(word, str | int)}


def _inside(index: Path, shard: str) -> Path:
    """The file of a shard.

    Raises:
        RefusedFile: it is not in the index's folder, links followed.
        BrokenFile: it is missing or is no file.
    """
    leads_out = (
        PurePosixPath(shard).is_absolute()
        or PureWindowsPath(shard).is_absolute()
        or bool(PureWindowsPath(shard).drive)
        or ".." in PureWindowsPath(shard).parts  # these are divided by both kinds of slashes
        or "\0" in shard
    )
    folder = index.parent.resolve()
    file = folder if leads_out else (folder / shard).resolve()
    if leads_out or not file.is_relative_to(folder):
        raise RefusedFile(
            f"{index.name} names the file {short(shard)!r}, which does not lie in its folder; "
            "copy the files beside the index, no links"
        )
    if not file.is_file():
        raise BrokenFile(
            f"{index.name} names the file {short(shard)!r}, which is not there; fetch it too"
        )
    return file
