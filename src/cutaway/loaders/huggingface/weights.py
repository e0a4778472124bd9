"""Which files of a folder hold its weights, and whether they may be read."""
# pyright: standard

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from safetensors.torch import load_file

from cutaway.errors import BrokenFile, CutawayError, RefusedFile, UnsupportedModel
from cutaway.loaders.huggingface.recognition import stated
from cutaway.loaders.swelling import check_archive
from cutaway.loaders.torch.live import broken
from cutaway.loaders.torch.recognition import format_of
from cutaway.loaders.torch.safety import check_globals

_USUAL: Final = ("model.safetensors", "model.safetensors.index.json")
_OLD: Final = ("pytorch_model.bin", "pytorch_model.bin.index.json")
_LONGEST_HEADER: Final = 100_000_000


@dataclass(frozen=True)
class WeightFiles:
    """The files that hold the weights."""

    entry: str
    """The file itself, or the index of several."""
    files: Sequence[Path]
    pickled: bool
    """Whether ``torch.save`` wrote them."""

    @property
    def bytes(self) -> int:
        """Size on disk."""
        return sum(file.stat().st_size for file in self.files)


def weights_of(folder: Path, *, trust: bool) -> WeightFiles:
    """The files that hold a folder's weights, looked at before anything reads them.

    Args:
        folder: the model's.
        trust: whether pickled objects beyond tensors may be made.

    Raises:
        BrokenFile: one is missing or damaged.
        RefusedFile: one lies outside of the folder, or would run code.
        UnsupportedModel: there are several of which none has the usual name.
    """
    entry = _entry(folder)
    files = _listed(folder, entry) if entry.endswith(".json") else [_inside(folder, entry)]
    pickled = entry in _OLD
    for file in files:
        if not pickled:
            _check_safetensors(file)
        elif not trust:
            _check_pickle(file)
    return WeightFiles(entry, files, pickled)


def tensors_of(weights: WeightFiles, *, trust: bool) -> dict[str, torch.Tensor]:
    """The tensors by name, mapped into memory where the format allows it.

    Args:
        weights: the files, looked at before.
        trust: whether pickled objects beyond tensors may be made.

    Raises:
        BrokenFile: a file is damaged.
    """
    found: dict[str, torch.Tensor] = {}
    for file in weights.files:
        try:
            found.update(_pickled(file, trust=trust) if weights.pickled else load_file(file))
        except CutawayError:
            raise
        except Exception as problem:
            raise broken(file.name, problem) from problem
    return found


def _pickled(file: Path, *, trust: bool) -> dict[str, torch.Tensor]:
    with file.open("rb") as opened:
        legacy = format_of(file, opened.read(64)) == "legacy"
    held = torch.load(file, map_location="cpu", weights_only=not trust, mmap=not legacy)
    if not isinstance(held, Mapping):
        raise BrokenFile(
            f"{file.name} holds a {type(held).__name__}; tensors by name were wanted (state_dict)"
        )
    return {str(name): one for name, one in held.items() if isinstance(one, torch.Tensor)}


def _entry(folder: Path) -> str:
    for name in _USUAL:
        if (folder / name).is_file():
            return name
    found = sorted(one.name for one in folder.glob("*.safetensors.index.json"))
    found = found or sorted(one.name for one in folder.glob("*.safetensors"))
    if len(found) == 1:
        return found[0]
    for name in _OLD:
        if (folder / name).is_file():
            return name
    if found:
        raise UnsupportedModel(
            f"{folder.name} holds several files of weights ({', '.join(found[:5])}); keep one, or "
            "rename the one that is meant to model.safetensors"
        )
    raise BrokenFile(
        f"{folder.name} holds no weights; fetch model.safetensors into it, beside config.json"
    )


def _listed(folder: Path, entry: str) -> list[Path]:
    index = stated(_inside(folder, entry))
    placed = index.get("weight_map")
    if not isinstance(placed, dict) or not all(isinstance(one, str) for one in placed.values()):
        raise BrokenFile(f"{entry} has no weight_map of names of files; fetch it again")
    endings = ".bin" if entry in _OLD else ".safetensors"
    names = sorted(set(placed.values()))
    for name in names:
        # Nothing but plain names: what is no safetensors file would be unpickled.
        if "/" in name or "\\" in name or not name.endswith(endings):
            raise RefusedFile(
                f"{entry} names the file {name[:80]!r}; wanted were {endings} files beside it"
            )
    return [_inside(folder, name) for name in names]


def _inside(folder: Path, name: str) -> Path:
    """The file of that name, which lies in the folder, or where Hugging Face's cache keeps it."""
    file = folder / name
    if not file.is_file():
        raise BrokenFile(f"{folder.name} lacks {name}; fetch it too")
    place, home = file.resolve(), folder.resolve()
    cache = home.parent.parent / "blobs" if home.parent.name == "snapshots" else home
    if not place.is_relative_to(home) and place.parent != cache:
        raise RefusedFile(
            f"{name} of {folder.name} is a link that leads out of the folder; copy the file there"
        )
    return file


def _check_safetensors(file: Path) -> None:
    with file.open("rb") as opened:
        head = opened.read(9)
    length = int.from_bytes(head[:8], "little")
    if head[8:] != b"{" or length > min(_LONGEST_HEADER, file.stat().st_size - 8):
        raise BrokenFile(f"{file.name} is no whole safetensors file; fetch it again")


def _check_pickle(file: Path) -> None:
    with file.open("rb") as opened:
        found = format_of(file, opened.read(64))
    if found == "legacy":
        return  # PyTorch reads tensors alone from it, as it is told to
    if found != "checkpoint":
        raise BrokenFile(f"{file.name} is no file of torch.save; fetch it again")
    with zipfile.ZipFile(file) as archive:
        check_archive(archive, file.name)
    check_globals(file, file.name)
