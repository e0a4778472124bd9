"""``cutaway``, and the commands beside it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cutaway.cli.wishes import (
    Answers,
    Frame,
    Input,
    Maker,
    Read,
    Shapes,
    ShiftLabels,
    Text,
    Tokenizer,
    Trust,
    options,
    source,
)
from cutaway.errors import CutawayError

app = typer.Typer(
    name="cutaway",
    help="Open any neural network, feed it an input, and look at every number inside it.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

ModelPath = Annotated[Path, typer.Argument(metavar="MODEL", help="The model's file.")]
Preprocess = Annotated[
    str | None,
    typer.Option(
        "--preprocess",
        metavar="NAME|FILE",
        help="How a picture is prepared: a preset such as imagenet-torch, or a JSON file of steps.",
    ),
]
LabelsPath = Annotated[
    Path | None,
    typer.Option("--labels", metavar="FILE", help="Class names: one a line, or JSON, or CSV."),
]
Host = Annotated[
    str, typer.Option(help="Where to listen; anything but this machine asks for a token.")
]
Port = Annotated[
    int | None, typer.Option(help="The port; by default the first free one from 8451.", max=65535)
]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Only serve, and print the address.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON (docs/json.md).")]


def main() -> None:
    """Run the command line; an error of Cutaway's own is one sentence and exit status 2."""
    try:
        app()
    except CutawayError as problem:
        print(f"cutaway: {problem}", file=sys.stderr)
        raise SystemExit(2) from None


def _version(wanted: bool) -> None:
    if wanted:
        from cutaway import __version__

        print(__version__)
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    host: Host = "127.0.0.1",
    port: Port = None,
    no_browser: NoBrowser = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Open the start page where no command is given."""
    del version
    if context.invoked_subcommand is None:
        from cutaway.cli.opening import serve_start

        serve_start(host, port, browser=not no_browser)


@app.command()
def demo(host: Host = "127.0.0.1", port: Port = None, no_browser: NoBrowser = False) -> None:
    """Open a trained AlexNet-shaped network with a pair of trousers as its input."""
    from cutaway.cli.opening import serve_demo

    serve_demo(host, port, browser=not no_browser)


@app.command("open")
def open_command(
    model: ModelPath,
    fed: Input = None,
    labels: LabelsPath = None,
    preprocess: Preprocess = None,
    host: Host = "127.0.0.1",
    port: Port = None,
    no_browser: NoBrowser = False,
    trust: Trust = False,
    maker: Maker = None,
    shapes: Shapes = None,
    text: Text = None,
    frame: Frame = None,
    tokenizer: Tokenizer = None,
    read: Read = None,
    shift: ShiftLabels = None,
) -> None:
    """Open a model in the browser."""
    from cutaway.cli.opening import serve_model

    said, given = options(trust, maker, shapes), source(fed, text, frame, tokenizer)
    answers = Answers(labels, shift, read)
    serve_model(model, given, answers, preprocess, said, host, port, browser=not no_browser)


@app.command()
def info(model: ModelPath, trust: Trust = False, maker: Maker = None, json: AsJson = False) -> None:
    """Tell what a model is: format, operators, parameters, inputs, outputs."""
    from cutaway.cli.telling import print_info

    print_info(model, options(trust, maker, None), as_json=json)


@app.command()
def run(
    model: ModelPath,
    fed: Input = None,
    labels: LabelsPath = None,
    preprocess: Preprocess = None,
    top: Annotated[int, typer.Option(help="How many classes to print.", min=1)] = 5,
    read: Read = None,
    shift: ShiftLabels = None,
    trust: Trust = False,
    maker: Maker = None,
    shapes: Shapes = None,
    text: Text = None,
    frame: Frame = None,
    tokenizer: Tokenizer = None,
    json: AsJson = False,
) -> None:
    """Run a model once: its answer, the time it took, and statistics of every tensor."""
    from cutaway.cli.telling import print_run

    said, given = options(trust, maker, shapes), source(fed, text, frame, tokenizer)
    print_run(model, given, Answers(labels, shift, read), preprocess, top, said, as_json=json)


@app.command()
def explain(
    model: ModelPath,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A tensor, or the node that made it.")
    ],
    index: Annotated[str, typer.Argument(metavar="INDEX", help="Of the number, such as 0,3,4,5.")],
    fed: Input = None,
    trust: Trust = False,
    maker: Maker = None,
    shapes: Shapes = None,
    json: AsJson = False,
) -> None:
    """Write out the arithmetic that made one number, beside what the engine gave."""
    from cutaway.cli.explaining import print_explanation

    said = options(trust, maker, shapes)
    print_explanation(model, name, index, fed, said, as_json=json)


@app.command()
def statistics(
    model: ModelPath,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A tensor, a weight, or the node that made it.")
    ],
    fed: Input = None,
    trust: Trust = False,
    maker: Maker = None,
    shapes: Shapes = None,
    json: AsJson = False,
) -> None:
    """Tell what a tensor holds: range, percentiles, and a row for each of its maps."""
    from cutaway.cli.holding import print_statistics

    print_statistics(model, name, fed, options(trust, maker, shapes), as_json=json)


@app.command()
def compare(
    model: ModelPath,
    reference: Annotated[
        Path, typer.Argument(metavar="REFERENCE", help="Tensors by name (.npz), or one (.npy).")
    ],
    fed: Input = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="The tensor that an .npy file is of.")
    ] = None,
    absolute: Annotated[
        float | None, typer.Option(help="Numbers may be apart by this much ...", min=0)
    ] = None,
    relative: Annotated[
        float | None, typer.Option(help="... plus this times the reference.", min=0)
    ] = None,
    trust: Trust = False,
    maker: Maker = None,
    shapes: Shapes = None,
    json: AsJson = False,
) -> None:
    """Hold a run against tensors from elsewhere; exit status 1 where they differ."""
    from cutaway.cli.comparing import print_comparison

    said = options(trust, maker, shapes)
    tolerance = (absolute, relative)
    if not print_comparison(model, reference, fed, name, tolerance, said, as_json=json):
        raise typer.Exit(1)


@app.command()
def predict(
    model: ModelPath,
    given: Annotated[
        list[Path],
        typer.Argument(metavar="INPUTS", help="Folders, zips or files of one or many inputs."),
    ],
    labels: LabelsPath = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write a row for each input.")
    ] = None,
    trust: Trust = False,
    maker: Maker = None,
    shapes: Shapes = None,
    json: AsJson = False,
) -> None:
    """Answer many inputs; where folders say what is right: accuracy, confusion, worst mistakes."""
    from cutaway.cli.predicting import print_predictions

    said = options(trust, maker, shapes)
    print_predictions(model, given, labels, csv, said, as_json=json)
