"""What a kind of reading can be asked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from cutaway import outputs
from cutaway.errors import InputError, UnknownKey
from cutaway.session.answer import Answer
from cutaway.session.reading.context import Context
from cutaway.session.reading_documents import CellDoc, SliderDoc

_OTHERS = frozenset({"class", "x", "y", "token", "table", "batch", "show", "count", "columns"})
"""Words of a query that are no sliders."""


class Reader:
    """One reading of one run: settings applied to outputs."""

    def __init__(self, context: Context, settings: Mapping[str, Any]) -> None:
        self.context = context
        self.seen = context.seen
        self.settings = dict(settings)

        self.labels = context.labels or self._guessed_labels()
        """Class names: those in use, else a list that is guessed."""

    def _guessed_labels(self) -> tuple[str, ...] | None:
        named, listed = self.settings.get("names"), self.settings.get("labels")
        if named and self.settings.get("form") == "scores":
            return tuple(named)
        return outputs.builtin(listed) if listed else None

    def label(self, index: int) -> str | None:
        """The name of a class; None where it has none."""
        if self.labels is None or not 0 <= index < len(self.labels):
            return None
        return self.labels[index] or None

    def cell(self, value: int, flat: int) -> CellDoc:
        """An element of a raw tensor, by its place in the array that is read."""
        return CellDoc(value, flat + self.seen.by_value[value].start)

    def sliders(self) -> list[SliderDoc]:
        """Numbers that may be moved without a run."""
        return []

    def summary(self) -> str:
        """In one line."""
        raise NotImplementedError

    def document(self, query: Mapping[str, str]) -> object:
        """The content, one of ``ReadingContentDoc``."""
        raise NotImplementedError

    def tail(self, rest: list[str], query: Mapping[str, str]) -> Answer:
        """What follows the reading's id in a key."""
        del query
        raise UnknownKey(f"this reading has no '{'/'.join(rest)}'; see ARCHITECTURE.md")

    def asked(self, query: Mapping[str, str]) -> dict[str, Any]:
        """The settings with what a query moves.

        Raises:
            InputError: a word is no slider of this reading, or its value is no number within it.
        """
        known = {one.name: one for one in self.sliders()}
        said = dict(self.settings)
        for name, text in query.items():
            if name in _OTHERS:
                continue
            slider = known.get(name)
            if slider is None:
                words = ", ".join(known) or "none"
                raise InputError(f"this reading has the sliders {words}; got '{name[:40]}'")
            said[name] = _number(slider, text)
        return said


def _number(slider: SliderDoc, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not slider.low <= number <= slider.high:
        raise InputError(
            f"{slider.name} is a number from {slider.low:g} to {slider.high:g}; got '{text[:40]}'"
        )
    return number


def class_asked(query: Mapping[str, str]) -> int | None:
    """The class that a query asks for alone; None for all; raises InputError."""
    text = query.get("class", "all")
    if text in ("", "all"):
        return None
    if not text.isdecimal():
        raise InputError(f"class is the number of a class, or all; got '{text[:40]}'")
    return int(text)


def place_asked(query: Mapping[str, str]) -> tuple[float, float]:
    """The place that a query asks for, in pixels; raises InputError."""
    try:
        x, y = float(query.get("x", "")), float(query.get("y", ""))
    except ValueError:
        x = y = math.nan
    if not (math.isfinite(x) and math.isfinite(y)):
        raise InputError(f"x and y are places in pixels; got {dict(query)}")
    return x, y
