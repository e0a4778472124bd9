"""What a loader is: it recognizes a file and opens it as a Model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from cutaway.graph import Graph
from cutaway.settings import Options
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
    """What the file states of its input, see ``cutaway.inputs.Target.hints``."""
    home: Path | None = None
    """The model's own file or folder, where it was found in an archive or a folder: what belongs
    to it, such as a tokenizer, lies beside it."""


Report: TypeAlias = Callable[[str], None]
"""Called with a short sentence on what is being done (``reading weights``)."""


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


class LiveLoader(Loader, Protocol):
    """A format whose networks may also be live objects of the user's own process."""

    def match_object(self, thing: object) -> bool:
        """Whether it is such a network; no framework is imported to find out."""
        ...

    def open_object(self, thing: Any, example: Any, report: Report, options: Options) -> Model:
        """The model of an object, which is left exactly as it is found.

        Args:
            thing: the object.
            example: what it is called with, as its framework takes it; None for a guess.
            report: told what is being done.
            options: what the user said.

        Raises:
            ModelError: one of its kinds, in one sentence.
            InputError: nothing was given, and what goes in cannot be guessed.
        """
        ...


class TensorLoader(Loader, Protocol):
    """A format that also keeps single tensors in files of their own."""

    def read_tensor(self, content: bytes) -> Array:
        """The tensor of such a file.

        Args:
            content: all bytes of the file, which was recognized by whoever asks.

        Raises:
            ValueError: it is broken, said in a few words.
        """
        ...
