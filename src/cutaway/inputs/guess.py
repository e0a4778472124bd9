"""A preparation for a source and a target: what is stated, and guesses that say so."""

from __future__ import annotations

from typing import Any, Final, NoReturn

import numpy as np

from cutaway.errors import InputError
from cutaway.inputs.source import Source, as_picture
from cutaway.inputs.state import Step, step
from cutaway.inputs.target import Resolved, Target, as_dtype, described, free, resolved

_SILENT: Final = "the model's file does not say"


def guess(target: Target, source: Source) -> list[Step]:
    """The steps that bring a picture or an array into a model's input.

    What the model's shape, dtype or hints state is not guessed; every other choice carries
    ``guessed`` true and says why.

    Raises:
        InputError: the input can hold no picture, or the array does not fit it.
    """
    if source.kind == "array":
        if _fits(target, source):
            return [step("decode"), step("layout", order="given"), _dtype(target)]
        source = as_picture(source) or _refused(target, source)
    wanted = resolved(target, (source.height or 1, source.width or 1))
    if wanted.order is None or wanted.channels not in (1, 3):
        raise InputError(
            f"input '{target.name}' wants {described(target.shape, target.dtype)}, which holds no "
            f"picture of 1 or 3 channels; feed an array of that shape as a .npy file"
        )
    return [
        step("decode"),
        _colour(target, source, wanted),
        *_fit(target, source, wanted),
        *_values(target),
        _layout(target, wanted),
        _dtype(target),
    ]


def _fits(target: Target, source: Source) -> bool:
    """Whether an array is what the input wants, but perhaps for the batch axis."""
    shape, given = target.shape, source.array.shape
    return shape is None or any(
        len(shape) == len(have)
        and all(free(want) or want == got for want, got in zip(shape, have, strict=True))
        for have in (given, (1, *given))
    )


def _refused(target: Target, source: Source) -> NoReturn:
    raise InputError(
        f"input '{target.name}' wants {described(target.shape, target.dtype)}, "
        f"'{source.name}' is {described(source.array.shape, source.array.dtype.name)}; "
        "bring the array to that shape, or feed a picture"
    )


def _reason(target: Target, word: str) -> dict[str, str]:
    """Why a hint holds: a fact of the file, or judged by one."""
    why = target.hints.get("why", {}).get(word, "the model's file says so")
    return {"guessed" if word in target.hints.get("judged", ()) else "why": why}


def _colour(target: Target, source: Source, wanted: Resolved) -> Step:
    if wanted.channels == 1:
        return step("colour", to="gray", why="the model's input has 1 channel")
    said = str(target.hints.get("colour", "")).lower()
    if said in ("rgb", "bgr"):
        return step("colour", to=said, **_reason(target, "colour"))
    if source.array.ndim == 2:
        return step("colour", to="rgb", why="the model's input has 3 channels, the picture 1")
    return step("colour", to="rgb", guessed=f"red, green, blue: {_SILENT}")


def _fit(target: Target, source: Source, wanted: Resolved) -> list[Step]:
    """The steps that bring the picture to the size: as stated, else one that is guessed."""
    fit = dict(target.hints.get("fit") or {})
    if not fit or 0 in (wanted.height, wanted.width):
        return [_resize(target, source, wanted)]
    reason = _reason(target, "fit")
    size = {"width": wanted.width, "height": wanted.height}
    how = {"filter": target.hints.get("filter", "bilinear")}
    if "mode" in fit:
        return [step("resize", **fit, **size, **how, **reason)]
    crop = step("crop", **size, **reason)
    if "shorter" in fit:
        return [step("scale", side="shorter", to=fit["shorter"], **how, **reason), crop]
    if "stretch" in fit:
        height, width = fit["stretch"]
        return [step("resize", mode="stretch", width=width, height=height, **how, **reason), crop]
    return [crop]


def _resize(target: Target, source: Source, wanted: Resolved) -> Step:
    rows, columns = source.height or 1, source.width or 1
    size: dict[str, Any] = {"width": wanted.width, "height": wanted.height, "filter": "bilinear"}
    if (rows, columns) == (wanted.height, wanted.width):
        return step("resize", mode="stretch", **size, why="the picture has the model's size")
    reasons = [] if _size_is_stated(target, wanted) else ["the model takes any size"]
    if wanted.order and "F" in wanted.order:
        reasons.append(f"{_SILENT} that its {target.shape and target.shape[-1]} numbers are square")
    if rows * wanted.width == columns * wanted.height:
        reasons.append(f"how to make cells in between, {_SILENT}")
        return step("resize", mode="stretch", **size, guessed="; ".join(reasons))
    reasons.append(f"what to do with other proportions, {_SILENT}")
    return step("resize", mode="crop", **size, guessed="; ".join(reasons))


def _size_is_stated(target: Target, wanted: Resolved) -> bool:
    shape = target.shape or (None,)
    order = wanted.order or ""
    return "F" in order or not any(
        free(length) for letter, length in zip(order, shape, strict=False) if letter in "HW"
    )


def _values(target: Target) -> list[Step]:
    """Range, and mean, deviation and quantization where the model states them."""
    hints = target.hints
    mean, std = _numbers(hints.get("mean")), _numbers(hints.get("std"))
    normalize: list[Step] = []
    if mean or std:
        reason = _reason(target, "mean")
        normalize = [step("normalize", mean=mean or [0.0], std=std or [1.0], **reason)]
    quantization = hints.get("quantization")
    if quantization and as_dtype(target) == np.int8 and not hints.get("range"):
        return [*_real(quantization), *normalize]
    return [_range(target, mean), *normalize]


_REAL: Final = ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0))
"""The usual ranges of real numbers that are quantized."""


def _real(quantization: tuple[float, int]) -> list[Step]:
    """The real range that an int8 input stands for, and its quantization."""
    scale, zero = float(quantization[0]), int(quantization[1])
    low, high = scale * (-128 - zero), scale * (127 - zero)
    told = f"scale {scale:.6g} and zero point {zero} of the int8 input reach {low:.3g}..{high:.3g}"
    near = (high - low) * 0.02
    usual = [r for r in _REAL if abs(r[0] - low) <= near and abs(r[1] - high) <= near]
    ends = usual[0] if usual else (low, high)
    return [
        step("range", low=ends[0], high=ends[1], guessed=told),
        step("quantize", scale=[scale], zero=[zero], why="the model's file states them"),
    ]


def _range(target: Target, mean: list[float]) -> Step:
    stated = _numbers(target.hints.get("range"))
    if len(stated) == 2 and stated[0] != stated[1]:
        return step("range", low=stated[0], high=stated[1], **_reason(target, "range"))
    if mean:
        # Means above 1 are of pixels in 0..255, below of pixels in 0..1.
        high = 255.0 if max(map(abs, mean)) > 1 else 1.0
        return step("range", low=0.0, high=high, guessed=f"0..{high:g}, to suit the mean")
    dtype = as_dtype(target)
    if dtype == np.uint8:
        return step("range", low=0.0, high=255.0, why="the model's input is uint8")
    if dtype == np.int8:
        return step("range", low=-128.0, high=127.0, guessed=f"-128..127: {_SILENT}")
    if dtype.kind in "iu":
        return step("range", low=0.0, high=255.0, guessed=f"0..255: {_SILENT}")
    others = "-1..1, 0..255, (x-127)/128 and ImageNet's mean are as usual: Try all compares them"
    return step("range", low=0.0, high=1.0, guessed=f"0..1: {_SILENT}; {others}")


def _layout(target: Target, wanted: Resolved) -> Step:
    order = str(wanted.order)
    if wanted.order_known:
        return step("layout", order=order, why="the model's file says so")
    if "C" in order and target.shape is not None:
        return step("layout", order=order, why="the length of its axes leaves no other")
    return step("layout", order=order, guessed=f"a picture as {order}: {_SILENT}")


def _dtype(target: Target) -> Step:
    name = as_dtype(target).name
    if target.dtype is None:
        return step("dtype", to=name, guessed=f"{name}: {_SILENT}")
    return step("dtype", to=name, why="the model's input is of this type")


def _numbers(said: Any) -> list[float]:
    """A hint as a list of floats, empty where there is none."""
    return [] if said is None else [float(one) for one in np.ravel(said)]
