"""What a user says on the command line when asking for a model."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from cutaway.errors import InputError
from cutaway.settings import Options

Trust = Annotated[
    bool,
    typer.Option("--trust", help="Let code in the file run: only for files whose author you know."),
]
Maker = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="MODULE:NAME",
        help="What builds the network that a checkpoint belongs to: package.module:Class, or "
        "net.py:Class.",
    ),
]
Shapes = Annotated[
    list[str] | None,
    typer.Option(
        "--shape",
        metavar="[INPUT=]1x3x320x320",
        help="Lengths for the axes that the model leaves free; once for each input.",
    ),
]

Read = Annotated[
    str | None,
    typer.Option(
        "--read",
        metavar="KIND[:NAME=VALUE,...]",
        help="What the outputs are, where recognition is wrong: boxes:layout=yolo8,score=0.4; "
        "masks, classes, keypoints, picture, depth, flow, embedding, sound, text, numbers, tensor.",
    ),
]
ShiftLabels = Annotated[
    int | None,
    typer.Option(
        "--shift-labels",
        help="Move the class names by 1 (a background goes first) or -1 (the first goes).",
        min=-1,
        max=1,
    ),
]


def options(trust: bool, maker: str | None, shapes: list[str] | None) -> Options:
    """The Options of what was said.

    Raises:
        InputError: a shape is none.
    """
    return Options(trust, maker, dict(map(_shape, shapes or [])))


def _shape(said: str) -> tuple[str, tuple[int, ...]]:
    name, _, lengths = said.rpartition("=")
    parts = re.split(r"[x,×]", lengths.strip()) if lengths.strip() else []
    if not all(part.strip().isascii() and part.strip().isdigit() for part in parts):
        raise InputError(f"a shape such as input=1x3x320x320 was wanted; got '{said}'")
    return name, tuple(int(part) for part in parts)
