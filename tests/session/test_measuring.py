"""Times of runs: known to all who ask, measured behind runs that come meanwhile."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from loaders.made import info, random, save, tensor
from onnx import helper
from safetensors.numpy import load

from cutaway.session import Session

PRODUCTS = 60


def products(folder: Path) -> Path:
    """Some tenths of a second of matrix products."""
    nodes = [
        helper.make_node("MatMul", [f"v{at}", "w"], [f"v{at + 1}"], f"product {at}")
        for at in range(PRODUCTS)
    ]
    weights = [tensor("w", random(2000, 2000) / 50)]
    last = info(f"v{PRODUCTS}", 64, 2000)
    return save(folder, "products", nodes, [info("v0", 64, 2000)], [last], weights)


def begin(session: Session, trace: int) -> None:
    args = {"trace": trace, "input": {"synthetic": True}}
    session.ask({"command": "run", "args": args}).result(60)


def outcome(session: Session, trace: int) -> dict[str, Any]:
    return orjson.loads(session.ask({"get": f"/t/{trace}/info"}).result(60).body)


def test_a_run_that_comes_meanwhile_goes_first(tmp_path: Path) -> None:
    session = Session(
        products(tmp_path), model=1, emit=lambda _: None, scratch=tmp_path / "scratch"
    )
    begin(session, 1)
    assert outcome(session, 1)["state"] == "done"
    times = session.ask({"get": "/t/1/times"})
    time.sleep(0.3)  # by then the products are timed, which takes over a second
    assert not times.done()
    begin(session, 2)
    assert outcome(session, 2)["state"] == "done"
    assert not times.done()
    seconds = load(bytes(times.result(60).body))["seconds"]
    assert len(seconds) == PRODUCTS
    assert (seconds > 0).all()
    again = load(bytes(session.ask({"get": "/t/1/times"}).result(60).body))["seconds"]
    np.testing.assert_array_equal(again, seconds)
