"""Middles of things as peaks of a map, as CenterNet gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cutaway.outputs.boxes.candidates import Candidates, Cells, activated, activation_of
from cutaway.outputs.seen import Floats, Guess, Output, Seen, Whole
from cutaway.outputs.signs import channels_first, maps_of, says

_MOST = 500
"""Peaks that are looked at, the highest."""


def recognize(seen: Seen, outputs: list[Output], _forced: bool) -> Guess | None:
    """Maps named for heat, for width and height, and perhaps for offsets, all of one size."""
    if seen.size is None:
        return None
    heat = next((o for o in outputs if says(o.name, "hm", "heat_?maps?", "center_?map")), None)
    size = next((o for o in outputs if says(o.name, "wh", "sizes?")), None)
    if heat is None or size is None:
        return None
    shift = next((o for o in outputs if says(o.name, "reg", "off(set)?s?")), None)
    maps = [maps_of(o, seen.size) for o in (heat, size, *([shift] if shift else []))]
    places = {found[1:3] for found in maps if found}
    if None in maps or len(places) != 1 or maps[1] is None or maps[1][0] != 2:
        return None
    settings: dict[str, Any] = {
        "layout": "centers", "heat": heat.value, "sizes": size.value,
        "offsets": shift.value if shift else None,
        "activation": activation_of(heat, heat.one, "sigmoid"), "score": 0.3,
    }  # fmt: skip
    why = f"peaks of '{heat.name}' are middles and '{size.name}' their width and height: CenterNet"
    values = tuple(o.value for o in (heat, size, shift) if o is not None)
    return Guess("boxes", "Boxes", why, values, settings)


def decode(settings: Mapping[str, Any], seen: Seen) -> Candidates:
    """Candidates at cells that none of their eight neighbours is above. Source: Zhou et al. 2019.

    Sizes and offsets are in cells of the map.
    """
    heat = seen.by_value[settings["heat"]]
    _, down, across, order = maps_of(heat, seen.size) or (1, 1, 1, "first")
    scores = activated(channels_first(heat, order), settings["activation"])
    classes, y, x = peaks(scores)
    top = scores[classes, y, x]
    size, size_cells = _pair(seen.by_value[settings["sizes"]], y, x, seen.size)
    cells = [Cells(heat.value, _places(heat, order, classes, y, x)[:, None]), size_cells]
    shift = np.full((len(y), 2), 0.5)
    if settings.get("offsets") is not None:
        shift, shift_cells = _pair(seen.by_value[settings["offsets"]], y, x, seen.size)
        cells.append(shift_cells)
    middle = np.stack([x, y], 1) + shift
    scale = np.array([(seen.size or (1, 1))[1] / across, (seen.size or (1, 1))[0] / down])
    boxes = np.concatenate([(middle - size / 2) * scale, (middle + size / 2) * scale], axis=1)
    found = None if scores.shape[0] == 1 else classes
    return Candidates(boxes, top, found, None, tuple(cells), suppressed=True)


def peaks(scores: Floats) -> tuple[Whole, Whole, Whole]:
    """Channel, row and column of the highest cells that no neighbour of (C, H, W) is above."""
    padded = np.pad(scores, ((0, 0), (1, 1), (1, 1)), constant_values=-np.inf)
    height, width = scores.shape[1:]
    around = np.max(
        [padded[:, i : i + height, j : j + width] for i in range(3) for j in range(3)], axis=0
    )
    where = np.flatnonzero(scores.reshape(-1) >= around.reshape(-1))
    where = where[np.argsort(-scores.reshape(-1)[where], kind="stable")][:_MOST]
    classes, rows, columns = np.unravel_index(where, scores.shape)
    return classes.astype(np.int64), rows.astype(np.int64), columns.astype(np.int64)


def _pair(output: Output, y: Whole, x: Whole, size: tuple[int, int] | None) -> tuple[Floats, Cells]:
    """(N, 2) of a map of two channels at places, and where they lie."""
    order = (maps_of(output, size) or (2, 1, 1, "first"))[3]
    maps = channels_first(output, order)
    both = np.arange(2)[None, :]
    places = _places(output, order, both, y[:, None], x[:, None])
    return np.asarray(maps[both, y[:, None], x[:, None]], np.float64), Cells(output.value, places)


def _places(output: Output, order: str, channel: Whole, y: Whole, x: Whole) -> Whole:
    places = np.arange(output.one.size, dtype=np.int64).reshape(output.one.shape) + output.base
    maps = places if order == "first" else np.moveaxis(places, -1, 0)
    return maps[channel, y, x]
