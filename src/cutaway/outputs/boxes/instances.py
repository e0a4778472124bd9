"""A mask for each box, mixed from prototypes that all boxes share.

Mask = sigmoid(coefficients @ prototypes), cropped to the box. Source: Bolya et al. 2019, YOLACT;
segmenting YOLO (Ultralytics, version 5 and later) has the same with 32 prototypes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cutaway.outputs.sampling import bilinear
from cutaway.outputs.seen import Array, Floats, Output, Seen
from cutaway.outputs.signs import channels_first, maps_of

COUNT = 32
"""Prototypes of a segmenting YOLO."""


@dataclass(frozen=True, slots=True)
class Instances:
    """What masks of boxes are mixed from."""

    coefficients: Array
    """(N, K), one row a candidate."""
    prototypes: Array
    """(K, h, w), over the whole of the model's picture."""

    @property
    def cells(self) -> tuple[int, int]:
        """Rows and columns of a prototype."""
        return self.prototypes.shape[1], self.prototypes.shape[2]

    def mask(
        self, row: int, box: Floats, column: Floats, down: Floats
    ) -> tuple[tuple[slice, slice], Array]:
        """Where a candidate's mask is over one half, within a part of what is shown.

        Args:
            row: which candidate.
            box: (4,) left, top, right, bottom in cells of the prototypes, middles at whole numbers.
            column: (H, W) or (1, W): the column of each pixel shown, as ``sampling.places`` has it.
            down: (H, W) or (H, 1): its row.

        Returns:
            The part of the pixels shown, rows and columns; (h, w) bool of it.
        """
        part = (slice(None), slice(None))
        if column.shape[0] == 1 and down.shape[1] == 1:
            part = _span(down[:, 0], box[1], box[3]), _span(column[0], box[0], box[2])
            column, down = column[:, part[1]], down[part[0]]
        within = (column >= box[0]) & (column <= box[2]) & (down >= box[1]) & (down <= box[3])
        if not within.size:
            return part, within
        # Raw numbers are laid between cells, and 0 is where the sigmoid is one half.
        raw = np.tensordot(self.coefficients[row], self.prototypes, 1)
        return part, (bilinear(raw, column, down) > 0) & within


def _span(places: Floats, low: float, high: float) -> slice:
    """The places from ``low`` to ``high``, which lie side by side."""
    found = np.flatnonzero((places >= low) & (places <= high))
    return slice(int(found[0]), int(found[-1]) + 1) if found.size else slice(0, 0)


def prototypes_among(seen: Seen, outputs: list[Output]) -> Output | None:
    """The output that holds prototypes: 32 maps over the picture."""
    for output in outputs:
        maps = maps_of(output, seen.size) if len(output.shape) == 4 and output.numeric else None
        if maps is not None and maps[0] == COUNT and min(maps[1:3]) > 3:
            return output
    return None


def prototypes_of(output: Output, seen: Seen) -> Array:
    """(K, h, w) of that output."""
    maps = maps_of(output, seen.size)
    return channels_first(output, "first" if maps is None else maps[3])
