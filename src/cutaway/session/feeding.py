"""What a run is fed with: a picture or an array, prepared for the model's inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from cutaway import inputs
from cutaway.errors import InputError
from cutaway.graph import Graph, Value
from cutaway.loaders import Model
from cutaway.session.documents import InputDoc, Step
from cutaway.session.sidecar import Sidecar
from cutaway.session.tensors import TensorPictures
from cutaway.trace import Array

_THUMBNAIL = 512


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

    @property
    def synthetic(self) -> bool:
        """Whether nothing was given."""
        return self.source is None

    def picture(self) -> bytes:
        """What was fed, as PNG; a synthetic or array input as the model gets it."""
        if self.source is not None and self.source.kind == "image":
            return inputs.thumbnail_png(self.source, _THUMBNAIL)
        tensor = TensorPictures(self.main, self.arrays[self.main.id])
        return bytes(tensor.answer(["picture.png"], {"table": "gray"}).body)

    def document(self) -> InputDoc:
        """What the page is told of it."""
        if self.source is None:
            return InputDoc("synthetic input", None, None, None, self.described)
        s = self.source
        return InputDoc(s.name, s.width, s.height, s.mode, s.description)


@dataclass(frozen=True)
class _Wanted:
    """The model's inputs, the main one apart."""

    graph: Graph
    hints: Mapping[str, Any]

    @cached_property
    def main(self) -> Value:
        """The input that a picture goes to: the first that can hold one, else the first."""
        values = [self.graph.values[i] for i in self.graph.inputs]
        if not values:
            raise InputError("the model has no input: there is nothing to feed")
        pictures = [v for v in values if v.shape is not None and len(v.shape) in (3, 4)]
        return (pictures or values)[0]

    @cached_property
    def target(self) -> inputs.Target:
        """What the main input wants."""
        return self.as_target(self.main, self.hints)

    def as_target(self, value: Value, hints: Mapping[str, Any] | None = None) -> inputs.Target:
        """What an input wants."""
        return inputs.Target(value.name, value.shape, value.dtype, value.axes, dict(hints or {}))

    def others(self) -> dict[int, Array]:
        """Stated defaults for all inputs but the main one."""
        values = [self.graph.values[i] for i in self.graph.inputs if i != self.main.id]
        return {v.id: inputs.default_for(self.as_target(v)) for v in values}


def feed(model: Model, sidecar: Sidecar, args: Mapping[str, Any], body: bytes) -> Fed:
    """The arrays for one run.

    Args:
        model: what is to be run.
        sidecar: the preparation that the user keeps for this model.
        args: ``input`` (``{"path", "name"}``, ``{"name"}`` with a body, or ``{"synthetic"}``) and
            ``preparation``, the steps for this run alone.
        body: the bytes of an image or a ``.npy`` file.

    Raises:
        InputError: it cannot be read or does not fit.
    """
    wanted = _Wanted(model.graph, model.hints)
    told = dict(args.get("input") or {"synthetic": True})
    if told.get("synthetic"):
        return _synthetic(wanted)
    source = _load(told, body)
    steps = args.get("preparation") or sidecar.preparation
    if steps is None or source.kind == "array":
        steps = inputs.guess(wanted.target, source)
    return _prepared(wanted, source, steps)


def feed_variants(
    model: Model, sidecar: Sidecar, told: dict[str, Any]
) -> Iterator[tuple[str, Fed]]:
    """The same picture under each usual range and inversion, by name.

    Raises:
        InputError: it is no picture.
    """
    wanted = _Wanted(model.graph, model.hints)
    if told.get("synthetic"):
        raise InputError("a synthetic input has one range only; choose a picture first")
    source = _load(told, b"")
    steps = sidecar.preparation or inputs.guess(wanted.target, source)
    for name, variant in inputs.variants(steps, wanted.target):
        yield name, _prepared(wanted, source, variant)


def _load(told: Mapping[str, Any], body: bytes) -> inputs.Source:
    if body:
        return inputs.load(body, str(told.get("name", "input")))
    path = Path(str(told["path"]))
    return inputs.load(path, str(told.get("name", path.name)))


def _prepared(wanted: _Wanted, source: inputs.Source, steps: list[Step]) -> Fed:
    prepared = inputs.prepare(source, steps, wanted.target)
    arrays = {wanted.main.id: prepared.array, **wanted.others()}
    return Fed(arrays, wanted.main, source, steps, list(prepared.stages), source.description)


def _synthetic(wanted: _Wanted) -> Fed:
    array, described = inputs.synthetic(wanted.target)
    arrays = {wanted.main.id: array, **wanted.others()}
    return Fed(arrays, wanted.main, None, [], [], described)
