"""Classes, embeddings, numbers, and outputs that are told as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

from cutaway import outputs
from cutaway.errors import InputError
from cutaway.outputs.seen import Array, Output
from cutaway.session.reading.reader import Reader
from cutaway.session.reading_documents import (
    CellDoc,
    ClassesDoc,
    ClassRowDoc,
    EmbeddingDoc,
    NumberDoc,
    NumbersDoc,
    TensorDoc,
)

_APPLIED: dict[str | None, str] = {
    "softmax": "a softmax is applied here, which is no part of the model",
    "sigmoid": "a sigmoid is applied here, which is no part of the model",
    None: "",
}


class Classes(Reader):
    """A class vector, or one number that says yes or no."""

    @property
    def output(self) -> Output:
        """The raw tensor."""
        return self.seen.by_value[self.settings["output"]]

    @property
    def single(self) -> bool:
        """Whether it is one number."""
        return self.output.array.size == 1

    @property
    def answer(self) -> outputs.Answer:
        """The vector, read; of one number its two classes."""
        activation: Literal["auto", "none", "softmax", "sigmoid"] = self.settings["activation"]
        if self.single:
            return self._yes_or_no(activation)
        output = self.output
        read = outputs.read(
            output.array, output.kind, self.labels, single_output=True, activation=activation
        )
        if read is None:
            raise InputError(f"a vector of classes was wanted; '{output.name}' is {output.shape}")
        return read

    def _yes_or_no(self, activation: str) -> outputs.Answer:
        value = float(np.asarray(self.output.array, np.float64).reshape(-1)[0])
        raw = activation in ("sigmoid", "softmax")
        yes = float(outputs.sigmoid(value)) if raw else value
        scores = (1 - yes, yes) if np.isfinite(yes) else (None, None)
        names = (self.label(0) or "no", self.label(1) or "yes")
        told = value if np.isfinite(value) else None
        rows = tuple(outputs.Class(i, names[i], told if i else None, scores[i]) for i in range(2))
        best = (1, 0) if yes >= 0.5 else (0, 1)
        return outputs.Answer(raw, "sigmoid" if raw else None, rows, best)

    def summary(self) -> str:
        """The best class and its score; where several may hold, those over one half."""
        answer = self.answer
        top = list(answer.top[:1])
        if self.settings.get("several"):
            over = [i for i in answer.top if (answer.classes[i].score or 0) >= 0.5]
            top = over[:4] or top
        told = [answer.classes[i] for i in top]
        return ", ".join(
            f"{c.label or f'class {c.index}'}{'' if c.score is None else f' {c.score:.2f}'}"
            for c in told
        )

    def document(self, query: Mapping[str, str]) -> ClassesDoc:
        """All classes."""
        del query
        answer, value = self.answer, self.output.value
        rows = [
            ClassRowDoc(c.index, c.label, c.value, c.score, self._cells(value, c.index))
            for c in answer.classes
        ]
        note = _APPLIED[answer.applied]
        if any(c.value is None for c in answer.classes) and not self.single:
            note = "some numbers are NaN or infinite, so there may be no scores"
        return ClassesDoc(answer.raw, answer.applied, rows, list(answer.top), note)

    def _cells(self, value: int, index: int) -> list[CellDoc]:
        return [self.cell(value, 0 if self.single else index)]


_SHOWN = 4_096
"""Numbers of a vector that are told."""


class Embedding(Reader):
    """A vector that places the input among others."""

    @property
    def vector(self) -> Array:
        """(D,) float64."""
        output = self.seen.by_value[self.settings["output"]]
        return np.asarray(output.array, np.float64).reshape(-1)

    def summary(self) -> str:
        """How long it is."""
        norm = float(np.linalg.norm(self.vector))
        return f"{self.vector.size:,} numbers, of length {norm:.3g}"

    def document(self, query: Mapping[str, str]) -> EmbeddingDoc:
        """Length and norm."""
        del query
        vector = self.vector
        good = bool(np.isfinite(vector).all())
        note = "" if good else "some numbers are NaN or infinite"
        shown = [
            float(f"{one:.5g}") if np.isfinite(one) else None for one in vector[:_SHOWN].tolist()
        ]
        norm = float(np.linalg.norm(vector)) if good else None
        return EmbeddingDoc(vector.size, norm, shown, [CellDoc(self.settings["output"], 0)], note)


class Numbers(Reader):
    """Numbers with their names, or how far an autoencoder's output is from its input."""

    @property
    def rows(self) -> list[NumberDoc]:
        """One for each number."""
        if self.settings["form"] == "rebuilt":
            return self._rebuilt()
        given: list[str] = list(self.settings.get("names") or [])
        rows: list[NumberDoc] = []
        for value in self.settings["outputs"]:
            output = self.seen.by_value[value]
            held = np.asarray(output.array, np.float64).reshape(-1)
            names = self._names(output, held.size)
            for flat, number in enumerate(held.tolist()):
                name = given[len(rows)] if len(rows) < len(given) else names[flat]
                told = number if np.isfinite(number) else None
                rows.append(NumberDoc(name, told, None, [self.cell(value, flat)]))
        return rows

    def _names(self, output: Output, count: int) -> list[str]:
        if self.labels is not None and len(self.labels) == count:
            return list(self.labels)
        return [output.name] if count == 1 else [f"{output.name}[{i}]" for i in range(count)]

    def _rebuilt(self) -> list[NumberDoc]:
        output, fed = self.seen.by_value[self.settings["output"]], self.seen.fed
        if fed is None or fed.shape != output.shape:
            raise InputError(f"an output of the input's shape was wanted; got {output.shape}")
        apart = np.asarray(output.array, np.float64) - np.asarray(fed, np.float64)
        worst = int(np.argmax(np.nan_to_num(np.abs(apart).reshape(-1), nan=np.inf)))
        figures = {
            "mean squared error": float((apart**2).mean()),
            "mean absolute error": float(np.abs(apart).mean()),
            "largest error": float(np.abs(apart).reshape(-1)[worst]),
        }
        cells = {"largest error": [self.cell(output.value, worst)]}
        return [
            NumberDoc(name, figure if np.isfinite(figure) else None, None, cells.get(name, []))
            for name, figure in figures.items()
        ]

    def summary(self) -> str:
        """The first few."""
        told = [
            f"{one.name} {'NaN' if one.value is None else f'{one.value:.4g}'}"
            for one in self.rows[:3]
        ]
        return ", ".join(told)

    def document(self, query: Mapping[str, str]) -> NumbersDoc:
        """All of them."""
        del query
        rows = self.rows
        lost = sum(one.value is None for one in rows)
        return NumbersDoc(rows, f"{lost} of them are NaN or infinite" if lost else "")


class Plain(Reader):
    """Nothing recognized."""

    def summary(self) -> str:
        """Shapes."""
        shown = [f"{o.name} {'x'.join(map(str, o.shape))}" for o in self.seen.outputs[:3]]
        return ", ".join(shown)

    def document(self, query: Mapping[str, str]) -> TensorDoc:
        """A sentence."""
        del query
        return TensorDoc("nothing is recognized here; say what these outputs are")
