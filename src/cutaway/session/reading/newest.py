"""The readings of the newest run, made anew when labels or the user's word change; no run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from cutaway.errors import UnknownKey
from cutaway.session.documents import LabelsDoc
from cutaway.session.reading.readings import Readings
from cutaway.session.reading_documents import ReadingsDoc
from cutaway.session.sidecar import Sidecar


class Newest:
    """What holds for the page now."""

    def __init__(self, over: Callable[[], dict[int, Readings]], sidecar: Sidecar) -> None:
        """Hold nothing by itself.

        Args:
            over: readings by run, of the runs that ended well, the newest last.
            sidecar: labels and what the user said.
        """
        self._over = over
        self._sidecar = sidecar

    def document(self) -> ReadingsDoc:
        """The newest run's readings."""
        over = self._over()
        if not over:
            return ReadingsDoc(None, [])
        number = max(over)
        return ReadingsDoc(number, over[number].latest)

    def say(self, args: Mapping[str, Any]) -> ReadingsDoc:
        """Readings made anew as the user says, which is kept.

        Args:
            args: ``reading``, ``{kind, values, settings}`` or None to recognize again; ``trace``
                where not the newest run is meant; ``keep`` false only answers, or
                with ``hold`` true holds for as long as the model is open.

        Raises:
            UnknownKey: that run is no longer kept.
            InputError: the reading does not fit the outputs.
        """
        reading, keep = args.get("reading"), bool(args.get("keep", True))
        held = keep or bool(args.get("hold"))
        over, number = self._over(), args.get("trace")
        if number is None and over:
            number = max(over)
        if number is not None and number not in over:
            raise UnknownKey(f"run {number} has no readings, or is no longer kept: run it again")
        made = [] if number is None else over[number].anew(
            self._sidecar.labels, reading, lasting=held
        )  # fmt: skip
        if held:
            self._sidecar.choose_reading(reading, keep=keep)
        return ReadingsDoc(number, made)

    def relabelled(self, chosen: LabelsDoc) -> LabelsDoc:
        """Labels that were just chosen, with the newest run's readings under them."""
        over = self._over()
        if over:
            over[max(over)].first(chosen.labels, self._sidecar.reading)
        return replace(chosen, readings=self.document())
