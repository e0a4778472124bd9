"""Keras models: from the command to everything drawn, against the framework's own work."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser

from bench.measure import median, memory, timed, watching
from bench.pages import cutaway, free_port, fresh, marks_of, start_cutaway, stop

OWN = """
import sys, keras, numpy as np
model = keras.saving.load_model(sys.argv[1], compile=False)
model.predict(np.zeros((1, *model.input_shape[1:]), "float32"), verbose=0)
"""

BUILD = """
import sys
sys.path.insert(0, "examples")
from alexnet_fashion_mnist import build
build().save(sys.argv[1])
"""


def environment() -> dict[str, str]:
    """The backend that Cutaway would choose."""
    return {**os.environ, "KERAS_BACKEND": os.environ.get("KERAS_BACKEND", "jax")}


def alexnet(path: Path) -> Path:
    """The example's network, untrained."""
    subprocess.run([sys.executable, "-c", BUILD, str(path)], check=True, env=environment())
    return path


def times(browser: Browser, path: Path, count: int) -> tuple[float, float, float]:
    """Median seconds: the framework's import, load and run; our structure; our everything."""
    command = [sys.executable, "-c", OWN, str(path)]
    run = lambda: subprocess.run(command, check=True, capture_output=True, env=environment())  # noqa: E731
    own = median([timed(run) for _ in range(count)])
    found = []
    for _ in range(count):
        with fresh(browser) as page:
            found.append(cutaway(page, path))
    return own, median([t.structure for t in found]), median([t.everything for t in found])


def peaks(browser: Browser, path: Path) -> tuple[int, int]:
    """Peak bytes: the framework's import, load and run; server and worker together."""
    own = subprocess.Popen([sys.executable, "-c", OWN, str(path)], env=environment())
    with watching(own.pid) as alone:
        own.wait()
    return alone.bytes, server_peak(browser, path)


def server_peak(browser: Browser, path: Path) -> int:
    """Peak bytes of server and worker from the start until everything is drawn."""
    process, url = start_cutaway("open", str(path), "--port", str(free_port()))
    try:
        with watching(process.pid) as peak, fresh(browser) as page:
            page.goto(url)
            marks_of(page)
            memory(process.pid)
    finally:
        stop(process)
    return peak.bytes
