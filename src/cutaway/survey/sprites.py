"""Small pictures of many entries on one sheet."""

from __future__ import annotations

import io
from typing import Final

import numpy as np
from PIL import Image

from cutaway.errors import CutawayError
from cutaway.inputs import Source
from cutaway.inputs.source import as_bytes, as_picture
from cutaway.survey.collecting import Collection

SIDE: Final = 64
"""Pixels of one small picture."""
_ENOUGH: Final = 2 * SIDE
"""Pixels of a side to which a photograph is decoded for one."""
ACROSS: Final = 10
PER_SHEET: Final = ACROSS * ACROSS


def sheet(entries: Collection, page: int) -> bytes:
    """A PNG of 100 entries, ten a row; what cannot be read or drawn stays transparent.

    Args:
        entries: the gallery.
        page: entries ``100 * page`` and on.
    """
    whole = Image.new("RGBA", (SIDE * ACROSS, SIDE * ACROSS), (0, 0, 0, 0))
    first = page * PER_SHEET
    for at, entry in enumerate(range(first, min(first + PER_SHEET, len(entries)))):
        small = _of_entry(entries, entry)
        if small is None:
            continue
        left = at % ACROSS * SIDE + (SIDE - small.width) // 2
        top = at // ACROSS * SIDE + (SIDE - small.height) // 2
        whole.paste(small, (left, top))
    out = io.BytesIO()
    whole.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _of_entry(entries: Collection, entry: int) -> Image.Image | None:
    try:
        return small_picture(entries.source(entry, _ENOUGH))
    except CutawayError:
        return None  # told among the predictions
    except Exception:  # noqa: BLE001 - what broken bytes make a decoder raise leaves a gap here
        return None


def small_picture(source: Source) -> Image.Image | None:
    """A source within 64 x 64 pixels; arrays as gray maps, None for what has no two axes."""
    picture = as_picture(source)
    array = _gray(source) if picture is None else picture.array
    if array is None or array.size == 0:
        return None
    image = Image.fromarray(as_bytes(array))
    longest = max(image.size)  # as ``placed`` has it
    if longest * 2 <= SIDE:
        # Small pictures grow by whole steps, so that every pixel stays a square.
        times = SIDE // longest
        return image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST)
    if longest > SIDE:
        image.thumbnail((SIDE, SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return image


def placed(width: int, height: int) -> tuple[float, float, float]:
    """Left and top of a picture's small one on its place of the sheet, and how far it is scaled.

    Args:
        width: of the picture as it came.
        height: of it.
    """
    longest = max(width, height, 1)
    scale = float(SIDE // longest) if longest * 2 <= SIDE else min(1.0, SIDE / longest)
    return (SIDE - width * scale) / 2, (SIDE - height * scale) / 2, scale


def _gray(source: Source) -> np.ndarray | None:
    array = source.array
    if array.dtype.kind not in "biuf":
        return None
    array = array.reshape([n for n in array.shape if n != 1] or [1])
    if array.ndim == 3 and array.shape[0] == 3 and array.shape[2] != 3:
        array = array.transpose(1, 2, 0)
    while array.ndim > 3 or (array.ndim == 3 and array.shape[2] != 3):
        array = array[0] if array.ndim > 3 else array[:, :, 0]
    if array.ndim == 1:
        side = int(np.ceil(np.sqrt(array.size)))
        array = np.pad(array.astype(np.float64), (0, side * side - array.size)).reshape(side, side)
    values = array.astype(np.float64)
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return None
    low, high = float(finite.min()), float(finite.max())
    return (
        (np.nan_to_num(values, nan=low, posinf=high, neginf=low) - low)
        / ((high - low) or 1.0)
        * 255
    )
