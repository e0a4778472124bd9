"""Preparations that are known by name: how the usual families of networks want a picture."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from cutaway.errors import InputError
from cutaway.inputs.guess import guess
from cutaway.inputs.source import Source, as_picture
from cutaway.inputs.state import Step, step
from cutaway.inputs.target import Target, as_dtype, resolved

Statistics = tuple[tuple[float, ...], tuple[float, ...]]
"""Mean and standard deviation by channel, in the order that the channels have by then."""


@dataclass(frozen=True, slots=True)
class Preset:
    """One way to prepare a picture."""

    name: str
    """As the command line and Python call it."""
    title: str
    """As people call it."""
    words: str
    """What it does and for whom, in one sentence."""
    fit: str
    """How it is brought to the size: a mode of ``resize``, or ``shorter`` for torchvision's two
    steps."""
    colour: str
    """``rgb`` or ``bgr``; an input of one channel gets gray."""
    range: tuple[float, float] | None
    """What black and white become; None leaves the values of the file, 0 to 255."""
    statistics: Statistics | None = None
    channels: tuple[int, ...] = (1, 3)
    """The channels that an input may have for which it makes sense."""
    pad: int | None = None
    """The colour of bars, 0 to 255."""


PRESETS: Final = (
    Preset(
        "imagenet-torch", "ImageNet (torch)",
        "torchvision's reference models: the shorter side to 256/224, the middle, RGB, 0..1, "
        "ImageNet's mean and deviation",
        "shorter", "rgb", (0.0, 1.0), ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)), (3,),
    ),
    Preset(
        "imagenet-tf", "ImageNet (tf)", "TensorFlow's MobileNet and Inception: RGB, -1..1",
        "crop", "rgb", (-1.0, 1.0),
    ),
    Preset(
        "caffe-bgr", "Caffe BGR",
        "Caffe's and Keras's VGG and ResNet: BGR, 0..255 less ImageNet's mean",
        "crop", "bgr", (0.0, 255.0), ((103.939, 116.779, 123.68), (1.0,)), (3,),
    ),
    Preset(
        "yolo", "YOLO letterbox", "YOLO: the whole picture between bars of gray 114, RGB, 0..1",
        "letterbox", "rgb", (0.0, 1.0), pad=114,
    ),
    Preset(
        "127-128", "(x-127)/128", "light face detectors, MTCNN: RGB, (x - 127) / 128",
        "stretch", "rgb", (0.0, 255.0), ((127.0,), (128.0,)),
    ),
    Preset(
        "bgr-255", "BGR 0..255", "OpenCV's detectors such as YuNet: BGR bytes as they are",
        "stretch", "bgr", (0.0, 255.0), channels=(3,),
    ),
    Preset(
        "mnist", "MNIST", "light on dark, 0..1, MNIST's mean and deviation",
        "stretch", "rgb", (0.0, 1.0), ((0.1307,), (0.3081,)), (1,),
    ),
    Preset("0..1", "0..1", "0 to 1 and nothing more", "crop", "rgb", (0.0, 1.0)),
    Preset("raw", "raw", "the values of the file, 0 to 255", "crop", "rgb", None),
)  # fmt: skip
"""All of them. Sources: torchvision's transforms of its weights; Keras's ``imagenet_utils``;
Ultralytics' LetterBox; the reference code of Ultra-Light-Fast face detection; OpenCV's model zoo;
PyTorch's MNIST example."""

_LETTERS: Final = re.compile(r"[^a-z0-9]+")


def named(name: str) -> Preset | None:
    """The preset of that name or title, however it is written; None where there is none."""
    asked = _LETTERS.sub("", name.lower())
    for found in PRESETS:
        if asked in (_LETTERS.sub("", one.lower()) for one in (found.name, found.title)):
            return found
    return None


def preset(name: str, target: Target, source: Source) -> list[Step]:
    """The steps of a preset for one model and one picture.

    Size, layout and dtype are the model's own; so are the values of an input of integers.

    Raises:
        InputError: there is no such preset, or the input can hold no picture.
    """
    found = named(name)
    if found is None:
        known = ", ".join(one.name for one in PRESETS)
        raise InputError(f"no preset is called '{name}'; there are {known}")
    return steps_of(found, target, source)


def steps_of(found: Preset, target: Target, source: Source) -> list[Step]:
    """The steps of a preset for one model and one picture; raises InputError as ``guess`` does."""
    guessed = guess(target, source)
    if not any(one["step"] == "resize" or one["step"] == "scale" for one in guessed):
        raise InputError(
            f"the preset '{found.title}' is for pictures; '{source.name}' is an array that is fed "
            "as it is"
        )
    wanted = resolved(target, (source.height or 1, source.width or 1))
    why = f"preset {found.title}"
    return [
        step("decode"),
        step("colour", to="gray" if wanted.channels == 1 else found.colour, why=why),
        *_lightened(found, source),
        *fitted(found.fit, (wanted.height, wanted.width), "bilinear", found.pad, why),
        *_values(found, target, guessed, why),
        *[one for one in guessed if one["step"] in ("layout", "dtype")],
    ]


def fitted(fit: str, size: tuple[int, int], how: str, pad: int | None, why: str) -> list[Step]:
    """The steps that bring a picture to a height and width."""
    height, width = size
    if fit == "shorter":
        return [
            step("scale", side="shorter", to=round(max(size) * 256 / 224), filter=how, why=why),
            step("crop", width=width, height=height, why=why),
        ]
    resized = step("resize", mode=fit, width=width, height=height, filter=how, why=why)
    return [resized if pad is None else {**resized, "pad": pad}]


def _lightened(found: Preset, source: Source) -> list[Step]:
    """A step that makes light on dark of dark on light, where a preset wants that."""
    if found.name != "mnist":
        return []
    picture = (as_picture(source) or source).array
    border = np.concatenate([np.ravel(side) for side in _sides(picture)])
    if float(np.mean(border, dtype=np.float64)) <= 127:
        return []
    return [step("invert", guessed="the border of this picture is light, MNIST's are black")]


def _sides(picture: Any) -> tuple[Any, Any, Any, Any]:
    return picture[0], picture[-1], picture[:, 0], picture[:, -1]


def _values(found: Preset, target: Target, guessed: Sequence[Step], why: str) -> list[Step]:
    if as_dtype(target).kind in "iu":
        return [dict(one) for one in guessed if one["step"] in ("range", "normalize", "quantize")]
    low, high = found.range or (0.0, 255.0)
    steps = [step("range", low=low, high=high, why=why)] if found.range else []
    if found.statistics is not None:
        mean, std = (list(numbers) for numbers in found.statistics)
        steps.append(step("normalize", mean=mean, std=std, why=why))
    return steps
