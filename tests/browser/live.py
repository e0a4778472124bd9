"""What tests of live runs do with the page: open the panel, wait for frames, see what is seen."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from browser.driver import Tab

SEEN = """
(() => {
  const canvas = document.querySelector('.live-seen canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return { width: canvas.width, height: canvas.height, data: [...data] };
})()
"""


def seen(one: Tab) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The picture of what the model sees, ``(H, W, 3) uint8``."""
    found: Any = one.page.evaluate(SEEN)
    return np.array(found["data"], np.uint8).reshape(found["height"], found["width"], 4)[:, :, :3]


def open_live(one: Tab) -> None:
    one.page.keyboard.press("q")
    one.page.wait_for_selector(".live-body > *")
    one.idle()


def frames(one: Tab, more: int = 1) -> None:
    """Wait until so many more live traces were shown."""
    for _ in range(more):
        now = one.page.evaluate("window.cutaway.state.trace.value?.id")
        one.page.wait_for_function(f"window.cutaway.state.trace.value?.id !== {now}")


def settled(one: Tab) -> None:
    """Wait until the last stroke has been run and drawn."""
    last = -1
    while last != (last := one.page.evaluate("window.cutaway.state.trace.value.id")):
        time.sleep(0.6)
        one.idle()
