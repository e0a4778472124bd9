"""Where the entries of a gallery lie: files, members of a zip, rows of an array; read lazily."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from cutaway import inputs
from cutaway.errors import InputError

Array: TypeAlias = npt.NDArray[Any]
Label: TypeAlias = str | int | None
"""A folder's name, or a class number; None where nobody says."""

MOST_BYTES: Final = 256 << 20
"""A member of a zip that would be larger is refused: it is unpacked in memory."""
_SWELLING: Final = 1000
"""How many times its size in the file a member may take: what zlib can pack at most."""


class Shelf(Protocol):
    """Entries that lie in one place."""

    def __len__(self) -> int:
        """How many there are."""
        ...

    def name(self, at: int) -> str:
        """What one is called."""
        ...

    def label(self, at: int) -> Label:
        """What one is, as whoever made the gallery says."""
        ...

    def fed(self, at: int) -> tuple[bytes | Path, str]:
        """The file of one, or its bytes, as ``inputs.load`` takes it; raises InputError."""
        ...

    def source(self, at: int, least: int = 0) -> inputs.Source:
        """One, decoded as ``inputs.load`` does; raises InputError."""
        ...


@dataclass(frozen=True)
class Files:
    """Files of one folder, or chosen one by one."""

    paths: Sequence[Path]
    names: Sequence[str]
    """What each is called: its path below the folder."""
    labels: Sequence[Label]

    def __len__(self) -> int:
        return len(self.paths)

    def name(self, at: int) -> str:
        """Its path below the folder."""
        return self.names[at]

    def label(self, at: int) -> Label:
        """The name of the folder that it lies in."""
        return self.labels[at]

    def fed(self, at: int) -> tuple[bytes | Path, str]:
        """Where it lies."""
        return self.paths[at], self.names[at]

    def source(self, at: int, least: int = 0) -> inputs.Source:
        """What the file holds."""
        return inputs.load(*self.fed(at), least=least)


class Members:
    """Files packed into one zip; each is unpacked in memory when it is asked for."""

    def __init__(
        self, path: Path, members: Sequence[zipfile.ZipInfo], labels: Sequence[Label]
    ) -> None:
        """Entries of an archive.

        Args:
            path: of the archive.
            members: the files in it that are entries.
            labels: one for each.
        """
        self._archive = zipfile.ZipFile(path)
        self._members = members
        self._labels = labels
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._members)

    def name(self, at: int) -> str:
        """Its path within the archive."""
        return self._members[at].filename

    def label(self, at: int) -> Label:
        """The name of the folder that it lies in."""
        return self._labels[at]

    def fed(self, at: int) -> tuple[bytes | Path, str]:
        """Its bytes; raises InputError where they are damaged or too many."""
        member = self._members[at]
        check_member(member)
        try:
            with self._lock, self._archive.open(member) as file:
                # One byte more than was promised tells a header that lies.
                data = file.read(member.file_size + 1)
        except Exception as problem:
            # zipfile and zlib raise whatever a damaged archive makes them meet.
            raise InputError(f"'{member.filename}' cannot be unpacked: {problem}") from problem
        if len(data) > member.file_size:
            raise InputError(f"'{member.filename}' is larger than its archive says; pack it again")
        return data, member.filename

    def source(self, at: int, least: int = 0) -> inputs.Source:
        """What the file holds."""
        return inputs.load(*self.fed(at), least=least)


def check_member(member: zipfile.ZipInfo) -> None:
    """Refuse a member that would swell, or that asks for a password; raises InputError."""
    if member.flag_bits & 1:
        raise InputError(f"'{member.filename}' is locked by a password; pack it without one")
    most = max(1 << 20, _SWELLING * member.compress_size)
    if member.file_size > min(MOST_BYTES, most):
        raise InputError(
            f"'{member.filename}' would swell from {member.compress_size:,} bytes to "
            f"{member.file_size:,}; at most {MOST_BYTES:,} are unpacked, and no honest file swells "
            "a thousandfold"
        )


@dataclass(frozen=True)
class Rows:
    """Inputs stacked along the first axis of one array, which stays on the disk."""

    title: str
    """The file's name."""
    array: Array
    """Usually mapped from a file."""
    labels: Array | None
    """A whole number or a word for each row."""

    def __len__(self) -> int:
        return len(self.array)

    def name(self, at: int) -> str:
        """The file's name and the row's number."""
        return f"{self.title} · {at}"

    def label(self, at: int) -> Label:
        """What the array of labels says."""
        if self.labels is None:
            return None
        one = self.labels[at]
        return str(one) if self.labels.dtype.kind in "US" else int(one)

    def fed(self, at: int) -> tuple[bytes | Path, str]:
        """The row as the bytes of a ``.npy`` file."""
        out = io.BytesIO()
        np.save(out, np.ascontiguousarray(self.array[at]), allow_pickle=False)
        return out.getvalue(), self.name(at)

    def source(self, at: int, least: int = 0) -> inputs.Source:  # noqa: ARG002 - all or nothing
        """The row."""
        shown = f"row {at} of {self.title}, {self._each}"
        return inputs.Source(self.name(at), "array", self.array[at], None, None, None, shown)

    @cached_property
    def _each(self) -> str:
        """Shape and type of a row: told of thousands, written once."""
        return f"{self.array.shape[1:]} {self.array.dtype}"
