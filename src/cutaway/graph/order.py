"""What comes first: vertices in the order in which edges lead through them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heappush


def in_flow_order(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """The vertices, each after those that lead to it, of equals the lower number first.

    Edges that lead from a higher number to a lower one around a cycle do not count.

    Args:
        count: number of vertices.
        edges: from and to.
    """
    order = _sorted(count, edges)
    if len(order) < count:
        circle = _circles(count, edges)
        ahead = [(one, to) for one, to in edges if circle[one] != circle[to] or one < to]
        order = _sorted(count, ahead)
    return order


def _sorted(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """A topological order, without what is in a cycle and what lies behind one."""
    after = _after(count, edges)
    waits = [0] * count
    for targets in after:
        for target in targets:
            waits[target] += 1
    ready = [vertex for vertex in range(count) if not waits[vertex]]
    heapify(ready)
    order: list[int] = []
    while ready:
        vertex = heappop(ready)
        order.append(vertex)
        for target in after[vertex]:
            waits[target] -= 1
            if not waits[target]:
                heappush(ready, target)
    return order


def _after(count: int, edges: Sequence[tuple[int, int]]) -> list[list[int]]:
    after: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        if source != target:
            after[source].append(target)
    return after


def _circles(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """By vertex: the same number where each of two leads to the other.

    Tarjan's algorithm (Depth-first search and linear graph algorithms, 1972), without recursion.
    """
    after = _after(count, edges)
    seen, low, circle = [-1] * count, [0] * count, [-1] * count
    open_: list[int] = []
    clock = 0
    for root in range(count):
        path: list[tuple[int, Iterator[int]]] = [] if seen[root] >= 0 else [(root, iter(()))]
        while path:
            vertex, rest = path[-1]
            if seen[vertex] < 0:
                seen[vertex] = low[vertex] = clock
                clock += 1
                open_.append(vertex)
                rest = iter(after[vertex])
                path[-1] = vertex, rest
            for target in rest:
                if seen[target] < 0:
                    path.append((target, iter(())))
                    break
                if circle[target] < 0:
                    low[vertex] = min(low[vertex], low[target])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[vertex])
                if low[vertex] == seen[vertex]:
                    _close(vertex, open_, circle)
    return circle


def _close(vertex: int, open_: list[int], circle: list[int]) -> None:
    """Gives all that was met since a vertex, and it, that vertex's number."""
    while circle[vertex] < 0:
        circle[open_.pop()] = vertex
