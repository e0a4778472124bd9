"""Files, folders and archives to one gallery of entries."""

from __future__ import annotations

import os
import zipfile
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path, PurePosixPath
from typing import Any, Final, TypeAlias

import numpy.typing as npt

from cutaway import inputs
from cutaway.errors import InputError
from cutaway.inputs.target import free
from cutaway.survey.arrays import idx_labels, is_idx, open_idx, open_npy, open_npz
from cutaway.survey.shelves import Files, Label, Members, Rows, Shelf

Array: TypeAlias = npt.NDArray[Any]

MOST: Final = 200_000
"""Entries of one gallery; what is over is told and left out."""
_DEEPEST: Final = 16
_WORDS: Final = frozenset(
    ".txt .md .json .csv .html .xml .yaml .yml .log .py .ini .cfg .toml .db .pdf .rtf".split()
)
"""Endings of what lies beside the inputs of a data set and is none."""


@dataclass
class Collection:
    """The entries of a gallery, by number; each is read when it is asked for."""

    name: str
    """What was chosen, in a few words."""
    shelves: list[Shelf] = field(default_factory=list[Shelf])
    notes: list[str] = field(default_factory=list[str])
    """A sentence for each thing that was left out."""
    _ends: list[int] = field(default_factory=list[int])

    def add(self, shelf: Shelf) -> None:
        """Append entries."""
        self.shelves.append(shelf)
        self._ends = list(accumulate(len(one) for one in self.shelves))

    def __len__(self) -> int:
        return min(MOST, self._ends[-1]) if self._ends else 0

    def at(self, index: int) -> tuple[Shelf, int]:
        """The shelf of an entry, and its place there; raises InputError."""
        if not 0 <= index < len(self):
            raise InputError(f"the gallery has {len(self)} entries, from 0; got {index}")
        shelf = bisect_right(self._ends, index)
        return self.shelves[shelf], index - (self._ends[shelf - 1] if shelf else 0)

    def name_of(self, index: int) -> str:
        """What an entry is called."""
        shelf, at = self.at(index)
        return shelf.name(at)

    def label_of(self, index: int) -> Label:
        """What an entry is, as whoever made the gallery says."""
        shelf, at = self.at(index)
        return shelf.label(at)

    def source(self, index: int, least: int = 0) -> inputs.Source:
        """An entry, decoded as ``inputs.load`` does; raises InputError."""
        shelf, at = self.at(index)
        return shelf.source(at, least)

    def rows(self, first: int, end: int) -> Array | None:
        """Entries from one to before another, where they are rows of one array: (N, ...)."""
        shelf, at = self.at(first)
        if not isinstance(shelf, Rows) or at + end - first > len(shelf):
            return None
        return shelf.array[at : at + end - first]

    def fed(self, index: int) -> tuple[bytes | Path, str]:
        """The file of an entry, or its bytes, and its name; raises InputError."""
        shelf, at = self.at(index)
        return shelf.fed(at)


def collect(paths: Sequence[Path], target: inputs.Target, scratch: Path) -> Collection:
    """The gallery of what was chosen: files of one input each, or of many, folders, zips.

    Args:
        paths: what was chosen; a folder is searched through.
        target: what the model's input wants: it tells one input from a stack of them.
        scratch: a folder for what has to be unpacked.

    Raises:
        InputError: there is nothing to feed in it.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    found = Collection(_title(paths))
    work = _Collecting(found, target, scratch)
    for path in paths:
        if not path.exists():
            raise InputError(f"a file or folder was wanted; there is no '{path}': check the path")
    work.files([(path, path.name) for path in paths if path.is_file()], labelled=False)
    for path in paths:
        if path.is_dir():
            work.folder(path)
    if len(found) == 0:
        why = f": {'; '.join(found.notes[:3])}" if found.notes else ""
        raise InputError(f"{found.name} holds nothing that can be fed{why}; choose another")
    if found.shelves and sum(map(len, found.shelves)) > MOST:
        total = sum(map(len, found.shelves))
        found.notes.append(f"{total:,} entries were found; the first {MOST:,} are shown")
    return found


class _Collecting:
    """Puts files on shelves, each kind on its own."""

    def __init__(self, found: Collection, target: inputs.Target, scratch: Path) -> None:
        self._found = found
        self._target = target
        self._scratch = scratch

    def folder(self, root: Path) -> None:
        """All files in a folder and those within it, in the order of their paths."""
        listed: list[tuple[Path, str]] = []
        for place, folders, names in os.walk(root):
            depth = len(Path(place).relative_to(root).parts)
            folders[:] = sorted(n for n in folders if not _hidden(n)) if depth < _DEEPEST else []
            for name in sorted(names):
                path = Path(place, name)
                if _hidden(name) or not path.is_file():
                    continue
                # A link that leads out of the folder is no part of it.
                if path.resolve().is_relative_to(root.resolve()):
                    listed.append((path, path.relative_to(root).as_posix()))
            if len(listed) > MOST:
                break
        self.files(listed, labelled=True)

    def files(self, listed: Sequence[tuple[Path, str]], *, labelled: bool) -> None:
        """Files with their names; those of many inputs become shelves of their own."""
        words = [one for one in listed if Path(one[1]).suffix.lower() in _WORDS]
        if len(words) < len(listed):
            listed = [one for one in listed if Path(one[1]).suffix.lower() not in _WORDS]
            if words:
                named = ", ".join(name for _, name in words[:3])
                self._note(f"{len(words)} files of words beside the inputs were left out: {named}")
        labels = _folder_labels([name for _, name in listed]) if labelled else [None] * len(listed)
        single: list[tuple[Path, str, Label]] = []
        beside = {idx_labels(path) for path, _ in listed}
        for (path, name), label in zip(listed, labels, strict=True):
            if path in beside:
                continue
            try:
                shelf = self._many(path, name)
            except InputError as problem:
                self._note(str(problem))
                continue
            except OSError as problem:
                self._note(f"'{name}' cannot be read ({problem.strerror}): left out")
                continue
            if shelf is None:
                single.append((path, name, label))
            elif len(shelf):
                self._found.add(shelf)
        if single:
            paths, names, told = zip(*single, strict=True)
            self._found.add(Files(paths, names, told))

    def _many(self, path: Path, name: str) -> Shelf | None:
        """The shelf of a file that holds many inputs; None where it holds one."""
        with path.open("rb") as file:
            head = file.read(8)
        if head.startswith(b"\x93NUMPY"):
            array = open_npy(path, name)
            return Rows(name, array, None) if is_stack(array, self._target) else None
        if is_idx(head) or (head.startswith(b"\x1f\x8b") and "idx" in name):
            labels = idx_labels(path)
            told = None if labels is None else open_idx(labels, labels.name, self._scratch)
            return self._rows(name, open_idx(path, name, self._scratch), told)
        if head.startswith(b"PK"):
            return self._zip(path, name)
        return None

    def _zip(self, path: Path, name: str) -> Shelf | None:
        try:
            with zipfile.ZipFile(path) as archive:
                members = [one for one in archive.infolist() if not one.is_dir()]
        except Exception as problem:
            raise InputError(f"'{name}' is a damaged zip archive: {problem}") from problem
        if members and all(one.filename.endswith(".npy") for one in members):
            inside = {one.filename.removesuffix(".npy") for one in members}
            if path.suffix.lower() == ".npz" or inside & {"x", "y", "images", "labels"}:
                wanted = (self._target.name.lower(),)
                return self._rows(name, *open_npz(path, name, self._scratch, wanted))
        good: list[zipfile.ZipInfo] = []
        for one in members[:MOST]:
            parts = PurePosixPath(one.filename.replace("\\", "/")).parts
            if ".." in parts or one.filename.startswith(("/", "\\")) or ":" in parts[0]:
                self._note(f"'{one.filename}' in '{name}' leads out of the archive: left out")
                continue
            if any(map(_hidden, parts)) or Path(one.filename).suffix.lower() in _WORDS:
                continue
            good.append(one)
        return Members(path, good, _folder_labels([one.filename for one in good]))

    def _rows(self, name: str, array: Any, labels: Any) -> Rows:
        if labels is not None and labels.ndim == 2 and labels.shape[1] > 1:
            labels = labels.argmax(axis=1)  # one-hot
        if labels is not None:
            labels = labels.reshape(-1)
            if len(labels) != len(array):
                self._note(
                    f"'{name}' has {len(array):,} inputs and {len(labels):,} labels: the labels "
                    "were left out"
                )
                labels = None
            elif labels.dtype.kind not in "iufUS" or (
                labels.dtype.kind == "f" and not (labels == labels.round()).all()
            ):
                self._note(f"the labels of '{name}' are {labels.dtype}, no classes: left out")
                labels = None
        return Rows(name, array, labels)

    def _note(self, sentence: str) -> None:
        self._found.notes.append(sentence)


def is_stack(array: Any, target: inputs.Target) -> bool:
    """Whether an array is many inputs of a model, and not one.

    Args:
        array: of a file.
        target: what the model's input wants.
    """
    shape, wanted = array.shape, target.shape
    if array.ndim < 2:
        return False
    if wanted is not None:
        if len(shape) == len(wanted):
            return len(shape) > 0 and _same(shape[1:], wanted[1:])
        if _same(shape, wanted[1:]):
            return False
    picture = array.dtype == "uint8" and (
        array.ndim == 2 or (array.ndim == 3 and shape[2] in (1, 3))
    )
    return not picture and array.ndim >= 3


def _same(shape: Sequence[int], wanted: Sequence[Any]) -> bool:
    return len(shape) == len(wanted) and all(
        free(want) or want == got for want, got in zip(wanted, shape, strict=True)
    )


def _folder_labels(names: Sequence[str]) -> list[Label]:
    """The folder of each file, below what all of them share; None where they lie in one."""
    parts = [PurePosixPath(name.replace("\\", "/")).parts[:-1] for name in names]
    if len(set(parts)) < 2:
        return [None] * len(names)
    return [one[-1] if one else None for one in parts]


def _hidden(name: str) -> bool:
    return name.startswith(".") or name in ("__MACOSX", "Thumbs.db", "desktop.ini")


def _title(paths: Sequence[Path]) -> str:
    if len(paths) == 1:
        return paths[0].name or str(paths[0])
    return f"{len(paths)} files"
