"""How things are measured: medians, memory of process trees, and one browser for all."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
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
    with peak_of(lambda: memory(pid), every) as peak:
        yield peak


@contextmanager
def peak_of(held: Callable[[], int], every: float) -> Iterator[Peak]:
    """The most bytes that are held, looked at every so many seconds."""
    peak = Peak()
    done = threading.Event()

    def look() -> None:
        while not done.wait(every):
            peak.bytes = max(peak.bytes, held())

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()
        peak.bytes = max(peak.bytes, held())


def stop(process: subprocess.Popen[str]) -> None:
    """End a process and wait for it."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def running(
    command: list[str], ready: str | None, seconds: float
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A command and the first line it prints with ``ready`` in it; all its processes end with it.

    Args:
        command: what to start.
        ready: words of the line to wait for; None waits for nothing and gives an empty line.
        seconds: after so long the command is ended, whatever it does.

    Raises:
        RuntimeError: it ended before it printed such a line.
    """
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL if ready is None else subprocess.PIPE,
        stderr=subprocess.DEVNULL if ready is None else subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    guard = threading.Timer(seconds, kill_group, [process.pid])
    guard.start()
    try:
        yield process, "" if ready is None else first_line(process, ready)
    finally:
        guard.cancel()
        stop(process)
        kill_group(process.pid)


def first_line(process: subprocess.Popen[str], ready: str) -> str:
    """The first line with these words; what comes later is read and thrown away."""
    assert process.stdout is not None
    for line in process.stdout:
        if ready in line:
            # A full pipe would hold the program up.
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return line
    raise RuntimeError(f"{process.args} ended before it was ready")


def kill_group(pid: int) -> None:
    """End a command and all that it has started."""
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def browser_processes(*kinds: str) -> list[psutil.Process]:
    """Processes of browsers that this Python started: ``renderer``, ``gpu-process``."""
    wanted = {f"--type={kind}" for kind in kinds}
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if wanted & set(" ".join(process.cmdline()).split()):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def picture_memory() -> int:
    """Bytes that renderers and the process that draws for them hold, shared ones counted once."""
    total = 0
    for process in browser_processes("renderer", "gpu-process"):
        try:
            total += process.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return total


@dataclass
class Limit:
    """Whether the time was up."""

    over: bool = False


@contextmanager
def limited(seconds: float) -> Iterator[Limit]:
    """Ends all pages when the time is up: a busy page answers nothing, not even that it is busy."""
    limit = Limit()

    def end() -> None:
        limit.over = True
        for process in browser_processes("renderer"):
            process.kill()

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        yield limit
    finally:
        timer.cancel()
