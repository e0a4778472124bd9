"""Many inputs dropped on the page: answers, mistakes first, and every one of them a whole scene."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from browser.driver import Server, Tab, start
from playwright.sync_api import expect
from survey.made import labelled, pictures, zipped

DROP = """
(files) => {
  const data = new DataTransfer();
  for (const [name, body] of files) {
    const bytes = Uint8Array.from(atob(body), c => c.charCodeAt(0));
    data.items.add(new File([bytes], name));
  }
  for (const what of ['dragenter', 'dragover', 'drop']) {
    document.body.dispatchEvent(
      new DragEvent(what, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}
"""


def drop(one: Tab, *paths: Path) -> None:
    """Drop files on the page, all at once."""
    files = [[path.name, base64.b64encode(path.read_bytes()).decode()] for path in paths]
    one.page.evaluate(DROP, files)


def mistaken(root: Path) -> Path:
    """The shipped pictures in folders, one of them in the wrong one."""
    made = labelled(root)
    (made / "bag" / "bag-30.png").rename(made / "coat" / "bag-30.png")
    return made


def answered(one: Tab) -> None:
    """Wait until all are answered."""
    side = one.page.locator(".gallery-side")
    expect(side.get_by_text("20 answered")).to_be_visible(timeout=60_000)


def test_a_dropped_zip_is_answered_judged_and_stepped_through(
    demo: Server, tab: Callable[..., Tab], tmp_path: Path
) -> None:
    one = tab("small").open(demo.url)
    page = one.page
    drop(one, zipped(mistaken(tmp_path / "set"), tmp_path / "set.zip"))
    answered(one)
    expect(page.locator(".accuracy")).to_contain_text("95.00 %")
    tiles = page.locator(".tile")
    expect(tiles).to_have_count(20)
    # The mistake comes first, and says so in words and by a sign.
    expect(tiles.first).to_have_class("tile wrong")
    expect(tiles.first).to_contain_text("8 Bag")
    expect(tiles.first).to_contain_text("is 4 Coat")
    expect(tiles.first.locator(".sign")).to_have_text("✕")

    # A cell of the matrix shows its entries alone, and all again.
    cell = page.get_by_role("button", name="1 4 Coat taken for 8 Bag")
    cell.click()
    expect(tiles).to_have_count(1)
    expect(cell).to_have_attribute("aria-pressed", "true")
    page.get_by_title("Show all classes again").click()
    expect(tiles).to_have_count(20)

    # An entry that is clicked is the whole scene's.
    before = page.evaluate("window.cutaway.state.trace.value.id")
    tiles.first.click()
    page.wait_for_function(
        f"() => window.cutaway.state.trace.value.id !== {before}"
        " && window.cutaway.state.trace.value.input.name === 'set/coat/bag-30.png'"
    )
    one.idle()
    assert page.evaluate("window.cutaway.state.trace.value.answer.top[0]") == 8
    strip = page.get_by_role("region", name="Gallery")
    expect(strip).to_contain_text("1 / 20")

    # Keys and buttons step, and the strip says where.
    page.keyboard.press("j")
    expect(strip).to_contain_text("2 / 20")
    page.wait_for_function(
        "() => window.cutaway.state.trace.value.input.name !== 'set/coat/bag-30.png'"
    )
    one.idle()
    page.keyboard.press("Shift+J")
    expect(strip).to_contain_text("1 / 20")
    page.wait_for_function(
        "() => window.cutaway.state.trace.value.input.name === 'set/coat/bag-30.png'"
    )
    one.idle()
    # Open again, it stands where it was left, with what is most like it.
    page.keyboard.press("Shift+G")
    expect(page.locator(".tile[aria-current=true]")).to_contain_text("8 Bag")
    expect(page.get_by_role("region", name="Most like the current one")).to_be_visible()


def test_several_pictures_are_a_gallery_and_a_broken_one_is_told(
    demo: Server, tab: Callable[..., Tab], tmp_path: Path
) -> None:
    one = tab("small").open(demo.url)
    pictures = sorted(labelled(tmp_path / "set").rglob("*.png"))[:3]
    broken = tmp_path / "broken.png"
    broken.write_bytes(pictures[0].read_bytes()[:60])
    drop(one, *pictures, broken)
    page = one.page
    expect(page.locator(".tile")).to_have_count(4, timeout=60_000)
    expect(page.locator(".tile.failed")).to_have_count(1, timeout=60_000)
    expect(page.get_by_text("1 entry was left out")).to_be_visible()


def test_shipped_pictures_are_offered_only_to_models_they_suit(
    demo: Server, tab: Callable[..., Tab]
) -> None:
    one = tab("small").open(demo.url)
    expect(one.page.get_by_role("button", name="Feed trousers", exact=False).first).to_be_visible()


@pytest.mark.data
def test_a_model_of_photos_is_offered_no_shoes(
    data: Path, tab: Callable[..., Tab], tmp_path: Path
) -> None:
    server = start(tmp_path / "home", "open", str(data / "models/onnx/face_rfb_320.onnx"))
    try:
        one = tab("small").open(server.url)
        expect(one.page.get_by_title("Many inputs at once (Shift+G)")).to_be_visible()
        expect(one.page.get_by_role("button", name="Feed", exact=False)).to_have_count(0)
        one.page.goto("about:blank")  # it would ask on
    finally:
        server.stop()


def drop_real(one: Tab, *paths: Path) -> None:
    """Drop what lies on the disk as the desktop does: a folder comes as a folder."""
    devtools = one.page.context.new_cdp_session(one.page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, "x": 640, "y": 300, "data": data})


def test_a_dropped_folder_is_judged_by_its_folders(
    demo: Server, tab: Callable[..., Tab], tmp_path: Path
) -> None:
    one = tab("small").open(demo.url)
    drop_real(one, mistaken(tmp_path / "set"))
    answered(one)
    expect(one.page.locator(".tile")).to_have_count(20)
    expect(one.page.locator(".accuracy")).to_contain_text("95.00 %")
    assert "set/coat/bag-30.png" in (one.page.locator(".tile").first.get_attribute("title") or "")


def test_a_folder_is_chosen_by_its_button(
    demo: Server, tab: Callable[..., Tab], tmp_path: Path
) -> None:
    one = tab("small").open(demo.url)
    root = mistaken(tmp_path / "set")
    (root / ".DS_Store").write_bytes(b"the system's own")
    one.page.keyboard.press("Shift+G")
    with one.page.expect_file_chooser() as chooser:
        one.page.get_by_text("Choose a folder").click()
    chooser.value.set_files(root)
    answered(one)
    expect(one.page.locator(".tile")).to_have_count(20)
    expect(one.page.locator(".accuracy")).to_contain_text("95.00 %")


def test_a_dropped_npz_of_x_and_y_is_a_gallery(
    demo: Server, tab: Callable[..., Tab], tmp_path: Path
) -> None:
    one = tab("small").open(demo.url)
    stacked, truth = pictures()
    truth[0] = (truth[0] + 1) % 10
    np.savez(tmp_path / "set.npz", x=stacked, y=truth)
    drop(one, tmp_path / "set.npz")
    answered(one)
    expect(one.page.locator(".tile")).to_have_count(20)
    expect(one.page.locator(".accuracy")).to_contain_text("95.00 %")
    expect(one.page.locator(".tile").first).to_have_class("tile wrong")


SCROLL = """
async (steps) => {
  const box = document.querySelector('.gallery-grid');
  const next = () => new Promise(done => requestAnimationFrame(done));
  const far = (box.scrollHeight - box.clientHeight) / steps;
  for (let i = 1; i <= steps; i++) {
    // Small ways by the wheel, then long ones by the bar.
    box.scrollTop = i <= steps / 2 ? i * 120 : i * far;
    await next();
    await next();
  }
  const [top, height] = [box.scrollTop, box.clientHeight];
  const end = top + height >= box.scrollHeight - 1;
  return { tiles: document.querySelectorAll('.tile').length, end };
}
"""


@pytest.mark.data
def test_a_gallery_of_ten_thousand_scrolls(
    onnx: Server, data: Path, tab: Callable[..., Tab]
) -> None:
    one = tab("large").open(onnx.url)
    one.page.keyboard.press("Shift+G")
    one.page.get_by_placeholder("~/pictures").fill(
        str(data / "fashion-mnist/t10k-images-idx3-ubyte.gz")
    )
    one.page.keyboard.press("Enter")
    expect(one.page.get_by_text("10,000 answered")).to_be_visible(timeout=120_000)
    # What it costs the page itself, so that a busy machine does not count.
    devtools = one.page.context.new_cdp_session(one.page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent() -> float:
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        return next(m["value"] for m in metrics if m["name"] == "TaskDuration")

    before = spent()
    told = one.page.evaluate(SCROLL, 60)
    step = (spent() - before) / 60
    assert told["end"]
    assert told["tiles"] < 200
    assert step < 0.1, f"{step * 1e3:.0f} ms of the page's thread a step"


@pytest.mark.data
def test_a_detector_says_of_each_picture_what_it_found(
    serve: Callable[..., Server], tab: Callable[..., Tab], data: Path, tmp_path: Path
) -> None:
    """A line under each small picture, and the box over the face: as of a run of its own."""
    model = tmp_path / "face_rfb_320.onnx"
    shutil.copy(data / "models/onnx/face_rfb_320.onnx", model)
    one = tab("small").open(serve("open", model).url)
    photos = sorted((data / "photos").glob("*.png"))
    drop(one, *photos)
    tiles = one.page.locator(".tile")
    expect(tiles).to_have_count(len(photos), timeout=60_000)
    astronaut = one.page.locator(".tile[aria-label^='astronaut.png']")
    expect(astronaut).to_have_attribute("aria-label", "astronaut.png: 1 face, 1.00")
    expect(astronaut.locator(".tile-answer")).to_have_text("1 face, 1.00")
    box, thumb = (astronaut.locator(at).bounding_box() for at in (".tile-boxes .halo", ".thumb"))
    assert box is not None
    assert thumb is not None
    # The face of the astronaut, 180, 68 and 91 wide of 512 pixels.
    scale = thumb["width"] / 512
    assert abs((box["x"] + box["width"] / 2 - thumb["x"]) / scale - 225) < 16
    points = astronaut.locator(".tile-boxes .halo").get_attribute("points")
    assert points is not None
    xs = [float(pair.split(",")[0]) for pair in points.split()]
    assert abs((max(xs) - min(xs)) * 8 - 91) < 14
    coffee = one.page.locator(".tile[aria-label^='coffee.png'] .tile-answer")
    expect(coffee).to_have_text("nothing above 0.70")
    astronaut.click()
    one.page.wait_for_function("window.cutaway.state.trace.value?.input?.name === 'astronaut.png'")
    assert "1 face, 1.00" in one.page.get_by_role("contentinfo").inner_text()
