"""How far one axis of what an operator reads is reached from one axis of what it writes.

A part of an axis is ``(low, high)``, half-open, empty where ``high <= low``. Where not every place
between its ends counts, as under a dilated kernel, the places themselves are carried along: at a
border the outermost may fall away, and the next one is not one step further in.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cutaway.arithmetic.sliding import Slide

Ends: TypeAlias = tuple[int, int]
Places: TypeAlias = npt.NDArray[np.int64]


class Along(ABC):
    """How far one axis of an input is reached."""

    axis: int
    """Of the output; negative where it does not matter."""

    @property
    def sparse(self) -> bool:
        """Whether gaps may be left where none were before."""
        return False

    @abstractmethod
    def reach(self, part: Ends) -> Ends:
        """What a part of the output's axis without gaps depends on, within the input's axis."""

    @abstractmethod
    def places(self, part: Places) -> Places:
        """The same for places in order; may hold one twice and be in any order."""

    def trims(self, part: Ends) -> bool:
        """Whether the answer's ends may follow from places between the ends of the part."""
        del part
        return False


@dataclass(frozen=True, slots=True)
class Fixed(Along):
    """Always the same part: all of an axis that is summed over, the one cell of a spread axis."""

    low: int
    high: int
    axis: int = -1

    def reach(self, part: Ends) -> Ends:
        """As it is."""
        del part
        return self.low, self.high

    def places(self, part: Places) -> Places:
        """All of it."""
        del part
        return np.arange(self.low, self.high)


@dataclass(frozen=True, slots=True)
class Same(Along):
    """The same places of an axis of the output."""

    axis: int

    def reach(self, part: Ends) -> Ends:
        """That of the output."""
        return part

    def places(self, part: Places) -> Places:
        """Those of the output."""
        return part


@dataclass(frozen=True, slots=True)
class Moved(Along):
    """The same places, so many further on; what lies outside is padding or another operand."""

    axis: int
    by: int
    size: int

    def reach(self, part: Ends) -> Ends:
        """Moved and cut to the axis."""
        low, high = part
        return max(low + self.by, 0), min(high + self.by, self.size)

    def places(self, part: Places) -> Places:
        """Moved, those outside left out."""
        return _within(part + self.by, self.size)

    def trims(self, part: Ends) -> bool:
        """Where something lies outside."""
        low, high = part
        return low + self.by < 0 or high + self.by > self.size


@dataclass(frozen=True, slots=True)
class Stepped(Along):
    """Every so many places from a first one, forward or backward."""

    axis: int
    start: int
    step: int

    @property
    def sparse(self) -> bool:
        """Where places are passed over."""
        return abs(self.step) > 1

    def reach(self, part: Ends) -> Ends:
        """From the nearest to the farthest."""
        low, high = part
        first, last = self.start + low * self.step, self.start + (high - 1) * self.step
        return min(first, last), max(first, last) + 1

    def places(self, part: Places) -> Places:
        """Step by step."""
        return self.start + part * self.step


@dataclass(frozen=True, slots=True)
class Slid(Along):
    """Under a window that slides."""

    axis: int
    slide: Slide
    size: int

    @property
    def sparse(self) -> bool:
        """Where the kernel has gaps, or steps over cells."""
        return self.slide.dilation > 1 or self.slide.stride > self.slide.kernel

    def reach(self, part: Ends) -> Ends:
        """From the first cell to the last that are no padding; of a kernel that leaves no gaps."""
        low, high = part
        slide = self.slide
        first = low * slide.stride - slide.begin
        last = (high - 1) * slide.stride - slide.begin + (slide.kernel - 1) * slide.dilation
        return max(first, 0), min(last + 1, self.size)

    def places(self, part: Places) -> Places:
        """The cells of every window that are no padding."""
        slide = self.slide
        cells = np.arange(slide.kernel) * slide.dilation - slide.begin
        return _within(np.add.outer(part * slide.stride, cells).reshape(-1), self.size)

    def trims(self, part: Ends) -> bool:
        """Where a window at an end has cells in the padding that others lie before."""
        low, high = part
        slide = self.slide
        extent = (slide.kernel - 1) * slide.dilation + 1
        first = low * slide.stride - slide.begin
        last = (high - 1) * slide.stride - slide.begin + extent
        if self.sparse:
            return first < 0 or last > self.size
        return first + extent <= 0 or last - extent >= self.size


@dataclass(frozen=True, slots=True)
class Grouped(Along):
    """Channels in groups: so many of the output to so many of the input."""

    axis: int
    outputs: int
    inputs: int

    def reach(self, part: Ends) -> Ends:
        """All of the groups that the output has a part in."""
        low, high = part
        return low // self.outputs * self.inputs, ((high - 1) // self.outputs + 1) * self.inputs

    def places(self, part: Places) -> Places:
        """All of every such group."""
        groups = np.unique(part // self.outputs)
        return np.add.outer(groups * self.inputs, np.arange(self.inputs)).reshape(-1)


@dataclass(frozen=True, slots=True)
class Running(Along):
    """All up to a place, or from it on: a running sum."""

    axis: int
    size: int
    less: int
    """1 where the place itself is left out."""
    backward: bool

    def reach(self, part: Ends) -> Ends:
        """From the begin, or to the end."""
        low, high = part
        return (low + self.less, self.size) if self.backward else (0, high - self.less)

    def places(self, part: Places) -> Places:
        """All on the way."""
        return np.arange(*self.reach((int(part[0]), int(part[-1]) + 1)))


@dataclass(frozen=True, slots=True)
class Wrapped(Along):
    """An axis repeated as a whole."""

    axis: int
    size: int

    @property
    def sparse(self) -> bool:
        """A part may go over an end."""
        return True

    def reach(self, part: Ends) -> Ends:
        """All of it: what goes over an end is told by places."""
        del part
        return 0, self.size

    def places(self, part: Places) -> Places:
        """Counted anew from every end."""
        return part % self.size

    def trims(self, part: Ends) -> bool:
        """Where an end is gone over."""
        low, high = part
        return low // self.size != (high - 1) // self.size


@dataclass(frozen=True, slots=True)
class Listed(Along):
    """As a list has it: for each place of the output the part of the input, which may be empty."""

    axis: int
    parts: tuple[Ends, ...]

    @property
    def sparse(self) -> bool:
        """A list may pass over anything."""
        return True

    def reach(self, part: Ends) -> Ends:
        """From the least to the largest of them."""
        low, high = part
        parts = [part for part in self.parts[low:high] if part[0] < part[1]]
        least = min((part[0] for part in parts), default=0)
        return least, max((part[1] for part in parts), default=0)

    def places(self, part: Places) -> Places:
        """All of them."""
        found = [np.arange(*self.parts[int(place)]) for place in part]
        return np.concatenate(found) if found else np.empty(0, np.int64)

    def trims(self, part: Ends) -> bool:
        """Where an end of the list's part does not follow from an end of the output's."""
        low, high = part
        ends = self.parts[low], self.parts[high - 1]
        outer = min(end[0] for end in ends), max(end[1] for end in ends)
        return any(end[0] >= end[1] for end in ends) or outer != self.reach(part)


def _within(places: Places, size: int) -> Places:
    return places[(places >= 0) & (places < size)]
