"""A sheet painted on the CPU: the twin of the page's shader, pixel for cell.

The shader is ``viewer/src/scene/shaders/sheet.frag``; change both or neither.
"""

from __future__ import annotations

import io

import numpy as np

from cutaway.errors import InputError
from cutaway.pictures.arrangement import Arrangement
from cutaway.pictures.half import decode, encode, scaling
from cutaway.pictures.statistics import statistics
from cutaway.pictures.tables import Table
from cutaway.pictures.values import Array

NAN_COLOUR = (255, 0, 255)
PLUS_COLOUR = (0, 255, 0)
"""Of positive infinity."""
MINUS_COLOUR = (0, 255, 255)
"""Of negative infinity."""


def paint(  # noqa: PLR0913 - each names one thing that the shader is told
    sheet: Array,
    table: Table,
    low: float,
    high: float,
    *,
    ranges: Array | None = None,
    arrangement: Arrangement | None = None,
    scale: tuple[float, float] | None = None,
    ground: tuple[int, int, int] = (0, 0, 0),
    log: bool = False,
) -> Array:
    """The picture of a sheet, one pixel a cell.

    Args:
        sheet: ``(planes, height, width)``, any dtype, at any level. Three planes are red, green
            and blue; then ``table`` is not used.
        table: colours from ``low`` to ``high``.
        low: value of the first colour, and of all below.
        high: value of the last colour, and of all above.
        ranges: ``(maps, 2 or more)``: a low and high of its own for each map, in place of the
            two; needs ``arrangement``.
        arrangement: of the sheet; cells that hold no element then show the ground.
        scale: scale and centre of the tensor's float16 numbers, as ``scaling`` gave them; by
            default those of this sheet.
        ground: colour of what is no cell.
        log: whether colours follow the logarithm of the magnitude: three decades on either side of
            zero where the range holds it, else three from ``low`` on.

    Returns:
        ``(height, width, 3) uint8``, sRGB. NaN is magenta, positive infinity green, negative
        infinity cyan.

    Raises:
        InputError: ``ranges`` came without ``arrangement``.
    """
    scale = scaling(statistics(sheet)) if scale is None else scale
    # Through float16 and in float32, so that the twin rounds where the shader does.
    bits = encode(sheet, *scale)
    # Told from zero, numbers are coloured in units of their scale: then neither the smallest nor
    # the largest leave float32 on the way.
    unit = scale[0] if scale[1] == 0 else 1.0
    bottom, top = _ends(sheet.shape, low, high, ranges, arrangement, unit)
    values = decode(bits, scale[0] / unit, scale[1])
    share = (_log_span if log else _span)(values, bottom, top)
    if sheet.shape[0] == 3:
        pixels = np.moveaxis(_index(share), 0, -1).copy()
    else:
        pixels = table.colours[_index(share[0])]
    for colour, shown in _signals(bits):
        pixels[shown] = colour
    if arrangement is not None:
        pixels[~_used(sheet.shape, arrangement)] = ground
    return pixels


def png(pixels: Array) -> bytes:
    """A PNG file of ``(height, width, 3) uint8``; one pixel of black where there are none."""
    from PIL import Image

    out = io.BytesIO()
    solid = pixels if pixels.size else np.zeros((1, 1, 3), np.uint8)
    Image.fromarray(np.ascontiguousarray(solid), "RGB").save(out, "PNG")
    return out.getvalue()


def _span(values: Array, low: Array, high: Array) -> Array:
    """Where each value lies between low and high, from 0 to 1; 0 where that has no meaning."""
    with np.errstate(all="ignore"):
        share = np.clip((values - low) / (high - low), np.float32(0), np.float32(1))
    return np.nan_to_num(share, copy=False)


_DECADES = np.float32(1000)


def _log_span(values: Array, low: Array, high: Array) -> Array:
    """The same by the logarithm of the magnitude."""
    both = (low < 0) & (high > 0)
    most = np.where(both, np.maximum(-low, high), high - low)
    far = np.where(both, values, values - low)
    with np.errstate(all="ignore"):
        part = np.minimum(np.abs(far) / most, np.float32(1)) * _DECADES
        share = np.log1p(part) / np.log1p(_DECADES)
    found = np.where(both, 0.5 + 0.5 * np.sign(far) * share, np.where(far > 0, share, 0))
    return np.nan_to_num(found, copy=False).astype(np.float32)


def _index(share: Array) -> Array:
    return (share * np.float32(255) + np.float32(0.5)).astype(np.uint8)


def _signals(bits: Array) -> list[tuple[tuple[int, int, int], Array]]:
    """Colours of what is not finite, and ``(height, width)`` where; what comes later wins."""
    special = (bits & 0x7C00) == 0x7C00
    nan = special & ((bits & 0x03FF) != 0)
    minus = special & ~nan & ((bits & 0x8000) != 0)
    plus = special & ~nan & ~minus
    # Of several planes the shader shows the largest signal: 3 is minus, 2 is plus, 1 is NaN.
    kinds = ((NAN_COLOUR, nan), (PLUS_COLOUR, plus), (MINUS_COLOUR, minus))
    return [(colour, shown.any(axis=0)) for colour, shown in kinds]


def _ends(
    shape: tuple[int, ...],
    low: float,
    high: float,
    ranges: Array | None,
    arrangement: Arrangement | None,
    unit: float,
) -> tuple[Array, Array]:
    """Low and high for each cell, float32, to be broadcast over ``(planes, height, width)``."""
    if ranges is None:
        return np.float32(low / unit).reshape(1), np.float32(high / unit).reshape(1)
    if arrangement is None:
        raise InputError("ranges by map need the arrangement of the maps; pass arrangement too")
    padded = np.zeros((arrangement.grid[0] * arrangement.grid[1], 2), np.float32)
    padded[: arrangement.maps] = ranges[:, :2].astype(np.float64) / unit
    by_slot = padded.reshape(*arrangement.grid, 2)
    by_cell = by_slot.repeat(shape[1] // by_slot.shape[0], 0).repeat(
        shape[2] // by_slot.shape[1], 1
    )
    return by_cell[..., 0], by_cell[..., 1]


def _used(shape: tuple[int, ...], a: Arrangement) -> Array:
    """``(height, width) bool``: the cells that hold an element, at any level."""
    height, width = shape[1:]
    rows, columns = height // a.grid[0], width // a.grid[1]
    if a.strip:
        side = 1
        while -(-a.rows // side) > rows:
            side *= 2
        # The element beneath the upper left corner of each cell.
        first = np.arange(rows)[:, None] * (side * a.columns) + np.arange(columns) * side
        return first < a.cells
    slots = (np.arange(a.grid[0] * a.grid[1]) < a.maps).reshape(a.grid)
    return slots.repeat(rows, 0).repeat(columns, 1)
