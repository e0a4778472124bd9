"""What recognition looks at: the outputs of one run, and what the model says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
Floats: TypeAlias = npt.NDArray[np.float64]
Whole: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Output:
    """One output of the network."""

    value: int
    """Its value's id."""
    name: str
    array: Array
    """As captured; of a quantized one the numbers that it stands for."""
    kind: str | None = None
    """The ONNX operator that wrote it, passing over those that only move numbers."""
    upstream: frozenset[str] = frozenset()
    """Operators on the last stretch before it."""
    axes: str | None = None
    """One letter an axis where known."""
    item: int = 0
    """Which one of a batch is read."""
    start: int = 0
    """Where ``array`` begins in the tensor that was captured, in row-major order."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of its axes."""
        return self.array.shape

    @property
    def numeric(self) -> bool:
        """Whether it holds real numbers."""
        return self.array.dtype.kind in "biufV" and self.array.dtype.fields is None

    @cached_property
    def one(self) -> Array:
        """The item that is read, without the batch axis: float32 or float64 for numbers."""
        held = self.array[min(self.item, self.shape[0] - 1)]
        return held if held.dtype in (np.float32, np.float64) else held.astype(np.float64)

    @property
    def base(self) -> int:
        """Where that item begins in ``array``, in row-major order."""
        return min(self.item, self.shape[0] - 1) * (self.array.size // max(self.shape[0], 1))


@dataclass(frozen=True)
class Seen:
    """A run's outputs, and what was known of the model before it."""

    outputs: tuple[Output, ...]
    """In the model's order; those that the run kept and that hold something."""
    size: tuple[int, int] | None = None
    """Height and width of the picture that the model got; None where it got none."""
    channels: int | None = None
    """Of that picture."""
    fed: Array | None = None
    """The main input as fed."""
    states: frozenset[int] = frozenset()
    """Values of outputs that are states: what the network carries to the next run."""
    kinds: frozenset[str] = frozenset()
    """Operators anywhere in the network."""
    words: str = ""
    """Names of the file, its inputs and what it says of itself, in small letters."""
    name: str = ""
    """What the file or folder is called."""
    labels: tuple[str, ...] | None = None
    """Class names in use."""
    inputs: int = 1
    """How many inputs the model has."""
    text_in: bool = False
    """Whether the model is fed with tokens."""

    @cached_property
    def by_value(self) -> dict[int, Output]:
        """Outputs by value id."""
        return {output.value: output for output in self.outputs}


@dataclass(frozen=True, slots=True)
class Guess:
    """One way in which outputs may be read."""

    kind: str
    """As ``session.reading_documents.ReadingKind``."""
    title: str
    why: str
    """What it was recognized by, in one sentence."""
    values: tuple[int, ...]
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    stated: bool = False
    """Whether the file itself says so."""
