"""What lies in a zip archive, without reading any of it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final

DAMAGED: Final = (
    zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What zipfile raises of a damaged archive: names that are no text are a ValueError, encrypted
members a RuntimeError."""


def member_names(path: Path) -> list[str] | None:
    """The names in an archive, None where the file is none or is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except DAMAGED:
        return None
