"""What the integers of quantized tensors stand for, as the page is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import orjson
import pytest
from loaders.made_shapes import onnx_quantized
from safetensors import safe_open

import cutaway
from cutaway.loaders import open_model
from cutaway.session.columns import columns
from cutaway.session.quantization import quantizations


def test_scales_that_are_read_are_told(tmp_path: Path) -> None:
    path = onnx_quantized(tmp_path)
    model = open_model(path, lambda _: None)
    told = {model.graph.values[int(value)].name: q for value, q in quantizations(model).items()}
    assert {name: (round(scale, 4), zero) for name, (scale, zero) in told.items()} == {
        "q": (0.02, 128),
        "c": (0.1, 128),
    }
    with cutaway.open(path) as opened:
        run = opened.run(np.linspace(-1, 1, 192, dtype=np.float32).reshape(1, 3, 8, 8))
        scale, zero = told["c"]
        real = scale * (run["c"].astype(np.float64) - zero)
        np.testing.assert_allclose(real, run["r"], rtol=1e-6)


@pytest.mark.data
def test_scales_that_a_file_states_are_told_to_the_page(data: Path, tmp_path: Path) -> None:
    model = open_model(data / "models" / "tflite" / "mobilenet_v2_quant.tflite", lambda _: None)
    blob = tmp_path / "columns.safetensors"
    blob.write_bytes(columns(1, model).body)
    with safe_open(blob, "np") as held:
        told = orjson.loads(held.metadata()["json"])["quantized"]
    (output,) = model.graph.outputs
    assert told[str(output)] == [1 / 256, 0]
    # Every activation has a scale but what comes from no node.
    assert len(told) == len(model.graph.nodes)
