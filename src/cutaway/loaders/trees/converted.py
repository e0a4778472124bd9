"""What a file became: an ONNX message, and what the file says beside it."""
# pyright: standard

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from onnx import ModelProto

from cutaway.loaders.trees.forest import Forest
from cutaway.loaders.trees.message import message_of


@dataclass(frozen=True)
class Converted:
    """An ONNX message, and what the file says beside it."""

    message: ModelProto
    format: str
    """``XGBoost``, ``LightGBM`` or ``scikit-learn``."""
    producer: str | None
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    labels: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()


def of_forest(
    forest: Forest,
    name: str,
    format: str,  # noqa: A002 - it is what Facts calls it
    producer: str | None,
    *,
    version: str = "",
    labels: tuple[str, ...] | None = None,
) -> Converted:
    """A booster's message, with how many trees it has and what its features are called.

    Args:
        forest: of the booster.
        name: of the file.
        format: what wrote it.
        producer: the same with its version, where the file tells that.
        version: of the format.
        labels: names of the classes.
    """
    leaves = sum(step.mode == "LEAF" for tree in forest.trees for step in tree.steps)
    metadata = {
        "objective": forest.objective,
        "trees": f"{len(forest.trees):,}",
        "leaves": f"{leaves:,}",
        "version": version,
        "features": json.dumps(forest.names, ensure_ascii=False) if forest.names else "",
    }
    return Converted(
        message_of(forest, name),
        format,
        producer,
        {word: text for word, text in metadata.items() if text},
        labels,
        forest.notes,
    )
