"""Whether the settings of a reading are what they should be."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from cutaway.errors import InputError
from cutaway.outputs.keypoints import SKELETONS
from cutaway.outputs.labels import builtin_names
from cutaway.outputs.seen import Seen

_ACTIVATIONS: Final = ("auto", "none", "softmax", "sigmoid")

RULES: Final[dict[str, Any]] = {
    "layout": "fixed",
    "boxes": "output", "scores": "output", "points_output": "output", "classes": "output",
    "count": "output?", "output": "output", "heat": "output", "sizes": "output",
    "offsets": "output?", "landmarks": "output?", "labels": "list?",
    "outputs": "outputs", "heads": "outputs", "strides": "fixed",
    "form": {
        "boxes": ("corners", "yxyx", "center", "size", "prior"),
        "masks": ("scores", "numbers", "matte"),
        "text": ("next", "each", "ids", "ctc"),
        "numbers": ("plain", "rebuilt"),
    },
    "units": ("unit", "pixels"),
    "activation": _ACTIVATIONS,
    "formula": ("v2", "v3", "v5"),
    "order": ("first", "last", "none"),
    "near": ("high", "low"),
    "third": ("score", "depth"),
    "skeleton": tuple(SKELETONS),
    "background": "class?",
    "score": "share", "overlap": "share", "threshold": "share",
    "several": "flag", "columns": "flag", "raw": "flag", "luma": "flag", "y_first": "flag",
    "range": "range", "anchors": "anchors",
    "rate": "count", "points": "whole", "each": "count", "masks": "whole", "blank": "whole",
    "prototypes": "output", "angle": "fixed",
    "box": "whole", "score_column": "whole", "class_column": "whole",
    "thing": "text", "things": "text", "names": "texts",
}  # fmt: skip
"""What each setting may be: words, or the name of a rule."""

COMMON: Final[dict[str, tuple[str, ...]]] = {
    "boxes": ("score", "overlap", "thing", "things", "labels"),
    "keypoints": ("score", "skeleton"),
    "masks": ("threshold", "activation", "background", "labels", "names"),
    "classes": ("activation", "several", "labels"),
    "numbers": ("names",),
    "sound": ("rate",),
    "text": ("blank",),
}
"""Settings that a kind knows beside those that were recognized."""


def check(
    kind: str, base: Mapping[str, Any], said: Mapping[str, Any], seen: Seen
) -> dict[str, Any]:
    """The recognized settings with the user's over them.

    Raises:
        InputError: a setting is unknown here, or its value is not one that it can have.
    """
    known = {*base, *COMMON.get(kind, ())}
    for name, value in said.items():
        if name not in known or name not in RULES:
            raise InputError(
                f"this reading has the settings {', '.join(sorted(known))}; got '{name[:40]}'"
            )
        rule = RULES[name]
        if isinstance(rule, dict):
            rule = cast("dict[str, Any]", rule).get(kind, "fixed")
        if rule == "fixed":
            continue
        problem = _problem(rule, value, seen)
        if problem:
            raise InputError(f"{name} is {problem}; got {str(value)[:60]}: change it")
    return {**base, **{name: value for name, value in said.items() if _kept(name, base, said)}}


def _kept(name: str, base: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """What is fixed by the layout stays as recognized."""
    return RULES[name] != "fixed" or base.get(name) == said[name]


def _problem(rule: Any, value: Any, seen: Seen) -> str | None:
    """What the value should be, where it is not that."""
    if isinstance(rule, tuple):
        words = cast("tuple[str, ...]", rule)
        return None if value in words else f"one of {', '.join(words)}"
    fits, words = _CHECKS[rule]
    if rule in ("output", "output?", "outputs"):
        ids = cast("list[Any]", value if isinstance(value, list) else [value])
        missing = [one for one in ids if one is not None and one not in seen.by_value]
        known = ", ".join(map(str, seen.by_value))
        return f"{words}: {known}" if missing or not fits(value) else None
    return None if fits(value) else words


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _numbers(value: Any, length: int) -> bool:
    if not isinstance(value, list | tuple):
        return False
    held = cast("list[Any]", value)
    return len(held) == length and all(map(_number, held))


def _anchors(value: Any) -> bool:
    if not isinstance(value, list):
        return False
    scales = cast("list[Any]", value)
    return bool(scales) and all(_pairs(scale) for scale in scales)


def _pairs(value: Any) -> bool:
    if not isinstance(value, list):
        return False
    return all(_numbers(pair, 2) and min(pair) > 0 for pair in cast("list[Any]", value))


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in cast("list[Any]", value))


def _built_in(value: Any) -> bool:
    return value is None or value in builtin_names()


def _within(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: _number(value) and low <= value <= high


def _from(first: int) -> Callable[[Any], bool]:
    return lambda value: _whole(value) and first <= value < 10_000_000


def _or_none(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or fits(value)


def _listed(value: Any) -> bool:
    return isinstance(value, list) and bool(cast("list[Any]", value))


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _range(value: Any) -> bool:
    return _numbers(value, 2) and value[0] != value[1]


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value) < 100


_CHECKS: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "output": (_whole, "the id of an output"),
    "output?": (_or_none(_whole), "the id of an output, or null"),
    "outputs": (_listed, "a list of ids of outputs"),
    "share": (_within(0, 1), "a number from 0 to 1"),
    "flag": (_flag, "true or false"),
    "class?": (_or_none(_from(0)), "a class number, or null"),
    "whole": (_from(0), "a whole number from 0"),
    "count": (_from(1), "a whole number from 1"),
    "range": (_range, "two numbers, of black and of white"),
    "anchors": (_anchors, "a list of pairs of width and height, for each scale"),
    "list?": (_built_in, "the name of a built-in list, or null"),
    "text": (_text, "a short text"),
    "texts": (_texts, "a list of texts"),
}
"""A test, and what it asks for in words."""
