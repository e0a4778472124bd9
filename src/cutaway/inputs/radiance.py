"""Radiance pictures (``.hdr``): light of any brightness, three bytes and a shared exponent.

Source: https://radsite.lbl.gov/radiance/refer/filefmts.pdf, chapter "Picture file format".
"""

from __future__ import annotations

import re
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

SIGNATURES = (b"#?RADIANCE", b"#?RGBE")

_LONGEST_HEADER = 1 << 16
_RUN_LENGTHS = range(8, 0x8000)
"""Widths of pictures whose lines may be packed channel by channel."""


def size(file: BinaryIO) -> tuple[int, int]:
    """Height and width, with the file left at the first pixel.

    Raises:
        ValueError: the header is broken, or of a kind that is not read.
    """
    kind = b"32-bit_rle_rgbe"
    for _ in range(1000):
        line = file.readline(_LONGEST_HEADER)
        if not line:
            raise ValueError("the header does not end")
        if line.startswith(b"FORMAT="):
            kind = line[7:].strip()
        if not line.strip():
            break
    if kind != b"32-bit_rle_rgbe":
        raise ValueError(f"the pixels are {kind.decode('latin-1')}, not 32-bit_rle_rgbe")
    found = re.fullmatch(rb"-Y (\d{1,9}) \+X (\d{1,9})\s*", file.readline(_LONGEST_HEADER))
    if found is None:
        raise ValueError("its lines do not run from the top left")
    return int(found[1]), int(found[2])


def pixels(file: BinaryIO, height: int, width: int) -> npt.NDArray[np.float32]:
    """(H, W, 3) float32, linear light.

    Args:
        file: at the first pixel.
        height: lines.
        width: pixels of a line.

    Raises:
        ValueError: it is truncated or broken.
    """
    content = file.read()
    packed = width in _RUN_LENGTHS and content[:4] == bytes((2, 2, width >> 8, width & 255))
    if packed:
        shared = _unpacked(content, height, width)
    else:
        needed = height * width * 4
        if len(content) < needed:
            raise ValueError(f"{needed:,} bytes of pixels were wanted, {len(content):,} came")
        shared = np.frombuffer(content, np.uint8, needed).reshape(height, width, 4)
    light = np.ldexp(shared[:, :, :3].astype(np.float32), shared[:, :, 3:].astype(np.int32) - 136)
    return np.where(shared[:, :, 3:] == 0, np.float32(0), light)


def _unpacked(content: bytes, height: int, width: int) -> npt.NDArray[np.uint8]:
    """(H, W, 4), from lines in which each channel is packed on its own."""
    lines = bytearray()
    at, end, mark = 0, len(content), bytes((2, 2, width >> 8, width & 255))
    for row in range(height):
        if content[at : at + 4] != mark:
            raise ValueError(f"line {row} does not begin as it should")
        at, wanted = at + 4, len(lines) + 4 * width
        while len(lines) < wanted:
            if at + 1 >= end:
                raise ValueError(f"it ends in line {row} of {height}")
            count = content[at]
            if count > 128:
                lines += content[at + 1 : at + 2] * (count - 128)
                at += 2
            else:
                lines += content[at + 1 : at + 1 + count]
                at += 1 + count
                if count == 0 or at > end:
                    raise ValueError(f"line {row} is broken")
        if len(lines) != wanted:
            raise ValueError(f"line {row} is longer than the picture is wide")
    return np.frombuffer(bytes(lines), np.uint8).reshape(height, 4, width).transpose(0, 2, 1)


def shown(light: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Light as a screen shows it, 0..255: brighter than 1 is white, the rest on sRGB's curve."""
    unit = np.clip(light, 0, 1)
    curve = np.where(unit <= 0.0031308, 12.92 * unit, 1.055 * unit ** (1 / 2.4) - 0.055)
    return (curve * 255).astype(np.float32)
