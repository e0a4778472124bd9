"""What each axis of a value stands for: batch, channel, height, width, output, input."""
# pyright: standard

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cutaway.graph import Dim

DATA: Final = {2: "NC", 3: "NCW", 4: "NCHW", 5: "NCDHW"}
"""Axes of feature maps by rank."""
KERNEL: Final = {3: "OIW", 4: "OIHW", 5: "OIDHW"}
TRANSPOSED_KERNEL: Final = {3: "IOW", 4: "IOHW", 5: "IODHW"}

_WINDOWS: Final = frozenset({
    "Conv", "ConvTranspose", "ConvInteger", "QLinearConv", "DeformConv", "MaxPool", "AveragePool",
    "LpPool", "MaxUnpool", "GlobalMaxPool", "GlobalAveragePool", "GlobalLpPool", "LRN",
    "BatchNormalization", "InstanceNormalization", "GroupNormalization", "DepthToSpace",
    "SpaceToDepth",
})  # fmt: skip
"""Operators whose first input and output have channels second."""

_CHANGES_AXES: Final = frozenset({
    "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Gemm", "MatMul", "Gather", "Shape",
    "Size", "TopK", "NonZero", "Einsum", "Expand", "ConstantOfShape", "Range", "OneHot", "If",
    "Loop", "Scan", "Attention", "LSTM", "GRU", "RNN",
})  # fmt: skip
"""Operators whose output's axes do not follow from those of an input of the same rank."""


@dataclass(frozen=True, slots=True)
class Step:
    """A node, as far as letters need it."""

    kind: str | None
    reads: tuple[int, ...]
    """Value ids of its inputs, by position; -1 where one is left out."""
    writes: tuple[int, ...]
    attributes: Mapping[str, Any]


def letters(
    steps: Sequence[Step], shapes: Sequence[tuple[Dim, ...] | None], constant: Sequence[bool]
) -> dict[int, str]:
    """Axis letters by value id, for the values where they are known.

    They start at operators that fix them (convolutions, pooling, Gemm), then spread forwards and
    backwards through operators that keep the axes and, permuted, through ``Transpose``.

    Args:
        steps: the nodes in a topological order.
        shapes: by value id.
        constant: by value id: whether it is a weight or a constant, which letters do not spread to.
    """
    found: dict[int, str] = {}

    def mark(value: int, axes: str | None) -> None:
        shape = shapes[value] if value >= 0 else ()
        if value < 0 or axes is None or value in found:
            return
        if shape is None or len(shape) == len(axes):
            found[value] = axes

    for step in steps:
        _anchor(step, shapes, mark)
    for _ in range(2):  # the second round takes what came back to a branch that lay before
        for order in (steps, steps[::-1]):
            for step in order:
                _spread(step, shapes, constant, found, mark)
    for value, shape in enumerate(shapes):
        if shape is not None and len(shape) == 2 and not constant[value]:
            mark(value, DATA[2])
    return found


_Mark = Callable[[int, str | None], None]


def _anchor(step: Step, shapes: Sequence[tuple[Dim, ...] | None], mark: _Mark) -> None:
    """Letters that the operator itself fixes."""
    reads = (*step.reads, -1, -1, -1)
    if step.kind in _WINDOWS:
        rank = _rank(shapes, reads[0]) or _rank(shapes, step.writes[0] if step.writes else -1)
        kernel = 3 if step.kind == "QLinearConv" else 1
        if "Conv" in (step.kind or ""):
            rank = rank or _rank(shapes, reads[kernel])
            table = TRANSPOSED_KERNEL if step.kind == "ConvTranspose" else KERNEL
            mark(reads[kernel], table.get(rank or 0))
        axes = DATA.get(rank or 0)
        mark(reads[0], axes)
        for value in step.writes[:1]:
            mark(value, axes)
        for value in reads[kernel + 1 :] if step.kind in ("Conv", "ConvTranspose") else ():
            mark(value, "O")
        for value in reads[1:] if step.kind == "BatchNormalization" else ():
            mark(value, "C")
    elif step.kind == "Gemm":
        mark(reads[0], "CN" if step.attributes.get("transA") else "NC")
        mark(reads[1], "OI" if step.attributes.get("transB") else "IO")
        mark(reads[2], "O")
        mark(step.writes[0] if step.writes else -1, "NC")
    elif step.kind == "MatMul":
        mark(reads[1], "IO" if _rank(shapes, reads[1]) == 2 else None)


def _spread(
    step: Step,
    shapes: Sequence[tuple[Dim, ...] | None],
    constant: Sequence[bool],
    found: Mapping[int, str],
    mark: _Mark,
) -> None:
    """Letters from inputs to outputs, and back."""
    data = [value for value in step.reads if value >= 0 and not constant[value]]
    if not data or not step.writes:
        return
    if step.kind == "Transpose":
        _transpose(step, data[0], found, mark)
        return
    if step.kind is None or step.kind in _CHANGES_AXES or _reduces(step):
        return
    around = [*data, *step.writes]
    axes = next((found[value] for value in around if value in found), None)
    for value in around if axes is not None else ():
        if _rank(shapes, value) == len(axes or ""):
            mark(value, axes)


def _transpose(step: Step, source: int, found: Mapping[int, str], mark: _Mark) -> None:
    target, order = step.writes[0], step.attributes.get("perm")
    known = found.get(source) or found.get(target) or ""
    order = order or list(range(len(known)))[::-1]
    if sorted(order) != list(range(len(known))):
        return
    if source in found:
        mark(target, "".join(known[axis] for axis in order))
    else:
        mark(source, "".join(known[order.index(axis)] for axis in range(len(order))))


def _reduces(step: Step) -> bool:
    return (step.kind or "").startswith(("Reduce", "Arg")) and not step.attributes.get("keepdims")


def _rank(shapes: Sequence[tuple[Dim, ...] | None], value: int) -> int | None:
    shape = shapes[value] if value >= 0 else None
    return None if shape is None else len(shape)
