"""How long the receptive fields of single numbers take, in this process."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from bench.models import resnet50
from cutaway.arithmetic.fields import Fields
from cutaway.loaders import open_model
from cutaway.trace import Array, Control

PROBES = 1000


def probed() -> tuple[float, float]:
    """Seconds for the first probe, which makes the rules, and for a thousand of ResNet-50."""
    with tempfile.TemporaryDirectory() as folder:
        model = open_model(resnet50(Path(folder) / "resnet50.onnx"), lambda _: None)
        runner = model.start()
        (fed,) = model.graph.inputs
        picture = np.random.default_rng(0).standard_normal((1, 3, 224, 224), np.float32)
        tensors = runner.run({fed: picture}, Control()).tensors
        runner.close()

        def tensor(number: int) -> Array | None:
            return tensors[number] if number in tensors else model.weight(number)

        fields = Fields(model.graph, tensor)
        draw = np.random.default_rng(1)
        values = [v for v in tensors if model.graph.values[v].what == "activation"]
        asked = [int(v) for v in draw.choice(values, PROBES)]
        cells = [tuple(int(draw.integers(n)) for n in tensors[v].shape) for v in asked]
        (last,) = model.graph.outputs
        begun = time.perf_counter()
        fields.of(last, (0, 0))
        first = time.perf_counter() - begun
        begun = time.perf_counter()
        for value, index in zip(asked, cells, strict=True):
            fields.of(value, index)
        return first, time.perf_counter() - begun


if __name__ == "__main__":
    made, took = probed()
    print(f"first {made * 1e3:.0f} ms, {PROBES} probes {took:.2f} s")
