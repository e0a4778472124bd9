"""``cutaway predict``: a network's answers to many inputs."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any, Final

from cutaway.cli.telling import opened, print_json
from cutaway.errors import InputError
from cutaway.settings import Options
from cutaway.worker.predicting import Predictions, predicted

_SHOWN: Final = 10
_TABLE: Final = 15


def print_predictions(
    path: Path,
    given: list[Path],
    labels: Path | None,
    csv_file: Path | None,
    options: Options,
    *,
    as_json: bool,
) -> None:
    """Predict many inputs and print what came.

    Raises:
        ModelError: the model cannot be opened.
        InputError: there is nothing to feed, or the label file holds no labels.
    """
    for one in given:
        if not one.expanduser().exists():
            raise InputError(
                f"a file or folder of inputs was wanted; there is no '{one}': check the path"
            )
    with opened(path, options, engine=True) as session:
        if labels is not None:
            asked = {"path": str(labels.absolute()), "keep": False}
            session.command("labels", asked).result()
        found = predicted(session, [str(one.expanduser().absolute()) for one in given])
    if csv_file is not None:
        write_csv(found, csv_file)
    if as_json:
        print_json(predictions_document(found))
    elif csv_file is None:
        _print(found)


def predictions_document(found: Predictions) -> dict[str, Any]:
    """The JSON of ``cutaway predict``: see docs/json.md."""
    told = found.document
    confusion = told["confusion"]
    return {
        "count": told["count"],
        "seconds": told["seconds"],
        "batch": told["batch"],
        "accuracy": told["accuracy"],
        "right": told["right"],
        "judged": told["judged"],
        "loss": told["loss"],
        "unmatched": told["unmatched"],
        "confusion": None
        if confusion is None
        else {"classes": confusion["classes"], "counts": confusion["counts"]},
        "wrong": found.wrong,
        "left_out": told["left_out"],
        "predictions": [one._asdict() for one in found],
    }


def write_csv(found: Predictions, path: Path) -> None:
    """Write a row for each input; raises InputError where the file cannot be written."""
    try:
        with path.open("w", newline="", encoding="utf-8") as out:
            rows = csv.writer(out)
            rows.writerow(["name", "predicted", "label", "score", "truth"])
            rows.writerows(found)
    except OSError as problem:
        raise InputError(
            f"'{path}' cannot be written ({problem.strerror}); choose another"
        ) from problem


def _print(found: Predictions) -> None:
    from rich.console import Console

    told = found.document
    out = Console(width=None if sys.stdout.isatty() else 140)
    rate = told["count"] / told["seconds"] if told["seconds"] else 0.0
    words = f"{told['count']:,} inputs in {told['seconds']:.1f} s ({rate:,.0f} a second)"
    out.print(words, highlight=False)
    for note in [*told["notes"], *(f"{one['name']}: {one['why']}" for one in told["left_out"][:5])]:
        out.print(note, highlight=False, markup=False)
    if told["failed"] > 5:
        out.print(f"{told['failed']:,} were left out in all", highlight=False)
    if told["unmatched"]:
        names = ", ".join(told["unmatched"][:10])
        out.print(f"not among the classes: {names}", highlight=False, markup=False)
    if told["accuracy"] is None:
        _print_answers(out, found)
        return
    right = f"{told['right']:,} of {told['judged']:,} right: {told['accuracy']:.2%}"
    out.print(f"[bold]{right}[/]", highlight=False)
    _print_confusion(out, found)
    _print_wrong(out, found)


def _print_answers(out: Any, found: Predictions) -> None:
    if found.document["classes"] is None:
        out.print("the model's answer is no class vector: nothing to count", highlight=False)
        return
    for one in found[: 2 * _SHOWN]:
        out.print(f"{one.name}: {_named(found, one.predicted)}{_score(one)}", highlight=False,
                  markup=False)  # fmt: skip
    if len(found) > 2 * _SHOWN:
        out.print(f"... {len(found):,} in all; --csv or --json writes them", highlight=False)


def _print_confusion(out: Any, found: Predictions) -> None:
    from rich.table import Table

    told = found.document["confusion"]
    if told["shown"] < told["total"] or told["shown"] > _TABLE:
        out.print("most often taken for another:", highlight=False)
        for one in told["worst"][:_SHOWN]:
            pair = f"{_named(found, one['truth'])} taken for {_named(found, one['predicted'])}"
            out.print(f"{one['count']:>6} {pair}", highlight=False, markup=False)
        return
    heads = [str(number) for number in told["classes"]]
    table = Table("truth \\ prediction", *heads, box=None)
    for number, row in zip(told["classes"], told["counts"], strict=True):
        table.add_row(_named(found, number), *(str(one) if one else "·" for one in row))
    out.print(table)


def _print_wrong(out: Any, found: Predictions) -> None:
    wrong = found.wrong[:_SHOWN]
    if wrong:
        out.print("the surest mistakes:", highlight=False)
    for at in wrong:
        one = found[at]
        said = f"{_named(found, one.predicted)}{_score(one)}, is {_named(found, one.truth)}"
        out.print(f"  {one.name}: {said}", highlight=False, markup=False)


def _named(found: Predictions, number: int | None) -> str:
    if number is None:
        return "left out"
    name = found.label(number)
    return f"{number} {name}" if name else str(number)


def _score(one: Any) -> str:
    return "" if one.score is None else f" {one.score:.1%}"
