"""The files of a Core ML model: one specification, perhaps with weights beside it."""
# pyright: standard

from __future__ import annotations

import json
import mmap
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Final

from cutaway.errors import BrokenFile, RefusedFile
from cutaway.loaders.coreml.recognition import MANIFEST

_MODEL_PATH: Final = "@model_path/"
"""How a specification calls the folder that it lies in."""
_LARGEST: Final = 1 << 30
"""Bytes that a member of an archive may have when it is unpacked."""
_LARGEST_MANIFEST: Final = 1 << 20


class Package:
    """A specification, and the files beside it by their paths."""

    def __init__(
        self,
        name: str,
        place: PurePosixPath,
        read: Callable[[PurePosixPath], memoryview | None],
        size: int,
    ) -> None:
        """A package.

        Args:
            name: of the file or folder, for messages.
            place: the specification's path.
            read: what lies at a path within the package; None where nothing does.
            size: bytes of all files.
        """
        self.name = name
        self.bytes = size
        self._place = place
        self._read = read
        self._known: dict[str, memoryview] = {}

    def specification(self) -> memoryview:
        """The bytes of the specification.

        Raises:
            BrokenFile: it is missing.
        """
        return self._held(self._place)

    def beside(self, stated: str) -> memoryview:
        """The bytes of a file that the specification names.

        Raises:
            RefusedFile: it lies outside the package.
            BrokenFile: it is missing.
        """
        if stated not in self._known:
            path = checked(stated.removeprefix(_MODEL_PATH), self.name)
            self._known[stated] = self._held(self._place.parent / path)
        return self._known[stated]

    def _held(self, path: PurePosixPath) -> memoryview:
        found = self._read(path)
        if found is None:
            raise BrokenFile(f"{self.name} should hold {path}, which is missing; copy it there too")
        return found


def checked(stated: str, name: str) -> PurePosixPath:
    """A path inside a package, as a package states it.

    Raises:
        RefusedFile: it leads out of it.
    """
    path = PurePosixPath(stated)
    parts = (*path.parts, *PureWindowsPath(stated).parts)
    if not stated or ".." in parts or path.is_absolute() or PureWindowsPath(stated).anchor:
        raise RefusedFile(
            f"{name} names '{stated}' as one of its files, which lies outside of it and is not "
            "read; put the file into the package"
        )
    return path


def package_at(path: Path) -> Package:
    """The package that a specification, a folder or an archive is.

    Raises:
        BrokenFile: it cannot be read, or its manifest names no specification.
        RefusedFile: something in it lies outside of it.
    """
    if path.is_dir():
        read = _in_folder(path)
        place = _place(read(PurePosixPath(MANIFEST)), path.name)
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        return Package(path.name, place, read, size)
    if zipfile.is_zipfile(path):
        archive = zipfile.ZipFile(path)
        root = min(
            (one[: -len(MANIFEST)] for one in archive.namelist() if one.endswith(MANIFEST)),
            key=len,
        )
        read = _in_archive(archive, root, path.name)
        place = _place(read(PurePosixPath(MANIFEST)), path.name)
        return Package(path.name, place, read, path.stat().st_size)
    content = _mapped(path)
    place = PurePosixPath(path.name)
    return Package(
        path.name, place, lambda asked: content if asked == place else None, len(content)
    )


def _place(manifest: memoryview | None, name: str) -> PurePosixPath:
    """The path of the specification that a manifest names."""
    try:
        if manifest is None or len(manifest) > _LARGEST_MANIFEST:
            raise ValueError("it is missing or too large")
        told: Any = json.loads(bytes(manifest))
        stated = told["itemInfoEntries"][told["rootModelIdentifier"]]["path"]
        return PurePosixPath("Data") / checked(str(stated), name)
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise BrokenFile(
            f"the {MANIFEST} of {name} names no model ({type(problem).__name__}: {problem}); "
            "save the package again"
        ) from problem


def _in_folder(folder: Path) -> Callable[[PurePosixPath], memoryview | None]:
    real = folder.resolve()

    def read(path: PurePosixPath) -> memoryview | None:
        file = (folder / path).resolve()
        if not file.is_relative_to(real):
            raise RefusedFile(
                f"{path} of {folder.name} is a link to {file}, outside the package, which is not "
                "read; put the file itself there"
            )
        return _mapped(file) if file.is_file() else None

    return read


def _in_archive(
    archive: zipfile.ZipFile, root: str, name: str
) -> Callable[[PurePosixPath], memoryview | None]:
    def read(path: PurePosixPath) -> memoryview | None:
        try:
            member = archive.getinfo(f"{root}{path}")
        except KeyError:
            return None
        if member.file_size > _LARGEST:
            raise RefusedFile(
                f"{path} of {name} would be {member.file_size:,} bytes; unpack the archive "
                "yourself and open the folder in it"
            )
        try:
            with archive.open(member) as file:
                return memoryview(file.read(member.file_size))
        except (
            zipfile.BadZipFile,
            OSError,
            EOFError,
            RuntimeError,
            NotImplementedError,
        ) as problem:
            raise BrokenFile(f"{path} of {name} cannot be unpacked: {problem}") from problem

    return read


def _mapped(path: Path) -> memoryview:
    try:
        with path.open("rb") as file:
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError) as problem:
        raise BrokenFile(f"{path.name} cannot be read: {problem}; fetch it again") from problem
