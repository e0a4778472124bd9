"""Class names: from a text, JSON or CSV file, from beside the model, or built in."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from cutaway.errors import InputError

BUILTIN: Final[dict[str, tuple[str, ...]]] = {
    "fashion-mnist": (
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
        "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ),
    "mnist": ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
    "cifar-10": (
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ),
}  # fmt: skip
"""Short lists of class names by the name of the data set."""

LISTS: Final = ("imagenet", "coco", "coco-91", "pascal-voc")
"""Longer lists, each in a file of ``lists/``; the last two begin with a background."""

ENDINGS: Final = (".labels.txt", ".labels.json", ".labels.csv")
"""What is looked for beside a model, the first of these first."""

MOST_BYTES: Final = 16 << 20
"""A larger file is no list of labels."""

_COLUMNS: Final = ("label", "labels", "name", "display_name", "class", "class_name")
"""Headings of the column of names, the first of these first; else it is the last column."""


def load(source: Path | bytes, name: str) -> list[str]:
    """Class names by class number.

    Text has one a line; JSON is a list, or an object from number to name; CSV has them in the
    last column, or in one headed ``label``, ``name``, ``display_name`` or ``class``.

    Args:
        source: the file, or its bytes.
        name: its name: the ending says which of the three it is.

    Raises:
        InputError: it cannot be read, is no text, or holds no labels.
    """
    text = _text(source, name)
    ending = Path(name).suffix.lower()
    if ending == ".json":
        labels = _of_json(text, name)
    elif ending == ".csv":
        labels = _of_csv(text, name)
    else:
        labels = [line.strip() for line in text.splitlines()]
        while labels and not labels[-1]:
            labels.pop()
    if not labels:
        raise InputError(f"wanted class names, one a line, '{name}' holds none; fill it")
    return labels


def builtin_names() -> tuple[str, ...]:
    """The names of all lists that are built in."""
    return (*BUILTIN, *LISTS)


def builtin(name: str) -> tuple[str, ...]:
    """The class names of a well-known data set, by class number.

    Raises:
        InputError: none of that name is built in.
    """
    if name in BUILTIN:
        return BUILTIN[name]
    if name in LISTS:
        return _listed(name)
    raise InputError(
        f"no labels called '{name}' are built in, there are {', '.join(builtin_names())}; "
        "load a file of labels"
    )


@cache
def _listed(name: str) -> tuple[str, ...]:
    file = Path(__file__).parent / "lists" / f"{name}.txt"
    return tuple(load(file, file.name))


def beside(model: Path) -> Path | None:
    """The label file that lies beside a model: ``alexnet.labels.txt`` for ``alexnet.h5``."""
    for stem in (model.stem, model.name):
        for ending in ENDINGS:
            found = model.with_name(stem + ending)
            if found.is_file():
                return found
    return None


def _text(source: Path | bytes, name: str) -> str:
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
        else:
            content = source
    except OSError as problem:
        raise InputError(
            f"wanted a file of class names, '{source}' cannot be read "
            f"({problem.strerror or problem}); check the path"
        ) from problem
    if len(content) > MOST_BYTES:
        raise InputError(
            f"wanted a file of class names of at most {MOST_BYTES:,} bytes, '{name}' is larger; "
            "choose a text, JSON or CSV file"
        )
    try:
        return _decoded(content)
    except UnicodeDecodeError as problem:
        raise InputError(
            f"wanted class names as UTF-8 text, '{name}' is not (byte {problem.start}); "
            "save it as UTF-8"
        ) from problem


def _decoded(content: bytes) -> str:
    # Windows' editors mark UTF-16 by its first two bytes, and UTF-8 by three.
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = content.decode("utf-16" if wide else "utf-8-sig")
    if "\0" in text:
        raise UnicodeDecodeError("utf-8", content, content.find(b"\0"), 1, "a zero byte")
    return text


def _of_json(text: str, name: str) -> list[str]:
    wanted = f"wanted a JSON list of class names or an object from class number to name, '{name}'"
    try:
        found: Any = json.loads(text)
    except ValueError as problem:
        raise InputError(f"{wanted} is no JSON ({problem}); mend it") from problem
    if isinstance(found, list):
        entries = cast("list[Any]", found)
        if all(isinstance(one, str | int | float) for one in entries):
            return [str(one) for one in entries]
    if isinstance(found, dict):
        return _of_numbers(cast("dict[str, Any]", found), wanted)
    raise InputError(f"{wanted} holds something else ({text.strip()[:20]}...); mend it")


def _of_numbers(named: dict[str, Any], wanted: str) -> list[str]:
    """Names by number; ImageNet's pairs of id and name give the name; gaps are empty."""
    labels: dict[int, str] = {}
    for number, label in named.items():
        if not number.isdecimal() or int(number) > 1_000_000:
            raise InputError(f"{wanted} has the key '{number}', which is no class number; mend it")
        if isinstance(label, list):
            label = cast("list[Any]", label or [None])[-1]  # noqa: PLW2901 - the name itself
        if not isinstance(label, str):
            raise InputError(f"{wanted} has no name for class {number}; mend it")
        labels[int(number)] = label
    return [labels.get(number, "") for number in range(max(labels, default=-1) + 1)]


def _of_csv(text: str, name: str) -> list[str]:
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline="")) if any(row)]
    except csv.Error as problem:
        raise InputError(
            f"wanted a CSV file of class names, '{name}' is none ({problem})"
        ) from problem
    if not rows:
        return []
    heading = [cell.strip().lower() for cell in rows[0]]
    known = [word for word in _COLUMNS if word in heading]
    column = heading.index(known[0]) if known else -1
    body = rows[1:] if known else rows
    if any(len(row) <= max(column, 0) for row in body):
        raise InputError(f"wanted a name in every row of '{name}', some rows are shorter; mend it")
    return [row[column].strip() for row in body]
