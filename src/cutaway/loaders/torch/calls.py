"""One call of a PyTorch operator, as plain data."""
# pyright: standard

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cutaway.graph import Dim


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor among the arguments of a call."""

    value: int
    """Id of the value."""
    shape: tuple[Dim, ...] | None
    dtype: str | None
    stored: bool = False
    """Whether it is a weight, a buffer or a constant."""


@dataclass(frozen=True, slots=True)
class Call:
    """An operator with its arguments by the names of its schema, defaults filled in."""

    op: str
    """Without namespace and overload where those are PyTorch's own: ``conv2d``, ``add``."""
    overload: str
    """Such as ``default`` or ``Tensor``."""
    arguments: Mapping[str, Any]
    """``Tensor``, lists of them (None where one is missing), or plain Python values."""
    writes: tuple[Tensor, ...]
    module: str = ""
    """Dotted path of the module that called it; empty for the outermost."""
    visit: str = ""
    """Tells calls of one module apart from later calls of the same module."""

    def tensor(self, name: str) -> Tensor | None:
        """The tensor of an argument, None where it is no tensor."""
        found = self.arguments.get(name)
        return found if isinstance(found, Tensor) else None

    def tensors(self) -> list[tuple[str, Tensor]]:
        """Every tensor with the name of its argument, in the order of the schema."""
        found: list[tuple[str, Tensor]] = []
        for name, argument in self.arguments.items():
            held: Sequence[Any] = argument if isinstance(argument, list | tuple) else [argument]
            found += [(name, one) for one in held if isinstance(one, Tensor)]
        return found

    def plain(self, name: str, otherwise: Any = None) -> Any:
        """A plain argument; ``otherwise`` where it is missing or None."""
        found = self.arguments.get(name)
        return otherwise if found is None else found

    def shape(self, name: str) -> tuple[Dim, ...] | None:
        """The shape of a tensor argument, None where it is not known."""
        found = self.tensor(name)
        return None if found is None else found.shape
