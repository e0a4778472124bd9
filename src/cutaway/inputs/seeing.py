"""What has become of a picture after a step, as a picture again: for people to look at."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt

from cutaway.inputs.state import State


def seen(state: State) -> npt.NDArray[np.uint8] | None:
    """The picture as (H, W) or (H, W, 3) bytes, None where it is none.

    The lowest value of black is drawn black and the highest of white white, whatever the channels
    are called: after a step to BGR red and blue are seen exchanged, as the network gets them.
    """
    array = _flat(state)
    if array is None:
        return None
    span = state.high - state.low
    unit = (array.astype(np.float32) - np.float32(state.low)) / np.float32(span or 1)
    pixels = np.rint(np.clip(np.nan_to_num(unit), 0, 1) * 255).astype(np.uint8)
    return pixels[:, :, 0] if pixels.shape[2] == 1 else pixels


def png(pixels: npt.NDArray[np.uint8], longest: int) -> bytes:
    """The picture as PNG, shrunk where a side is longer than that, never enlarged."""
    from PIL import Image

    picture = Image.fromarray(pixels)
    if max(picture.size) > longest:
        picture.thumbnail((longest, longest), Image.Resampling.BOX)
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _flat(state: State) -> npt.NDArray[Any] | None:
    """The array as (H, W, C) again: the first of a batch, its axes as a picture has them."""
    array, order = state.array, state.order
    if state.geometry is None or order == "given":
        return None
    if "N" in order and array.ndim == len(order):
        array, order = np.take(array, 0, order.index("N")), order.replace("N", "")
    if order == "F":
        height, width = state.geometry.size
        return array.reshape(height, width, -1)
    if order == "HW":
        return array[:, :, None]
    if sorted(order) != ["C", "H", "W"] or array.ndim != 3:
        return None
    array = array.transpose([order.index(letter) for letter in "HWC"])
    return array if array.shape[2] in (1, 3) else None
