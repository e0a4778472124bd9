"""What a run is fed with: a picture, an array, a sound or words, prepared for the inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from cutaway import inputs
from cutaway.errors import InputError, UnknownKey
from cutaway.graph import Value
from cutaway.inputs.target import free
from cutaway.loaders import Model
from cutaway.pictures import waveform_png
from cutaway.session.documents import GivenDoc, Step
from cutaway.session.fed_documents import InputDoc
from cutaway.session.given import Given, fitted, given_arrays
from cutaway.session.hearing import sound_target
from cutaway.session.preparing import StepPictures, chosen_steps, listed_steps
from cutaway.session.sidecar import Sidecar
from cutaway.session.sources import SOURCES, frame_of
from cutaway.session.targets import Shapes, Targets
from cutaway.session.tensors import TensorPictures, dtype_name
from cutaway.session.wording import Worded, worded
from cutaway.trace import Array

_THUMBNAIL = 512
_LARGEST = 4096

_TYPED = "words"
"""The name of a text that came without a file."""

_SHOWN = 10_000
"""Letters of a text that the page is sent."""


@dataclass(frozen=True)
class Fed:
    """What went in."""

    arrays: dict[int, Array]
    """By value id."""
    main: Value
    """The input that the picture went to."""
    source: inputs.Source | None
    """None where the input is synthetic."""
    preparation: list[Step]
    stages: list[str]
    described: str
    targets: Targets
    words: Mapping[int, str]
    """What each input was given, by value id."""
    defaults: frozenset[int]
    """The inputs that nobody gave anything."""
    geometry: inputs.Geometry | None = None
    """From the picture as it came to the one that the model gets; None where it is none."""
    tokens: tuple[str, ...] = ()
    """What the numbers stand for that words became."""

    @property
    def synthetic(self) -> bool:
        """Whether nothing was given."""
        return self.source is None

    def picture(self, query: Mapping[str, str]) -> bytes:
        """What was fed, as PNG; a synthetic or array input as the model gets it.

        Args:
            query: ``size``, the longest side of a picture, else 512; ``batch``, the item of many.
        """
        if self.source is not None and self.source.kind == "image":
            asked_size = query.get("size", "")
            limit = int(asked_size) if asked_size.isdecimal() else _THUMBNAIL
            return inputs.thumbnail_png(self.source, min(max(limit, 1), _LARGEST))
        if self.source is not None and self.source.kind == "audio":
            return waveform_png(self.source.array)
        array = self.arrays[self.main.id]
        item = query.get("batch", "")
        batched = array.ndim > 1 and item.isdecimal() and int(item) < array.shape[0]
        asked = {"table": "gray", **({"batch": item} if batched else {})}
        return bytes(TensorPictures(self.main, array).answer(["picture.png"], asked).body)

    def steps(self) -> StepPictures:
        """What the preparation gave, step by step; raises UnknownKey where there was none."""
        if self.source is None or not self.preparation:
            raise UnknownKey("what this run was fed with was not prepared: it has no steps")
        _, target = aimed(self.targets, self.source, Given(self.arrays))
        return StepPictures(self.source, self.preparation, target)

    def given(self) -> list[GivenDoc]:
        """What each input of the model was given."""
        graph = self.targets.graph
        return [self._given(graph.values[number]) for number in graph.inputs]

    def _given(self, value: Value) -> GivenDoc:
        array = self.arrays[value.id]
        declared = value.shape if value.shape is not None else (None,) * array.ndim
        one = array.size == 1 and array.dtype.kind in "biuf"
        return GivenDoc(
            value=value.id,
            name=value.name,
            shape=list(array.shape),
            dtype=dtype_name(array, value),
            free=[free(length) for length in declared],
            chosen=list(self.targets.chosen(value)),
            given=self.words.get(value.id, ""),
            by="default" if value.id in self.defaults else "user",
            number=float(array.reshape(-1)[0]) if one and np.isfinite(array).all() else None,
        )

    def document(self) -> InputDoc:
        """What the page is told of it."""
        if self.source is None:
            return InputDoc("synthetic input", None, None, None, self.described)
        s = self.source
        return InputDoc(
            s.name, s.width, s.height, s.mode, s.description,
            kind=s.kind, frames=s.frames, frame=s.frame, rate=s.rate, seconds=s.seconds,
            text=s.text[:_SHOWN] if s.kind == "text" and s.text else None,
            tokens=list(self.tokens) or None,
        )  # fmt: skip

    def note(self) -> str | None:
        """A sentence on what was given that no number can be told of; None where all is well."""
        odd = [
            f"{int(count):,} of {array.size:,} numbers of '{self.targets.graph.values[i].name}'"
            for i, array in self.arrays.items()
            if i not in self.defaults
            and array.dtype.kind in "fV"
            and (count := array.size - np.count_nonzero(np.isfinite(array)))
        ]
        if not odd:
            return None
        return f"what was fed holds NaN or infinity: {', '.join(odd)}; the network was given them"


def feed(
    model: Model,
    sidecar: Sidecar,
    args: Mapping[str, Any],
    body: bytes,
    shapes: Shapes,
) -> Fed:
    """The arrays for one run.

    Args:
        model: what is to be run.
        sidecar: the preparation that the user keeps for this model.
        args: ``input`` (``{"path", "name"}``, ``{"name"}`` with a body, ``{"text"}`` or
            ``{"synthetic"}``, which may be one of its kinds by name; beside them ``frame``, which
            picture of several, and ``tokenizer``, the path of one), ``preparation``, the steps for
            this run alone or a preset's name, and ``given``, what single inputs are given, by name
            (as ``given_arrays`` has it).
        body: the bytes of a file.
        shapes: lengths that the user chose, by the input's name.

    Raises:
        InputError: it cannot be read or does not fit.
    """
    targets = Targets(model.graph, model.hints, shapes)
    told = dict(args.get("input") or {"synthetic": True})
    if told.get("tokenizer"):
        sidecar.choose_tokenizer(Path(str(told["tokenizer"])))
    given = given_arrays(targets, args.get("given") or {})
    if targets.graph.inputs and targets.main.id in given.arrays:
        return _alone(targets, given)
    if told.get("synthetic"):
        return _synthetic(targets, given, told["synthetic"])
    if "text" in told:
        source = inputs.words(str(told["text"]), _TYPED)
        return _of_source(targets, sidecar, source, args.get("preparation"), given)
    data, name = _data(told, body)
    if inputs.is_archive(data):
        return _several(targets, inputs.load_arrays(data, name), name, given)
    source = SOURCES.load(data, name, frame_of(told))
    return _of_source(targets, sidecar, source, args.get("preparation"), given)


def _of_source(
    targets: Targets,
    sidecar: Sidecar,
    source: inputs.Source,
    asked: Any,
    given: Given,
) -> Fed:
    """What was read, prepared by the steps asked for, else those kept, else guessed ones."""
    if source.kind == "text":
        found = worded(targets, source, sidecar.tokenizer, listed_steps(asked, sidecar, source))
        if found is not None:
            return _with_words(targets, source, found, given)
    source, target = aimed(targets, source, given)
    steps = chosen_steps(asked, sidecar, target, source)
    return _prepared(targets, source, steps, given)


def aimed(
    targets: Targets, source: inputs.Source, given: Given
) -> tuple[inputs.Source, inputs.Target]:
    """What came as the main input takes it, and what that wants: inputs beside it tell of a sound.

    Args:
        targets: the model's inputs.
        source: what came.
        given: what single inputs were given.
    """
    sound = source.kind == "audio"
    target = sound_target(targets, given.arrays) if sound else targets.target
    return inputs.laid(source, target), target


def feed_source(
    targets: Targets,
    sidecar: Sidecar,
    source: inputs.Source,
    steps: Any,
    given: Mapping[str, Any],
) -> Fed:
    """The arrays for one run of something that was read before.

    Args:
        targets: the model's inputs.
        sidecar: what the user keeps for this model.
        source: a picture, a sound or an array.
        steps: those for this run alone, or a preset's name; None for those kept, or guessed.
        given: what single inputs are given, by name.

    Raises:
        InputError: it does not fit.
    """
    return _of_source(targets, sidecar, source, steps, given_arrays(targets, given))


def _with_words(targets: Targets, source: inputs.Source, found: Worded, given: Given) -> Fed:
    for number, array in found.arrays.items():
        given = given.beside(number, array, found.words[number])
    fed = _fed(
        targets, found.main, source, given,
        described=source.description, steps=found.steps, stages=found.stages,
    )  # fmt: skip
    return replace(fed, tokens=found.tokens)


def feed_variants(
    model: Model, sidecar: Sidecar, told: dict[str, Any], shapes: Shapes
) -> Iterator[tuple[str, Fed]]:
    """The same picture under each usual range and inversion, by name.

    Raises:
        InputError: it is no picture.
    """
    targets = Targets(model.graph, model.hints, shapes)
    if told.get("synthetic"):
        raise InputError("a synthetic input has one range only; choose a picture first")
    if "text" in told:
        raise InputError("words have no range of values; choose a picture first")
    source = SOURCES.load(*_data(told, b""), frame_of(told))
    if source.kind != "image":
        raise InputError(f"ranges are tried with a picture, '{source.name}' is none; choose one")
    steps = chosen_steps(None, sidecar, targets.target, source)
    for name, variant in inputs.variants(steps, targets.target, source):
        yield name, _prepared(targets, source, variant, Given())


def _data(told: Mapping[str, Any], body: bytes) -> tuple[bytes | Path, str]:
    """What was given, or where it lies, and its name."""
    if body:
        return body, str(told.get("name", "input"))
    path = Path(str(told["path"]))
    return path, str(told.get("name", path.name))


def _fed(
    targets: Targets,
    main: Value,
    source: inputs.Source | None,
    given: Given,
    *,
    described: str,
    steps: list[Step] | None = None,
    stages: list[str] | None = None,
    geometry: inputs.Geometry | None = None,
) -> Fed:
    arrays, defaults = targets.completed(given.arrays)
    words = {**defaults, **given.words}
    synthetic = {main.id} if source is None else set[int]()
    nobodys = frozenset(defaults.keys() | synthetic)
    return Fed(
        arrays,
        main,
        source,
        steps or [],
        stages or [],
        described,
        targets,
        words,
        nobodys,
        geometry,
    )


def _prepared(targets: Targets, source: inputs.Source, steps: list[Step], given: Given) -> Fed:
    prepared = inputs.prepare(source, steps, targets.target)
    main = targets.main
    return _fed(
        targets, main, source, given.beside(main.id, prepared.array, source.name),
        described=source.description, steps=steps, stages=list(prepared.stages),
        geometry=prepared.geometry,
    )  # fmt: skip


def _several(targets: Targets, held: Mapping[str, Array], name: str, given: Given) -> Fed:
    """Arrays for several inputs by their names; a dtype is changed only where nothing is lost."""
    graph = targets.graph
    by_name = {graph.values[i].name: i for i in graph.inputs}
    read: dict[int, Array] = {}
    for key, array in held.items():
        if key not in by_name:
            raise InputError(
                f"{name} holds '{key}', which is no input of this model; its inputs are "
                f"{', '.join(by_name)}"
            )
        read[by_name[key]] = fitted(array, graph.values[by_name[key]])
    if not read:
        raise InputError(f"{name} holds no array; its names are those of {', '.join(by_name)}")
    main = targets.main if targets.main.id in read else graph.values[next(iter(read))]
    for number, array in read.items():
        given = given.beside(number, array, f"{graph.values[number].name} of {name}")
    shown = inputs.Source(name, "array", read[main.id], None, None, None, f"arrays in {name}")
    return _fed(targets, main, shown, given, described=f"{', '.join(held)} of {name}")


def _alone(targets: Targets, given: Given) -> Fed:
    """The main input was given an array of its own."""
    main, words = targets.main, given.words[targets.main.id]
    source = inputs.Source(words, "array", given.arrays[main.id], None, None, None, words)
    return _fed(targets, main, source, given, described=words)


def _synthetic(targets: Targets, given: Given, kind: Any) -> Fed:
    array, described = inputs.synthetic(targets.target, kind if isinstance(kind, str) else "usual")
    main = targets.main
    fed = given.beside(main.id, array, described.partition(";")[0])
    return _fed(targets, main, None, fed, described=described)
