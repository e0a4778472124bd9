"""Capturing every tensor against a plain run of the same engine."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import onnxruntime as ort

from bench.measure import medians
from cutaway.loaders import open_model
from cutaway.trace import Control


def ratios(models: dict[str, Path]) -> list[tuple[str, float, float, float]]:
    """Name, seconds of a plain run, seconds of a capture, and their ratio."""
    rows = []
    for name, path in models.items():
        fed = np.random.default_rng(3).standard_normal((1, 3, 224, 224), np.float32)
        plain = ort.InferenceSession(os.fspath(path))
        model = open_model(path, lambda _: None)
        runner = model.start()
        inputs = {model.graph.inputs[0]: fed}
        run, capture = medians(
            lambda s=plain, x=fed: s.run(None, {"input": x}),
            lambda r=runner, x=inputs: r.run(x, Control()),
            times=15,
        )
        runner.close()
        rows.append((name, run, capture, capture / run))
    return rows
