"""What the user said of a model, kept beside it as ``MODEL.cutaway.json``."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from cutaway import demo, inputs, outputs
from cutaway.errors import CutawayError, InputError
from cutaway.loaders import Model
from cutaway.session.documents import LabelsDoc, SettingsDoc, Step
from cutaway.session.labelling import class_count, misfit, shift_offer, shifted
from cutaway.session.reading_documents import ShiftDoc

_VERSION = 1


class Sidecar:
    """Labels and preparation of one model: the user's, else the file's, else none."""

    def __init__(self, model: Path) -> None:
        self._model = model
        self._file = model.with_name(model.name + ".cutaway.json")
        self.labels: list[str] | None = None
        """Class names, by class number."""
        self.source: str | None = None
        """Where the labels come from, in words."""
        self.preparation: list[Step] | None = None
        """The steps that the user chose; None where they are guessed anew for each input."""
        self.preset: str | None = None
        """The name of a preset that was asked for instead of steps."""
        self._tokenizer: Path | None = None
        self._home = model
        self.reading: dict[str, Any] | None = None
        """How the user says that outputs are read; None where they are recognized."""
        self.classes: int | None = None
        """How many classes the model has, where that is known."""
        self.message: str | None = None
        """A sentence where the file could not be read or written."""
        self._saved = False

    def adopt(self, model: Model) -> None:
        """Read what is beside the model; a broken sidecar is told, not fatal."""
        self.classes = class_count(model.graph)
        if model.labels:
            self.labels, self.source = list(model.labels), "the model's file"
        self._home = model.home or self._model
        beside = outputs.beside(self._home) or outputs.beside(self._model)
        if beside is not None:
            self._attempt(lambda: self._take(outputs.load(beside, beside.name), beside.name))
        if self._file.is_file():
            self._attempt(self._read)

    def document(self) -> SettingsDoc:
        """What is in use."""
        offer = self._fit()[0]
        return SettingsDoc(
            self.labels, self.source, self.preparation, self.reading, offer, self._saved
        )

    def _fit(self) -> tuple[ShiftDoc | None, str | None]:
        """What is to be said where the labels are too few or too many."""
        return shift_offer(self.labels, self.classes), misfit(self.labels, self.classes)

    @property
    def tokenizer(self) -> Path | None:
        """The tokenizer that the user named, else the one beside the model; None without one."""
        return self._tokenizer or inputs.beside(self._home) or inputs.beside(self._model)

    def choose_tokenizer(self, path: Path) -> None:
        """Turn words into numbers by this file from now on, as long as the model is open."""
        self._tokenizer = path

    def choose_labels(self, args: Mapping[str, Any]) -> LabelsDoc:
        """Use other labels: of a file (``path``), ``builtin`` by name, or none; moved by ``shift``.

        ``keep`` false leaves the sidecar as it is.

        Raises:
            InputError: the file holds no labels.
        """
        if args.get("none"):
            self._take(None, None)
        elif args.get("builtin"):
            name = str(args["builtin"])
            self._take(list(outputs.builtin(name)), name)
        elif args.get("path") is not None or args.get("shift") is None:
            path = Path(str(args.get("path")))
            self._take(outputs.load(path, path.name), path.name)
        if args.get("shift") is not None:
            by = int(args["shift"])
            self._take(shifted(self.labels, by), f"{self.source}, moved by {by}")
        if args.get("keep", True):
            self._write()
        return LabelsDoc(self.labels, self.source, *self._fit())

    def choose_reading(self, reading: dict[str, Any] | None, *, keep: bool = True) -> None:
        """Read outputs so from now on; None recognizes them again; ``keep``: write it down."""
        self.reading = reading
        if keep:
            self._write()

    def choose_preparation(
        self, steps: list[Step] | str | None, *, keep: bool = True
    ) -> SettingsDoc:
        """Prepare inputs by these steps, or by a preset of that name, from now on; None guesses.

        Args:
            steps: a preset's steps are made anew for each input.
            keep: false leaves the file beside the model as it is.

        Raises:
            InputError: a step is unknown or its parameters are wrong.
        """
        if isinstance(steps, str) and inputs.named(steps) is None:
            known = ", ".join(one.name for one in inputs.PRESETS)
            raise InputError(f"no preset is called '{steps}'; there are {known}")
        self.preset = steps if isinstance(steps, str) else None
        if not isinstance(steps, str | None):
            inputs.validate(steps)
        self.preparation = None if isinstance(steps, str) else steps
        if keep:
            self._write()
        return self.document()

    def _take(self, labels: list[str] | None, source: str | None) -> None:
        self.labels, self.source = labels, source

    def _attempt(self, read: Any) -> None:
        try:
            read()
        except (CutawayError, OSError, ValueError) as problem:
            self.message = f"{self._file.name} beside the model was not used: {problem}"

    def _read(self) -> None:
        found: Any = json.loads(self._file.read_text("utf-8"))
        if not isinstance(found, dict):
            raise InputError("a JSON object was wanted; got something else")
        said = cast("dict[str, Any]", found)
        steps, labels = said.get("preparation"), said.get("labels")
        if steps is not None:
            inputs.validate(steps)
            self.preparation = steps
        if isinstance(labels, list) and all(
            isinstance(one, str) for one in cast("list[Any]", labels)
        ):
            self._take(cast("list[str]", labels), str(said.get("source") or self._file.name))
        reading = said.get("reading")
        if isinstance(reading, dict):
            self.reading = cast("dict[str, Any]", reading)
        self._saved = True

    def _write(self) -> None:
        if demo.ships(self._model):
            # The next demo begins as the first did, and a checkout stays clean.
            self.message = "the choice holds for now only: the demo keeps its own settings"
            return
        said = {
            "version": _VERSION,
            "labels": self.labels,
            "source": self.source,
            "preparation": self.preparation,
            "reading": self.reading,
        }
        try:
            handle, temporary = tempfile.mkstemp(dir=self._file.parent, suffix=".tmp")
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                json.dump(said, out, indent=1, ensure_ascii=False)
            Path(temporary).replace(self._file)
            self._saved = True
        except OSError as problem:
            # A folder that cannot be written to is no reason to refuse the choice.
            self._saved = False
            self.message = f"the choice holds for now only: {self._file.name}: {problem.strerror}"
