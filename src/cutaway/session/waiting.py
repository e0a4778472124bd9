"""Work that begins when what it needs is there, holding no thread until then."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Executor, Future
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


def after(
    needed: Sequence[Future[Any]], pool: Executor, work: Callable[[], T], *, heed: bool = True
) -> Future[T]:
    """The result of ``work``, run in ``pool`` once all futures are done.

    Args:
        needed: what must be done first.
        pool: where the work is done.
        work: called without arguments.
        heed: whether a needed future that failed fails this one; else work is done all the same.
    """
    result: Future[T] = Future()
    left = len(needed)
    lock = threading.Lock()

    def one_done(_: Future[Any]) -> None:
        nonlocal left
        with lock:
            left -= 1
            if left > 0:
                return
        pool.submit(_carry_out, result, needed if heed else (), work)

    for future in needed:
        future.add_done_callback(one_done)
    if not needed:
        pool.submit(_carry_out, result, (), work)
    return result


def _carry_out(result: Future[T], needed: Sequence[Future[Any]], work: Callable[[], T]) -> None:
    try:
        for future in needed:
            future.result()
        result.set_result(work())
    except BaseException as problem:  # noqa: BLE001 - it belongs to whoever asked
        result.set_exception(problem)


class Once(Generic[T]):
    """Something that is made when it is first wanted, once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: list[T] = []

    @property
    def known(self) -> T | None:
        """What was made, None as long as it was not; never waits."""
        return self._made[0] if self._made else None

    def get(self, make: Callable[[], T]) -> T:
        """What ``make`` gave the first time; whoever asks meanwhile waits."""
        with self._lock:
            if not self._made:
                self._made.append(make())
            return self._made[0]


class Recent(Generic[K, T]):
    """Things by key, each made once; those asked for longest ago are let go of."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[K, Once[T]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K, make: Callable[[], T]) -> T:
        """What ``make`` gave for the key; whoever asks for the same meanwhile waits.

        Where ``make`` fails, nothing is kept and nothing else goes.
        """
        with self._lock:
            once = self._kept.setdefault(key, Once())
        try:
            made = once.get(make)
        except BaseException:
            with self._lock:
                if self._kept.get(key) is once and once.known is None:
                    del self._kept[key]
            raise
        with self._lock:
            if self._kept.get(key) is once:
                self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made
