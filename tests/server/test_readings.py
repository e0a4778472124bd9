"""Readings over HTTP: keys that stay, corrections that make new ones."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import numpy as np
import pytest
from browser.driver import start
from session.made_outputs import constant_outputs


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    running = start(tmp_path_factory.mktemp("home"))
    with httpx.Client(base_url=running.url, timeout=60) as made:
        yield made
    running.stop()


def test_a_reading_is_a_key_and_a_correction_is_a_new_one(client: httpx.Client, tmp_path) -> None:
    scores = np.zeros((1, 4, 64, 96), np.float32)
    scores[0, 3, :32] = 5
    path = constant_outputs(tmp_path / "seg.onnx", {"seg": scores})
    opened = client.post("/open", json={"path": str(path)}).json()
    model, trace = opened["model"], opened["start"]["trace"]
    (first,) = client.get(f"/t/{trace}/info").json()["readings"]
    assert (first["kind"], first["chosen"]) == ("masks", "guessed")
    key = f"/t/{trace}/reading/{first['id']}"
    answer = client.get(key)
    assert "immutable" in answer.headers["cache-control"]
    assert {one["index"] for one in answer.json()["classes"]} == {0, 3}
    picture = client.get(f"{key}/picture.png?class=3")
    assert picture.headers["content-type"] == "image/png"
    under = client.get(f"{key}/at?x=10&y=5").json()
    assert under["words"].startswith("class 3")
    assert client.get(f"{key}?sharp=1").status_code == 422
    assert client.get(f"{key}/nothing").status_code == 404
    assert client.get(f"/t/{trace}/reading/99").status_code == 404

    wish = {"kind": "keypoints", "values": [], "settings": {"skeleton": "none"}}
    refused = client.post(f"/m/{model}/reading", json={"reading": wish})
    assert refused.status_code == 422  # maps as fine as the picture are no heatmaps
    assert "could be" in refused.json()["message"] or "were wanted" in refused.json()["message"]
    told = client.post(f"/m/{model}/reading", json={
        "reading": {"kind": "tensor", "values": [], "settings": {}},
    }).json()  # fmt: skip
    assert told["trace"] == trace
    (changed,) = told["readings"]
    assert (changed["kind"], changed["chosen"]) == ("tensor", "user")
    assert changed["id"] != first["id"]
    assert client.get(f"/m/{model}/readings").json() == told
    assert client.get(f"/m/{model}/settings").json()["reading"]["kind"] == "tensor"
    again = client.post(f"/m/{model}/reading", json={"reading": None}).json()
    assert again["readings"][0]["kind"] == "masks"
