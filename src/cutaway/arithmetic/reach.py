"""Which part of what an operator reads a part of what it writes depends on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import TypeAlias

import numpy as np

from cutaway.arithmetic.along import Along, Ends, Places

Box: TypeAlias = tuple[Ends, ...]

_MOST_PLACES = 1 << 20
"""Cells of a box that a reshape follows one by one."""


@dataclass(frozen=True, slots=True)
class Region:
    """What counts of one tensor."""

    box: Box
    """Low and high (half-open) along each axis; nothing outside counts."""
    holes: Mapping[int, Places] = field(default_factory=dict[int, Places])
    """The places that count along an axis, in order, where not all between its ends do."""
    rough: bool = False
    """Whether it is not all of these places, combined, that count: only the ends are certain."""

    def places(self, axis: int) -> Places:
        """What counts along an axis."""
        held = self.holes.get(axis)
        return np.arange(*self.box[axis]) if held is None else held

    def united(self, other: Region) -> Region:
        """Around both."""
        axes = range(len(self.box))
        differ = [axis for axis in axes if not self._alike(other, axis)]
        if not differ and self.rough == other.rough:
            return self
        box = tuple(
            [(min(p[0], q[0]), max(p[1], q[1])) for p, q in zip(self.box, other.box, strict=True)]
        )
        if any(one.box == box and not one.holes and not one.rough for one in (self, other)):
            return Region(box)
        holes = dict(self.holes)
        for axis in differ:
            both = np.union1d(self.places(axis), other.places(axis))
            if both.size < box[axis][1] - box[axis][0]:
                holes[axis] = both
            else:
                holes.pop(axis, None)
        return Region(box, holes, self.rough or other.rough or len(differ) > 1)

    def _alike(self, other: Region, axis: int) -> bool:
        if self.box[axis] != other.box[axis] or (axis in self.holes) != (axis in other.holes):
            return False
        return axis not in self.holes or np.array_equal(self.holes[axis], other.holes[axis])


class Rule(ABC):
    """What of one input a region of the output depends on."""

    @abstractmethod
    def reach(self, region: Region) -> Region | None:
        """The region of the input; None where nothing of it counts."""

    @abstractmethod
    def doubt(self, region: Region) -> str:
        """Why the box may be larger than what counts; empty where none could be smaller."""


Rules: TypeAlias = list[tuple[int, Rule]]
"""Position in ``Node.reads``, and what of it is reached; a position may stand twice."""


class ByAxis(Rule):
    """Each axis on its own."""

    def __init__(self, axes: Sequence[Along], why: str = "") -> None:
        self._axes = tuple(axes)
        self._sparse = any(along.sparse for along in axes)
        self._why = why

    def reach(self, region: Region) -> Region | None:
        """Axis by axis."""
        box, holes = region.box, region.holes
        made: dict[int, Places] = {}
        found: list[Ends] = []
        for at, along in enumerate(self._axes):
            axis = along.axis
            if axis < 0:
                ends = along.reach((0, 0))
            elif not along.sparse and (not holes or axis not in holes):
                ends = along.reach(box[axis])
            else:
                places = np.unique(along.places(region.places(axis)))
                if not places.size:
                    return None
                ends = int(places[0]), int(places[-1]) + 1
                if places.size < ends[1] - ends[0]:
                    made[at] = places
            if ends[0] >= ends[1]:
                return None
            found.append(ends)
        return Region(tuple(found), made, region.rough)

    def doubt(self, region: Region) -> str:
        """What was stated, or that an end may have fallen away."""
        if self._why or not region.rough:
            return self._why
        trimmed = any(
            along.axis >= 0 and along.trims(region.box[along.axis]) for along in self._axes
        )
        return "what counts has gaps, and part of it lies beyond a border" if trimmed else ""


class Reshaped(Rule):
    """The same places in row-major order; axes that are split or joined are looked at together."""

    def __init__(self, inputs: Sequence[int], outputs: Sequence[int]) -> None:
        self._groups = _together(inputs, outputs)

    def reach(self, region: Region) -> Region | None:
        """Group of axes by group of axes."""
        found: list[Ends] = []
        holes: dict[int, Places] = {}
        rough, axis = region.rough, 0
        for inputs, outputs in self._groups:
            axes = range(axis, axis + len(outputs))
            axis += len(outputs)
            part = region.box[axes.start : axes.stop]
            at = len(found)
            if inputs == outputs:
                found += part
                holes |= {at + i: region.holes[a] for i, a in enumerate(axes) if a in region.holes}
            elif self._in_a_run(region, axes, outputs) or not _few(part):
                made = _apart(*_flat(part, outputs), inputs)
                found += made
                rough = rough or not _is_run(made, inputs)
            else:
                rough = rough or len(inputs) > 1
                for i, places in enumerate(_followed(region, axes, outputs, inputs)):
                    found.append((int(places[0]), int(places[-1]) + 1))
                    if places.size < places[-1] - places[0] + 1:
                        holes[at + i] = places
        return Region(tuple(found), holes, rough)

    def doubt(self, region: Region) -> str:
        """Where a part was too large to be followed cell by cell, or is not known so closely."""
        axis = 0
        for inputs, outputs in self._groups:
            axes = range(axis, axis + len(outputs))
            axis += len(outputs)
            if inputs == outputs or self._in_a_run(region, axes, outputs):
                continue
            if region.rough or not _few(region.box[axes.start : axes.stop]):
                return "a reshape mixes several axes"
        return ""

    def _in_a_run(self, region: Region, axes: range, lengths: Sequence[int]) -> bool:
        part = region.box[axes.start : axes.stop]
        return not any(axis in region.holes for axis in axes) and _is_run(part, lengths)


Lengths: TypeAlias = tuple[int, ...]


def _few(part: Sequence[Ends]) -> bool:
    return prod(high - low for low, high in part) <= _MOST_PLACES


def _is_run(part: Sequence[Ends], lengths: Sequence[int]) -> bool:
    """Whether a box's cells follow one another in row-major order."""
    spread = [at for at, (low, high) in enumerate(part) if high - low > 1]
    return not spread or all(
        part[at] == (0, lengths[at]) for at in range(spread[0] + 1, len(lengths))
    )


def _followed(
    region: Region, axes: Iterable[int], outputs: Sequence[int], inputs: Sequence[int]
) -> list[Places]:
    """The places that a box's cells take along each axis of the input."""
    flat = np.zeros(1, np.int64)
    for axis, length in zip(axes, outputs, strict=True):
        flat = np.add.outer(flat * length, region.places(axis)).reshape(-1)
    return [np.unique(places) for places in np.unravel_index(flat, inputs)]


def _together(inputs: Sequence[int], outputs: Sequence[int]) -> list[tuple[Lengths, Lengths]]:
    """Runs of axes, as short as can be, that hold as many cells on both sides."""
    found: list[tuple[Lengths, Lengths]] = []
    i = o = 0
    while i < len(inputs) or o < len(outputs):
        a, b = i, o
        i, o = min(i + 1, len(inputs)), min(o + 1, len(outputs))
        while prod(inputs[a:i]) != prod(outputs[b:o]) and (i < len(inputs) or o < len(outputs)):
            if prod(inputs[a:i]) < prod(outputs[b:o]) and i < len(inputs):
                i += 1
            else:
                o += 1
        found.append((tuple(inputs[a:i]), tuple(outputs[b:o])))
    return found


def _flat(part: Sequence[Ends], lengths: Sequence[int]) -> Ends:
    """The first and (half-open) the last of a box's cells, counted row-major."""
    first = last = 0
    for (low, high), length in zip(part, lengths, strict=True):
        first, last = first * length + low, last * length + high - 1
    return first, last + 1


def _apart(low: int, high: int, lengths: Sequence[int]) -> list[Ends]:
    """The box around a run of cells, counted row-major."""
    found: list[Ends] = []
    rest = prod(lengths)
    for at, length in enumerate(lengths):
        rest //= length
        first, last = low // rest, (high - 1) // rest
        found.append((first, last + 1))
        if first != last:
            return found + [(0, size) for size in lengths[at + 1 :]]
        low, high = low - first * rest, high - first * rest
    return found


class Blocks(Rule):
    """DepthToSpace: channels laid out as blocks of pixels."""

    def __init__(self, size: int, channels: int, *, rows_first: bool) -> None:
        self._size, self._channels, self._rows_first = size, channels, rows_first

    def reach(self, region: Region) -> Region | None:
        """Of the channels, from the first block to the last."""
        sample, (low, high), rows, columns = region.box
        size = self._size
        down, across = _rests(rows, size), _rests(columns, size)
        first, last = down[0] * size + across[0], down[1] * size + across[1]
        if self._rows_first:
            channels = first * self._channels + low, last * self._channels + high
        else:
            channels = low * size**2 + first, (high - 1) * size**2 + last + 1
        box = (sample, channels, _divided(rows, size), _divided(columns, size))
        return Region(box, {}, rough=True)

    def doubt(self, region: Region) -> str:
        """Where gaps are rearranged."""
        return _rearranged(region)


class Unblocked(Rule):
    """SpaceToDepth: blocks of pixels laid out as channels."""

    def __init__(self, size: int, channels: int) -> None:
        self._size, self._channels = size, channels

    def reach(self, region: Region) -> Region | None:
        """Of the pixels, from the first of the first block to the last of the last."""
        sample, (low, high), rows, columns = region.box
        size, blocks = self._size, _divided((low, high), self._channels)
        places = [divmod(block, size) for block in range(*blocks)]
        down, across = ([place[i] for place in places] for i in (0, 1))
        first, last = _rests((low, high), self._channels)
        box = (
            sample,
            (first, last + 1),
            (rows[0] * size + min(down), (rows[1] - 1) * size + max(down) + 1),
            (columns[0] * size + min(across), (columns[1] - 1) * size + max(across) + 1),
        )
        return Region(box, {}, rough=True)

    def doubt(self, region: Region) -> str:
        """Where gaps are rearranged."""
        return _rearranged(region)


def _rearranged(region: Region) -> str:
    gaps = region.rough or region.holes
    return "blocks of what has gaps are laid out otherwise" if gaps else ""


def _divided(part: Ends, by: int) -> Ends:
    return part[0] // by, (part[1] - 1) // by + 1


def _rests(part: Ends, by: int) -> Ends:
    """The least and the largest rest of the places of a part."""
    low, high = part[0] % by, (part[1] - 1) % by
    return (low, high) if part[1] - part[0] <= by and low <= high else (0, by - 1)
