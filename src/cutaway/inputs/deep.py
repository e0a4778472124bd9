"""Pictures with more than 8 bits a channel, where Pillow alone would cut them or give up."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, cast

import numpy as np
import numpy.typing as npt
from PIL import Image

_OTHER: Final = {"B": "L", "L": "B"}
"""The order of bytes that takes the byte which the other leaves out."""

_UNCUT: Final = {"rgb", "minisblack", "miniswhite", "separated"}
"""Photometric interpretations of deep TIFFs that are read, by tifffile's names in lower case."""


@dataclass(frozen=True, slots=True)
class Deep:
    """A picture as deep as its file has it."""

    array: npt.NDArray[Any]
    """(H, W) or (H, W, 3 or 4), in the file's own type."""
    words: str
    """Such as ``16 bit RGB``."""
    turn: int = 1
    """How the camera was held, where the file itself was asked for it."""


def sixteen(file: BinaryIO, frame: int) -> Deep | None:
    """All 16 bits of a PNG or TIFF of 3 or 4 channels, (H, W, 3 or 4) uint16.

    Pillow keeps one byte of two, whichever order of bytes it is told: read twice, the second time
    in the other order, the file gives both.

    Args:
        file: of a picture that Pillow opens, anywhere in it.
        frame: which picture of a TIFF.

    Returns:
        None where the file holds 8 bits a channel, or in another way.

    Raises:
        Exception: of any kind, where the file is broken.
    """
    parts: list[npt.NDArray[np.uint16]] = []
    for lower in (False, True):
        file.seek(0)
        picture = Image.open(file, formats=("PNG", "TIFF"))
        picture.seek(frame)
        tiles = cast("list[Any]", getattr(picture, "tile", []))
        if not tiles or not all(_is_deep(one) for one in tiles):
            return None
        cast("Any", picture).tile = [_byte(one, lower=lower) for one in tiles]
        parts.append(np.asarray(picture).astype(np.uint16))
    return Deep((parts[0] << 8) | parts[1], "16 bit RGB")


def _is_deep(tile: Any) -> bool:
    return _raw(tile).partition(";")[0] in ("RGB", "RGBA", "RGBX") and ";16" in _raw(tile)


def _raw(tile: Any) -> str:
    """How the pixels of a tile lie, in Pillow's words: ``RGB;16B``."""
    arguments = tile[3]
    first = cast("tuple[Any, ...]", arguments)[0] if isinstance(arguments, tuple) else arguments
    return first if isinstance(first, str) else ""


def _byte(tile: Any, *, lower: bool) -> Any:
    """The tile, unpacked to the upper or the lower byte of each channel."""
    channels, _, how = _raw(tile).partition(";")
    order = how.removeprefix("16")
    if order not in _OTHER:  # N: the machine's own
        order = "L" if sys.byteorder == "little" else "B"
    raw = f"{channels};16{_OTHER[order] if lower else order}"
    arguments = tile[3]
    return tile._replace(args=(raw, *arguments[1:]) if isinstance(arguments, tuple) else raw)


def tiff(file: BinaryIO, frame: int, most: int) -> tuple[Deep | None, int]:
    """A TIFF page of 16, 32 or 64 bits, whole numbers or floats, and how many pages there are.

    Args:
        file: the TIFF, anywhere in it.
        frame: which page, from 0.
        most: pixels of the largest page that is decoded.

    Returns:
        None for the page where it has 8 bits or fewer, is too large, or lies in a way that
        tifffile alone does not read: Pillow is to be asked.
    """
    import tifffile

    file.seek(0)
    try:
        with tifffile.TiffFile(cast("Any", file)) as opened:
            count = len(opened.pages)
            if frame >= count:
                return None, count
            page = cast("Any", opened.pages[frame])
            return _page(page, most), count
    except Exception:  # noqa: BLE001 - a broken file is for Pillow to describe
        return None, 0


def packing(file: BinaryIO) -> str | None:
    """What a TIFF's first page holds and how it is packed; None where it is not, or not known.

    Args:
        file: the TIFF, anywhere in it.
    """
    import tifffile

    file.seek(0)
    try:
        with tifffile.TiffFile(cast("Any", file)) as opened:
            page = cast("Any", opened.pages[0])
            if int(page.compression) == 1:
                return None
            kind = f"{page.dtype} pixels of {page.samplesperpixel} channels"
            return f"{kind} packed by {page.compression.name}"
    except Exception:  # noqa: BLE001 - a broken file has no packing to tell
        return None


def _page(page: Any, most: int) -> Deep | None:
    dtype = page.dtype
    if dtype is None or dtype.itemsize < 2 or dtype.kind not in "iuf":
        return None
    height, width = page.imagelength, page.imagewidth
    kind = str(page.photometric.name).lower()
    if height * width > most or kind not in _UNCUT or page.samplesperpixel > 4:
        return None
    file = page.parent.filehandle
    if any(at + n > file.size for at, n in zip(page.dataoffsets, page.databytecounts, strict=True)):
        return None  # cut off: tifffile would fill it up with zeros
    array = np.asarray(page.asarray())
    if array.ndim == 3 and page.planarconfig == 2:
        array = np.moveaxis(array, 0, -1)
    if array.ndim not in (2, 3):
        return None
    bits = f"{8 * dtype.itemsize} bit{' float' if dtype.kind == 'f' else ''}"
    array = _coloured(array, kind)
    tag = page.tags.get(274)
    turn = 1 if tag is None else int(tag.value)
    return Deep(array, f"{bits} {'gray' if array.ndim == 2 else 'RGB'}", turn)


def _coloured(array: npt.NDArray[Any], kind: str) -> npt.NDArray[Any]:
    """The picture as gray, RGB or RGB with a fourth channel of opacity."""
    if kind == "miniswhite":
        return (array.max() - array) if array.dtype.kind == "f" else ~array
    if kind == "separated" and array.ndim == 3 and array.shape[2] == 4:
        # Ink swallows light: cyan red, black all three.
        full = 1.0 if array.dtype.kind == "f" else float(np.iinfo(array.dtype).max)
        paper = 1 - array.astype(np.float64) / full
        return (paper[:, :, :3] * paper[:, :, 3:] * full).astype(array.dtype)
    if array.ndim == 3 and array.shape[2] < 3:
        return array[:, :, 0]
    return array


def over_white(array: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """(H, W, 3) in 0..255, of (H, W, 4) with opacity in 0..255 as its last channel."""
    opaque = array[:, :, 3:] / 255
    return (array[:, :, :3] * opaque + 255 * (1 - opaque)).astype(np.float32)
