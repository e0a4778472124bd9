"""The pictures of one tensor: made when asked for, the costly parts kept."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import cast

import numpy as np
import orjson

from cutaway import pictures
from cutaway.errors import InputError, UnknownKey
from cutaway.graph import Value
from cutaway.session.answer import NPY, PNG, Answer, as_blob, as_json
from cutaway.session.documents import (
    ArrangementDoc,
    AxesDoc,
    CellsDoc,
    HistogramDoc,
    LettersDoc,
    LevelDoc,
    StatsDoc,
)
from cutaway.session.keys import whole
from cutaway.trace import Array

_KEPT = 256
"""Tensors whose statistics and coarser levels are kept."""

_SIZES = frozenset(map(str, pictures.OVERVIEWS))

_MOST_PIXELS = 1 << 26


class Pictures:
    """The pictures of many tensors, the ones asked for last kept."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, TensorPictures] = OrderedDict()
        self._lock = threading.Lock()

    def answer(
        self, value: Value, load: Callable[[], Array], rest: list[str], query: Mapping[str, str]
    ) -> Answer:
        """The answer to the part of a key that follows its value; raises UnknownKey."""
        return self.of(value, load).answer(rest, query)

    def of(self, value: Value, load: Callable[[], Array]) -> TensorPictures:
        """The pictures of one value; ``load`` is called where they are not here yet."""
        with self._lock:
            found = self._kept.get(value.id)
            if found is not None:
                self._kept.move_to_end(value.id)
                return found
        made = TensorPictures(value, load())
        with self._lock:
            self._kept[value.id] = made
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made


class TensorPictures:
    """All that is drawn and told of one tensor."""

    def __init__(self, value: Value, array: Array) -> None:
        self.value = value
        self.array = array

    def answer(self, rest: list[str], query: Mapping[str, str]) -> Answer:
        """The answer to the part of a key that follows the value's id; raises UnknownKey."""
        match rest:
            case ["stats"]:
                return as_json(self.document)
            case ["overview", size] if size in _SIZES:
                return self._overview(int(size))
            case ["sheet", level, page]:
                return self._tile(level, page)
            case ["cells", page]:
                return as_json(self._texts(page))
            case ["array.npy"]:
                return Answer(NPY, npy(self.array))
            case ["picture.png"]:
                return Answer(PNG, self._png(query))
            case _:
                raise UnknownKey(f"a tensor has no '{'/'.join(rest)}'; see ARCHITECTURE.md")

    @cached_property
    def arrangement(self) -> pictures.Arrangement:
        """How the tensor is laid out as a sheet."""
        image = self.value.what == "input"
        return pictures.arrange(self.array.shape, self.value.axes, image=image)

    @cached_property
    def sheet(self) -> Array:
        """``(planes, height, width)`` in the tensor's own dtype."""
        return pictures.sheet(self.array, self.arrangement)

    @cached_property
    def statistics(self) -> pictures.Statistics:
        """Over the whole tensor."""
        return pictures.statistics(self.array)

    @cached_property
    def sketch(self) -> pictures.Statistics:
        """The same without what only a second pass gives: enough to draw it small."""
        known = self.__dict__.get("statistics")
        return known or pictures.statistics(self.array, spread=False)

    @cached_property
    def levels(self) -> tuple[pictures.Level, ...]:
        """Levels of detail, the finest first."""
        return pictures.levels(self.arrangement)

    @cached_property
    def maps(self) -> Array:
        """``(maps, 3) float32``: min, max, mean of every map."""
        return pictures.map_ranges(self.sheet, self.arrangement)

    @cached_property
    def scaling(self) -> tuple[float, float]:
        """Scale and centre of the sheet's numbers."""
        return pictures.scaling(self.sketch)

    @cached_property
    def document(self) -> StatsDoc:
        """What the page is told of the tensor."""
        return self._document(self.statistics)

    def _document(self, s: pictures.Statistics) -> StatsDoc:
        histogram = s.histogram
        return StatsDoc(
            value=self.value.id,
            name=self.value.name,
            shape=list(self.array.shape),
            dtype=dtype_name(self.array, self.value),
            size=self.array.size,
            bytes=self.array.nbytes,
            min=s.min,
            max=s.max,
            mean=s.mean,
            std=s.std,
            zeros=s.zeros,
            nan=s.nan,
            inf=s.inf,
            robust=s.robust,
            sampled=s.sampled,
            signed=s.signed,
            histogram=histogram
            and HistogramDoc(histogram.low, histogram.high, list(histogram.counts)),
            arrangement=self._arrangement_document(),
            scale=self.scaling[0],
            center=self.scaling[1],
            tile=pictures.TILE,
            levels=[LevelDoc(v.rows, v.columns, v.height, v.width) for v in self.levels],
            dead=pictures.dead(self.maps),
        )

    def _arrangement_document(self) -> ArrangementDoc:
        a = self.arrangement
        return ArrangementDoc(
            grid=a.grid,
            maps=a.maps,
            rows=a.rows,
            columns=a.columns,
            planes=a.planes,
            cells=a.cells,
            strip=a.strip,
            letters=LettersDoc(a.letters.grid, a.letters.row, a.letters.column),
            axes=AxesDoc(
                *map(list, (a.axes.batch, a.axes.planes, a.axes.grid, a.axes.rows, a.axes.columns))
            ),
            at=[0] * len(a.axes.batch),
            order=None,
        )

    def level(self, number: int) -> Array:
        """The sheet at a level of detail, ``(planes, height, width)``."""
        known = self._levels_made.get(number)
        if known is None:
            known = pictures.reduce(self.sheet, self.arrangement, number) if number else self.sheet
            self._levels_made[number] = known
        return known

    @cached_property
    def _levels_made(self) -> dict[int, Array]:
        return {}

    def _overview(self, size: int) -> Answer:
        number = pictures.overview(self.levels, size)
        cells = pictures.encode(self.level(number), *self.scaling)
        full = size == max(pictures.OVERVIEWS)
        document = self.document if full else self._document(self.sketch)
        described = {"json": orjson.dumps(document).decode(), "level": str(number)}
        return as_blob({"cells": cells, "maps": self.maps}, described)

    def _tile(self, level: str, page: str) -> Answer:
        number = whole(level, len(self.levels), "levels")
        across = pictures.tiles(self.levels[number])
        pages = across[0] * across[1] * self.arrangement.planes
        part = pictures.tile(self.level(number), whole(page, pages, "pages"))
        return as_blob({"cells": pictures.encode(part, *self.scaling)}, {})

    def _texts(self, page: str) -> CellsDoc:
        size = pictures.CELLS_PAGE
        planes, height, width = self.sheet.shape
        down, across = -(-height // size), -(-width // size)
        number = whole(page, planes * down * across, "pages of cells")
        plane, within = divmod(number, down * across)
        top, left = (within // across) * size, (within % across) * size
        block = self.sheet[plane, top : top + size, left : left + size]
        return CellsDoc(block.shape[0], block.shape[1], pictures.texts(block))

    def _png(self, query: Mapping[str, str]) -> bytes:
        s = self.sketch
        low, high = s.robust or (s.min or 0.0, s.max or 1.0)
        try:
            low, high = float(query.get("low", low)), float(query.get("high", high))
            zoom = int(query.get("scale", 1))
        except ValueError:
            raise InputError(
                f"low and high are numbers, scale a whole number; got {dict(query)}"
            ) from None
        height, width = self.sheet.shape[1:]
        if zoom < 1 or height * width * zoom * zoom > _MOST_PIXELS:
            raise InputError(
                f"a picture of at most {_MOST_PIXELS} pixels was wanted; the sheet is "
                f"{width} x {height} and the scale {zoom}: choose a smaller scale"
            )
        per_map = self.maps[:, :2] if query.get("per") == "map" else None
        pixels = pictures.paint(
            self.sheet,
            pictures.table(query.get("table", "inferno")),
            low,
            high,
            ranges=per_map,
            arrangement=self.arrangement,
        )
        return pictures.png(np.repeat(np.repeat(pixels, zoom, 0), zoom, 1))


def dtype_name(array: Array, value: Value) -> str:
    """NumPy's or ml_dtypes' name; ``string`` for text."""
    if array.dtype.kind in "OSU":
        return "string"
    # ml_dtypes' int4 and float8 name themselves; NumPy's longlong does too.
    return array.dtype.name or value.dtype or "object"


def npy(array: Array) -> bytes:
    """The tensor as a ``.npy`` file that plain NumPy reads.

    What NumPy itself lacks (bfloat16, float8, int4) is widened to the next type that holds it
    exactly.
    """
    plain = array
    if array.dtype.kind == "V" or not array.dtype.isbuiltin:
        wide = np.int8 if "int" in array.dtype.name else np.float32
        plain = cast("Array", array.astype(wide))
    if array.dtype.kind == "O":
        plain = array.astype(np.str_)
    out = io.BytesIO()
    np.save(out, plain, allow_pickle=False)
    return out.getvalue()
