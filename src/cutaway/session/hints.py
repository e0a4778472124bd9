"""All that is known of what a model's main input wants: its file, a file beside it, its nodes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from cutaway.loaders import Model
from cutaway.loaders.processors import FILE, pixels_of
from cutaway.session import beginning, families
from cutaway.session.targets import Targets

_MOST: Final = 1 << 20


def hints_of(model: Model, path: Path) -> dict[str, Any]:
    """The hints of ``inputs.Target``: the file's word first, then what lies beside, then judged.

    Args:
        model: what was opened.
        path: where it lies.
    """
    if not model.graph.inputs:
        return dict(model.hints)
    main = Targets(model.graph, model.hints, {}).main.id
    inside = beginning.stated(model, main)
    beside = {} if model.hints else _beside(path)
    found: dict[str, Any] = {}
    family = families.judged(model.graph)
    for hints in (family, inside, beginning.quantized(model, main), beside, dict(model.hints)):
        found = _joined(found, hints)
    # The network's own nodes say more of why than that the file says so.
    if inside and found.get("range") == inside["range"] and "range" not in _why(model.hints):
        found["why"] = {**_why(found), **_why(inside)}
    return found


def _why(hints: Mapping[str, Any]) -> Mapping[str, str]:
    return hints.get("why", {})


def _joined(before: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    if not over:
        return before
    if "range" in over or "mean" in over:
        # One word for all of the values: a mean of one source does not go with another's range.
        values = ("range", "mean", "std")
        before = {key: value for key, value in before.items() if key not in values}
    judged = [word for word in before.get("judged", ()) if word not in over]
    return {
        **before,
        **over,
        "why": {**_why(before), **_why(over)},
        "judged": (*judged, *over.get("judged", ())),
    }


def _beside(path: Path) -> dict[str, Any]:
    """What an image processor's file says beside the model, or in the folder above an ``onnx``."""
    for folder in (path if path.is_dir() else path.parent, path.parent.parent):
        file = folder / FILE
        if folder == path.parent.parent and path.parent.name != "onnx":
            continue
        try:
            if file.is_file() and file.stat().st_size <= _MOST:
                held: Any = json.loads(file.read_text("utf-8"))
                return pixels_of(cast("dict[str, Any]", held)) if isinstance(held, dict) else {}
        except (OSError, ValueError):
            continue  # a damaged note beside it takes nothing from the model
    return {}
