"""The usual ways to feed a picture, for a model that does not say which it wants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cutaway.inputs.steps import Step, step
from cutaway.inputs.target import Target, as_dtype, resolved

_USUAL: Final[tuple[tuple[str, float, float, tuple[list[float], list[float]] | None, str], ...]] = (
    ("0..1", 0.0, 1.0, None, "rgb"),
    ("0..255", 0.0, 255.0, None, "rgb"),
    ("-1..1", -1.0, 1.0, None, "rgb"),
    ("ImageNet mean and std", 0.0, 1.0, ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]), "rgb"),
    ("Caffe: BGR minus mean", 0.0, 255.0, ([103.939, 116.779, 123.68], [1.0, 1.0, 1.0]), "bgr"),
)
"""Name, low, high, mean and std, colours: torchvision's and Caffe's reference models for the last
two, in the order of their channels."""


def variants(steps: Sequence[Step], target: Target) -> list[tuple[str, list[Step]]]:
    """The usual value ranges, each plain and inverted, by name; all else as in ``steps``.

    Mean and standard deviation are tried where the input has 3 channels; an integer input is
    tried with the whole of its range only.
    """
    if as_dtype(target).kind in "iu":
        plain = [s for s in steps if s["step"] != "invert"]
        return [("plain", plain), ("inverted", _inverted(plain))]
    colours = resolved(target).channels == 3
    found: list[tuple[str, list[Step]]] = []
    for name, low, high, statistics, colour in _USUAL:
        if statistics is not None and not colours:
            continue
        tried = _with_values(steps, low, high, statistics, colour if colours else "gray")
        found += [(name, tried), (f"{name}, inverted", _inverted(tried))]
    return found


def _with_values(
    steps: Sequence[Step],
    low: float,
    high: float,
    statistics: tuple[list[float], list[float]] | None,
    colour: str,
) -> list[Step]:
    """The steps with another range and other statistics in place of their own."""
    kept = [s for s in steps if s["step"] not in ("invert", "range", "normalize")]
    kept = [{**s, "to": colour} if s["step"] == "colour" else dict(s) for s in kept]
    new = [step("range", low=low, high=high, guessed="one of the usual ranges")]
    if statistics is not None:
        mean, std = statistics
        new.append(step("normalize", mean=mean, std=std, guessed="one of the usual statistics"))
    if not any(s["step"] == "colour" for s in kept):
        kept.insert(_before(kept, "resize", "layout", "dtype"), step("colour", to=colour))
    at = _before(kept, "layout", "dtype")
    return [*kept[:at], *new, *kept[at:]]


def _inverted(steps: Sequence[Step]) -> list[Step]:
    at = _before(steps, "resize", "range", "normalize", "layout", "dtype")
    return [*steps[:at], step("invert", guessed="tried both ways"), *steps[at:]]


def _before(steps: Sequence[Step], *names: str) -> int:
    """Position of the first step that has one of the names, else the end."""
    return next((i for i, s in enumerate(steps) if s["step"] in names), len(steps))
