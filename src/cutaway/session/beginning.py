"""What a network does with its input first: a normalization inside it, and what that asks for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cutaway.errors import CutawayError
from cutaway.graph import Node
from cutaway.loaders import Model

Numbers = npt.NDArray[np.float64]

_MOST_NODES: Final = 6
"""So many nodes from the input on are looked at."""
_MOST_NUMBERS: Final = 64
"""A constant of more numbers is no mean and no deviation of channels."""
_PASSED_ON: Final = frozenset({"Cast", "Identity", "Transpose", "Dropout"})
_FLAT: Final = 12.0
"""What a network computes with seldom spans more than this from black to white."""


@dataclass(frozen=True, slots=True)
class _Map:
    """scale times x plus shift, one number or one for each channel."""

    scale: Numbers
    shift: Numbers
    names: tuple[str, ...] = ()

    def then(self, scale: Any, shift: Any, name: str) -> _Map:
        scale, shift = np.ravel(scale).astype(np.float64), np.ravel(shift).astype(np.float64)
        return _Map(self.scale * scale, self.shift * scale + shift, (*self.names, name))


def stated(model: Model, main: int) -> dict[str, Any]:
    """Hints that follow from the first nodes behind an input; none where they do not normalize.

    Args:
        model: the network.
        main: id of the input's value.
    """
    try:
        found = _followed(model, main)
    except (CutawayError, ValueError):
        return {}  # numbers that cannot be read, or do not belong to channels
    return {} if found is None or not found.names else _judged(found)


def quantized(model: Model, main: int) -> dict[str, Any]:
    """Scale and zero point of an integer input whose first node makes real numbers of it."""
    for number in model.graph.consumers.get(main, ()):
        node = model.graph.nodes[number]
        roles = {read.role: read.value for read in node.reads}
        if node.kind != "DequantizeLinear" or "scale" not in roles:
            continue
        scale = _constant(model, roles["scale"])
        zero = _constant(model, roles["zero_point"]) if "zero_point" in roles else np.zeros(1)
        if scale is not None and zero is not None and scale.size == zero.size == 1:
            return {"quantization": (float(scale[0]), int(zero[0]))}
    return {}


def _followed(model: Model, main: int) -> _Map | None:
    """What has become of x where the chain of normalizing nodes ends."""
    at, found = main, _Map(np.ones(1), np.zeros(1))
    for _ in range(_MOST_NODES):
        consumers = model.graph.consumers.get(at, ())
        if len(consumers) != 1 or at in model.graph.outputs:
            break
        node = model.graph.nodes[consumers[0]]
        if node.kind not in _PASSED_ON:
            step = _step(model, node, at)
            if step is None:
                break
            found = found.then(*step, node.op)
        if not node.writes:
            break
        at = node.writes[0]
    return found


def _step(model: Model, node: Node, at: int) -> tuple[Any, Any] | None:
    """Scale and shift of one node; None where it does something else."""
    kind = node.kind or node.op
    attributes: Mapping[str, Any] = node.attributes
    if node.op == "Rescaling":
        return np.asarray(attributes["scale"]), np.asarray(attributes.get("offset", 0.0))
    if node.op == "Normalization":
        return _of_layer(model, node)
    if kind == "BatchNormalization":
        return _of_batches(model, node)
    others = [read.value for read in node.reads if read.value != at]
    if kind not in ("Add", "Sub", "Mul", "Div") or len(others) != 1:
        return None
    other = _constant(model, others[0])
    if other is None:
        return None
    first = node.reads[0].value == at
    steps = {
        "Add": (1.0, other),
        "Sub": (1.0, -other) if first else (-1.0, other),
        "Mul": (other, 0.0),
        "Div": (1 / other, 0.0) if first and np.all(other) else None,
    }
    return steps[kind]


def _of_layer(model: Model, node: Node) -> tuple[Any, Any] | None:
    """Keras's Normalization, whose mean and variance are weights or attributes."""
    by_role = {read.role: read.value for read in node.reads}
    numbers: list[Numbers] = []
    for name in ("mean", "variance"):
        said = node.attributes.get(name)
        held = _constant(model, by_role[name]) if name in by_role else None
        if held is None and said is not None:
            held = np.ravel(np.asarray(said, np.float64))
        if held is None:
            return None
        numbers.append(held)
    deviation = np.maximum(np.sqrt(numbers[1]), 1e-7)
    return 1 / deviation, -numbers[0] / deviation


def _of_batches(model: Model, node: Node) -> tuple[Any, Any] | None:
    by_role = {read.role: read.value for read in node.reads}
    held = {name: _constant(model, by_role[name]) for name in by_role if name != "data"}
    mean, variance = held.get("mean"), held.get("variance")
    if mean is None or variance is None:
        return None
    deviation = np.sqrt(variance + float(node.kind_attributes.get("epsilon", 1e-5)))
    gamma, beta = held.get("scale"), held.get("bias")
    scale = (np.ones(1) if gamma is None else gamma) / deviation
    return scale, (np.zeros(1) if beta is None else beta) - mean * scale


def _constant(model: Model, value: int) -> Numbers | None:
    described = model.graph.values[value]
    lengths = [n for n in described.shape or () if isinstance(n, int)]
    whole = len(lengths) == len(described.shape or ())
    small = whole and math.prod(lengths) <= _MOST_NUMBERS
    if described.what not in ("weight", "constant") or not small:
        return None
    array = np.ravel(np.asarray(model.weight(value), np.float64))
    return array if array.size else None


def _judged(found: _Map) -> dict[str, Any]:
    """The range that the constants ask for; nothing where they tell none."""
    scale = np.abs(found.scale)
    if not np.all(scale > 0) or not np.all(np.isfinite(found.shift)):
        return {}
    mean = float(np.max(np.abs(found.shift / found.scale)))
    span = float(np.mean(scale))
    if mean > 1.5 or 0.2 <= span * 255 <= _FLAT:
        high = 255
    elif 0.2 <= span <= _FLAT and len(found.names) > 0 and span != 1:
        high = 1
    else:
        return {}
    does = f"x times {_shown(found.scale)} plus {_shown(found.shift)}"
    said = f"the network begins with {', '.join(found.names)} ({does}), which wants 0..{high}"
    why = f"{said} and no further normalization"
    hints: dict[str, Any] = {"range": [0, high], "why": {"range": why}}
    if found.names != ("Rescaling",):
        hints["judged"] = ("range",)
    return hints


def _shown(numbers: Numbers) -> str:
    return " ".join(f"{one:.4g}" for one in numbers[:4])
