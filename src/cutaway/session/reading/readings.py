"""The readings of one run: made when it is over, made anew when the user says otherwise."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np

from cutaway.errors import CutawayError, InputError, UnknownKey
from cutaway.outputs import recognition
from cutaway.outputs.seen import Guess, Output
from cutaway.session.answer import Answer, as_json
from cutaway.session.documents import AnswerDoc, ClassDoc
from cutaway.session.keys import whole
from cutaway.session.reading.batches import item_asked
from cutaway.session.reading.context import Context
from cutaway.session.reading.fields import Depth, Flow
from cutaway.session.reading.images import Picture
from cutaway.session.reading.items import Boxes, Points
from cutaway.session.reading.masks import Masks
from cutaway.session.reading.reader import Reader
from cutaway.session.reading.sounds import Sound
from cutaway.session.reading.vectors import Classes, Embedding, Numbers, Plain
from cutaway.session.reading.words import Text
from cutaway.session.reading_documents import ReadingDoc
from cutaway.session.waiting import Recent

READERS: Final[dict[str, type[Reader]]] = {
    "boxes": Boxes,
    "masks": Masks,
    "keypoints": Points,
    "picture": Picture,
    "depth": Depth,
    "flow": Flow,
    "embedding": Embedding,
    "sound": Sound,
    "text": Text,
    "numbers": Numbers,
    "classes": Classes,
    "tensor": Plain,
}
"""What reads each kind."""


Make: TypeAlias = Callable[[Sequence[str] | None, int], Context]

_ITEMS: Final = 16
"""Readings of further items of a batch that are kept."""


@dataclass(frozen=True)
class _Kept:
    """A reading, and the class names that it was made under."""

    document: ReadingDoc
    reader: Reader
    labels: tuple[str, ...] | None


class Readings:
    """All readings of one run, the old ones too; any thread may ask."""

    def __init__(self, make: Make) -> None:
        """Read nothing yet.

        Args:
            make: the run as readings see it, under class names; which item of a batch is read.
        """
        self._make = make
        self._kept: list[_Kept] = []
        self._items: Recent[tuple[int, int], _Kept] = Recent(_ITEMS)
        self.latest: list[ReadingDoc] = []
        """Those that hold for the page now."""
        self._lock = threading.Lock()

    def first(
        self, labels: Sequence[str] | None, correction: Mapping[str, Any] | None
    ) -> list[ReadingDoc]:
        """Readings of a run that is just over: a correction that fits it no more is passed over."""
        try:
            return self.anew(labels, correction)
        except CutawayError:
            return self.anew(labels, None)

    def anew(
        self,
        labels: Sequence[str] | None,
        correction: Mapping[str, Any] | None,
        *,
        lasting: bool = True,
    ) -> list[ReadingDoc]:
        """Readings with new ids: the user's first, then what is recognized in the other outputs.

        Args:
            labels: class names in use.
            correction: ``kind``, ``values``, ``settings`` as the user said; None where nothing.
            lasting: whether they hold from now on, or were only asked for.

        Raises:
            InputError: the correction does not fit the outputs.
        """
        with np.errstate(all="ignore"):  # what NaN and infinities become is told by each reading
            return self._read_anew(labels, correction, lasting=lasting)

    def _read_anew(
        self,
        labels: Sequence[str] | None,
        correction: Mapping[str, Any] | None,
        *,
        lasting: bool,
    ) -> list[ReadingDoc]:
        context = self._make(labels, 0)
        made: list[tuple[ReadingDoc, Reader]] = []
        taken: tuple[int, ...] = ()
        if correction is not None:
            guess = recognition.corrected(context.seen, correction)
            taken = guess.values
            made.append(_chosen(context, guess))
        made += [_made(context, guess) for guess in _recognized(context, taken)]
        with self._lock:
            first = len(self._kept)
            documents = [replace(one, id=first + i) for i, (one, _) in enumerate(made)]
            told = tuple(labels) if labels else None
            self._kept += [
                _Kept(document, reader, told)
                for document, (_, reader) in zip(documents, made, strict=True)
            ]
            if lasting:
                self.latest = documents
        return documents

    def answer(self, rest: list[str], query: Mapping[str, str]) -> Answer:
        """The answer to what follows ``reading`` in a key.

        Raises:
            UnknownKey: there is no such reading, or it has no such tail.
            InputError: the query asks for what the reading does not have.
        """
        number = whole(rest[0] if rest else "", len(self._kept), "readings")
        try:
            with np.errstate(all="ignore"):
                kept = self._of_item(number, query)
                kept.reader.asked(query)
                if len(rest) == 1:
                    return as_json(kept.reader.document(query))
                if rest[1:] == ["item"]:
                    return as_json(kept.document)
                return kept.reader.tail(rest[1:], query)
        except CutawayError:
            raise
        except (ArithmeticError, LookupError, TypeError, ValueError) as problem:
            raise UnknownKey(f"this reading could not be made: {problem}") from problem

    def content(self, number: int) -> object:
        """The content of one of them, one of ``ReadingContentDoc``."""
        with np.errstate(all="ignore"):
            return self._kept[number].reader.document({})

    def _of_item(self, number: int, query: Mapping[str, str]) -> _Kept:
        """A reading of the item that a query asks for, read as the first item is."""
        first = self._kept[number]
        item = item_asked(query, first.reader.context.items)
        if item == 0:
            return first

        def make() -> _Kept:
            reader = type(first.reader)(self._make(first.labels, item), first.reader.settings)
            document = replace(first.document, summary=reader.summary())
            return _Kept(document, reader, first.labels)

        return self._items.get((number, item), make)

    def classes(self) -> AnswerDoc | None:
        """The first class vector among the newest readings, as a run tells it."""
        reader = self._class_vector()
        if reader is not None:
            read = reader.answer
            rows = [ClassDoc(c.index, c.label, c.value, c.score) for c in read.classes]
            return AnswerDoc(reader.output.value, read.raw, read.applied, rows, list(read.top))
        return None

    def classes_read(self) -> tuple[Output, str] | None:
        """The output that ``classes`` tells of, and what makes scores of its numbers."""
        reader = self._class_vector()
        return None if reader is None else (reader.output, str(reader.settings["activation"]))

    def _class_vector(self) -> Classes | None:
        readers = (kept.reader for kept in self._kept)
        found = (one for one in readers if isinstance(one, Classes) and not one.single)
        return next(found, None)


def _recognized(context: Context, taken: tuple[int, ...]) -> list[Guess]:
    """What is recognized; plain tensors where an output is too odd to be judged."""
    try:
        return recognition.recognize(context.seen, taken)
    except Exception:  # noqa: BLE001 - a reading must never cost the run
        left = [output for output in context.seen.outputs if output.value not in taken]
        return [recognition.unknown(left)] if left else []


def _chosen(context: Context, guess: Guess) -> tuple[ReadingDoc, Reader]:
    """The user's reading; raises InputError where the outputs cannot be read so."""
    try:
        return _read(context, guess, "user")
    except CutawayError:
        raise
    except (ArithmeticError, LookupError, TypeError, ValueError) as problem:
        raise InputError(
            f"these outputs cannot be read as {guess.kind} with these settings ({problem}); "
            "change the settings, or choose other outputs"
        ) from problem


def _made(context: Context, guess: Guess) -> tuple[ReadingDoc, Reader]:
    """A recognized reading; a plain tensor that says why where it cannot be made."""
    try:
        return _read(context, guess, "file" if guess.stated else "guessed")
    except Exception as problem:  # noqa: BLE001 - a reading must never cost the run
        why = f"{guess.why}; but that could not be read: {problem}"
        return _read(context, Guess("tensor", "Tensor", why, guess.values), "guessed")


def _read(context: Context, guess: Guess, chosen: Any) -> tuple[ReadingDoc, Reader]:
    reader = READERS[guess.kind](context, guess.settings)
    document = ReadingDoc(
        id=0,
        kind=guess.kind,  # pyright: ignore[reportArgumentType] - one of READERS
        title=guess.title,
        why=guess.why,
        chosen=chosen,
        values=list(guess.values),
        settings=guess.settings,
        sliders=reader.sliders(),
        classes=list(reader.labels) if reader.labels else None,
        summary=reader.summary(),
    )
    return document, reader
