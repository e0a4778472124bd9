"""Answers: drawn over the picture, corrected, and traced to the cells that made them."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from browser.driver import Server, Tab
from loaders.made import info, random, save, tensor
from onnx import helper
from PIL import Image

Serve = Callable[..., Server]
Open = Callable[..., Tab]

FACE = ("onnx/face_rfb_320.onnx", "astronaut.png")
PERSON = ("tflite/deeplabv3.tflite", "astronaut.png")


def opened(
    serve: Serve, tab: Open, data: Path, home: Path, what: tuple[str, str], size: str = "small"
) -> Tab:
    """A page of a copy of a real model, so that what is kept beside it is kept beside the copy."""
    model = home / Path(what[0]).name
    shutil.copy(data / "models" / what[0], model)
    server = serve("open", model, "--input", data / "photos" / what[1])
    page = tab(size).open(server.url)
    page.page.wait_for_function("window.cutaway.state.trace.value?.readings?.length > 0")
    return page


def pixels(tab: Tab) -> np.ndarray:
    """(H, W, 3) what the window shows."""
    return np.asarray(Image.open(io.BytesIO(tab.page.screenshot())).convert("RGB"), np.int16)


def show_answer(tab: Tab) -> None:
    tab.page.get_by_role("button", name="Open", exact=True).last.click()
    tab.page.wait_for_selector(".answer-panel .layer")
    tab.page.wait_for_function(
        "[...document.querySelectorAll('.answer-panel .layer')].every("
        "one => one.complete && one.naturalWidth > 0)"
    )


def picture(tab: Tab) -> tuple[float, float, float, float]:
    """Left, top, width, height of the picture in the open answer."""
    box = tab.page.locator(".answer-panel .layer").first.bounding_box()
    assert box is not None
    return box["x"], box["y"], box["width"], box["height"]


def chosen(tab: Tab) -> tuple[str, list[int]]:
    """Name of the open tensor, and the index of the element whose sum is told."""
    name = tab.page.locator(".tensor .role").get_attribute("title")
    index = tab.page.locator(".tensor .tab strong.number").first.inner_text()
    found = index[index.index("[") + 1 : index.index("]")]
    assert name is not None
    return name, [int(one) for one in found.split(",")]


def move(tab: Tab, name: str, value: float) -> None:
    slider = tab.page.locator(f".answer-panel input[name={name}]")
    slider.fill(str(value))


@pytest.mark.data
def test_a_box_lies_on_the_face_and_leads_to_its_cells(
    serve: Serve, tab: Open, data: Path, tmp_path: Path
) -> None:
    page = opened(serve, tab, data, tmp_path, FACE)
    show_answer(page)
    left, top, width, _ = picture(page)
    scale = width / 512
    items = page.page.locator(".answer-panel .overlay .item")
    assert items.count() == 1
    box = items.locator("polygon.line, rect.line").bounding_box()
    assert box is not None
    # The face of the astronaut, in pixels of the photo.
    assert abs((box["x"] - left) / scale - 180) < 12
    assert abs((box["y"] - top) / scale - 68) < 12
    assert abs(box["width"] / scale - 91) < 14
    # The line is drawn there: bright yellow, which the photo has not at the face's left edge.
    shown = pixels(page)
    edge, middle = round(box["x"] + 1.5), round(box["y"] + box["height"] / 2)
    line = shown[middle - 4 : middle + 5, edge - 2 : edge + 3]
    yellow = (line[..., 0] > 200) & (line[..., 1] > 160) & (line[..., 2] < 120)
    assert yellow.any(axis=1).all()

    items.first.click()
    cells = page.page.locator(".made-by .cell-link")
    assert cells.count() == 2
    said = [cells.nth(i).inner_text() for i in range(2)]
    assert said[0].startswith("boxes[0,")
    assert said[0].endswith("0..3]")
    assert said[1].startswith("scores[0,")
    assert said[1].endswith(", 1]")
    row = int(said[1].split(",")[1])
    cells.nth(1).click()
    page.page.wait_for_selector(".tensor .expression")
    assert chosen(page) == ("scores", [0, row, 1])
    # Its neighbours in the output are not sure of a face; this one is.
    number = page.page.evaluate("window.cutaway.state.selected.value.value")
    assert number == page.page.evaluate(
        "window.cutaway.state.trace.value.readings[0].settings.scores"
    )


@pytest.mark.data
def test_a_slider_moves_the_threshold_at_once(
    serve: Serve, tab: Open, data: Path, tmp_path: Path
) -> None:
    page = opened(serve, tab, data, tmp_path, FACE)
    show_answer(page)
    items = page.page.locator(".answer-panel .overlay .item")
    assert items.count() == 1
    recognized = float(page.page.locator(".answer-panel input[name=score]").input_value())
    move(page, "overlap", 1)
    page.page.wait_for_function(
        "document.querySelectorAll('.answer-panel .overlay .item').length > 3"
    )
    many = items.count()
    move(page, "score", 0.01)
    page.page.wait_for_function(
        f"document.querySelectorAll('.answer-panel .overlay .item').length > {many}"
    )
    page.page.wait_for_function(
        "document.querySelector('.answer-summary').innerText.startsWith("
        "`${document.querySelectorAll('.answer-panel .overlay .item').length} faces`)"
    )
    asked = len([one for one in page.asked if "/reading/" in one])
    move(page, "score", recognized)
    page.page.wait_for_function(
        f"document.querySelectorAll('.answer-panel .overlay .item').length === {many}"
    )
    # The line above follows, as does the foot's.
    line = page.page.locator(".answer-summary")
    assert line.inner_text().startswith(f"{many} faces")
    assert page.page.locator(".foot .winner-line").inner_text() == line.inner_text()
    # What was asked once is known.
    assert len([one for one in page.asked if "/reading/" in one]) == asked
    assert page.state("running") is None


@pytest.mark.data
def test_the_mask_is_on_the_person_and_not_on_the_wall(
    serve: Serve, tab: Open, data: Path, tmp_path: Path
) -> None:
    page = opened(serve, tab, data, tmp_path, PERSON)
    show_answer(page)
    left, top, width, _ = picture(page)
    scale = width / 512

    def at(shown: np.ndarray, x: int, y: int) -> np.ndarray:
        column, row = round(left + x * scale), round(top + y * scale)
        return shown[row - 2 : row + 3, column - 2 : column + 3].mean(axis=(0, 1))

    with_mask = pixels(page)
    move(page, "opacity", 0)
    page.page.wait_for_function("document.querySelector('.mask').style.opacity === '0'")
    without = pixels(page)
    cheek, suit, wall = (225, 130), (180, 420), (340, 60)
    for spot in (cheek, suit):
        assert np.abs(at(with_mask, *spot) - at(without, *spot)).max() > 30
    assert np.abs(at(with_mask, *wall) - at(without, *wall)).max() < 3

    page.page.mouse.click(left + suit[0] * scale, top + suit[1] * scale)
    page.page.wait_for_selector(".pixel .cell-link")
    assert page.page.locator(".pixel-words").inner_text().startswith("person")
    page.page.locator(".pixel .cell-link").first.click()
    page.page.wait_for_selector(".tensor .expression")
    name, index = chosen(page)
    assert name == "ResizeBilinear_3"
    assert index[3] == 15


@pytest.mark.data
def test_a_correction_is_said_and_kept(serve: Serve, tab: Open, data: Path, tmp_path: Path) -> None:
    page = opened(serve, tab, data, tmp_path, PERSON)
    foot = page.page.locator(".foot .answer")
    foot.get_by_role("button", name="Read as…").click()
    form = page.page.locator("form.read-as")
    form.get_by_role("radio", name="Tensor only").check()
    form.get_by_role("button", name="Read as tensor only").click()
    page.page.wait_for_selector("form.read-as", state="detached")
    page.page.wait_for_function("window.cutaway.state.trace.value.readings[0].kind === 'tensor'")
    assert "chosen by you" in foot.inner_text()

    page.page.reload()
    page.idle()
    assert page.page.evaluate("window.cutaway.state.settings.value.reading.kind") == "tensor"
    kinds = page.page.evaluate("window.cutaway.state.trace.value.readings.map(one => one.kind)")
    trace = page.page.evaluate("window.cutaway.state.trace.value.id")
    page.page.get_by_role("button", name="Choose a file").wait_for()
    # The next run is read as the user said, without being asked again.
    chosen_again = page.page.evaluate(
        """async () => {
          const model = window.cutaway.state.opened.value.id;
          const headers = { 'Content-Type': 'application/json' };
          const body = JSON.stringify({ input: { synthetic: true } });
          const asked = await fetch(`./m/${model}/run`, { method: 'POST', headers, body });
          const { trace } = await asked.json();
          const told = await (await fetch(`./t/${trace}/info`)).json();
          return [trace, told.readings[0].kind, told.readings[0].chosen];
        }"""
    )
    assert chosen_again[0] != trace
    assert chosen_again[1:] == ["tensor", "user"], kinds

    foot.get_by_role("button", name="Read as…").click()
    form.get_by_role("button", name="Recognize again").click()
    page.page.wait_for_selector("form.read-as", state="detached")
    page.page.wait_for_function("window.cutaway.state.trace.value.readings[0].kind === 'masks'")


def heads(folder: Path) -> Path:
    """Three raw heads of YOLO, strides 8, 16 and 32, of two classes, over a picture of 64."""
    nodes, weights = [], []
    for stride in (8, 16, 32):
        name = f"head{stride}"
        where = {"kernel_shape": [stride, stride], "strides": [stride, stride]}
        nodes.append(helper.make_node("Conv", ["data", f"k{stride}"], [name], name, **where))
        weights.append(tensor(f"k{stride}", random(21, 3, stride, stride) / 20))
    outputs = [info(f"head{one}", 1, 21, 64 // one, 64 // one) for one in (8, 16, 32)]
    return save(folder, "heads", nodes, [info("data", 1, 3, 64, 64)], outputs, weights)


def test_anchors_are_typed_as_text(serve: Serve, tab: Open, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(3).integers(0, 256, (64, 64, 3), np.uint8)).save(photo)
    page = tab("small").open(serve("open", heads(tmp_path), "--input", photo).url)

    def widths() -> np.ndarray:
        run = page.page.evaluate("window.cutaway.state.trace.value.id")
        reading = page.page.evaluate("window.cutaway.state.trace.value.readings[0].id")
        base = page.page.url.partition("/?")[0]
        told = page.page.request.get(f"{base}/t/{run}/reading/{reading}?score=0&overlap=1").json()
        return np.array([one["box"][2] - one["box"][0] for one in told["items"]])

    before = np.sort(widths())
    page.page.locator(".foot .answer").get_by_role("button", name="Read as…").click()
    form = page.page.locator("form.read-as")
    field = form.get_by_label("anchors")
    lines = field.input_value().splitlines()
    assert lines[0] == "10 x 13, 16 x 30, 33 x 23"
    assert len(lines) == 3
    field.fill("10 x 13, wide")
    assert "wide is none" in form.get_by_role("alert").first.inner_text()
    # It is not sent as long as it is wrong.
    form.get_by_role("button", name="Read as boxes").click()
    assert form.is_visible()
    doubled = [
        ", ".join(
            " x ".join(str(2 * int(n)) for n in pair.split(" x ")) for pair in one.split(", ")
        )
        for one in lines
    ]
    field.fill("\n".join(doubled))
    form.get_by_role("button", name="Read as boxes").click()
    page.page.wait_for_selector("form.read-as", state="detached")
    page.page.wait_for_function(
        "window.cutaway.state.trace.value.readings[0].settings.anchors[0][0][0] === 20"
    )
    assert page.page.evaluate("window.cutaway.state.trace.value.readings[0].chosen") == "user"
    np.testing.assert_allclose(np.sort(widths()), 2 * before, rtol=1e-6)


def test_a_class_leads_to_its_number(demo: Server, tab: Open) -> None:
    page = tab().open(demo.url)
    second = page.page.locator(".bars li").nth(1)
    index = int(second.locator(".bar-name").inner_text().split()[0])
    second.get_by_role("button").click()
    page.page.wait_for_selector(".tensor .expression")
    name, at = chosen(page)
    assert name == "dense_2"
    assert at == [0, index]


def test_all_classes_are_a_list_that_can_be_searched(demo: Server, tab: Open) -> None:
    page = tab().open(demo.url)
    page.page.keyboard.press("z")
    rows = page.page.locator(".class-row")
    rows.first.wait_for()
    assert rows.count() == 10
    page.page.get_by_label("Find a class").fill("boot")
    page.page.wait_for_function("document.querySelectorAll('.class-row').length === 1")
    rows.first.click()
    page.page.wait_for_selector(".tensor .expression")
    assert chosen(page)[1] == [0, 9]
    # From the inside out: the cell, the tensor, the answer.
    page.page.locator(".answer-panel").focus()
    for gone in (".tensor .expression", ".tensor", ".answer-panel"):
        page.page.keyboard.press("Escape")
        page.page.wait_for_selector(gone, state="detached")


@pytest.mark.data
def test_the_input_lies_where_the_preparation_cut_it(
    serve: Serve, tab: Open, data: Path, tmp_path: Path
) -> None:
    page = opened(serve, tab, data, tmp_path, ("onnx/super_resolution.onnx", "chelsea.png"))
    show_answer(page)
    left, top, width, height = picture(page)
    handle = page.page.get_by_role("slider", name="Divider between the input and the answer")
    half = (
        slice(round(top) + 40, round(top + height) - 40),
        slice(round(left) + 4, round(left + width / 2) - 24),
    )
    came = pixels(page)[half].mean(axis=2).ravel()
    page.page.get_by_text("answer", exact=True).first.click()
    page.page.wait_for_function("document.querySelectorAll('.answer-panel .layer').length === 1")
    made = pixels(page)[half].mean(axis=2).ravel()
    # The left half was the input, and is the answer now: the same eye at the same place, sharper.
    assert np.corrcoef(came, made)[0, 1] > 0.95
    assert np.abs(came - made).mean() > 0.2
    page.page.get_by_text("swipe", exact=True).click()
    before = handle.bounding_box()
    handle.focus()
    for _ in range(5):
        page.page.keyboard.press("ArrowLeft")
    after = handle.bounding_box()
    assert before is not None
    assert after is not None
    assert after["x"] < before["x"] - 30
