"""Formats that Cutaway knows by sight but does not open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

_PROTOCOLS: Final = {b"\x02", b"\x03", b"\x04", b"\x05"}
"""Versions of the pickle protocol, the second byte of a pickle."""

_CONFIG: Final = 1 << 20
"""Bytes of a Hugging Face configuration that are looked at."""

_Test: TypeAlias = Callable[[Path, bytes], bool]


def seen(path: Path, head: bytes) -> str | None:
    """What kind of model a file or folder is, with its article; None where it is none we know.

    Args:
        path: the file or folder.
        head: its first bytes; empty for a folder.
    """
    return next((name for name, test in _TESTS.items() if test(path, head)), None)


def _names_a_model(config: Path) -> bool:
    try:
        return config.is_file() and b'"model_type"' in config.read_bytes()[:_CONFIG]
    except OSError:
        return False


_TESTS: Final[dict[str, _Test]] = {
    "a Hugging Face folder without weights (fetch model.safetensors into it)": (
        lambda path, _: _names_a_model(path / "config.json")
    ),
    "a Python pickle": lambda _, head: head[:1] == b"\x80" and head[1:2] in _PROTOCOLS,
    "a TensorFlow SavedModel in text": lambda path, _: (
        (path / "saved_model.pbtxt").is_file() or path.name == "saved_model.pbtxt"
    ),
}
