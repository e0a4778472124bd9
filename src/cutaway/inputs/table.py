"""Text: a table of numbers as an array, any other as the words that it holds."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt

from cutaway.errors import InputError
from cutaway.inputs.source import Source
from cutaway.inputs.target import Target, free

_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")

MOST_TEXT: Final = 16 << 20
"""Bytes of words that are taken at most."""

MOST_TABLE: Final = 512 << 20
"""Bytes of a table that are taken at most."""

_DELIMITERS: Final = (";", "\t", ",", None)
"""In this order, because commas may be decimal signs; None is any blank."""

_ENDS: Final = (".csv", ".tsv")


def is_text(head: bytes, *, whole: bool) -> bool:
    """Whether a file's first bytes are text: UTF-8, or UTF-16 with its mark.

    Args:
        head: the first bytes.
        whole: whether they are the whole file.
    """
    if head.startswith(_UTF16):
        return len(head) > 2 and head[2:4] != b"\0\0"
    if _CONTROL.search(head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as problem:
        # A letter may be cut through at the end of what was looked at; and old tables are Latin-1.
        return (not whole and problem.start > len(head) - 4) or _mostly_plain(head)
    return True


def _mostly_plain(head: bytes) -> bool:
    return sum(0x20 <= byte < 0x7F or byte in (9, 10, 13) for byte in head) > 0.9 * len(head)


def read(file: BinaryIO, size: int, name: str) -> Source:
    """The table or the words of a text file.

    Args:
        file: at its beginning.
        size: its bytes.
        name: what to call it in messages; a name that ends as a table's must be one.

    Raises:
        InputError: it is too large, or called a table and holds words.
    """
    if size > MOST_TABLE:
        raise InputError(
            f"wanted text of at most {MOST_TABLE:,} bytes, '{name}' has {size:,}; save a table of "
            "this size as .npy"
        )
    return of_text(_decoded(file.read()), name)


def of_text(text: str, name: str) -> Source:
    """The table or the words that somebody wrote; raises InputError as ``read`` does."""
    if _is_numeric(text) or name.lower().endswith(_ENDS):
        array, said = _array(text, name)
        written = text if len(text) <= MOST_TEXT else ""
        return Source(name, "array", array, None, None, None, said, text=written)
    return words(text, name)


def words(text: str, name: str) -> Source:
    """Words as they are; raises InputError where they are none, or too many."""
    if not text.strip():
        raise InputError(f"wanted words, '{name}' holds none; write some")
    if len(text) > MOST_TEXT:
        raise InputError(
            f"wanted text of at most {MOST_TEXT:,} letters, '{name}' has {len(text):,}; shorten it"
        )
    said = f"text, {len(text.split()):,} words, {len(text):,} letters"
    return Source(name, "text", np.empty(0, np.uint8), None, None, None, said, text=text)


def laid(source: Source, target: Target) -> Source:
    """A table in the shape that an input wants, where it has as many numbers; else as it is.

    A table has two axes, whatever the array had that was written.
    """
    shape, array = target.shape, source.array
    if source.kind != "array" or source.text is None or shape is None:
        return source
    wanted = [1 if free(length) and place == 0 else length for place, length in enumerate(shape)]
    if any(free(length) for length in wanted) or list(array.shape) in (wanted, wanted[1:]):
        return source
    lengths = [int(length or 0) for length in wanted]
    if int(np.prod(lengths)) != array.size:
        return source
    said = f"{source.description}, read row by row as {tuple(lengths)}"
    return replace(source, array=array.reshape(lengths), description=said)


def _decoded(content: bytes) -> str:
    if content.startswith(_UTF16):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _lines(text: str, most: int) -> list[str]:
    """The first lines that hold something."""
    found: list[str] = []
    for line in io.StringIO(text):
        if line.strip() and not line.startswith("#"):
            found.append(line.strip("\r\n"))
            if len(found) == most:
                break
    return found


def _is_numeric(text: str) -> bool:
    """Whether the first two lines, or the second below a heading, are numbers, and several."""
    first = _lines(text, 3)
    if not first:
        return False
    delimiter = _delimiter(first)
    rows = [_cells(line, delimiter) for line in first]
    body = rows[1:] if len(rows) > 1 and not all(map(_is_number, rows[0])) else rows
    several = len(rows) > 1 or len(rows[0]) > 1
    heading = len(rows[0]) == len(body[0]) if body else False
    return several and heading and all(all(map(_is_number, row)) for row in body)


def _delimiter(lines: list[str]) -> str | None:
    # A heading may hold any sign: it is asked last.
    for part in ("".join(lines[1:]), lines[0]):
        found = next((one for one in _DELIMITERS if one is not None and one in part), None)
        if found is not None:
            return found
    return None


def _cells(line: str, delimiter: str | None) -> list[str]:
    return [cell.strip().strip('"').strip() for cell in line.split(delimiter)]


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return "_" not in cell


def _array(text: str, name: str) -> tuple[npt.NDArray[Any], str]:
    first = _lines(text, 3)
    if not first:
        raise InputError(f"wanted a table of numbers, '{name}' is empty; fill it")
    delimiter = _delimiter(first)
    headed = not all(map(_is_number, _cells(first[0], delimiter)))
    if headed and len(first) == 1:
        raise InputError(
            f"wanted a table of numbers, '{name}' has one line of words ({first[0][:40]!r}); "
            "write numbers below it"
        )
    plain = text
    if delimiter in (";", "\t"):
        plain = text.replace(",", ".")  # decimal commas
    try:
        array = np.loadtxt(
            io.StringIO(plain), delimiter=delimiter, skiprows=_skipped(plain, headed=headed),
            ndmin=2, quotechar='"',
        )  # fmt: skip
    except (ValueError, OverflowError) as problem:
        raise InputError(_misfit(plain, name, delimiter, headed=headed)) from problem
    separated = {";": "semicolons", "\t": "tabs", ",": "commas", None: "blanks"}[delimiter]
    said = f"table, {array.shape[0]:,} x {array.shape[1]:,} numbers between {separated}"
    return _narrow(array), said + (", below a line of headings" if headed else "")


def _skipped(text: str, *, headed: bool) -> int:
    """Lines before the numbers: up to and with the heading."""
    if not headed:
        return 0
    for count, line in enumerate(io.StringIO(text), 1):
        if line.strip() and not line.startswith("#"):
            return count
    return 0


def _narrow(array: npt.NDArray[np.float64]) -> npt.NDArray[Any]:
    """Bytes where all numbers are, so that a table may be a picture; else integers, or as it is."""
    if array.size == 0 or not np.isfinite(array).all() or not (array == np.rint(array)).all():
        return array
    low, high = float(array.min()), float(array.max())
    if low >= 0 and high <= 255:
        return array.astype(np.uint8)
    return array.astype(np.int64) if max(-low, high) < 2**53 else array


def _misfit(text: str, name: str, delimiter: str | None, *, headed: bool) -> str:
    """The sentence for a table that is none: where the first cell is that is no number."""
    columns, begun = 0, not headed
    for row, line in enumerate(io.StringIO(text), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if not begun:
            begun = True
            continue
        cells = _cells(line, delimiter)
        for column, cell in enumerate(cells, 1):
            if not _is_number(cell):
                what = f"{cell[:40]!r}" if cell else "nothing"
                return (
                    f"wanted a table of numbers, '{name}' has {what} in line {row}, column "
                    f"{column}; leave out or replace what is no number"
                )
        columns = columns or len(cells)
        if len(cells) != columns:
            return (
                f"wanted a table with {columns} columns, line {row} of '{name}' has {len(cells)}; "
                "make all lines alike"
            )
    return f"wanted a table of numbers, '{name}' cannot be read as one; save it as .npy"
