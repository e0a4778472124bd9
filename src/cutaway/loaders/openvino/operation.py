"""One operation of OpenVINO as its meaning is told from, and that meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from cutaway.graph import Dim
from cutaway.trace import Array


@dataclass(frozen=True)
class Operation:
    """One operation as the file has it."""

    op: str
    """Such as ``Convolution``."""
    attributes: Mapping[str, Any]
    shapes: Sequence[tuple[Dim, ...] | None]
    """Of what it reads."""
    dtypes: Sequence[str | None]
    """Of what it reads."""
    written: Sequence[tuple[Dim, ...] | None]
    """Shapes of what it writes."""
    held: Sequence[bool]
    """Whether the file holds what it reads."""
    constant: Callable[[int], Array | None]
    """The numbers of a small input that the file holds; None of all else."""

    def rank(self, read: int) -> int | None:
        """Number of axes of an input."""
        shape = self.shapes[read] if read < len(self.shapes) else None
        return None if shape is None else len(shape)

    def lengths(self, read: int) -> list[int] | None:
        """The shape of an input where all of it is known."""
        return known(self.shapes[read] if read < len(self.shapes) else None)

    def spatial(self, read: int) -> list[int] | None:
        """The lengths after batch and channels where all are known."""
        shape = self.shapes[read] if read < len(self.shapes) else None
        return None if shape is None else known(shape[2:])

    def integers(self, read: int) -> list[int] | None:
        """A small constant as integers, row-major."""
        found = self.constant(read) if read < len(self.shapes) else None
        return None if found is None else [int(number) for number in found.reshape(-1)]

    def number(self, read: int) -> float | None:
        """A constant of one number."""
        found = self.constant(read) if read < len(self.shapes) else None
        return float(found.reshape(-1)[0]) if found is not None and found.size == 1 else None

    def list(self, name: str, default: Sequence[int] = ()) -> list[int]:
        """An attribute that is a list of integers."""
        return [int(number) for number in self.attributes.get(name) or default]


View: TypeAlias = tuple[str, ...]
"""How an operation reads a weight otherwise than it lies there; see ``viewed``."""


@dataclass(frozen=True)
class Told:
    """What an operation means."""

    kind: str | None
    kind_attributes: dict[str, Any] = field(default_factory=dict[str, Any])
    roles: tuple[str, ...] = ("data",)
    """By position of the input; the last one is that of all further inputs."""
    family: str | None = None
    views: Mapping[int, View] = field(default_factory=dict[int, View])
    """By position, the weights that are read in another shape, so that ONNX's terms fit."""


GROUPED: View = ("grouped",)
"""Its first two axes are one."""
TURNED: View = ("turned",)
"""Its last two axes are swapped."""
CHANNELS: View = ("channels",)
"""One number a channel, followed by axes of length 1: the view's second word says how many."""


def viewed(shape: Sequence[Any], view: View) -> tuple[Any, ...]:
    """The shape of a weight in a view."""
    if view == GROUPED:
        return (shape[0] * shape[1], *shape[2:])
    if view == TURNED:
        return (*shape[:-2], shape[-1], shape[-2])
    return (*shape, *(1,) * int(view[1]))


def seen(array: Array, view: View) -> Array:
    """The numbers of a weight in a view, without copying them."""
    if view == TURNED:
        return array.swapaxes(-1, -2)
    return array.reshape(viewed(array.shape, view))


def known(shape: Sequence[Dim] | None) -> list[int] | None:
    """A shape whose axes are all known, as a list; else None."""
    if shape is None:
        return None
    lengths = [length for length in shape if isinstance(length, int)]
    return lengths if len(lengths) == len(shape) else None
