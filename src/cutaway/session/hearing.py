"""What a model wants of a sound, as its other inputs tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from cutaway import inputs
from cutaway.session.targets import Targets
from cutaway.trace import Array

_RATES = ("sr", "sample_rate", "sampling_rate")
_SPEECH = (2, 128)
"""First and last length of the state of Silero's networks, which find speech."""


def sound_target(targets: Targets, given: Mapping[int, Array]) -> inputs.Target:
    """The main input, with what the inputs beside it say of a sound among its hints.

    Args:
        targets: the model's inputs.
        given: what single inputs were given, by value id.
    """
    graph, target = targets.graph, targets.target
    hints: dict[str, Any] = dict(target.hints)
    values = [graph.values[i] for i in graph.inputs if i != targets.main.id]
    for value in values:
        if value.name.lower().rpartition("/")[2].partition(":")[0] in _RATES:
            array = given.get(value.id)
            told = inputs.default_for(targets.wanted(value)) if array is None else array
            rate = int(np.asarray(told).reshape(-1)[0])
            hints.update(rate=rate, rate_why=f"what its input '{value.name}' is given")
    shapes = [v.shape for v in values if v.shape is not None and len(v.shape) == 3]
    if "rate" in hints and any((s[0], s[-1]) == _SPEECH for s in shapes):
        new, before = (256, 32) if hints["rate"] == 8000 else (512, 64)
        why = f"networks of this kind take {new} samples after {before} that came before them"
        hints.update(window=new + before, window_why=why)
    return replace(target, hints=hints)
