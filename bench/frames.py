"""How long a frame takes with many maps in view, against one with few on the same screen."""

from __future__ import annotations

from pathlib import Path

import onnx
from onnx import TensorProto, helper
from playwright.sync_api import Browser, Page

from bench import size
from bench.measure import median

FEW, MANY = 16, 2048
"""Maps; both tensors have 2^20 cells, so that they fill the same screen."""


def network(path: Path, maps: int) -> Path:
    """One operator that writes so many square maps."""
    side = int((2**20 // maps) ** 0.5)
    fed = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, maps, side, side])
    node = helper.make_node("MaxPool", ["x"], ["y"], "pool", kernel_shape=[1, 1])
    graph = helper.make_graph([node], "g", [fed], [onnx.ValueInfoProto(name="y")])
    opsets = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), path)
    return path


def near(page: Page) -> float:
    """Median milliseconds of a frame whose screen the tensor fills."""
    page.evaluate(
        """() => {
          window.cutaway.state.flight.value = {to: 'node', node: 0};
        }"""
    )
    size.quiet(page)
    for _ in range(12):
        x, y = page.evaluate(
            """() => {
              const {corners} = window.cutaway.sheets().at(-1);
              return [0, 1].map((i) => corners.reduce((sum, c) => sum + c[i], 0) / 4);
            }"""
        )
        wide = page.evaluate(
            """() => {
              const {corners} = window.cutaway.sheets().at(-1);
              return Math.min(corners[1][0] - corners[0][0], corners[3][1] - corners[0][1]);
            }"""
        )
        if wide > 1400:
            break
        page.mouse.move(x, y)
        page.mouse.wheel(0, -120)
        size.quiet(page)
    return median([float(page.evaluate("window.cutaway.frame()")) for _ in range(21)])


def frames(browser: Browser, folder: Path) -> tuple[float, float]:
    """Median milliseconds of a frame with many maps and with few, in the same browser."""
    found = []
    for maps in (MANY, FEW):
        path = network(folder / f"maps{maps}.onnx", maps)
        with size.opened(browser, path) as page:
            size.quiet(page)
            found.append(near(page))
    return found[0], found[1]
