"""What every node costs: parameters, memory, and multiplications."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from cutaway.graph.model import Dim, Graph, Node, Value

_SETTINGS = frozenset(
    "axes depth ends least_score max min most overlap pads ratio region repeats scales shape sizes "
    "split starts steps training value".split()
)
"""Roles of weights that are settings of an operator, not trained."""

_UNTRAINED = frozenset({"int64", "bool", "object", "string"})
"""Dtypes of weights that are shapes, axes, indices, switches or words."""

_DIGITS = re.compile(r"\d+")

_Lengths: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one node costs in one run."""

    parameters: int
    """Trained numbers that it reads; a weight that several nodes share counts at each."""
    bytes: int
    """Of its outputs and of the weights and constants that it reads, as arrays in memory; those
    whose shape or dtype is not known are left out."""
    multiply_adds: int | None
    """Multiplications that are added up (of matrix products and convolutions, without biases);
    None where a shape is not known or the operator has no formula here."""


def costs(graph: Graph, shapes: Mapping[int, tuple[int, ...]] | None = None) -> tuple[Cost, ...]:
    """The cost of every node, by node id, in time linear in the graph.

    A batch axis of free length counts as one sample.

    Args:
        graph: the network.
        shapes: shape by value id as seen in a run; they override those that the graph states.
    """
    run = shapes or {}
    lengths = [_lengths(value, run.get(value.id)) for value in graph.values]
    sizes = [0 if shape is None else prod(shape) for shape in lengths]
    held = [value.what in ("weight", "constant") for value in graph.values]
    bytes_ = [
        size * _itemsize(value.dtype) for size, value in zip(sizes, graph.values, strict=True)
    ]
    found: list[Cost] = []
    for node in graph.nodes:
        weights = [read for read in node.reads if held[read.value]]
        parameters = sum(
            sizes[read.value]
            for read in weights
            if read.role not in _SETTINGS and _is_trained(graph.values[read.value])
        )
        # What is read twice is in memory once.
        touched = dict.fromkeys([*(read.value for read in weights), *node.writes])
        memory = sum(bytes_[value] for value in touched)
        found.append(Cost(parameters, memory, _multiply_adds(node, graph.values, lengths)))
    return tuple(found)


def _lengths(value: Value, run: _Lengths | None) -> _Lengths | None:
    """The shape without unknowns; None where there are some."""
    if run is not None:
        return run
    if value.shape is None:
        return None
    letters = value.axes or ""
    known = [_length(dim, letters[at : at + 1]) for at, dim in enumerate(value.shape)]
    whole = [one for one in known if one is not None]
    return tuple(whole) if len(whole) == len(known) else None


def _length(dim: Dim, letter: str) -> int | None:
    if isinstance(dim, int):
        return dim
    return 1 if letter == "N" else None


def _itemsize(dtype: str | None) -> int:
    """Bytes of one element: ``float32`` has 4, ``int4`` 1; 0 where it is not known."""
    digits = _DIGITS.search(dtype or "")
    if digits is None:
        return 1 if dtype == "bool" else 0
    return max(1, int(digits.group()) // 8)


def _is_trained(value: Value) -> bool:
    return value.what == "weight" and value.dtype not in _UNTRAINED


_Shapes: TypeAlias = Sequence[_Lengths | None]
_Formula: TypeAlias = Callable[[Node, Sequence[Value], _Shapes], int | None]


def _multiply_adds(node: Node, values: Sequence[Value], shapes: _Shapes) -> int | None:
    formula = _FORMULAS.get(node.kind or "")
    return None if formula is None else formula(node, values, shapes)


def _convolution(node: Node, values: Sequence[Value], shapes: _Shapes) -> int | None:
    """Every weight once at each place of the output.

    Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016. With groups the
    kernel is smaller by their number, so that this holds for them too.
    """
    places = _places(node.writes[0], values, shapes) if node.writes else None
    return _times(places, _size(node, ("kernel",), shapes))


def _transposed(node: Node, values: Sequence[Value], shapes: _Shapes) -> int | None:
    """Every weight once at each place of the input (same source, chapter 4)."""
    data = _read(node, "data")
    places = None if data is None else _places(data, values, shapes)
    return _times(places, _size(node, ("kernel",), shapes))


def _places(value: int, values: Sequence[Value], shapes: _Shapes) -> int | None:
    """Number of positions of feature maps, over all samples; the channels are the axis C."""
    shape, axes = shapes[value], values[value].axes or ""
    if shape is None or len(axes) != len(shape) or "C" not in axes:
        return None
    return prod(length for length, letter in zip(shape, axes, strict=True) if letter != "C")


def _gemm(node: Node, values: Sequence[Value], shapes: _Shapes) -> int | None:
    """Rows times columns of the product times what they share (ONNX, operator Gemm)."""
    kernel = _read(node, "kernel")
    if kernel is None or not node.writes:
        return None
    out, shape = shapes[node.writes[0]], shapes[kernel]
    at = (values[kernel].axes or "").find("I")
    if out is None or shape is None or not 0 <= at < len(shape):
        return None
    return prod(out) * shape[at]


def _matmul(node: Node, _: Sequence[Value], shapes: _Shapes) -> int | None:
    """Elements of the product times the length of what is summed (NumPy, ``matmul``)."""
    factors = [read.value for read in node.reads if read.role in ("data", "kernel")]
    if not factors or not node.writes:
        return None
    first, out = shapes[factors[0]], shapes[node.writes[0]]
    return prod(out) * first[-1] if out is not None and first else None


def _recurrent(node: Node, _: Sequence[Value], shapes: _Shapes) -> int | None:
    """Every weight of input and state once at each step of each sequence.

    Hochreiter and Schmidhuber 1997 (LSTM); Cho et al. 2014 (GRU). The products of gates, which
    are elementwise, are not counted.
    """
    data = _read(node, "data")
    shape = None if data is None else shapes[data]
    steps = prod(shape[:-1]) if shape else None
    return _times(steps, _size(node, ("kernel", "recurrent_kernel"), shapes))


def _read(node: Node, role: str) -> int | None:
    return next((read.value for read in node.reads if read.role == role), None)


def _size(node: Node, roles: tuple[str, ...], shapes: _Shapes) -> int | None:
    """Elements of what is read in some roles; None where none is or one is not known."""
    own = [shapes[read.value] for read in node.reads if read.role in roles]
    known = [prod(shape) for shape in own if shape is not None]
    return sum(known) if own and len(known) == len(own) else None


def _times(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one * other


_FORMULAS: dict[str, _Formula] = {
    **dict.fromkeys(("Conv", "ConvInteger", "QLinearConv", "DeformConv"), _convolution),
    "ConvTranspose": _transposed,
    "Gemm": _gemm,
    **dict.fromkeys(("MatMul", "MatMulInteger", "QLinearMatMul"), _matmul),
    **dict.fromkeys(("LSTM", "GRU", "RNN"), _recurrent),
}
