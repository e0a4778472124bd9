"""Quantized tensors: integers, what they stand for, and colours that turn at the zero point."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from browser.driver import Server, Tab
from browser.test_panel import open_tensor


@pytest.mark.data
def test_a_quantized_tensor_says_what_its_integers_stand_for(
    serve: Callable[..., Server], tab: Callable[..., Tab], data: Path
) -> None:
    path = data / "models" / "tflite" / "mobilenet_v2_quant.tflite"
    server = serve("open", path, "--input", data / "photos" / "chelsea.png")
    one = tab("large").open(server.url)
    one.idle()
    name = next(
        str(sheet["name"]) for sheet in one.sheets() if str(sheet["name"]).endswith("MatMul")
        or "Predictions" in str(sheet["name"]) or "add" in str(sheet["name"])
    )  # fmt: skip
    stats = open_tensor(one, name)
    said = one.page.locator(".quantized").inner_text()
    number = r"(-?[\d.e-]+)"
    told = rf"= {number} × \(integer − (\d+)\), from {number} to {number}"
    found = re.search(told, said)
    assert found is not None, said
    scale, zero, low, high = (float(part) for part in found.groups())
    assert low == pytest.approx(scale * (stats["min"] - zero), rel=1e-2)
    assert high == pytest.approx(scale * (stats["max"] - zero), rel=1e-2)
    assert low < 0 < high
