"""The Python face of a model in its worker: ``cutaway.open``."""

from __future__ import annotations

import dataclasses
import io
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from cutaway.errors import Cancelled, InputError, RunError, UnknownKey
from cutaway.settings import Options
from cutaway.worker.comparing import Comparison, Reference, compare
from cutaway.worker.held import HeldSession
from cutaway.worker.predicting import ClassScore, Inputs, Predictions, predict
from cutaway.worker.questions import Explanation, channels, explain, field, statistics
from cutaway.worker.reading import Reading, reading, readings
from cutaway.worker.remote import RemoteSession

Array: TypeAlias = npt.NDArray[Any]
Preparation: TypeAlias = "list[dict[str, Any]] | str | os.PathLike[str] | None"

SYNTHETIC = "synthetic:"
"""Before the kind of a synthetic input."""

Fed: TypeAlias = "str | os.PathLike[str] | Array | Mapping[str, Any] | None"


def open_model(
    path: str | os.PathLike[str] | object,
    *,
    example: Any = None,
    labels: str | os.PathLike[str] | None = None,
    trust: bool = False,
    maker: str | None = None,
    shapes: Mapping[str, Sequence[int]] | None = None,
) -> Model:
    """The model of a file, held by a process of its own until it is closed, or a live network.

    A live network, such as a ``torch.nn.Module``, stays in this process and is left exactly as it
    is found: mode, hooks, parameters.

    Args:
        path: the model's file or folder, or the live object.
        example: what a live network is called with: a tensor, a tuple of arguments, or a
            dictionary of keyword arguments; None guesses from its first layer.
        labels: a file of class names; by default the one beside the model.
        trust: whether code that the file holds may run, such as a pickle's.
        maker: what builds the network that a checkpoint belongs to, as ``module:name``.
        shapes: lengths for the axes that the model leaves free, by the input's name, such as
            ``{"input": (1, 3, 320, 320)}``; an empty name is the main input's.

    Raises:
        ModelError: it cannot be opened; one of its kinds, in one sentence.
        InputError: the label file holds no labels.
    """
    chosen = {name: tuple(map(int, shape)) for name, shape in (shapes or {}).items()}
    options = Options(trust, maker, chosen)
    session: HeldSession
    if isinstance(path, str | os.PathLike):
        place = os.fspath(cast("str | os.PathLike[str]", path))
        session = RemoteSession(Path(place), options=options)
    else:
        from cutaway.worker.local import LocalSession

        session = LocalSession(path, example, options)
    try:
        graph = session.get(f"/m/{session.id}/graph").result().json()
        if labels is not None:
            asked = {"path": os.fspath(labels), "keep": False}
            session.command("labels", asked).result()
    except BaseException:
        session.close()
        raise
    return Model(session, graph)


class Model:
    """An opened model; a context manager that ends its process."""

    def __init__(self, session: HeldSession, graph: Mapping[str, Any]) -> None:
        self.session = session
        """The process that holds it."""
        self.graph = graph
        """The GraphDoc of ARCHITECTURE.md: nodes, values, groups, inputs, outputs."""

    def __repr__(self) -> str:
        g = self.graph
        return f"<cutaway.Model {g['name']}: {g['format']}, {len(g['nodes'])} nodes>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process that holds the model."""
        self.session.close()

    @cached_property
    def weights(self) -> Mapping[str, Array]:
        """Weights and constants by name, such as ``conv2d/kernel``."""
        return Weights(self)

    def run(
        self,
        fed: Fed = None,
        *,
        text: str | None = None,
        frame: int = 0,
        tokenizer: str | os.PathLike[str] | None = None,
        preparation: Preparation = None,
    ) -> Trace:
        """Feed the model and keep every tensor.

        Args:
            fed: the file of a picture, a sound, a video, a text, a table of numbers or an array
                (``.npy``, ONNX's ``.pb``); or an array of the shape that the model's input wants
                (without or with the batch axis), or ``(H, W)`` and ``(H, W, C)`` uint8 pictures;
                several inputs by name, as a dictionary or an ``.npz`` file; None feeds a synthetic
                input, ``"synthetic:noise"``, ``constant`` or ``gradient`` one of that kind, behind
                another colon its seed, its value or its way (``"synthetic:constant:0.2"``).
            text: words, in place of ``fed``.
            frame: which picture of a video, an animation or a TIFF of several pages, from 0.
            tokenizer: the ``tokenizer.json`` by which words become numbers, from now on; by
                default the one beside the model.
            preparation: steps for this run, a JSON file of steps, or a preset's name such as
                ``"imagenet-torch"``; by default those kept beside the model, else guessed.

        Raises:
            InputError: what was fed cannot be read or does not fit.
            RunError: the engine failed before it had captured anything.
            WorkerEnded: the process is gone.
        """
        told: dict[str, Any]
        told, body = _told(fed) if text is None else ({"text": text}, b"")
        if text is not None and fed is not None:
            raise InputError("one input was wanted; got a text and something else: leave one out")
        if frame:
            told["frame"] = frame
        if tokenizer is not None:
            told["tokenizer"] = str(Path(tokenizer).absolute())
        steps = told_preparation(preparation)
        number = self.session.run({"input": told, "preparation": steps}, body)
        info = self.session.get(f"/t/{number}/info").result().json()
        if info["state"] == "cancelled":
            raise Cancelled(info["message"])
        if info["state"] == "failed" and not info["kept"]:
            kind = RunError if info["input"] else InputError
            raise kind(info["message"])
        return Trace(self, info, (told, body))

    def predict(self, given: Inputs, labels: Sequence[int] | None = None) -> Predictions:
        """Answers to many inputs at once; see ``cutaway.worker.predicting.predict``."""
        return predict(self, given, labels)


class Weights(Mapping[str, Array]):
    """A model's weights and constants by name."""

    def __init__(self, model: Model) -> None:
        self._model = model
        kinds = ("weight", "constant")
        self._ids = {v["name"]: v["id"] for v in model.graph["values"] if v["what"] in kinds}

    def __getitem__(self, name: str) -> Array:
        """The array of a weight; raises KeyError with names that are near."""
        if name not in self._ids:
            raise KeyError(_unknown(name, self._ids, "weight"))
        session = self._model.session
        value = self._model.graph["values"][self._ids[name]]
        return _array(session, f"/m/{session.id}/v/{value['id']}", value["dtype"])

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


@dataclass(frozen=True)
class Trace:
    """One run: every tensor by name."""

    model: Model
    """What ran."""
    info: Mapping[str, Any]
    """The TraceDoc of ARCHITECTURE.md: preparation, time, what was kept, the answer."""
    fed: tuple[Mapping[str, Any], bytes] = dataclasses.field(repr=False)
    """What the worker was told of the input, and the bytes that went with it."""

    def __repr__(self) -> str:
        kept, seconds = len(self.info["kept"]), self.info["seconds"]
        return f"<cutaway.Trace of {self.model.graph['name']}: {kept} tensors in {seconds:.3f} s>"

    @property
    def id(self) -> int:
        """The run's id in keys."""
        return self.info["id"]

    @property
    def seconds(self) -> float:
        """Wall time of the engine, without preparation."""
        return self.info["seconds"]

    @property
    def weights(self) -> Mapping[str, Array]:
        """The model's weights by name."""
        return self.model.weights

    def __getitem__(self, name: str) -> Array:
        """A tensor by its name, or by the name of the node whose first output it is.

        Raises:
            KeyError: the model has no such tensor, or the run did not keep it.
        """
        value = self.value(name)
        if value["id"] not in self.info["kept"]:
            why = self.info["left_out"].get(str(value["id"]), "the run ended before it")
            raise KeyError(f"'{name}' was not kept: {why}")
        return _array(self.model.session, f"/t/{self.id}/{value['id']}", value["dtype"])

    def names(self) -> list[str]:
        """The names of all tensors kept, in the order of the model's values."""
        values = self.model.graph["values"]
        return [values[i]["name"] for i in self.info["kept"]]

    def top(self, count: int = 5) -> list[ClassScore]:
        """The best classes, best first; empty where the output is no class vector."""
        answer = self.info["answer"]
        if answer is None:
            return []
        best = (answer["classes"][i] for i in answer["top"][:count])
        return [ClassScore(c["index"], c["label"], c["score"]) for c in best]

    def readings(self) -> list[Reading]:
        """What the outputs mean; see ``cutaway.worker.reading``."""
        return readings(self)

    def reading(
        self, kind: str | None = None, *, values: Sequence[str] | None = None, **settings: Any
    ) -> Reading:
        """One reading, as recognized or as asked; see ``cutaway.worker.reading.reading``."""
        return reading(self, kind, values, settings)

    def explain(self, name: str, index: Sequence[int]) -> Explanation:
        """The whole arithmetic of one number; see ``cutaway.worker.questions.explain``."""
        return explain(self, name, index)

    def field(self, name: str, index: Sequence[int]) -> Mapping[str, tuple[slice, ...]]:
        """What one number depends on; see ``cutaway.worker.questions.field``."""
        return field(self, name, index)

    def compare(
        self,
        reference: Reference,
        *,
        name: str | None = None,
        absolute: float | None = None,
        relative: float | None = None,
    ) -> Comparison:
        """The run beside a reference; see ``cutaway.worker.comparing.compare``."""
        return compare(self, reference, name=name, absolute=absolute, relative=relative)

    def statistics(self, name: str) -> Mapping[str, Any]:
        """What a tensor or weight holds; see ``cutaway.worker.questions.statistics``."""
        return statistics(self, name)

    def channels(self, name: str) -> Mapping[str, Array]:
        """What each of its maps holds; see ``cutaway.worker.questions.channels``."""
        return channels(self, name)

    def value(self, name: str) -> Mapping[str, Any]:
        """What the graph says of a tensor, by its name or that of the node that wrote it."""
        graph = self.model.graph
        for value in graph["values"]:
            if value["name"] == name and value["what"] in ("activation", "input"):
                return value
        for node in graph["nodes"]:
            if node["name"] == name and node["writes"]:
                return graph["values"][node["writes"][0]]
        names = {v["name"] for v in graph["values"] if v["what"] in ("activation", "input")}
        raise KeyError(_unknown(name, names | {n["name"] for n in graph["nodes"]}, "tensor"))


def told_preparation(said: Preparation) -> list[dict[str, Any]] | str | None:
    """Steps as they are, those of a file, or a preset's name; raises InputError."""
    if not isinstance(said, str | os.PathLike):
        return said
    from cutaway import inputs

    place = Path(said)
    # A preset's name goes first: it needs no file, and a file can be named with its folder.
    if isinstance(said, str) and inputs.named(said) is not None:
        return said
    if isinstance(said, str) and not place.suffix and not place.exists():
        known = ", ".join(one.name for one in inputs.PRESETS)
        raise InputError(f"no preset and no file is called '{said}'; presets are {known}")
    return inputs.read_steps(place)


def _told(fed: Fed) -> tuple[dict[str, Any], bytes]:
    """What the worker is told of an input, and the bytes that go with it."""
    if fed is None or (isinstance(fed, Mapping) and not fed):
        return {"synthetic": True}, b""
    if isinstance(fed, str) and fed.startswith(SYNTHETIC):
        return {"synthetic": fed.removeprefix(SYNTHETIC)}, b""
    if isinstance(fed, str | os.PathLike):
        path = Path(fed).absolute()
        return {"path": str(path), "name": path.name}, b""
    out = io.BytesIO()
    try:
        if isinstance(fed, Mapping):
            with zipfile.ZipFile(out, "w") as archive:
                for name, array in fed.items():
                    with archive.open(f"{name}.npy", "w") as member:
                        np.lib.format.write_array(member, np.asarray(array), allow_pickle=False)
            return {"name": "arrays.npz"}, out.getvalue()
        np.save(out, np.asarray(fed), allow_pickle=False)
    except ValueError as problem:
        raise InputError(
            f"an array of numbers was wanted; got {type(fed).__name__}: {problem}"
        ) from None
    return {"name": "array.npy"}, out.getvalue()


def _array(session: HeldSession, key: str, dtype: str | None) -> Array:
    try:
        body = session.get(f"{key}/array.npy").result().body
    except UnknownKey as problem:
        raise KeyError(str(problem)) from None
    array = np.load(io.BytesIO(body), allow_pickle=False)
    if dtype and array.dtype.name != dtype and array.dtype.kind not in "OSU":
        import ml_dtypes

        # A type that the .npy format lacks came widened; narrowing it again is exact.
        exact = getattr(ml_dtypes, dtype, None)
        return array if exact is None else array.astype(exact)
    return array


def _unknown(name: str, known: Any, what: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), 3)
    hint = f"; near: {', '.join(near)}" if near else ""
    return f"no {what} '{name}'{hint}"
