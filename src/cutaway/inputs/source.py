"""What a user feeds: a picture, an array, a sound or words, read from a file's content."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
import numpy.typing as npt

from cutaway.errors import InputError

_SMALLEST = 8
"""Lines and columns from which a table of bytes may be a picture."""

_HEAD = 4096
"""Bytes by which a file is recognized."""

NPY = b"\x93NUMPY"
ZIP = b"PK\x03\x04"
_WANTED = (
    "wanted a picture (PNG, JPEG, WebP, AVIF, BMP, GIF, TIFF or HDR), a sound, a video, text, a "
    "table of numbers or a .npy array"
)


@dataclass(frozen=True, slots=True)
class Source:
    """What was fed, as it came."""

    name: str
    """The file's name."""
    kind: Literal["image", "array", "audio", "text"]
    array: npt.NDArray[Any]
    """An image as (H, W) gray or (H, W, 3) RGB, uint8, or float32 where the file holds more than
    8 bits, in 0..255 either way; an array as it is; a sound as (T, C) float32 in -1..1; empty for
    words."""
    width: int | None
    """Pixels, after the camera's rotation was applied; None for an array."""
    height: int | None
    mode: str | None
    """Pillow's name of the file's pixels (``L``, ``RGB``, ``P``, ``CMYK``, ``I;16``, ...)."""
    description: str
    """One line: format, size, and what was done to read it."""
    frames: int = 1
    """Pictures in the file: of a video, an animation or a TIFF of several pages."""
    frame: int = 0
    """Which of them this is, from 0."""
    rate: float | None = None
    """Frames a second of a video or an animation, samples a second of a sound."""
    seconds: float | None = None
    """How long the whole file plays."""
    text: str | None = None
    """The words of a text, and of a table of numbers as they were written."""


def load(data: bytes | Path, name: str, frame: int = 0, *, least: int = 0) -> Source:
    """What a file holds, recognized by its content.

    Args:
        data: the bytes of the file, or where it lies.
        name: what to call it in messages.
        frame: which picture of a video, an animation or a TIFF of several pages, from 0.
        least: pixels of a side that are enough, where a picture is only looked at: a large JPEG is
            then decoded smaller, which is faster and not what a network should be fed. 0 for all.

    Raises:
        InputError: it is missing, empty, truncated, too large, of no kind that can be fed, or
            needs a package that is not installed.
    """
    if isinstance(data, bytes):
        return _read(io.BytesIO(data), len(data), name, frame, least)
    # Whoever opens a pipe waits for somebody to write to it.
    if data.exists() and not data.is_file():
        raise InputError(f"{_WANTED}; '{data}' is a folder, a pipe or a device; choose a file")
    try:
        with data.open("rb") as file:
            return _read(file, data.stat().st_size, name, frame, least)
    except OSError as problem:
        raise InputError(
            f"{_WANTED}; '{data}' cannot be read ({problem.strerror or problem}); check the path"
        ) from problem


def as_picture(source: Source) -> Source | None:
    """An array of bytes shaped like a picture, as one; None where it is nothing like it.

    Args:
        source: ``(H, W)``, ``(H, W, 1)`` or ``(H, W, 3)`` uint8 is a picture of 0..255.
    """
    if source.kind == "image":
        return source
    if not is_picture(source):
        return None
    array = source.array
    height, width = array.shape[:2]
    plain = array[:, :, 0] if array.ndim == 3 and array.shape[2] == 1 else array
    mode = "L" if plain.ndim == 2 else "RGB"
    return replace(source, kind="image", array=plain, width=width, height=height, mode=mode)


def is_picture(source: Source) -> bool:
    """Whether ``as_picture`` gives one."""
    array = source.array
    if source.kind == "image":
        return True
    if array.dtype != np.uint8 or array.ndim not in (2, 3) or array.size == 0:
        return False
    if array.ndim == 3 and array.shape[2] not in (1, 3):
        return False
    # Not a table of a few numbers.
    return source.text is None or min(array.shape[:2]) >= _SMALLEST


def thumbnail_png(source: Source, limit: int = 512) -> bytes:
    """The picture as PNG, shrunk where a side is longer than ``limit`` pixels, never enlarged.

    Raises:
        InputError: the source is no picture.
    """
    if source.kind != "image":
        raise InputError(f"'{source.name}' is no picture: it has no thumbnail")
    from PIL import Image

    picture = Image.fromarray(as_bytes(source.array))
    picture.thumbnail((limit, limit), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def as_bytes(array: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Numbers in 0..255 as bytes, rounded and kept within; bytes are given back as they are."""
    if array.dtype == np.uint8:
        return array
    return np.clip(np.rint(array), 0, 255).astype(np.uint8)


def _read(file: BinaryIO, size: int, name: str, frame: int, least: int) -> Source:
    if size == 0:
        raise InputError(f"{_WANTED}; '{name}' is empty; choose another file")
    if frame < 0:
        raise InputError(f"frames are counted from 0, got {frame}; choose another")
    head = file.read(_HEAD)
    file.seek(0)
    if head.startswith(NPY):
        return read_array(file, size, name)
    if head.startswith(ZIP):
        raise InputError(f"{_WANTED}; '{name}' is a zip archive; choose one file of it")
    # Only here, so that an array costs no import of what reads the others.
    from cutaway.inputs import media, table, tensors

    if (kind := media.recognized(head)) is not None:
        return media.read(file, kind, name, frame)
    if table.is_text(head, whole=size <= len(head)):
        return table.read(file, size, name)
    if tensors.is_tensor(head, size):
        return tensors.read(file, name)
    from cutaway.inputs.decoding import decode

    pixels = decode(file, head, name, frame, least)
    height, width = pixels.array.shape[:2]
    return Source(
        name, "image", pixels.array, width, height, pixels.mode, pixels.description,
        frames=pixels.frames, frame=frame, rate=pixels.rate, seconds=pixels.seconds,
    )  # fmt: skip


def read_array(file: BinaryIO, size: int, name: str) -> Source:
    """The array of a ``.npy`` file, its length checked before anything is allocated.

    Args:
        file: open at its beginning.
        size: its bytes.
        name: what to call it in messages.

    Raises:
        InputError: it is broken, truncated or holds Python objects.
    """
    try:
        shape, dtype = _header(file)
        if dtype.hasobject:
            raise InputError(
                f"{_WANTED} of numbers; '{name}' holds Python objects, which are never loaded; "
                "save it with a numeric dtype"
            )
        held = size - file.tell()
        needed = dtype.itemsize * int(np.prod(shape, dtype=object))
        if held < needed:
            raise InputError(
                f"wanted {needed:,} bytes for the array {shape} {dtype} of '{name}', the file "
                f"holds {held:,}: it is truncated; save it again"
            )
        file.seek(0)
        array = np.load(file, allow_pickle=False)
    except (ValueError, OSError, EOFError) as problem:
        raise InputError(
            f"{_WANTED}; '{name}' is a broken .npy file ({problem}); save it again"
        ) from problem
    shown = f".npy array, {array.shape} {array.dtype}"
    return Source(name, "array", array, None, None, None, shown)


def _header(file: BinaryIO) -> tuple[tuple[int, ...], np.dtype[Any]]:
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    else:
        shape, _, dtype = np.lib.format.read_array_header_2_0(file)
    return shape, dtype
