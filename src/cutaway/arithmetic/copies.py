"""Operators that move numbers: where one was copied from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from cutaway.arithmetic import expression
from cutaway.arithmetic.account import Account, Terms, UnexplainedError
from cutaway.arithmetic.bounds import unit_roundoff
from cutaway.arithmetic.cell import Cell, real
from cutaway.arithmetic.patch import one


def copied(cell: Cell, read: int, index: Sequence[int], why: str = "") -> Account:
    """The account of a number that is a copy of another."""
    patch = one(read, index, cell.shape(read))
    numbers = patch.numbers(cell.array(read))
    number = real(numbers[0]) if numbers.dtype.kind not in "cOSU" else None
    words = f"{cell.name(read)}[{', '.join(map(str, index))}]{why}"
    return Account("copy", number, words, (Terms(patch, numbers),), element=numbers[0])


def filled(cell: Cell, number: float, why: str, *reads: int) -> Account:
    """The account of a number that is no copy, but what an operator fills with."""
    value = number if cell.dtype.kind == "f" else int(number)
    beside = tuple(one(read, (), ()) for read in reads if cell.shape(read) == ())
    return Account("copy", value, why, (), beside)


def same_place_in_order(cell: Cell) -> Account:
    """Reshape, Flatten, Squeeze, Unsqueeze, Identity: the same place in row-major order."""
    read = cell.operands()[0]
    flat = int(np.ravel_multi_index(cell.index, cell.output.shape)) if cell.index else 0
    shape = cell.shape(read)
    return copied(cell, read, [int(at) for at in np.unravel_index(flat, shape)] if shape else ())


def dropout(cell: Cell) -> Account:
    """Dropout drops nothing outside training; its mask is true everywhere."""
    if cell.number_of_output:
        return filled(cell, 1, "nothing is dropped outside training")
    return same_place_in_order(cell)


def cast(cell: Cell) -> Account:
    """Cast: the same number in another dtype, rounded to even or cut off towards zero."""
    source = same_place_in_order(cell)
    element = source.terms[0].numbers
    if "O" in (element.dtype.kind, cell.dtype.kind):
        raise UnexplainedError("casts from and to words are not written out")
    with np.errstate(all="ignore"):
        made = element.astype(cell.dtype)
    words = f"{expression.texts(element)[0]} as {cell.dtype.name}"
    number = real(element[0])
    computed = real(made[0]) if cell.dtype.kind in "biu" else number
    terms = source.terms
    size = abs(float(number))
    return Account(
        "copy", computed, words, terms, (), (), size, unit_roundoff(cell.dtype) * size
    )  # fmt: skip


def transpose(cell: Cell) -> Account:
    """Transpose: axis ``perm[i]`` of the input is axis i of the output."""
    read = cell.operands()[0]
    order = cell.attribute("perm") or list(range(len(cell.index)))[::-1]
    index = [0] * len(cell.index)
    for axis, at in zip(order, cell.index, strict=True):
        index[axis] = at
    return copied(cell, read, index)


def concatenation(cell: Cell) -> Account:
    """Concat: of the operand that this part of the axis was taken from."""
    axis = int(cell.attribute("axis", 0)) % len(cell.index)
    at = cell.index[axis]
    for read in cell.operands():
        size = cell.shape(read)[axis]
        if at < size:
            return copied(cell, read, _with(cell.index, axis, at))
        at -= size
    raise UnexplainedError("the operands of this Concat are shorter than its result")


def split(cell: Cell) -> Account:
    """Split: a part of an axis."""
    read = cell.read("data")
    shape = cell.shape(read)
    axis = int(cell.attribute("axis", 0)) % len(shape)
    lengths = cell.integers("split")
    if not lengths:
        count = int(cell.attribute("num_outputs") or len(cell.node.writes))
        lengths = [-(-shape[axis] // count)] * count
    before = sum(lengths[: cell.number_of_output])
    return copied(cell, read, _with(cell.index, axis, before + cell.index[axis]))


def slice_(cell: Cell) -> Account:
    """Slice: every ``step``-th position from ``start`` along some axes.

    Source: the Slice operator of the ONNX specification; only where it begins tells a place.
    """
    read = cell.read("data")
    shape = cell.shape(read)
    index = list(cell.index)
    for axis, first, step in sliced(cell, shape):
        index[axis] = first + cell.index[axis] * step
    return copied(cell, read, index)


def sliced(cell: Cell, shape: Sequence[int]) -> list[tuple[int, int, int]]:
    """Axis, first position and step of a Slice, for the axes that it slices."""
    starts = cell.integers("starts")
    if starts is None:
        raise UnexplainedError("where this slice begins is not stated in terms of ONNX")
    axes = cell.axes("axes", len(shape)) or list(range(len(starts)))
    steps = cell.integers("steps") or [1] * len(starts)
    found: list[tuple[int, int, int]] = []
    for axis, start, step in zip(axes, starts, steps, strict=True):
        size = shape[axis]
        first = start + size if start < 0 else start
        found.append((axis, min(max(first, 0), size - 1 if step < 0 else size), step))
    return found


def gather(cell: Cell) -> Account:
    """Gather: a part of a table by its number; an embedding is one too."""
    table = cell.read("kernel") if cell.has("kernel") else cell.read("data")
    numbers = cell.read("data" if cell.has("kernel") else "indices")
    shape = cell.shape(table)
    axis = int(cell.attribute("axis", 0)) % len(shape)
    rank = len(cell.shape(numbers))
    asked = one(numbers, cell.index[axis : axis + rank], cell.shape(numbers))
    at = int(cell.element(asked)) % shape[axis]
    index = (*cell.index[:axis], at, *cell.index[axis + rank :])
    found = copied(cell, table, index, f", because {cell.name(numbers)} says {at}")
    return Account(
        found.form, found.computed, found.expression, found.terms, (asked,), element=found.element
    )


def gather_elements(cell: Cell) -> Account:
    """GatherElements: along one axis the place is read, along the others it is the same."""
    data, numbers = cell.read("data"), cell.read("indices")
    axis = int(cell.attribute("axis", 0)) % len(cell.index)
    asked = one(numbers, cell.index, cell.shape(numbers))
    at = int(cell.element(asked)) % cell.shape(data)[axis]
    return copied(
        cell, data, _with(cell.index, axis, at), f", because {cell.name(numbers)} says {at}"
    )


def gather_nd(cell: Cell) -> Account:
    """GatherND: the last axis of the indices is a place in the first axes of the data."""
    data, numbers = cell.read("data"), cell.read("indices")
    batch = int(cell.attribute("batch_dims", 0))
    places = cell.array(numbers)
    outer = cell.index[: places.ndim - 1]
    asked = [int(at) for at in places[outer]]
    shape = cell.shape(data)
    found = [at % shape[batch + axis] for axis, at in enumerate(asked)]
    index = (*cell.index[:batch], *found, *cell.index[places.ndim - 1 :])
    return copied(cell, data, index, f", because {cell.name(numbers)} says so")


def expand(cell: Cell) -> Account:
    """Expand: axes of length 1 repeated."""
    patch = cell.aligned(cell.read("data"))
    return copied(cell, patch.read, [r.start for r in patch.ranges])


def tile(cell: Cell) -> Account:
    """Tile: the whole repeated along each axis."""
    read = cell.read("data")
    return copied(
        cell, read, [at % size for at, size in zip(cell.index, cell.shape(read), strict=True)]
    )


def trilu(cell: Cell) -> Account:
    """Trilu: the upper or the lower triangle of a matrix; zeros elsewhere."""
    read, *more = cell.operands()
    diagonal = (
        int(cell.element(one(more[0], (0,) * cell.array(more[0]).ndim, cell.shape(more[0]))))
        if more
        else 0
    )
    row, column = cell.index[-2:]
    above = column - row >= diagonal if cell.attribute("upper", 1) else column - row <= diagonal
    return copied(cell, read, cell.index) if above else filled(cell, 0, "outside the triangle")


def depth_to_space(cell: Cell) -> Account:
    """DepthToSpace: channels laid out as blocks of pixels. Source: the ONNX specification."""
    read, size = cell.read("data"), int(cell.attribute("blocksize"))
    n, channel, row, column = cell.index
    channels = cell.shape(read)[1] // size**2
    block = row % size * size + column % size
    rows_first = cell.attribute("mode", "DCR") != "CRD"
    source = block * channels + channel if rows_first else channel * size**2 + block
    return copied(cell, read, (n, source, row // size, column // size))


def space_to_depth(cell: Cell) -> Account:
    """SpaceToDepth: blocks of pixels laid out as channels. Source: the ONNX specification."""
    read, size = cell.read("data"), int(cell.attribute("blocksize"))
    n, channel, row, column = cell.index
    block, source = divmod(channel, cell.shape(read)[1])
    down, right = divmod(block, size)
    return copied(cell, read, (n, source, row * size + down, column * size + right))


def pad(cell: Cell) -> Account:
    """Pad: a copy inside; outside a constant, or what the mode mirrors, repeats or wraps.

    Source: the Pad operator of the ONNX specification.
    """
    read = cell.read("data")
    shape = cell.shape(read)
    before = padded(cell, shape)
    index = [at - before.get(axis, 0) for axis, at in enumerate(cell.index)]
    mode = str(cell.attribute("mode", "constant"))
    inside = all(0 <= at < size for at, size in zip(index, shape, strict=True))
    if not inside and mode == "constant":
        return _padding(cell)
    reach = MODES[mode]
    places = [reach(at, size) for at, size in zip(index, shape, strict=True)]
    return copied(cell, read, places, "" if inside else f", by mode {mode}")


def padded(cell: Cell, shape: Sequence[int]) -> dict[int, int]:
    """Cells that a Pad adds before the first, by axis; negative where they are cut off."""
    pads = cell.integers("pads") or [0] * 2 * len(shape)
    axes = cell.axes("axes", len(shape)) or list(range(len(shape)))
    return dict(zip(axes, pads, strict=False))


def _padding(cell: Cell) -> Account:
    if cell.has("value"):
        read = cell.read("value")
        return copied(cell, read, (0,) * cell.array(read).ndim, ", which padding is filled with")
    return filled(cell, float(cell.attribute("value") or 0), "padding")


def _reflected(at: int, size: int) -> int:
    """The border itself is not repeated."""
    if size == 1:
        return 0
    at %= 2 * (size - 1)
    return at if at < size else 2 * (size - 1) - at


MODES: Final[dict[str, Callable[[int, int], int]]] = {
    "constant": lambda at, _: at,
    "reflect": _reflected,
    "edge": lambda at, size: min(max(at, 0), size - 1),
    "wrap": lambda at, size: at % size,
}
"""Which place of an axis lies at one outside of it, by the mode of Pad."""


def _with(index: Sequence[int], axis: int, at: int) -> tuple[int, ...]:
    return (*index[:axis], at, *index[axis + 1 :])
