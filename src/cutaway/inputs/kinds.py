"""Which preparations are for what: pictures, sounds or words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cutaway.errors import InputError
from cutaway.inputs.hearing import SOUND
from cutaway.inputs.source import Source
from cutaway.inputs.steps import Step
from cutaway.inputs.target import Target, described
from cutaway.inputs.words import WORDS

_FOR_ALL: Final = frozenset({"decode", "dtype"})
_NAMES: Final = {"image": "a picture", "array": "an array", "audio": "a sound", "text": "text"}


def suits(steps: Sequence[Step], source: Source) -> bool:
    """Whether a preparation is one for what came."""
    return all(_is_for(str(one.get("step")), source.kind) for one in steps)


def check_kind(source: Source, steps: Sequence[Step], target: Target) -> None:
    """Nothing, where each step is for what came.

    Raises:
        InputError: words came for a model of numbers, or a step is for something else.
    """
    if source.kind == "text":
        raise InputError(
            f"input '{target.name}' wants {described(target.shape, target.dtype)}, "
            f"'{source.name}' is text ({(source.text or '').strip()[:30]!r}); feed a picture, a "
            "sound or an array as the model takes it"
        )
    for one in steps:
        if not _is_for(str(one["step"]), source.kind):
            raise InputError(
                f"step '{one['step']}' is not for {_NAMES[source.kind]}, which '{source.name}' is; "
                "take a preparation made for it, or none, to have it guessed"
            )


def _is_for(step: str, kind: str) -> bool:
    if step in _FOR_ALL:
        return True
    if kind == "audio":
        return step in SOUND
    if kind == "text":
        return step in WORDS
    return step not in SOUND and step not in WORDS
