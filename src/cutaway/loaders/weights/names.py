"""Names of tensors: the module that each belongs to, and the order of modules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, TypeAlias

Path: TypeAlias = tuple[str, ...]
"""The parts of a module's name, outermost first."""

_DEEPEST: Final = 32
"""Parts that a name is divided into at most; what is left stays together."""

_DIVIDERS: Final = re.compile(r"[./]+")
_COPY: Final = re.compile(r":\d+$")
"""The number of an output that TensorFlow adds to a name: ``kernel:0``."""

_NUMBER: Final = re.compile(r"\d+")

_ENDINGS: Final = re.compile(
    r"^(.+)_(weight|kernel|bias|gamma|beta|running_mean|running_var|moving_mean|moving_var)$"
)
"""A name without dots or slashes that tells its module all the same: ``fc1_weight``."""


def divided(name: str) -> tuple[Path, str, str]:
    """The module that a tensor belongs to: its path, its name as the file writes it, and the rest.

    ``layer1.0.conv1.weight`` gives ``(layer1, 0, conv1)``, ``layer1.0.conv1`` and ``weight``.
    A tensor that stands alone is a module of its own.
    """
    plain = _COPY.sub("", name)
    parts = [part for part in _DIVIDERS.split(plain) if part]
    if len(parts) > 1:
        last = parts.pop()
        if len(parts) > _DEEPEST:
            parts[_DEEPEST - 1 :] = ["_".join(parts[_DEEPEST - 1 :])]
        whole = plain.rstrip("./")
        return tuple(parts), whole[: len(whole) - len(last)].strip("./"), last
    if ending := _ENDINGS.match(plain):
        return (ending[1],), ending[1], ending[2]
    return (parts[0] if parts else "unnamed",), plain or "unnamed", plain


class _Branch:
    """A part of names, with the parts that follow it."""

    __slots__ = ("after", "place")

    def __init__(self) -> None:
        self.after: dict[str, _Branch] = {}
        self.place = 0


def in_order(paths: Sequence[Path]) -> list[int]:
    """Positions of the paths as they are to be shown, those that begin alike side by side.

    They stand as they first came, but for parts that differ in numbers only: ``layers.2`` comes
    before ``layers.10``.
    """
    root = _Branch()
    branches: list[_Branch] = [root]
    for path in paths:
        branch = root
        for part in path:
            if part not in branch.after:
                branch.after[part] = _Branch()
                branches.append(branch.after[part])
            branch = branch.after[part]
    for branch in branches:
        for place, part in enumerate(_counted(list(branch.after))):
            branch.after[part].place = place

    def key(at: int) -> list[int]:
        branch, places = root, list[int]()
        for part in paths[at]:
            branch = branch.after[part]
            places.append(branch.place)
        return places

    return sorted(range(len(paths)), key=key)


def _counted(parts: list[str]) -> list[str]:
    """The parts, those that differ in their numbers only sorted among themselves."""
    alike: dict[str, list[int]] = {}
    for at, part in enumerate(parts):
        alike.setdefault(_NUMBER.sub("#", part), []).append(at)
    found = list(parts)
    for places in alike.values():
        if len(places) > 1:
            ordered = sorted((parts[at] for at in places), key=_numbers)
            for place, part in zip(places, ordered, strict=True):
                found[place] = part
    return found


def _numbers(part: str) -> list[tuple[int, str]]:
    """The numbers in a part, compared without making integers of thousands of digits."""
    plain = (number.lstrip("0") for number in _NUMBER.findall(part))
    return [(len(number), number) for number in plain]
