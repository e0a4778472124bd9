"""``cutaway statistics``: what a tensor holds, in numbers."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cutaway.cli.telling import number, opened, print_json
from cutaway.errors import InputError
from cutaway.pictures import Flag
from cutaway.settings import Options
from cutaway.worker import Model
from cutaway.worker.questions import of_weight

_TOLD = ("name", "shape", "dtype", "size", "min", "max", "mean", "std", "zeros", "nan", "inf")
_FLAGS = (("dead", Flag.DEAD), ("constant", Flag.CONSTANT), ("saturated", Flag.SATURATED))


def print_statistics(
    path: Path, name: str, fed: Path | None, options: Options, *, as_json: bool
) -> None:
    """Print what a weight holds, or after one run what a tensor does.

    Raises:
        ModelError: the model cannot be opened.
        InputError: there is no such tensor, or the input does not fit.
        RunError: the run ended before it.
    """
    with opened(path, options, engine=True) as session:
        model = Model(session, session.get(f"/m/{session.id}/graph").result().json())
        held, maps = of_weight(model, name) or _of_run(model, name, fed)
    document = statistics_document(held, maps)
    if as_json:
        print_json(document)
    else:
        _print(document)


def _of_run(
    model: Model, name: str, fed: Path | None
) -> tuple[Mapping[str, Any], Mapping[str, np.ndarray[Any, Any]]]:
    trace = model.run(None if fed is None else str(fed))
    try:
        return trace.statistics(name), trace.channels(name)
    except KeyError as problem:
        raise InputError(str(problem.args[0])) from None


def statistics_document(
    held: Mapping[str, Any], maps: Mapping[str, np.ndarray[Any, Any]]
) -> dict[str, Any]:
    """The JSON of ``cutaway statistics``: see docs/json.md.

    Args:
        held: the StatsDoc.
        maps: columns as ``Trace.channels`` gives them.
    """
    order = held["arrangement"]["order"]
    rows = [
        {
            "channel": slot if order is None else order[slot],
            **{key: _finite(maps[key][slot]) for key in ("min", "max", "mean", "std")},
            **{key: int(maps[key][slot]) for key in ("size", "zeros", "nan", "inf")},
            **{word: bool(maps["flags"][slot] & flag) for word, flag in _FLAGS},
        }
        for slot in range(len(maps["min"]))
    ]
    told = {key: held[key] for key in _TOLD}
    return {
        **told,
        "percentiles": held["percentiles"],
        "histogram": held["histogram"],
        "octaves": held["octaves"],
        "channels": rows,
    }


def _finite(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def _print(document: Mapping[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    out = Console(width=None if sys.stdout.isatty() else 140)
    shape = "x".join(map(str, document["shape"])) or "scalar"
    out.print(f"{document['name']}: {shape} {document['dtype']}", highlight=False, markup=False)
    for word in ("min", "max", "mean", "std", "zeros", "nan", "inf"):
        out.print(f"{word:>8} {number(document[word])}", highlight=False)
    pairs: list[tuple[float, float]] = document["percentiles"] or []
    for percent, value in pairs:
        out.print(f"{percent:>7g}% {number(value)}", highlight=False)
    table = Table("channel", "min", "max", "mean", "std", "zeros", "nan", "inf", "", box=None)
    for row in document["channels"]:
        words = ", ".join(word for word, _ in _FLAGS if row[word])
        numbers = [number(row[key]) for key in ("min", "max", "mean", "std")]
        counts = [str(row[key]) for key in ("zeros", "nan", "inf")]
        table.add_row(str(row["channel"]), *numbers, *counts, words)
    out.print(table)
