"""``cutaway compare``: a run held against tensors from elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cutaway.cli.telling import number, opened, print_json
from cutaway.errors import InputError
from cutaway.settings import Options
from cutaway.worker import Model


def print_comparison(
    path: Path,
    reference: Path,
    fed: Path | None,
    name: str | None,
    tolerance: tuple[float | None, float | None],
    options: Options,
    *,
    as_json: bool,
) -> bool:
    """Run a model once and print how far it is from a reference; whether all of it passes.

    Raises:
        ModelError: the model cannot be opened.
        InputError: the reference cannot be read, or the input does not fit.
        RunError: the run ended before anything was captured.
    """
    with opened(path, options, engine=True) as session:
        model = Model(session, session.get(f"/m/{session.id}/graph").result().json())
        trace = model.run(None if fed is None else str(fed))
        absolute, relative = tolerance
        try:
            told = trace.compare(reference, name=name, absolute=absolute, relative=relative)
        except KeyError as problem:
            raise InputError(str(problem.args[0])) from None
    if as_json:
        print_json(dict(told))
    else:
        _print(told)
    if trace.info["state"] != "done":
        # What was kept may agree: the run does not.
        print(f"the run ended early: {trace.info['message']}", file=sys.stderr)
        return False
    return told.passes


def _print(told: Mapping[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    out = Console(width=None if sys.stdout.isatty() else 140)
    table = Table("tensor", "absolute", "relative", "at", "", box=None)
    for row in told["rows"]:
        at = "" if row["at"] is None else ", ".join(map(str, row["at"]))
        word = "ok" if row["passes"] else "differs"
        note = f"{word}; {row['reason']}" if row["reason"] else word
        far = (number(row["max_absolute"]), number(row["max_relative"]))
        table.add_row(row["name"], *far, at, note)
    out.print(table)
    if told["unmatched"]:
        names = ", ".join(told["unmatched"][:10])
        out.print(f"not in this run: {names}", highlight=False, markup=False)
    by_value = {row["value"]: row["name"] for row in told["rows"]}
    first = told["first"]
    words = "all within the tolerance" if first is None else f"first to differ: {by_value[first]}"
    out.print(words, highlight=False, markup=False)
