"""On which side of its main strand every other strand lies, and how far out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from cutaway.layout.crossings import Crossings, Place
from cutaway.layout.strands import Pieces, Strand

_RAIL_RANKS = 32
"""What passes more ranks than this, with hardly a block on it, runs outside of all else."""

_RAIL = -1e6
"""Distance of such a strand: above, beyond all others."""

_BESIDE = 0.01
"""How much further up than what it jumps over a skip connection lies."""

_MOST_VERTICES = 400
"""Vertices handed to the minimization of crossings at once."""


@dataclass(slots=True)
class _Segment:
    """Strands that share ranks, between two ranks where their main strand is alone."""

    main: int
    strands: list[int]
    end: int
    joints: set[tuple[int, int, int]] = field(default_factory=set[tuple[int, int, int]])
    """As ``Pieces.joints``, but between strands."""


def distances(pieces: Pieces, strands: Sequence[Strand], strand_of: Sequence[int]) -> list[float]:
    """How far from its main strand each strand is to be: negative above, 0 for main strands.

    What is nearer to the main strand has the smaller distance; only the order matters. Skip
    connections are above what they jump over. The order of branches comes from a minimization of
    crossings, stretch by stretch.
    """
    jumped = _jumped(pieces, strands, strand_of)
    rails = {number for number, strand in enumerate(strands) if _is_rail(strand)}
    found = [_RAIL if number in rails else 0.0 for number in range(len(strands))]
    crossings = Crossings()
    for segment in _segments(pieces, strands, strand_of, rails):
        skips = {one for one in segment.strands if jumped.get(one) == segment.main}
        for number, distance in _within(segment, strands, skips, crossings).items():
            found[number] = distance
    for number, over in jumped.items():
        if number not in rails and not strands[over].main:
            found[number] = found[over] - _BESIDE
    return found


def _is_rail(strand: Strand) -> bool:
    length = strand.end - strand.start + 1
    return not strand.main and length > max(1, strand.blocks) * _RAIL_RANKS


def _jumped(pieces: Pieces, strands: Sequence[Strand], strand_of: Sequence[int]) -> dict[int, int]:
    """By skip connection (a strand without blocks): the strand that it leaves and comes back to."""
    found = {strand_of[wire]: strand_of[pieces.maker[wire]] for wire in pieces.back_wire.values()}
    for first, _, second in pieces.joints:
        number, met = strand_of[first], strand_of[second]
        if not strands[number].blocks and strand_of[pieces.maker[first]] == met:
            found[number] = met
    return found


def _segments(
    pieces: Pieces, strands: Sequence[Strand], strand_of: Sequence[int], rails: set[int]
) -> list[_Segment]:
    main = {strand.component: number for number, strand in enumerate(strands) if strand.main}
    others = [
        number for number, strand in enumerate(strands) if not strand.main and number not in rails
    ]
    others.sort(key=lambda number: (strands[number].component, strands[number].start, number))
    found: list[_Segment] = []
    segment_of: dict[int, _Segment] = {}
    for number in others:
        strand = strands[number]
        middle = main[strand.component]
        if not found or found[-1].main != middle or strand.start > found[-1].end + 1:
            found.append(_Segment(middle, [], strand.end))
        found[-1].strands.append(number)
        found[-1].end = max(found[-1].end, strand.end)
        segment_of[number] = found[-1]
    for first, left, second in pieces.joints:
        one, other = strand_of[first], strand_of[second]
        segment = segment_of.get(one) or segment_of.get(other)
        if one != other and segment is not None and not rails & {one, other}:
            segment.joints.add((one, left, other))
    return found


def _within(
    segment: _Segment, strands: Sequence[Strand], skips: set[int], crossings: Crossings
) -> Mapping[int, float]:
    """The distances of one segment's strands."""
    if len(segment.strands) == 1 or skips.issuperset(segment.strands):
        return dict.fromkeys(segment.strands, -1.0)
    found = _uncrossed(segment, strands, crossings)
    if found is None:
        found = _stacked(segment)
    return found | {number: -max(abs(found[number]), _BESIDE) for number in skips}


def _uncrossed(
    segment: _Segment, strands: Sequence[Strand], crossings: Crossings
) -> dict[int, float] | None:
    """Distances by the minimization of crossings; None where the segment is too large for it."""
    columns = sorted({rank for _, left, _ in segment.joints for rank in (left, left + 1)})
    # One vertex for each strand at each rank where strands meet: every edge is one layer long.
    vertices: dict[tuple[int, int], int] = {}
    along: dict[int, range] = {}
    for number in (segment.main, *segment.strands):
        first = bisect_left(columns, strands[number].start)
        last = bisect_right(columns, strands[number].end)
        along[number] = range(len(vertices), len(vertices) + last - first)
        if along[number].stop > _MOST_VERTICES:
            return None
        for rank in columns[first:last]:
            vertices[number, rank] = len(vertices)
    edges = [edge for own in along.values() for edge in pairwise(own)]
    for one, left, other in sorted(segment.joints):
        edges.append((vertices[one, left], vertices[other, left + 1]))
    places = crossings.places(edges)
    # What meets only strands that are left out here has no edge and no place.
    placed = {
        number: [places[vertex] for vertex in own if vertex in places]
        for number, own in along.items()
    }
    return _apart(placed.pop(segment.main), placed)


def _apart(main: list[Place], others: Mapping[int, list[Place]]) -> dict[int, float]:
    """Mean distance of each strand from the main one in the same layers."""
    middle = {layer: across for across, layer in main}
    mean = sum(middle.values()) / max(1, len(middle))
    found: dict[int, float] = {}
    for number, own in others.items():
        apart = [across - middle.get(layer, mean) for across, layer in own]
        found[number] = sum(apart) / len(apart) if apart else 1.0
    return found


def _stacked(segment: _Segment) -> dict[int, float]:
    """Distances without looking at crossings: every branch below what it branches off."""
    parent: dict[int, int] = {}
    for one, _, other in sorted(segment.joints, key=lambda joint: joint[1]):
        parent.setdefault(other, one)
    found = {segment.main: 0.0}
    for number in segment.strands:
        found[number] = found.get(parent.get(number, segment.main), 0.0) + 1.0
    del found[segment.main]
    return found
