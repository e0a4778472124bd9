"""What ``preprocessor_config.json`` says of pictures, as hints of a model's input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

FILE: Final = "preprocessor_config.json"
"""What image processors of Transformers are saved as."""

_FILTERS: Final = {0: "nearest", 1: "lanczos", 2: "bilinear", 3: "bicubic", 4: "bilinear"}
"""Pillow's numbers of filters; its box filter is nearest to the bilinear one when shrinking."""

_CROPPED: Final = 384
"""ConvNeXt's and DeiT's processors crop after resizing below this size only."""


def pixels_of(preparation: Mapping[str, Any]) -> dict[str, Any]:
    """Fit, filter, colour, range, mean and deviation of pictures; nothing where it is of others."""
    if not preparation or "image_mean" not in preparation:
        return {}
    hints: dict[str, Any] = {"colour": "rgb", **_fit(preparation)}
    factor = preparation.get("rescale_factor", 1 / 255)
    if preparation.get("do_rescale", True) and isinstance(factor, int | float):
        low = -1.0 if preparation.get("rescale_offset") else 0.0
        hints["range"] = [low, round(low + 255 * factor, 9)]
    else:
        hints["range"] = [0.0, 255.0]
    mean, std = preparation.get("image_mean"), preparation.get("image_std")
    if preparation.get("do_normalize", True) and _numbers(mean) and _numbers(std):
        hints |= {"mean": mean, "std": std}
    keys = ("colour", "fit", "range", "mean")
    return {**hints, "why": dict.fromkeys(keys, f"{FILE} says so")}


def _fit(said: Mapping[str, Any]) -> dict[str, Any]:
    """How a picture is brought to its size: ``size``, ``fit`` and ``filter``."""
    found: dict[str, Any] = {}
    resample = said.get("resample")
    if isinstance(resample, int) and resample in _FILTERS:
        found["filter"] = _FILTERS[resample]
    shorter, size = _size(said.get("size")) if said.get("do_resize", True) else (None, None)
    _, crop = _size(said.get("crop_size")) if said.get("do_center_crop", False) else (None, None)
    part = said.get("crop_pct")
    if shorter and isinstance(part, int | float) and 0 < part <= 1 and shorter < _CROPPED:
        return {**found, "size": [shorter] * 2, "fit": {"shorter": int(shorter / part)}}
    if crop:
        fit = {"shorter": shorter} if shorter else {"stretch": size} if size else {}
        return {**found, "size": crop, "fit": {**fit, "crop": True}}
    if size:
        return {**found, "size": size, "fit": {"mode": "stretch"}}
    if shorter:
        return {**found, "fit": {"shorter": shorter}}
    return found


def _size(said: Any) -> tuple[int | None, list[int] | None]:
    """The shorter side where that is stated, and height and width where those are."""
    if isinstance(said, int) and not isinstance(said, bool):
        return said, [said, said]
    if not isinstance(said, dict):
        return None, None
    held = cast("dict[str, Any]", said)
    shorter = held.get("shortest_edge")
    both = [held.get("height"), held.get("width")]
    whole = [one for one in (shorter, *both) if isinstance(one, int) and one > 0]
    if isinstance(shorter, int) and shorter in whole:
        return shorter, None
    return None, both if len(whole) == 2 else None  # pyright: ignore[reportReturnType]


def _numbers(said: Any) -> bool:
    return (
        isinstance(said, list)
        and bool(cast("list[Any]", said))
        and all(isinstance(one, int | float) for one in cast("list[Any]", said))
    )
