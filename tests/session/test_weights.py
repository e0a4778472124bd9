"""Weights without a network, opened from Python and on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import save_file

import cutaway
from cutaway.errors import InputError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    held = {
        "h.0.q.weight": np.arange(12, dtype=np.float32).reshape(3, 4),
        "h.1.q.weight": np.arange(12).reshape(3, 4).astype(ml_dtypes.bfloat16),
    }
    save_file(held, tmp_path / "net.safetensors")
    return tmp_path / "net.safetensors"


def test_weights_are_read_and_a_run_says_why_there_is_none(path: Path) -> None:
    with cutaway.open(path) as model:
        np.testing.assert_array_equal(
            model.weights["h.0.q.weight"], np.arange(12, dtype=np.float32).reshape(3, 4)
        )
        assert model.weights["h.1.q.weight"].dtype == ml_dtypes.bfloat16
        with pytest.raises(InputError, match="holds weights without a network"):
            model.run()
        assert model.session.state == "opened"


def test_what_weights_hold_is_printed_without_a_run(path: Path) -> None:
    asked = [sys.executable, "-m", "cutaway", "statistics", str(path), "h.0.q.weight", "--json"]
    told = json.loads(subprocess.run(asked, capture_output=True, check=True).stdout)
    assert (told["min"], told["max"], told["shape"]) == (0, 11, [3, 4])
    asked[3:] = ["run", str(path)]
    refused = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "they can be looked at, not run" in refused.stderr
