"""Cross coordinates with few crossings, from fast-sugiyama; alike stretches are asked for once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Place: TypeAlias = tuple[float, float]
"""Cross coordinate and layer."""


class Crossings:
    """Remembers what it was asked: networks repeat their blocks."""

    def __init__(self) -> None:
        self._known: dict[tuple[tuple[int, int], ...], dict[int, Place]] = {}

    def places(self, edges: Sequence[tuple[int, int]]) -> dict[int, Place]:
        """The place of every vertex that has an edge.

        Args:
            edges: of an acyclic graph; a few hundred vertices, each edge from one layer to
                the next (long chains or very many vertices end the process inside the library).
        """
        key = tuple(dict.fromkeys(edges))
        if not key:
            return {}
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _places(key)
        return found


def _places(edges: tuple[tuple[int, int], ...]) -> dict[int, Place]:
    from fast_sugiyama import from_edges

    layouts = from_edges(edges, vertex_spacing=1, ranking_type="minimize", dummy_vertices=False)
    found: dict[int, Place] = {}
    for positions, *_ in layouts:
        for vertex, (across, along) in positions:
            found[int(vertex)] = (float(across), float(along))
    return found
