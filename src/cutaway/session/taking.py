"""What can be taken out of a tensor: files, text, and the line of Python that gets it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from cutaway import pictures
from cutaway.errors import InputError
from cutaway.graph import Value
from cutaway.session.answer import CSV, NPY, NPZ, TEXT, Answer
from cutaway.session.view import View
from cutaway.session.wanted import is_view
from cutaway.trace import Array

MOST_WRITTEN = 1 << 22
"""Elements that are written as text at most."""


def plain(array: Array) -> Array:
    """The tensor in a dtype that NumPy's files hold.

    What NumPy itself lacks (bfloat16, float8, int4) is widened to the next type that holds it
    exactly; objects become text.
    """
    if array.dtype.kind == "V" or not array.dtype.isbuiltin:
        wide = np.int8 if "int" in array.dtype.name else np.float32
        return cast("Array", array.astype(wide))
    return array.astype(np.str_) if array.dtype.kind == "O" else array


def npy(array: Array) -> Answer:
    """A ``.npy`` file that plain NumPy reads."""
    out = io.BytesIO()
    np.save(out, plain(array), allow_pickle=False)
    return Answer(NPY, out.getvalue())


def npz(array: Array, name: str) -> Answer:
    """A compressed ``.npz`` file that holds the tensor by its name."""
    out = io.BytesIO()
    # A slash would make a folder of a member, a dot an ending.
    member = re.sub(r"[^\w:.-]+", "_", name) or "tensor"
    held: dict[str, Any] = {member: plain(array)}
    np.savez_compressed(out, **held)
    return Answer(NPZ, out.getvalue())


def text(array: Array, view: View, query: Mapping[str, str]) -> Answer:
    """The numbers as comma-separated text, each exact in the tensor's own dtype.

    The whole tensor: a matrix row by row; of more axes first the index along all but the last,
    then what lies there, under a line of headings. As it is seen, where the query asks for a view,
    one map (``map``) or tabs (``tabs``): the cells of the sheet.

    Raises:
        InputError: there are too many numbers, or no such map.
    """
    cells: Array | None = None
    if "map" in query:
        cells = one_map(view, query["map"])[0]
    elif is_view(query) or "tabs" in query:
        cells = view.sheet[0]
    size = array.size if cells is None else cells.size
    if size > MOST_WRITTEN:
        raise InputError(
            f"at most {MOST_WRITTEN:,} numbers are written as text; these are {size:,}: take the "
            ".npy file, or one map"
        )
    rows = _whole(array) if cells is None else _lines(cells)
    out = io.StringIO()
    csv.writer(out, delimiter="\t" if "tabs" in query else ",", lineterminator="\n").writerows(rows)
    return Answer(CSV, out.getvalue().encode())


def _lines(matrix: Array) -> Iterator[Sequence[str]]:
    width = matrix.shape[-1]
    for row in matrix:
        yield pictures.texts(row) if width else []


def _whole(array: Array) -> Iterator[Sequence[str]]:
    if array.ndim < 3:
        yield from _lines(np.atleast_2d(array))
        return
    outer = array.shape[:-1]
    yield [*(f"axis {axis}" for axis in range(len(outer))), *map(str, range(array.shape[-1]))]
    for index in np.ndindex(outer):
        yield [*map(str, index), *pictures.texts(array[index])]


def one_map(view: View, asked: str) -> Array:
    """The cells of one slot, ``(planes, rows, columns)``; raises InputError."""
    a = view.arrangement
    if not asked.isdigit() or int(asked) >= a.maps:
        raise InputError(f"there are {a.maps} maps from 0; got map {asked[:40]}: choose one")
    down, across = divmod(int(asked), a.grid[1])
    rows = slice(down * a.rows, (down + 1) * a.rows)
    return view.sheet[:, rows, across * a.columns : (across + 1) * a.columns]


def python(value: Value, model: Path, fed: str | None, query: Mapping[str, str]) -> Answer:
    """The lines of Python that get the same tensor.

    Args:
        value: what is to be got.
        model: its file.
        fed: the path that the run was fed with; None for a synthetic input, or where nothing is
            run.
        query: ``at``, an index such as ``0,3,4,5``, for one number.

    Raises:
        InputError: the index cannot be read.
    """
    name = repr(value.name)
    lines = ["import cutaway", "", f"model = cutaway.open({str(model)!r})"]
    if value.what in ("weight", "constant"):
        lines.append(f"tensor = model.weights[{name}]")
    else:
        lines.append(f"trace = model.run({'' if fed is None else repr(fed)})")
        lines.append(f"tensor = trace[{name}]")
    if "at" in query:
        if not re.fullmatch(r"\d+(,\d+)*|", query["at"], re.ASCII):
            raise InputError(f"at is an index such as 0,3,4,5; got '{query['at'][:40]}'")
        lines.append(f"number = tensor[{query['at'].replace(',', ', ') or '()'}]")
    return Answer(TEXT, ("\n".join(lines) + "\n").encode())
