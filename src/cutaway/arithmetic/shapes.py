"""Numbers that follow from a shape, a position or a count, not from a sum."""

from __future__ import annotations

import numpy as np

from cutaway.arithmetic import expression
from cutaway.arithmetic.account import Account, Terms, UnexplainedError
from cutaway.arithmetic.bounds import gamma, unit_roundoff
from cutaway.arithmetic.cell import Cell, wide
from cutaway.arithmetic.copies import filled
from cutaway.arithmetic.patch import Patch, one
from cutaway.arithmetic.pooling import SUM, across, folded


def shape(cell: Cell) -> Account:
    """Shape: the length of an axis."""
    read = cell.operands()[0]
    lengths = cell.shape(read)
    axis = range(len(lengths))[int(cell.attribute("start") or 0) :][cell.index[0]]
    return Account("formula", lengths[axis], f"length of axis {axis} of {cell.name(read)}")


def size(cell: Cell) -> Account:
    """Size: the number of elements."""
    read = cell.operands()[0]
    lengths = cell.shape(read)
    told = " × ".join(map(str, lengths)) or "1"
    return Account("formula", int(np.prod(lengths)), f"elements of {cell.name(read)}: {told}")


def constant_of_shape(cell: Cell) -> Account:
    """ConstantOfShape: one number everywhere; which one, only its tensor attribute tells."""
    if cell.attribute("value") is not None:
        raise UnexplainedError(
            "the number that ConstantOfShape fills with is held by the file only"
        )
    return filled(cell, 0, "filled with zero")


def range_(cell: Cell) -> Account:
    """Range: ``start + i × delta``."""
    patches = [
        one(read, (0,) * cell.array(read).ndim, cell.shape(read)) for read in cell.operands()
    ]
    start, _, delta = (cell.element(patch) for patch in patches)
    terms = tuple(Terms(patch, patch.numbers(cell.array(patch.read))) for patch in patches)
    computed = start + cell.index[0] * delta
    first, _, step = (expression.texts(one.numbers)[0] for one in terms)
    # An engine may add the step again and again.
    absolute = abs(float(start)) + abs(float(cell.index[0] * delta))
    bound = gamma(cell.index[0] + 1, unit_roundoff(cell.dtype)) * absolute
    words = f"{first} + {cell.index[0]} × {step}"
    return Account("formula", computed, words, terms, (), (), absolute, bound)


def position_of_extreme(cell: Cell) -> Account:
    """ArgMax and ArgMin: where the largest or the least lies; the first unless stated."""
    data = cell.operands()[0]
    lengths = cell.shape(data)
    axis = int(cell.attribute("axis", 0)) % len(lengths)
    patch = across(cell, data, [axis])
    numbers = patch.numbers(cell.array(data))
    held = wide(numbers)
    least = cell.kind == "ArgMin"
    extreme = held.min() if least else held.max()
    places = np.flatnonzero(held == extreme)
    if not places.size:
        raise UnexplainedError("there is a NaN among these numbers, which none is larger than")
    at = int(places[-1 if cell.attribute("select_last_index") else 0])
    words = f"position of the {'least' if least else 'largest'} of {numbers.size:,} numbers"
    return Account("extreme", at, words, (Terms(patch, numbers, chosen=at),))


def top_k(cell: Cell) -> Account:
    """TopK: a number by its place among those along its axis, or where it lies."""
    data = cell.read("data")
    axis = int(cell.attribute("axis", -1)) % len(cell.index)
    ranges = [range(at, at + 1) for at in cell.index]
    ranges[axis] = range(cell.shape(data)[axis])
    patch = Patch(data, tuple(ranges), cell.shape(data))
    numbers = patch.numbers(cell.array(data))
    held = wide(numbers)
    largest = bool(cell.attribute("largest", 1))
    order = np.argsort(-held if largest else held, kind="stable")
    rank = cell.index[axis]
    at = int(order[rank])
    computed = at if cell.number_of_output else held[at].item()
    words = f"number {rank + 1} of {held.size:,} by size, {'largest' if largest else 'least'} first"
    return Account("extreme", computed, words, (Terms(patch, numbers, chosen=at),), element=None)


def running_sum(cell: Cell) -> Account:
    """CumSum: all up to here along an axis."""
    data, where = cell.operands()
    axis = int(np.asarray(cell.array(where)).reshape(-1)[0]) % len(cell.index)
    at, length = cell.index[axis], cell.shape(data)[axis]
    less = 1 if cell.attribute("exclusive") else 0
    reach = range(at + less, length) if cell.attribute("reverse") else range(at + 1 - less)
    ranges = [range(place, place + 1) for place in cell.index]
    ranges[axis] = reach
    if not reach:
        return filled(cell, 0, "nothing lies before it")
    return folded(cell, Patch(data, tuple(ranges), cell.shape(data)), SUM)
