"""Colour tables as data, from the cmap library."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

import numpy as np

from cutaway.errors import InputError
from cutaway.pictures.values import Array

Kind: TypeAlias = Literal["sequential", "diverging"]


@dataclass(frozen=True, slots=True)
class Table:
    """256 colours from low to high."""

    name: str
    kind: Kind
    """``diverging`` tables have a middle of their own, for zero."""
    colours: Array
    """``(256, 3) uint8``, sRGB."""


_FIRST = (
    *("inferno", "crameri:berlin", "inferno_r", "crameri:vik", "gray"),
    *("viridis", "magma", "plasma", "cividis", "turbo"),
)
"""Names listed before all others."""

_PLAIN = frozenset(
    {"bids", "cividis", "colorbrewer", "cubehelix", "gnuplot", "matlab", "matplotlib"}
)
"""Collections that matplotlib has too, under the same short names; others keep their prefix."""

_TURBO = "google:turbo"
"""Not sequential to the letter, but many know their data in it."""


def names() -> list[str]:
    """The names of all tables, the usual ones first."""
    return list(_catalog())


def table(name: str) -> Table:
    """One table by its name, such as ``viridis`` or ``crameri:berlin``.

    Raises:
        InputError: there is none of that name.
    """
    if name not in _catalog():
        raise InputError(
            f"no colour table '{name}'; some of the {len(_catalog())} known: {', '.join(_FIRST)}"
        )
    return _made(name)


def tables() -> list[Table]:
    """All tables in the order of ``names``: sequential and diverging ones, continuous."""
    return [_made(name) for name in _catalog()]


@cache
def _catalog() -> dict[str, tuple[str, Kind]]:
    """The name in cmap and the kind of each table, by the name here."""
    from cmap import Colormap

    catalog = Colormap.catalog()
    found: dict[str, tuple[str, Kind]] = {"turbo": (_TURBO, "sequential")}
    kinds: tuple[Kind, Kind] = ("sequential", "diverging")
    for kind in kinds:
        keys = catalog.unique_keys(
            prefer_short_names=False, categories=(kind,), interpolation="linear"
        )
        for full in sorted(keys):
            namespace, _, short = full.partition(":")
            plain = namespace in _PLAIN and catalog.resolve(short) == full
            found[short if plain else full] = (full, kind)
            if plain:
                found[f"{short}_r"] = (full, kind)
    rest = sorted(found.keys() - set(_FIRST), key=str.lower)
    return {name: found[name] for name in [*_FIRST, *rest]}


@cache
def _made(name: str) -> Table:
    full, kind = _catalog()[name]
    colours = _colours(full)
    return Table(name, kind, colours[::-1].copy() if name.endswith("_r") else colours)


@cache
def _colours(full: str) -> Array:
    """``(256, 3) uint8`` by the name in cmap."""
    from cmap import Colormap

    rgba = np.asarray(Colormap(full).lut(256))
    return np.round(rgba[:, :3] * 255).astype(np.uint8)
