"""``cutaway explain``: the arithmetic that made one number."""

from __future__ import annotations

from pathlib import Path

from cutaway.cli.telling import opened, print_json
from cutaway.errors import InputError
from cutaway.settings import Options
from cutaway.worker import Model


def print_explanation(
    path: Path, name: str, index: str, fed: Path | None, options: Options, *, as_json: bool
) -> None:
    """Run a model once and print how one number of it came about.

    Raises:
        ModelError: the model cannot be opened.
        InputError: there is no such number, or the input does not fit.
        RunError: the run ended before it.
    """
    place = _index(index)
    with opened(path, options, engine=True) as session:
        model = Model(session, session.get(f"/m/{session.id}/graph").result().json())
        trace = model.run(None if fed is None else str(fed))
        try:
            told = trace.explain(name, place)
        except KeyError as problem:
            raise InputError(str(problem.args[0])) from None
    if as_json:
        print_json(dict(told))
    else:
        print(told)


def _index(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.strip("()[] ").split(",") if part.strip()]
    try:
        return tuple(int(part) for part in parts)
    except ValueError:
        raise InputError(f"an index such as 0,3,4,5 was wanted; got '{text}'") from None
