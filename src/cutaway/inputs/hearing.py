"""Steps that bring a sound into a model's input, and guesses that say so.

A sound is (T, C) float32 in -1..1 until ``arrange`` turns it into the model's own array.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from cutaway.errors import InputError
from cutaway.inputs.resampling import resampled, resampled_length
from cutaway.inputs.source import Source
from cutaway.inputs.steps import KINDS, Kind, State, Step, step
from cutaway.inputs.target import Resolved, Target, as_dtype, described, free

ARRANGEMENTS: Final = ("T", "NT", "NTC", "NCT", "TC", "CT")
"""Where a sound's axes go: N batch, T time, C channels."""

_WHICH: Final = ("mean", "left", "right")
_SHORT: Final = ("silence", "repeat")

_SILENT: Final = "the model's file does not say"
_RATES: Final = (16_000, 22_050, 44_100, 48_000, 32_000, 24_000, 8_000)
_USUAL: Final = 16_000

_FEWEST: Final = 1_000
"""Samples from which a fixed length is taken for sound: less is rather some feature of it."""

_LONGEST: Final = 10
"""Seconds that are fed where the model takes any length."""


@dataclass(frozen=True, slots=True)
class Heard(State):
    """What has become of a sound so far."""

    rate: float = 0.0
    """Samples a second."""


def begin(source: Source, target: Target) -> Heard:
    """A sound before its first step."""
    empty = Resolved((), "float32", None, False, 0, 0, 0, ())
    return Heard(source.array, target, empty, -1.0, 1.0, rate=source.rate or 0.0)


def _mono(state: State, step: Step) -> State:
    """(T, 1)."""
    sound, which = state.array, step["which"]
    one = sound.mean(axis=1) if which == "mean" else sound[:, 0 if which == "left" else -1]
    return replace(state, array=one.astype(np.float32)[:, None])


def _resample(state: State, step: Step) -> State:
    """(T, C) at another rate."""
    heard, rate = cast("Heard", state), int(step["rate"])
    array = resampled(heard.array, heard.rate, rate)
    return replace(heard, array=array, rate=float(rate))


def _window(state: State, step: Step) -> State:
    """(samples, C): a piece of the sound, filled up where it is too short."""
    sound, start, length = state.array, int(step["start"]), int(step["samples"])
    piece = sound[start : start + length]
    if not len(piece):
        raise InputError(
            f"step 'window' starts at sample {start:,}, the sound has {len(sound):,}; start earlier"
        )
    lacking = length - len(piece)
    if lacking and step.get("short", "silence") == "repeat":
        piece = np.resize(piece, (length, piece.shape[1]))
    elif lacking:
        piece = np.pad(piece, ((0, lacking), (0, 0)))
    return replace(state, array=piece)


def _level(state: State, step: Step) -> State:
    """The full scale of -1..1 becomes low..high."""
    low, high = float(step["low"]), float(step["high"])
    if (low, high) == (state.low, state.high):
        return state
    unit = (state.array - np.float32(state.low)) / np.float32(state.high - state.low)
    array = unit * np.float32(high - low) + np.float32(low)
    return replace(state, array=array, low=low, high=high)


def _arrange(state: State, step: Step) -> State:
    """The model's axes, the sound once for each place of the batch."""
    sound, order = state.array, str(step["order"])
    letters = order.replace("N", "")
    if letters == "T":
        if sound.shape[1] != 1:
            raise InputError(
                f"step 'arrange' to {order} wants 1 channel, the sound has {sound.shape[1]}; add a "
                "step 'mono' before it"
            )
        array: npt.NDArray[Any] = sound[:, 0]
    else:
        array = sound if letters == "TC" else sound.T
    if "N" in order:
        shape = state.target.shape or (1,)
        batch = shape[0] if not free(shape[0]) and len(shape) == len(order) else 1
        array = np.repeat(array[None], int(batch or 1), 0)
    return replace(state, array=np.ascontiguousarray(array))


SOUND: Final[dict[str, Kind]] = {
    "mono": Kind(_mono, 1, {"which": _WHICH}),
    "resample": Kind(_resample, 1, {"rate": "count"}),
    "window": Kind(
        _window, 1, {"samples": "count", "start": "place", "short": _SHORT}, frozenset({"short"})
    ),
    "level": Kind(_level, 1, {"low": "number", "high": "number"}),
    "arrange": Kind(_arrange, 3, {"order": ARRANGEMENTS}),
}
"""The steps of a sound by name; ``decode`` and ``dtype`` are those of pictures too."""

KINDS.update(SOUND)


def guess_sound(target: Target, source: Source) -> list[Step]:
    """The steps that bring a sound into a model's input.

    Raises:
        InputError: the input can hold no sound.
    """
    order, length, channels = _place(target, source)
    steps = [step("decode")]
    have = source.array.shape[1]
    if channels == 1 and have > 1:
        steps.append(step("mono", which="mean", why="the model's input has 1 channel"))
    rate = _rate(target, length)
    steps += [rate, _piece(target, source, length, int(rate["rate"])), _scale(target)]
    steps.append(step("arrange", order=order, why="the length of its axes leaves no other"))
    name = as_dtype(target).name
    steps.append(step("dtype", to=name, why="the model's input is of this type"))
    return steps


def _place(target: Target, source: Source) -> tuple[str, int | None, int]:
    """How a sound lies in the input, its length where fixed, and its channels."""
    shape = target.shape
    kind = as_dtype(target).kind
    stated = "rate" in target.hints
    if shape is not None and kind in "fi" and len(shape) in (1, 2, 3):
        orders = {1: ("T",), 2: ("NT", "TC"), 3: ("NTC", "NCT")}[len(shape)]
        for order in orders:
            lengths = dict(zip(order, shape, strict=True))
            time, channels, batch = lengths["T"], lengths.get("C", 1), lengths.get("N", 1)
            if channels not in (1, 2) or (isinstance(batch, int) and batch > 1):
                continue
            if free(time):
                return order, None, channels
            if stated or int(time or 0) >= _FEWEST:
                return order, int(time or 0), channels
    raise InputError(
        f"input '{target.name}' wants {described(shape, target.dtype)}, which holds no sound; "
        f"'{source.name}' is {source.description}: where the model takes a spectrogram or other "
        "features, compute them as it was trained and feed them as a .npy file"
    )


def _rate(target: Target, length: int | None) -> Step:
    stated = target.hints.get("rate")
    if stated:
        why = str(target.hints.get("rate_why", "the model's file says so"))
        return step("resample", rate=int(stated), why=why)
    if length is not None:
        for rate in _RATES:
            if length % rate == 0:
                seconds = length // rate
                said = f"{length:,} samples are {seconds} s at {rate:,} Hz; {_SILENT}"
                return step("resample", rate=rate, guessed=said)
        # Frames that overlap leave less than a power of two at the end.
        for rate in _RATES:
            lacking = -length % rate
            if lacking in (128, 256, 512, 1024):
                seconds = (length + lacking) // rate
                said = (
                    f"{length:,} samples are {seconds} s at {rate:,} Hz less {lacking}; {_SILENT}"
                )
                return step("resample", rate=rate, guessed=said)
    return step("resample", rate=_USUAL, guessed=f"{_USUAL:,} Hz is usual: {_SILENT}")


def _piece(target: Target, source: Source, length: int | None, rate: int) -> Step:
    """Which part of the sound is fed."""
    have = resampled_length(len(source.array), source.rate or rate, rate)
    stated = target.hints.get("window")
    reason = f"the model takes {length:,} samples" if length else "the model takes any length"
    if length is None and stated:
        length, reason = (
            int(stated),
            str(target.hints.get("window_why", "the model's file says so")),
        )
    elif length is None:
        length = min(have, _LONGEST * rate)
    piece: dict[str, Any] = {"samples": length, "short": "silence"}
    if have < length:
        return step("window", start=0, **piece, guessed=f"silence after it: {reason}")
    if have == length:
        return step("window", start=0, **piece, why=f"all of it: {reason}")
    # Sought before it is resampled, which takes its time.
    scale = (source.rate or rate) / rate
    start = int(loudest(source.array, max(1, round(length * scale))) / scale)
    start = min(start, have - length)
    return step("window", start=start, **piece, guessed=f"the loudest piece: {reason}")


def loudest(sound: npt.NDArray[np.float32], length: int) -> int:
    """Where the piece of that length begins which has the most energy.

    Args:
        sound: (T, C).
        length: samples of the piece.
    """
    if len(sound) <= length:
        return 0
    energy = np.concatenate([[0.0], np.cumsum((sound.astype(np.float64) ** 2).sum(axis=1))])
    return int(np.argmax(energy[length:] - energy[:-length]))


def _scale(target: Target) -> Step:
    stated = target.hints.get("range")
    dtype = as_dtype(target)
    if dtype.kind == "i" and dtype.itemsize <= 2:
        limits = np.iinfo(dtype)
        why = f"the model's input is {dtype.name}"
        return step("level", low=float(limits.min), high=float(limits.max), why=why)
    if stated is not None:
        why = "the model's file says so"
        return step("level", low=float(stated[0]), high=float(stated[1]), why=why)
    return step("level", low=-1.0, high=1.0, guessed=f"-1..1: {_SILENT}")


def is_of_sound(steps: Sequence[Step]) -> bool:
    """Whether a preparation is for sounds."""
    return any(one.get("step") in SOUND for one in steps)
