"""What the outputs of a run mean, in Python: boxes, masks, points, text and the rest."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt

from cutaway.errors import InputError

if TYPE_CHECKING:
    from cutaway.worker.face import Trace


@dataclass(frozen=True)
class Reading:
    """One way in which outputs of a run are read."""

    trace: Trace = field(repr=False)
    """The run."""
    document: Mapping[str, Any] = field(repr=False)
    """The ReadingDoc of ARCHITECTURE.md."""

    def __repr__(self) -> str:
        return f"<cutaway.Reading {self.kind}: {self.summary}>"

    @property
    def kind(self) -> str:
        """``boxes``, ``masks``, ``classes`` and so on."""
        return self.document["kind"]

    @property
    def why(self) -> str:
        """How it was recognized."""
        return self.document["why"]

    @property
    def chosen(self) -> str:
        """``file``, ``guessed`` or ``user``."""
        return self.document["chosen"]

    @property
    def summary(self) -> str:
        """In one line."""
        return self.document["summary"]

    @property
    def settings(self) -> Mapping[str, Any]:
        """Roles and thresholds in use."""
        return self.document["settings"]

    def content(self, **sliders: float) -> Mapping[str, Any]:
        """The content of ARCHITECTURE.md by kind: ``items`` of boxes, ``classes`` of masks, ...

        Args:
            sliders: numbers that are moved, such as ``score=0.3``; ``batch=1`` for the second item
                of a batch.

        Raises:
            InputError: the reading has no such slider.
        """
        return self._ask("", sliders).json()

    def picture(self, **words: Any) -> npt.NDArray[np.uint8]:
        """(H, W, 4) or (H, W, 3) RGBA or RGB of masks, depth, flow or a picture.

        Args:
            words: sliders; ``class_`` (a class number) for masks, ``table`` for depth, ``show``
                (output, input or difference) for a picture.
        """
        from PIL import Image

        asked = {name.rstrip("_"): value for name, value in words.items()}
        with Image.open(io.BytesIO(self._ask("/picture.png", asked).body)) as opened:
            return np.array(opened)

    def at(self, x: float, y: float) -> Mapping[str, Any]:
        """What lies under a place of the picture: ``words``, and the ``cells`` that made it."""
        return self._ask("/at", {"x": x, "y": y}).json()

    def wav(self) -> bytes:
        """A sound as a WAV file."""
        return bytes(self._ask("/sound.wav", {}).body)

    def _ask(self, tail: str, query: Mapping[str, Any]) -> Any:
        words = f"?{urlencode(query)}" if query else ""
        key = f"/t/{self.trace.id}/reading/{self.document['id']}{tail}{words}"
        return self.trace.model.session.get(key).result()


def readings(trace: Trace) -> list[Reading]:
    """The readings of a run: those recognized, or what the user keeps beside the model."""
    return [Reading(trace, document) for document in trace.info["readings"]]


def reading(
    trace: Trace, kind: str | None, values: Sequence[str] | None, settings: Mapping[str, Any]
) -> Reading:
    """One reading: the first of a kind, or one made as asked; nothing is kept beside the model.

    Args:
        trace: the run.
        kind: of reading; None for the first there is.
        values: names of outputs; None for those that fit.
        settings: that override what is recognized.

    Raises:
        InputError: the outputs cannot be read so.
        KeyError: there is no such output.
    """
    found = [one for one in readings(trace) if kind in (None, one.kind)]
    if found and values is None and not settings:
        return found[0]
    wanted = kind or (found[0].kind if found else None)
    if wanted is None:
        raise InputError("a run with outputs was wanted; this one has no readings: say the kind")
    ids = [trace.value(name)["id"] for name in values or ()]
    asked = {"kind": wanted, "values": ids, "settings": dict(settings)}
    told = {"reading": asked, "trace": trace.id, "keep": False}
    made = trace.model.session.command("reading", told).result().json()
    return Reading(trace, made["readings"][0])
