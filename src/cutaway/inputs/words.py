"""Words to the numbers of their tokens, by the tokenizer that a model was trained with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from cutaway.errors import InputError
from cutaway.inputs.checking import validate
from cutaway.inputs.source import Source
from cutaway.inputs.steps import KINDS, Kind, State, Step, step
from cutaway.inputs.target import Target, as_dtype, free

FILE: Final = "tokenizer.json"

_LONGEST: Final = 512
"""Tokens that are fed where the model takes any length and the tokenizer names none."""

_ENDS: Final = ("end", "start")


def _elsewhere(state: State, _step: Step) -> State:
    """Words are no array yet: ``tokenized`` carries these steps out."""
    return state


WORDS: Final[dict[str, Kind]] = {
    "tokenize": Kind(_elsewhere, 1, {"special": ("added", "left out")}),
    "length": Kind(
        _elsewhere, 2, {"tokens": "count", "pad": "place", "cut": _ENDS}, frozenset({"cut"})
    ),
}
"""The steps of words by name; ``decode`` and ``dtype`` are those of pictures too."""

KINDS.update(WORDS)


@dataclass(frozen=True, slots=True)
class Tokenized:
    """Words as a model takes them."""

    arrays: Mapping[str, npt.NDArray[Any]]
    """(N, T) by the role of an input: ``ids``, ``mask``, ``types``."""
    tokens: tuple[str, ...]
    """What each number stands for."""
    stages: tuple[str, ...]
    """What there is after each step."""


def role_of(name: str) -> str | None:
    """What an input is for by its name: ``ids``, ``mask`` or ``types``; None for anything else."""
    plain = name.lower().rpartition("/")[2].partition(":")[0]
    if plain.startswith("decoder"):
        return None
    if "mask" in plain:
        return "mask"
    if any(part in plain for part in ("type_id", "segment", "token_type")):
        return "types"
    if any(part in plain for part in ("input_id", "word_id", "token", "text")) or plain == "ids":
        return "ids"
    return None


def beside(model: Path) -> Path | None:
    """The tokenizer that lies beside a model or in its folder; None where there is none."""
    places = (
        [model / FILE] if model.is_dir() else [model.with_name(FILE), model.parent.parent / FILE]
    )
    return next((place for place in places if place.is_file()), None)


def guess_words(target: Target, source: Source, tokenizer: Path) -> list[Step]:
    """The steps that bring words into a model's input of token numbers.

    Raises:
        InputError: the tokenizer cannot be read.
    """
    made = _opened(tokenizer)
    special = "added" if made.num_special_tokens_to_add(is_pair=False) else "left out"
    steps = [
        step("decode"),
        step("tokenize", special=special, why=f"{tokenizer.name} says so"),
    ]
    count = len(made.encode(source.text or "", add_special_tokens=special == "added").ids)
    fixed = (target.shape or (None,))[-1]
    pad = _padding(made)
    if not free(fixed):
        steps.append(
            step("length", tokens=int(fixed or 1), pad=pad, cut="end",
                 why="the model takes this many")
        )  # fmt: skip
    else:
        most = int((made.truncation or {}).get("max_length", _LONGEST))
        said = "all of them" if count <= most else f"the first {most:,}"
        length = max(1, min(count, most))
        steps.append(
            step("length", tokens=length, pad=pad, cut="end",
                 guessed=f"{said}: the model takes any length")
        )  # fmt: skip
    return [
        *steps,
        step("dtype", to=as_dtype(target).name, why="the model's input is of this type"),
    ]


def tokenized(source: Source, steps: Sequence[Step], tokenizer: Path, target: Target) -> Tokenized:
    """Words as arrays of token numbers.

    Args:
        source: words.
        steps: a preparation of words.
        tokenizer: its file.
        target: what the input of token numbers wants; ``rows`` of its hints is how many there are.

    Raises:
        InputError: the steps are no such preparation, or the tokenizer knows more tokens than the
            model.
    """
    validate(steps)
    by_name = {str(one["step"]): one for one in steps}
    made = _opened(tokenizer)
    special = by_name.get("tokenize", {}).get("special", "added") == "added"
    found = made.encode(source.text or "", add_special_tokens=special)
    ids, types, tokens = list(found.ids), list(found.type_ids), list(found.tokens)
    stages: list[str] = []
    mask = [1] * len(ids)
    for one in steps:
        if one["step"] == "length":
            ids, types, mask, tokens = _cut(made, one, (ids, types, mask, tokens))
        stages.append("words" if one["step"] == "decode" else f"({len(ids)},) token numbers")
    _check(ids, tokens, target, tokenizer)
    dtype = as_dtype(target)
    rows = {"ids": ids, "mask": mask, "types": types}
    arrays = {role: np.asarray([row], dtype) for role, row in rows.items()}
    return Tokenized(arrays, tuple(tokens), tuple(stages))


def _cut(made: Any, one: Step, rows: tuple[list[Any], ...]) -> tuple[list[Any], ...]:
    """Each row of the length that the step says."""
    wanted, pad = int(one["tokens"]), int(one["pad"])
    ids, types, mask, tokens = rows
    if len(ids) > wanted:
        part = slice(0, wanted) if one.get("cut", "end") == "end" else slice(-wanted, None)
        ids, types, mask, tokens = (row[part] for row in (ids, types, mask, tokens))
    lacking = wanted - len(ids)
    padding = made.id_to_token(pad) or str(pad)
    return (
        [*ids, *[pad] * lacking],
        [*types, *[0] * lacking],
        [*mask, *[0] * lacking],
        [*tokens, *[padding] * lacking],
    )


def _check(ids: list[int], tokens: list[str], target: Target, tokenizer: Path) -> None:
    if not ids:
        raise InputError(f"wanted words, {tokenizer.name} makes no token of them; write others")
    rows = target.hints.get("rows")
    if rows is not None and max(ids) >= int(rows):
        at = ids.index(max(ids))
        raise InputError(
            f"the model knows {int(rows):,} tokens, {tokenizer.name} makes number {ids[at]:,} of "
            f"{tokens[at]!r}; give the tokenizer that belongs to the model"
        )


def _padding(made: _Made) -> int:
    """The number of the token that fills up."""
    stated = (made.padding or {}).get("pad_id")
    if stated is not None:
        return int(stated)
    names = ("[PAD]", "<pad>", "<|endoftext|>", "</s>")
    return next((i for name in names if (i := made.token_to_id(name)) is not None), 0)


def vocabulary(path: Path) -> Any:
    """What knows the text of tokens (``decode``, ``id_to_token``); None where it cannot be read."""
    try:
        return _opened(path)
    except InputError:
        return None


def _opened(path: Path) -> _Made:
    try:
        changed = path.stat().st_mtime_ns
    except OSError as problem:
        raise InputError(
            f"wanted a tokenizer, '{path}' cannot be read ({problem.strerror}); check the path"
        ) from problem
    return _read(path, changed)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> _Made:
    del changed  # a file that was written anew is another one
    try:
        import tokenizers
    except ImportError as problem:
        raise InputError(
            "words need a tokenizer, which is read by the package tokenizers, and it is not "
            "installed; run pip install 'cutaway[text]'"
        ) from problem
    try:
        made: Any = cast("Any", tokenizers).Tokenizer.from_file(str(path))
    except Exception as problem:
        # The library raises plain exceptions only.
        raise InputError(
            f"wanted a tokenizer as Hugging Face keeps it (tokenizer.json), '{path.name}' is none "
            f"({problem}); choose the one of the model"
        ) from problem
    # Cut and filled up visibly, by a step.
    limits = (made.truncation, made.padding)
    made.no_truncation()
    made.no_padding()
    return _Made(made, *limits)


class _Made:
    """A tokenizer that neither cuts nor fills up, and what it would have done."""

    def __init__(self, made: Any, truncation: Any, padding: Any) -> None:
        self._made = made
        self.truncation: dict[str, Any] | None = truncation
        self.padding: dict[str, Any] | None = padding

    def __getattr__(self, name: str) -> Any:
        """Everything else is the tokenizer's own."""
        return getattr(self._made, name)
