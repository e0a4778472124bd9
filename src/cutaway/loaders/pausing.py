"""The garbage collector at rest while many objects are made that all stay."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def collector_paused(*, set_aside: bool = False) -> Generator[None]:
    """No garbage collection inside; on again after it, also after an error.

    A graph of 100,000 nodes is a million objects without cycles; the collector looks at all of
    them again and again while they are made, which takes as long as making them. Where the
    collector is off already, nothing is changed.

    Args:
        set_aside: whether the collector shall never look at what is there in the end, which stays
            for long; reference counts alone free it.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
        if set_aside:
            gc.freeze()
    finally:
        gc.enable()
