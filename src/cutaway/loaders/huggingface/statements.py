"""What a folder states of its classes and its pictures."""
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


def pixels_of(preparation: Mapping[str, Any]) -> dict[str, Any]:
    """Range, mean and standard deviation of pictures, as ``preprocessor_config.json`` has them."""
    if not preparation or "image_mean" not in preparation:
        return {}
    hints: dict[str, Any] = {"colour": "rgb"}
    factor = preparation.get("rescale_factor", 1 / 255)
    if preparation.get("do_rescale", True) and isinstance(factor, int | float):
        low = -1.0 if preparation.get("rescale_offset") else 0.0
        hints["range"] = [low, round(low + 255 * factor, 9)]
    else:
        hints["range"] = [0.0, 255.0]
    mean, std = preparation.get("image_mean"), preparation.get("image_std")
    if preparation.get("do_normalize", True) and _numbers(mean) and _numbers(std):
        hints |= {"mean": mean, "std": std}
    return hints


def _numbers(said: Any) -> bool:
    return (
        isinstance(said, list) and bool(said) and all(isinstance(one, int | float) for one in said)
    )
