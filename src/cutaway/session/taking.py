"""What can be taken out of a tensor: files, text, and the line of Python that gets it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    one map (``map``), some of the sheet's cells (``cells``) or tabs (``tabs``): the cells of the
    sheet, empty where no element lies, the planes of a picture one below another.

    Raises:
        InputError: there are too many numbers, or no such map or cells.
    """
    seen = is_view(query) or not query.keys().isdisjoint(("map", "cells", "tabs"))
    part = _part(view, query) if seen else None
    size = array.size if part is None else part.size(view.arrangement.planes)
    if size > MOST_WRITTEN:
        raise InputError(
            f"at most {MOST_WRITTEN:,} numbers are written as text; these are {size:,}: take the "
            ".npy file, or one map"
        )
    rows = _whole(array) if part is None else _cells(view, part)
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


@dataclass(frozen=True, slots=True)
class _Part:
    """A rectangle of a sheet's cells."""

    rows: range
    columns: range

    def size(self, planes: int) -> int:
        return len(self.rows) * len(self.columns) * planes


def _part(view: View, query: Mapping[str, str]) -> _Part:
    a = view.arrangement
    if "map" in query:
        return _of_map(a, query["map"])
    height, width = a.grid[0] * a.rows, a.grid[1] * a.columns
    if "cells" not in query:
        return _Part(range(height), range(width))
    if not re.fullmatch(r"\d+:\d+,\d+:\d+", query["cells"], re.ASCII):
        raise InputError(
            "cells are rows and columns of the sheet such as 0:4,2:9, ends left out; got "
            f"'{query['cells'][:40]}'"
        )
    top, bottom, left, right = map(int, re.findall(r"\d+", query["cells"]))
    if not (top < bottom <= height and left < right <= width):
        raise InputError(
            f"the sheet has {height} rows and {width} columns of cells; got '{query['cells'][:40]}'"
        )
    return _Part(range(top, bottom), range(left, right))


def _cells(view: View, part: _Part) -> Iterator[Sequence[str]]:
    a = view.arrangement
    for plane in view.sheet:
        for row in part.rows:
            found = pictures.texts(plane[row, part.columns.start : part.columns.stop])
            yield [
                words if _is_cell(a, row, column) else ""
                for column, words in zip(part.columns, found, strict=True)
            ]


def _is_cell(a: pictures.Arrangement, row: int, column: int) -> bool:
    """Whether an element lies there: the last maps of a grid and cells of a vector may be short."""
    if a.strip:
        return row * a.columns + column < a.cells
    return row // a.rows * a.grid[1] + column // a.columns < a.maps


def _of_map(a: pictures.Arrangement, asked: str) -> _Part:
    if not asked.isdigit() or int(asked) >= a.maps:
        raise InputError(f"there are {a.maps} maps from 0; got map {asked[:40]}: choose one")
    down, across = divmod(int(asked), a.grid[1])
    return _Part(
        range(down * a.rows, (down + 1) * a.rows),
        range(across * a.columns, (across + 1) * a.columns),
    )


def one_map(view: View, asked: str) -> Array:
    """The cells of one slot, ``(planes, rows, columns)``; raises InputError."""
    part = _of_map(view.arrangement, asked)
    rows, columns = part.rows, part.columns
    return view.sheet[:, rows.start : rows.stop, columns.start : columns.stop]


def python(value: Value, model: Path, asked: Mapping[str, Any], query: Mapping[str, str]) -> Answer:
    """The lines of Python that get the same tensor.

    Args:
        value: what is to be got.
        model: its file.
        asked: ``input`` and ``preparation`` as the run was asked for; empty where nothing is run.
        query: ``at``, an index such as ``0,3,4,5``, for one number.

    Raises:
        InputError: the index cannot be read.
    """
    name = repr(value.name)
    live = not model.exists()
    opened = f"module)  # the live {model.name}" if live else f"{str(model)!r})"
    lines = ["import cutaway", "", f"model = cutaway.open({opened}"]
    if value.what in ("weight", "constant"):
        lines.append(f"tensor = model.weights[{name}]")
    else:
        lines += _run(asked.get("input") or {}, asked.get("preparation"))
        lines.append(f"tensor = trace[{name}]")
    if "at" in query:
        if not re.fullmatch(r"\d+(,\d+)*|", query["at"], re.ASCII):
            raise InputError(f"at is an index such as 0,3,4,5; got '{query['at'][:40]}'")
        lines.append(f"number = tensor[{query['at'].replace(',', ', ') or '()'}]")
    return Answer(TEXT, ("\n".join(lines) + "\n").encode())


_REASONS = ("guessed", "why")
"""What a step of the preparation says of itself, and needs not."""


def _run(
    fed: Mapping[str, Any], preparation: Sequence[Mapping[str, Any]] | str | None
) -> Iterator[str]:
    """The lines that run the model as it was run."""
    arguments: list[str] = []
    if "path" in fed:
        arguments.append(repr(fed["path"]))
    elif not fed.get("synthetic") and "text" not in fed and "name" in fed:
        yield f"# The page was given {fed['name']!r} without its path: put that here."
        arguments.append(repr(fed["name"]))
    if isinstance(fed.get("synthetic"), str):
        arguments.append(repr(f"synthetic:{fed['synthetic']}"))
    if "text" in fed:
        arguments.append(f"text={fed['text']!r}")
    if fed.get("frame"):
        arguments.append(f"frame={fed['frame']}")
    if isinstance(preparation, str) and arguments:
        arguments.append(f"preparation={preparation!r}")
    elif preparation and not isinstance(preparation, str) and arguments:
        steps = [{k: step[k] for k in step if k not in _REASONS} for step in preparation]
        arguments.append(f"preparation={steps!r}")
    yield f"trace = model.run({', '.join(arguments)})"
