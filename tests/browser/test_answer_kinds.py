"""Answers that are points, depth, flow, sound, vectors and numbers: where they lie, what made them.

The networks give known outputs; the pictures go through the real preparation, which letterboxes
or turns them, and what is drawn must lie where the picture is, not where the model's is.
"""

from __future__ import annotations

import io
import json
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser.driver import Server, Tab
from PIL import Image
from session.made_outputs import constant_outputs

Serve = Callable[..., Server]
Open = Callable[..., Tab]
Spot = tuple[float, float]

FIT = {
    "step": "resize", "mode": "letterbox", "width": 96, "height": 64, "filter": "bilinear",
    "pad": 114,
}  # fmt: skip
"""A photo of 100 x 200 becomes 32 x 64 between bars of 32: x = 32 + 0.32 X, y = 0.32 Y."""
TURN = {"step": "rotate", "degrees": 90}
AFTER = [
    {"step": "range", "low": 0.0, "high": 1.0}, {"step": "layout", "order": "NCHW"},
    {"step": "dtype", "to": "float32"},
]  # fmt: skip


def opened(
    serve: Serve, tab: Open, home: Path, arrays: dict[str, Any], turned: bool = False
) -> Tab:
    """The open answer of a network with these outputs, of a grey photo of 100 x 200."""
    model = constant_outputs(home / "made.onnx", arrays)
    photo = home / "photo.png"
    Image.fromarray(np.full((200, 100, 3), 90, np.uint8)).save(photo)
    steps = [{"step": "decode"}, {"step": "colour", "to": "rgb"}, *([TURN] if turned else []), FIT]
    recipe = home / "recipe.json"
    recipe.write_text(json.dumps([*steps, *AFTER]))
    return shown(tab, serve("open", model, "--input", photo, "--preprocess", recipe))


def shown(tab: Open, server: Server) -> Tab:
    one = tab().open(server.url)
    one.page.wait_for_function("window.cutaway.state.trace.value?.readings?.length > 0")
    one.page.keyboard.press("z")
    one.page.wait_for_selector(".answer-panel .answer-side")
    one.idle()
    return one


def layer(one: Tab) -> tuple[float, float, float]:
    """Left and top of the picture in the answer, and CSS pixels to one of the photo's."""
    one.page.wait_for_function(
        "(all => all.length > 0 && all.every(i => i.complete && i.naturalWidth > 0))"
        "([...document.querySelectorAll('.answer-panel .layer')])"
    )
    box = one.page.locator(".answer-panel .layer").first.bounding_box()
    assert box is not None
    return box["x"], box["y"], box["height"] / 200


def centre(one: Tab, selector: str) -> Spot:
    box = one.page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pixels(one: Tab) -> np.ndarray[Any, np.dtype[np.int16]]:
    return np.asarray(Image.open(io.BytesIO(one.page.screenshot())).convert("RGB"), np.int16)


def on_photo(one: Tab, x: float, y: float) -> list[int]:
    """The colour that is seen at a place of the photo, ``[r, g, b]``."""
    left, top, scale = layer(one)
    row, column = round(top + y * scale), round(left + x * scale)
    return pixels(one)[row - 1 : row + 2, column - 1 : column + 2].mean(axis=(0, 1)).tolist()


def element(one: Tab) -> tuple[str, list[int]]:
    """Name of the open tensor, and the index of the element that is looked at."""
    one.page.wait_for_selector(".tensor .expression")
    name = one.page.locator(".tensor .role").get_attribute("title")
    index = one.page.locator(".tensor .tab strong.number").first.inner_text()
    assert name is not None
    return name, [int(n) for n in index[index.index("[") + 1 : index.index("]")].split(",")]


def choose_way(one: Tab, name: str) -> None:
    one.page.locator(".beside .segments").get_by_text(name, exact=True).click()


def person() -> np.ndarray[Any, Any]:
    """(1, 1, 17, 3) y, x, score in 0..1 of the model's picture; ankles are not sure."""
    points = np.zeros((1, 1, 17, 3), np.float32)
    points[..., 0] = (np.arange(17) * 3 + 5) / 64
    points[..., 1] = (34 + np.arange(17) * 1.5) / 96
    points[..., 2] = 0.9
    points[0, 0, 15:, 2] = 0.25
    return points


@pytest.mark.parametrize("turned", [False, True])
def test_points_lie_on_the_picture_and_lead_to_their_cells(
    serve: Serve, tab: Open, tmp_path: Path, turned: bool
) -> None:
    one = opened(serve, tab, tmp_path, {"keypoints": person()}, turned)
    left, top, scale = layer(one)
    assert one.page.locator(".answer-panel .joint").count() == 17
    for point in (0, 9):
        x, y = 34 + point * 1.5, point * 3 + 5
        plain = ((x - 32) / 0.32, y / 0.32)
        # About the middle, 50 and 100, against the clock: X, Y has gone to Y - 50, 150 - X.
        expected = (150 - plain[1], plain[0] + 50) if turned else plain
        at = centre(one, f".answer-panel .joint[data-point='{point}']")
        assert at[0] == pytest.approx(left + expected[0] * scale, abs=1.5)
        assert at[1] == pytest.approx(top + expected[1] * scale, abs=1.5)
    if turned:
        return
    # A left wrist is blue; a joint that is not sure enough is faint, and its bones are left out.
    red, _, blue = on_photo(one, (34 + 9 * 1.5 - 32) / 0.32, (9 * 3 + 5) / 0.32)
    assert blue > red + 60
    bones = one.page.locator(".answer-panel .item line.line")
    assert bones.count() == 14
    one.page.locator(".answer-panel input[name=score]").fill("0.2")
    one.page.wait_for_function(
        "document.querySelectorAll('.answer-panel .item line.line').length === 16"
    )
    joint = one.page.locator(".answer-panel .joint[data-point='9']")
    joint.hover()
    assert one.page.locator(".point-name").text_content() == "left wrist 0.90"
    joint.click()
    detail = one.page.locator(".found[aria-expanded=true] + .found-detail")
    assert detail.locator(".cell-link").count() == 1
    detail.locator(".cell-link").click()
    assert element(one) == ("keypoints", [0, 0, 9, 0])


def test_a_depth_is_coloured_where_it_is_and_its_scale_says_so(
    serve: Serve, tab: Open, tmp_path: Path
) -> None:
    depth = np.full((1, 1, 64, 96), 2.0, np.float32)
    depth[..., 48:] = 10  # the right half of the photo is far
    one = opened(serve, tab, tmp_path, {"depth": depth})
    choose_way(one, "answer")
    near, far = on_photo(one, 25, 100), on_photo(one, 75, 100)
    assert min(near[:2]) > 200  # inferno's bright end
    assert max(far) < 40
    ends = one.page.locator(".field-legend .ends").inner_text().split()
    assert ends == ["far", "10", "near", "2"]
    bright = one.page.locator(".field-legend > i").evaluate("i => getComputedStyle(i).background")
    assert "rgb(0, 0, 4)" in bright.split("inferno")[0]
    # Another table colours both the picture and its scale.
    one.page.locator(".table-pick select").select_option("gray")
    one.page.wait_for_function(
        "document.querySelector('.answer-panel .layer').src.includes('table=gray')"
    )
    red, green, blue = on_photo(one, 25, 100)
    assert red == green == blue > 200
    left, top, scale = layer(one)
    one.page.mouse.click(left + 75 * scale, top + 150 * scale)
    one.page.wait_for_selector(".pixel .cell-link")
    assert one.page.locator(".pixel-words").inner_text() == "10"
    one.page.locator(".pixel .cell-link").click()
    assert element(one) == ("depth", [0, 0, 48, 56])


@pytest.mark.parametrize("turned", [False, True])
def test_a_flow_has_arrows_that_point_where_the_photo_moves(
    serve: Serve, tab: Open, tmp_path: Path, turned: bool
) -> None:
    flow = np.zeros((1, 2, 64, 96), np.float32)
    flow[:, 0] = 6  # everything moves to the right of the model's picture
    one = opened(serve, tab, tmp_path, {"flow": flow}, turned)
    choose_way(one, "answer")
    left, top, scale = layer(one)
    paths = one.page.locator(".answer-panel .arrows path.line")
    assert paths.count() == 8 * 16
    room = one.page.locator(".answer-panel .arrows").bounding_box()
    assert room is not None
    numbers = paths.nth(8 * 4).get_attribute("d")
    assert numbers is not None
    x, y, to, under = (float(n) for n in numbers.replace("M", " ").replace("L", " ").split()[:4])
    assert room["x"] + x == pytest.approx(left + 6.25 * scale, abs=scale)
    assert room["y"] + y == pytest.approx(top + 56.25 * scale, abs=scale)
    long = np.hypot(to - x, under - y)
    assert long == pytest.approx(0.85 * 12.5 * scale, rel=0.15)
    # The photo was turned against the clock: right there is down in it.
    way = (0, 1) if turned else (1, 0)
    assert ((to - x) / long, (under - y) / long) == pytest.approx(way, abs=0.02)
    seen = on_photo(one, 50, 100)  # between four arrows
    if turned:
        assert seen[1] > 200
        assert seen[2] < 60
    else:
        assert seen[0] > 230
        assert max(seen[1:]) < 100
    assert "6 px" in one.page.locator(".flow-legend").inner_text()


def test_a_sound_stands_over_its_time_and_leads_to_its_samples(
    serve: Serve, tab: Open, tmp_path: Path
) -> None:
    """A tone of 2 kHz in the first half, silence after it."""
    time = np.arange(8000) / 16_000
    tone = np.where(time < 0.25, 0.5 * np.sin(2 * np.pi * 2000 * time), 0)[None]
    model = constant_outputs(tmp_path / "tts_16khz.onnx", {"audio": tone}, shape=(1, 8000))
    heard = tmp_path / "heard.wav"
    with wave.open(str(heard), "wb") as file:
        file.setparams((1, 2, 16_000, 8000, "NONE", ""))
        file.writeframes(bytes(16_000))
    one = shown(tab, serve("open", model, "--input", heard))
    one.page.wait_for_function(
        "document.querySelector('.wave canvas')?.width > 100"
        " && document.querySelector('.spectrogram')?.naturalWidth > 0"
    )
    seen = pixels(one)

    def part(selector: str, x: float, y: float) -> np.ndarray[Any, Any]:
        box = one.page.locator(selector).bounding_box()
        assert box is not None
        row, column = round(box["y"] + y * box["height"]), round(box["x"] + x * box["width"])
        return seen[row - 2 : row + 3, column - 2 : column + 3].mean(axis=(0, 1))

    ground = part(".wave canvas", 0.75, 0.2)
    assert np.abs(part(".wave canvas", 0.25, 0.2) - ground).max() > 60
    assert np.abs(part(".wave canvas", 0.75, 0.5) - ground).max() > 5  # the line of silence
    # 2 kHz of the 8 are a quarter from below.
    assert part(".spectrogram", 0.25, 0.75).max() > 150
    assert part(".spectrogram", 0.25, 0.4).max() < 120
    assert part(".spectrogram", 0.75, 0.75).max() < 60
    box = one.page.locator(".spectrogram-room").bounding_box()
    assert box is not None
    down = one.page.locator(".pitches span", has_text="2 kHz").evaluate(
        "one => (one.offsetTop + one.offsetHeight) / one.offsetParent.clientHeight"
    )
    assert down == pytest.approx(0.75, abs=0.01)
    assert one.page.locator(".times span").all_inner_texts()[0] == "0 s"
    # A click a fifth along is sample 1,600.
    one.page.locator(".sound-room").click(position={"x": box["width"] / 5, "y": 20})
    one.page.wait_for_selector(".pixel .cell-link")
    sample = one.page.locator(".pixel h3").first.inner_text()
    at = int(sample.split()[1].replace(",", ""))
    assert abs(at - 1600) <= 25
    marked = centre(one, ".time-line.asked")
    assert marked[0] == pytest.approx(box["x"] + box["width"] / 5, abs=2)
    one.page.locator(".pixel .cell-link").click()
    assert element(one) == ("audio", [0, at])


def test_numbers_are_bars_to_one_scale(serve: Serve, tab: Open, tmp_path: Path) -> None:
    one = opened(serve, tab, tmp_path, {"head_pose": [[20.0, -10.0, 5.0]]})
    rows = one.page.locator(".numbers-table tbody tr")
    assert [row.split() for row in rows.locator("td.number").all_inner_texts()] == [
        ["20"], ["-10"], ["5"],
    ]  # fmt: skip
    tracks = [rows.nth(i).locator(".signed-bar").bounding_box() for i in range(3)]
    bars = [rows.nth(i).locator(".signed-bar i").bounding_box() for i in range(3)]
    for track, bar, number in zip(tracks, bars, (20, -10, 5), strict=True):
        assert track is not None
        assert bar is not None
        middle = track["x"] + track["width"] / 2
        assert bar["width"] == pytest.approx(abs(number) / 20 * track["width"] / 2, abs=1)
        near = bar["x"] if number > 0 else bar["x"] + bar["width"]
        assert near == pytest.approx(middle, abs=1)
    rows.nth(1).get_by_role("button").click()
    assert element(one) == ("head_pose", [0, 1])


def test_a_vector_is_bars_and_each_leads_to_its_cell(
    serve: Serve, tab: Open, tmp_path: Path
) -> None:
    vector = np.zeros((1, 64), np.float32)
    vector[0, 16], vector[0, 40] = 3, -4
    one = opened(serve, tab, tmp_path, {"embedding": vector})
    one.page.wait_for_function("document.querySelector('.vector-bars canvas')?.width > 100")
    seen = pixels(one)
    box = one.page.locator(".vector-bars").bounding_box()
    assert box is not None

    def at(number: int, y: float) -> np.ndarray[Any, Any]:
        row = round(box["y"] + y * box["height"])
        column = round(box["x"] + (number + 0.45) / 64 * box["width"])
        return seen[row - 1 : row + 2, column - 1 : column + 2].mean(axis=(0, 1))

    assert at(16, 0.3)[0] > at(16, 0.3)[2] + 60  # warm, upwards
    assert at(40, 0.8)[2] > at(40, 0.8)[0] + 60  # cold, downwards
    assert np.abs(at(16, 0.8) - at(20, 0.8)).max() < 10
    assert one.page.locator(".found b:first-child").all_inner_texts()[:2] == ["40", "16"]
    one.page.locator(".vector-bars").click(position={"x": box["width"] * 16.5 / 64, "y": 60})
    assert element(one) == ("embedding", [0, 16])
