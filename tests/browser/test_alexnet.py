"""The example's full AlexNet, untrained: every shape, its maps, its kernels and all views."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from browser.driver import Server, Tab
from browser.test_panel import VIEWS, inset_pixels

from cutaway import demo

ROOT = Path(__file__).parents[2]

SHAPES = [
    *("54x54x96", "26x26x96", "26x26x256", "12x12x256", "12x12x384", "12x12x384"),
    *("12x12x256", "5x5x256", "6400", "4096", "4096", "4096", "4096", "10"),
]

BUILD = """
import sys
sys.path.insert(0, "examples")
from alexnet_fashion_mnist import build
build().save(sys.argv[1])
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("alexnet") / "alexnet.h5"
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    command = [sys.executable, "-c", BUILD, str(path)]
    subprocess.run(command, check=True, cwd=ROOT, env=environment, capture_output=True)
    (path.parent / "alexnet.labels.txt").write_text("\n".join(demo.labels()))
    return path


def test_every_shape_map_kernel_and_view(
    serve: Callable[..., Server], tab: Callable[..., Tab], model: Path
) -> None:
    server = serve("open", model, "--input", demo.sample(0).path)
    one = tab("large").open(server.url)
    base = one.page.url.partition("/?")[0]
    number = one.page.evaluate("window.cutaway.state.opened.value.id")
    graph = httpx.get(f"{base}/m/{number}/graph", timeout=60).json()
    run = one.page.evaluate("window.cutaway.state.trace.value.id")

    # A fused activation is a step of its own: what comes after it is the layer's output.
    ended = [n for n in graph["nodes"] if ":linear" not in graph["values"][n["writes"][0]]["name"]]
    shapes = []
    for node in ended:
        stats = httpx.get(f"{base}/t/{run}/{node['writes'][0]}/stats", timeout=60).json()
        shapes.append("x".join(map(str, stats["shape"][1:])))
    assert shapes == SHAPES

    # All maps of every layer stand in the scene.
    shown = {s["value"] for s in one.sheets() if s["range"]}
    assert shown >= {n["writes"][0] for n in graph["nodes"]}

    # 96 kernels of the first layer, as small RGB pictures.
    kernel = next(v for v in graph["values"] if v["name"] == "conv2d/kernel")
    stats = httpx.get(f"{base}/m/{graph['id']}/v/{kernel['id']}/stats", timeout=60).json()
    arranged = stats["arrangement"]
    assert (arranged["planes"], arranged["maps"]) == (3, 96)
    assert (arranged["rows"], arranged["columns"]) == (11, 11)

    for value in (kernel["id"], graph["nodes"][0]["writes"][0]):
        selection = f"{{ value: {value}, node: 0, map: null }}"
        one.page.evaluate(f"window.cutaway.state.selected.value = {selection}")
        for view in VIEWS:
            one.page.evaluate(f"window.cutaway.state.view.value = '{view}'")
            one.idle()
            assert inset_pixels(one).std() > 4, (value, view)

    # The labels beside the model name the classes.
    answer = one.page.evaluate("window.cutaway.state.trace.value.answer")
    assert [c["label"] for c in answer["classes"]] == list(demo.labels())
