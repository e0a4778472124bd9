"""Masks of single things, painted over the picture as it came."""

from __future__ import annotations

import numpy as np

from cutaway import inputs
from cutaway.outputs import palette
from cutaway.outputs.boxes import Candidates
from cutaway.outputs.sampling import places, shown_size
from cutaway.outputs.seen import Array, Whole
from cutaway.session.reading.context import Context

_INSIDE = 150
"""How opaque a mask is within its edge, of 255."""


def instances_painted(context: Context, found: Candidates, rows: Whole) -> Array:
    """(H, W, 4) uint8: each thing in its class's colour with an edge, the surest on top.

    Args:
        context: the run.
        found: with ``boxes`` and ``instances``.
        rows: the candidates that are shown, the surest first.
    """
    geometry = context.geometry or inputs.Geometry((1, 1), (1, 1))
    shown = shown_size(geometry)
    out = np.zeros((*shown, 4), np.uint8)
    if found.instances is None or found.boxes is None or context.seen.size is None:
        return out
    cells = found.instances.cells
    column, down = places(geometry, shown, cells)
    height, width = context.seen.size
    scale = np.array([cells[1] / width, cells[0] / height] * 2)
    for row in reversed(rows.tolist()):
        box = found.boxes[row] * scale - 0.5
        part, mask = found.instances.mask(row, box, column, down)
        colour = palette.parts(palette.mark(_mark(context, found, row)))
        own = out[part]
        own[mask] = (*colour, _INSIDE)
        own[mask & ~_within(mask)] = (*colour, 255)
    return out


def _mark(context: Context, found: Candidates, row: int) -> int:
    """The number of its colour, as the page has it: without names one class has the first."""
    if found.classes is None:
        return 0
    alone = context.labels is None and bool((found.classes == found.classes[row]).all())
    return 0 if alone else int(found.classes[row])


def _within(mask: Array) -> Array:
    """Places of a mask whose four neighbours lie in it too."""
    held = np.pad(mask, 1)
    return held[:-2, 1:-1] & held[2:, 1:-1] & held[1:-1, :-2] & held[1:-1, 2:]
