"""The groups that nodes lie in, by their names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from cutaway.graph import FAMILIES, Group, Node
from cutaway.loaders import scopes

_ACTIVATIONS: Final = FAMILIES["activation"]


class Grouping:
    """The scope of every node, and the group of every scope.

    A node ``a/b`` lies in scope ``a``. Where a node is itself named ``a``, it lies in that scope
    with what bears its name; the two are one layer where the other is an activation of it. Of
    several names joined by semicolons (operators that a converter fused) the first one counts.
    """

    def __init__(self, names: Iterable[str], bodies: Iterable[str]) -> None:
        """Group nodes.

        Args:
            names: of the nodes in the order of their ids.
            bodies: for each, the group of the body that it lies in; empty for most.
        """
        places = _places(names, bodies)
        self.scopes = [scope for scope, _ in places]
        """By node id."""
        around = scopes.groups(self.scopes)
        paths = (f"{scope}/{leaf}" if scope else leaf for scope, leaf in places)
        self._named: list[int] = []
        for at, path in enumerate(paths):
            if path and path in around:
                self.scopes[at] = path
                self._named.append(at)
        self._table = scopes.groups(self.scopes) if self._named else around

    def group(self, scope: str) -> int:
        """Id of the group of a scope."""
        return self._table[scope].id

    def groups(self, nodes: Sequence[Node]) -> tuple[Group, ...]:
        """The groups, those that are one layer and its activation marked as such."""
        found = list(self._table.values())
        for scope in self._fused(nodes):
            group = self._table[scope]
            found[group.id] = replace(group, what="fused")
        return tuple(found)

    def _fused(self, nodes: Sequence[Node]) -> list[str]:
        """Scopes that hold nothing but a node of their own name and an activation of its output."""
        if not self._named:
            return []
        first: dict[str, int] = {}
        for at in self._named:
            first.setdefault(self.scopes[at], at)
        members: dict[str, list[int]] = {scope: [] for scope in first}
        inside = _scopes_inside(self.scopes, members)
        for at, scope in enumerate(self.scopes):
            for outer in inside[scope]:
                members[outer].append(at)
        return [scope for scope, ids in members.items() if _is_layer(nodes, ids, first[scope])]


def _places(names: Iterable[str], bodies: Iterable[str]) -> list[tuple[str, str]]:
    """Scope and last part of every name."""
    known: dict[str, str] = {}  # many names begin alike
    found: list[tuple[str, str]] = []
    for name, body in zip(names, bodies, strict=True):
        first = name.partition(";")[0]
        before, _, leaf = first.rpartition("/")
        if not leaf or "." in leaf:
            scope, _, leaf = scopes.path(first).rpartition("/")
        else:
            scope = _scope(before, known)
        if body:
            scope = f"{body}/{scope}" if scope else body
        found.append((scope, leaf))
    return found


def _scope(name: str, known: dict[str, str]) -> str:
    """The path of a name, found by way of the paths of what it begins with."""
    begun, parts = name, list[tuple[str, str]]()
    while begun and begun not in known:
        before, _, part = begun.rpartition("/")
        parts.append((begun, part))
        begun = before
    scope = known.get(begun, "")
    for whole, part in reversed(parts):
        scope = known[whole] = scopes.longer(scope, part)
    return scope


def _scopes_inside(found: Iterable[str], wanted: dict[str, list[int]]) -> dict[str, list[str]]:
    """Those of the wanted scopes that each scope lies in, itself included."""
    return {
        scope: [outer for outer in scopes.chain(scope) if outer in wanted]
        for scope in dict.fromkeys(found)
    }


def _is_layer(nodes: Sequence[Node], ids: list[int], named: int) -> bool:
    """Whether two nodes are a layer, the one named as the scope, and its activation."""
    if len(ids) != 2 or ids[0] != named:
        return False
    layer, last = (nodes[at] for at in ids)
    follows = any(read.value in layer.writes for read in last.reads)
    return last.kind in _ACTIVATIONS and follows
