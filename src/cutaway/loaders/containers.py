"""Models that lie in something else: in a zip archive, or alone in a folder."""

from __future__ import annotations

import itertools
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final, TypeAlias

from cutaway.errors import BrokenFile, ModelError, RefusedFile, UnknownFormat
from cutaway.loaders.base import Loader, Report
from cutaway.loaders.swelling import check_archive

Matching: TypeAlias = Callable[[Path], Loader | None]
"""The loader of a file or folder; may raise ModelError of one that cannot be read."""

_MOST_ENTRIES: Final = 200
"""Entries of a folder that are looked at, in its first level alone."""
_DEEPEST: Final = 8
"""Folders within each other that hold nothing but the next."""
_MOST_MEMBERS: Final = 20_000
_MOST_BYTES: Final = 64 << 30
_SPARE: Final = 1 << 30
"""Bytes of the disk that stay free."""
_PARTS: Final = {".pdiparams", ".bin", ".data"}
"""Endings of files that may be a part of the model beside them."""


def is_archive(path: Path, head: bytes) -> bool:
    """Whether it is a zip archive."""
    return head[:4] == b"PK\x03\x04" and zipfile.is_zipfile(path)


def only_model(folder: Path, matching: Matching, last: str) -> Path | None:
    """The one model that lies in a folder, or deeper where there is nothing but one folder.

    Args:
        folder: no model itself.
        matching: finds the loader of an entry.
        last: name of the loader of files that hold weights alone: they count where nothing
            else does.

    Raises:
        UnknownFormat: there are several, or too many entries to look at.
    """
    for _ in range(_DEEPEST):
        entries = _entries(folder)
        found = [(entry, loader.name) for entry in entries if (loader := _asked(matching, entry))]
        networks = [entry for entry, name in found if name != last]
        models = networks or [entry for entry, _ in found]
        if len(models) > 1:
            models = [one for one in models if one.suffix not in _PARTS] or models
        if len(models) > 1:
            names = ", ".join(one.name for one in models[:5])
            more = f" and {len(models) - 5} more" if len(models) > 5 else ""
            raise UnknownFormat(
                f"{folder.name} holds {len(models)} models ({names}{more}); one was wanted: open "
                "one of them, unpacked where this is an archive"
            )
        if models:
            return models[0]
        if len(entries) != 1 or not entries[0].is_dir():
            return None
        folder = entries[0]
    return None


def _entries(folder: Path) -> list[Path]:
    try:
        some = list(itertools.islice(folder.iterdir(), _MOST_ENTRIES + 1))
    except OSError as problem:
        raise BrokenFile(
            f"the folder {folder.name} cannot be read: {problem.strerror}; check its rights"
        ) from problem
    if len(some) > _MOST_ENTRIES:
        raise UnknownFormat(
            f"the folder {folder.name} holds over {_MOST_ENTRIES} files, among which no model is "
            "looked for; open the model's own file"
        )
    return sorted(entry for entry in some if not entry.name.startswith("."))


def _asked(matching: Matching, entry: Path) -> Loader | None:
    try:
        return matching(entry)
    except (ModelError, OSError):
        return None  # an empty file, or one without rights, is not the model


def unpack(path: Path, place: Path, report: Report) -> Path:
    """The folder into which an archive was unpacked, in a folder of the archive's name.

    Args:
        path: the archive.
        place: an empty folder, or one that is made.
        report: told what is being done.

    Raises:
        RefusedFile: a member leads out of the folder, is no plain file, or swells.
        BrokenFile: it is damaged or encrypted, or the disk is too full.
    """
    folder = place / path.name
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not _is_litter(one.filename)]
            total = _checked(members, path.name)
            check_archive(archive, path.name)
            folder.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(folder).free
            if total + _SPARE > free:
                raise BrokenFile(
                    f"{path.name} takes {total:,} bytes when unpacked, {folder.parent} has "
                    f"{free:,} left; free some, or set TMPDIR to another disk"
                )
            report("unpacking the archive")
            for member in members:
                _written(archive, member, folder)
    except ModelError:
        raise
    # Beside what zipfile raises, zlib and lzma have errors of their own, with no common kind.
    except Exception as problem:
        raise BrokenFile(f"{path.name} cannot be unpacked: {problem}; fetch it again") from problem
    return folder


def _is_litter(name: str) -> bool:
    """What operating systems put into archives by themselves."""
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or parts[-1:] in ((".DS_Store",), ("Thumbs.db",))


def _checked(members: list[zipfile.ZipInfo], name: str) -> int:
    """How many bytes the members take when unpacked; raises RefusedFile where any is odd."""
    if len(members) > _MOST_MEMBERS:
        raise RefusedFile(
            f"{name} holds {len(members):,} files, no model has over {_MOST_MEMBERS:,}; unpack it "
            "and open the model inside"
        )
    seen: set[str] = set()
    for member in members:
        inside, shown = member.filename, member.filename[:80]
        windows = PureWindowsPath(inside)
        if windows.anchor or ".." in windows.parts or ":" in inside or "\\" in inside:
            raise RefusedFile(
                f"{name} holds {shown!r}, which leads out of the archive; unpack it with care"
            )
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise RefusedFile(
                f"{name} holds {shown!r}, which is a link or a device; wanted were plain files: "
                "unpack it with care"
            )
        key = inside.rstrip("/").casefold()
        if key in seen and not member.is_dir():
            raise RefusedFile(f"{name} holds {shown!r} twice; pack it again")
        seen.add(key)
    total = sum(member.file_size for member in members)
    if total > _MOST_BYTES:
        raise RefusedFile(
            f"{name} takes {total:,} bytes when unpacked, more than {_MOST_BYTES:,}; unpack it and "
            "open the model inside"
        )
    return total


def _written(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> None:
    place = folder / member.filename
    if member.is_dir():
        place.mkdir(parents=True, exist_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    # No more than the size that was checked is read, whatever the data swells to.
    with archive.open(member) as packed, place.open("xb") as file:
        shutil.copyfileobj(packed, file, 1 << 20)
