"""A row of things cut where one value alone passes, and what repeats in it brought together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from cutaway.graph.flow import Ids

_TAIL = 2
"""Single things after a branching stretch that belong to it, such as the activation after a sum."""

_STRAIGHT = range(3, 17)
"""Lengths of a straight stretch between two branching ones that is a block like them."""


@dataclass(frozen=True, slots=True)
class Row:
    """The things in one box, in the order of the flow."""

    weight: Ids
    """``(n,)``: how many children of the picture each is."""
    kind: Ids
    """``(n,)``: the same number where the same operator or group is."""
    leads: Ids
    """``(n,)``: 1 where a block may well begin, such as at a convolution, else 0."""
    value: Ids
    """``(w,)``: what is read; the next two are alike."""
    source: Ids
    """Place of what makes it; -1 where that is outside of the box."""
    target: Ids
    """Place of what reads it."""


@dataclass(slots=True)
class Kinds:
    """Numbers for what is alike, going on from those that a row uses."""

    next: int
    known: dict[Hashable, int] = field(default_factory=dict[Hashable, int])

    def of(self, key: Hashable) -> int:
        """The number of a key, the same whenever it comes."""
        return self.known.setdefault(key, self.next + len(self.known))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbours in a row, from ``start`` up to but without ``end``."""

    start: int
    end: int
    kind: int
    inner: tuple[Stretch, ...] = ()
    """Stretches within that are blocks themselves."""
    block: bool = False
    """Whether it may be shown as one box."""


def live(row: Row, reach: int) -> Ids:
    """``(n - 1,)``: how many values pass between each two neighbours.

    Args:
        row: the things.
        reach: values that pass more things than that are not counted; a mask that all layers read
            is no reason to cut nowhere.
    """
    count = len(row.kind)
    ahead = row.target > row.source
    values, number = np.unique(row.value[ahead], return_inverse=True)
    first, last = np.full(len(values), count), np.zeros(len(values), np.int64)
    np.minimum.at(first, number, np.maximum(row.source[ahead], 0))
    np.maximum.at(last, number, row.target[ahead])
    short = last - first <= reach
    passing = np.zeros(count + 1, np.int64)
    np.add.at(passing, first[short], 1)
    np.subtract.at(passing, last[short], 1)
    return np.cumsum(passing)[: max(0, count - 1)]


def segments(row: Row, passing: Ids, kinds: Kinds) -> list[Stretch]:
    """The row, cut wherever one value or none passes; stretches alike have the same kind."""
    ends = [*(np.flatnonzero(passing <= 1) + 1).tolist(), len(row.kind)]
    order = np.lexsort((row.source, row.target))
    source, target = row.source[order], row.target[order]
    begins = np.searchsorted(target, np.arange(len(row.kind) + 1)).tolist()
    kind = row.kind.tolist()
    found: list[Stretch] = []
    start = 0
    for end in ends:
        if end == start + 1:
            found.append(Stretch(start, end, kind[start]))
        else:
            part = slice(begins[start], begins[end])
            # All that comes from before is one and the same to the stretch.
            wires = np.maximum(source[part] - start, -1).tobytes(), (target[part] - start).tobytes()
            number = kinds.of((row.kind[start:end].tobytes(), *wires))
            weight = int(row.weight[start:end].sum())
            found.append(Stretch(start, end, number, block=weight >= 3))
        start = end
    return found


def blocks(cut: list[Stretch], kinds: Kinds) -> list[Stretch]:
    """Branching stretches with what belongs to them, and straight ones between them as wholes."""
    branching = [at for at, one in enumerate(cut) if one.end - one.start > 1]
    if len(branching) < 2:
        return cut
    tail = _tail(cut, branching)
    found = cut[: branching[0]]
    for at, following in zip(branching, [*branching[1:], len(cut)], strict=True):
        own = at + 1
        if tail and tuple(one.kind for one in cut[own : own + len(tail)]) == tail:
            own += len(tail)
        found.append(joined(cut[at:own], kinds) if own > at + 1 else cut[at])
        between = cut[own:following]
        if len(between) in _STRAIGHT and following < len(cut):
            found.append(joined(between, kinds))
        else:
            found.extend(between)
    return found


def joined(parts: list[Stretch], kinds: Kinds, *, keep: bool = False) -> Stretch:
    """Neighbours as one block; the blocks within stay where ``keep`` is set."""
    inner = tuple(one for one in parts if one.block) if keep else ()
    kind = kinds.of(tuple(one.kind for one in parts))
    return Stretch(parts[0].start, parts[-1].end, kind, inner, block=True)


def _tail(cut: list[Stretch], branching: list[int]) -> tuple[int, ...]:
    """Kinds of the things that most often stand between two branching stretches, if few do."""
    seen: Counter[tuple[int, ...]] = Counter()
    for at, following in pairwise(branching):
        if 1 <= following - at - 1 <= _TAIL:
            seen[tuple(one.kind for one in cut[at + 1 : following])] += 1
    most = seen.most_common(1)
    return most[0][0] if most and most[0][1] > 1 else ()
