"""Messages of Protocol Buffers as plain attributes."""
# pyright: standard

from __future__ import annotations

import math
from typing import Any, Final

LONGEST: Final = 64
"""Longer lists are shown by their length and first entries."""
_DEEPEST: Final = 6
_WEIGHTS: Final = {"WeightParams", "NeuralNetwork"}
"""Messages that are shown elsewhere."""


def attributes_of(message: Any, depth: int = 0) -> dict[str, Any]:
    """The fields of a message that are set, weights apart, as plain JSON values.

    Args:
        message: of any type.
        depth: messages around it.
    """
    found: dict[str, Any] = {}
    for field, value in message.ListFields():
        told = _told(field, value, depth)
        if told is not None:
            found[field.name] = told
    return found


def _told(field: Any, value: Any, depth: int) -> Any:
    if field.message_type is not None:
        if field.message_type.name in _WEIGHTS or depth >= _DEEPEST:
            return None
        if not hasattr(value, "ListFields"):
            if field.message_type.GetOptions().map_entry:
                return {"length": len(value)}
            entries = [attributes_of(one, depth + 1) for one in value[:LONGEST]]
            return _short(entries, len(value))
        return attributes_of(value, depth + 1)
    if hasattr(value, "append"):
        return _short([_plain(field, one) for one in value[:LONGEST]], len(value))
    return _plain(field, value)


def _short(entries: list[Any], length: int) -> Any:
    return entries if length <= LONGEST else {"length": length, "first": entries}


def _plain(field: Any, value: Any) -> Any:
    if field.enum_type is not None:
        known = field.enum_type.values_by_number.get(value)
        return known.name if known else value
    if isinstance(value, bytes):
        return {"bytes": len(value)}
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
