"""How often a network is run to time its nodes, and the one number made of that."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Final

QUICK: Final = 2.0
"""Seconds under which a run is done again."""
_AGAIN: Final = 3


def repeat(once: Callable[[], bool], quick: float = QUICK) -> None:
    """Run once, to warm, and where that was quick three times more.

    Args:
        once: one run; whether it went well, else it is not done again.
        quick: seconds under which it is.
    """
    started = time.perf_counter()
    if not once() or time.perf_counter() - started >= quick:
        return
    for _ in range(_AGAIN):
        if not once():
            return


def typical(found: Mapping[int, Sequence[float]]) -> dict[int, float]:
    """The median of each list; its first, which was measured cold, only where it is the only one.

    Args:
        found: seconds by node id, in the order of the runs, none empty.
    """
    return {node: median(seconds[1:] or seconds) for node, seconds in found.items()}
