"""Classes, and outputs that are told as they are."""

from __future__ import annotations

from collections.abc import Mapping

from cutaway import outputs
from cutaway.errors import InputError
from cutaway.session.reading.reader import Reader
from cutaway.session.reading_documents import CellDoc, ClassesDoc, ClassRowDoc, TensorDoc


class Classes(Reader):
    """A class vector."""

    @property
    def answer(self) -> outputs.Answer:
        """The vector, read."""
        output = self.seen.by_value[self.settings["output"]]
        labels = self.context.labels
        read = outputs.read(output.array, output.kind, labels, single_output=True)
        if read is None:
            raise InputError(f"a vector of classes was wanted; '{output.name}' is {output.shape}")
        return read

    def summary(self) -> str:
        """The best class and its score."""
        answer = self.answer
        best = answer.classes[answer.top[0]]
        score = "" if best.score is None else f", {best.score:.2f}"
        return f"{best.label or f'class {best.index}'}{score}"

    def document(self, query: Mapping[str, str]) -> ClassesDoc:
        """All classes."""
        del query
        answer, value = self.answer, int(self.settings["output"])
        rows = [
            ClassRowDoc(c.index, c.label, c.value, c.score, [CellDoc(value, c.index)])
            for c in answer.classes
        ]
        return ClassesDoc(answer.raw, answer.applied, rows, list(answer.top), "")


class Plain(Reader):
    """Nothing recognized."""

    def summary(self) -> str:
        """That nothing was."""
        return "nothing recognized"

    def document(self, query: Mapping[str, str]) -> TensorDoc:
        """A sentence."""
        del query
        return TensorDoc("choose how these outputs are read")
