"""Raw pixels and samples as sources, and what a model's input takes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from cutaway import inputs
from cutaway.errors import InputError
from cutaway.inputs.target import as_dtype, described
from cutaway.session.live_documents import LivePlanDoc
from cutaway.session.targets import Targets

_MOST_PIXELS: Final = 1 << 24
_LEAST_SAMPLES: Final = 160
"""A shorter vector is taken for no sound: ten milliseconds."""

_RATES: Final = {15600: 16000, 43844: 22050, 44032: 22050, 96000: 16000, 480000: 16000}
"""Samples a second by the length of the window, where networks of that length are known."""

_USUAL_RATE: Final = 16000


def source_of(targets: Targets, args: Mapping[str, Any], body: bytes) -> inputs.Source:
    """What was sent with one live frame, as a source.

    Args:
        targets: the model's inputs; samples take the shape of the main one.
        args: ``width``, ``height`` and ``channels`` for pixels, none of them for samples; ``name``.
        body: uint8 pixels, or float32 samples.

    Raises:
        InputError: the body has another length, or the model takes no such thing.
    """
    name = str(args.get("name") or "live frame")
    if args.get("width") is None:
        return _sound(targets, body, name)
    return _picture(int(args["width"]), int(args["height"]), int(args["channels"]), body, name)


def _picture(width: int, height: int, channels: int, body: bytes, name: str) -> inputs.Source:
    if channels not in (1, 3, 4) or width < 1 or height < 1 or width * height > _MOST_PIXELS:
        raise InputError(
            f"a live frame has 1, 3 or 4 bytes a pixel and at most {_MOST_PIXELS:,} pixels; got "
            f"{width} x {height} with {channels}: send a smaller one"
        )
    if len(body) != width * height * channels:
        raise InputError(
            f"{width} x {height} pixels of {channels} bytes are {width * height * channels:,} "
            f"bytes; {len(body):,} came: send all of them, row by row"
        )
    pixels = np.frombuffer(body, np.uint8).reshape(height, width, channels)
    # The page's canvases are opaque: their fourth byte says nothing.
    array = pixels[:, :, 0] if channels == 1 else pixels[:, :, :3]
    mode = "L" if channels == 1 else "RGB"
    said = f"{name}, {width} x {height} pixels, live"
    return inputs.Source(name, "image", np.ascontiguousarray(array), width, height, mode, said)


def _sound(targets: Targets, body: bytes, name: str) -> inputs.Source:
    if not body or len(body) % 4:
        raise InputError(
            f"samples are float32, 4 bytes each; {len(body):,} bytes came: send whole samples"
        )
    samples = np.frombuffer(body, np.dtype("<f4")).astype(np.float32)
    found = sound_shape(targets.target)
    wanted = None if found is None else found[0]
    if wanted is None or int(np.prod(wanted)) != samples.size:
        target = targets.target
        raise InputError(
            f"input '{target.name}' wants {described(target.shape, target.dtype)}; "
            f"{samples.size:,} samples came: send as many as it takes"
        )
    said = f"{name}, {samples.size:,} samples, live"
    return inputs.Source(name, "array", samples.reshape(wanted), None, None, None, said)


def sound_shape(target: inputs.Target) -> tuple[tuple[int, ...], int] | None:
    """The shape of an input that takes a window of sound, and its samples; None for another.

    That is floating-point numbers with one axis that is long or free, all others 1 or a batch.
    """
    if target.shape is None or as_dtype(target).kind != "f":
        return None
    shape = inputs.resolved(target).shape
    long = [at for at, length in enumerate(shape) if length > 1]
    if len(long) != 1 or shape[long[0]] < _LEAST_SAMPLES:
        return None
    return shape, shape[long[0]]


def plan(targets: Targets, steps: Sequence[Mapping[str, Any]] | None) -> LivePlanDoc:
    """What the main input takes, live."""
    target, value = targets.target, targets.main.id
    found = inputs.resolved(target) if as_dtype(target).kind in "fiub" else None
    sound = sound_shape(target)
    inverted = any(step["step"] == "invert" for step in steps or ())
    if sound is not None and (found is None or found.order is None):
        samples = sound[1]
        rate = _RATES.get(samples, _USUAL_RATE)
        why = f"{samples:,} samples go into '{target.name}', {samples / rate:.2f} s at {rate:,} Hz"
        return LivePlanDoc(value, "sound", 0, 0, 0, samples, rate, True, inverted, why)
    if found is not None and found.order is not None and found.channels in (1, 3):
        size = (found.width, found.height, found.channels)
        why = f"pictures of {found.width} x {found.height} go into '{target.name}'"
        return LivePlanDoc(value, "picture", *size, 0, 0, False, inverted, why)
    why = (
        f"input '{target.name}' wants {described(target.shape, target.dtype)}, which is neither a "
        "picture nor a window of sound"
    )
    return LivePlanDoc(value, "none", 0, 0, 0, 0, 0, False, inverted, why)
