"""Reads the numbers in cells off a screenshot, by matching the page's own glyphs."""

from __future__ import annotations

from typing import Any

import numpy as np
from browser.driver import Tab
from browser.pictures import screenshot
from PIL import Image

GAP = 0.07


class Glyphs:
    """The characters that the page writes numbers with."""

    def __init__(self, one: Tab) -> None:
        told = self._told = one.page.evaluate("window.cutaway.glyphs()")
        self._atlas = Image.frombytes("L", tuple(told["size"]), bytes(told["coverage"]))

    def templates(self, wide: float, tall: float) -> dict[str, np.ndarray]:
        """Every character as the page would draw it at a size, coverage from 0 to 1."""
        told, found = self._told, {}
        for i, character in enumerate(told["characters"]):
            if character not in "0123456789.-einfa":
                continue
            x, y = i % told["columns"] * told["width"], i // told["columns"] * told["height"]
            field = self._atlas.crop((x, y, x + told["width"], y + told["height"]))
            size = (max(1, round(wide)), max(1, round(tall)))
            found[character] = np.asarray(field.resize(size, Image.Resampling.BOX), float) / 255
        return found


def read_cells(one: Tab, stats: dict[str, Any]) -> dict[tuple[int, int], str]:
    """The text of cells that lie wholly in the panel's window, by row and column."""
    told = one.page.evaluate("window.cutaway.inset()")
    rect, (drawn,) = told["rect"], told["drawn"]
    a = stats["arrangement"]
    corners = np.asarray([[c["x"], c["y"]] for c in drawn["corners"]])
    left, top, right, bottom = drawn["part"]
    x0, x1 = corners[0][0], corners[1][0]
    y0, y1 = corners[0][1], corners[3][1]
    per = ((x1 - x0) / (right - left), (y1 - y0) / (bottom - top))
    gap = [GAP * max(a["rows"], a["columns"]) / n for n in (a["columns"], a["rows"])]
    shot = np.asarray(screenshot(one.page).convert("L"), float)
    cell = (per[0] / a["columns"], per[1] / a["rows"])
    inside = {
        (row, column): (x, y)
        for row, y in within(a, 0, (y0, per[1], top, gap[1]), rect["top"], rect["height"])
        for column, x in within(a, 1, (x0, per[0], left, gap[0]), rect["left"], rect["width"])
        if has_element(a, row, column)
    }
    # A dozen of them, those in which most is written.
    fullest = sorted(inside.items(), key=lambda item: -ink(shot, item[1], cell))
    return best_read(one, shot, dict(fullest[:12]), cell)


def within(
    a: dict[str, Any], axis: int, lies: tuple[float, float, float, float], low: float, size: float
) -> list[tuple[int, float]]:
    """Rows or columns of cells that lie wholly in a window, and the pixel where each begins."""
    first, per, part, gap = lies
    length = (a["rows"], a["columns"])[axis]
    found = []
    for cell in range(a["grid"][axis] * length):
        pixel = first + per * (place(cell, length, gap) - part)
        if low <= pixel and pixel + per / length <= low + size:
            found.append((cell, pixel))
    return found


def has_element(a: dict[str, Any], row: int, column: int) -> bool:
    """Whether a cell of the sheet is one of the tensor."""
    if a["strip"]:
        return row * a["columns"] + column < a["cells"]
    return row // a["rows"] * a["grid"][1] + column // a["columns"] < a["maps"]


LONGEST = 31
SHORTEST = 6


def best_read(
    one: Tab,
    shot: np.ndarray,
    cells: dict[Any, tuple[float, float]],
    size: tuple[float, float],
) -> dict[Any, str]:
    """The texts of cells, by the size of glyphs that explains them best.

    Args:
        one: the page.
        shot: grey.
        cells: their upper left corners.
        size: of a cell in pixels.
    """
    best, found = -1.0, dict[Any, str]()
    widths = {min(0.92 * size[0] / n, 14.0) for n in range(SHORTEST, LONGEST + 1)}
    # A lone digit fits any size: the fullest cell tells it.
    few = dict([max(cells.items(), key=lambda item: ink(shot, item[1], size))])
    atlas = Glyphs(one)
    for wide in sorted(widths):
        templates = atlas.templates(wide, wide * 2)
        read = {key: read_one(shot, at, size, wide, templates) for key, at in few.items()}
        score = float(np.mean([score for score, _ in read.values()]))
        if score > best:
            best, chosen = score, wide
    templates = atlas.templates(chosen, chosen * 2)
    for key, at in cells.items():
        found[key] = read_one(shot, at, size, chosen, templates)[1]
    return found


def ink(shot: np.ndarray, at: tuple[float, float], size: tuple[float, float]) -> float:
    """How much is written in a cell, in shares of its pixels."""
    (left, right), (top, bottom) = ((round(at[i] + 4), round(at[i] + size[i] - 4)) for i in (0, 1))
    part = shot[top:bottom, left:right]
    light = np.abs(part - np.median(part))
    return float((light > 0.4 * max(light.max(), 1.0)).mean())


def place(cell: int, length: int, gap: float) -> float:
    """Where a cell begins along an axis, in map pitches."""
    return cell // length * (1 + gap) + cell % length / length


def read_one(
    shot: np.ndarray,
    at: tuple[float, float],
    cell: tuple[float, float],
    wide: float,
    templates: dict[str, np.ndarray],
) -> tuple[float, str]:
    """The text in one cell, and how well it matches: every count of characters is tried."""
    tall = wide * 2
    middle = at[0] + cell[0] / 2
    top = at[1] + cell[1] / 2 - tall / 2
    # Clear of the cell's border, and of what is written.
    aside = round(at[0] + max(3, 0.06 * cell[0]))
    ground = np.median(shot[round(at[1]) + 3 : round(at[1] + cell[1]) - 3, aside])
    best, text = -1.0, ""
    for count in range(1, 32):
        left = middle - count * wide / 2
        if left < at[0] - 1:
            break
        score, said = match(shot, (left, top), count, wide, tall, templates, ground)
        if score > best + 1e-9:
            best, text = score, said
    return best, text


def match(
    shot: np.ndarray,
    at: tuple[float, float],
    count: int,
    wide: float,
    tall: float,
    templates: dict[str, np.ndarray],
    ground: float,
) -> tuple[float, str]:
    """How well so many characters explain the whole line, and which they are."""
    said = ""
    drawn = np.zeros_like(shot[: round(tall), : round(wide * 14)])
    line = shot[round(at[1]) : round(at[1]) + drawn.shape[0]]
    start = round(at[0] - wide)
    seen = np.abs(line[:, max(0, start) : start + drawn.shape[1]] - ground)
    drawn = drawn[:, : seen.shape[1]]
    for i in range(count):
        x = round(at[0] + i * wide) - start
        field = seen[:, x : x + round(wide)]
        character, template = max(
            templates.items(),
            key=lambda item: similarity(field, item[1][: field.shape[0], : field.shape[1]]),
        )
        said += character
        part = template[: drawn.shape[0], : field.shape[1]]
        drawn[: part.shape[0], x : x + part.shape[1]] = part
    return similarity(seen, drawn), said


def similarity(a: np.ndarray, b: np.ndarray) -> float:
    """Cosine of two pictures of light on dark."""
    scale = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a[: b.shape[0], : b.shape[1]] * b).sum()) / scale if scale > 0 else 0.0


def read_runs(one: Tab, shot: np.ndarray) -> str:
    """The text of one cell, glyph by glyph: each is compared in shape, height and place.

    Args:
        one: the page, whose own glyphs are compared with.
        shot: the cell alone, without its border, grey.
    """
    ground = np.median(shot)
    light = np.abs(shot - ground)
    known = {
        character: Glyph.of(template)
        for character, template in Glyphs(one).templates(32, 64).items()
    }
    lit = (light > light.max() * 0.4).any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], lit.astype(int), [0]])))
    found = [Glyph.of(light, *ends) for ends in edges.reshape(-1, 2)]
    tall = max(glyph.bottom - glyph.top for glyph in found) / known["0"].height
    middle = max(glyph.bottom for glyph in found) - known["0"].bottom * tall
    return "".join(
        max(known, key=lambda c, g=glyph: g.likeness(known[c], tall, middle)) for glyph in found
    )


class Glyph:
    """One written character: where it stands, and its shape in a box of its own size."""

    def __init__(self, top: int, bottom: int, width: int, shape: np.ndarray) -> None:
        self.top, self.bottom, self.width, self.shape = top, bottom, width, shape
        self.height = bottom - top

    @classmethod
    def of(cls, light: np.ndarray, left: int = 0, right: int | None = None) -> Glyph:
        """The glyph between two columns of a picture of light on dark."""
        part = light[:, left:right]
        lit = part > light.max() * 0.4
        rows, columns = (np.flatnonzero(lit.any(axis=axis)) for axis in (1, 0))
        box = part[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        image = Image.fromarray((255 * box / box.max()).astype(np.uint8))
        shape = np.asarray(image.resize((12, 18), Image.Resampling.BILINEAR), float)
        return cls(int(rows[0]), int(rows[-1]) + 1, box.shape[1], shape - shape.mean())

    def likeness(self, other: Glyph, tall: float, middle: float) -> float:
        """How well it is another one, drawn ``tall`` times as large and so far down."""
        size = np.sqrt((self.shape**2).sum() * (other.shape**2).sum())
        same = float((self.shape * other.shape).sum() / size) if size else 1.0
        apart = abs(self.top - middle - other.top * tall) + abs(self.height - other.height * tall)
        apart += abs(self.width - other.width * tall)
        return same - 2 * apart / (64 * tall)
