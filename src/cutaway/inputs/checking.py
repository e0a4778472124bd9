"""Whether a list of steps is a preparation: names, parameters, order."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final, cast

from cutaway.errors import InputError
from cutaway.inputs.disturbing import are_shapes
from cutaway.inputs.steps import KINDS, Kind, Step
from cutaway.inputs.target import dtype_named

MOST_CELLS = 8192
"""The longest side that a picture may be resized to."""

MOST_BLUR = 100
"""The widest blur, in pixels."""
MOST_COUNTED = 1 << 28
"""Samples, tokens or a rate at most."""

_MARKS: Final = frozenset({"step", "guessed", "why"})


def validate(steps: Sequence[Step]) -> None:
    """Nothing, where the steps are a preparation.

    Raises:
        InputError: a step is unknown, has a wrong or missing parameter, or comes too late.
    """
    if isinstance(steps, str | bytes) or not isinstance(cast("Any", steps), Sequence):
        raise InputError(f"a preparation is a list of steps, got {_shown(steps)}")
    last, before = 0, ""
    for step in steps:
        kind = check(step)
        if kind.place < last:
            raise InputError(
                f"step '{step['step']}' comes after '{before}' and must come before it; "
                f"the order is {_order()}"
            )
        last, before = kind.place, str(step["step"])


def check(step: Any) -> Kind:
    """The sort of one step; raises InputError where it is none, or its parameters are wrong."""
    kind = _kind(step)
    _check_parameters(kind, step)
    return kind


def _order() -> str:
    """The names of all steps in the order of their places."""
    places = sorted({kind.place for kind in KINDS.values()})
    return "; ".join(
        ", ".join(name for name, kind in KINDS.items() if kind.place == place) for place in places
    )


def _kind(step: Any) -> Kind:
    name = cast("dict[str, Any]", step).get("step") if isinstance(step, dict) else None
    if not isinstance(name, str) or name not in KINDS:
        raise InputError(
            f"no step is called {_shown(name if isinstance(step, dict) else step)}; "
            f"there are {', '.join(KINDS)}"
        )
    return KINDS[name]


def _check_parameters(kind: Kind, step: Step) -> None:
    name = step["step"]
    for parameter in step:
        if parameter not in kind.wants and parameter not in _MARKS:
            known = ", ".join(kind.wants) or "none"
            raise InputError(f"step '{name}' has no parameter '{parameter}'; it has {known}")
    for parameter, wanted in kind.wants.items():
        if parameter not in step:
            if parameter in kind.optional:
                continue
            raise InputError(f"step '{name}' wants {parameter} ({words_of(wanted)}), got none")
        if not _holds(wanted, step[parameter]):
            raise InputError(
                f"step '{name}' wants {parameter} to be {words_of(wanted)}, "
                f"got {_shown(step[parameter])}"
            )
    if name == "range" and float(step["low"]) == float(step["high"]):
        raise InputError(f"step 'range' wants two different numbers, got {step['low']} twice")


def _holds(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, tuple):
        return isinstance(value, str) and value in cast("tuple[str, ...]", wanted)
    return _RULES[wanted][1](value)


def words_of(wanted: Any) -> str:
    """What a parameter wants, in words."""
    if isinstance(wanted, tuple):
        return " or ".join(cast("tuple[str, ...]", wanted))
    return _RULES[wanted][0]


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _is_number(value: Any) -> bool:
    # JSON knows no infinity, but Python's parser lets it through; true and false are no numbers.
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_size(value: Any) -> bool:
    return _is_whole(value, 1) and value <= MOST_CELLS


def _is_whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= MOST_COUNTED


def _are_numbers(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(cast("list[Any]", value)) > 0
        and all(_is_number(one) for one in cast("list[Any]", value))
    )


def _is_colour(value: Any) -> bool:
    numbers = cast("list[Any]", value if isinstance(value, list | tuple) else [value])
    return len(numbers) in (1, 3) and all(_is_number(n) and 0 <= n <= 255 for n in numbers)


def _is_dtype(value: Any) -> bool:
    found = dtype_named(value) if isinstance(value, str) else None
    # ml_dtypes' own types call their kind V, as records do, which have fields.
    return found is not None and found.kind in "biufV" and found.itemsize > 0 and not found.fields


_RULES: Final[dict[str, tuple[str, Callable[[Any], bool]]]] = {
    "number": ("a number", _is_number),
    "numbers": ("a list of numbers, one or one for each channel", _are_numbers),
    "nonzero": (
        "a list of numbers other than 0, one or one for each channel",
        lambda value: _are_numbers(value) and all(value),
    ),
    "share": ("a number from 0 to 1", lambda value: _is_number(value) and 0 <= value <= 1),
    "radius": (f"a number from 0 to {MOST_BLUR}", lambda v: _is_number(v) and 0 <= v <= MOST_BLUR),
    "seed": ("a whole number from 0", lambda value: _is_whole(value, 0)),
    "shapes": ("a list of boxes {box} and strokes {points, radius}", are_shapes),
    "size": (f"a whole number from 1 to {MOST_CELLS}", _is_size),
    "colour": ("a number or three numbers from 0 to 255", _is_colour),
    "count": (f"a whole number from 1 to {MOST_COUNTED:,}", lambda v: _is_whole(v, 1)),
    "place": (f"a whole number from 0 to {MOST_COUNTED:,}", lambda v: _is_whole(v, 0)),
    "dtype": ("the name of a numeric type, such as float32", _is_dtype),
}
"""What is wanted in words, and the test, by name of the rule."""
