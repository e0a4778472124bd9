"""Which of PyTorch's formats a file is, by its content."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, TypeAlias

from cutaway.loaders.archives import member_names

Format: TypeAlias = Literal["program", "script", "checkpoint", "legacy"]

_LEGACY: Final = b"\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20"
"""The magic number that ``torch.save`` wrote before version 1.6, behind the pickle's protocol."""


def format_of(path: Path, head: bytes) -> Format | None:
    """A program of ``torch.export``, TorchScript, or what ``torch.save`` wrote; None of all else.

    Args:
        path: the file.
        head: its first bytes.
    """
    if head[2:10] == _LEGACY:
        return "legacy"
    if not path.is_file() or head[:4] != b"PK\x03\x04":
        return None
    names = member_names(path) or []
    endings = {name.partition("/")[2] for name in names}
    if "serialized_exported_program.json" in names or _is_program(endings):
        return "program"
    if "constants.pkl" in endings and "data.pkl" in endings:
        return "script"
    return "checkpoint" if "data.pkl" in endings else None


def _is_program(endings: set[str]) -> bool:
    models = any(name.startswith("models/") and name.endswith(".json") for name in endings)
    return "archive_format" in endings or models
