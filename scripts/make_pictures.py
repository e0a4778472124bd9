"""Takes the pictures of the README: ``make pictures``.

Starts the command, drives the page in a headless Chromium (``CUTAWAY_CHROMIUM``, else the one
on the path) and writes docs/pictures/*.png.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
from bench.graphs import transformer  # noqa: E402 - it lies beside this folder

PICTURES = ROOT / "docs" / "pictures"
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def idle(page: Page) -> None:
    """Wait until everything in view is drawn and stands still."""
    page.wait_for_function("window.cutaway !== undefined")
    page.evaluate("window.cutaway.idle()")


def put(page: Page, signal: str, value: str) -> None:
    """Set a signal of the page's state."""
    page.evaluate(f"window.cutaway.state.{signal}.value = {value}")
    page.wait_for_timeout(600)
    idle(page)


def whole(_: Page) -> None:
    """The whole network."""


def light(page: Page) -> None:
    """The same on white."""
    put(page, "theme", "'light'")


def fanned(page: Page) -> None:
    """Every map of the first convolution on its own, before and after its activation."""
    put(page, "lecture", "true")
    put(page, "fanned", "new Set([1, 2])")


def near(page: Page) -> None:
    """One layer near by."""
    put(page, "flight", "{ to: 'node', node: 1 }")


def numbers(page: Page) -> None:
    """A tensor in its panel, every cell with its number."""
    sheet = next(s for s in page.evaluate("window.cutaway.sheets()") if s["name"] == "conv2d")
    x, y = (sum(corner[i] for corner in sheet["corners"]) / 4 for i in (0, 1))
    page.mouse.click(x, y)
    page.mouse.move(5, 400)
    page.wait_for_timeout(600)
    put(page, "view", "'cells'")


def size(page: Page) -> None:
    """Ten thousand operators, one stage of them open, what was searched for lit."""
    group = page.evaluate(
        """() => {
          const { graph } = window.cutaway.state.opened.value;
          const isIt = (id) => graph.group(id).name.startsWith('encoder/stage/4');
          for (let id = 1; ; id++) if (isIt(id)) return id;
        }"""
    )
    page.evaluate(f"window.cutaway.folding.unfold({group})")
    idle(page)
    put(page, "flight", f"{{ to: 'group', group: {group} }}")


def live(page: Page) -> None:
    """A boot drawn on the pad with the mouse, and filled."""
    page.keyboard.press("q")
    idle(page)
    pad = page.locator(".live canvas").first
    box = pad.bounding_box()
    assert box is not None
    outline = [(8, 5), (15, 5), (15, 15), (24, 18), (25, 23), (7, 23), (8, 5)]
    spots = [(box["x"] + x / 28 * box["width"], box["y"] + y / 28 * box["height"])
             for x, y in outline]  # fmt: skip
    page.mouse.move(*spots[0])
    page.mouse.down()
    for spot in spots[1:]:
        page.mouse.move(*spot, steps=6)
    page.mouse.up()
    page.get_by_text("Fill", exact=True).click()
    page.mouse.click(box["x"] + 11 / 28 * box["width"], box["y"] + 18 / 28 * box["height"])
    page.wait_for_timeout(1500)
    idle(page)


def answer(page: Page) -> None:
    """A box over the photograph, and the numbers that made it."""
    page.keyboard.press("z")
    idle(page)
    page.locator(".overlay .item, .overlay g[role=button], .overlay button").first.click()
    page.wait_for_timeout(600)
    idle(page)


DEMO: dict[str, Callable[[Page], None]] = {
    "whole": whole,
    "near": near,
    "numbers": numbers,
    "fanned": fanned,
    "light": light,
    "live": live,
}

DATA = Path(os.environ.get("CUTAWAY_DATA", ROOT.parent / "shared" / "data"))
FACE = ("open", str(DATA / "models/onnx/face_rfb_320.onnx"),
        "--input", str(DATA / "photos/astronaut.png"))  # fmt: skip
"""A face detector (MIT) and a photograph of NASA's in the public domain."""


@contextmanager
def serving(*command: str) -> Iterator[str]:
    """The address of a server that ends afterwards."""
    server = subprocess.Popen(
        [sys.executable, "-m", "cutaway", *command, "--no-browser"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    try:
        yield next(line for line in server.stdout if "Cutaway is at" in line).split()[-1]
    finally:
        server.terminate()
        server.wait()


def take(browser: Browser, url: str, name: str, prepare: Callable[[Page], None]) -> None:
    """One picture on a fresh page."""
    context = browser.new_context(
        viewport={"width": 1920, "height": 1080}, color_scheme="dark", bypass_csp=True
    )
    page = context.new_page()
    page.goto(url)
    idle(page)
    prepare(page)
    page.screenshot(path=PICTURES / f"{name}.png")
    print(PICTURES / f"{name}.png")
    context.close()


def main() -> int:
    chromium = os.environ.get("CUTAWAY_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        print("no Chromium: name one in CUTAWAY_CHROMIUM", file=sys.stderr)
        return 2
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        with serving("demo") as url:
            for name, prepare in DEMO.items():
                take(browser, url, name, prepare)
        large = transformer(Path(folder) / "transformer_10000.onnx", 10_000)
        with serving("open", str(large)) as url:
            take(browser, url, "size", size)
        if DATA.is_dir():
            with serving(*FACE) as url:
                take(browser, url, "answer", answer)
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
