"""Stretches of a row that are the same again and again, each repetition made one block."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cutaway.graph.flow import Ids
from cutaway.graph.segments import Kinds, Row, Stretch, joined

_ROUNDS = 6
"""Different repetitions looked for: an encoder's layers, then a decoder's, ..."""

_PERIODS = 12
"""Lengths of a repetition tried in a round: the distances at which things most often recur."""

_SMALL = 40
"""Things in a block up to which blocks within it are not worth their boxes."""


def repeated(parts: list[Stretch], row: Row, kinds: Kinds) -> list[Stretch]:
    """The parts, those that repeat side by side joined by repetition.

    In time linear in the parts. A part that repeats alone stays as it is.
    """
    total = np.concatenate([[0], np.cumsum(row.weight)])
    for _ in range(_ROUNDS):
        kind = np.array([part.kind for part in parts], np.int64)
        ends = np.array([0, *(part.end for part in parts)], np.int64)
        weight = total[ends]
        leads = row.leads[ends[:-1]]
        blocks = np.concatenate([[0], np.cumsum([part.block for part in parts])])
        best: list[tuple[int, int]] = []
        most, period = int(weight[-1]) // 20, 0
        for length in _periods(kind):
            runs = [
                (at, times)
                for at, times in _runs(kind, length, weight, leads)
                # That blocks come twice in the same order is most often mere chance.
                if times > 2 or blocks[at] == blocks[at + length]
            ]
            covered = sum(int(weight[at + length * n] - weight[at]) for at, n in runs)
            if covered > most:
                most, period, best = covered, length, runs
        if not best:
            break
        parts = _joined(parts, period, best, kinds, weight)
    return parts


def _periods(kind: Ids) -> list[int]:
    """The distances from one thing to the next of its kind, the most frequent first; 1 is none."""
    order = np.argsort(kind, kind="stable")
    apart = np.diff(order)[np.diff(kind[order]) == 0]
    apart = apart[apart > 1]
    lengths, counts = np.unique(apart, return_counts=True)
    chosen = np.lexsort((lengths, -counts))[:_PERIODS]
    return sorted(lengths[chosen].tolist())


def _runs(kind: Ids, period: int, weight: Ids, leads: Ids) -> Iterator[tuple[int, int]]:
    """Where something of that length begins to repeat, and how many times it is there."""
    same = np.concatenate([[False], kind[period:] == kind[:-period], [False]])
    change = np.flatnonzero(same[1:] != same[:-1])
    for start, end in zip(change[::2].tolist(), change[1::2].tolist(), strict=True):
        length = end - start + period
        times = length // period
        if times < 2 or (kind[start : start + period] == kind[start]).all():
            continue
        size = int(weight[start + period] - weight[start])
        if size < 3 or (times == 2 and size < 6):
            continue
        # Where it may begin at several places it begins at a convolution or the like.
        begin = start + np.flatnonzero([*leads[start : start + length % period + 1], True])[0]
        yield (int(begin) if begin + times * period <= start + length else start), times


def _joined(
    parts: list[Stretch], period: int, runs: list[tuple[int, int]], kinds: Kinds, weight: Ids
) -> list[Stretch]:
    found: list[Stretch] = []
    done = 0
    for start, times in runs:
        if start < done:  # the end of the run before is the beginning of this one
            continue
        found.extend(parts[done:start])
        for at in range(start, start + times * period, period):
            large = weight[at + period] - weight[at] > _SMALL
            found.append(joined(parts[at : at + period], kinds, keep=bool(large)))
        done = start + times * period
    return found + parts[done:]
