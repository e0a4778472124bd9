"""Tokens and text."""

from __future__ import annotations

from collections.abc import Mapping

from cutaway.outputs import words
from cutaway.session.reading.reader import Reader
from cutaway.session.reading_documents import TextDoc, TokenDoc

_NEXT = 20
"""Candidates for the next token."""
_MOST = 2048
"""Tokens of a sequence that are told."""


class Text(Reader):
    """The likeliest next tokens, or a sequence."""

    @property
    def _tokens(self) -> list[words.Token]:
        count = _NEXT if self.settings["form"] == "next" else _MOST
        return words.tokens(self.settings, self.seen, count)

    def _text(self, token: int) -> str | None:
        """The text of one token: the tokenizer's, else that of the labels."""
        vocabulary = self.context.vocabulary
        if vocabulary is None:
            return self.label(token)
        return vocabulary.decode([token]) or vocabulary.id_to_token(token)

    def _whole(self, found: list[words.Token]) -> str | None:
        ids = [one.id for one in found]
        if self.settings["form"] == "next":
            return None if not ids else self._text(ids[0])
        if self.context.vocabulary is not None:
            return self.context.vocabulary.decode(ids)
        names = [self.label(one) for one in ids]
        return None if None in names else "".join(name or "" for name in names)

    def summary(self) -> str:
        """The text, or the best token."""
        found = self._tokens
        text = self._whole(found)
        if text is not None:
            return text if len(text) < 60 else f"{text[:57]}..."
        if not found:
            return "no token"
        if self.settings["form"] == "next":
            score = "" if found[0].score is None else f", {found[0].score:.2f}"
            return f"token {found[0].id}{score}"
        return f"{len(found)} tokens"

    def document(self, query: Mapping[str, str]) -> TextDoc:
        """All tokens told."""
        del query
        found, value = self._tokens, int(self.settings["output"])
        told = [
            TokenDoc(
                one.id, self._text(one.id), one.score, [self.cell(value, f) for f in one.flats]
            )
            for one in found
        ]
        known = self.context.vocabulary is not None or self.labels is not None
        note = "" if known else "no tokenizer is known, so tokens are shown by their numbers"
        return TextDoc(self._whole(found), told, note)
