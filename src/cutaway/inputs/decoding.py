"""Pixels of an image file, whatever its format and mode, as 0..255."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, features

from cutaway.errors import InputError
from cutaway.inputs import deep, media, radiance

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "DIB", "GIF", "TIFF", "PPM", "AVIF")
"""Only what Pillow decodes by itself: some other formats start programs. It may lack AVIF."""

MOST_PIXELS = 64_000_000
"""A larger picture is refused before it is decoded."""

_LARGE, _STRIP = 1 << 20, 32
"""Pixels from which a picture is handed over in strips, and the lines of one."""

_GRAY = ("1", "L", "LA", "La")
_DEEP = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")
"""Modes of one channel with more than 8 bits."""

_TIFF: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")
"""How pictures begin that Pillow does not know once they are cut off early."""

_ORIENTATION, _SAMPLE_FORMAT = 0x0112, 339
"""Tags of EXIF and TIFF."""

_TURNED, _OVER_WHITE = "turned as the camera noted", "transparent parts laid over white"

_TURNS: Final[dict[int, Callable[[npt.NDArray[Any]], npt.NDArray[Any]]]] = {
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: np.rot90,
}
"""What brings a picture upright, by the number under which a camera notes how it was held."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """A decoded picture."""

    array: npt.NDArray[Any]
    """(H, W) or (H, W, 3), uint8 or float32, 0..255."""
    mode: str
    """Pillow's name of the file's pixels."""
    description: str
    frames: int = 1
    """Pictures in the file."""
    rate: float | None = None
    """Frames a second, of an animation."""
    seconds: float | None = None
    """How long an animation takes."""


def decode(file: BinaryIO, head: bytes, name: str, frame: int = 0, least: int = 0) -> Pixels:
    """The pixels of a picture.

    Args:
        file: at its beginning.
        head: its first bytes.
        name: what to call it in messages.
        frame: which of several pictures, from 0.
        least: pixels of a side that are enough, where it is only looked at: a JPEG is then
            decoded at a half, a quarter or an eighth. 0 for all that there are.

    Raises:
        InputError: it is no picture, truncated, too large, or has no such frame.
    """
    if head.startswith(radiance.SIGNATURES):
        return _radiance(file, name)
    pages = 0
    if head[:4] in _TIFF:
        page, pages = deep.tiff(file, frame, MOST_PIXELS)
        if page is not None:
            return replace(_from_deep(page, "TIFF", page.turn, frame, pages), frames=pages)
        file.seek(0)
    picture = _opened(file, head, name)
    if picture.width * picture.height > MOST_PIXELS:
        raise InputError(too_large(name, f"{picture.width} x {picture.height}"))
    if least:
        picture.draft(None, (least, least))
    # On broken bytes decoders raise what they like, and warn of what does no harm.
    try:
        frames = int(getattr(picture, "n_frames", 1))
        if frame < frames:
            picture.seek(frame)
            pace = _pace(picture, frames)  # first: loading a picture forgets some of it
            return replace(_whole(file, picture, frame, frames), frames=frames, **pace)
    except Exception as problem:
        raise InputError(_broken(name, problem)) from problem
    raise InputError(no_such_frame(name, frame, frames))


def no_such_frame(name: str, frame: int, frames: int) -> str:
    """The sentence for a frame that a file does not have."""
    return f"'{name}' has {frames:,} frames, counted from 0; got {frame}: choose another"


def _formats() -> list[str]:
    return [one for one in FORMATS if one in Image.OPEN]


def _opened(file: BinaryIO, head: bytes, name: str) -> Image.Image:
    Image.init()  # else Pillow knows but a few formats
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures; the limit here is lower and an error.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(file, formats=_formats())
    except Image.UnidentifiedImageError:
        pass
    except Image.DecompressionBombError:
        raise InputError(too_large(name, "more")) from None
    except Exception as problem:
        raise InputError(_broken(name, problem)) from problem
    if (brand := media.picture_brand(head)) is not None:
        raise InputError(_unread(brand, name))
    if head[:4] in _TIFF:
        packing = deep.packing(file)
        if packing is not None:
            raise InputError(
                f"wanted a TIFF that Cutaway can unpack, '{name}' holds {packing}; run pip install "
                "imagecodecs, or save it again without compression"
            )
        raise InputError(
            f"wanted a TIFF that Cutaway can unpack; '{name}' is cut off, or lies in a way that is "
            "not read; save it again, without compression"
        )
    if head.startswith(_PICTURES):
        raise InputError(_broken(name, EOFError("it ends in its header")))
    raise InputError(
        "wanted a picture (PNG, JPEG, WebP, AVIF, BMP, GIF, TIFF or HDR), a sound, a video, text, "
        f"a table of numbers or a .npy array; '{name}' is none of them (first bytes "
        f"{head[:8].hex(' ')}); convert it, a picture to PNG"
    )


def _unread(brand: str, name: str) -> str:
    """The sentence for a picture of a newer kind that cannot be opened."""
    if brand == "HEIC":
        return (
            f"wanted a picture that Cutaway decodes, '{name}' is HEIC, as phones take them; "
            "convert it to JPEG or PNG"
        )
    if features.check("avif"):
        return _broken(name, EOFError("no AVIF picture is found in it"))
    return (
        f"'{name}' is an AVIF picture, and the Pillow that is installed was built without AVIF; "
        "run pip install --upgrade 'pillow>=11.3', or convert it to PNG"
    )


def too_large(name: str, came: str) -> str:
    """The sentence for a picture of too many pixels."""
    return (
        f"wanted a picture of at most {MOST_PIXELS:,} pixels, '{name}' has {came}; "
        "make it smaller first"
    )


def _broken(name: str, problem: Exception) -> str:
    reason = str(problem).rstrip(".") or type(problem).__name__
    return f"wanted a whole picture, '{name}' is truncated or broken ({reason}); save it again"


def _radiance(file: BinaryIO, name: str) -> Pixels:
    try:
        height, width = radiance.size(file)
        if height * width > MOST_PIXELS or not height * width:
            raise InputError(too_large(name, f"{width} x {height}"))
        array = radiance.shown(radiance.pixels(file, height, width))
    except ValueError as problem:
        raise InputError(_broken(name, problem)) from problem
    said = "light of 0..1 on sRGB's curve, brighter is white"
    return Pixels(array, "RGB", f"Radiance HDR, {width} x {height} float RGB, {said}")


def _pace(picture: Image.Image, frames: int) -> dict[str, float]:
    """Frames a second and seconds of an animation, as its present frame has it."""
    milliseconds = picture.info.get("duration") if frames > 1 else None
    if not isinstance(milliseconds, int | float) or milliseconds <= 0:
        return {}
    return {"rate": 1000 / milliseconds, "seconds": frames * milliseconds / 1000}


def _whole(file: BinaryIO, picture: Image.Image, frame: int, frames: int) -> Pixels:
    """The pixels of an opened picture, with all bits that they have."""
    kind = picture.format
    if kind in ("PNG", "TIFF"):
        found = deep.sixteen(file, frame)
        # The file was read anew, from its beginning.
        file.seek(0)
        picture = Image.open(file, formats=_formats())
        picture.seek(frame)
        if found is not None:
            # Only now: of a PNG it is known when the whole picture was decoded.
            turn = int(picture.getexif().get(_ORIENTATION, 1))
            return _from_deep(found, kind, turn, frame, frames)
    return _pixels(picture, frame, frames)


def _which(frame: int, frames: int) -> list[str]:
    if frames == 1:
        return []
    return [f"first of {frames:,} frames" if frame == 0 else f"frame {frame:,} of {frames:,}"]


def _pixels(picture: Image.Image, frame: int, frames: int) -> Pixels:
    mode, said = picture.mode, [picture.format or "picture"]
    turn = int(picture.getexif().get(_ORIENTATION, 1))
    signed = _is_signed(picture)
    upright = ImageOps.exif_transpose(picture) if turn in _TURNS else picture
    upright.load()
    said.append(f"{upright.width} x {upright.height} {_words(mode)}")
    said += _which(frame, frames)
    if turn in _TURNS:
        said.append(_TURNED)
    if mode in _DEEP:
        values = np.asarray(upright)
        array, how = _shallow(values if signed else values.view(np.uint32))
        said.append(how)
    else:
        plain, over_white = _plain(upright)
        array = _bytes(plain)
        if over_white:
            said.append(_OVER_WHITE)
    return Pixels(array, mode, ", ".join(said))


def _bytes(picture: Image.Image) -> npt.NDArray[np.uint8]:
    """A picture of mode L or RGB as an array, in strips: Pillow's way holds it three times."""
    width, height = picture.size
    if width * height < _LARGE:
        return np.asarray(picture)
    shape = (height, width) if picture.mode == "L" else (height, width, 3)
    array = np.empty(shape, np.uint8)
    for top in range(0, height, _STRIP):
        bottom = min(top + _STRIP, height)
        array[top:bottom] = np.asarray(picture.crop((0, top, width, bottom)))
    return array


def _is_signed(picture: Image.Image) -> bool:
    """Whether numbers of 32 bits stand for themselves; Pillow takes unsigned ones for signed."""
    tags = getattr(picture, "tag_v2", None)
    return picture.mode != "I" or tags is None or tags.get(_SAMPLE_FORMAT, (1,))[0] != 1


def _from_deep(found: deep.Deep, kind: str, turn: int, frame: int, frames: int) -> Pixels:
    values = found.array
    if turn in _TURNS:
        values = _TURNS[turn](values)
    array, how = _shallow(values)
    said = [kind, f"{values.shape[1]} x {values.shape[0]} {found.words}", *_which(frame, frames)]
    if turn in _TURNS:
        said.append(_TURNED)
    said.append(how)
    if array.ndim == 3 and array.shape[2] == 4:
        clear = bool(array[:, :, 3].min() < 255)
        array = deep.over_white(array) if clear else array[:, :, :3]
        if clear:
            said.append(_OVER_WHITE)
    mode = f"{'L' if array.ndim == 2 else 'RGB'};{8 * values.dtype.itemsize}"
    return Pixels(np.ascontiguousarray(array), mode, ", ".join(said))


def _words(mode: str) -> str:
    names = {"P": "palette", "1": "black and white", "F": "float", "I": "32 bit gray"}
    if mode in _GRAY[1:]:
        return "gray"
    return names.get(mode, "16 bit gray" if mode.startswith("I;16") else mode)


def _plain(picture: Image.Image) -> tuple[Image.Image, bool]:
    """The picture in mode L or RGB, and whether something transparent was laid over white."""
    wanted = "L" if picture.mode in _GRAY else "RGB"
    if not picture.has_transparency_data:
        # Pillow copies a picture that is in this mode already.
        return picture if picture.mode == wanted else picture.convert(wanted), False
    clear = picture.convert("RGBA")
    lowest = clear.getchannel("A").getextrema()[0]
    white = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(white, clear).convert(wanted), lowest != 255


def _shallow(found: npt.NDArray[Any]) -> tuple[npt.NDArray[np.float32], str]:
    """Deep channels as float32 in 0..255, and how their values were brought there."""
    values = found.astype(np.float64)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    bottom, top = _limits(found.dtype, low, high)
    if top == bottom:
        top = bottom + 1  # one value everywhere: black
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
