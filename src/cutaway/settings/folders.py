"""Where Cutaway keeps its own files."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path

_PREFIX = "cutaway-"
_ABANDONED = 24 * 3600.0


def user_folder() -> Path:
    """The folder for what is remembered; ``CUTAWAY_HOME`` overrides the system's own place."""
    named = os.environ.get("CUTAWAY_HOME")
    if named:
        return Path(named)
    # Imported late: it costs 10 ms, and most commands need no folder.
    from platformdirs import user_state_path

    return user_state_path("cutaway", appauthor=False)


def keep(file: Path, content: bytes) -> None:
    """Write a file whole or not at all; a folder that cannot be written to is no reason to fail."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, suffix=".tmp")
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(temporary).replace(file)  # two servers may write at once: never a torn file


def scratch() -> Path:
    """A new empty folder for one process's temporary files; its owner removes it."""
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))


def sweep(root: Path | None = None, older: float = _ABANDONED) -> list[Path]:
    """The scratch folders removed: those that a killed process left behind.

    Args:
        root: where to look; the system's temporary folder by default.
        older: seconds since the last change; a younger folder may be in use.
    """
    removed: list[Path] = []
    for folder in (root or Path(tempfile.gettempdir())).glob(f"{_PREFIX}*-*"):
        try:
            idle = time.time() - folder.stat().st_mtime
        except OSError:
            continue
        if idle > older and not _alive(folder):
            shutil.rmtree(folder, ignore_errors=True)
            removed.append(folder)
    return removed


def _alive(folder: Path) -> bool:
    pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
    if os.name != "posix" or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
