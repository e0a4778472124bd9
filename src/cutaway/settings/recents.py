"""The models opened last, newest first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from cutaway.settings.folders import keep, user_folder

_KEPT = 10


@dataclass(frozen=True, slots=True)
class Recent:
    """One model opened before."""

    path: str
    """Absolute."""
    name: str
    """The file's name."""


def recents() -> list[Recent]:
    """The newest models that are still there, newest first."""
    return [Recent(path, Path(path).name) for path in _read() if Path(path).exists()]


def remember(path: Path) -> None:
    """Put a model first; a folder that cannot be written to is no reason to fail."""
    known = str(path.resolve())
    _write([known, *(other for other in _read() if other != known)][:_KEPT])


def forget() -> None:
    """Empty the list."""
    _write([])


def _file() -> Path:
    return user_folder() / "recents.json"


def _read() -> list[str]:
    try:
        found: Any = json.loads(_file().read_text("utf-8"))
    except (OSError, ValueError):
        return []
    if not isinstance(found, list):
        return []
    return [entry for entry in cast("list[Any]", found) if isinstance(entry, str)]


def _write(paths: list[str]) -> None:
    keep(_file(), json.dumps(paths).encode())
