"""Masks over the picture as it came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cutaway import inputs
from cutaway.errors import UnknownKey
from cutaway.outputs import masks, palette
from cutaway.outputs.classes import softmax
from cutaway.outputs.sampling import bilinear, inside, places, shown_size
from cutaway.outputs.seen import Array, Output
from cutaway.outputs.signs import channels_first, flat_of
from cutaway.session.answer import PNG, Answer, as_json
from cutaway.session.reading.context import Context
from cutaway.session.reading.painting import rgba_png
from cutaway.session.reading.reader import Reader, class_asked, place_asked
from cutaway.session.reading_documents import (
    MaskClassDoc,
    MasksDoc,
    PlaceDoc,
    SliderDoc,
)
from cutaway.session.waiting import Once


class Masks(Reader):
    """Which pixel is what, or how much each is it."""

    def __init__(self, context: Context, settings: Mapping[str, Any]) -> None:
        super().__init__(context, settings)
        self._laid: Once[Array] = Once()
        self.matte = settings["form"] == "matte"

    @property
    def output(self) -> Output:
        """The raw tensor."""
        return self.seen.by_value[self.settings["output"]]

    @property
    def shown(self) -> tuple[int, int]:
        """Height and width of what is shown."""
        return shown_size(self._geometry)

    @property
    def _geometry(self) -> inputs.Geometry:
        return self.context.geometry or inputs.Geometry((1, 1), (1, 1))

    def sliders(self) -> list[SliderDoc]:
        """From where on a matte counts."""
        if not self.matte:
            return []
        value = float(self.settings.get("threshold", 0.5))
        return [SliderDoc("threshold", "least value that counts", 0.0, 1.0, 0.01, value)]

    def laid(self) -> Array:
        """(H, W) of what is shown: class numbers, -1 where the model saw nothing; or the matte."""
        return self._laid.get(self._lay)

    def _lay(self) -> Array:
        if self.matte:
            return self._spread(masks.matte(self.settings, self.seen))
        return masks.laid(self.settings, self.seen, self._geometry, self.shown)

    def _spread(self, one: Array) -> Array:
        """(H, W) float32 of a map in 0..1, between its cells; NaN where the model saw nothing."""
        column, row = places(self._geometry, self.shown, (one.shape[0], one.shape[1]))
        values = bilinear(one, column, row)
        return np.where(inside(column, row, (one.shape[0], one.shape[1])), values, np.nan)

    def shares(self, query: Mapping[str, str]) -> list[tuple[int, float]]:
        """Class numbers and how much of the picture they are, the largest first."""
        laid = self.laid()
        if self.matte:
            threshold = float(self.asked(query).get("threshold", 0.5))
            with np.errstate(invalid="ignore"):
                return [(0, float((laid >= threshold).mean()))]
        counts = np.bincount(laid[laid >= 0])
        pairs = [(int(i), float(counts[i]) / laid.size) for i in np.flatnonzero(counts)]
        return sorted(pairs, key=lambda pair: -pair[1])

    def summary(self) -> str:
        """What is there and how much of it."""
        return self._told({})

    def _told(self, query: Mapping[str, str]) -> str:
        nothing = None if self.matte else self.settings.get("background")
        there = [pair for pair in self.shares(query) if pair[0] != nothing and pair[1] >= 0.005]
        told = [f"{self.named(index)} {share:.0%}" for index, share in there[:4]]
        return ", ".join(told) or "nothing but background"

    def named(self, index: int) -> str:
        """A class in words."""
        return "subject" if self.matte else self.label(index) or f"class {index}"

    def document(self, query: Mapping[str, str]) -> MasksDoc:
        """Classes that are there."""
        found = [
            MaskClassDoc(
                index, "subject" if self.matte else self.label(index), share, palette.colour(index)
            )
            for index, share in self.shares(query)
        ]
        threshold = self.asked(query).get("threshold", 0.5) if self.matte else None
        return MasksDoc(self.context.size, found, threshold, self._note(), self._told(query))

    def _note(self) -> str:
        if not np.isfinite(self.output.one).all():
            return "the output holds NaN or infinities: those places count as the least"
        if self.settings["form"] == "numbers":
            return "each pixel has the class of the nearest cell"
        return "scores are laid between cells by straight lines, then compared at each pixel"

    def tail(self, rest: list[str], query: Mapping[str, str]) -> Answer:
        """``picture.png`` and ``at``."""
        if rest == ["picture.png"]:
            return Answer(PNG, rgba_png(self._painted(query)))
        if rest == ["at"]:
            return as_json(self._at(*place_asked(query)))
        raise UnknownKey(f"masks have no '{'/'.join(rest)}'; see ARCHITECTURE.md")

    def _painted(self, query: Mapping[str, str]) -> Array:
        """(H, W, 4) uint8: all classes in their colours, or one with its score as opacity."""
        only = class_asked(query)
        said = self.asked(query)
        laid = self.laid()
        out = np.zeros((*self.shown, 4), np.uint8)
        if self.matte:
            threshold = float(said.get("threshold", 0.5))
            with np.errstate(invalid="ignore"):
                opaque = np.where(laid >= threshold, 255, 0)
            shade = np.clip(np.nan_to_num(laid), 0, 1) * 255 if only is not None else opaque
            out[...] = (*palette.parts(palette.colour(0)), 0)
            out[..., 3] = shade
            return out
        if only is not None:
            out[...] = (*palette.parts(palette.colour(only)), 0)
            out[..., 3] = np.clip(np.nan_to_num(self._score_of(only, laid)), 0, 1) * 255
            return out
        colours = np.zeros((int(laid.max(initial=0)) + 2, 4), np.uint8)
        for index, _ in self.shares({}):
            if index != self.settings.get("background"):
                colours[index + 1] = (*palette.parts(palette.colour(index)), 255)
        return colours[laid + 1]

    def _score_of(self, index: int, laid: Array) -> Array:
        """(H, W) in 0..1 of one class: its score, or where it wins for class numbers."""
        if self.settings["form"] == "numbers":
            return (laid == index).astype(np.float32)
        maps = channels_first(self.output, self.settings["order"])
        if index >= len(maps):
            raise UnknownKey(f"there are {len(maps)} classes; got {index}")
        return self._spread(self._scores()[index])

    def _scores(self) -> Array:
        """(C, H, W) in 0..1 of each cell."""
        maps = channels_first(self.output, self.settings["order"])
        if self.settings.get("activation") != "softmax":
            return maps
        return np.moveaxis(softmax(np.moveaxis(maps, 0, -1)), -1, 0)

    def _at(self, x: float, y: float) -> PlaceDoc:
        """The winning class of the nearest cell, its score, and the elements of all classes."""
        maps = channels_first(self.output, self.settings["order"])
        spot = self._geometry.to_input([x, y])
        rows, columns = maps.shape[1:]
        column = int(np.floor(spot[0] * columns / self._geometry.size[1]))
        row = int(np.floor(spot[1] * rows / self._geometry.size[0]))
        if not (0 <= row < rows and 0 <= column < columns):
            return PlaceDoc("the model saw nothing of this place", [])
        order, output = self.settings["order"], self.output
        if self.matte:
            value = float(masks.matte(self.settings, self.seen)[row, column])
            cells = [self.cell(output.value, flat_of(output, order, 0, row, column))]
            return PlaceDoc(f"subject {value:.2f}", cells)
        if self.settings["form"] == "numbers":
            index = int(masks.numbers(self.settings, self.seen)[row, column])
            cells = [self.cell(output.value, flat_of(output, order, 0, row, column))]
            return PlaceDoc(self.named(index), cells)
        values = np.asarray(maps[:, row, column], np.float64)
        scores = softmax(values) if self.settings.get("activation") == "softmax" else values
        best = np.argsort(-np.nan_to_num(values, nan=-np.inf), kind="stable")[:2].tolist()
        cells = [self.cell(output.value, flat_of(output, order, i, row, column)) for i in best]
        return PlaceDoc(f"{self.named(best[0])} {scores[best[0]]:.2f}", cells)
