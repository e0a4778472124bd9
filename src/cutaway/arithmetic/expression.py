"""Numbers and sums as people write them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cutaway import pictures
from cutaway.arithmetic.account import Number
from cutaway.arithmetic.bounds import is_float
from cutaway.arithmetic.patch import Array

WHOLE = 6
"""Up to so many terms are all written out."""


def text(number: Number | None, dtype: np.dtype[Any] | None = None) -> str:
    """The shortest text of a number as a dtype holds it; of float64 by default."""
    if number is None:
        return "?"
    if isinstance(number, int) and (dtype is None or not is_float(dtype)):
        return str(bool(number)) if dtype is not None and dtype.kind == "b" else str(number)
    floating = dtype if dtype is not None and is_float(dtype) else np.dtype(np.float64)
    with np.errstate(all="ignore"):
        return pictures.texts(np.array([number]).astype(floating))[0]


def stated(number: float) -> str:
    """The text of an attribute, which is a float32."""
    return text(number, np.dtype(np.float32))


def texts(numbers: Array) -> list[str]:
    """The exact text of every element."""
    return pictures.texts(numbers)


def guarded(word: str) -> str:
    """A number's text as an operand: a negative one in parentheses."""
    return f"({word})" if word.startswith("-") else word


def plus(word: str) -> str:
    """A number's text as something that is added."""
    return f" - {word[1:]}" if word.startswith("-") else f" + {word}"


def elided(
    count: int,
    part: Callable[[Sequence[int]], Sequence[str]],
    joint: str = " + ",
    *,
    padding: int = 0,
) -> str:
    """A long sum or list, its middle left out.

    Args:
        count: terms to choose from.
        part: the texts of some terms.
        joint: what stands between two of them.
        padding: terms beside those, which are padding.
    """
    whole = count <= WHOLE
    words = list(part(range(count) if whole else [0, 1, count - 1]))
    if not whole:
        words.insert(2, "…")
    beside = f", {padding} of them padding" if padding else ""
    told = f" ({count + padding:,} terms{beside})" if padding or not whole else ""
    return f"{joint.join(words)}{told}".lstrip()
