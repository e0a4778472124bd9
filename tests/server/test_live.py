"""Live frames over HTTP: one round trip, and refusals that say what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import numpy as np
import pytest
from browser.driver import start
from safetensors.numpy import load

from cutaway import demo

SIZE = {"width": 28, "height": 28, "channels": 1}
INK = np.random.default_rng(5).integers(0, 256, (28, 28), np.uint8).tobytes()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    server = start(tmp_path_factory.mktemp("home"))
    with httpx.Client(base_url=server.url, timeout=60) as made:
        yield made
    server.stop()


@pytest.fixture(scope="module")
def opened(client: httpx.Client) -> dict[str, Any]:
    path = str(demo.model(prefer_keras=False))
    made = client.post("/open", json={"path": path}).json()
    client.get(f"/t/{made['start']['trace']}/info")
    return made


def test_one_round_trip_brings_the_trace_and_its_pictures(
    client: httpx.Client, opened: dict[str, Any]
) -> None:
    kept = client.get(f"/t/{opened['start']['trace']}/info").json()["kept"]
    want = [f"{kept[0]}/overview/32", f"{kept[2]}/overview/128?order=mean"]
    answer = client.post(
        f"/m/{opened['model']}/live", params={**SIZE, "name": "pad", "want": want}, content=INK
    )
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    held = load(answer.content)
    doc = json.loads(held["0"].tobytes())
    assert (doc["state"], doc["input"]["name"]) == ("done", "pad")
    for i, tail in enumerate(want, 1):
        plain = client.get(f"/t/{doc['id']}/{tail}")
        ours, theirs = load(held[str(i)].tobytes()), load(plain.content)
        for name in ("cells", "maps"):
            np.testing.assert_array_equal(ours[name], theirs[name])
    # Kept, it is told as any run.
    assert client.post(f"/t/{doc['id']}/keep").json() == {}
    assert client.get(f"/t/{doc['id']}/info").json()["answer"] == doc["answer"]
    # Live frames are no news: pages that listen hear of the user's own runs.
    told = client.get("/events?after=0").json()["events"]
    assert doc["id"] not in {one["trace"] for one in told if one["type"] == "run"}


def test_many_at_once_are_answered_or_dropped(client: httpx.Client, opened: dict[str, Any]) -> None:
    address = f"/m/{opened['model']}/live"

    def ask(_: int) -> int:
        return client.post(address, params=SIZE, content=INK).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = set(pool.map(ask, range(40)))
    assert 200 in codes
    assert codes <= {200, 204}


def test_refusals_are_sentences(client: httpx.Client, opened: dict[str, Any]) -> None:
    address = f"/m/{opened['model']}/live"
    half = client.post(address, params={"width": 28}, content=INK)
    assert half.status_code == 422
    assert "got the width alone" in half.json()["message"]
    for asked in ("{", "[1]"):
        broken = client.post(address, params={**SIZE, "asked": asked}, content=INK)
        assert broken.status_code == 422
        assert "JSON" in broken.json()["message"]
    gone = client.post("/m/17/live", params=SIZE, content=INK)
    assert gone.status_code == 404
    lost = client.post("/t/17/keep")
    assert lost.status_code == 404


def test_sliders_ask_with_a_source_and_steps(client: httpx.Client, opened: dict[str, Any]) -> None:
    address = f"/m/{opened['model']}/live"
    asked = json.dumps({"input": {"sample": 3}})
    answer = client.post(address, params={"asked": asked, "want": ["0/overview/64"]})
    doc = json.loads(load(answer.content)["0"].tobytes())
    assert doc["state"] == "done"
    assert doc["input"]["name"] == demo.sample(3).name
    plan = client.post(f"/m/{opened['model']}/live/plan").json()
    assert plan["kind"] == "picture"
