"""Commands that print: what a model is, and what one run of it gives."""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from cutaway.cli.wishes import Answers
from cutaway.settings import Options
from cutaway.worker import RemoteSession
from cutaway.worker.face import told_preparation

Document = Mapping[str, Any]


def print_info(path: Path, options: Options, *, as_json: bool) -> None:
    """Print what a model is; raises ModelError."""
    with opened(path, options, engine=False) as session:
        graph = session.get(f"/m/{session.id}/graph").result().json()
    if as_json:
        print_json(info_document(graph))
    else:
        _print_info(graph)


def print_run(
    path: Path,
    fed: dict[str, Any],
    answers: Answers,
    preprocess: str | None,
    top: int,
    options: Options,
    *,
    as_json: bool,
) -> None:
    """Run a model once and print what came; raises ModelError, InputError or RunError."""
    from cutaway.cli.reading import reading_documents, wish
    from cutaway.errors import InputError, RunError

    wanted = wish(answers.read)
    with opened(path, options, engine=True) as session:
        if answers.labels is not None or answers.shift is not None:
            _labelled(session, answers)
        steps = told_preparation(preprocess)
        number = session.run({"input": fed, "preparation": steps})
        info = session.get(f"/t/{number}/info").result().json()
        if info["state"] != "done" and not info["kept"]:
            raise (RunError if info["input"] else InputError)(info["message"])
        graph = session.get(f"/m/{session.id}/graph").result().json()
        statistics = {
            one["value"]: one for one in session.get(f"/t/{number}/statistics").result().json()
        }
        readings = info["readings"]
        if wanted is not None and info["state"] == "done":
            asked = {"reading": wanted, "trace": number, "keep": False}
            readings = session.command("reading", asked).result().json()["readings"]
        contents = [
            session.get(f"/t/{number}/reading/{one['id']}").result().json() for one in readings
        ]
    document = run_document(graph, info, statistics, top)
    document["readings"] = reading_documents(graph, readings, contents, top)
    if as_json:
        print_json(document)
    else:
        _print_run(graph, info, document)
    if info["state"] == "failed":
        raise RunError(info["message"])


def _labelled(session: RemoteSession, answers: Answers) -> None:
    """Class names for this run alone; where the list does not fit, that is said."""
    asked = {**answers.naming(), "keep": False}
    told = session.command("labels", asked).result().json()
    said = told["misfit"]
    if told["shift"] is not None:
        said = f"{told['shift']['words']} (--shift-labels {told['shift']['by']})"
    if said:
        print(f"cutaway: {said}", file=sys.stderr)


def info_document(graph: Document) -> dict[str, Any]:
    """The JSON of ``cutaway info``: see docs/json.md."""
    values = graph["values"]

    def told(i: int) -> dict[str, Any]:
        return {key: values[i][key] for key in ("name", "shape", "dtype")}

    return {
        "format": graph["format"],
        "producer": graph["producer"],
        "parameters": graph["parameters"],
        "bytes": graph["bytes"],
        "inputs": [told(i) for i in graph["inputs"]],
        "outputs": [told(i) for i in graph["outputs"]],
        "nodes": [{key: n[key] for key in ("name", "op", "scope")} for n in graph["nodes"]],
    }


def run_document(
    graph: Document, info: Document, statistics: Mapping[int, Document], top: int
) -> dict[str, Any]:
    """The JSON of ``cutaway run``: see docs/json.md."""
    told = ("name", "shape", "dtype", "min", "max", "mean", "std", "zeros", "nan", "inf")

    def outputs(node: Document) -> list[dict[str, Any]]:
        return [
            {key: statistics[v][key] for key in told} for v in node["writes"] if v in statistics
        ]

    answer = info["answer"]
    best = [answer["classes"][i] for i in answer["top"][:top]] if answer else []
    return {
        "synthetic": info["synthetic"],
        "seconds": info["seconds"],
        "nodes": [
            {"name": n["name"], "op": n["op"], "outputs": outputs(n)} for n in graph["nodes"]
        ],
        "top": [{key: c[key] for key in ("index", "label", "score")} for c in best],
    }


@contextmanager
def opened(path: Path, options: Options, *, engine: bool) -> Generator[RemoteSession]:
    """A session whose progress is shown on standard error where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("starting", total=None)

        def hear(event: Mapping[str, Any]) -> None:
            if event["type"] == "opening":
                progress.update(task, description=str(event["stage"]))
            elif event["type"] == "run" and event["state"] == "progress":
                done, total = event["done"], event["total"]
                progress.update(task, description="running", completed=done, total=total)
            elif event["type"] == "gallery":
                done, total = event["done"], event["total"]
                progress.update(task, description="predicting", completed=done, total=total)

        session = RemoteSession(
            path.expanduser().absolute(), engine=engine, options=options, listener=hear
        )
        try:
            yield session
        finally:
            session.close()


def print_json(document: Document) -> None:
    """Print a document as JSON."""
    sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    sys.stdout.flush()


def _print_info(graph: Document) -> None:
    from rich.console import Console
    from rich.filesize import decimal
    from rich.table import Table

    out = Console(width=None if sys.stdout.isatty() else 120)
    producer = f", made by {graph['producer']}" if graph["producer"] else ""
    out.print(f"[bold]{graph['name']}[/]: {graph['format']}{producer}", highlight=False)
    out.print(f"{graph['parameters']:,} parameters, {decimal(graph['bytes'])}", highlight=False)
    for what in ("inputs", "outputs"):
        for i in graph[what]:
            value = graph["values"][i]
            described = f"{_shape(value['shape'])} {value['dtype'] or ''}"
            out.print(f"{what[:-1]:>6} {value['name']}  {described}", highlight=False, markup=False)
    table = Table("operator", "nodes", box=None, pad_edge=False)
    for op, count in Counter(node["op"] for node in graph["nodes"]).most_common():
        table.add_row(op, str(count))
    out.print(table)
    for note in graph["notes"]:
        out.print(note, highlight=False, markup=False)


def _print_run(graph: Document, info: Document, document: Document) -> None:
    from rich.console import Console
    from rich.table import Table

    out = Console(width=None if sys.stdout.isatty() else 140)
    fed = info["input"]
    lead = (
        "synthetic input, so this is no prediction" if info["synthetic"] else f"fed {fed['name']}"
    )
    out.print(f"{graph['name']}: {lead}; {info['seconds'] * 1000:.1f} ms", highlight=False)
    for step in info["preparation"]:
        guessed = " (guessed)" if step.get("guessed") else ""
        out.print(f"  {_step(step)}{guessed}", highlight=False, markup=False)
    for one in document["top"]:
        name = f" {one['label']}" if one["label"] else ""
        score = "" if one["score"] is None else f"  {one['score']:.1%}"
        out.print(f"{one['index']:>5}{name}{score}", highlight=False, markup=False)
    from cutaway.cli.reading import lines

    for reading in document["readings"]:
        for line in lines(reading):
            out.print(line, highlight=False, markup=False, soft_wrap=True)
    table = Table("node", "operator", "shape", "min", "max", "mean", "zeros", box=None)
    for node in document["nodes"]:
        for o in node["outputs"]:
            share = f"{o['zeros'] / max(1, math.prod(o['shape'])):.0%}"
            numbers = [number(o[key]) for key in ("min", "max", "mean")]
            table.add_row(node["name"], node["op"], _shape(o["shape"]), *numbers, share)
    out.print(table)


def _step(step: Document) -> str:
    rest = [f"{k} {v}" for k, v in step.items() if k not in ("step", "guessed", "why")]
    return f"{step['step']}: {', '.join(rest)}" if rest else str(step["step"])


def _shape(shape: list[int | str | None] | None) -> str:
    return (
        "?" if shape is None else "x".join("?" if d is None else str(d) for d in shape) or "scalar"
    )


def number(x: float | None) -> str:
    """Four digits of a number; nothing where there is none."""
    return "" if x is None else f"{x:.4g}"
