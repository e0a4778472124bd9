"""What of its inputs each operator's output depends on, operator by operator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from cutaway.arithmetic import copies, dense, resizing, separable, windows
from cutaway.arithmetic.account import UnexplainedError
from cutaway.arithmetic.along import (
    Along,
    Fixed,
    Grouped,
    Listed,
    Moved,
    Running,
    Same,
    Slid,
    Stepped,
    Wrapped,
)
from cutaway.arithmetic.cell import Cell
from cutaway.arithmetic.convolution import maps
from cutaway.arithmetic.formulas import FORMULAS
from cutaway.arithmetic.normalization import channel_axis
from cutaway.arithmetic.pooling import REDUCTIONS
from cutaway.arithmetic.reach import Blocks, ByAxis, Reshaped, Rules, Unblocked
from cutaway.arithmetic.sliding import Slide


def depends(cell: Cell) -> Rules | None:
    """The rules of what a node's output depends on, for its data: None where none are written.

    Args:
        cell: any cell of the output; its index does not matter.

    Raises:
        UnexplainedError: this operator is used in a way that is not written out.
    """
    if cell.node.kind is None and {read.role for read in cell.node.reads} >= separable.ROLES:
        return windows.separable(cell)
    rules = _KINDS.get(cell.node.kind or "")
    return None if rules is None else rules(cell)


def whole(shape: Sequence[int], why: str = "") -> ByAxis:
    """All of a tensor."""
    return ByAxis([Fixed(0, size) for size in shape], why)


def _aligned(cell: Cell, read: int) -> ByAxis:
    """The same place, axes of length 1 spread (NumPy's broadcasting)."""
    shape = cell.shape(read)
    before = cell.output.ndim - len(shape)
    return ByAxis(
        [Fixed(0, 1) if size == 1 else Same(before + axis) for axis, size in enumerate(shape)]
    )


def _elementwise(cell: Cell) -> Rules:
    return [(read, _aligned(cell, read)) for read in cell.operands()]


def _triangle(cell: Cell) -> Rules:
    """The same place, or nothing where zeros stand."""
    read = cell.operands()[0]
    why = "cells beyond the diagonal depend on nothing"
    return [(read, ByAxis([Same(axis) for axis in range(cell.output.ndim)], why))]


def _data_alone(cell: Cell) -> Rules:
    """Of the data the same place; scales and the like are parameters."""
    read = cell.operands()[0]
    return [(read, _aligned(cell, read))]


def _in_order(cell: Cell) -> Rules:
    read = cell.operands()[0]
    return [(read, Reshaped(cell.shape(read), cell.output.shape))]


def _along(cell: Cell, read: int, axes: Sequence[int]) -> Rules:
    """All of some axes, the same place along the others."""
    shape = cell.shape(read)
    kept = cell.output.ndim == len(shape)
    places: list[Along] = []
    at = 0
    for axis, size in enumerate(shape):
        places.append(Fixed(0, size) if axis in axes else Same(at))
        at += kept or axis not in axes
    return [(read, ByAxis(places))]


def _reduction(cell: Cell) -> Rules:
    read = cell.operands()[0]
    rank = len(cell.shape(read))
    axes = cell.axes("axes", rank)
    if not axes:
        axes = [] if cell.attribute("noop_with_empty_axes") else list(range(rank))
    return _along(cell, read, axes)


def _one_axis(default: int) -> Callable[[Cell], Rules]:
    def rules(cell: Cell) -> Rules:
        read = cell.operands()[0]
        rank = len(cell.shape(read))
        axis = int(cell.attribute("axis", default)) % rank
        axes = list(range(axis, rank)) if cell.attribute("flattened") else [axis]
        return _along(cell, read, axes)

    return rules


def _layer_normalization(cell: Cell) -> Rules:
    read = cell.read("data")
    rank = len(cell.shape(read))
    stated: int | list[int] = cell.attribute("axis", -1)
    if isinstance(stated, list):
        return _along(cell, read, [axis % rank for axis in stated])
    return _along(cell, read, list(range(stated % rank, rank)))


def _over_maps(cell: Cell) -> Rules:
    """Instance normalization and global pooling: all of a map."""
    read = cell.read("data")
    return _along(cell, read, maps(cell, read).spatial)


def _mean_variance(cell: Cell) -> Rules:
    read = cell.read("data")
    return _along(cell, read, cell.axes("axes", len(cell.shape(read))) or [0, 2, 3])


def _group_normalization(cell: Cell) -> Rules:
    read = cell.read("data")
    shape, channel = cell.shape(read), channel_axis(cell, read)
    each = shape[channel] // int(cell.attribute("num_groups"))
    axes: list[Along] = [Fixed(0, size) for size in shape]
    axes[0], axes[channel] = Same(0), Grouped(channel, each, each)
    return [(read, ByAxis(axes))]


def _neighbouring_channels(cell: Cell) -> Rules:
    read = cell.read("data")
    shape, channel = cell.shape(read), maps(cell, read).channel
    size = int(cell.attribute("size"))
    axes: list[Along] = [Same(axis) for axis in range(len(shape))]
    axes[channel] = Slid(channel, Slide(size, begin=(size - 1) // 2), shape[channel])
    return [(read, ByAxis(axes))]


def _running_sum(cell: Cell) -> Rules:
    data, where = cell.operands()
    shape = cell.shape(data)
    at = int(cell.array(where).reshape(-1)[0]) % len(shape)
    axes: list[Along] = [Same(axis) for axis in range(len(shape))]
    less, backward = bool(cell.attribute("exclusive")), bool(cell.attribute("reverse"))
    axes[at] = Running(at, shape[at], int(less), backward)
    return [(data, ByAxis(axes))]


def _gemm(cell: Cell) -> Rules:
    first, second = cell.read("data"), cell.read("kernel")
    left, right = cell.shape(first), cell.shape(second)
    turned = bool(cell.attribute("transA")), bool(cell.attribute("transB"))
    rows = [Fixed(0, left[0]), Same(0)] if turned[0] else [Same(0), Fixed(0, left[1])]
    columns = [Same(1), Fixed(0, right[1])] if turned[1] else [Fixed(0, right[0]), Same(1)]
    found: Rules = [(first, ByAxis(rows)), (second, ByAxis(columns))]
    return found + _bias(cell)


def _bias(cell: Cell) -> Rules:
    return [(cell.read("bias"), _aligned(cell, cell.read("bias")))] if cell.has("bias") else []


def _matmul(cell: Cell) -> Rules:
    first, second = dense.operands(cell)
    left, right = list(cell.shape(first)), list(cell.shape(second))
    last = cell.output.ndim - (len(right) > 1)
    batch = last - (len(left) > 1)

    def spread(shape: Sequence[int]) -> list[Along]:
        outer = shape[:-2]
        before = batch - len(outer)
        return [Fixed(0, 1) if n == 1 else Same(before + axis) for axis, n in enumerate(outer)]

    rows: list[Along] = [*spread(left), Same(batch)] if len(left) > 1 else []
    columns: list[Along] = spread(right)
    rows.append(Fixed(0, left[-1]))
    if len(right) > 1:
        both: list[Along] = [Fixed(0, left[-1]), Same(last)]
        columns += both[::-1] if cell.attribute("transB") else both
    else:
        columns.append(Fixed(0, right[0]))
    found: Rules = [(first, ByAxis(rows)), (second, ByAxis(columns))]
    return found + _bias(cell)


def _einsum(cell: Cell) -> Rules:
    equation = str(cell.attribute("equation", "")).replace(" ", "")
    inputs, arrow, output = equation.partition("->")
    if not arrow or "." in equation:
        raise UnexplainedError(f"Einsum is written out with its output; this one is '{equation}'")
    return [
        (
            read,
            ByAxis(
                [
                    Same(output.index(letter)) if letter in output else Fixed(0, size)
                    for letter, size in zip(letters, cell.shape(read), strict=True)
                ]
            ),
        )
        for read, letters in zip(cell.operands(), inputs.split(","), strict=True)
    ]


def _transpose(cell: Cell) -> Rules:
    read = cell.operands()[0]
    rank = cell.output.ndim
    order: list[int] = cell.attribute("perm") or list(range(rank))[::-1]
    return [(read, ByAxis([Same(order.index(axis)) for axis in range(rank)]))]


def _concatenation(cell: Cell) -> Rules:
    joined = int(cell.attribute("axis", 0)) % cell.output.ndim
    found: Rules = []
    before = 0
    for read in cell.operands():
        size = cell.shape(read)[joined]
        axes: list[Along] = [Same(axis) for axis in range(cell.output.ndim)]
        axes[joined] = Moved(joined, -before, size)
        found.append((read, ByAxis(axes)))
        before += size
    return found


def _split(cell: Cell) -> Rules:
    read = cell.read("data")
    shape = cell.shape(read)
    at = int(cell.attribute("axis", 0)) % len(shape)
    lengths = cell.integers("split")
    if not lengths:
        count = int(cell.attribute("num_outputs") or len(cell.node.writes))
        lengths = [-(-shape[at] // count)] * count
    axes: list[Along] = [Same(axis) for axis in range(len(shape))]
    axes[at] = Moved(at, sum(lengths[: cell.number_of_output]), shape[at])
    return [(read, ByAxis(axes))]


def _slice(cell: Cell) -> Rules:
    read = cell.read("data")
    shape = cell.shape(read)
    axes: list[Along] = [Same(axis) for axis in range(len(shape))]
    for axis, first, step in copies.sliced(cell, shape):
        axes[axis] = Stepped(axis, first, step)
    return [(read, ByAxis(axes))]


def _pad(cell: Cell) -> Rules:
    read = cell.read("data")
    shape = cell.shape(read)
    before = copies.padded(cell, shape)
    mode = str(cell.attribute("mode", "constant"))
    axes: list[Along] = []
    for axis, size in enumerate(shape):
        less = before.get(axis, 0)
        if mode == "constant":
            axes.append(Moved(axis, -less, size))
            continue
        places = (copies.MODES[mode](at - less, size) for at in range(cell.output.shape[axis]))
        axes.append(Listed(axis, tuple((at, at + 1) for at in places)))
    return [(read, ByAxis(axes))]


def _tile(cell: Cell) -> Rules:
    read = cell.read("data")
    return [(read, ByAxis([Wrapped(axis, n) for axis, n in enumerate(cell.shape(read))]))]


def _resize(cell: Cell) -> Rules:
    read = cell.read("data")
    parts = resizing.reached(cell, read)
    return [(read, ByAxis([Listed(axis, tuple(held)) for axis, held in enumerate(parts)]))]


def _gather(cell: Cell) -> Rules:
    table = cell.read("kernel") if cell.has("kernel") else cell.read("data")
    asked = cell.read("data" if cell.has("kernel") else "indices")
    shape, rank = cell.shape(table), len(cell.shape(asked))
    at = int(cell.attribute("axis", 0)) % len(shape)
    axes: list[Along] = [Same(axis) for axis in range(at)]
    axes.append(Fixed(0, shape[at]))
    axes += [Same(axis + rank - 1) for axis in range(at + 1, len(shape))]
    why = "which part is taken depends on the numbers that are read"
    stated = cell.graph.values[cell.node.reads[asked].value].what not in ("input", "activation")
    if stated and rank < 2:
        places = [int(number) % shape[at] for number in cell.array(asked).reshape(-1)]
        ends = tuple((place, place + 1) for place in places)
        axes[at], why = (Listed(at, ends) if rank else Fixed(*ends[0])), ""
    found: Rules = [(table, ByAxis(axes, why))]
    return [*found, (asked, ByAxis([Same(at + axis) for axis in range(rank)]))]


def _depth_to_space(cell: Cell) -> Rules:
    read, size = cell.read("data"), int(cell.attribute("blocksize"))
    rows_first = cell.attribute("mode", "DCR") != "CRD"
    channels = cell.shape(read)[1] // size**2
    return [(read, Blocks(size, channels, rows_first=rows_first))]


def _space_to_depth(cell: Cell) -> Rules:
    read, size = cell.read("data"), int(cell.attribute("blocksize"))
    return [(read, Unblocked(size, cell.shape(read)[1]))]


def _nothing(cell: Cell) -> Rules:
    """The output follows from shapes alone: no number of the input changes it."""
    none = Fixed(0, 0)
    return [(read, ByAxis([none] * max(1, len(cell.shape(read))))) for read in cell.operands()]


_KINDS: Final[dict[str, Callable[[Cell], Rules]]] = {
    **dict.fromkeys((*FORMULAS, "Where", "Clip", "Cast", "Expand"), _elementwise),
    **dict.fromkeys(
        ("BatchNormalization", "QuantizeLinear", "DequantizeLinear", "Dropout"), _data_alone
    ),
    **dict.fromkeys(REDUCTIONS, _reduction),
    **dict.fromkeys(("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity"), _in_order),
    **dict.fromkeys(("Softmax", "LogSoftmax", "Hardmax", "LpNormalization", "TopK"), _one_axis(-1)),
    **dict.fromkeys(("ArgMax", "ArgMin"), _one_axis(0)),
    **dict.fromkeys(("LayerNormalization", "RMSNormalization"), _layer_normalization),
    **dict.fromkeys(
        ("InstanceNormalization", "GlobalMaxPool", "GlobalAveragePool", "GlobalLpPool"), _over_maps
    ),
    **dict.fromkeys(("Conv", "ConvInteger", "QLinearConv"), windows.convolution),
    **dict.fromkeys(("MaxPool", "AveragePool", "LpPool"), windows.pooling),
    **dict.fromkeys(("MatMul", "MatMulInteger", "QLinearMatMul"), _matmul),
    **dict.fromkeys(("Resize", "Upsample"), _resize),
    **dict.fromkeys(("Shape", "Size", "ConstantOfShape", "Range"), _nothing),
    "Concat": _concatenation,
    "ConvTranspose": windows.transposed,
    "CumSum": _running_sum,
    "DepthToSpace": _depth_to_space,
    "Einsum": _einsum,
    "Gather": _gather,
    "Gemm": _gemm,
    "GroupNormalization": _group_normalization,
    "LRN": _neighbouring_channels,
    "MeanVarianceNormalization": _mean_variance,
    "Pad": _pad,
    "Slice": _slice,
    "SpaceToDepth": _space_to_depth,
    "Split": _split,
    "Tile": _tile,
    "Transpose": _transpose,
    "Trilu": _triangle,
}
"""By kind; of one that is not here all is taken."""
