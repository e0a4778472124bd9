"""A network's answers to many inputs, from Python: ``model.predict``."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from cutaway.errors import InputError
from cutaway.worker.held import new_id

if TYPE_CHECKING:
    from cutaway.worker.face import Model

Array: TypeAlias = npt.NDArray[Any]
Inputs: TypeAlias = "str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | Array"


class ClassScore(NamedTuple):
    """One class of an answer."""

    index: int | None  # pyright: ignore[reportIncompatibleMethodOverride] - a class number is one
    """Class number, from 0; None where one of many inputs was left out or has no class."""
    label: str | None
    """None where no labels are known."""
    score: float | None
    """From 0 to 1, after softmax where the model ends in logits; None beside a NaN."""


class Prediction(NamedTuple):
    """The answer to one input."""

    name: str
    """The file's name, or its row's."""
    predicted: int | None
    """Class number; None where the answer is no class, or the input was left out."""
    label: str | None
    """The class's name; None where none is known."""
    score: float | None
    """From 0 to 1, after softmax where the model ends in logits."""
    truth: int | None
    """Class number of what it is; None where nobody says."""


class Predictions(Sequence[Prediction]):
    """The answers to many inputs, in the order in which they were given."""

    def __init__(
        self,
        document: Mapping[str, Any],
        columns: Mapping[str, Array],
        names: Sequence[str],
        labels: Sequence[str] | None,
    ) -> None:
        self.document = document
        """The ResultDoc of ARCHITECTURE.md."""
        self.predicted = columns["predicted"]
        """(N,) int32 class numbers, -1 where there is none."""
        self.score = columns["score"]
        """(N,) float32, NaN where there is none."""
        self.truth = columns["truth"]
        """(N,) int32 class numbers, -1 where nobody says."""
        self.names = names
        """What each input is called."""
        self.labels = labels
        """Class names by class number; None where none are known."""

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, at: Any) -> Any:
        """One prediction, or a list of them for a slice."""
        picked = cast("int | range", range(len(self)).__getitem__(at))
        if isinstance(picked, range):
            return [self[i] for i in picked]
        i = picked
        number, truth = int(self.predicted[i]), int(self.truth[i])
        score = float(self.score[i])
        return Prediction(
            self.names[i],
            None if number < 0 else number,
            self.label(number),
            None if np.isnan(score) else score,
            None if truth < 0 else truth,
        )

    def __repr__(self) -> str:
        told = "" if self.accuracy is None else f", {self.accuracy:.2%} right"
        return f"<cutaway.Predictions of {len(self)} inputs{told}>"

    def label(self, number: int) -> str | None:
        """The name of a class; None where none is known."""
        known = self.labels is not None and 0 <= number < len(self.labels)
        return (cast("Sequence[str]", self.labels)[number] or None) if known else None

    @property
    def top(self) -> list[ClassScore]:
        """The best class of each input: its number, its name, its score."""
        return [ClassScore(one.predicted, one.label, one.score) for one in self]

    @property
    def accuracy(self) -> float | None:
        """The share that is right, from 0 to 1; None where nobody says what is right."""
        return self.document["accuracy"]

    @property
    def confusion(self) -> Array | None:
        """(C, C) counts per truth and prediction; None without labels."""
        count = self.document["classes"]
        if count is None or self.document["accuracy"] is None:
            return None
        both = (self.truth >= 0) & (self.predicted >= 0)
        at = self.truth[both].astype(np.int64) * count + self.predicted[both]
        return np.bincount(at, minlength=count * count).reshape(count, count)

    @property
    def wrong(self) -> list[int]:
        """The inputs answered wrongly, by number, the surest mistakes first."""
        missed = (self.truth >= 0) & (self.predicted >= 0) & (self.truth != self.predicted)
        found = np.flatnonzero(missed)
        order = np.argsort(-np.nan_to_num(self.score[found], nan=-1.0), kind="stable")
        return [int(one) for one in found[order]]

    @property
    def left_out(self) -> list[tuple[str, str]]:
        """The first inputs that could not be read or run, each with the reason."""
        return [(one["name"], one["why"]) for one in self.document["left_out"]]


def predict(model: Model, given: Inputs, labels: Sequence[int] | None = None) -> Predictions:
    """The network's answer to each of many inputs, without capturing anything.

    Args:
        model: opened.
        given: a folder (its folders are labels), a zip, a file of one or of many inputs, several of
            these, or an array of inputs stacked along its first axis.
        labels: a class number for each row of an array.

    Raises:
        InputError: there is nothing to feed in it, or none of it could be fed.
        WorkerEnded: the process is gone.
    """
    with _paths(given, labels) as paths:
        return predicted(model.session, paths)


def predicted(session: Any, paths: Sequence[str]) -> Predictions:
    """What a session predicts for files and folders; raises InputError."""
    number = new_id()
    session.command("gallery", {"gallery": number, "paths": paths}).result()
    key = f"/m/{session.id}/g/{number}"
    session.get(f"{key}/info").result()
    columns = _tensors(session.get(f"{key}/all").result().body)
    entries = _tensors(session.get(f"{key}/entries").result().body)
    document = session.command("gallery-result", {"gallery": number}).result().json()
    settings = session.command("settings", {}).result().json()
    if document["count"] and document["failed"] == document["count"]:
        first = document["left_out"][0]
        raise InputError(f"none of {document['count']:,} inputs could be fed: {first['why']}")
    text, ends = entries["names"].tobytes(), entries["names_at"].tolist()
    names = [text[a:b].decode() for a, b in pairwise(ends)]
    truths = np.asarray([*document["truths"], -1], np.int32)
    columns["truth"] = truths[entries["label"]]
    return Predictions(document, columns, names, settings["labels"])


def _tensors(body: bytes | memoryview) -> dict[str, Array]:
    from safetensors.numpy import load

    return load(bytes(body))


@contextmanager
def _paths(given: Inputs, labels: Sequence[int] | None) -> Generator[list[str]]:
    if isinstance(given, str | os.PathLike):
        yield [str(Path(given).expanduser().absolute())]
        return
    if not isinstance(given, np.ndarray):
        yield [str(Path(one).expanduser().absolute()) for one in given]
        return
    if given.dtype.hasobject or given.ndim < 2:
        raise InputError(
            f"inputs stacked along the first axis were wanted; got {given.shape} {given.dtype}"
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "inputs.npz"
        held: dict[str, Any] = {"x": given}
        if labels is not None:
            held["y"] = np.asarray(labels)
            if len(held["y"]) != len(given):
                raise InputError(
                    f"one label for each input was wanted; got {len(held['y']):,} for "
                    f"{len(given):,}"
                )
        np.savez(path, allow_pickle=False, **held)
        yield [str(path)]
