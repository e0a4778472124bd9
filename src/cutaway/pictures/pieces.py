"""The elements of a tensor in pieces that stay in the processor's cache."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cutaway.pictures.values import Array

PIECE = 1 << 16
"""Elements looked at in one go: half a megabyte in float64."""


def pieces(array: Array) -> Iterator[Array]:
    """The elements in some order that costs no copy of the whole, 1-D piece by piece."""
    along = array.transpose(sorted(range(array.ndim), key=lambda axis: -array.strides[axis]))
    if along.flags.c_contiguous:
        flat = along.reshape(-1)
        for start in range(0, flat.size, PIECE):
            yield flat[start : start + PIECE]
        return
    # Strides that no flat view can follow: NumPy copies piece by piece, into one buffer.
    for piece in np.nditer(array, ["external_loop", "buffered"], order="K", buffersize=PIECE):
        yield np.array(piece)
