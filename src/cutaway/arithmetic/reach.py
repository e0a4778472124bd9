"""Which part of what an operator reads a part of what it writes depends on, axis by axis.

Parts are half-open boxes; along one axis a part is ``(low, high)``, empty where ``high <= low``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from cutaway.arithmetic.sliding import Slide

Ends: TypeAlias = tuple[int, int]
Box: TypeAlias = tuple[Ends, ...]


class Along(ABC):
    """How far one axis of an input is reached."""

    @abstractmethod
    def reach(self, box: Box) -> Ends:
        """The part of the axis that a box of the output depends on, within the axis."""


@dataclass(frozen=True, slots=True)
class Fixed(Along):
    """Always the same part: all of an axis that is summed over, the one cell of a spread axis."""

    low: int
    high: int

    def reach(self, box: Box) -> Ends:
        """As it is."""
        del box
        return self.low, self.high


@dataclass(frozen=True, slots=True)
class Same(Along):
    """The same places of an axis of the output."""

    axis: int

    def reach(self, box: Box) -> Ends:
        """That of the output."""
        return box[self.axis]


@dataclass(frozen=True, slots=True)
class Moved(Along):
    """The same places, so many further on; what lies outside is padding or another operand."""

    axis: int
    by: int
    size: int

    def reach(self, box: Box) -> Ends:
        """Moved and cut to the axis."""
        low, high = box[self.axis]
        return max(low + self.by, 0), min(high + self.by, self.size)


@dataclass(frozen=True, slots=True)
class Stepped(Along):
    """Every so many places from a first one, forward or backward."""

    axis: int
    start: int
    step: int

    def reach(self, box: Box) -> Ends:
        """From the nearest to the farthest."""
        low, high = box[self.axis]
        first, last = self.start + low * self.step, self.start + (high - 1) * self.step
        return min(first, last), max(first, last) + 1


@dataclass(frozen=True, slots=True)
class Slid(Along):
    """Under a window that slides."""

    axis: int
    slide: Slide
    size: int

    def reach(self, box: Box) -> Ends:
        """From the first to the last cell that is no padding."""
        low, high = box[self.axis]
        slide = self.slide
        first = low * slide.stride - slide.begin
        last = (high - 1) * slide.stride - slide.begin + (slide.kernel - 1) * slide.dilation
        if first < 0:
            first = min(self._inside(low, high), default=self.size)
        if last >= self.size:
            last = max(self._inside(high - 1, low - 1), default=-1)
        return first, last + 1

    def _inside(self, start: int, stop: int) -> list[int]:
        """The outermost cells inside the axis, until a window lies inside with its outer end."""
        found: list[int] = []
        up = stop > start
        for place in range(start, stop, 1 if up else -1):
            cells = [at for at in self.slide.at(place) if 0 <= at < self.size]
            found += cells
            outer = self.slide.at(place)[0 if up else -1]
            if 0 <= outer < self.size:
                break
        return found


@dataclass(frozen=True, slots=True)
class Grouped(Along):
    """Channels in groups: so many of the output to so many of the input."""

    axis: int
    outputs: int
    inputs: int

    def reach(self, box: Box) -> Ends:
        """All of the groups that the output has a part in."""
        low, high = box[self.axis]
        return low // self.outputs * self.inputs, ((high - 1) // self.outputs + 1) * self.inputs


@dataclass(frozen=True, slots=True)
class Running(Along):
    """All up to a place, or from it on: a running sum."""

    axis: int
    size: int
    less: int
    """1 where the place itself is left out."""
    backward: bool

    def reach(self, box: Box) -> Ends:
        """From the begin, or to the end."""
        low, high = box[self.axis]
        return (low + self.less, self.size) if self.backward else (0, high - self.less)


@dataclass(frozen=True, slots=True)
class Wrapped(Along):
    """An axis repeated as a whole."""

    axis: int
    size: int

    def reach(self, box: Box) -> Ends:
        """Its places, all of them where the part goes over an end."""
        low, high = box[self.axis]
        first, last = low % self.size, (high - 1) % self.size
        return (first, last + 1) if high - low <= self.size and first <= last else (0, self.size)


@dataclass(frozen=True, slots=True)
class Listed(Along):
    """As a list has it: for each place of the output the part of the input, which may be empty."""

    axis: int
    parts: tuple[Ends, ...]

    def reach(self, box: Box) -> Ends:
        """From the least to the largest of them."""
        low, high = box[self.axis]
        parts = [part for part in self.parts[low:high] if part[0] < part[1]]
        least = min((part[0] for part in parts), default=0)
        return least, max((part[1] for part in parts), default=0)


class Rule(ABC):
    """What of one input a box of the output depends on."""

    why = ""
    """Why the answer may be larger than what counts; empty where it is as small as a box can be."""

    @abstractmethod
    def reach(self, box: Box) -> Box | None:
        """The box within the input; None where nothing of it counts."""


Rules: TypeAlias = list[tuple[int, Rule]]
"""Position in ``Node.reads``, and what of it is reached; a position may stand twice."""


class ByAxis(Rule):
    """Each axis on its own."""

    def __init__(self, axes: Sequence[Along], why: str = "") -> None:
        self._axes = tuple(axes)
        self.why = why

    def reach(self, box: Box) -> Box | None:
        """Axis by axis."""
        found = tuple([axis.reach(box) for axis in self._axes])
        for low, high in found:
            if low >= high:
                return None
        return found


class Reshaped(Rule):
    """The same places in row-major order.

    Axes that a reshape splits or joins are looked at together; from a part of several axes to
    several others the answer is a bound.
    """

    def __init__(self, inputs: Sequence[int], outputs: Sequence[int]) -> None:
        self._groups = _together(inputs, outputs)
        self._mixed = any(len(i) > 1 and len(o) > 1 for i, o in self._groups)

    def reach(self, box: Box) -> Box | None:
        """Group of axes by group of axes."""
        found: list[Ends] = []
        axis = 0
        for inputs, outputs in self._groups:
            part = box[axis : axis + len(outputs)]
            axis += len(outputs)
            found += part if inputs == outputs else _apart(*_flat(part, outputs), inputs)
        return tuple(found)

    @property
    def why(self) -> str:
        """A sentence where axes are mixed."""
        return "a reshape mixes several axes" if self._mixed else ""


Lengths: TypeAlias = tuple[int, ...]


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

    def reach(self, box: Box) -> Box | None:
        """Of the channels, from the first block to the last."""
        sample, (low, high), rows, columns = box
        size = self._size
        down, across = _rests(rows, size), _rests(columns, size)
        first, last = down[0] * size + across[0], down[1] * size + across[1]
        if self._rows_first:
            channels = first * self._channels + low, last * self._channels + high
        else:
            channels = low * size**2 + first, (high - 1) * size**2 + last + 1
        return sample, channels, _divided(rows, size), _divided(columns, size)


class Unblocked(Rule):
    """SpaceToDepth: blocks of pixels laid out as channels."""

    def __init__(self, size: int, channels: int) -> None:
        self._size, self._channels = size, channels

    def reach(self, box: Box) -> Box | None:
        """Of the pixels, from the first of the first block to the last of the last."""
        sample, (low, high), rows, columns = box
        size, blocks = self._size, _divided((low, high), self._channels)
        places = [divmod(block, size) for block in range(*blocks)]
        down, across = ([place[i] for place in places] for i in (0, 1))
        first, last = _rests((low, high), self._channels)
        return (
            sample,
            (first, last + 1),
            (rows[0] * size + min(down), (rows[1] - 1) * size + max(down) + 1),
            (columns[0] * size + min(across), (columns[1] - 1) * size + max(across) + 1),
        )


def _divided(part: Ends, by: int) -> Ends:
    return part[0] // by, (part[1] - 1) // by + 1


def _rests(part: Ends, by: int) -> Ends:
    """The least and the largest rest of the places of a part."""
    low, high = part[0] % by, (part[1] - 1) % by
    return (low, high) if part[1] - part[0] <= by and low <= high else (0, by - 1)
