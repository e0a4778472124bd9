"""Weights without a network: they stand in order, open, and nothing is said to have failed."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from pathlib import Path

import httpx
import numpy as np
import pytest
from browser.digits import read_cells
from browser.driver import Server, Tab
from safetensors.numpy import save_file


@pytest.fixture
def arrays() -> dict[str, np.ndarray]:
    draw = np.random.default_rng(0)
    found: dict[str, np.ndarray] = {}
    for layer in range(12):
        for name, shape in {"attn.q": (6, 5), "norm": (16,), "mlp": (16, 24)}.items():
            found[f"h.{layer}.{name}.weight"] = draw.integers(-99, 99, shape).astype(np.float32)
            found[f"h.{layer}.{name}.bias"] = draw.standard_normal(shape[0]).astype(np.float32)
    return found


@pytest.fixture
def opened(
    serve: Callable[..., Server],
    tab: Callable[..., Tab],
    tmp_path: Path,
    arrays: dict[str, np.ndarray],
) -> Tab:
    save_file(arrays, tmp_path / "net.safetensors")
    return tab("large").open(serve("open", tmp_path / "net.safetensors").url)


def test_modules_stand_in_the_order_of_their_numbers_and_nothing_failed(opened: Tab) -> None:
    assert opened.page.locator(".toast").count() == 0
    assert opened.page.get_by_text("Weights without a network.").is_visible()
    assert opened.page.get_by_role("region", name="Answer").count() == 0
    sheets = opened.sheets()
    assert len(sheets) == 36
    at = {str(one["name"]): np.asarray(one["corners"]).mean(0) for one in sheets}
    queries = [at[f"h.{layer}.attn.q.weight"] for layer in range(12)]
    # Rows from the top down, each from left to right.
    for before, after in itertools.pairwise(queries):
        assert after[0] > before[0] or after[1] > before[1] + 40
    width, height = 1920, 1080
    assert all(0 < x < width and 0 < y < height for x, y in at.values())
    across = max(x for x, _ in at.values()) - min(x for x, _ in at.values())
    assert across > width / 3, "one column would leave the window empty"


def test_a_weight_opens_through_its_port_and_shows_its_numbers(
    opened: Tab, arrays: dict[str, np.ndarray]
) -> None:
    ports = opened.page.evaluate("window.cutaway.ports()")
    assert {port["side"] for port in ports} == {"left"}
    node = next(port["node"] for port in ports if port["role"] == "kernel")
    own = [port for port in ports if port["node"] == node]
    assert [port["role"] for port in own] == ["kernel", "bias"]
    opened.page.mouse.click(own[0]["x"], own[0]["y"])
    opened.idle()
    selected = opened.state("selected")
    assert isinstance(selected, dict)
    assert selected["value"] == own[0]["value"]
    model = opened.page.evaluate("window.cutaway.state.opened.value.id")
    source = f"{opened.page.url.partition('/?')[0]}/m/{model}/v/{selected['value']}"
    stats = httpx.get(f"{source}/stats", timeout=30).json()
    array = np.load(io.BytesIO(httpx.get(f"{source}/array.npy", timeout=30).content))
    np.testing.assert_array_equal(array, arrays[stats["name"]])
    opened.page.evaluate("window.cutaway.state.view.value = 'numbers'")
    opened.idle()
    read = read_cells(opened, stats)
    assert len(read) >= 6
    for (row, column), text in read.items():
        assert float(text) == array[row, column]


def test_a_picture_opens_the_weight_that_it_shows(opened: Tab) -> None:
    sheet = next(one for one in opened.sheets() if one["name"] == "h.3.mlp.weight")
    x, y = np.asarray(sheet["corners"]).mean(0)
    opened.page.mouse.click(x, y)
    opened.page.wait_for_function("window.cutaway.state.selected.value !== null")
    opened.idle()
    assert opened.page.get_by_text("kernel of h.3.mlp").is_visible()


def test_feeding_weights_is_answered_calmly(opened: Tab) -> None:
    opened.page.evaluate(
        """() => {
            const file = new File([new Uint8Array([1])], 'cat.png', { type: 'image/png' });
            const data = new DataTransfer();
            data.items.add(file);
            for (const type of ['dragover', 'drop'])
                document.body.dispatchEvent(
                    new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
        }"""
    )
    opened.page.get_by_text("there is nothing to feed").wait_for()
    assert opened.page.locator(".toast.error").count() == 0
