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

from cutaway import pictures

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
FAR = np.random.default_rng(3).standard_normal((1, 4, 403, 405)).astype(np.float32)
FAR[0, 1, 100, 100] = np.nan
FAR[0, 2, -1, -1] = np.inf
TENSORS["far"] = FAR
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


@pytest.mark.parametrize("name", [name for name in TENSORS if name != "far"])
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


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_coarser_levels_are_means_up_to_the_border_of_every_map(
    server: Server, tab: Callable[..., Tab], level: int
) -> None:
    """Every pixel that lies well within one cell, at each map's borders above all."""
    one = tab("large").open(server.url)
    value, source = values_of(one)["far"]
    style = "{table: 'gray', range: {kind: 'typed', low: -2, high: 2}, scaling: 'tensor'}"
    one.page.evaluate(
        f"window.cutaway.state.view.value = 'flat';"
        f"window.cutaway.state.styles.value = new Map([[{value}, {style}]]);"
        f"window.cutaway.state.selected.value = {{value: {value}, node: null, map: null}}"
    )
    one.idle()
    rect = one.page.evaluate("window.cutaway.inset().rect")
    one.page.mouse.move(rect["left"] + rect["width"] / 2, rect["top"] + rect["height"] / 2)
    # A cell of the level is to be as large as it becomes before a finer one is drawn.
    wanted = 1.2 / 2**level
    one.page.mouse.wheel(0, -float(np.log(wanted / pixels_a_cell(one))) / 0.0016)
    one.page.mouse.move(2, 2)
    one.idle()
    stats = httpx.get(f"{source}/stats", timeout=30).json()
    assert pixels_a_cell(one) == pytest.approx(wanted, rel=1e-3)
    sheet = np.block([[FAR[0, 0], FAR[0, 1]], [FAR[0, 2], FAR[0, 3]]])[None]
    shape = pictures.arrange(FAR.shape, "OIHW")
    assert list(shape.grid) == stats["arrangement"]["grid"] == [2, 2]
    coarse = pictures.reduce(sheet, shape, level)[0]
    scale = (stats["scale"], stats["center"])
    cells = pictures.decode(pictures.encode(coarse, *scale), *scale)
    compare_pixels(one, stats, cells)


def pixels_a_cell(one: Tab) -> float:
    """Of level 0, along a row."""
    (drawn,) = one.page.evaluate("window.cutaway.inset().drawn")
    (x0, x1), part = (drawn["corners"][i]["x"] for i in (0, 1)), drawn["part"]
    return (x1 - x0) / (part[2] - part[0]) / 405


def compare_pixels(one: Tab, stats: dict[str, Any], cells: np.ndarray) -> None:
    """Every pixel has its twin's colour, borders smoothed over one pixel and none across maps."""
    told = one.page.evaluate("window.cutaway.inset()")
    rect, (drawn,), a = told["rect"], told["drawn"], stats["arrangement"]
    down = Pixels.along(0, rect, drawn, a, cells.shape[0])
    across = Pixels.along(1, rect, drawn, a, cells.shape[1])
    seen = np.asarray(screenshot(one.page)).astype(int)[np.ix_(down.at, across.at)]
    with np.errstate(invalid="ignore"):
        parts = [
            cells[np.ix_(rows, columns)] * np.outer(share, part)
            for rows, share in ((down.first, 1 - down.share), (down.second, down.share))
            for columns, part in ((across.first, 1 - across.share), (across.second, across.share))
        ]
    value = np.sum(parts, axis=0)
    # Beside what is no number nothing is smoothed: those cells are tested at the finest level.
    plain = np.isfinite(value)
    assert plain.mean() > 0.95
    wanted = pictures.paint(value[None], pictures.table("gray"), -2.0, 2.0, scale=(2.0**-10, 0.0))
    apart = np.abs(seen - wanted).max(axis=2)
    assert apart[plain].max() <= 4, (apart[plain] > 4).mean()
    # The last row of one map and the first of the next.
    edge = cells.shape[0] // 2
    assert {edge - 1, edge} <= {*down.first, *down.second}


class Pixels:
    """Pixels along one axis of the window, and the two cells that each lies between."""

    def __init__(
        self, at: np.ndarray, first: np.ndarray, second: np.ndarray, share: np.ndarray
    ) -> None:
        self.at, self.first, self.second, self.share = at, first, second, share

    @classmethod
    def along(
        cls, axis: int, rect: dict[str, float], drawn: dict[str, Any], a: Any, cells: int
    ) -> Pixels:
        """Those that lie within a map.

        Args:
            axis: 0 for rows.
            rect: of the window.
            drawn: the sheet on screen.
            a: the arrangement.
            cells: of the level, over all maps.
        """
        name, size, begin = (("y", "height", "top"), ("x", "width", "left"))[axis]
        low, high = (drawn["corners"][i][name] for i in ((0, 3) if axis == 0 else (0, 1)))
        start, end = drawn["part"][1 - axis], drawn["part"][3 - axis]
        pixels = np.arange(int(rect[begin]), int(rect[begin] + rect[size]))
        local = start + (pixels + 0.5 - low) / (high - low) * (end - start)
        lengths, count = (a["rows"], a["columns"]), cells // a["grid"][axis]
        pitch = 1 + GAP * max(lengths) / lengths[axis]
        slot = np.floor(local / pitch)
        place = (local - slot * pitch) * count
        a_pixel = (end - start) / (high - low) * count
        # Which side of a border a pixel lies on that is cut in half is rounding.
        inside = (slot >= 0) & (slot < a["grid"][axis])
        inside &= (place > 0.05 * a_pixel) & (place < count - 0.05 * a_pixel)
        place, slot = place[inside] - 0.5, slot[inside] * count
        first = np.floor(place)
        share = np.clip((place - first - 0.5) / a_pixel + 0.5, 0, 1)
        ends = [(slot + np.clip(cell, 0, count - 1)).astype(int) for cell in (first, first + 1)]
        return cls(pixels[inside], ends[0], ends[1], share)
