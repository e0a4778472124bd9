"""What a run is fed with: a picture or an array, prepared for the model's inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cutaway import inputs
from cutaway.errors import InputError, UnknownKey
from cutaway.graph import Value
from cutaway.inputs.target import free
from cutaway.loaders import Model
from cutaway.session.documents import GivenDoc, InputDoc, Step
from cutaway.session.given import Given, fitted, given_arrays
from cutaway.session.preparing import StepPictures, chosen_steps
from cutaway.session.sidecar import Sidecar
from cutaway.session.sources import SOURCES
from cutaway.session.targets import Shapes, Targets
from cutaway.session.tensors import TensorPictures, dtype_name
from cutaway.trace import Array

_THUMBNAIL = 512
_LARGEST = 4096


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
        array = self.arrays[self.main.id]
        item = query.get("batch", "")
        batched = array.ndim > 1 and item.isdecimal() and int(item) < array.shape[0]
        asked = {"table": "gray", **({"batch": item} if batched else {})}
        return bytes(TensorPictures(self.main, array).answer(["picture.png"], asked).body)

    def steps(self) -> StepPictures:
        """What the preparation gave, step by step; raises UnknownKey where there was none."""
        if self.source is None or not self.preparation:
            raise UnknownKey("what this run was fed with was not prepared: it has no steps")
        return StepPictures(self.source, self.preparation, self.targets.target)

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
        return InputDoc(s.name, s.width, s.height, s.mode, s.description)


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
        args: ``input`` (``{"path", "name"}``, ``{"name"}`` with a body, or ``{"synthetic"}``, which
            may be one of its kinds by name), ``preparation``, the steps for this run alone or a
            preset's name, and ``given``, what single inputs are
            given, by name (as ``given_arrays`` has it).
        body: the bytes of an image, or of a ``.npy`` or ``.npz`` file.
        shapes: lengths that the user chose, by the input's name.

    Raises:
        InputError: it cannot be read or does not fit.
    """
    targets = Targets(model.graph, model.hints, shapes)
    told = dict(args.get("input") or {"synthetic": True})
    given = given_arrays(targets, args.get("given") or {})
    if targets.graph.inputs and targets.main.id in given.arrays:
        return _alone(targets, given)
    if told.get("synthetic"):
        return _synthetic(targets, given, told["synthetic"])
    data, name = _data(told, body)
    if inputs.is_archive(data):
        return _several(targets, inputs.load_arrays(data, name), name, given)
    source = SOURCES.load(data, name)
    steps = chosen_steps(args.get("preparation"), sidecar, targets.target, source)
    return _prepared(targets, source, steps, given)


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
    source = SOURCES.load(*_data(told, b""))
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
