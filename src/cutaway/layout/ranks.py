"""The rank of every child: the longest way from an input, counted in blocks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cutaway.layout.projection import Projection


@dataclass(frozen=True, slots=True)
class Ranks:
    """Where everything is from left to right."""

    unit_of: list[int]
    """Unit of each child."""
    start: list[int]
    """Rank of each unit's first child."""
    of: list[int]
    """Rank of each child."""
    back: set[int]
    """Positions of the links that close a cycle: they alone may lead to the left."""
    component: list[int]
    """Number of the connected part that each unit is in."""


def rank(projection: Projection) -> Ranks:
    """Ranks in time linear in children and links.

    Children of one unit get neighbouring ranks. What does not come from the part's longest path's
    own source (a second input, a constant computed beside it) moves right, next to its reader.
    """
    units = projection.units
    unit_of, place = [0] * len(projection.children), [0] * len(projection.children)
    for number, unit in enumerate(units):
        for position, child in enumerate(unit):
            unit_of[child], place[child] = number, position
    ahead: list[list[tuple[int, int]]] = [[] for _ in units]
    # From unit to unit: the link, and how many ranks the reader must be after the maker's start.
    steps: list[list[tuple[int, int]]] = [[] for _ in units]
    back: set[int] = set()
    for number, link in enumerate(projection.links):
        source, target = unit_of[link.source], unit_of[link.target]
        if source != target:
            ahead[source].append((number, target))
        elif place[link.target] <= place[link.source]:
            back.add(number)
    order = _order(ahead, back)
    for source, out in enumerate(ahead):
        for number, target in out:
            if number not in back:
                steps[source].append((target, place[projection.links[number].source] + 1))
    component = _components(ahead)
    start = _longest(steps, order)
    _pull(steps, order, start, component, [len(unit) for unit in units])
    if projection.runs:
        _spread_loners(ahead, start, component, [len(unit) for unit in units])
    else:
        start = list(range(len(units)))
    _set_apart(projection, unit_of, start)
    of = [start[unit_of[child]] + place[child] for child in range(len(unit_of))]
    return Ranks(unit_of, start, of, back, component)


def _set_apart(projection: Projection, unit_of: Sequence[int], start: list[int]) -> None:
    """Moves what enters to a rank of its own before all else, and what leaves to one after it."""
    what = {unit_of[child]: one for child, (one, _) in enumerate(projection.children)}
    first = [unit for unit, one in what.items() if one == "enter"]
    last = [unit for unit, one in what.items() if one == "leave"]
    if not first and not last:
        return
    inner = [unit for unit, one in what.items() if one not in ("enter", "leave")]
    lengths = [len(unit) for unit in projection.units]
    # Ranks that were used by what has moved away are closed.
    used = sorted({start[unit] + step for unit in inner for step in range(lengths[unit])})
    place = {rank: at for at, rank in enumerate(used, bool(first))}
    for unit in inner:
        start[unit] = place[start[unit]]
    for unit in first:
        start[unit] = 0
    for unit in last:
        start[unit] = len(used) + bool(first)


def _order(ahead: Sequence[Sequence[tuple[int, int]]], back: set[int]) -> list[int]:
    """A topological order of the units; links that close a cycle are added to ``back``."""
    if all(target > source for source, out in enumerate(ahead) for _, target in out):
        return list(range(len(ahead)))
    new, open_, done = 0, 1, 2
    state = [new] * len(ahead)
    order: list[int] = []
    for root in range(len(ahead)):
        if state[root] != new:
            continue
        state[root] = open_
        path = [(root, iter(ahead[root]))]
        while path:
            unit, rest = path[-1]
            for number, target in rest:
                if state[target] == open_:
                    back.add(number)
                elif state[target] == new:
                    state[target] = open_
                    path.append((target, iter(ahead[target])))
                    break
            else:
                path.pop()
                state[unit] = done
                order.append(unit)
    return order[::-1]


def _components(ahead: Sequence[Sequence[tuple[int, int]]]) -> list[int]:
    """The connected part of each unit, named by its first unit."""
    root = list(range(len(ahead)))

    def find(unit: int) -> int:
        while root[unit] != unit:
            root[unit] = root[root[unit]]
            unit = root[unit]
        return unit

    for source, out in enumerate(ahead):
        for _, target in out:
            one, other = find(source), find(target)
            if one != other:
                root[max(one, other)] = min(one, other)
    return [find(unit) for unit in range(len(ahead))]


def _longest(steps: Sequence[Sequence[tuple[int, int]]], order: Sequence[int]) -> list[int]:
    start = [0] * len(steps)
    for unit in order:
        for target, step in steps[unit]:
            start[target] = max(start[target], start[unit] + step)
    return start


def _pull(
    steps: Sequence[Sequence[tuple[int, int]]],
    order: Sequence[int],
    start: list[int],
    component: Sequence[int],
    lengths: Sequence[int],
) -> None:
    """Moves what does not come from a part's main source as far right as its readers allow."""
    fixed = [False] * len(steps)
    for unit in _main_sources(steps, order, component, lengths):
        fixed[unit] = True
    for unit in order:
        if fixed[unit]:
            for target, _ in steps[unit]:
                fixed[target] = True
    for unit in reversed(order):
        if not fixed[unit] and steps[unit]:
            start[unit] = min(start[target] - step for target, step in steps[unit])


def _main_sources(
    steps: Sequence[Sequence[tuple[int, int]]],
    order: Sequence[int],
    component: Sequence[int],
    lengths: Sequence[int],
) -> Collection[int]:
    """By connected part: the unit that the longest way starts at, of equals the first."""
    height = list(lengths)
    fed = [False] * len(steps)
    for unit in reversed(order):
        for target, step in steps[unit]:
            height[unit] = max(height[unit], height[target] + step)
            fed[target] = True
    main: dict[int, int] = {}
    for unit, part in enumerate(component):
        if not fed[unit] and height[unit] > height[main.setdefault(part, unit)]:
            main[part] = unit
    return main.values()


def _spread_loners(
    ahead: Sequence[Sequence[tuple[int, int]]],
    start: list[int],
    component: Sequence[int],
    lengths: Sequence[int],
) -> None:
    """Spreads what is connected with nothing over the ranks, rather than piling it up at one."""
    size: dict[int, int] = {}
    for part in component:
        size[part] = size.get(part, 0) + 1
    loners = [unit for unit in range(len(ahead)) if size[component[unit]] == 1]
    if len(loners) == len(ahead):
        return
    ranks = max(start[u] + lengths[u] for u in range(len(ahead)) if size[component[u]] > 1)
    for position, unit in enumerate(loners):
        start[unit] = position % max(1, ranks - lengths[unit] + 1)
