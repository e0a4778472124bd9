"""What each axis of a value stands for: batch, channel, height, width, output, input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from cutaway.graph import Dim, Node, Value

_CHANGES_AXES: Final = frozenset({
    "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Gemm", "MatMul", "Gather", "Shape", "Size",
    "TopK", "NonZero", "Einsum", "Expand", "ConstantOfShape", "Range", "OneHot", "If", "Loop",
    "Scan", "Attention", "MultiHeadAttention", "LSTM", "GRU", "RNN",
})  # fmt: skip
"""Operators whose output's axes do not follow from those of an input of the same rank."""


class _Step(NamedTuple):
    """One node, as far as letters go through it."""

    around: tuple[int, ...]
    """The values that it reads and writes, weights apart."""
    targets: tuple[int, ...]
    """Those of them whose rank is known, which alone can take letters from the others."""
    turned: Node | None = None
    """The node itself where it changes the order of the axes."""


class Letters:
    """Axis letters by value id, as far as they are known.

    A loader marks the values whose letters its operators fix (convolutions, pooling, dense
    layers); from there they spread forwards and backwards through operators that keep the axes
    and, permuted, through ``Transpose``.
    """

    def __init__(self, nodes: Sequence[Node], values: Sequence[Value]) -> None:
        self._nodes = nodes
        self._values = values
        self.found: dict[int, str] = {}
        """Letters by value id."""

    def rank(self, value: int) -> int | None:
        """Number of axes of a value, None where it is not known."""
        shape = self._values[value].shape
        return None if shape is None else len(shape)

    def mark(self, value: int, axes: str | None) -> None:
        """Give a value its letters, unless it has some or is of another rank."""
        if axes is not None and value not in self.found and self.rank(value) in (None, len(axes)):
            self.found[value] = axes

    def spread(self) -> dict[int, str]:
        """The letters of all values that they can be known of.

        What has two axes and is computed or fed is taken for samples by channels, unless the
        first has a fixed length beyond 1: that may be a sequence, or a kernel made on the way.
        """
        steps = [step for node in self._nodes if (step := self._step(node)) is not None]
        for _ in range(2):  # the second round takes what came back to a branch that lay before
            before = len(self.found)
            for step in steps:
                self._through(step)
            for step in reversed(steps):
                self._through(step)
            if len(self.found) == before:
                break
        for value in self._values:
            if not self._is_constant(value.id) and _are_samples(value.shape):
                self.mark(value.id, "NC")
        return self.found

    def _is_constant(self, value: int) -> bool:
        return self._values[value].what in ("weight", "constant")

    def _step(self, node: Node) -> _Step | None:
        """How letters go through a node; None where none ever can."""
        kind = node.kind
        if kind is None or kind in _CHANGES_AXES or not node.writes or _reduces(node):
            return None
        data = [read.value for read in node.reads if not self._is_constant(read.value)]
        if not data:
            return None
        if kind == "Transpose":
            return _Step((data[0], node.writes[0]), (), node)
        around = (*data, *node.writes)
        known = tuple(value for value in around if self._values[value].shape is not None)
        return _Step(around, known) if known else None

    def _through(self, step: _Step) -> None:
        if step.turned is not None:
            self._permuted(step.turned, *step.around)
            return
        for value in step.around:
            if value in self.found:
                for target in step.targets:
                    self.mark(target, self.found[value])
                return

    def _permuted(self, node: Node, source: int, target: int) -> None:
        known = self.found.get(source) or self.found.get(target) or ""
        axes = list(range(len(known)))
        order = list(node.kind_attributes.get("perm") or axes[::-1])
        if sorted(order) != axes or not known:
            return
        if source in self.found:
            self.mark(target, "".join(known[axis] for axis in order))
        else:
            self.mark(source, "".join(known[order.index(axis)] for axis in axes))


def _are_samples(shape: Sequence[Dim] | None) -> bool:
    return (
        shape is not None and len(shape) == 2 and (shape[0] == 1 or not isinstance(shape[0], int))
    )


def _reduces(node: Node) -> bool:
    return (node.kind or "").startswith(("Reduce", "Arg")) and not node.kind_attributes.get(
        "keepdims"
    )
