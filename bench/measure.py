"""How things are measured: medians, memory of process trees, and one browser for all."""

from __future__ import annotations

import os
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil


def median(times: list[float]) -> float:
    """The middle of several measurements."""
    return statistics.median(times)


def timed(work: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def medians(*works: Callable[[], object], times: int = 9, warm: int = 2) -> list[float]:
    """Median seconds of several calls, taken in turn so that a slow moment hits all."""
    for _ in range(warm):
        for work in works:
            work()
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(times):
        for held, work in zip(taken, works, strict=True):
            held.append(timed(work))
    return [median(held) for held in taken]


def memory(pid: int) -> int:
    """Bytes that a process and its children hold, shared pages counted once where known."""
    total = 0
    try:
        processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for process in processes:
        try:
            total += (
                process.memory_full_info().pss if os.name == "posix" else process.memory_info().rss
            )
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return total


@dataclass
class Peak:
    """The most memory that was seen, in bytes."""

    bytes: int = 0


@contextmanager
def watching(pid: int, every: float = 0.05) -> Iterator[Peak]:
    """Look at a process tree's memory again and again."""
    peak = Peak()
    done = threading.Event()

    def look() -> None:
        while not done.wait(every):
            peak.bytes = max(peak.bytes, memory(pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()
        peak.bytes = max(peak.bytes, memory(pid))


def stop(process: subprocess.Popen[str]) -> None:
    """End a process and wait for it."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
