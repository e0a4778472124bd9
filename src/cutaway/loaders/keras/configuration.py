"""A layer's settings as plain JSON, without what only matters while training."""
# pyright: standard

from __future__ import annotations

import math
from typing import Any, Final

_TRAINING: Final = ("_initializer", "_regularizer", "_constraint")
_NOISE: Final = {"name", "trainable", "build_config", "quantization_config", "seed"}


def plain_config(layer: Any) -> dict[str, Any]:
    """The layer's configuration; empty where it cannot tell it."""
    try:
        config = layer.get_config()
    except Exception:  # noqa: BLE001 - operations recorded from code need not know theirs
        return {}
    return _cleaned(config)


def _cleaned(config: dict[str, Any]) -> dict[str, Any]:
    return {
        str(key): _plain(value)
        for key, value in config.items()
        if key not in _NOISE and not str(key).endswith(_TRAINING)
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get("class_name") == "DTypePolicy":
            return value["config"]["name"]
        return _cleaned(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    named = getattr(value, "name", None)  # dtype policies, and functions by their name
    return named if isinstance(named, str) else getattr(value, "__name__", str(value))
