"""Keys, taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl

from cutaway.errors import UnknownKey


@dataclass(frozen=True, slots=True)
class Key:
    """``/m/7/v/3/stats`` as model 7 and what is asked of it."""

    room: Literal["m", "t"]
    """A model's or a trace's."""
    number: int
    rest: list[str]
    query: Mapping[str, str]


def parse(text: str) -> Key:
    """A key's parts; raises UnknownKey."""
    path, _, query = text.partition("?")
    _, room, number, *rest = [*path.split("/"), "", ""]
    while rest and rest[-1] == "":
        rest.pop()
    if room not in ("m", "t") or not number.isdigit():
        raise UnknownKey(f"a key begins with /m/NUMBER or /t/NUMBER; got '{text[:80]}'")
    return Key(room, int(number), rest, dict(parse_qsl(query, keep_blank_values=True)))


def whole(text: str, most: int, what: str) -> int:
    """A number within a key, from 0 to ``most - 1``; raises UnknownKey."""
    if not text.isdigit() or int(text) >= most:
        raise UnknownKey(f"there are {most} {what}; got '{text}'")
    return int(text)
