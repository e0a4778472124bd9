"""A picture brought to another size."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from cutaway.inputs.geometry import Matrix

FILTERS = ("nearest", "bilinear", "bicubic", "lanczos")
"""How cells in between are made; all but nearest average when they shrink, as Pillow does."""

MODES = ("stretch", "crop", "letterbox")
"""Stretch to the new shape; keep proportions and cut what stands out; keep them and add bars."""


def resize(
    picture: npt.NDArray[np.float32],
    size: tuple[int, int],
    mode: str,
    resample: str,
    pad: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """The picture, (height, width, C) float32.

    Args:
        picture: (H, W, C) float32.
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


def _cropped(picture: npt.NDArray[np.float32], size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """The middle of the picture."""
    top, left = ((have - want) // 2 for have, want in zip(picture.shape, size, strict=False))
    return picture[top : top + size[0], left : left + size[1]]


def _boxed(
    picture: npt.NDArray[np.float32], size: tuple[int, int], pad: Any
) -> npt.NDArray[np.float32]:
    """The picture in the middle of bars."""
    rows, columns, channels = picture.shape
    top, left = (size[0] - rows) // 2, (size[1] - columns) // 2
    boxed = np.empty((*size, channels), np.float32)
    boxed[:] = pad if np.size(pad) in (1, channels) else np.mean(pad)
    boxed[top : top + rows, left : left + columns] = picture
    return boxed


def _scaled(
    picture: npt.NDArray[np.float32], size: tuple[int, int], resample: str
) -> npt.NDArray[np.float32]:
    if picture.shape[:2] == size:
        return picture
    from PIL import Image

    height, width = size
    how = Image.Resampling[resample.upper()]
    # Channel by channel as floats: Pillow would round a colour picture to whole numbers.
    channels = [
        np.asarray(Image.fromarray(np.ascontiguousarray(channel)).resize((width, height), how))
        for channel in np.moveaxis(picture, 2, 0)
    ]
    return np.stack(channels, axis=2)
