"""The items of a batch: each output seen as if its item had been fed alone."""

from __future__ import annotations

from collections.abc import Mapping

from cutaway.errors import InputError
from cutaway.graph import Graph, Value
from cutaway.inputs.target import free
from cutaway.session.feeding import Fed
from cutaway.trace import Array


def items_of(graph: Graph, fed: Fed) -> int:
    """How many items a run was fed with at once; 1 where it was one, or is not known to be more.

    The page counts in the same way. Without letters an axis that the file leaves open comes first
    where it is a batch.
    """
    for number in graph.inputs:
        value, array = graph.values[number], fed.arrays.get(number)
        if array is None or array.ndim < 2 or not array.size:
            continue
        counts = value.axes[0] == "N" if value.axes else bool(value.shape) and free(value.shape[0])
        if counts:
            return array.shape[0]
    return 1


def alone(value: Value, array: Array, item: int, items: int) -> tuple[Array, int]:
    """One item of a tensor as a batch of one, and where it begins in row-major order.

    A tensor that does not count the items of the batch stays whole.
    """
    counts = items > 1 and array.ndim > 0 and array.shape[0] == items
    if not counts or (value.axes and value.axes[0] != "N"):
        return array, 0
    return array[item : item + 1], item * (array.size // items)


def item_asked(query: Mapping[str, str], items: int) -> int:
    """The item that a query asks for, the first where it asks for none; raises InputError."""
    text = query.get("batch", "0")
    if not text.isdecimal() or int(text) >= items:
        raise InputError(
            f"batch is the number of an item, from 0 to {items - 1}; got '{text[:40]}'"
        )
    return int(text)
