"""Screenshots as arrays, and what the CPU says they should show."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import httpx
import numpy as np
import numpy.typing as npt
from PIL import Image
from playwright.sync_api import Page

Pixels = npt.NDArray[Any]


def screenshot(page: Page) -> Image.Image:
    """What the window shows."""
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def rectified(shot: Image.Image, corners: Sequence[Sequence[float]], size: tuple[int, int]) -> Pixels:
    """The part of a picture within four corners (clockwise from the upper left) as a rectangle."""
    width, height = size
    target = [(0, 0), (width, 0), (width, height), (0, height)]
    rows = []
    for (x, y), (u, v) in zip(target, corners, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    wanted = np.asarray(corners, float).reshape(-1)
    coefficients = np.linalg.solve(np.asarray(rows, float), wanted)
    made = shot.transform(
        size, Image.Transform.PERSPECTIVE, tuple(coefficients), Image.Resampling.BILINEAR
    )
    return np.asarray(made, float)


def twin(url: str, source: str, stats: dict[str, Any], look: dict[str, Any], size: tuple[int, int]) -> Pixels:
    """The CPU's picture of a tensor with the gaps that the page leaves between maps."""
    told = {"table": look["table"], "low": look["low"], "high": look["high"]}
    answer = httpx.get(f"{url}{source}/picture.png", params=told, timeout=30)
    answer.raise_for_status()
    sheet = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB"))
    a = stats["arrangement"]
    rows, columns = a["rows"], a["columns"]
    zoom = max(1, round(8 * 14 / max(rows, columns)))
    gap = round(0.07 * max(rows, columns) * zoom)
    down, across = a["grid"]
    tall, wide = rows * zoom, columns * zoom
    drawn = np.zeros((down * (tall + gap) - gap, across * (wide + gap) - gap, 3), np.uint8)
    large = np.repeat(np.repeat(sheet, zoom, 0), zoom, 1)
    for slot in range(a["maps"]):
        y, x = divmod(slot, across)
        drawn[y * (tall + gap) :, x * (wide + gap) :][:tall, :wide] = large[
            y * tall : (y + 1) * tall, x * wide : (x + 1) * wide
        ]
    return np.asarray(Image.fromarray(drawn).resize(size, Image.Resampling.BOX), float)


def correlation(a: Pixels, b: Pixels) -> float:
    """Pearson's correlation over all pixels and colours; 1 where both are the same and flat."""
    x, y = a.ravel() - a.mean(), b.ravel() - b.mean()
    scale = float(np.sqrt((x * x).sum() * (y * y).sum()))
    if scale == 0:
        return float(np.abs(a - b).max() < 8)
    return float((x * y).sum() / scale)
