"""What a folder states of its classes."""
# pyright: standard

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_MOST: Final = 1 << 20
_UNNAMED: Final = "LABEL_"
"""What Transformers calls classes that nobody named."""


def labels_of(config: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Names of the classes by number, None where the configuration has none of its own."""
    said = config.get("id2label")
    if not isinstance(said, dict) or not 0 < len(said) < _MOST:
        return None
    names = {int(key): str(name) for key, name in said.items() if str(key).isdecimal()}
    if not names or max(names) >= _MOST or all(one.startswith(_UNNAMED) for one in names.values()):
        return None
    return tuple(names.get(number, "") for number in range(max(names) + 1))
