"""What a user says when asking for a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Options:
    """What the user said when asking for a model to be opened."""

    trust: bool = False
    """Whether code that the file holds may be run; by default nothing in a file is executed."""
    maker: str | None = None
    """What builds the network that a file holds the weights of, as ``module:name``: a class or a
    function without arguments, of a package or of a Python file's path (``net.py:Net``)."""
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    """Lengths for the axes that the model leaves free, by the input's name; the name is empty
    where the model has one input only."""
