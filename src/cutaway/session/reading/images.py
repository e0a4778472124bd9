"""A picture that the network gives, beside what it was made from."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cutaway import outputs
from cutaway.errors import InputError, UnknownKey
from cutaway.outputs import images
from cutaway.outputs.sampling import bilinear
from cutaway.outputs.seen import Array, Floats
from cutaway.outputs.signs import channels_first, flat_of, maps_of, span
from cutaway.session.answer import PNG, Answer, as_json
from cutaway.session.reading.painting import coloured, rgba_png
from cutaway.session.reading.reader import Reader, place_asked
from cutaway.session.reading_documents import FieldPictureDoc, PlaceDoc

_LUMA = np.array([0.299, 0.587, 0.114])
"""Brightness of red, green and blue: ITU-R BT.601, as JPEG's YCbCr has it."""
_SHOWS = ("output", "input", "difference", "source")


class Picture(Reader):
    """An image of 1 or 3 channels."""

    @property
    def picture(self) -> Floats:
        """(H, W, C), 0 black and 1 white."""
        return images.picture(self.settings, self.seen)

    @property
    def compared(self) -> Floats | None:
        """(C, H, W) what was fed, in the model's numbers; None where it is of another size."""
        fed, output = self.seen.fed, self.seen.by_value[self.settings["output"]]
        if fed is None or fed.shape != output.shape:
            return None
        return channels_first(outputs.Output(0, "", fed), self.settings["order"]).astype(np.float64)

    def summary(self) -> str:
        """Its size."""
        rows, columns, channels = self.picture.shape
        return f"{columns} x {rows}, {'colour' if channels == 3 or self._tinted else 'gray'}"

    @property
    def _tinted(self) -> bool:
        """Whether colours are taken from the picture that was fed."""
        source = self.context.source
        wanted = bool(self.settings.get("luma")) and self.context.geometry is not None
        return wanted and source is not None and source.kind == "image" and source.array.ndim == 3

    def document(self, query: Mapping[str, str]) -> FieldPictureDoc:
        """Size, range and how far it is from the input."""
        del query
        output = self.seen.by_value[self.settings["output"]]
        rows, columns = self.picture.shape[:2]
        low, high = span(output.one)
        return FieldPictureDoc(
            (columns, rows), low, high, None, self._note(), self._figures(), None, []
        )

    def _note(self) -> str:
        low, high = self.settings["range"]
        note = f"{low:g} is shown black and {high:g} white"
        if self._tinted:
            note += (
                "; the model gives brightness alone (Y of YCbCr), colours are those of the "
                "picture that was fed, enlarged"
            )
        lost = int((~np.isfinite(self.picture)).sum())
        return f"{note}; {lost:,} numbers are NaN or infinite" if lost else note

    def _figures(self) -> dict[str, float]:
        before = self.compared
        if before is None:
            return {}
        after = channels_first(self.seen.by_value[self.settings["output"]], self.settings["order"])
        apart = np.asarray(after, np.float64) - before
        if not np.isfinite(apart).all():
            return {}
        return {
            "mean difference": float(np.abs(apart).mean()),
            "mean square": float((apart**2).mean()),
        }

    def tail(self, rest: list[str], query: Mapping[str, str]) -> Answer:
        """``picture.png`` (``show``: output, input, difference or source) and ``at``."""
        if rest == ["picture.png"]:
            return Answer(PNG, rgba_png(self._painted(query)))
        if rest == ["at"]:
            return as_json(self._at(*place_asked(query)))
        raise UnknownKey(f"a picture has no '{'/'.join(rest)}'; see ARCHITECTURE.md")

    def _painted(self, query: Mapping[str, str]) -> Array:
        show = query.get("show", "output")
        if show not in _SHOWS:
            raise InputError(f"show is one of {', '.join(_SHOWS)}; got '{show[:40]}'")
        if show == "output":
            return _bytes(self._with_colours(self.picture))
        if show == "source":
            came = self._came()
            if came is not None:
                return _bytes(came)
            show = "input"
        before = self.compared
        low, high = (float(end) for end in self.settings["range"])
        if before is None:
            raise InputError("the output is not of the input's size, so there is no difference")
        unit = (np.moveaxis(before, 0, -1)[..., :3] - low) / (high - low)
        if show == "input":
            return _bytes(unit)
        apart = np.abs(self.picture - unit).mean(axis=-1)
        return coloured(apart, 0.0, span(apart)[1] or 1.0, query.get("table", "inferno"))

    def _with_colours(self, picture: Floats) -> Floats:
        """(H, W, 3) where colours of what was fed go with a brightness that the model gives."""
        colours = self._came() if self._tinted else None
        if colours is None:
            return picture
        return colours + (picture - (colours @ _LUMA)[..., None])

    def _came(self) -> Floats | None:
        """(H, W, C) in 0..1, the picture that came at the output's places; None where none came."""
        geometry, source = self.context.geometry, self.context.source
        if geometry is None or source is None or source.kind != "image":
            return None
        rows, columns = self.picture.shape[:2]
        places: Floats = np.mgrid[0:rows, 0:columns].astype(np.float64)[::-1] + 0.5
        scale = np.array([geometry.size[1] / columns, geometry.size[0] / rows])
        spots = geometry.to_source(np.moveaxis(places, 0, -1) * scale) - 0.5
        array = source.array if source.array.ndim == 3 else source.array[..., None]
        came = np.moveaxis(array[..., :3], -1, 0)
        return np.moveaxis(bilinear(came, spots[..., 0], spots[..., 1]), 0, -1) / 255.0

    def _at(self, x: float, y: float) -> PlaceDoc:
        """The elements of one pixel of the picture that is shown."""
        output = self.seen.by_value[self.settings["output"]]
        channels, rows, columns, order = maps_of(output, self.seen.size) or (1, 1, 1, "none")
        column, row = int(np.floor(x)), int(np.floor(y))
        if not (0 <= row < rows and 0 <= column < columns):
            return PlaceDoc("outside the picture", [])
        maps = channels_first(output, order)
        cells = [
            self.cell(output.value, flat_of(output, order, c, row, column)) for c in range(channels)
        ]
        return PlaceDoc(", ".join(f"{float(v):.4g}" for v in maps[:, row, column]), cells)


def _bytes(picture: Floats) -> Array:
    """(H, W, 3) uint8 of 0..1; black where there is no number."""
    held = np.rint(np.clip(np.nan_to_num(picture), 0, 1) * 255).astype(np.uint8)
    return np.repeat(held[..., :1], 3, axis=2) if held.shape[2] < 3 else held
