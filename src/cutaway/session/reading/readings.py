"""The readings of one run: made when it is over, made anew when the user says otherwise."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cutaway.errors import CutawayError
from cutaway.outputs import recognition
from cutaway.outputs.seen import Guess
from cutaway.session.answer import Answer, as_json
from cutaway.session.keys import whole
from cutaway.session.reading.context import Context
from cutaway.session.reading.items import Boxes
from cutaway.session.reading.reader import Reader
from cutaway.session.reading.vectors import Classes, Plain
from cutaway.session.reading_documents import ReadingDoc

KINDS: Final[dict[str, type[Reader]]] = {
    "boxes": Boxes,
    "classes": Classes,
    "tensor": Plain,
}
"""What reads each kind."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading."""

    document: ReadingDoc
    reader: Reader


class Readings:
    """All readings of one run; any thread may ask."""

    def __init__(self, make: Callable[[], Context]) -> None:
        self._make = make
        self._context: Context | None = None
        self._kept: list[Reading] = []
        self._lock = threading.Lock()

    def first(self, correction: Mapping[str, Any] | None) -> list[ReadingDoc]:
        """Readings of a run that is just over; one that cannot be read fails no run."""
        try:
            return self.recognize(correction)
        except CutawayError:
            return self.recognize(None)

    def recognize(self, correction: Mapping[str, Any] | None) -> list[ReadingDoc]:
        """Readings with new ids: the user's, and what is recognized in the other outputs.

        Args:
            correction: ``kind``, ``values``, ``settings`` as the user said; None where nothing.

        Raises:
            InputError: the correction does not fit the outputs.
        """
        with self._lock:
            self._context = self._context or self._make()
            context = self._context
            guesses = recognition.recognize(context.seen)
            made = [
                self._reading(context, guess, "file" if guess.stated else "guessed")
                for guess in guesses
            ]
            first = len(self._kept)
            kept = [
                Reading(_numbered(one.document, first + i), one.reader)
                for i, one in enumerate(made)
            ]
            self._kept += kept
            return [one.document for one in kept]

    def answer(self, rest: list[str], query: Mapping[str, str]) -> Answer:
        """The answer to what follows ``reading`` in a key; raises UnknownKey."""
        reading = self._kept[whole(rest[0] if rest else "", len(self._kept), "readings")]
        if len(rest) == 1:
            return as_json(reading.reader.document(query))
        return reading.reader.tail(rest[1:], query)

    def _reading(self, context: Context, guess: Guess, chosen: Any) -> Reading:
        reader = KINDS[guess.kind](context, guess.settings)
        labels = context.labels
        document = ReadingDoc(
            id=0,
            kind=guess.kind,  # pyright: ignore[reportArgumentType] - one of KINDS
            title=guess.title,
            why=guess.why,
            chosen=chosen,
            values=list(guess.values),
            settings=guess.settings,
            sliders=reader.sliders(),
            classes=list(labels)
            if labels and guess.kind in ("classes", "boxes", "masks")
            else None,
            summary=reader.summary(),
        )
        return Reading(document, reader)


def _numbered(document: ReadingDoc, number: int) -> ReadingDoc:
    from dataclasses import replace

    return replace(document, id=number)
