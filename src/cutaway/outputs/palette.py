"""Colours for classes that most people can tell apart, colour-blind ones too."""

from __future__ import annotations

import colorsys
from functools import cache
from typing import Final

_FIRST: Final = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#882255",
    "#44aa99", "#999933", "#aa4499", "#88ccee", "#ddcc77", "#117733", "#cc6677", "#332288",
)  # fmt: skip
"""Okabe and Ito's colours, then Tol's muted ones."""


_MARKS: Final = (
    "#f9c846", "#56b4e9", "#ff8a5b", "#2fd0a0", "#e59ac4", "#f0e442", "#7aa2ff", "#ffffff",
)  # fmt: skip
"""As ``classcolours.ts`` has them for the lines of boxes."""


def mark(index: int) -> str:
    """``#rrggbb`` of the line that the page draws around a thing of a class."""
    return _MARKS[index % len(_MARKS)]


@cache
def colour(index: int) -> str:
    """``#rrggbb`` of a class number; those past the list go round the hues by the golden ratio."""
    if 0 <= index < len(_FIRST):
        return _FIRST[index]
    hue = (index * 0.618034) % 1.0
    red, green, blue = colorsys.hls_to_rgb(hue, 0.35 + 0.2 * (index % 3), 0.65)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def parts(text: str) -> tuple[int, int, int]:
    """Red, green and blue of ``#rrggbb``."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)
