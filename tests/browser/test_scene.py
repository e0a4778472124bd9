"""What the scene shows is what the tensors hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from browser.driver import Server, Tab
from browser.pictures import agreement, screenshot

POSES = ("home", "in", "next", "left", "turned")


def url_of(tab: Tab) -> str:
    return tab.page.url.partition("/?")[0]


def compare(tab: Tab, sheet: dict[str, Any]) -> tuple[float, float]:
    """How well a sheet on screen agrees with the CPU's picture of its tensor, and what it must.

    With little more than a pixel for each cell, where the edges of cells fall within pixels
    weighs: the same sheet was seen to agree by 0.98 and by 0.949 in two places of the window.
    """
    run = tab.page.evaluate("window.cutaway.state.trace.value.id")
    source = f"/t/{run}/{sheet['value']}"
    stats = httpx.get(f"{url_of(tab)}{source}/stats", timeout=30).json()
    shot = screenshot(tab.page)
    first, second = (np.array(corner, float) for corner in sheet["corners"][:2])
    cells = stats["arrangement"]["grid"][1] * stats["arrangement"]["columns"]
    wanted = 0.95 if np.hypot(*(second - first)) / cells > 1.5 else 0.93
    found = agreement(shot, url_of(tab), source, stats, sheet["range"], sheet["corners"])
    return found, wanted


@pytest.mark.parametrize("sample", [0, "bag"])
def test_every_layer_shows_its_tensor(
    demo: Server, tab: Callable[..., Tab], sample: int | str
) -> None:
    one = tab("large").open(demo.url)
    if sample == "bag":
        samples = httpx.get(f"{url_of(one)}/samples").json()
        bag = next(s for s in samples if s["label"] == 8)
        one.page.get_by_role("button", name=bag["name"]).first.click()
        one.page.wait_for_function(
            f"window.cutaway.state.trace.value?.input?.name === {bag['name']!r}"
        )
        one.idle()
    found = {sheet["name"]: compare(one, sheet) for sheet in one.sheets()}
    assert len(found) > 20
    assert {name: (round(r, 3), least) for name, (r, least) in found.items() if r <= least} == {}


@pytest.mark.parametrize("size", ["large", "small"])
@pytest.mark.parametrize("pose", POSES)
def test_no_label_lies_over_another(
    demo: Server, tab: Callable[..., Tab], size: str, pose: str
) -> None:
    check_labels(tab(size).open(demo.url), pose)


@pytest.mark.data
@pytest.mark.parametrize("model", ["face_rfb_320.onnx", "portrait_deeplab.onnx"])
def test_no_label_lies_over_another_in_larger_networks(
    serve: Callable[..., Server], tab: Callable[..., Tab], data: Path, model: str
) -> None:
    server = serve("open", data / "models" / "onnx" / model)
    for size in ("large", "small"):
        one = tab(size).open(server.url)
        for pose in POSES:
            check_labels(one, pose)


def check_labels(one: Tab, pose: str) -> None:
    """Take a pose and look at all labels there."""
    page = one.page
    if pose in ("home", "in", "next"):
        page.evaluate(f"window.cutaway.state.flight.value = {{to: '{pose}'}}")
    elif pose == "left":
        page.keyboard.press("ArrowLeft")
    else:
        size = page.viewport_size
        assert size
        page.mouse.move(size["width"] * 0.4, size["height"] * 0.4)
        page.mouse.down(button="right")
        page.mouse.move(size["width"] * 0.55, size["height"] * 0.45, steps=4)
        page.mouse.up(button="right")
    page.wait_for_timeout(700)
    one.idle()
    labels = page.evaluate("window.cutaway.labels()")
    assert len(labels) >= 3
    for i, a in enumerate(labels):
        for b in labels[:i]:
            apart = (
                a["right"] <= b["left"]
                or b["right"] <= a["left"]
                or a["bottom"] <= b["top"]
                or b["bottom"] <= a["top"]
            )
            assert apart, (a, b)


def test_labels_are_readable_and_full_of_contrast(demo: Server, tab: Callable[..., Tab]) -> None:
    one = tab("small").open(demo.url)
    for theme in ("dark", "light"):
        one.page.evaluate(f"window.cutaway.state.theme.value = '{theme}'")
        one.idle()
        shot = np.asarray(screenshot(one.page).convert("L"), float) / 255
        labels = one.page.evaluate("window.cutaway.labels()")
        for label in labels:
            lines = label["text"].count("\n") + 1
            assert (label["bottom"] - label["top"]) / lines >= 11
            box = shot[
                int(label["top"]) : int(label["bottom"]) + 1,
                int(label["left"]) : int(label["right"]) + 1,
            ]
            low, high = (np.percentile(box, p) for p in (1, 99))
            assert contrast(low, high) >= 4.5, label


def contrast(a: float, b: float) -> float:
    """WCAG 2.2's contrast ratio of two grey values from 0 to 1."""

    def luminance(x: float) -> float:
        return x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4

    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)


def test_nothing_comes_from_another_host(demo: Server, tab: Callable[..., Tab]) -> None:
    one = tab("small").open(demo.url)
    assert one.asked
    assert {address for address in one.asked if not address.startswith(url_of(one))} <= {
        address for address in one.asked if address.startswith(("data:", "blob:"))
    }


def test_the_network_fills_the_window(demo: Server, tab: Callable[..., Tab]) -> None:
    for size in ("large", "small"):
        one = tab(size).open(demo.url)
        area = one.state("stageArea")
        assert isinstance(area, dict)
        corners = np.concatenate([np.asarray(s["corners"]) for s in one.sheets()])
        wide = np.ptp(corners[:, 0]) / (area["right"] - area["left"])
        tall = np.ptp(corners[:, 1]) / (area["bottom"] - area["top"])
        assert max(wide, tall) > 0.8
        assert min(wide, tall) > 0.6


def test_the_structure_is_there_before_the_run(demo: Server, tab: Callable[..., Tab]) -> None:
    one = tab("small").open(demo.url)
    marks = one.page.evaluate(
        "performance.getEntriesByType('mark').map(m => [m.name, m.startTime])"
    )
    times = dict(marks)
    assert times["cutaway:structure"] <= times["cutaway:drawn"]


def test_a_node_hides_its_maps_and_shows_them_again(demo: Server, tab: Callable[..., Tab]) -> None:
    one = tab("small").open(demo.url)
    before = len(one.sheets())
    one.page.evaluate("window.cutaway.state.focused.value = 1")
    one.page.keyboard.press("m")
    one.idle()
    assert len(one.sheets()) == before - 1
    one.page.keyboard.press("m")
    one.idle()
    assert len(one.sheets()) == before


def test_fanned_maps_stand_one_by_one(demo: Server, tab: Callable[..., Tab]) -> None:
    one = tab("small").open(demo.url)
    one.page.evaluate("window.cutaway.state.fanned.value = new Set([1])")
    one.idle()
    maps = [sheet["map"] for sheet in one.sheets() if sheet["map"] is not None]
    assert maps == list(range(len(maps)))
    assert len(maps) > 8
