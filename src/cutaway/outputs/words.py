"""Tokens and text: the likeliest next ones, sequences of them, and letters over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from cutaway.outputs.classes import softmax
from cutaway.outputs.seen import Guess, Output, Seen
from cutaway.outputs.signs import model_says, says

_LEAST_WORDS: Final = 256
"""A vocabulary has at least so many tokens."""


class Vocabulary(Protocol):
    """What knows the text of tokens."""

    def decode(self, ids: Sequence[int]) -> str:
        """The text of tokens in a row."""
        ...

    def id_to_token(self, id: int) -> str | None:  # noqa: A002 - as tokenizers names it
        """One token as the vocabulary has it."""
        ...


@dataclass(frozen=True, slots=True)
class Token:
    """One token of the answer."""

    id: int
    score: float | None
    flats: tuple[int, ...]


def recognize(seen: Seen, outputs: list[Output], forced: bool) -> list[Guess]:
    """(N, T, V) logits over a vocabulary, (N, T) whole numbers, or (N, T, C) letters over time."""
    for output in outputs:
        guess = _logits(seen, output, forced) or _ids(output, forced)
        if guess is not None:
            return [guess]
    return []


def _logits(seen: Seen, output: Output, forced: bool) -> Guess | None:
    if len(output.shape) != 3 or output.array.dtype.kind not in "fV":
        return None
    letters = model_says(seen, "ctc", "wav2vec.*", "crnn.*", "quartznet.*", "deepspeech.*", "ocr.*")
    if letters and output.shape[2] >= 10:
        why = f"'{output.name}' holds {output.shape[2]} scores at each of {output.shape[1]} steps"
        why += " and names say CTC: the best of each, repeats and blanks left out"
        settings: dict[str, Any] = {"output": output.value, "form": "ctc", "blank": 0}
        return Guess("text", "Text", why, (output.value,), settings)
    if not (forced or (seen.text_in and output.shape[2] >= _LEAST_WORDS)):
        return None
    masked = model_says(seen, "bert", "mlm", "fill.?mask", ".*bert.*")
    why = f"'{output.name}' holds {output.shape[2]:,} logits for each of {output.shape[1]} tokens"
    why += ": the likeliest at each place" if masked else ": the likeliest after the last one"
    settings = {"output": output.value, "form": "each" if masked else "next"}
    title = "Tokens" if masked else "Next token"
    return Guess("text", title, why, (output.value,), settings)


def _ids(output: Output, forced: bool) -> Guess | None:
    if output.array.dtype.kind not in "iu" or len(output.shape) > 2 or output.array.size < 2:
        return None
    named = says(output.name, "tokens?", "(output_|input_)?ids", "sequences?", "text", "words?")
    if not (forced or named):
        return None
    why = f"'{output.name}' holds {output.array.size:,} whole numbers and is named for tokens"
    settings = {"output": output.value, "form": "ids"}
    return Guess("text", "Tokens", why, (output.value,), settings)


def tokens(settings: Mapping[str, Any], seen: Seen, count: int) -> list[Token]:
    """The tokens of the answer: candidates for the next one, the surest first, or a sequence."""
    output = seen.by_value[settings["output"]]
    form = settings["form"]
    if form == "ids":
        ids = output.array.reshape(-1, output.shape[-1])[min(output.item, len(output.array) - 1)]
        return [Token(int(one), None, (output.base + i,)) for i, one in enumerate(ids[:count])]
    rows = output.one
    if form == "next":
        return _next(output, rows.shape[0] - 1, count)
    best = np.nan_to_num(rows, nan=-np.inf).argmax(axis=1)
    places = range(len(best)) if form == "each" else _changes(best, int(settings.get("blank", 0)))
    return [_token(output, place, int(best[place])) for place in list(places)[:count]]


def _next(output: Output, place: int, count: int) -> list[Token]:
    row = np.asarray(output.one[place], np.float64)
    scores = None if np.isnan(row).any() else softmax(row)
    order = np.argsort(np.where(np.isnan(row), np.inf, -row), kind="stable")[:count]
    base = output.base + place * row.size
    return [
        Token(int(i), None if scores is None else float(scores[i]), (base + int(i),)) for i in order
    ]


def _token(output: Output, place: int, best: int) -> Token:
    row = np.asarray(output.one[place], np.float64)
    score = None if np.isnan(row).any() else float(softmax(row)[best])
    return Token(best, score, (output.base + place * row.size + best,))


def _changes(best: Any, blank: int) -> list[int]:
    """Places where another letter than before begins; source: Graves et al. 2006, CTC."""
    before = np.concatenate([[-1], best[:-1]])
    return np.flatnonzero((best != before) & (best != blank)).tolist()
