"""The sum behind a number: the whole arithmetic that made one cell of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from cutaway.arithmetic import expression
from cutaway.arithmetic.account import Account, Form, Number, Step, UnexplainedError
from cutaway.arithmetic.bounds import is_float, least_normal, unit_roundoff
from cutaway.arithmetic.cell import Cell
from cutaway.arithmetic.fused import activated
from cutaway.arithmetic.kinds import arithmetic_of
from cutaway.arithmetic.patch import Array, Patch
from cutaway.arithmetic.telling import MOST, Term, told
from cutaway.graph import Graph

Verdict: TypeAlias = Literal["equal", "rounding", "differs"]


@dataclass(frozen=True, slots=True)
class Window:
    """The cells of one tensor that were read: half-open boxes, padding clipped off."""

    read: int
    """Position in ``Node.reads``."""
    value: int
    """Id of the value."""
    role: str
    low: tuple[int, ...]
    high: tuple[int, ...]
    step: tuple[int, ...]
    """Distance between neighbouring cells along each axis."""
    padding: int
    """Number of cells that lie outside the tensor."""


@dataclass(frozen=True, slots=True)
class Sum:
    """The arithmetic of one number."""

    value: int
    """Id of the value that it is a cell of."""
    index: tuple[int, ...]
    node: int | None
    """Id of the node that wrote it; None for what was fed."""
    name: str
    """Of the node; of the value where no node wrote it."""
    op: str
    kind: str | None
    dtype: str
    form: Form
    windows: tuple[Window, ...]
    count: int
    """Number of terms."""
    shown: int
    """How many of them ``terms`` holds."""
    terms: tuple[Term, ...]
    """In the order of the window; of more than 1,024 those whose products are largest."""
    steps: tuple[Step, ...]
    expression: str
    """For people: long sums with their middle left out, and the result."""
    computed: Number | None
    """Made here in float64, or exactly for integers; None where it is no real number."""
    computed_text: str
    """As the dtype holds it."""
    captured: Number | None
    """What the engine gave."""
    captured_text: str
    difference: float | None
    """Captured less computed; None where either is no finite number."""
    bound: float
    """How far rounding alone may take a correct engine: see ``cutaway.arithmetic.bounds``."""
    absolute: float
    """Sum of the magnitudes of what was added up."""
    verdict: Verdict | None
    """``equal``: the same number in the dtype; ``rounding``: within the bound; None where nothing
    was computed."""
    note: str
    """A sentence where something is to be said: why there is no arithmetic, what the bound allows
    for; else empty."""


def explain(
    graph: Graph,
    value: int,
    index: tuple[int, ...],
    output: Array,
    tensor: Callable[[int], Array | None],
) -> Sum:
    """The whole arithmetic of one cell.

    Only the cells that it was made of are read: the arrays may be memory-mapped.

    Args:
        graph: the network.
        value: id of the value that the cell is of.
        index: of the cell, within the value.
        output: the whole value as it was captured.
        tensor: array by value id, of activations and weights; None where there is none.
    """
    number = graph.producer.get(value)
    if number is None:
        described = graph.values[value]
        fed = "it is what was fed" if described.what == "input" else f"it is a {described.what}"
        return _finished(
            _Named(value, described.name),
            index,
            output,
            _none(f"no node makes this number: {fed}"),
            None,
        )
    node = graph.nodes[number]
    cell = Cell(graph, node, value, index, output, tensor)
    return _finished(_Named(value, node.name), index, output, _account(cell), cell)


def _account(cell: Cell) -> Account:
    """The arithmetic, or why there is none."""
    arithmetic = arithmetic_of(cell.node)
    if arithmetic is None:
        reads = ", ".join(cell.name(read) for read in range(len(cell.node.reads))) or "none"
        return _none(f"no arithmetic is written for {cell.kind} yet; its inputs are {reads}")
    if cell.attribute("quantized"):
        return _none(f"the integer arithmetic of {cell.node.op} is not written yet")
    try:
        with np.errstate(all="ignore"):
            return activated(arithmetic(cell), cell.attribute("fused"))
    except UnexplainedError as why:
        return _none(str(why))
    except _MISFITS as problem:
        # A node that is not as its operator's specification has it must not take the page down.
        return _none(
            f"the arithmetic of {cell.kind} '{cell.node.name}' does not fit what it read and wrote "
            f"({type(problem).__name__}: {problem})"
        )


_MISFITS = (
    ArithmeticError, AttributeError, LookupError, StopIteration, TypeError, ValueError,
)  # fmt: skip


def _none(note: str) -> Account:
    return Account("none", None, "", note=note)


@dataclass(frozen=True, slots=True)
class _Named:
    value: int
    name: str


def _finished(
    named: _Named, index: tuple[int, ...], output: Array, account: Account, cell: Cell | None
) -> Sum:
    element = output[index]
    dtype = output.dtype
    (captured_text,) = expression.texts(np.asarray(element, dtype).reshape(1))
    captured = _number(element, dtype)
    computed_text = _computed_text(account, dtype)
    bound = account.bound + _stored(account, dtype)
    terms, count = told(cell, account.terms) if cell else ((), 0)
    node = cell.node if cell else None
    words = f"{account.expression} = {computed_text}" if account.form != "none" else ""
    return Sum(
        value=named.value,
        index=index,
        node=node.id if node else None,
        name=named.name,
        op=node.op if node else "",
        kind=node.kind if node else None,
        dtype="string" if dtype.kind in "OSU" else dtype.name,
        form=account.form,
        windows=_windows(cell, account) if cell else (),
        count=count,
        shown=len(terms),
        terms=terms,
        steps=account.steps,
        expression=words,
        computed=account.computed,
        computed_text=computed_text,
        captured=captured,
        captured_text=captured_text,
        difference=_difference(account.computed, captured),
        bound=bound,
        absolute=account.absolute,
        verdict=_verdict(account, element, captured, dtype, bound),
        note=account.note,
    )


def _number(element: Any, dtype: np.dtype[Any]) -> Number | None:
    if dtype.kind in "cOSU":
        return None
    return float(element) if is_float(dtype) else int(element)


def _computed_text(account: Account, dtype: np.dtype[Any]) -> str:
    if account.form == "none":
        return ""
    if account.computed is None:
        return expression.texts(np.array([account.element], dtype))[0]
    return expression.text(account.computed, dtype)


def _stored(account: Account, dtype: np.dtype[Any]) -> float:
    """What storing the result rounds off, and what engines flush to zero."""
    if account.form in ("copy", "extreme") or account.computed is None:
        return 0.0
    if not is_float(dtype) or not np.isfinite(account.computed):
        return 0.0
    return unit_roundoff(dtype) * abs(account.computed) + least_normal(dtype)


def _difference(computed: Number | None, captured: Number | None) -> float | None:
    if computed is None or captured is None:
        return None
    with np.errstate(all="ignore"):
        found = float(captured - computed)
    return found if np.isfinite(found) else None


def _verdict(
    account: Account, element: Any, captured: Number | None, dtype: np.dtype[Any], bound: float
) -> Verdict | None:
    if account.form == "none":
        return None
    if account.computed is None or captured is None:
        return "equal" if account.element == element else "differs"
    with np.errstate(all="ignore"):
        if is_float(dtype):
            stored = float(np.array([account.computed]).astype(dtype)[0])
            same = stored == captured or (np.isnan(stored) and np.isnan(captured))
        else:
            same = account.computed == captured
        if same:
            return "equal"
        return "rounding" if abs(float(captured - account.computed)) <= bound else "differs"


def _windows(cell: Cell, account: Account) -> tuple[Window, ...]:
    patches: list[Patch] = []
    for terms in account.terms:
        patches += [terms.inputs] if terms.weights is None else [terms.inputs, terms.weights]
    whole = dict.fromkeys((*patches, *account.beside))
    return tuple(_window(cell, patch) for patch in whole)


def _window(cell: Cell, patch: Patch) -> Window:
    read = cell.node.reads[patch.read]
    low, high, step = patch.box()
    outside = patch.padding()
    padding = 0 if outside is None else int(outside.sum())
    return Window(patch.read, read.value, read.role, tuple(low), tuple(high), tuple(step), padding)


__all__: Final = ["MOST", "Sum", "Term", "Window", "explain"]
