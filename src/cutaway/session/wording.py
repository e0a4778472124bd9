"""Words fed to a model: its tokenizer, and the inputs that token numbers go to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cutaway import inputs
from cutaway.errors import InputError
from cutaway.graph import Value
from cutaway.inputs.target import as_dtype, described
from cutaway.session.documents import Step
from cutaway.session.targets import Targets
from cutaway.trace import Array


@dataclass(frozen=True)
class Worded:
    """Words as the model takes them."""

    main: Value
    """The input of token numbers, or of words."""
    arrays: Mapping[int, Array]
    """By value id."""
    words: Mapping[int, str]
    """What each input was given."""
    steps: list[Step]
    stages: list[str]
    tokens: tuple[str, ...]


def worded(
    targets: Targets, source: inputs.Source, tokenizer: Path | None, steps: list[Step] | None
) -> Worded | None:
    """The arrays for a model that takes words; None for one that takes none.

    Args:
        targets: the model's inputs.
        source: words.
        tokenizer: the file of the model's tokenizer; None where none is known.
        steps: a preparation of words; None for a guess.

    Raises:
        InputError: no tokenizer is known, or it does not belong to the model.
    """
    values = [targets.graph.values[i] for i in targets.graph.inputs]
    whole = next((v for v in values if as_dtype(targets.wanted(v)).kind == "O"), None)
    if whole is not None:
        return _as_they_are(targets, whole, source)
    roles = _roles(targets, values)
    if "ids" not in roles:
        return None
    main = roles["ids"]
    if tokenizer is None:
        raise InputError(
            f"input '{main.name}' takes the numbers of words, which the model's tokenizer knows; "
            f"no {inputs.TOKENIZER} lies beside the model: put it there, or give it by --tokenizer"
        )
    target = targets.wanted(main)
    chosen = steps if steps is not None else inputs.guess_words(target, source, tokenizer)
    found = inputs.tokenized(source, chosen, tokenizer, target)
    arrays: dict[int, Array] = {}
    said: dict[int, str] = {}
    for role, value in roles.items():
        arrays[value.id] = _shaped(found.arrays[role], targets.wanted(value))
        said[value.id] = {
            "ids": f"the tokens of {source.name}",
            "mask": "which tokens are words",
            "types": "which sentence each token is of",
        }[role]
    return Worded(main, arrays, said, chosen, list(found.stages), found.tokens)


def _roles(targets: Targets, values: Sequence[Value]) -> dict[str, Value]:
    """Inputs by what they are for."""
    found: dict[str, Value] = {}
    whole = [v for v in values if as_dtype(targets.wanted(v)).kind in "iu" and _is_row(v)]
    for value in values:
        role = inputs.role_of(value.name)
        if role is not None and _is_row(value) and (value in whole or role == "mask"):
            found.setdefault(role, value)
    if not found and len(whole) == 1 and "rows" in targets.wanted(whole[0]).hints:
        # The only input of whole numbers, by which the rows of a table are chosen.
        found["ids"] = whole[0]
    return found


def _is_row(value: Value) -> bool:
    return value.shape is None or len(value.shape) in (1, 2)


def _shaped(array: Array, target: inputs.Target) -> Array:
    """(1, T) as the input wants it: its dtype, with as many rows as it has, or without an axis."""
    fit = array.astype(as_dtype(target))
    shape = target.shape
    if shape is None:
        return fit
    if len(shape) == 1:
        return fit[0]
    rows = shape[0]
    return np.repeat(fit, rows, 0) if isinstance(rows, int) and rows > 1 else fit


def _as_they_are(targets: Targets, value: Value, source: inputs.Source) -> Worded:
    """The words themselves, for an input that takes them."""
    target = targets.wanted(value)
    lengths = tuple(n if isinstance(n, int) and n >= 0 else 1 for n in target.shape or (1,))
    array: Any = np.full(lengths, source.text, object)
    steps: list[Step] = [
        {"step": "decode", "guessed": False, "why": "the model takes words as they are"}
    ]
    stage = f"{described(array.shape, 'words')}"
    return Worded(value, {value.id: array}, {value.id: source.name}, steps, [stage], ())
