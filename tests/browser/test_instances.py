"""Masks of single things and boxes aslant, drawn over the picture with their boxes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from browser.driver import Server, Tab, start
from browser.test_answers import picture, pixels, show_answer
from PIL import Image
from session.made_outputs import constant_outputs

SIDE = 320
PLACES = 2100
"""Of strides 8, 16 and 32 over the picture."""


def discs() -> np.ndarray:
    """(1, 32, 80, 80): two discs, positive within."""
    y, x = np.mgrid[0:80, 0:80] + 0.5
    prototypes = np.zeros((1, 32, 80, 80), np.float32)
    for at, (cx, cy, radius) in enumerate(((28, 20, 12), (56, 52, 20))):
        prototypes[0, at] = radius - np.hypot(x - cx, y - cy)
    return prototypes


@pytest.fixture(scope="module")
def gray(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("gray") / "gray.png"
    Image.fromarray(np.full((SIDE, SIDE, 3), 60, np.uint8)).save(file)
    return file


@pytest.fixture(scope="module")
def segmenting(tmp_path_factory: pytest.TempPathFactory, gray: Path) -> Iterator[Server]:
    rows = np.zeros((1, 4 + 2 + 32, PLACES), np.float32)
    rows[0, :4] = 4
    rows[0, :7, 7] = [112, 80, 100, 100, 0.93, 0, 1]
    rows[0, [0, 1, 2, 3, 5, 7], 900] = [224, 208, 160, 160, 0.81, 1]
    folder = tmp_path_factory.mktemp("segmenting")
    model = constant_outputs(
        folder / "seg.onnx", {"output0": rows, "output1": discs()}, shape=(1, 3, SIDE, SIDE),
        metadata={"names": "{0: 'cup', 1: 'pot'}"}.items(),
    )  # fmt: skip
    server = start(folder / "home", "open", str(model), "--input", str(gray))
    yield server
    server.stop()


def test_masks_are_drawn_with_their_boxes(segmenting: Server, tab: Callable[..., Tab]) -> None:
    one = tab("small").open(segmenting.url)
    show_answer(one)
    one.page.wait_for_selector(".answer-panel .layer.mask")
    one.idle()
    left, top, width, _ = picture(one)
    scale = width / SIDE

    def colour(x: float, y: float) -> np.ndarray:
        return pixels(one)[round(top + y * scale), round(left + x * scale)]

    within, corner = colour(112, 90), colour(70, 122)
    # Yellow over gray in the disc; the corner of its box is no part of it.
    assert within[0] > within[2] + 60
    assert abs(int(corner[0]) - int(corner[2])) < 8
    # Blue over gray.
    second = colour(250, 230)
    assert second[2] > second[0] + 60
    assert one.page.locator(".answer-panel .overlay .item").count() == 2
    foot = one.page.locator(".answer-thumb .layer")
    assert foot.count() == 2
    one.page.get_by_role("switch", name="Masks").click()
    one.idle()
    bare = colour(112, 90)
    assert abs(int(bare[0]) - int(bare[2])) < 8


def test_a_box_aslant_is_drawn_by_its_corners(
    serve: Callable[..., Server], tab: Callable[..., Tab], gray: Path, tmp_path: Path
) -> None:
    rows = np.zeros((1, 6, PLACES), np.float32)
    rows[0, :4] = 4
    rows[0, :, 7] = [160, 120, 200, 40, 0.9, np.pi / 6]
    model = constant_outputs(
        tmp_path / "boats-obb.onnx", {"output0": rows}, shape=(1, 3, SIDE, SIDE)
    )
    one = tab("small").open(serve("open", model, "--input", gray).url)
    show_answer(one)
    one.idle()
    left, top, width, _ = picture(one)
    scale = width / SIDE
    points = one.page.locator(".answer-panel .overlay polygon.line").get_attribute("points")
    assert points is not None
    drawn = [[float(n) for n in pair.split(",")] for pair in points.split()]
    room = one.page.locator(".answer-panel .overlay").bounding_box()
    assert room is not None
    told = (np.array(drawn) + np.array([room["x"] - left, room["y"] - top])) / scale
    cos, sin = np.cos(np.pi / 6), np.sin(np.pi / 6)
    wanted = [
        (160 + x * cos - y * sin, 120 + x * sin + y * cos)
        for x, y in ((-100, -20), (100, -20), (100, 20), (-100, 20))
    ]
    np.testing.assert_allclose(told, wanted, atol=0.6)
