"""How long the arithmetic behind one number takes, in this process."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.models import resnet50
from cutaway.arithmetic import explain
from cutaway.loaders import Model, open_model
from cutaway.trace import Array, Control

CELLS = 31

NODES = {"convolution": "/layer4.1/conv1", "dense": "logits"}
"""A 3x3 convolution over 512 channels (4,608 terms), a dense layer of 2,048 inputs."""


def explained() -> dict[str, float]:
    """Median milliseconds for a cell of a convolution and of a dense layer of ResNet-50."""
    with tempfile.TemporaryDirectory() as folder:
        model = open_model(resnet50(Path(folder) / "resnet50.onnx"), lambda _: None)
        runner = model.start()
        (fed,) = model.graph.inputs
        picture = np.random.default_rng(0).standard_normal((1, 3, 224, 224), np.float32)
        tensors = runner.run({fed: picture}, Control()).tensors
        found = {what: _median(model, tensors, name) for what, name in NODES.items()}
        runner.close()
    return found


def _median(model: Model, tensors: dict[int, Array], name: str) -> float:
    value = model.graph.node_named[name].writes[0]
    output = tensors[value]
    draw = np.random.default_rng(1)

    def tensor(number: int) -> Array | None:
        return tensors[number] if number in tensors else model.weight(number)

    took: list[float] = []
    for _ in range(CELLS):
        index = tuple(int(draw.integers(size)) for size in output.shape)
        begun = time.perf_counter()
        explain(model.graph, value, index, output, tensor)
        took.append(1000 * (time.perf_counter() - begun))
    return statistics.median(took)


if __name__ == "__main__":
    print({what: f"{ms:.1f} ms" for what, ms in explained().items()})
