"""Numbers of real models: what is computed here beside what the engine gave."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from arithmetic.explained import cell
from loaders.opened import Opened, opened
from loaders.test_contract import REAL

from cutaway.arithmetic import Sum

QUANTIZED = ("tflite/mobilenet_v2_quant.tflite", "tflite/yamnet.tflite")
"""Integers throughout, whose arithmetic LiteRT has in a way of its own."""
SCRIPTS = ("torch/silero_vad.jit",)
"""Made of operators of PyTorch that no kind has (select, stack, atan2, lstm_cell); those that have
one are summed in the loader's own tests."""
SUMMED = [name for name in REAL if name not in (*QUANTIZED, *SCRIPTS)]

CELLS = 3
"""Drawn from every tensor that a node wrote."""

WITHOUT: dict[str, str] = {
    "If": "its result was made in a body, whose values no run keeps",
    "LSTM": "its cell state is kept at no step but the last, so that a step cannot be followed",
    "UNIDIRECTIONAL_SEQUENCE_LSTM": "as an LSTM",
    "TreeEnsembleRegressor": "a walk through trees, whose nodes the graph does not hold",
}
"""Kinds met here that no arithmetic is written for, and why."""

LEAST_SHARE = 0.99
"""Of the nodes whose results a run keeps, those that are explained."""


@dataclass
class Tally:
    """What was met in all models together."""

    nodes: Counter[str] = field(default_factory=Counter)
    """By kind, those whose results were kept."""
    explained: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    models: set[str] = field(default_factory=set)


TALLY = Tally()


def drawn(found: Opened, value: int, draw: np.random.Generator) -> list[Sum]:
    shape = found.capture.tensors[value].shape
    if 0 in shape:
        return []
    return [cell(found, value, [draw.integers(size) for size in shape]) for _ in range(CELLS)]


def holds(one: Sum) -> None:
    told = f"{one.name}{list(one.index)}: {one.expression} but {one.captured_text}; {one.note}"
    assert one.verdict in ("equal", "rounding"), told
    if one.dtype == "float32" and one.difference is not None:
        assert abs(one.difference) <= 1e-5 * max(one.absolute, abs(one.captured or 0)) + 1e-37, told
    # What is allowed for rounding must not be able to hide a wrong sum.
    assert one.bound <= 1e-2 * one.absolute + 1e-6, told


@pytest.mark.data
@pytest.mark.parametrize("name", SUMMED)
def test_cells_of_every_node(name: str, data: Path) -> None:
    found = opened(data / "models" / name)
    draw = np.random.default_rng(len(name))
    for node in found.model.graph.nodes:
        kept = [value for value in node.writes if value in found.capture.tensors]
        sums = [one for value in kept for one in drawn(found, value, draw)]
        if not sums:
            continue
        kind = node.kind or node.op
        TALLY.nodes[kind] += 1
        if any(one.form == "none" for one in sums):
            assert kind in WITHOUT, sums[0].note
            assert sums[0].note.startswith(f"no arithmetic is written for {kind} yet")
            continue
        TALLY.explained[kind] += 1
        for one in sums:
            holds(one)
            TALLY.verdicts[one.verdict or ""] += 1
    TALLY.models.add(name)


@pytest.mark.data
def test_nearly_all_nodes_are_explained() -> None:
    if set(SUMMED) > TALLY.models:
        pytest.skip("only where all models were gone through before")
    met, explained = sum(TALLY.nodes.values()), sum(TALLY.explained.values())
    cells = sum(TALLY.verdicts.values())
    kinds = len(TALLY.explained)
    print(f"{explained} of {met} nodes explained ({explained / met:.1%}), {kinds} kinds")
    print(f"{cells} cells: {dict(TALLY.verdicts)}")
    print("without:", {kind: TALLY.nodes[kind] for kind in WITHOUT})
    assert set(TALLY.nodes) - set(TALLY.explained) == set(WITHOUT)
    assert explained / met >= LEAST_SHARE
    assert cells > 2000
