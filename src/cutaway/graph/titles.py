"""What groups are called on the picture."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

_NUMBER = re.compile(r"[\s._:-]*\d+$")
"""A number at the end, and what sets it off."""

_COUNTED = re.compile(r"/(\d+)(?=/|$)")
"""A part of a path that is a number."""


def within(name: str, outer: str) -> str:
    """A path told from a group around it: ``a/b/c`` in ``a`` is ``b/c``.

    A number says nothing without what it counts: ``layers/3`` in ``layers`` is ``layers.3``.
    """
    told = name[len(outer) + 1 :] if outer and name.startswith(f"{outer}/") else name
    if told.partition("/")[0].isdigit() and told != name:
        told = f"{outer.rpartition('/')[2]}/{told}"
    return _COUNTED.sub(r".\1", told)


def span(titles: Sequence[str]) -> str:
    """What a part is called that holds things of these titles, the first and the last one."""
    first, last = titles[0], titles[-1]
    if first.rpartition(" ")[0] == last.rpartition(" ")[0] == "block":
        return f"blocks {first.rpartition(' ')[2]}–{last.rpartition(' ')[2]}"
    if first == last:
        return first
    return _between(first.partition(" … ")[0], last.rpartition(" … ")[2])


def _between(first: str, last: str) -> str:
    """``a/stage.0/x`` and ``a/stage.9/x`` as ``stage.0 … 9``: what they differ in."""
    paths = zip(first.split("/"), last.split("/"), strict=False)
    start, end = next(((a, b) for a, b in paths if a != b), (first, last))
    number = _NUMBER.search(end)
    if number and _NUMBER.sub("", start) == _NUMBER.sub("", end):
        end = number.group().lstrip(" ._:-")
    return f"{start} … {end}"


def common(titles: Sequence[str]) -> str:
    """What several titles have in common: ``layers.0``, ``layers.1`` gives ``layers``."""
    for made_up in ("part", "blocks", "block"):
        if all(title.startswith(f"{made_up} ") for title in titles):
            return made_up
    if all(" … " in title for title in titles):
        return "part"
    stems = {_NUMBER.sub("", title.rpartition("/")[2]) for title in titles}
    if len(stems) == 1:
        return stems.pop() or "group"
    ends = [title.rpartition("/")[2] for title in titles]
    same = takewhile(lambda letters: len(set(letters)) == 1, zip(*ends, strict=False))
    return "".join(letters[0] for letters in same).rstrip("0123456789._:- ") or "group"
