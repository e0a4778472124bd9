"""Names that tell nodes and values apart, and the groups that slashes in them stand for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from cutaway.graph import Group


class UniqueNames:
    """Hands out names, each only once: a second ``dense`` becomes ``dense:1``."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def take(self, name: str) -> str:
        """The name itself, or with the first free number behind it."""
        chosen = name
        while chosen in self._taken:
            number = self._next.get(name, 0) + 1
            self._next[name] = number
            chosen = f"{name}:{number}"
        self._taken.add(chosen)
        return chosen


def path(name: str) -> str:
    """A name without empty parts: ``/encoder//dense/`` gives ``encoder/dense``."""
    return "/".join(part for part in name.split("/") if part)


def parent(scope: str) -> str:
    """The scope around a path; empty at the top."""
    return scope.rpartition("/")[0]


def chain(scope: str) -> list[str]:
    """A scope and those around it, outermost first: ``a/b`` gives ``a``, ``a/b``."""
    found: list[str] = []
    while scope:
        found.append(scope)
        scope = parent(scope)
    return found[::-1]


def groups(scopes: Iterable[str], fused: Collection[str] = ()) -> dict[str, Group]:
    """Group by its path, in the order of their ids, the root (an empty path) first.

    Args:
        scopes: the scope of every node.
        fused: the scopes that are a layer with its built-in activation.
    """
    table = {"": Group(0, "", None, "root")}
    for scope in scopes:
        for name in _missing(scope, table):
            what = "fused" if name in fused else "scope"
            table[name] = Group(len(table), name, table[parent(name)].id, what)
    return table


def _missing(scope: str, table: Mapping[str, Group]) -> list[str]:
    """A scope and those around it that the table lacks, outermost first."""
    found: list[str] = []
    while scope not in table:
        found.append(scope)
        scope = parent(scope)
    return found[::-1]
