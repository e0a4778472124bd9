"""Many sources prepared together, for one run of a network over all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cutaway import inputs
from cutaway.errors import CutawayError
from cutaway.graph import Graph
from cutaway.inputs.source import as_picture, is_picture
from cutaway.inputs.steps import KINDS, State
from cutaway.inputs.target import free, resolved

Array: TypeAlias = npt.NDArray[Any]
Step: TypeAlias = dict[str, Any]
Choose: TypeAlias = Callable[[inputs.Source], list[Step]]

_POINTWISE: Final = frozenset({"decode", "colour", "invert", "range", "normalize", "dtype"})
"""Steps that treat every pixel by itself: on pictures laid one below the other they do the same."""

LARGEST: Final = 256
_MEMORY: Final = 256 << 20
"""Bytes of the largest tensor of a batch."""
_LONGEST: Final = 0.4
"""Seconds that a batch may take: who looks at the network meanwhile waits for one to end."""


def is_free(graph: Graph) -> bool:
    """Whether the first axis of every input and output is a batch of any length."""
    ends = [graph.values[value] for value in (*graph.inputs, *graph.outputs)]
    inputs_ = [graph.values[value] for value in graph.inputs]
    return (
        len(graph.inputs) == 1
        and all(one.shape is not None and len(one.shape) > 0 for one in inputs_)
        and all(free(one.shape[0]) for one in ends if one.shape)
    )


class Pace:
    """How many entries go into one run: doubled for as long as that is faster."""

    def __init__(self, graph: Graph, *, batched: bool, fixed: int | None = None) -> None:
        """Begin with few.

        Args:
            graph: of the model; its tensors say how many fit into memory.
            batched: whether a run takes several at all.
            fixed: how many, where that is not to be found out.
        """
        self.size = 8 if batched else 1
        self._most = _most(graph) if batched else 1
        self._best = 0.0
        self._grows = batched
        self.size = min(self.size, self._most)
        if fixed is not None and batched:
            self.size, self._grows = fixed, False

    def note(self, count: int, seconds: float) -> None:
        """Learn how long a batch took."""
        if not self._grows or count < self.size:
            return
        rate = count / max(seconds, 1e-9)
        if seconds > _LONGEST or self.size * 2 > self._most or rate < self._best * 0.9:
            self._grows = False
            if seconds > 2 * _LONGEST:
                self.size = max(1, self.size // 2)
            return
        self._best = max(self._best, rate)
        self.size *= 2


def _most(graph: Graph) -> int:
    """Entries of which the largest tensor still fits into the memory allowed."""
    largest = 1
    for value in graph.values:
        if value.what != "activation" or not value.shape:
            continue
        sizes = [one for one in value.shape[1:] if isinstance(one, int) and one > 0]
        largest = max(largest, int(np.prod(sizes, dtype=np.int64)) * 4 if sizes else 1)
    return int(max(1, min(LARGEST, _MEMORY // largest)))


@dataclass(frozen=True)
class Batch:
    """Entries prepared for one run."""

    entries: tuple[int, ...]
    array: Array
    """For the main input, an entry a row; (1, ...) of one entry where the batch is fixed."""
    geometry: Mapping[int, inputs.Geometry | None] = field(
        default_factory=dict[int, "inputs.Geometry | None"]
    )
    """By entry, from the picture as it came; none where it was taken as it is."""


@dataclass(frozen=True)
class Preparing:
    """How sources become rows of the main input."""

    target: inputs.Target
    choose: Choose
    """The steps for a source."""

    def one(self, source: inputs.Source) -> inputs.Prepared:
        """One source as the model takes it, as a run of it alone does; raises InputError."""
        source = fitted(source, self.target)
        return inputs.prepare(source, self.choose(source), self.target)

    def together(self, sources: Mapping[int, inputs.Source]) -> tuple[list[Batch], dict[int, str]]:
        """Sources of one size as one array; why each of the others could not be prepared.

        Args:
            sources: by entry.
        """
        failed: dict[int, str] = {}
        groups: dict[Any, list[int]] = {}
        fit = {entry: fitted(source, self.target) for entry, source in sources.items()}
        for entry, source in fit.items():
            key = (source.kind, source.mode, source.array.shape, source.array.dtype.str)
            groups.setdefault(key, []).append(entry)
        made: dict[int, Array] = {}
        placed: dict[int, inputs.Geometry | None] = {}
        for entries in groups.values():
            try:
                arrays = np.stack([fit[entry].array for entry in entries])
                rows = self._stacked(fit[entries[0]], arrays)
            except CutawayError:
                rows = None  # told of each below
            if rows is not None:
                made.update(zip(entries, rows, strict=True))
                if len(groups) == 1:
                    return [Batch(tuple(entries), rows)], failed
                continue
            for entry in entries:
                try:
                    prepared = self.one(fit[entry])
                    made[entry], placed[entry] = prepared.array[0], prepared.geometry
                except CutawayError as problem:
                    failed[entry] = str(problem)
                except Exception as problem:  # noqa: BLE001 - one bad entry is told, not fatal
                    failed[entry] = f"{type(problem).__name__}: {problem}"
        return _by_shape({entry: made[entry] for entry in fit if entry in made}, placed), failed

    def rows(self, sample: inputs.Source, rows: Array) -> Array | None:
        """Rows of one array prepared at once, (N, ...); None where that cannot be.

        Args:
            sample: the first of them.
            rows: (N, ...) all of them.
        """
        fit = fitted(sample, self.target)
        try:
            return self._stacked(fit, rows.reshape(len(rows), *fit.array.shape))
        except CutawayError:
            return None  # one by one it is told of each

    def _stacked(self, sample: inputs.Source, rows: Array) -> Array | None:
        """(N, ...) prepared at once; None where the steps look at more than single pixels."""
        first = as_picture(sample)
        steps = self.choose(sample)
        if first is None:
            return self._arrays(sample, rows, steps)
        layout = next((one for one in steps if one["step"] == "layout"), None)
        if layout is None or not all(_is_pointwise(one, first) for one in steps):
            return None
        order = str(layout["order"])
        if order not in ("NCHW", "NHWC", "NHW", "NF"):
            return None
        count, (height, width) = len(rows), first.array.shape[:2]
        tall = rows.astype(np.float32).reshape(count * height, width, -1)
        state = State(tall, self.target, resolved(self.target, (height, width)))
        for one in steps:
            if one["step"] == "layout":
                state = replace(state, array=_laid_out(state.array, count, height, order))
            elif one["step"] != "resize":
                state = KINDS[one["step"]].apply(state, one)
        return np.ascontiguousarray(state.array)

    def _arrays(self, sample: inputs.Source, rows: Array, steps: Sequence[Step]) -> Array | None:
        """Arrays that are taken as they are."""
        plain = [one for one in steps if one["step"] not in ("decode", "dtype")]
        wanted = len(self.target.shape or ())
        if any(one.get("order") != "given" for one in plain) or not wanted:
            return None
        if sample.array.ndim != wanted - 1:
            return None
        one = inputs.prepare(sample, steps, self.target).array
        return rows.astype(one.dtype) if rows.dtype.kind != "f" or one.dtype.kind == "f" else None


def _is_pointwise(step: Step, first: inputs.Source) -> bool:
    if step["step"] == "resize":
        same = (step["height"], step["width"]) == first.array.shape[:2]
        return same and step["mode"] in ("stretch", "crop", "letterbox", "fit")
    return step["step"] in _POINTWISE or step["step"] == "layout"


def _laid_out(tall: Array, count: int, height: int, order: str) -> Array:
    """(N * H, W, C) in the model's axes, a picture a row."""
    pictures = tall.reshape(count, height, *tall.shape[1:])
    if order == "NF":
        return pictures.reshape(count, -1)
    if order == "NHW":
        return pictures[:, :, :, 0]
    return pictures.transpose(0, *(1 + "HWC".index(letter) for letter in order[1:]))


def _by_shape(
    rows: Mapping[int, Array], placed: Mapping[int, inputs.Geometry | None]
) -> list[Batch]:
    """Rows of one shape together, each group in the order of its entries."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for entry, row in rows.items():
        groups.setdefault(row.shape, []).append(entry)
    return [
        Batch(tuple(entries), np.stack([rows[entry] for entry in entries]), placed)
        for entries in groups.values()
    ]


def fitted(source: inputs.Source, target: inputs.Target) -> inputs.Source:
    """A source whose array has the axes of length 1 that the model's input has.

    A row of (28, 28) numbers is what an input of (N, 28, 28, 1) wants but for one axis; a picture
    stays as it is.
    """
    wanted, array = target.shape, source.array
    if source.kind != "array" or wanted is None or len(wanted) - 1 == array.ndim:
        return source
    lengths = wanted[1:]
    if is_picture(source):
        return source
    if not all(isinstance(n, int) and n > 0 for n in lengths):
        return source
    shape = tuple(n for n in lengths if isinstance(n, int))
    if [n for n in shape if n != 1] != [n for n in array.shape if n != 1]:
        return source
    return replace(source, array=array.reshape(shape))
