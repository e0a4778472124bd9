"""The lane of every strand: main strands straight, everything else as near as there is room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cutaway.layout.strands import Strand

_Profile: TypeAlias = npt.NDArray[np.int64]
"""By rank: the outermost lane in use."""


def lanes(strands: Sequence[Strand], distances: Sequence[float], ranks: int) -> list[int]:
    """The lane of each strand, from 0 at the top; no lane is empty.

    Strands that share a rank never share a lane.

    Args:
        strands: of all connected parts.
        distances: of each from the main strand of its part.
        ranks: number of ranks.
    """
    parts: dict[int, list[int]] = {}
    for number, strand in enumerate(strands):
        parts.setdefault(strand.component, []).append(number)
    # The largest part is at the top, the others beneath it, each pushed up as one.
    blocks = {part: sum(strands[one].blocks for one in own) for part, own in parts.items()}
    found = [0] * len(strands)
    floor = np.full(ranks, -1, np.int64)
    for part in sorted(parts, key=lambda part: (-blocks[part], part)):
        own = parts[part]
        first = min(strands[one].start for one in own)
        last = max(strands[one].end for one in own)
        lane, top, bottom = _around(strands, distances, own, first, last)
        shift = int((floor[first : last + 1] + 1 - top).max())
        for one in own:
            found[one] = lane[one] + shift
        floor[first : last + 1] = bottom + shift
    used = {lane: place for place, lane in enumerate(sorted(set(found)))}
    return [used[lane] for lane in found]


def _around(
    strands: Sequence[Strand], distances: Sequence[float], own: list[int], first: int, last: int
) -> tuple[dict[int, int], _Profile, _Profile]:
    """Lanes of one part around its main strand at 0, and how far up and down it reaches."""

    def near_to_far(numbers: Iterable[int]) -> list[int]:
        # Of equals the shorter is nearer, so that nested skip connections do not cross.
        return sorted(
            numbers,
            key=lambda one: (
                abs(distances[one]),
                strands[one].end - strands[one].start,
                strands[one].start,
                one,
            ),
        )

    lane = {one: 0 for one in own if strands[one].main}
    top = np.zeros(last - first + 1, np.int64)
    bottom = top.copy()
    others = [one for one in own if not strands[one].main]
    for one in near_to_far(one for one in others if distances[one] < 0):
        over = top[strands[one].start - first : strands[one].end - first + 1]
        lane[one] = int(over.min()) - 1
        over[:] = lane[one]
    for one in near_to_far(one for one in others if distances[one] >= 0):
        under = bottom[strands[one].start - first : strands[one].end - first + 1]
        lane[one] = int(under.max()) + 1
        under[:] = lane[one]
    return lane, top, bottom
