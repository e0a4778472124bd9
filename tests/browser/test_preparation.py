"""The list of steps, its cards in the scene, and disturbances that the network follows."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from browser.driver import Server, Tab
from PIL import Image

from cutaway import demo as shipped


@pytest.fixture
def own(serve: Callable[..., Server], tmp_path: Path) -> Server:
    """The demo's network as a file of the user's, fed with its trousers."""
    model = shutil.copy(shipped.model(prefer_keras=False), tmp_path / "model.onnx")
    picture = shutil.copy(shipped.sample(0).path, tmp_path / "trousers.png")
    return serve("open", model, "--input", picture)


def steps(one: Tab) -> list[dict]:
    return one.page.evaluate("window.cutaway.state.trace.value.preparation")


def names(one: Tab) -> list[str]:
    return [step["step"] for step in steps(one)]


def run_id(one: Tab) -> int:
    return one.page.evaluate("window.cutaway.state.trace.value.id")


def after_run(one: Tab, act: Callable[[], object]) -> None:
    """Do something that begins a run, and wait for it."""
    before = run_id(one)
    act()
    one.page.wait_for_function(f"window.cutaway.state.trace.value.id !== {before}")
    one.idle()


def editor(one: Tab):
    one.page.get_by_role("button", name="Change", exact=True).click()
    dialog = one.page.get_by_role("dialog")
    dialog.get_by_text("28, 28, 1").first.wait_for()
    return dialog


def rows(dialog) -> list[str]:
    return dialog.locator(".step strong").all_inner_texts()


def test_a_step_is_added_moved_by_keys_and_taken_out(own: Server, tab: Callable[..., Tab]) -> None:
    one = tab("small").open(own.url)
    dialog = editor(one)
    began = rows(dialog)
    dialog.get_by_role("button", name="Add a step").click()
    dialog.get_by_role("menuitem", name="invert").click()
    at = rows(dialog).index("invert")
    dialog.get_by_role("button", name=f"Move invert, step {at + 1} up").click()
    assert rows(dialog).index("invert") == at - 1
    dialog.get_by_role("button", name=f"Move invert, step {at} down").press("Alt+ArrowDown")
    assert rows(dialog).index("invert") == at
    dialog.get_by_role("button", name=f"Move invert, step {at + 1} up").press("Alt+ArrowUp")
    after_run(one, dialog.get_by_role("button", name="Apply and run").click)
    assert names(one) == [*began[: at - 1], "invert", *began[at - 1 :]]
    dialog = editor(one)
    dialog.get_by_role("button", name=f"Remove invert, step {at}").click()
    after_run(one, dialog.get_by_role("button", name="Apply and run").click)
    assert names(one) == began


def test_what_is_wrong_is_told_at_its_step_while_it_is_typed(
    own: Server, tab: Callable[..., Tab]
) -> None:
    one = tab("small").open(own.url)
    dialog = editor(one)
    apply = dialog.get_by_role("button", name="Apply and run")
    row = dialog.locator(".step", has_text="range")
    row.get_by_label("high").fill("0")
    row.get_by_role("alert").get_by_text("two different numbers").wait_for()
    assert apply.is_disabled()
    row.get_by_label("high").fill("2")
    row.get_by_role("alert").wait_for(state="detached")
    row.get_by_text("0 to 1.99").wait_for()
    dialog.locator(".step", has_text="resize").get_by_label("width").fill("20")
    dialog.get_by_text("the preparation gives").wait_for()
    assert apply.is_disabled()
    dialog.locator(".step", has_text="layout").get_by_role(
        "button", name="Move layout"
    ).first.click()
    dialog.get_by_text("must come before it").wait_for()


def test_a_preset_is_one_click_and_is_saved_and_loaded_as_a_file(
    own: Server, tab: Callable[..., Tab], tmp_path: Path
) -> None:
    one = tab("large").open(own.url)
    dialog = editor(one)
    dialog.get_by_role("button", name="Presets").click()
    dialog.get_by_role("menuitem", name="(x-127)/128").click()
    dialog.locator(".step", has_text="normalize").wait_for()
    with one.page.expect_download() as download:
        dialog.get_by_role("button", name="Save as file").click()
    file = tmp_path / "saved.json"
    download.value.save_as(file)
    held = json.loads(file.read_text())["preparation"]
    assert {"mean": [127.0], "std": [128.0]}.items() <= next(
        step for step in held if step["step"] == "normalize"
    ).items()
    dialog.get_by_role("button", name="Presets").click()
    dialog.get_by_role("menuitem", name="0 to 1 and nothing more").click()
    dialog.locator(".step", has_text="normalize").wait_for(state="detached")
    with one.page.expect_file_chooser() as chooser:
        dialog.get_by_role("button", name="Load from file").click()
    chooser.value.set_files(file)
    dialog.locator(".step", has_text="normalize").wait_for()
    after_run(one, dialog.get_by_role("button", name="Apply and run").click)
    assert "normalize" in names(one)


def cards(one: Tab) -> list[dict]:
    return one.page.evaluate("window.cutaway.cards()")


def screenshot(one: Tab) -> np.ndarray:
    picture = Image.open(io.BytesIO(one.page.screenshot())).convert("RGB")
    return np.asarray(picture).astype(int)


def test_the_steps_stand_before_the_input_as_pictures(own: Server, tab: Callable[..., Tab]) -> None:
    one = tab("large").open(own.url)
    found = cards(one)
    assert found[0]["words"] == "decode"
    assert len(found) == len([name for name in names(one) if name not in ("layout", "dtype")])
    pixels = screenshot(one)
    truth = np.asarray(Image.open(shipped.sample(0).path).convert("L")).astype(int)
    for card in found:
        # The middle of every cell of the picture, as it is on screen.
        part = (np.arange(28) + 0.5) / 28
        u, v = np.meshgrid(part, part)
        ul, ur, lr, ll = np.array(card["corners"])[:, None, None]
        u, v = u[..., None], v[..., None]
        at = (ul * (1 - u) + ur * u) * (1 - v) + (ll * (1 - u) + lr * u) * v
        x, y = np.floor(at).astype(int).transpose(2, 0, 1)
        shown = pixels[y, x].mean(axis=2)
        assert np.corrcoef(shown.ravel(), truth.ravel())[0, 1] > 0.97, card["words"]
    # Left of the input, none over another.
    value = one.page.evaluate("window.cutaway.state.opened.value.graph.inputs[0]")
    (sheet,) = [s for s in one.page.evaluate("window.cutaway.sheets()") if s["value"] == value]
    edges = [[card["corners"][0][0], card["corners"][1][0]] for card in found]
    assert np.all(np.diff(np.ravel(edges)) > 0)
    assert edges[-1][1] < min(x for x, _ in sheet["corners"])
    assert edges[0][0] > 0


def test_a_click_on_a_card_opens_the_editor_at_its_step(
    own: Server, tab: Callable[..., Tab]
) -> None:
    one = tab("small").open(own.url)
    found = cards(one)
    last = found[-1]["corners"]
    one.page.mouse.click((last[0][0] + last[2][0]) / 2, (last[0][1] + last[2][1]) / 2)
    dialog = one.page.get_by_role("dialog")
    dialog.locator(".step:focus strong").wait_for()
    assert dialog.locator(".step:focus strong").inner_text() == "range"


def test_a_key_hides_the_cards_and_a_synthetic_input_has_none(
    own: Server, serve: Callable[..., Server], tab: Callable[..., Tab]
) -> None:
    one = tab("small").open(own.url)
    assert cards(one)
    one.page.keyboard.press("s")
    one.idle()
    assert cards(one) == []
    one.page.keyboard.press("s")
    one.idle()
    assert cards(one)
    plain = tab("small").open(serve("open", shipped.model(prefer_keras=False)).url)
    assert cards(plain) == []


def base(one: Tab) -> str:
    return one.page.url.partition("/?")[0]


def input_of(one: Tab) -> int:
    return one.page.evaluate("window.cutaway.state.opened.value.graph.inputs[0]")


def slide(one: Tab, name: str, value: float) -> None:
    one.page.get_by_label(name, exact=True).fill(str(value))


def score(one: Tab, index: int) -> float:
    said = "window.cutaway.state.trace.value.answer.classes"
    return one.page.evaluate(f"{said}.find(c => c.index === {index}).score")


def test_sliders_disturb_the_input_and_the_answer_follows(
    own: Server, tab: Callable[..., Tab], tmp_path: Path
) -> None:
    one = tab("small").open(own.url)
    before, began = score(one, 1), names(one)
    one.page.get_by_role("button", name="Disturb the input").click()
    slider = one.page.get_by_label("Noise", exact=True)
    box = slider.bounding_box()
    assert box
    # Dragged with the pointer: many values, at most one run at a time, the last one counts.
    one.page.mouse.move(box["x"] + 4, box["y"] + box["height"] / 2)
    one.page.mouse.down()
    for part in np.linspace(0.05, 0.8, 30):
        one.page.mouse.move(box["x"] + box["width"] * part, box["y"] + box["height"] / 2)
    one.page.mouse.up()
    wanted = float(slider.input_value())
    assert wanted > 0.5
    one.page.wait_for_function(
        "window.cutaway.state.trace.value.preparation"
        f".some(s => s.step === 'noise' && s.amount === {wanted})"
    )
    # It went live, and once the slider was let go the last frame is a run as any other.
    assert one.page.evaluate("performance.getEntriesByName('cutaway:pen').length") > 1
    one.page.wait_for_function("!window.cutaway.state.following.value")
    assert one.state("holdRange") is False
    one.idle()
    assert abs(score(one, 1) - before) > 1e-4
    first = one.page.evaluate("window.cutaway.state.previous.value.preparation")
    assert [step["step"] for step in first] == began
    lines = one.page.request.get(f"{base(one)}/t/{run_id(one)}/{input_of(one)}/python").text()
    assert "trousers.png" in lines
    assert f"'amount': {wanted}" in lines
    assert one.page.locator(".disturb .change").inner_text().startswith("1 ")
    after_run(one, lambda: slide(one, "Rotation", 90))
    assert {"noise", "rotate"} <= set(names(one))
    after_run(one, one.page.get_by_role("button", name="Reset").click)
    assert names(one) == began
    # Many more live runs later, those that were let go of are still kept.
    kept = run_id(one)
    one.page.wait_for_function("!window.cutaway.state.following.value")
    for value in range(40):
        after_run(one, lambda value=value: slide(one, "Blur", value / 10 + 0.1))
    assert one.page.request.get(f"{base(one)}/t/{kept}/info").ok
    after_run(one, one.page.get_by_role("button", name="Reset").click)
    assert names(one) == began
    assert score(one, 1) == pytest.approx(before, abs=1e-6)
    # Nothing of it is kept beside the model.
    assert not (tmp_path / "model.onnx.cutaway.json").exists()


@pytest.mark.parametrize("tool", ["brush", "box"])
def test_a_brush_covers_what_it_is_drawn_over(
    own: Server, tab: Callable[..., Tab], tool: str
) -> None:
    one = tab("large").open(own.url)
    one.page.get_by_role("button", name="Disturb the input").click()
    one.page.locator(".disturb").get_by_text(tool, exact=True).click()
    box = one.page.locator(".paint").bounding_box()
    assert box
    side = min(box["width"], box["height"])
    left, top = box["x"] + (box["width"] - side) / 2, box["y"] + (box["height"] - side) / 2
    at = [(left + side * x / 28, top + side * y / 28) for x, y in ((10, 4), (14, 8), (18, 12))]
    one.page.mouse.move(*at[0])
    one.page.mouse.down()
    for place in at[1:]:
        one.page.mouse.move(*place)
    one.page.mouse.up()
    one.page.wait_for_function(
        "window.cutaway.state.trace.value.preparation.some(s => s.step === 'occlude')"
        " && !window.cutaway.state.following.value"
    )
    one.idle()
    (occlude,) = [step for step in steps(one) if step["step"] == "occlude"]
    (shape,) = occlude["shapes"]
    if tool == "box":
        assert np.allclose(shape["box"], [10, 4, 18, 12], atol=0.3)
    else:
        assert np.allclose(shape["points"][0], [10, 4], atol=0.3)
        assert np.allclose(shape["points"][-1], [18, 12], atol=1.2)
    # The card of the step shows it: black where it was painted.
    card = next(c for c in cards(one) if c["words"].startswith("occlude"))
    answer = one.page.request.get(base(one) + card["url"].lstrip("."))
    shown = np.asarray(Image.open(io.BytesIO(answer.body())))
    assert shown[8, 14] == 0
    if tool == "box":
        assert (shown[4:12, 10:18] == 0).all()
