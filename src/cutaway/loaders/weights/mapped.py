"""Arrays that lie in a file as they are, read by mapping it into memory."""
# pyright: standard

from __future__ import annotations

import math
import mmap
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import ml_dtypes
import numpy as np
import numpy.typing as npt

from cutaway.errors import BrokenFile
from cutaway.trace import Array

_RANKS: Final = 32
"""Axes that a tensor has at most; NumPy's own limit is twice that."""


def dtype_named(name: str) -> np.dtype[Any]:
    """NumPy's or ml_dtypes' dtype of that name."""
    try:
        return np.dtype(name)
    except TypeError:
        return np.dtype(getattr(ml_dtypes, name))


def lengths(shape: Any, tensor: str, file: str) -> tuple[int, ...]:
    """A stated shape, if it is one.

    Raises:
        BrokenFile: it is not a list of lengths, or has too many axes.
    """
    fine = isinstance(shape, Sequence) and all(type(one) is int and one >= 0 for one in shape)
    if not fine or isinstance(shape, str) or len(shape) > _RANKS or max(shape, default=0) >> 62:
        raise BrokenFile(
            f"tensor '{short(tensor)}' in {file} has the shape {short(str(shape))}, wanted up to "
            f"{_RANKS} lengths; fetch or save the file again"
        )
    return tuple(shape)


def short(text: str) -> str:
    """A text of a file as it may stand in a sentence."""
    return text if len(text) <= 80 else f"{text[:77]}..."


class Mapped:
    """A file in memory as far as it is looked at; never written to.

    The mapping is made when the first array is asked for.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._bytes: mmap.mmap | None = None

    def array(self, at: int, dtype: npt.DTypeLike, shape: tuple[int, ...]) -> Array:
        """The elements from a byte on, read-only; copied only where they are not aligned.

        Raises:
            BrokenFile: the file has become shorter or cannot be read.
        """
        kind = np.dtype(dtype)
        count = math.prod(shape)
        if count == 0:  # a file of nothing cannot be mapped
            return np.zeros(shape, kind)
        try:
            if self._bytes is None:
                with self._path.open("rb") as file:
                    self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            flat = np.frombuffer(self._bytes, np.uint8, count * kind.itemsize, at)
        except (OSError, ValueError) as problem:
            raise BrokenFile(
                f"{self._path.name} was changed after it was opened ({problem}); open it again"
            ) from problem
        if at % kind.alignment:
            flat = flat.copy()
        return flat.view(kind).reshape(shape)
