"""A sound that the network gives."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cutaway.errors import UnknownKey
from cutaway.outputs import sound
from cutaway.outputs.seen import Floats
from cutaway.session.answer import PNG, Answer, as_blob, as_json
from cutaway.session.reading.painting import coloured, rgba_png
from cutaway.session.reading.reader import Reader, place_asked
from cutaway.session.reading_documents import CellDoc, PlaceDoc, SoundDoc

WAV = "audio/wav"
_COLUMNS = 1024
"""Pieces of the wave whose least and largest are told."""


class Sound(Reader):
    """Samples over time."""

    @property
    def samples(self) -> Floats:
        """(C, T)."""
        return sound.waves(self.settings, self.seen)

    @property
    def rate(self) -> int:
        """Samples a second."""
        return int(self.settings["rate"])

    def summary(self) -> str:
        """How long it is."""
        return f"{self.samples.shape[1] / self.rate:.2f} s at {self.rate:,} Hz"

    def document(self, query: Mapping[str, str]) -> SoundDoc:
        """Rate and length."""
        del query
        samples = self.samples
        lost = int((~np.isfinite(samples)).sum())
        note = f"{lost:,} samples are NaN or infinite and are silent here" if lost else ""
        channels, length = samples.shape
        return SoundDoc(self.rate, length, length / self.rate, channels, note)

    def tail(self, rest: list[str], query: Mapping[str, str]) -> Answer:
        """``sound.wav``, ``wave``, ``spectrogram.png`` and ``at``, whose x is a sample."""
        match rest:
            case ["sound.wav"]:
                return Answer(WAV, sound.wav(self.samples, self.rate))
            case ["at"]:
                return as_json(self._at(place_asked(query)[0]))
            case ["wave"]:
                return as_blob({"ranges": sound.ranges(self.samples, _COLUMNS)}, {})
            case ["spectrogram.png"]:
                levels = sound.spectrogram(self.samples, self.rate)[::-1]
                return Answer(
                    PNG, rgba_png(coloured(levels, -80.0, 0.0, query.get("table", "inferno")))
                )
            case _:
                raise UnknownKey(f"a sound has no '{'/'.join(rest)}'; see ARCHITECTURE.md")

    def _at(self, x: float) -> PlaceDoc:
        samples = self.samples
        at = int(min(max(0, x), samples.shape[1] - 1))
        heard = ", ".join(f"{one:.4g}" for one in samples[:, at].tolist())
        flats = sound.flats(self.settings, self.seen, at)
        cells = [CellDoc(self.settings["output"], flat) for flat in flats]
        return PlaceDoc(f"{heard} at {at / self.rate:.4f} s", cells)
