"""Other inputs: everything follows, and nothing is claimed that was not run."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import httpx
import numpy as np
import pytest
from browser.driver import Server, Tab
from PIL import Image

DROP = """
([name, type, body]) => {
  const bytes = Uint8Array.from(atob(body), c => c.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type }));
  for (const what of ['dragenter', 'dragover', 'drop']) {
    document.body.dispatchEvent(
      new DragEvent(what, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}
"""


def drop(one: Tab, path: Path, kind: str = "image/png") -> None:
    """Drop a file on the page."""
    body = base64.b64encode(path.read_bytes()).decode()
    one.page.evaluate(DROP, [path.name, kind, body])


def base(one: Tab) -> str:
    return one.page.url.partition("/?")[0]


def top(one: Tab) -> int:
    return one.page.evaluate("window.cutaway.state.trace.value.answer.top[0]")


def sample(one: Tab, label: int, folder: Path) -> Path:
    """One of the shipped pictures as a file."""
    found = next(s for s in httpx.get(f"{base(one)}/samples").json() if s["label"] == label)
    path = folder / f"picture-{label}.png"
    path.write_bytes(httpx.get(f"{base(one)}/samples/{found['id']}.png").content)
    return path


def wait_for_input(one: Tab, name: str) -> None:
    one.page.wait_for_function(f"window.cutaway.state.trace.value?.input?.name === {name!r}")
    one.idle()


def test_the_demo_says_trouser(demo: Server, tab: Callable[..., Tab]) -> None:
    one = tab("small").open(demo.url)
    assert top(one) == 1
    assert one.page.get_by_text("1 Trouser").first.is_visible()
    assert "1 Trouser" in {label["text"] for label in one.page.evaluate("window.cutaway.labels()")}


def test_a_dropped_picture_changes_the_answer_and_every_map(
    demo: Server, tab: Callable[..., Tab], tmp_path: Path
) -> None:
    one = tab("small").open(demo.url)
    run = one.page.evaluate("window.cutaway.state.trace.value.id")
    path = sample(one, 8, tmp_path)
    drop(one, path)
    wait_for_input(one, path.name)
    assert top(one) == 8
    assert one.page.evaluate("window.cutaway.state.trace.value.id") != run
    assert "8 Bag" in {label["text"] for label in one.page.evaluate("window.cutaway.labels()")}
    # One key flips back, its ranges held.
    one.page.keyboard.press("b")
    one.page.wait_for_function(f"window.cutaway.state.trace.value.id === {run}")
    one.idle()
    assert top(one) == 1
    assert one.state("holdRange") is True


def test_a_photo_is_fitted_and_what_was_guessed_is_said(
    demo: Server, tab: Callable[..., Tab], tmp_path: Path
) -> None:
    one = tab("small").open(demo.url)
    path = tmp_path / "photo.jpg"
    pixels = np.random.default_rng(1).integers(0, 255, (90, 120, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    drop(one, path, "image/jpeg")
    wait_for_input(one, "photo.jpg")
    steps = one.page.evaluate("window.cutaway.state.trace.value.preparation")
    assert {"colour", "resize", "range"} <= {step["step"] for step in steps}
    assert one.page.get_by_text("28 × 28").first.is_visible()


def test_what_is_no_picture_leaves_a_message_and_what_was_shown(
    demo: Server, tab: Callable[..., Tab], tmp_path: Path
) -> None:
    one = tab("small")
    one.open(demo.url)
    run = one.page.evaluate("window.cutaway.state.trace.value.id")
    path = tmp_path / "broken.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\nnot at all")
    drop(one, path)
    alert = one.page.get_by_role("alert").filter(has_text="broken.png").first
    alert.wait_for()
    assert one.page.evaluate("window.cutaway.state.trace.value.id") == run
    assert top(one) == 1


def test_every_tab_has_its_own_input(demo: Server, tab: Callable[..., Tab], tmp_path: Path) -> None:
    first, second = tab("small").open(demo.url), tab("small").open(demo.url)
    path = sample(second, 8, tmp_path)
    drop(second, path)
    wait_for_input(second, path.name)
    first.idle()
    assert (top(first), top(second)) == (1, 8)


def test_a_synthetic_input_is_stamped_and_predicts_nothing(
    serve: Callable[..., Server], tab: Callable[..., Tab]
) -> None:
    from cutaway import demo as shipped

    server = serve("open", shipped.model(prefer_keras=False))
    one = tab("small").open(server.url)
    labels = {label["text"] for label in one.page.evaluate("window.cutaway.labels()")}
    assert "SYNTHETIC INPUT" in labels
    assert one.page.get_by_text("synthetic", exact=False).first.is_visible()
    assert "prediction" not in one.page.inner_text("#panels").lower().replace("no prediction", "")


def test_try_all_lists_the_answers(demo: Server, tab: Callable[..., Tab]) -> None:
    one = tab("large").open(demo.url)
    one.page.get_by_role("button", name="Try all").click()
    rows = one.page.get_by_role("row")
    one.page.wait_for_function(
        "document.querySelectorAll('[role=dialog] tr, dialog tr').length > 4"
    )
    assert rows.filter(has_text="Trouser").count() >= 1


def test_a_changed_preparation_runs_again(
    serve: Callable[..., Server], tab: Callable[..., Tab], tmp_path: Path
) -> None:
    import shutil

    from cutaway import demo as shipped

    source = shipped.model(prefer_keras=False)
    model = shutil.copy(source, tmp_path / "model.onnx")
    picture = shutil.copy(shipped.sample(0).path, tmp_path / "trousers.png")
    server = serve("open", model, "--input", picture)
    one = tab("large").open(server.url)
    run = one.page.evaluate("window.cutaway.state.trace.value.id")
    one.page.get_by_role("button", name="Change", exact=True).click()
    one.page.get_by_role("button", name="Add a step").click()
    one.page.get_by_role("menuitem", name="invert").click()
    one.page.get_by_role("button", name="Apply").click()
    one.page.wait_for_function(f"window.cutaway.state.trace.value.id !== {run}")
    one.idle()
    steps = one.page.evaluate("window.cutaway.state.trace.value.preparation")
    assert "invert" in {step["step"] for step in steps}
    assert (tmp_path / "model.onnx.cutaway.json").exists()


@pytest.mark.parametrize("choice", ["raw", "sigmoid"])
def test_the_answer_can_be_read_raw_or_through_a_sigmoid(
    demo: Server, tab: Callable[..., Tab], choice: str
) -> None:
    one = tab("large").open(demo.url)
    before = {label["text"] for label in one.page.evaluate("window.cutaway.labels()")}
    one.page.get_by_text(choice, exact=True).first.click()
    one.idle()
    after = {label["text"] for label in one.page.evaluate("window.cutaway.labels()")}
    assert one.state("answerMode") == choice
    assert after != before
