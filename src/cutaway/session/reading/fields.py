"""Depth and flow over the picture as it came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cutaway import inputs
from cutaway.errors import UnknownKey
from cutaway.outputs import images
from cutaway.outputs.sampling import bilinear, inside, places, shown_size
from cutaway.outputs.seen import Array, Floats, Whole
from cutaway.outputs.signs import flat_of, span
from cutaway.session.answer import PNG, Answer, as_json
from cutaway.session.reading.painting import coloured, rgba_png, wheel
from cutaway.session.reading.reader import Reader, place_asked
from cutaway.session.reading_documents import FieldPictureDoc, PlaceDoc

_ARROWS = 16
"""Arrows along the longer side of a flow."""


def _middles(length: int, step: float) -> Whole:
    """Pixels in the middles of about ``length / step`` equal stretches."""
    count = max(1, round(length / step))
    return ((np.arange(count) + 0.5) * length / count).astype(np.int64)


class Field(Reader):
    """A map of numbers over the picture."""

    unit: str | None = None

    @property
    def geometry(self) -> inputs.Geometry:
        """Onto the picture as it came."""
        return self.context.geometry or inputs.Geometry((1, 1), (1, 1))

    @property
    def maps(self) -> Array:
        """(C, H, W) as the model gives it."""
        return images.field(self.settings, self.seen)

    def limits(self) -> tuple[float, float]:
        """Ends of the colours."""
        return span(self.maps)

    def document(self, query: Mapping[str, str]) -> FieldPictureDoc:
        """Size and range."""
        del query
        low, high = self.limits()
        lost = int(self.maps.size - np.isfinite(self.maps).sum())
        note = f"{lost:,} numbers are NaN or infinite and are left out" if lost else self.note()
        near = self.settings.get("near", "low") if isinstance(self, Depth) else None
        return FieldPictureDoc(
            self.context.size, low, high, self.unit, note, {}, near, self.arrows()
        )

    def note(self) -> str:
        """What is to be known of it."""
        return ""

    def arrows(self) -> list[tuple[float, float, float, float]]:
        """Where places of a grid move: x, y, across, down, in pixels of what is shown."""
        return []

    def tail(self, rest: list[str], query: Mapping[str, str]) -> Answer:
        """``picture.png`` and ``at``."""
        if rest == ["picture.png"]:
            return Answer(PNG, rgba_png(self.painted(query)))
        if rest == ["at"]:
            return as_json(self._at(*place_asked(query)))
        raise UnknownKey(f"this reading has no '{'/'.join(rest)}'; see ARCHITECTURE.md")

    def painted(self, query: Mapping[str, str]) -> Array:
        """(H, W, 4) uint8."""
        raise NotImplementedError

    def spread(self) -> Floats:
        """(C, H, W) over the pixels shown, between cells; NaN where the model saw nothing."""
        maps = self.maps
        cells = (maps.shape[1], maps.shape[2])
        column, row = places(self.geometry, shown_size(self.geometry), cells)
        return np.where(inside(column, row, cells), bilinear(maps, column, row), np.nan)

    def words(self, values: list[float]) -> str:
        """A place in words."""
        raise NotImplementedError

    def _at(self, x: float, y: float) -> PlaceDoc:
        maps = self.maps
        spot = self.geometry.to_input([x, y])
        rows, columns = maps.shape[1:]
        column = int(np.floor(spot[0] * columns / self.geometry.size[1]))
        row = int(np.floor(spot[1] * rows / self.geometry.size[0]))
        if not (0 <= row < rows and 0 <= column < columns):
            return PlaceDoc("the model saw nothing of this place", [])
        output = self.seen.by_value[self.settings["output"]]
        order = self.settings["order"]
        cells = [
            self.cell(output.value, flat_of(output, order, channel, row, column))
            for channel in range(len(maps))
        ]
        return PlaceDoc(self.words([float(one) for one in maps[:, row, column]]), cells)


class Depth(Field):
    """How far each pixel is; which end is near, the model seldom says."""

    def summary(self) -> str:
        """Its range."""
        low, high = self.limits()
        near, far = (high, low) if self.settings.get("near", "low") == "high" else (low, high)
        return f"near {near:.4g}, far {far:.4g}"

    def note(self) -> str:
        """Which end is near."""
        return f"{self.settings.get('near', 'low')} values are taken for near"

    def painted(self, query: Mapping[str, str]) -> Array:
        """(H, W, 4) uint8, near places bright."""
        low, high = self.limits()
        values = self.spread()[0]
        if self.settings.get("near", "low") == "low":
            values, low, high = -values, -high, -low
        return coloured(values, low, high, query.get("table", "inferno"))

    def words(self, values: list[float]) -> str:
        """The number."""
        return f"{values[0]:.4g}"


class Flow(Field):
    """How far each pixel moves, in the model's pixels."""

    unit = "px"

    def limits(self) -> tuple[float, float]:
        """0 and the largest length."""
        maps = self.maps
        return 0.0, span(np.hypot(maps[0], maps[1]))[1]

    def summary(self) -> str:
        """The largest movement."""
        return f"up to {self.limits()[1]:.3g} px"

    def note(self) -> str:
        """What the colours mean."""
        return "lengths are in pixels of the model's picture"

    def painted(self, query: Mapping[str, str]) -> Array:
        """(H, W, 4) uint8."""
        del query
        spread = self._turned()
        return wheel(spread[0], spread[1], self.limits()[1])

    def _turned(self) -> Floats:
        """(2, H, W) with directions of the picture as it came, where a step turned or mirrored."""
        spread = self.spread()
        a, b, _, d, e, _ = self.geometry.inverse
        size = np.sqrt(abs(a * e - b * d)) or 1.0
        return np.stack([
            (a * spread[0] + b * spread[1]) / size, (d * spread[0] + e * spread[1]) / size
        ])  # fmt: skip

    def arrows(self) -> list[tuple[float, float, float, float]]:
        """Of the middles of a grid's squares, about ``_ARROWS`` along the longer side."""
        spread = self.spread()
        rows, columns = spread.shape[1:]
        width, height = self.context.size
        step = max(rows, columns) / _ARROWS
        row, column = (_middles(length, step) for length in (rows, columns))
        a, b, _, d, e, _ = self.geometry.inverse
        found: list[tuple[float, float, float, float]] = []
        for y in row.tolist():
            for x in column.tolist():
                across, down = spread[:2, y, x].tolist()
                if np.isfinite(across) and np.isfinite(down):
                    at = ((x + 0.5) * width / columns, (y + 0.5) * height / rows)
                    found.append((*at, a * across + b * down, d * across + e * down))
        return found

    def words(self, values: list[float]) -> str:
        """Both lengths."""
        return f"{values[0]:+.3g} across, {values[1]:+.3g} down"


KINDS: dict[str, Any] = {"depth": Depth, "flow": Flow}
