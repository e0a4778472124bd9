"""A picture brought to another size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from cutaway.inputs.geometry import Geometry, Matrix

FILTERS = ("nearest", "bilinear", "bicubic", "lanczos")
"""How cells in between are made; all but nearest average when they shrink, as Pillow does."""

MODES = ("stretch", "crop", "letterbox")
"""Stretch to the new shape; keep proportions and cut what stands out; keep them and add bars."""


def resize(
    picture: npt.NDArray[Any],
    size: tuple[int, int],
    mode: str,
    resample: str,
    pad: npt.NDArray[np.float32],
) -> npt.NDArray[Any]:
    """The picture, (height, width, C): bytes of bytes, rounded as Pillow does, else float32.

    Args:
        picture: (H, W, C) uint8 or float32.
        size: height and width wanted.
        mode: one of ``MODES``.
        resample: one of ``FILTERS``.
        pad: the value of the bars of ``letterbox``, one or one for each channel.
    """
    rows, columns = picture.shape[:2]
    fitted = _fitted((rows, columns), size, mode)
    scaled = _scaled(picture, fitted, resample)
    if fitted == size:
        return scaled
    return _cropped(scaled, size) if mode == "crop" else _boxed(scaled, size, pad)


def moved(have: tuple[int, int], size: tuple[int, int], mode: str) -> Matrix:
    """Where ``resize`` puts the pixels of a picture, as an affine map (see ``geometry``).

    Args:
        have: height and width before.
        size: height and width after.
        mode: one of ``MODES``.
    """
    fitted = _fitted(have, size, mode)
    # The bars, or what is cut off, in whole pixels as ``_boxed`` and ``_cropped`` have them.
    top, left = (
        -((got - want) // 2) if mode == "crop" else (want - got) // 2
        for got, want in zip(fitted, size, strict=True)
    )
    return (fitted[1] / have[1], 0.0, float(left), 0.0, fitted[0] / have[0], float(top))


def _fitted(have: tuple[int, int], size: tuple[int, int], mode: str) -> tuple[int, int]:
    """Height and width to which the picture is scaled before it is cut or gets bars."""
    (rows, columns), (height, width) = have, size
    if mode == "stretch" or rows * width == columns * height:
        return size
    ratios = (height / rows, width / columns)
    ratio = max(ratios) if mode == "crop" else min(ratios)
    return max(1, round(rows * ratio)), max(1, round(columns * ratio))


def _cropped(picture: npt.NDArray[Any], size: tuple[int, int]) -> npt.NDArray[Any]:
    """The middle of the picture."""
    top, left = ((have - want) // 2 for have, want in zip(picture.shape, size, strict=False))
    return picture[top : top + size[0], left : left + size[1]]


def _boxed(picture: npt.NDArray[Any], size: tuple[int, int], pad: Any) -> npt.NDArray[np.float32]:
    """The picture in the middle of bars."""
    rows, columns, channels = picture.shape
    top, left = (size[0] - rows) // 2, (size[1] - columns) // 2
    boxed = np.empty((*size, channels), np.float32)
    boxed[:] = pad if np.size(pad) in (1, channels) else np.mean(pad)
    boxed[top : top + rows, left : left + columns] = picture
    return boxed


def _scaled(picture: npt.NDArray[Any], size: tuple[int, int], resample: str) -> npt.NDArray[Any]:
    if picture.shape[:2] == size:
        return picture
    from PIL import Image

    height, width = size
    how = Image.Resampling[resample.upper()]
    if picture.dtype == np.uint8:
        # Bytes stay bytes, as where networks are trained; it is also three times as fast.
        plain = np.ascontiguousarray(picture[:, :, 0] if picture.shape[2] == 1 else picture)
        scaled = np.asarray(Image.fromarray(plain).resize((width, height), how))
        return scaled[:, :, None] if scaled.ndim == 2 else scaled
    return _by_channel(picture, size, lambda one: one.resize((width, height), how))


def warp(picture: npt.NDArray[Any], matrix: Matrix, pad: Any) -> npt.NDArray[np.float32]:
    """The picture moved by an affine map, (H, W, C) float32, in between by bilinear weights.

    Args:
        picture: (H, W, C) uint8 or float32.
        matrix: from places in the picture to places in the new one.
        pad: the value of what comes in from outside, one or one for each channel.
    """
    from PIL import Image

    rows, columns, channels = picture.shape
    back = Geometry((rows, columns), (rows, columns), matrix).inverse
    pads: npt.NDArray[np.float32] = np.broadcast_to(
        np.asarray(pad if np.size(pad) in (1, channels) else np.mean(pad), np.float32), channels
    )
    how = Image.Resampling.BILINEAR
    moved_pixels = np.empty((rows, columns, channels), np.float32)
    for index in range(channels):
        # Less the pad: Pillow fills with zeros, and fades to them at the border.
        lifted = picture[:, :, index].astype(np.float32) - pads[index]
        turned = Image.fromarray(lifted).transform(
            (columns, rows), Image.Transform.AFFINE, back, how
        )
        moved_pixels[:, :, index] = np.asarray(turned) + pads[index]
    return moved_pixels


def filtered(picture: npt.NDArray[np.float32], radius: float) -> npt.NDArray[np.float32]:
    """The picture blurred by a Gaussian of that deviation in pixels, (H, W, C) float32.

    Beyond its edges the picture goes on with the pixels at them.
    """
    reach = max(1, int(np.ceil(4 * radius)))
    offsets = np.arange(-reach, reach + 1)
    weights = np.exp(-(offsets**2) / (2 * radius**2)).astype(np.float32)
    weights /= weights.sum()
    for axis in (0, 1):
        padding = [(reach, reach) if a == axis else (0, 0) for a in range(3)]
        wide = np.pad(picture, padding, mode="edge")
        length = picture.shape[axis]
        blurred = np.zeros_like(picture)
        for offset, weight in enumerate(weights):
            part = [slice(None)] * 3
            part[axis] = slice(offset, offset + length)
            blurred += wide[tuple(part)] * weight
        picture = blurred
    return picture


def _by_channel(
    picture: npt.NDArray[Any], size: tuple[int, int], change: Callable[[Any], Any]
) -> npt.NDArray[np.float32]:
    """Each channel changed by Pillow as floats: of a colour picture it would round."""
    from PIL import Image

    channels = picture.shape[2]
    changed = np.empty((channels, *size), np.float32)
    for index in range(channels):
        plane = np.ascontiguousarray(picture[:, :, index], np.float32)
        changed[index] = np.asarray(change(Image.fromarray(plane)))
    # Channels first in memory: the usual layout is then no copy, and the others are one.
    return changed.transpose(1, 2, 0)
