"""Files in ONNX Runtime's own format, written by ONNX Runtime; and damaged files."""

from __future__ import annotations

import random as chance
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from loaders.made import onnx_branch, onnx_loop, onnx_twin

from cutaway.errors import ModelError
from cutaway.loaders.base import Model
from cutaway.loaders.onnx import LOADER
from cutaway.settings import Options
from cutaway.trace import Control

MAKERS = [onnx_twin, onnx_loop, onnx_branch]
LEVELS = {
    "as it was": ort.GraphOptimizationLevel.ORT_DISABLE_ALL,
    "fused": ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
}


def as_ort(path: Path, level: str = "as it was") -> Path:
    options = ort.SessionOptions()
    options.log_severity_level = 4
    options.graph_optimization_level = LEVELS[level]
    options.add_session_config_entry("session.save_model_format", "ORT")
    options.optimized_model_filepath = str(path.with_suffix(".weights"))
    ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return path.with_suffix(".weights")


def opened(path: Path) -> Model:
    return LOADER.open(path, lambda _: None, Options())


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("maker", MAKERS)
def test_an_ort_file_gives_what_the_engine_makes_of_it(maker, level: str, tmp_path: Path) -> None:
    source = maker(tmp_path)
    path = as_ort(source, level)
    assert LOADER.match(path, path.read_bytes()[:4096])  # whatever it is called
    model = opened(path)
    assert model.facts.format == "ONNX Runtime (ORT)"
    session = ort.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    shape = [length if isinstance(length, int) else 2 for length in given.shape]
    x = np.random.default_rng(5).standard_normal(shape).astype(np.float32)
    expected = session.run(None, {given.name: x})
    capture = model.start().run({model.graph.inputs[0]: x}, Control())
    assert capture.failure is None
    for value, array in zip(model.graph.outputs, expected, strict=True):
        np.testing.assert_allclose(capture.tensors[value], array, 1e-5, 1e-6)
    if level == "as it was":
        kept = {node.name for node in opened(source).graph.nodes if node.scope == ""}
        assert kept <= set(model.graph.node_named)
        for value in opened(source).graph.values:
            if value.what == "weight":
                twin = model.graph.value_named[value.name]
                np.testing.assert_array_equal(
                    model.weight(twin.id), opened(source).weight(value.id)
                )


def damaged(data: bytes, seed: int) -> bytes:
    """Some bytes changed, a stretch taken away, or the end cut off."""
    draw = chance.Random(seed)
    found = bytearray(data)
    way = draw.randrange(3)
    if way == 0:
        for _ in range(draw.randrange(1, 12)):
            found[draw.randrange(len(found))] = draw.randrange(256)
    elif way == 1:
        at = draw.randrange(len(found))
        del found[at : at + draw.randrange(1, 40)]
    else:
        del found[draw.randrange(len(found)) :]
    return bytes(found)


@pytest.mark.parametrize("is_own", [False, True], ids=["onnx", "ort"])
@pytest.mark.parametrize("maker", MAKERS)
def test_a_damaged_file_ends_in_one_sentence_or_a_model(
    maker, is_own: bool, tmp_path: Path
) -> None:
    path = maker(tmp_path)
    data = (as_ort(path) if is_own else path).read_bytes()
    ends = {"model": 0, "sentence": 0}
    for seed in range(60):
        file = tmp_path / f"damaged{seed}"
        file.write_bytes(damaged(data, seed))
        try:
            model = LOADER.open(file, lambda _: None, Options())
            for value in model.graph.values:
                if value.what in ("weight", "constant"):
                    model.weight(value.id)
            ends["model"] += 1
        except ModelError:
            ends["sentence"] += 1
    assert ends["sentence"] > 5, ends
