"""A long row of things divided into boxes: blocks that repeat, else parts of about equal size."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from cutaway.graph.flow import Ids
from cutaway.graph.repetition import repeated
from cutaway.graph.segments import Kinds, Row, Stretch, blocks, live, segments

MOST = 160
"""Children that a box has at most."""

FEW = 60
"""Children up to which a box is left as it is."""

_SIZE = 120
"""Children that a part is meant to have at most; where few values pass it may have a quarter
more."""

_PERIOD = 12
"""Things after which a row may repeat for its parts to be of such lengths."""


@dataclass(slots=True)
class Part:
    """A box: neighbours in a row."""

    start: int
    end: int
    what: Literal["block", "part"]
    inner: list[Part] = field(default_factory=list["Part"])
    """Boxes within, in their order; whatever is between them lies in this one directly."""


def divide(row: Row) -> list[Part]:
    """The boxes that a row is to be shown as, none with more than ``MOST`` children.

    Empty where it is fine as it is. Time and memory are linear in the row.
    """
    count = len(row.kind)
    weight = int(row.weight.sum())
    if weight <= FEW:
        return []
    passing = live(row, min(MOST, count // 4))
    kinds = Kinds(int(row.kind.max()) + 1)
    found = repeated(blocks(segments(row, passing, kinds), kinds), row, kinds)
    if weight <= MOST and not _worthwhile(found, row):
        return []
    whole = Part(0, count, "part", [_part(one) for one in found if one.block])
    if len(whole.inner) == 1 and (whole.inner[0].start, whole.inner[0].end) == (0, count):
        whole.inner = whole.inner[0].inner  # a box that holds everything says nothing
    _pack(whole, row, passing)
    return whole.inner


def _worthwhile(found: list[Stretch], row: Row) -> bool:
    """Whether blocks that are there several times make up most of a row."""
    times = Counter(one.kind for one in found if one.block)
    again = [one for one in found if one.block and times[one.kind] > 1]
    covered = sum(int(row.weight[one.start : one.end].sum()) for one in again)
    return len(again) >= 3 and 2 * covered > int(row.weight.sum())


def _part(stretch: Stretch) -> Part:
    return Part(stretch.start, stretch.end, "block", [_part(one) for one in stretch.inner])


def _pack(whole: Part, row: Row, passing: Ids) -> None:
    """Adds parts wherever a box would have too many children."""
    weight: list[int] = row.weight.tolist()
    waiting = [whole]
    while waiting:
        part = waiting.pop()
        children = _children(part)
        sizes = [weight[one] if isinstance(one, int) else 1 for one in children]
        while sum(sizes) > MOST:
            children = _packed(children, sizes, passing, _period(children, row))
            sizes = [weight[one] if isinstance(one, int) else 1 for one in children]
        part.inner = [one for one in children if not isinstance(one, int)]
        waiting.extend(_unpacked(part.inner))


def _unpacked(parts: list[Part]) -> list[Part]:
    """The blocks among boxes and within their parts: those that were not looked at yet."""
    found: list[Part] = []
    waiting = list(parts)
    while waiting:
        part = waiting.pop()
        (found if part.what == "block" else waiting).extend(
            [part] if part.what == "block" else part.inner
        )
    return found


def _children(part: Part) -> list[int | Part]:
    found: list[int | Part] = []
    at = part.start
    for one in part.inner:
        found.extend(range(at, one.start))
        found.append(one)
        at = one.end
    found.extend(range(at, part.end))
    return found


def _period(children: list[int | Part], row: Row) -> int:
    """After how many things without a box a row repeats; 1 where it does not."""
    kind = row.kind[[one for one in children if isinstance(one, int)]]
    for length in range(1, _PERIOD + 1):
        if 2 * len(kind) > len(children) and (kind[length:] == kind[:-length]).mean() > 0.9:
            return length
    return 1


def _packed(
    children: list[int | Part], sizes: list[int], passing: Ids, period: int
) -> list[int | Part]:
    """The children in parts of about equal size, cut where few values pass.

    The size is a multiple of ``period``, so that parts of a row that repeats are alike.
    """
    total = sum(sizes)
    levels = 2
    while _SIZE**levels < total:
        levels += 1
    size = int(np.ceil(total ** (1 / levels)))
    size -= size % period if size > period else 0
    ends = [one + 1 if isinstance(one, int) else one.end for one in children]
    passed = [int(passing[end - 1]) for end in ends[:-1]]
    upto = np.cumsum(sizes).tolist()
    found: list[int | Part] = []
    start = 0
    while start < len(children):
        before = upto[start - 1] if start else 0
        end = start + 1
        if total - before <= size * 5 // 4:
            end = len(children)
        else:
            while end < len(children) - 1 and upto[end - 1] - before < size * 3 // 4:
                end += 1
            best = end, (passed[end - 1], abs(upto[end - 1] - before - size))
            while end < len(children) - 1 and upto[end] - before <= size * 5 // 4:
                end += 1
                rank = passed[end - 1], abs(upto[end - 1] - before - size)
                best = min(best, (end, rank), key=lambda one: one[1])
            end = best[0]
        found.append(_wrapped(children[start:end]))
        start = end
    return found


def _wrapped(children: list[int | Part]) -> int | Part:
    if len(children) == 1:
        return children[0]
    first, last = children[0], children[-1]
    return Part(
        first if isinstance(first, int) else first.start,
        last + 1 if isinstance(last, int) else last.end,
        "part",
        [one for one in children if not isinstance(one, int)],
    )
