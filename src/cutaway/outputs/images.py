"""Pictures that a network gives, and maps of depth and flow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cutaway.outputs.seen import Array, Floats, Guess, Output, Seen
from cutaway.outputs.signs import channels_first, maps_of, model_says, says, span

_DEPTH = ("depth.*", "disp.*", "midas.*", "dpt.*", "inverse_depth", "monodepth.*")
_FLOW = ("flow.*", "raft.*", "pwc.*", "optical.*")


def recognize_depth(seen: Seen, outputs: list[Output], forced: bool) -> list[Guess]:
    """One map over a colour picture, without bounds or named so."""
    for output in outputs:
        maps = maps_of(output, seen.size)
        if maps is None or seen.size is None or not output.numeric or maps[0] != 1:
            continue
        named = model_says(seen, *_DEPTH) or says(output.name, *_DEPTH)
        low, high = span(output.one)
        open_ended = (high > 1.5 or low < 0) and output.kind not in ("Sigmoid", "Tanh", "ArgMax")
        same = maps[1:3] == seen.size and seen.channels == 3
        if not (forced or named or (open_ended and same and output.array.dtype.kind == "f")):
            continue
        near = says(seen.words + " " + output.name, "disp.*", "midas.*", "inverse_depth", "dpt.*")
        why = f"'{output.name}' is one map of {maps[2]} x {maps[1]} over the picture"
        why += ", and names say depth" if named else ", in no fixed range"
        settings = {"output": output.value, "order": maps[3], "near": "high" if near else "low"}
        return [Guess("depth", "Depth", why, (output.value,), settings)]
    return []


def recognize_flow(seen: Seen, outputs: list[Output], forced: bool) -> list[Guess]:
    """Two maps named for flow: where each pixel moves, across and down."""
    for output in outputs:
        maps = maps_of(output, seen.size)
        if maps is None or maps[0] != 2 or seen.size is None or not output.numeric:
            continue
        if forced or model_says(seen, *_FLOW) or says(output.name, *_FLOW):
            why = (
                f"'{output.name}' holds 2 maps of {maps[2]} x {maps[1]}, and names say flow: "
                "how far each place moves, across and down"
            )
            settings = {"output": output.value, "order": maps[3]}
            return [Guess("flow", "Flow", why, (output.value,), settings)]
    return []


def recognize_picture(seen: Seen, outputs: list[Output], forced: bool) -> list[Guess]:
    """1 or 3 channels as large as the input or larger: what it was made into."""
    for output in outputs:
        guess = _picture(seen, output, forced)
        if guess is not None:
            return [guess]
    return []


def _picture(seen: Seen, output: Output, forced: bool) -> Guess | None:
    maps = maps_of(output, seen.size)
    if maps is None or not output.numeric or maps[0] not in (1, 3, 4):
        return None
    channels, rows, columns, order = maps
    size = seen.size
    zoom = None if size is None else rows / size[0]
    same = size == (rows, columns)
    larger = bool(size) and rows > size[0] and columns > size[1]
    if not (forced or (channels == seen.channels and (same or larger)) or (size is None)):
        return None
    if size is None and not (forced or (order != "none" and channels == 3 and rows >= 16)):
        return None
    settings: dict[str, Any] = {"output": output.value, "order": order}
    settings["range"] = list(range_of(seen, output))
    settings["luma"] = channels == 1 and bool(larger) and seen.channels == 1
    what = f"'{output.name}' is a picture of {columns} x {rows} with {channels} channels"
    if larger and zoom:
        words = f"{zoom:g} times the input: enlarged"
        title = "Enlarged"
    elif same:
        words, title = "as large as the input: what it was made into", "Picture"
    else:
        words, title = "made from no picture", "Picture"
    if settings["luma"]:
        words += "; one channel enlarged is taken for brightness (Y of YCbCr)"
    return Guess("picture", title, f"{what}, {words}", (output.value,), settings)


def range_of(seen: Seen, output: Output) -> tuple[float, float]:
    """Which values are black and white, judged by what came out and what went in."""
    low, high = span(output.one)
    if output.kind == "Sigmoid":
        return 0.0, 1.0
    if output.kind == "Tanh":
        return -1.0, 1.0
    if high > 8:
        return 0.0, 255.0
    if seen.fed is not None and seen.fed.dtype.kind == "f":
        before = span(seen.fed)
        if before[0] < -0.05:
            return -1.0, 1.0
        if before[1] > 8:
            return 0.0, 255.0
    return (-1.0, 1.0) if low < -0.5 else (0.0, 1.0)


def picture(settings: Mapping[str, Any], seen: Seen) -> Floats:
    """(H, W, C) in 0..1 for 1 or 3 channels, not held within it; NaN stays."""
    output = seen.by_value[settings["output"]]
    maps = np.moveaxis(channels_first(output, settings["order"]), 0, -1)
    low, high = (float(end) for end in settings["range"])
    return (np.asarray(maps[..., :3], np.float64) - low) / ((high - low) or 1.0)


def field(settings: Mapping[str, Any], seen: Seen) -> Array:
    """(C, H, W) of depth or flow."""
    output = seen.by_value[settings["output"]]
    return channels_first(output, settings["order"])
