"""What a user says on the command line: of a model, and of what is fed to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

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

Input = Annotated[
    Path | None,
    typer.Option(
        "--input",
        metavar="FILE",
        help="What to feed: a picture, video, sound, text, table or array (.npy, .npz, .pb).",
    ),
]
Text = Annotated[
    str | None, typer.Option("--text", metavar="WORDS", help="Words to feed, in place of a file.")
]
Frame = Annotated[
    int | None,
    typer.Option(
        "--frame", metavar="K", help="Which picture of a video or animation, from 0.", min=0
    ),
]
Tokenizer = Annotated[
    Path | None,
    typer.Option(
        "--tokenizer",
        metavar="FILE",
        help="What turns words into numbers; by default the tokenizer.json beside the model.",
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


@dataclass(frozen=True, slots=True)
class Answers:
    """How outputs are to be read."""

    labels: Path | None
    """A file of class names."""
    shift: int | None
    """By how much the class names are moved."""
    read: str | None
    """What ``--read`` says."""

    def naming(self) -> dict[str, Any]:
        """What the command ``labels`` is told."""
        path = {} if self.labels is None else {"path": str(self.labels.absolute())}
        return path if self.shift is None else {**path, "shift": self.shift}


def source(
    fed: Path | None,
    text: str | None = None,
    frame: int | None = None,
    tokenizer: Path | None = None,
) -> dict[str, Any]:
    """What a run is fed with, as the command ``run`` takes it.

    Raises:
        InputError: there is no such file, or two things were said.
    """
    # Here, so that a wrong option is told before NumPy is there.
    from cutaway.worker.face import SYNTHETIC

    made = fed is not None and str(fed).startswith(SYNTHETIC)
    for path, what in ((None if made else fed, "an input"), (tokenizer, "a tokenizer")):
        if path is not None and not path.is_file():
            raise InputError(f"{what} file was wanted; there is no '{path}': check the path")
    if fed is not None and text is not None:
        raise InputError("one input was wanted; got --input and --text: leave one out")
    told: dict[str, Any] = {"synthetic": True}
    if text is not None:
        told = {"text": text}
    elif made:
        told = {"synthetic": str(fed).removeprefix(SYNTHETIC)}
    elif fed is not None:
        told = {"path": str(fed.absolute()), "name": fed.name}
    if frame:
        told["frame"] = frame
    if tokenizer is not None:
        told["tokenizer"] = str(tokenizer.absolute())
    return told


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
