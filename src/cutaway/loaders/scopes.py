"""Names that tell nodes and values apart, and the groups that their slashes and dots stand for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Final

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


_MARK: Final = re.compile(
    r"(?<![^\W_])(?<!\.)\d+\.\d+(?![\d.])"  # a number: not after a letter, one dot in all
    r"|(?P<dots>(?<=[^.])\.+(?=[^.]))"  # dots between two other characters
)
"""What looks like a place to split at: a number, which splits nothing, or the dots that do."""


def path(name: str) -> str:
    """The parts of a name, slash-separated: ``encoder/layers/3`` of ``/encoder/layers.3``.

    Slashes and dots divide, except for dots inside a number (``1.5``), at either end of a part,
    and in parts with ``::``. PyTorch's exporter repeats what it stands in: of ``/conv/conv.0`` the
    second ``conv`` is the first one.
    """
    found = ""
    for part in name.split("/"):
        found = longer(found, part)
    return found


def longer(path: str, part: str) -> str:
    """A path and what the next part of a name, from one slash to the next, adds to it."""
    if "." in part and "::" not in part:
        pieces = _divided(part)
        part = "/".join(pieces[_repeated(path.split("/"), pieces) :])
    return f"{path}/{part}" if path and part else path or part


@lru_cache(maxsize=4096)
def _divided(part: str) -> list[str]:
    """The pieces between the dots that divide."""
    pieces: list[str] = []
    start = 0
    for mark in _MARK.finditer(part):
        if mark["dots"]:
            pieces.append(part[start : mark.start()])
            start = mark.end()
    return [*pieces, part[start:]]


def _repeated(before: list[str], pieces: list[str]) -> int:
    """How many of the first pieces, never all, are those that the path before them ends with."""
    for count in range(len(pieces) - 1, 0, -1):
        if before[-count:] == pieces[:count]:
            return count
    return 0


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
