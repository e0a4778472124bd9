"""How a tensor is to be seen, as the query of a key says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cutaway.errors import InputError
from cutaway.pictures import Axes, Measure

_PLACES: Final = ("planes", "grid", "rows", "columns")
_MEASURES: Final = ("mean", "max", "variance")

_OWN: Final = frozenset({*_PLACES, "at", "batch", "order", "top"})
_OTHERS: Final = frozenset(
    {"cells", "map", "tabs"}  # text
    | {"high", "low", "per", "scale", "table", "transform"}  # pictures
    | {"sampled", "token"}
)
"""Words that belong to one tail alone, or to the server; every tail may be asked with them."""

_AXES: Final = re.compile(r"-?\d+(,-?\d+)*|", re.ASCII)
_AT: Final = re.compile(r"-?\d+:-?\d+(,-?\d+:-?\d+)*|", re.ASCII)
_ORDER: Final = re.compile(r"(index|mean|max|variance|similar:(\d+)|)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A way of seeing a tensor that may not fit it yet."""

    axes: Axes | None = None
    """Where axes are to lie; None for the default."""
    at: tuple[tuple[int, int], ...] = ()
    """Axis and index, by axis."""
    by: Measure | int | None = None
    """What maps are sorted by: a measure, or the number of a map that they may be like."""
    top: int | None = None
    """How many maps are kept, the first ones; None for all."""
    batch: int | None = None
    """The item shown alone of a tensor whose first axis is a batch; None to arrange it by shape."""


DEFAULT = Wanted()


def is_view(query: Mapping[str, str]) -> bool:
    """Whether a query asks for a tensor to be seen otherwise than by default."""
    return bool(query.keys() & _OWN)


def wanted(query: Mapping[str, str]) -> Wanted:
    """What a query asks for.

    Args:
        query: ``grid``, ``rows``, ``columns``, ``planes`` (positions of axes), ``at``,
            ``batch``, ``order``, ``top``; words of other tails are passed over.

    Raises:
        InputError: a word is unknown, or what it says cannot be read.
    """
    if not query:
        return DEFAULT
    unknown = sorted(query.keys() - _OWN - _OTHERS)
    if unknown:
        raise InputError(
            f"a tensor is asked for with {', '.join(sorted(_OWN))}; got '{unknown[0][:40]}': "
            "choose one of those"
        )
    return Wanted(_axes(query), _at(query), _by(query), _top(query), _batch(query))


def _axes(query: Mapping[str, str]) -> Axes | None:
    if not query.keys() & set(_PLACES):
        return None
    return Axes((), *(_numbers(place, query.get(place, "")) for place in _PLACES))


def _numbers(word: str, text: str) -> tuple[int, ...]:
    if not _AXES.fullmatch(text):
        raise InputError(_sentence(word, "a list of axes such as 1,4", text))
    return tuple(int(axis) for axis in text.split(",") if axis)


def _at(query: Mapping[str, str]) -> tuple[tuple[int, int], ...]:
    text = query.get("at", "")
    if not _AT.fullmatch(text):
        raise InputError(_sentence("at", "a list of axis:index such as 0:5,4:2", text))
    pairs = [one.split(":") for one in text.split(",") if one]
    found = {int(axis): int(index) for axis, index in pairs}
    if len(found) < len(pairs):
        raise InputError(_sentence("at", "one index an axis", text))
    return tuple(sorted(found.items()))


def _by(query: Mapping[str, str]) -> Measure | int | None:
    text = query.get("order", "")
    read = _ORDER.fullmatch(text)
    if not read:
        words = f"index, {', '.join(_MEASURES)} or similar:NUMBER of a map"
        raise InputError(_sentence("order", words, text))
    if read[2]:
        return int(read[2])
    return text if text in _MEASURES else None


def _top(query: Mapping[str, str]) -> int | None:
    text = query.get("top", "")
    if text and not (re.fullmatch(r"\d{1,18}", text, re.ASCII) and int(text)):
        raise InputError(_sentence("top", "a number of maps from 1", text))
    return int(text) if text else None


def _batch(query: Mapping[str, str]) -> int | None:
    text = query.get("batch", "")
    if text and not re.fullmatch(r"\d{1,18}", text, re.ASCII):
        raise InputError(_sentence("batch", "the number of an item, counted from 0", text))
    return int(text) if text else None


def _sentence(word: str, meaning: str, text: str) -> str:
    return f"{word} is {meaning}; got {word}={text[:40]}: write it so"
