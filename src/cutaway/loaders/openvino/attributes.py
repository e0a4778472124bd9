"""The attributes of an OpenVINO operation as plain JSON values."""
# pyright: standard

from __future__ import annotations

import math
from typing import Any, Final

from cutaway.loaders.openvino.framework import said

LONGEST: Final = 64
"""Longer lists are shown by their length and first entries."""


def attributes_of(operation: Any) -> dict[str, Any]:
    """Attribute by name.

    Args:
        operation: OpenVINO's node; one whose attributes cannot be listed has none.
    """
    if operation.get_type_name() == "Constant":
        return {}
    try:
        found = operation.get_attributes()
    except (RuntimeError, TypeError, UnicodeDecodeError) as problem:
        return {"unread": said(problem)}
    return {str(name): plain(value) for name, value in found.items()}


def plain(value: Any) -> Any:
    """A value that JSON can hold; infinities as words."""
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set):
        held = [plain(one) for one in value]
        if len(held) > LONGEST:
            return {"length": len(held), "first": held[:LONGEST]}
        return held
    return str(value)
