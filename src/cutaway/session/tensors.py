"""The pictures of one tensor: made when asked for, the costly parts kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache

import numpy as np
import orjson

from cutaway import pictures
from cutaway.errors import InputError, UnknownKey
from cutaway.graph import Value
from cutaway.session import taking
from cutaway.session.answer import PNG, Answer, as_blob, as_json
from cutaway.session.documents import HistogramDoc, LevelDoc, StatsDoc
from cutaway.session.looking import channel_table, next_odd, octaves_document, taken
from cutaway.session.view import View, sorted_maps
from cutaway.session.waiting import Once, Recent
from cutaway.session.wanted import DEFAULT, Wanted, wanted
from cutaway.trace import Array

_KEPT = 256
"""Tensors whose statistics and views are kept."""

_VIEWS = 4
"""Views that are kept of one tensor."""

_SIZES = frozenset(map(str, pictures.OVERVIEWS))

_MOST_PIXELS = 1 << 26


class Pictures:
    """The pictures of many tensors, the ones asked for last kept."""

    def __init__(self) -> None:
        self._kept: Recent[int, TensorPictures] = Recent(_KEPT)

    def answer(
        self, value: Value, load: Callable[[], Array], rest: list[str], query: Mapping[str, str]
    ) -> Answer:
        """The answer to the part of a key that follows its value; raises UnknownKey."""
        return self.of(value, load).answer(rest, query)

    def of(self, value: Value, load: Callable[[], Array]) -> TensorPictures:
        """The pictures of one value; ``load`` is called where they are not here yet."""
        return self._kept.get(value.id, lambda: TensorPictures(value, load()))


class TensorPictures:
    """All that is drawn and told of one tensor, whichever way it is seen."""

    def __init__(self, value: Value, array: Array) -> None:
        self.value = value
        self.array = array
        self._statistics: Once[pictures.Statistics] = Once()
        self._sketch: Once[pictures.Statistics] = Once()
        self._natural = self._arranged(DEFAULT)
        self._views: Recent[Hashable, View] = Recent(_VIEWS)

    def answer(self, rest: list[str], query: Mapping[str, str]) -> Answer:
        """The answer to the part of a key that follows the value's id.

        Raises:
            UnknownKey: there is no such tail, level or page.
            InputError: the query asks for a view that the tensor does not have.
        """
        match rest:
            case ["array.npy"]:
                return taking.npy(self.array)
            case ["array.npz"]:
                return taking.npz(self.array, self.value.name)
            case ["next", kind, after]:
                return next_odd(self.array, kind, after)
            case _:
                return self._seen(self.view(wanted(query)), rest, query)

    def _seen(self, view: View, rest: list[str], query: Mapping[str, str]) -> Answer:
        """What depends on how the tensor is seen."""
        match rest:
            case ["stats"]:
                return as_json(self._full_document(view))
            case ["overview", size] if size in _SIZES:
                return (
                    self._sampled(view) if "sampled" in query else self._overview(view, int(size))
                )
            case ["channels"]:
                return channel_table(view, None)
            case ["sheet", level, page]:
                cells = pictures.encode(view.tile(level, page), *self.scaling)
                return as_blob({"cells": cells}, {})
            case ["cells", page]:
                return as_json(view.texts(page))
            case ["array.csv"]:
                return taking.text(self.array, view, query)
            case ["picture.png"]:
                return Answer(PNG, self._png(view, query))
            case _:
                raise UnknownKey(f"a tensor has no '{'/'.join(rest)}'; see ARCHITECTURE.md")

    def channels(self, query: Mapping[str, str], bounds: pictures.Bounds | None) -> Answer:
        """One row a map, what is saturated by the bounds of the activation among it."""
        return channel_table(self.view(wanted(query)), bounds)

    def view(self, asked: Wanted = DEFAULT) -> View:
        """The tensor seen as asked, one of the few kept or a new one; raises InputError."""
        natural = self._natural if asked == DEFAULT else self._arranged(asked)
        return self._views.get(
            (natural, asked.by, asked.top),
            lambda: View(self.array, sorted_maps(self.array, natural, asked.by, asked.top)),
        )

    def _arranged(self, asked: Wanted) -> pictures.Arrangement:
        image = self.value.what == "input"
        return _arranged(self.array.shape, self.value.axes, asked, image=image)

    @property
    def statistics(self) -> pictures.Statistics:
        """Over the whole tensor."""
        return self._statistics.get(lambda: pictures.statistics(self.array))

    @property
    def sketch(self) -> pictures.Statistics:
        """The same without what only a second pass gives: enough to draw it small."""
        known = self._statistics.known
        return known or self._sketch.get(lambda: pictures.statistics(self.array, spread=False))

    @property
    def scaling(self) -> tuple[float, float]:
        """Scale and centre of the numbers of its sheets, whichever way it is seen."""
        return pictures.scaling(self.sketch)

    @property
    def document(self) -> StatsDoc:
        """What the page is told of the tensor."""
        return self._full_document(self.view())

    def _full_document(self, view: View) -> StatsDoc:
        return view.document.get(lambda: self._document(view, self.statistics))

    def _document(
        self, view: View, s: pictures.Statistics, sample: pictures.Sample | None = None
    ) -> StatsDoc:
        histogram = s.histogram
        scale, center = self.scaling if sample is None else pictures.scaling(s)
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
            percentiles=list(s.ranks.percentiles) if s.ranks else None,
            octaves=octaves_document(s.ranks),
            arrangement=view.arrangement_document(),
            scale=scale,
            center=center,
            tile=pictures.TILE,
            levels=[LevelDoc(v.rows, v.columns, v.height, v.width) for v in view.levels],
            dead=0 if sample else pictures.dead(view.maps),
            sample=sample is not None,
        )

    def _overview(self, view: View, size: int) -> Answer:
        number = pictures.overview(view.levels, size)
        cells = pictures.encode(view.level(number), *self.scaling)
        full = size == max(pictures.OVERVIEWS)
        document = self._full_document(view) if full else self._document(view, self.sketch)
        return _picture(document, number, cells, view.maps)

    def _sampled(self, view: View) -> Answer:
        number, sample = taken(view)
        statistics = pictures.statistics(sample.elements, spread=False)
        document = self._document(view, statistics, sample)
        cells = pictures.encode(sample.sheet, document.scale, document.center)
        ranges = pictures.map_ranges(sample.sheet, sample.arrangement)
        return _picture(document, number, cells, ranges)

    def _png(self, view: View, query: Mapping[str, str]) -> bytes:
        s = self.sketch
        low, high = s.robust or (s.min or 0.0, s.max or 1.0)
        try:
            low, high = float(query.get("low", low)), float(query.get("high", high))
            zoom = int(query.get("scale", 1))
        except ValueError:
            raise InputError(
                f"low and high are numbers, scale a whole number; got {dict(query)}"
            ) from None
        alone = query.get("map")
        sheet = view.sheet if alone is None else taking.one_map(view, alone)
        height, width = sheet.shape[1:]
        if zoom < 1 or height * width * zoom * zoom > _MOST_PIXELS:
            raise InputError(
                f"a picture of at most {_MOST_PIXELS} pixels was wanted; the sheet is "
                f"{width} x {height} and the scale {zoom}: choose a smaller scale"
            )
        own = query.get("per") == "map"
        if own and alone is not None:
            low, high = (float(end) for end in view.maps[int(alone), :2])
        pixels = pictures.paint(
            sheet,
            pictures.table(query.get("table", "inferno")),
            low,
            high,
            ranges=view.maps[:, :2] if own and alone is None else None,
            arrangement=view.arrangement if alone is None else None,
            scale=self.scaling,
            log=query.get("transform") == "log",
        )
        return pictures.png(np.repeat(np.repeat(pixels, zoom, 0), zoom, 1))


@lru_cache(maxsize=4096)
def _arranged(
    shape: tuple[int, ...], letters: str | None, asked: Wanted, *, image: bool
) -> pictures.Arrangement:
    """One for all runs of a model: live frames ask for the same ones many times a second."""
    return pictures.arrange(
        shape, letters, image=image, given=asked.axes, at=dict(asked.at), item=asked.batch
    )


def _picture(document: StatsDoc, level: int, cells: pictures.Array, maps: pictures.Array) -> Answer:
    described = {"json": orjson.dumps(document).decode(), "level": str(level)}
    return as_blob({"cells": cells, "maps": maps}, described)


def dtype_name(array: Array, value: Value) -> str:
    """NumPy's or ml_dtypes' name; ``string`` for text."""
    if array.dtype.kind in "OSU":
        return "string"
    # ml_dtypes' int4 and float8 name themselves; NumPy's longlong does too.
    return array.dtype.name or value.dtype or "object"
