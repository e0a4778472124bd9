"""Arrays to pictures with a transparent part."""

from __future__ import annotations

import io

import numpy as np

from cutaway import pictures
from cutaway.outputs.seen import Array


def rgba_png(pixels: Array) -> bytes:
    """A PNG file of (H, W, 3) or (H, W, 4) uint8, packed fast."""
    from PIL import Image

    mode = "RGBA" if pixels.shape[2] == 4 else "RGB"
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels), mode).save(out, "PNG", compress_level=1)
    return out.getvalue()


def coloured(values: Array, low: float, high: float, table: str) -> Array:
    """(H, W, 4) uint8 of a map, by a colour table; transparent where there is no finite number.

    Raises:
        InputError: there is no such table.
    """
    colours = pictures.table(table).colours
    finite = np.isfinite(values)
    share = np.clip((np.where(finite, values, low) - low) / ((high - low) or 1.0), 0, 1)
    out = np.empty((*values.shape, 4), np.uint8)
    out[..., :3] = colours[np.rint(share * 255).astype(np.intp)]
    out[..., 3] = np.where(finite, 255, 0)
    return out


def wheel(across: Array, down: Array, most: float) -> Array:
    """(H, W, 4) uint8 of a flow: hue by direction (red is rightwards), white where nothing moves.

    Args:
        across: (H, W) how far each place moves to the right.
        down: (H, W) how far downwards.
        most: the length that has the full colour.
    """
    finite = np.isfinite(across) & np.isfinite(down)
    x, y = np.where(finite, across, 0.0), np.where(finite, down, 0.0)
    strength = np.clip(np.hypot(x, y) / (most or 1.0), 0, 1)
    turn = np.arctan2(y, x) / (2 * np.pi)
    out = np.empty((*across.shape, 4), np.uint8)
    for channel, shift in enumerate((0.0, 1 / 3, 2 / 3)):
        # One period of a cosine a channel: smooth, and of even brightness round the wheel.
        hue = 0.5 + 0.5 * np.cos(2 * np.pi * (turn - shift))
        out[..., channel] = np.rint((1 - strength * (1 - hue)) * 255)
    out[..., 3] = np.where(finite, 255, 0)
    return out
