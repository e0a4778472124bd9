"""What the shader draws is what its twin on the CPU paints, cell by cell, whatever the numbers."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import ml_dtypes
import numpy as np
import onnx
import pytest
from browser.digits import GAP, place
from browser.driver import Server, Tab
from browser.pictures import screenshot
from onnx import TensorProto, helper
from PIL import Image

SIDE = 6


def odd(dtype: np.dtype) -> np.ndarray:
    """Two maps of 6 x 6 of what is hard to draw: borders, one hot cell, denormals, no numbers."""
    values = np.linspace(-1, 1, 2 * SIDE * SIDE)
    maps = values.reshape(1, 2, SIDE, SIDE)
    if dtype.kind in "iub" or "int" in dtype.name:
        info = ml_dtypes.iinfo(dtype) if dtype.kind != "b" else None
        ends = (0, 1) if info is None else (int(info.min), int(info.max))
        scaled = (maps + 1) / 2 * (float(ends[1]) - float(ends[0])) * 0.99 + float(ends[0]) * 0.99
        return np.clip(scaled, *map(float, ends)).astype(dtype)
    maps = maps.astype(dtype)
    maps[0, 1] = 0
    maps[0, 1, 2, 3] = dtype.type(1)
    maps[0, 0, 0, 0] = dtype.type(-0.0)
    maps[0, 0, 0, 1] = np.nan
    if "e4m3fn" not in dtype.name:
        maps[0, 0, 0, 2], maps[0, 0, 5, 5] = np.inf, -np.inf
    return maps


def wide() -> np.ndarray:
    maps = np.zeros((1, 1, SIDE, SIDE), np.float32)
    maps[0, 0] = np.float32(1e38) * np.linspace(-3, 3, SIDE)
    maps[0, 0, 2, 2], maps[0, 0, 3, 3] = 1e-42, -1e-45
    return maps


DTYPES = [
    *map(np.dtype, (np.float16, np.float32, np.float64, np.bool_, np.int8, np.uint8, np.int16)),
    *map(np.dtype, (np.uint16, np.int32, np.uint32, np.int64, np.uint64)),
    *map(np.dtype, (ml_dtypes.bfloat16, ml_dtypes.float8_e4m3fn, ml_dtypes.int4)),
]
TENSORS = {dtype.name: odd(dtype) for dtype in DTYPES} | {
    "wide": wide(),
    "tiny": np.full((1, 1, SIDE, SIDE), 3e-42, np.float32) * np.arange(SIDE, dtype=np.float32),
    "all-nan": np.full((1, 1, SIDE, SIDE), np.nan, np.float32),
    "all-equal": np.full((1, 1, SIDE, SIDE), 7.5, np.float32),
}
TABLES = ("inferno", "crameri:berlin", "gray")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network whose weights are the tensors."""
    held = [onnx.numpy_helper.from_array(array, name) for name, array in TENSORS.items()]
    nodes = [helper.make_node("Identity", [name], [f"y-{name}"], name) for name in TENSORS]
    nodes.append(helper.make_node("Relu", ["x"], ["y"], "relu"))
    fed = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 4])
    graph = helper.make_graph(nodes, "g", [fed], [onnx.ValueInfoProto(name="y")], held)
    path = tmp_path_factory.mktemp("twin") / "odd.onnx"
    opsets = [helper.make_opsetid("", 21)]
    path.write_bytes(
        helper.make_model(graph, opset_imports=opsets, ir_version=10).SerializeToString()
    )
    return path


@pytest.fixture(scope="module")
def server(model: Path, tmp_path_factory: pytest.TempPathFactory):
    from browser.driver import start

    running = start(tmp_path_factory.mktemp("home"), "open", str(model))
    yield running
    running.stop()


def values_of(one: Tab) -> dict[str, tuple[int, str]]:
    """Id and key of every weight, by name."""
    base = one.page.url.partition("/?")[0]
    found = one.page.evaluate("window.cutaway.state.opened.value.id")
    graph = httpx.get(f"{base}/m/{found}/graph", timeout=30).json()
    return {
        value["name"]: (value["id"], f"{base}/m/{found}/v/{value['id']}")
        for value in graph["values"]
        if value["what"] in ("weight", "constant")
    }


def shown_cells(one: Tab, stats: dict[str, Any]) -> dict[tuple[int, int], tuple[int, ...]]:
    """The colour in the middle of every cell of the flat view in the panel."""
    told = one.page.evaluate("window.cutaway.inset()")
    (drawn,) = told["drawn"]
    a = stats["arrangement"]
    left, top, right, bottom = drawn["part"]
    corners = np.array([[c["x"], c["y"]] for c in drawn["corners"]])
    per = (
        (corners[1][0] - corners[0][0]) / (right - left),
        (corners[3][1] - corners[0][1]) / (bottom - top),
    )
    gap = [GAP * max(a["rows"], a["columns"]) / n for n in (a["columns"], a["rows"])]
    shot = np.asarray(screenshot(one.page)).astype(int)
    found = {}
    for row in range(a["grid"][0] * a["rows"]):
        for column in range(a["grid"][1] * a["columns"]):
            slot = row // a["rows"] * a["grid"][1] + column // a["columns"]
            if slot < a["maps"]:
                x = place(column, a["columns"], gap[0]) + 0.5 / a["columns"] - left
                y = place(row, a["rows"], gap[1]) + 0.5 / a["rows"] - top
                pixel = shot[int(corners[0][1] + y * per[1]), int(corners[0][0] + x * per[0])]
                found[row, column] = tuple(pixel)
    return found


@pytest.mark.parametrize("name", TENSORS)
def test_every_cell_has_its_twins_colour(
    server: Server, tab: Callable[..., Tab], name: str
) -> None:
    one = tab("large").open(server.url)
    value, source = values_of(one)[name]
    one.page.evaluate(
        f"window.cutaway.state.view.value = 'flat';"
        f"window.cutaway.state.selected.value = {{value: {value}, node: null, map: null}}"
    )
    one.idle()
    stats = httpx.get(f"{source}/stats", timeout=30).json()
    for table in TABLES:
        for kind in ("robust", "full", "log"):
            style = f"{{table: '{table}', range: {{kind: '{kind}'}}, scaling: 'tensor'}}"
            one.page.evaluate(f"window.cutaway.state.styles.value = new Map([[{value}, {style}]])")
            one.idle()
            scale = one.page.evaluate("window.cutaway.range()")
            asked = {"table": table, "low": scale["low"], "high": scale["high"], "scale": 1}
            if kind == "log":
                asked["transform"] = "log"
            body = httpx.get(f"{source}/picture.png", params=asked, timeout=30).content
            wanted = np.asarray(Image.open(io.BytesIO(body)).convert("RGB")).astype(int)
            seen = shown_cells(one, stats)
            assert len(seen) == stats["arrangement"]["cells"]
            for (row, column), colour in seen.items():
                apart = np.abs(np.subtract(colour, wanted[row, column])).max()
                assert apart <= 3, (table, kind, row, column, colour, wanted[row, column])
