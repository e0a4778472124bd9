"""What a loader is: it recognizes a file and opens it as a Model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from cutaway.graph import Graph
from cutaway.trace import Array, Runner


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file says of itself."""

    format: str
    """Such as ``ONNX`` or ``Keras``."""
    producer: str | None
    """Tool and version that wrote the file, None where it does not say."""
    bytes: int
    """Size on disk, external data included."""
    parameters: int
    """Number of trained numbers (elements of weights)."""
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    """Free words of the file: metadata properties, opset, versions."""


@dataclass(frozen=True)
class Model:
    """An opened file or live object."""

    name: str
    """The file's name."""
    facts: Facts
    graph: Graph
    weight: Callable[[int], Array]
    """The array of a weight or constant by value id; raises UnknownKey. Memory-mapped or
    shared with the engine where possible; never written to."""
    start: Callable[[], Runner]
    """Starts the engine; called once, after the structure has been shown."""
    labels: tuple[str, ...] | None = None
    """Class names that the file itself carries."""
    hints: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the file states of its input: ``range`` [low, high], ``mean``, ``std``, ``colour``."""


Report: TypeAlias = Callable[[str], None]
"""Called with a short sentence on what is being done (``reading weights``)."""


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


class Loader(Protocol):
    """One format."""

    name: str
    """Short name, as listed in messages: ``onnx``."""

    def match(self, path: Path, head: bytes) -> bool:
        """Whether the file is of this format, judged by content.

        Args:
            path: the file or folder.
            head: its first 4,096 bytes, empty for a folder.
        """
        ...

    def open(self, path: Path, report: Report, options: Options) -> Model:
        """The model, nothing in it executed unless ``options.trust`` is set.

        Raises:
            ModelError: one of its kinds, in one sentence.
        """
        ...
