"""A run held against tensors from elsewhere, from Python."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from cutaway.errors import InputError, UnknownKey

if TYPE_CHECKING:
    from cutaway.pictures import Array
    from cutaway.worker.face import Trace

Reference: TypeAlias = "str | os.PathLike[str] | Mapping[str, Array]"


class Comparison(Mapping[str, Any]):
    """The CompareDoc of ARCHITECTURE.md; as text, a line for each tensor."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def __getitem__(self, name: str) -> Any:
        return self._document[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._document)

    def __len__(self) -> int:
        return len(self._document)

    @property
    def passes(self) -> bool:
        """Whether every tensor that was compared lies within the tolerance."""
        return self["first"] is None

    def __repr__(self) -> str:
        word = "passes" if self.passes else "differs"
        return f"<cutaway.Comparison of {len(self['rows'])} tensors: {word}>"

    def __str__(self) -> str:
        return "\n".join(map(_line, self["rows"]))


def _line(row: Mapping[str, Any]) -> str:
    word = "ok" if row["passes"] else "differs"
    if row["at"] is None:
        return f"{row['name']}: {word}: {row['reason']}"
    absolute, relative = (
        # What is infinite has no number in JSON.
        "infinite" if row[key] is None else f"{row[key]:.3g}"
        for key in ("max_absolute", "max_relative")
    )
    far, at = f"{absolute} absolute, {relative} relative", f" at {row['at']}"
    return f"{row['name']}: {word}, {far}{at}{'; ' if row['reason'] else ''}{row['reason']}"


def compare(
    trace: Trace,
    reference: Reference,
    *,
    name: str | None = None,
    absolute: float | None = None,
    relative: float | None = None,
) -> Comparison:
    """A run beside a reference: how far each tensor is apart, and which is the first to differ.

    Args:
        trace: the run.
        reference: an ``.npz`` file, or arrays by name; names are those of tensors or nodes, also
            without slashes, dots or ``:0``. An ``.npy`` file is of the tensor ``name``.
        name: of a tensor, or of the node whose first output it is.
        absolute: two numbers may be apart by this plus ``relative`` times the reference's
            magnitude; by default what suits each dtype.
        relative: see there; 0 where only ``absolute`` is given.

    Raises:
        KeyError: there is no tensor of that name.
        InputError: the reference cannot be read, or no name in it is that of a tensor.
    """
    asked: dict[str, Any] = {"trace": trace.id}
    if name is not None:
        asked["value"] = trace.value(name)["id"]
    if absolute is not None or relative is not None:
        asked["tolerance"] = {"absolute": absolute or 0.0, "relative": relative or 0.0}
    if isinstance(reference, str | os.PathLike):
        return _compared(trace, {**asked, "path": str(Path(reference).absolute())})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reference.npz"
        try:
            np.savez(path, allow_pickle=False, **{n: np.asarray(a) for n, a in reference.items()})
        except ValueError as problem:
            raise InputError(f"arrays of numbers were wanted: {problem}") from None
        return _compared(trace, {**asked, "path": str(path)})


def _compared(trace: Trace, asked: Mapping[str, Any]) -> Comparison:
    if not Path(asked["path"]).is_file():
        raise InputError(f"there is no file {asked['path']}")
    try:
        return Comparison(trace.model.session.command("compare", asked).result().json())
    except UnknownKey as problem:
        raise KeyError(str(problem)) from None
