"""A preparation: chosen for an input, tried while it is edited, and looked at step by step."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from cutaway import inputs
from cutaway.errors import InputError, UnknownKey
from cutaway.graph import Value
from cutaway.inputs.checking import check
from cutaway.inputs.hearing import Heard
from cutaway.inputs.preparation import stage_words
from cutaway.inputs.state import State
from cutaway.pictures import waveform_png
from cutaway.session.answer import PNG, Answer, as_json
from cutaway.session.documents import Step
from cutaway.session.preparing_documents import PreviewDoc, StageDoc, StepsDoc, StepStatsDoc
from cutaway.session.sidecar import Sidecar
from cutaway.session.sources import SOURCES, frame_of
from cutaway.session.tensors import TensorPictures

_CARD = 320
"""Longest side of a step's picture, in pixels."""
_THUMBNAIL = 96


def told_steps(said: Any, target: inputs.Target, source: inputs.Source) -> list[Step] | None:
    """The steps that were asked for: a list as it is, or a preset by its name; None where none.

    Raises:
        InputError: there is no such preset.
    """
    return inputs.preset(said, target, source) if isinstance(said, str) else said


def listed_steps(said: Any, sidecar: Sidecar, source: inputs.Source) -> list[Step] | None:
    """The steps asked for, else those kept, where they suit what came; presets are of pictures."""
    if isinstance(said, list):
        return cast("list[Step]", said)
    kept = sidecar.preparation
    return kept if kept is not None and inputs.suits(kept, source) else None


def chosen_steps(
    said: Any, sidecar: Sidecar, target: inputs.Target, source: inputs.Source
) -> list[Step]:
    """The steps for one input: asked for, else kept for the model, else guessed.

    Raises:
        InputError: there is no such preset, or the input does not fit.
    """
    kept = listed_steps(None, sidecar, source)
    preset = sidecar.preset if source.kind == "image" else None
    steps = told_steps(said or kept or preset, target, source)
    fed_as_it_is = source.kind == "array" and not said
    return inputs.guess(target, source) if steps is None or fed_as_it_is else steps


def source_of(told: Mapping[str, Any]) -> inputs.Source:
    """The source that is spoken of; raises InputError where it is no file."""
    if told.get("synthetic") or "path" not in told:
        raise InputError("a synthetic input has no preparation: choose a picture first")
    path = Path(str(told["path"]))
    return SOURCES.load(path, str(told.get("name", path.name)), frame_of(told))


def preset_steps(name: str, target: inputs.Target, source: inputs.Source) -> StepsDoc:
    """A preset for one input, or, by an empty name, what would be guessed."""
    return StepsDoc(inputs.preset(name, target, source) if name else inputs.guess(target, source))


def preview(steps: Any, target: inputs.Target, source: inputs.Source) -> PreviewDoc:
    """A preparation carried out as far as it goes, and what is wrong with it."""
    wrong = _wrong_step(steps)
    if wrong is not None:
        at, problem = wrong
        sound: Sequence[Step] = steps[:at]
        return PreviewDoc(_stages(sound, target, source)[0], problem, at)
    stages, problem = _stages(steps, target, source)
    if problem is not None:
        return PreviewDoc(stages, problem, len(stages) if len(stages) < len(steps) else None)
    try:
        inputs.prepare(source, steps, target)
    except InputError as misfit:
        return PreviewDoc(stages, str(misfit), None)
    return PreviewDoc(stages, None, None)


def _wrong_step(steps: Any) -> tuple[int, str] | None:
    """The first step that is none, or out of order."""
    place = 0
    for at, step in enumerate(steps):
        try:
            kind = check(step)
            if kind.place < place:
                inputs.validate(steps[: at + 1])
        except InputError as problem:
            return at, str(problem)
        place = kind.place
    return None


def _stages(
    steps: Sequence[Step], target: inputs.Target, source: inputs.Source
) -> tuple[list[StageDoc], str | None]:
    stages: list[StageDoc] = []
    states = inputs.walk(source, steps, target)
    try:
        next(states)
        # What was made before a step that cannot be carried out stays in the list.
        stages.extend(StageDoc(stage_words(one.array), _address(one)) for one in states)
    except InputError as problem:
        return stages, str(problem)
    return stages, None


def _address(state: State) -> str | None:
    pixels = inputs.seen(state)
    if pixels is None:
        return None
    return "data:image/png;base64," + base64.b64encode(inputs.png(pixels, _THUMBNAIL)).decode()


class StepPictures:
    """What a run's preparation gave, step by step; carried out again when it is first looked at."""

    def __init__(self, source: inputs.Source, steps: Sequence[Step], target: inputs.Target) -> None:
        self._steps = list(steps)
        self._pictures: list[bytes] = []
        self._stats: list[StepStatsDoc] = []
        states = inputs.walk(source, steps, target)
        next(states)
        for step, state in zip(steps, states, strict=True):
            self._pictures.append(_picture(state))
            self._stats.append(_stats(step, state))

    def answer(self, rest: Sequence[str]) -> Answer:
        """The answer to ``K/picture.png`` or ``K/stats``; raises UnknownKey."""
        match rest:
            case [number, "picture.png"] if self._has(number):
                return Answer(PNG, self._pictures[int(number)])
            case [number, "stats"] if self._has(number):
                return as_json(self._stats[int(number)])
            case _:
                count = len(self._steps)
                raise UnknownKey(
                    f"the preparation has {count} steps, each with picture.png and stats; got "
                    f"'{'/'.join(rest)}'"
                )

    def _has(self, number: str) -> bool:
        return number.isdecimal() and int(number) < len(self._steps)


def _picture(state: State) -> bytes:
    pixels = inputs.seen(state)
    if pixels is not None:
        return inputs.png(pixels, _CARD)
    if isinstance(state, Heard) and state.array.ndim == 2 and state.array.size:
        # The range as it is by now, brought to the wave's -1..1.
        half = max(abs(state.low), abs(state.high)) or 1.0
        return waveform_png(state.array / np.float32(half))
    array = state.array if state.array.ndim else state.array.reshape(1)
    value = Value(0, "step", array.shape, array.dtype.name, "activation")
    return bytes(TensorPictures(value, array).answer(["picture.png"], {"table": "gray"}).body)


def _stats(step: Step, state: State) -> StepStatsDoc:
    array, geometry = state.array, state.geometry
    numbers: list[float | None] = [None] * 4
    if array.dtype.kind in "biufV":
        known = array.astype(np.float64)
        known = known[np.isfinite(known)]
        if known.size:
            numbers = [float(f(known)) for f in (np.min, np.max, np.mean, np.std)]
    return StepStatsDoc(
        str(step["step"]),
        list(array.shape),
        array.dtype.name,
        *numbers,
        size=None if geometry is None else (geometry.size[1], geometry.size[0]),
        matrix=None if geometry is None else geometry.matrix,
    )
