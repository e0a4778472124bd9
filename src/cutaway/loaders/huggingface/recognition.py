"""What a Hugging Face folder is, and what its JSON files state."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, cast

from cutaway.errors import BrokenFile

CONFIG: Final = "config.json"
WEIGHTS: Final = (
    "*.safetensors", "*.safetensors.index.json", "pytorch_model.bin",
    "pytorch_model.bin.index.json",
)  # fmt: skip
"""Patterns of the files that hold weights, or say which files do."""

_LONGEST: Final = 64 << 20
"""Bytes of a JSON file of such a folder; indices of the largest models have a few million."""
_NAMES: Final = ('"model_type"', '"architectures"')


def is_huggingface(path: Path) -> bool:
    """Whether it is a folder with weights, and a configuration that names a model.

    Args:
        path: a file or folder.
    """
    config = path / CONFIG
    try:
        if not config.is_file() or not any(next(path.glob(one), None) for one in WEIGHTS):
            return False
        if config.stat().st_size > _LONGEST:
            return False
        text = config.read_text("utf-8", errors="replace")
    except OSError:
        return False
    # By its words, so that a damaged configuration is told as such and not as an unknown folder.
    return any(name in text for name in _NAMES)


def stated(file: Path) -> dict[str, Any]:
    """What a JSON file of the folder states.

    Raises:
        BrokenFile: it is missing, damaged, or no JSON object.
    """
    where = f"{file.parent.name}/{file.name}"
    try:
        if file.stat().st_size > _LONGEST:
            raise BrokenFile(f"{where} is far too long for a JSON file; fetch it again")
        held = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as problem:
        raise BrokenFile(f"{where} is damaged: {problem}; fetch it again") from problem
    except OSError as problem:
        said = problem.strerror or problem
        raise BrokenFile(f"{where} cannot be read: {said}; fetch it") from problem
    if not isinstance(held, dict):
        raise BrokenFile(f"{where} holds a {type(held).__name__}; a JSON object was wanted")
    return cast("dict[str, Any]", held)
