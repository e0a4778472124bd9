"""What a run is fed with: a picture or an array, prepared for the model's inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cutaway import inputs
from cutaway.errors import InputError
from cutaway.graph import Value
from cutaway.inputs.target import described
from cutaway.loaders import Model
from cutaway.session.documents import InputDoc, Step
from cutaway.session.sidecar import Sidecar
from cutaway.session.targets import Targets
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


def feed(
    model: Model,
    sidecar: Sidecar,
    args: Mapping[str, Any],
    body: bytes,
    shapes: Mapping[str, tuple[int, ...]],
) -> Fed:
    """The arrays for one run.

    Args:
        model: what is to be run.
        sidecar: the preparation that the user keeps for this model.
        args: ``input`` (``{"path", "name"}``, ``{"name"}`` with a body, or ``{"synthetic"}``) and
            ``preparation``, the steps for this run alone.
        body: the bytes of an image, or of a ``.npy`` or ``.npz`` file.
        shapes: lengths that the user chose, by the input's name.

    Raises:
        InputError: it cannot be read or does not fit.
    """
    targets = Targets(model.graph, model.hints, shapes)
    told = dict(args.get("input") or {"synthetic": True})
    if told.get("synthetic"):
        return _synthetic(targets)
    data, name = _data(told, body)
    if inputs.is_archive(data):
        return _several(targets, inputs.load_arrays(data, name), name)
    source = inputs.load(data, name)
    steps = args.get("preparation") or sidecar.preparation
    if steps is None or source.kind == "array":
        steps = inputs.guess(targets.target, source)
    return _prepared(targets, source, steps)


def feed_variants(
    model: Model, sidecar: Sidecar, told: dict[str, Any], shapes: Mapping[str, tuple[int, ...]]
) -> Iterator[tuple[str, Fed]]:
    """The same picture under each usual range and inversion, by name.

    Raises:
        InputError: it is no picture.
    """
    targets = Targets(model.graph, model.hints, shapes)
    if told.get("synthetic"):
        raise InputError("a synthetic input has one range only; choose a picture first")
    source = inputs.load(*_data(told, b""))
    steps = sidecar.preparation or inputs.guess(targets.target, source)
    for name, variant in inputs.variants(steps, targets.target):
        yield name, _prepared(targets, source, variant)


def _data(told: Mapping[str, Any], body: bytes) -> tuple[bytes | Path, str]:
    """What was given, or where it lies, and its name."""
    if body:
        return body, str(told.get("name", "input"))
    path = Path(str(told["path"]))
    return path, str(told.get("name", path.name))


def _prepared(targets: Targets, source: inputs.Source, steps: list[Step]) -> Fed:
    prepared = inputs.prepare(source, steps, targets.target)
    arrays = targets.completed({targets.main.id: prepared.array})
    return Fed(arrays, targets.main, source, steps, list(prepared.stages), source.description)


def _several(targets: Targets, held: Mapping[str, Array], name: str) -> Fed:
    """Arrays for several inputs by their names; a dtype is changed only where nothing is lost."""
    graph = targets.graph
    by_name = {graph.values[i].name: i for i in graph.inputs}
    given: dict[int, Array] = {}
    for key, array in held.items():
        if key not in by_name:
            raise InputError(
                f"{name} holds '{key}', which is no input of this model; its inputs are "
                f"{', '.join(by_name)}"
            )
        given[by_name[key]] = fitted(array, graph.values[by_name[key]])
    if not given:
        raise InputError(f"{name} holds no array; its names are those of {', '.join(by_name)}")
    arrays = targets.completed(given)
    main = targets.main if targets.main.id in given else graph.values[next(iter(given))]
    shown = inputs.Source(name, "array", arrays[main.id], None, None, None, f"arrays in {name}")
    return Fed(arrays, main, shown, [], [], f"{', '.join(held)} of {name}")


def fitted(array: Array, value: Value) -> Array:
    """An array in the dtype that an input wants, with the axes of length 1 that it lacks.

    Raises:
        InputError: numbers would be lost by changing the dtype, or the array has another rank.
    """
    wanted = np.dtype(value.dtype) if value.dtype in np.sctypeDict else array.dtype
    changed = array
    if array.dtype != wanted and array.dtype.kind in "biuf" and wanted.kind in "biuf":
        with np.errstate(invalid="ignore", over="ignore"):
            changed = array.astype(wanted)
        if not array.dtype.kind == wanted.kind == "f" and not np.array_equal(changed, array):
            changed = array
    shape = value.shape if value.shape is not None else array.shape
    missing = shape[: max(0, len(shape) - array.ndim)]
    if all(not isinstance(length, int) or length == 1 for length in missing):
        changed = changed.reshape((1,) * len(missing) + changed.shape)
    if changed.ndim != len(shape) or (value.dtype in np.sctypeDict and changed.dtype != wanted):
        raise InputError(
            f"input '{value.name}' wants {described(value.shape, value.dtype)}, "
            f"{described(array.shape, array.dtype.name)} was given; convert it"
        )
    return changed


def _synthetic(targets: Targets) -> Fed:
    array, described = inputs.synthetic(targets.target)
    arrays = targets.completed({targets.main.id: array})
    return Fed(arrays, targets.main, None, [], [], described)
