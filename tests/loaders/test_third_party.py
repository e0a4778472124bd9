"""A loader that another package offers: the one that the documentation shows."""

from __future__ import annotations

import importlib.metadata
import re
import sys
import types
from pathlib import Path

import numpy as np
import pytest

from cutaway.arithmetic import explain
from cutaway.errors import BrokenFile
from cutaway.loaders import find, open_model
from cutaway.trace import Control

DOCUMENT = Path(__file__).parents[2] / "docs" / "loaders.md"


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The documented module, and the entry point by which a package would offer it."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    module = types.ModuleType("my_package")
    exec(compile(code, str(DOCUMENT), "exec"), vars(module))
    monkeypatch.setitem(sys.modules, "my_package", module)
    own = importlib.metadata.entry_points
    theirs = importlib.metadata.EntryPoint("dense", "my_package:LOADER", "cutaway.loaders")
    monkeypatch.setattr(
        importlib.metadata, "entry_points", lambda **wanted: [*own(**wanted), theirs]
    )


def test_a_documented_loader_opens_runs_and_is_explained(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    first, second = (draw.standard_normal(shape).astype(np.float32) for shape in ((4, 6), (6, 3)))
    path = tmp_path / "net.npz"
    np.savez(path, w0=first, w1=second)
    assert find(path).name == "dense"
    model = open_model(path, lambda _: None)
    runner = model.start()
    fed = draw.standard_normal((2, 4)).astype(np.float32)
    tensors = runner.run({0: fed}, Control()).tensors
    graph = model.graph
    np.testing.assert_array_equal(tensors[graph.outputs[0]], np.maximum(fed @ first, 0) @ second)
    held = {**tensors, **{v.id: model.weight(v.id) for v in graph.values if v.what == "weight"}}
    for value, array in tensors.items():
        if value not in graph.inputs:
            told = explain(graph, value, (1, 2), array, held.get)
            assert told.verdict in ("equal", "rounding")
    runner.close()


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "net.npz"
    np.savez(path, w0=np.zeros((2, 2)), other=np.zeros(3))
    with pytest.raises(BrokenFile, match="save it again"):
        open_model(path, lambda _: None)
