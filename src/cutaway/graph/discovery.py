"""Groups found in how a box is wired, with their titles and what they are like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np

from cutaway.graph.alikes import Alikes
from cutaway.graph.division import FEW, Part, divide
from cutaway.graph.flow import Flow, Ids
from cutaway.graph.model import Graph
from cutaway.graph.nesting import FRAME, Nesting
from cutaway.graph.quotient import Quotient
from cutaway.graph.segments import Row
from cutaway.graph.titles import span, within


@dataclass(frozen=True, slots=True)
class Found:
    """A group that no name stands for."""

    start: int
    """Place in its box of the first thing that it holds."""
    end: int
    """Place after the last one."""
    title: str
    like: int
    """The same number where the same is inside."""
    nodes: int
    inner: list[Found]


class Discovery:
    """Divides boxes that have too many children, or blocks that repeat."""

    def __init__(
        self, graph: Graph, nesting: Nesting, flow: Flow, all_: Quotient, alikes: Alikes
    ) -> None:
        self._graph = graph
        self._nesting = nesting
        self._all = all_
        self._alikes = alikes
        self._count = len(graph.nodes)
        self._weight = np.ones(len(nesting.around), np.int64)
        for group in nesting.frames:
            self._weight[self._count + group] = len(nesting.frames[group])

        place = all_.at[flow.reader]
        order = np.argsort(place, kind="stable")
        maker = np.where(flow.maker < 0, -1, all_.at[flow.maker])
        self._read = flow.value[order]
        self._by_reader = place[order], maker[order]

    def within(self, box: int) -> list[Found]:
        """The groups found directly in a box; empty where it is fine as it is."""
        part = self._all.inside(box)
        if (part.stop - part.start) * FRAME <= FEW:
            return []
        things = self._all.things[part]
        if int(self._weight[things].sum()) <= FEW:
            return []
        return self._told(box, divide(self._row(box, things)), count(1), "")

    def _row(self, box: int, things: Ids) -> Row:
        nodes = things < self._count
        kind = self._alikes.inside[things]
        kind[nodes] = self._alikes.operator[things[nodes]]
        between = self._all.between(box)
        value, target = self._entering(box, things)
        return Row(
            weight=self._weight[things],
            kind=kind,
            leads=np.array([self._leads(thing) for thing in things.tolist()], np.int64),
            value=np.concatenate([value, self._all.value[between]]),
            source=np.concatenate([np.full(len(value), -1), self._all.source[between]]),
            target=np.concatenate([target, self._all.target[between]]),
        )

    def _entering(self, box: int, things: Ids) -> tuple[Ids, Ids]:
        """Values that come from outside of a box, and the places of the things that read them."""
        reader, maker = self._by_reader
        start = int(self._all.at[self._count + box])
        end = start + int(self._all.size[self._count + box])
        part = slice(*np.searchsorted(reader, (start, end)).tolist())
        outside = (maker[part] < start) | (maker[part] >= end)
        places = np.searchsorted(self._all.at[things], reader[part][outside], "right") - 1
        return self._read[part][outside], places

    def _leads(self, thing: int) -> bool:
        """Whether a thing begins with a node that has a kernel."""
        if thing >= self._count:
            thing = self._nesting.frames.get(thing - self._count, [-1])[0]
        return thing >= 0 and any(read.role == "kernel" for read in self._graph.nodes[thing].reads)

    def _told(self, box: int, parts: list[Part], blocks: Iterator[int], path: str) -> list[Found]:
        """Parts with their titles: blocks are counted through the parts that they are in."""
        found: list[Found] = []
        for number, part in enumerate(parts, 1):
            if part.what == "block":
                title = f"block {next(blocks)}"
                inner = self._told(box, part.inner, count(1), "")
            else:
                title = f"part {path}{number}"
                inner = self._told(box, part.inner, blocks, f"{path}{number}.")
            things = self._between(box, part, inner)
            if part.what == "part":
                titles = self._titles(box, things, inner)
                title = span(titles) if len(titles) * 2 > len(things) else title
            likes = [
                one.like if isinstance(one, Found) else int(self._alikes.inside[one])
                for one in things
            ]
            sizes = [
                one.nodes if isinstance(one, Found) else int(self._all.size[one]) for one in things
            ]
            like = self._alikes.stretch(box, likes, (part.start, part.end), self._all)
            found.append(Found(part.start, part.end, title, like, sum(sizes), inner))
        return found

    def _between(self, box: int, part: Part, inner: list[Found]) -> list[int | Found]:
        """What lies directly in a part, in its order."""
        things: list[int] = self._all.things[self._all.inside(box)][part.start : part.end].tolist()
        found: list[int | Found] = []
        at = part.start
        for one in inner:
            found.extend(things[at - part.start : one.start - part.start])
            found.append(one)
            at = one.end
        return found + things[at - part.start :]

    def _titles(self, box: int, things: list[int | Found], inner: list[Found]) -> list[str]:
        """Titles of the blocks and named groups among things."""
        outer = self._graph.groups[box].name
        named = len(inner) > 0 and not inner[0].title.startswith("part ")
        found: list[str] = []
        for one in things:
            if isinstance(one, Found):
                found.extend([one.title] if named else [])
            elif one >= self._count:
                found.append(within(self._graph.groups[one - self._count].name, outer))
        return found
