"""Reads the numbers in cells off a screenshot, by matching the page's own glyphs."""

from __future__ import annotations

from typing import Any

import numpy as np
from browser.driver import Tab
from browser.pictures import screenshot
from PIL import Image

GAP = 0.07


def glyph_templates(one: Tab, wide: float, tall: float) -> dict[str, np.ndarray]:
    """Every character as the page would draw it at a size, coverage from 0 to 1."""
    told = one.page.evaluate("window.cutaway.glyphs()")
    atlas = Image.frombytes("L", tuple(told["size"]), bytes(told["coverage"]))
    found = {}
    for i, character in enumerate(told["characters"]):
        if character not in "0123456789.-einfa":
            continue
        x, y = i % told["columns"] * told["width"], i // told["columns"] * told["height"]
        field = atlas.crop((x, y, x + told["width"], y + told["height"]))
        size = (max(1, round(wide)), max(1, round(tall)))
        found[character] = np.asarray(field.resize(size, Image.Resampling.BOX), float) / 255
    return found


def read_cells(one: Tab, stats: dict[str, Any]) -> dict[tuple[int, int], str]:
    """The text of every cell that lies wholly in the panel's window, by row and column."""
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
    inside: dict[tuple[int, int], tuple[float, float]] = {}
    for row in range(a["grid"][0] * a["rows"]):
        for column in range(a["grid"][1] * a["columns"]):
            slot = row // a["rows"] * a["grid"][1] + column // a["columns"]
            if slot >= a["maps"] or (a["strip"] and row * a["columns"] + column >= a["cells"]):
                continue
            x = x0 + per[0] * (place(column, a["columns"], gap[0]) - left)
            y = y0 + per[1] * (place(row, a["rows"], gap[1]) - top)
            if (
                x >= rect["left"]
                and y >= rect["top"]
                and x + cell[0] <= rect["left"] + rect["width"]
                and y + cell[1] <= rect["top"] + rect["height"]
            ):
                inside[row, column] = (x, y)
    return best_read(one, shot, inside, cell)


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
    few = dict(list(cells.items())[:4])
    for wide in sorted(widths):
        templates = glyph_templates(one, wide, wide * 2)
        read = {key: read_one(shot, at, size, wide, templates) for key, at in few.items()}
        score = float(np.mean([score for score, _ in read.values()]))
        if score > best:
            best, chosen = score, wide
    templates = glyph_templates(one, chosen, chosen * 2)
    for key, at in cells.items():
        found[key] = read_one(shot, at, size, chosen, templates)[1]
    return found


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
    ground = np.median(shot[round(at[1]) + 3 : round(at[1] + cell[1]) - 3, round(at[0]) + 3])
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
