"""Where the shipped files are, and what they say of themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from cutaway.errors import InputError

_KERAS, _ONNX = "alexnet_fashion.h5", "alexnet_fashion.onnx"


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture of the test set, 28x28, gray."""

    id: int
    """Position in ``samples()``."""
    name: str
    """What it shows and which of the 10,000 test images it is: ``trousers · test image 270``."""
    label: int
    """Its class number."""
    path: Path
    """A PNG file."""


def model(*, prefer_keras: bool) -> Path:
    """The network's file: as Keras saved it, or the same network as ONNX."""
    return _folder() / (_KERAS if prefer_keras else _ONNX)


def ships(path: Path) -> bool:
    """Whether a file is one of the shipped: those are never written to."""
    return path.resolve().parent == _folder().resolve()


def describe(*, keras: bool) -> str:
    """One sentence on what the demo opens, with the accuracy that was measured.

    Args:
        keras: whether Keras is installed, so that the Keras file can be opened.
    """
    said = card()
    network = f"an AlexNet-shaped network for Fashion-MNIST, {said['accuracy']:.1%} right"
    if keras:
        return f"{network} on {said['test_images']:,} test images ({_KERAS})"
    return f"{network} on {said['test_images']:,} test images ({_ONNX}: Keras is not installed)"


@cache
def samples() -> tuple[Sample, ...]:
    """The shipped pictures, two of each class; the first shows trousers."""
    folder = _folder() / "samples"
    listed = cast("list[dict[str, Any]]", _read(folder / "samples.json"))
    return tuple(
        Sample(int(s["id"]), str(s["name"]), int(s["label"]), folder / str(s["file"]))
        for s in listed
    )


def sample(number: int) -> Sample:
    """One of the shipped pictures.

    Raises:
        InputError: there is none of that number.
    """
    found = samples()
    if not 0 <= number < len(found):
        raise InputError(
            f"wanted the number of a sample, 0 to {len(found) - 1}, got {number}; "
            "GET /samples lists them"
        )
    return found[number]


def labels() -> tuple[str, ...]:
    """The ten class names, by class number."""
    sidecar = _read(_folder() / f"{_ONNX}.cutaway.json")
    return tuple(str(label) for label in sidecar["labels"])


@cache
def card() -> Mapping[str, Any]:
    """How the network was trained and how well it does, as measured by the training script."""
    return cast("Mapping[str, Any]", _read(_folder() / "model_card.json"))


def _folder() -> Path:
    # A wheel is always unpacked, so that the files have paths of their own.
    return Path(str(files("cutaway.demo")))


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))
