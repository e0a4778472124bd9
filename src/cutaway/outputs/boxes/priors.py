"""Prior boxes: the places that SSD's offsets count from."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np

from cutaway.errors import InputError
from cutaway.outputs.seen import Array, Floats

Family: TypeAlias = tuple[tuple[int, tuple[int, ...]], ...]

FAMILIES: Final[dict[str, Family]] = {
    "light faces": (
        (8, (10, 16, 24)), (16, (32, 48)), (32, (64, 96)), (64, (128, 192, 256)),
    ),
    "retina faces": ((8, (16, 32)), (16, (64, 128)), (32, (256, 512))),
}  # fmt: skip
"""Stride, and sizes in pixels of the square priors at each of its places."""

VARIANCES: Final = (0.1, 0.2)
"""What offsets of the middle and of the size are multiplied by."""


def priors(height: int, width: int, rows: int) -> Floats:
    """(N, 4) middle and size in 0..1, row by row: those of the family that has so many.

    Args:
        height: of the model's picture.
        width: of it.
        rows: how many the model has.

    Raises:
        InputError: no family known has that number.
    """
    found = {name: _laid(family, height, width) for name, family in FAMILIES.items()}
    for laid in found.values():
        if len(laid) == rows:
            return laid
    counts = ", ".join(f"{len(laid):,} ({name})" for name, laid in found.items())
    raise InputError(
        f"prior boxes for {rows:,} places were wanted; those known for a picture of "
        f"{width} x {height} are {counts}: choose another layout or form"
    )


def _laid(family: Family, height: int, width: int) -> Floats:
    made: list[Floats] = []
    for stride, sizes in family:
        down, across = -(-height // stride), -(-width // stride)
        y, x = np.meshgrid(np.arange(down), np.arange(across), indexing="ij")
        places = np.stack([(x + 0.5) * stride / width, (y + 0.5) * stride / height], -1)
        each = np.array([[size / width, size / height] for size in sizes])
        shape = (down, across, len(sizes), 2)
        grid = np.broadcast_to(places[:, :, None, :], shape)
        made.append(np.concatenate([grid, np.broadcast_to(each, shape)], -1).reshape(-1, 4))
    return np.clip(np.concatenate(made), 0, 1)


def offset_boxes(values: Array, laid: Floats) -> Floats:
    """(N, 4) corners in 0..1 of offsets from priors. Source: Liu et al. 2016, SSD.

    Middle = prior's middle + offset * 0.1 * prior's size; size = prior's size * exp(offset * 0.2).
    Exponents are held within 20, so that noise stays finite.
    """
    wide = np.asarray(values, np.float64)
    middle = laid[:, :2] + wide[:, :2] * VARIANCES[0] * laid[:, 2:]
    half = laid[:, 2:] * np.exp(np.clip(wide[:, 2:] * VARIANCES[1], -20, 20)) / 2
    return np.concatenate([middle - half, middle + half], axis=1)


def offset_points(values: Array, laid: Floats) -> Floats:
    """(N, K, 2) places in 0..1 of (N, 2 K) offsets from priors."""
    wide = np.asarray(values, np.float64).reshape(len(laid), -1, 2)
    return laid[:, None, :2] + wide * VARIANCES[0] * laid[:, None, 2:]
