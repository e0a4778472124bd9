"""The sorts of steps and the presets, as the page is told of them."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from cutaway import inputs
from cutaway.inputs.checking import words_of
from cutaway.inputs.disturbing import DISTURBING
from cutaway.inputs.state import Kind
from cutaway.session.preparing_documents import CatalogueDoc, KindDoc, ParameterDoc, PresetDoc

_TURNS = ("rotate",)
"""Steps that move pixels, and yet are there to test a network."""


@cache
def catalogue() -> CatalogueDoc:
    """All sorts of steps, in the order of their places, and all presets."""
    kinds = sorted(inputs.KINDS.items(), key=lambda item: item[1].place)
    return CatalogueDoc(
        [_kind(name, kind) for name, kind in kinds],
        [PresetDoc(one.name, one.title, one.words) for one in inputs.PRESETS],
    )


def _kind(name: str, kind: Kind) -> KindDoc:
    disturbs = name in DISTURBING or name in _TURNS
    parameters = [_parameter(kind, one, wanted) for one, wanted in kind.wants.items()]
    return KindDoc(name, kind.words, kind.place, disturbs, parameters)


def _parameter(kind: Kind, name: str, wanted: Any) -> ParameterDoc:
    rule: object = wanted
    choices = [str(one) for one in cast("tuple[str, ...]", rule)] if type(rule) is tuple else []
    return ParameterDoc(
        name,
        "choice" if choices else str(wanted),
        choices,
        words_of(wanted),
        name in kind.optional,
        kind.start.get(name),
        kind.slides.get(name),
    )
