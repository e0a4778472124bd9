"""Pixels of an image file, whatever its format and mode, as 0..255."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from cutaway.errors import InputError

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "DIB", "GIF", "TIFF", "PPM")
"""Only what Pillow decodes by itself: some other formats start programs."""

MOST_PIXELS = 64_000_000
"""A larger picture is refused before it is decoded."""

_GRAY = ("1", "L", "LA", "La")
_DEEP = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")
"""Modes of one channel with more than 8 bits."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """A decoded picture."""

    array: npt.NDArray[Any]
    """(H, W) or (H, W, 3), uint8 or float32, 0..255."""
    mode: str
    """Pillow's name of the file's pixels."""
    description: str


def decode(file: BinaryIO, head: bytes, name: str) -> Pixels:
    """The pixels of a picture, its first frame where it has several.

    Args:
        file: at its beginning.
        head: its first bytes, for the message.
        name: what to call it in messages.

    Raises:
        InputError: it is no picture, truncated, or too large.
    """
    Image.init()  # else Pillow knows but a few formats
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures; the limit here is lower and an error.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(file, formats=FORMATS)
    except Image.UnidentifiedImageError:
        raise InputError(
            f"wanted a picture (PNG, JPEG, WebP, BMP, GIF or TIFF) or a .npy array, '{name}' is "
            f"neither (first bytes {head.hex(' ')}); convert it to PNG"
        ) from None
    except Image.DecompressionBombError:
        raise InputError(_too_large(name, "more")) from None
    except Exception as problem:
        raise InputError(_broken(name, problem)) from problem
    if picture.width * picture.height > MOST_PIXELS:
        raise InputError(_too_large(name, f"{picture.width} x {picture.height}"))
    # On broken bytes decoders raise what they like.
    try:
        picture.load()
        return _pixels(picture)
    except Exception as problem:
        raise InputError(_broken(name, problem)) from problem


def _too_large(name: str, came: str) -> str:
    return (
        f"wanted a picture of at most {MOST_PIXELS:,} pixels, '{name}' has {came}; "
        "make it smaller first"
    )


def _broken(name: str, problem: Exception) -> str:
    reason = str(problem).rstrip(".") or type(problem).__name__
    return f"wanted a whole picture, '{name}' is truncated or broken ({reason}); save it again"


def _pixels(picture: Image.Image) -> Pixels:
    mode, said = picture.mode, [picture.format or "picture"]
    frames = int(getattr(picture, "n_frames", 1))
    upright = ImageOps.exif_transpose(picture)
    said.append(f"{upright.width} x {upright.height} {_words(mode)}")
    if frames > 1:
        said.append(f"first of {frames} frames")
    if upright.size != picture.size or upright.tobytes() != picture.tobytes():
        said.append("turned as the camera noted")
    if mode in _DEEP:
        array, how = _shallow(np.asarray(upright))
        said.append(how)
    else:
        plain, over_white = _plain(upright)
        array = np.asarray(plain)
        if over_white:
            said.append("transparent parts laid over white")
    return Pixels(array, mode, ", ".join(said))


def _words(mode: str) -> str:
    names = {"P": "palette", "1": "black and white", "F": "float", "I": "32 bit gray"}
    if mode in _GRAY[1:]:
        return "gray"
    return names.get(mode, "16 bit gray" if mode.startswith("I;16") else mode)


def _plain(picture: Image.Image) -> tuple[Image.Image, bool]:
    """The picture in mode L or RGB, and whether something transparent was laid over white."""
    wanted = "L" if picture.mode in _GRAY else "RGB"
    if not picture.has_transparency_data:
        return picture.convert(wanted), False
    clear = picture.convert("RGBA")
    lowest = clear.getchannel("A").getextrema()[0]
    white = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(white, clear).convert(wanted), lowest != 255


def _shallow(deep: npt.NDArray[Any]) -> tuple[npt.NDArray[np.float32], str]:
    """One deep channel as (H, W) float32 in 0..255, and how its values were brought there."""
    values = deep.astype(np.float64)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    bottom, top = _limits(deep.dtype, low, high)
    known = np.nan_to_num(values, nan=bottom, posinf=top, neginf=bottom)
    unit = (known - bottom) / (top - bottom)
    return (unit * 255).astype(np.float32), f"{bottom:.6g}..{top:.6g} scaled to 0..255"


def _limits(dtype: np.dtype[Any], low: float, high: float) -> tuple[float, float]:
    """The values of black and white, from the lowest and highest that occur."""
    if dtype == np.uint16:
        return 0.0, 65535.0  # however dark the picture is
    for top in (1.0, 255.0, 65535.0) if dtype.kind == "f" else (255.0, 65535.0):
        if low >= 0 and high <= top:
            return 0.0, top
    return low, high
