"""The exact text of cells, as short as reads back to the same number."""

from __future__ import annotations

from typing import Any

import numpy as np

from cutaway.pictures.values import Array, has_numbers

CELLS_PAGE = 32
"""Cells along one side of a page of text."""

_ALWAYS_PLAIN = 6
"""Characters that fit any cell with a number in it: up to here no exponent is written."""

_MOST_DIGITS = 17
"""Significant digits that tell any two float64 apart."""


def texts(block: Array) -> list[str]:
    """The text of every element, row by row.

    Each is the shortest that gives the same element back when read in the tensor's own dtype
    (``0.1``, ``-2.5e-7``, ``-0``, ``nan``, ``-inf``, ``1+2j``, ``True``); up to six characters a
    number is written without an exponent. Text stays as it is; bytes are read as UTF-8.

    Args:
        block: any shape and dtype.
    """
    flat = block.reshape(-1)
    dtype = flat.dtype
    if dtype.kind == "c":
        numbers = iter(texts(np.stack([np.real(flat), np.imag(flat)], axis=-1)))
        return [_complex(real, imaginary) for real, imaginary in zip(numbers, numbers, strict=True)]
    if not has_numbers(dtype):
        return [_word(element) for element in flat.tolist()]
    if dtype.kind in "biu":
        return [str(element) for element in flat.tolist()]
    if dtype.isbuiltin == 1:
        # str of a NumPy float is the shortest that reads back in its own dtype.
        return [_tidy(text) for text in map(str, flat)]
    if "int" in dtype.name:
        return [str(int(element)) for element in flat]
    return [_tidy(_shortest(element)) for element in flat]


def _shortest(element: Any) -> str:
    """The text of a bfloat16, float8 or the like, whose own ``str`` is not the shortest."""
    value = float(element)
    for digits in range(1, _MOST_DIGITS):
        text = f"{value:.{digits}g}"
        if type(element)(float(text)) == element:
            return text
    return str(value)


def _tidy(text: str) -> str:
    """The shorter of ``16777216`` and ``1.6777216e7`` for a decimal number's text."""
    if text.endswith(".0"):
        return text[:-2]
    mantissa, _, exponent = text.partition("e")
    if not exponent:
        if len(text) <= _ALWAYS_PLAIN or "0.000" not in text[:6]:  # an exponent makes none shorter
            return text
        return min(text, _scientific(text), key=len)
    power = int(exponent)
    short = f"{mantissa.removesuffix('.0')}e{power}"
    plain = _plain(mantissa, power)
    return plain if len(plain) <= max(len(short), _ALWAYS_PLAIN) else short


def _plain(mantissa: str, power: int) -> str:
    """``1.5`` and 3 as ``1500``."""
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    fraction = "" if fraction == "0" else fraction
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{whole}{fraction}"
    rest = fraction[power:]
    return f"{sign}{whole}{fraction[:power]:0<{power}}" + (f".{rest}" if rest else "")


def _scientific(text: str) -> str:
    """``0.00012345`` as ``1.2345e-4``; the text itself where that has no leading zeros."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    if not digits.startswith("0."):
        return text
    significant = digits[2:].lstrip("0")
    power = len(significant) - len(digits[2:]) - 1
    return f"{sign}{significant[0]}.{significant[1:]}".rstrip(".") + f"e{power}"


def _complex(real: str, imaginary: str) -> str:
    sign = "" if imaginary.startswith("-") else "+"
    return f"{real}{sign}{imaginary}j"


def _word(element: Any) -> str:
    if isinstance(element, bytes):
        return element.decode("utf-8", errors="backslashreplace")
    return str(element)
