"""The newest of what comes in a stream: a number and a size bound it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, Protocol, TypeVar

MOST = 32
"""Live runs that are kept at most, so that what is clicked on is still there."""

BYTES = 256 << 20
"""Bytes that they hold at most, but for the newest few."""

LEAST = 3
"""So many of the newest stay, however large."""


class Sized(Protocol):
    """Something that takes room until it is cleared."""

    number: int

    @property
    def nbytes(self) -> int:
        """Bytes that it holds."""
        ...

    def clear(self) -> None:
        """Give them back."""
        ...


S = TypeVar("S", bound=Sized)


class Ring(Generic[S]):
    """Any thread may call."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, S] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, one: S) -> None:
        """Keep one more; the oldest go for it."""
        with self._lock:
            self._kept[one.number] = one
            held = sum(kept.nbytes for kept in self._kept.values())
            while len(self._kept) > MOST or (held > BYTES and len(self._kept) > LEAST):
                _, old = self._kept.popitem(last=False)
                held -= old.nbytes
                old.clear()

    def get(self, number: int) -> S | None:
        """The one of that number, None where it is gone."""
        with self._lock:
            return self._kept.get(number)

    def let_go(self, number: int) -> None:
        """Forget one without clearing it: somebody else keeps it now."""
        with self._lock:
            self._kept.pop(number, None)
