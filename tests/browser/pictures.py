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
from safetensors.numpy import load

Pixels = npt.NDArray[Any]

GAP = 0.07
"""The gap between maps, as a share of the larger side of a map: viewer/src/scene/sizes.ts."""

FINER = 6
"""Points looked at along one side of a pixel."""


def screenshot(page: Page) -> Image.Image:
    """What the window shows."""
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def agreement(
    shot: Image.Image,
    url: str,
    source: str,
    stats: dict[str, Any],
    look: dict[str, Any],
    corners: Sequence[Sequence[float]],
) -> float:
    """How well a sheet on screen agrees with the CPU's picture of its tensor.

    The CPU's picture is laid out as the page does it and projected onto the screen, each pixel
    the mean of what it covers.
    """
    lined = np.linalg.norm(np.subtract(corners[3], corners[0])) / tall_cells(stats) > 6
    picture, mask = twin(url, source, stats, look, lined=bool(lined))
    at = np.asarray(corners)
    left, top = np.floor(at.min(0)).astype(int)
    right, bottom = np.ceil(at.max(0)).astype(int)
    size = (right - left, bottom - top)
    wanted = projected(picture, at - (left, top), size)
    compared = projected(mask, at - (left, top), size) > 250
    shown = np.asarray(shot.crop((left, top, right, bottom)), float)
    assert compared.sum() > 50
    return correlation(shown[compared], wanted[compared])


def tall_cells(stats: dict[str, Any]) -> float:
    """The height of a sheet in cells, its gaps included."""
    a = stats["arrangement"]
    gap = GAP * max(a["rows"], a["columns"])
    return a["grid"][0] * (a["rows"] + gap) - gap


def projected(picture: Image.Image, corners: Pixels, size: tuple[int, int]) -> Pixels:
    """A picture as it lies within four corners on screen (clockwise from the upper left)."""
    width, height = picture.size
    source = [(0, 0), (width, 0), (width, height), (0, height)]
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(corners * FINER, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    coefficients = np.linalg.solve(np.asarray(rows, float), np.asarray(source, float).reshape(-1))
    fine = picture.transform(
        (size[0] * FINER, size[1] * FINER),
        Image.Transform.PERSPECTIVE,
        tuple(coefficients),
        Image.Resampling.NEAREST,
    )
    return np.asarray(fine.resize(size, Image.Resampling.BOX), float)


def twin(
    url: str, source: str, stats: dict[str, Any], look: dict[str, Any], *, lined: bool
) -> tuple[Image.Image, Image.Image]:
    """The CPU's picture of a tensor, laid out, and a mask of where it is to be compared.

    Left out are the gaps between maps, the lines between large cells, the frame around the sheet,
    and maps that are crossed out because they are zero everywhere.
    """
    told = {"table": look["table"], "low": look["low"], "high": look["high"]}
    answer = httpx.get(f"{url}{source}/picture.png", params=told, timeout=30)
    answer.raise_for_status()
    sheet = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB"))
    maps = load(httpx.get(f"{url}{source}/overview/512", timeout=30).content)["maps"]
    a = stats["arrangement"]
    rows, columns = a["rows"], a["columns"]
    zoom = 12
    gap = round(GAP * max(rows, columns) * zoom)
    down, across = a["grid"]
    tall, wide = rows * zoom, columns * zoom
    drawn = np.zeros((down * (tall + gap) - gap, across * (wide + gap) - gap, 3), np.uint8)
    mask = np.zeros(drawn.shape[:2], np.uint8)
    large = np.repeat(np.repeat(sheet, zoom, 0), zoom, 1)
    inner = np.full((tall, wide), 255, np.uint8)
    if lined:
        line = np.arange(zoom) % (zoom - 1) < 2
        inner[np.tile(line, rows)] = 0
        inner[:, np.tile(line, columns)] = 0
    for slot in range(a["maps"]):
        y, x = divmod(slot, across)
        place = (slice(y * (tall + gap), None), slice(x * (wide + gap), None))
        part = large[y * tall : (y + 1) * tall, x * wide : (x + 1) * wide]
        drawn[place][:tall, :wide] = part
        if maps[slot, 0] != 0 or maps[slot, 1] != 0:
            mask[place][:tall, :wide] = inner
    frame = max(4, round(drawn.shape[0] * 0.03))
    mask[:frame] = mask[-frame:] = mask[:, :frame] = mask[:, -frame:] = 0
    return Image.fromarray(drawn), Image.fromarray(mask)


def correlation(a: Pixels, b: Pixels) -> float:
    """Pearson's correlation over all pixels and colours; 1 where both are the same and flat."""
    x, y = a.ravel() - a.mean(), b.ravel() - b.mean()
    scale = float(np.sqrt((x * x).sum() * (y * y).sum()))
    if scale == 0:
        return float(np.abs(a - b).max() < 8)
    return float((x * y).sum() / scale)
