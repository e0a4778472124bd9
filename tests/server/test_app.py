"""The app over HTTP: a real server, a real worker."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import orjson
import psutil
import pytest
from browser.driver import Server, start
from safetensors.numpy import load

from cutaway import demo


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = start(tmp_path_factory.mktemp("home"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=60) as made:
        yield made


@pytest.fixture(scope="module")
def opened(client: httpx.Client) -> dict[str, Any]:
    """The demo as ONNX, opened by upload: its model and its first run."""
    path = demo.model(prefer_keras=False)
    sent = client.post("/uploads", params={"name": path.name}, content=path.read_bytes()).json()
    assert sent["bytes"] == path.stat().st_size
    return client.post("/open", json={"upload": sent["upload"]}).json()


def test_a_key_answers_what_the_schema_says(client: httpx.Client, opened: dict[str, Any]) -> None:
    model = opened["model"]
    graph = client.get(f"/m/{model}/graph").json()
    assert [n["id"] for n in graph["nodes"]] == list(range(len(graph["nodes"])))
    columns = load(client.get(f"/m/{model}/columns").content)
    assert len(columns["node_op"]) == len(graph["nodes"])
    page = load(client.get(f"/m/{model}/layouts/0").content)
    first, last = page["children_at"][:2]
    nodes = page["child_id"][first:last][page["child_what"][first:last] == 0]
    assert set(nodes.tolist()) == {n["id"] for n in graph["nodes"]}
    costs = load(client.get(f"/m/{model}/costs").content)
    assert costs["parameters"].sum() == graph["parameters"]
    trace = client.get(f"/t/{opened['start']['trace']}/info").json()
    assert trace["state"] == "done"
    assert trace["synthetic"] is True
    found = load(client.get(f"/t/{trace['id']}/flags").content)
    assert found["values"].tolist() == trace["kept"]
    assert not (found["flags"] & 1).any()


def test_answers_are_kept_for_good_and_problems_never(
    client: httpx.Client, opened: dict[str, Any]
) -> None:
    good = client.get(f"/m/{opened['model']}/graph")
    assert "immutable" in good.headers["cache-control"]
    bad = client.get(f"/m/{opened['model']}/v/99999/stats")
    assert bad.status_code == 404
    assert bad.headers["cache-control"] == "no-store"
    assert set(bad.json()) == {"error", "message"}


def run(client: httpx.Client, model: int, sample: int) -> dict[str, Any]:
    trace = client.post(f"/m/{model}/run", json={"input": {"sample": sample}}).json()["trace"]
    return client.get(f"/t/{trace}/info").json()


def test_pictures_of_a_run_come_in_one_answer(client: httpx.Client, opened: dict[str, Any]) -> None:
    trace = run(client, opened["model"], 0)
    keys = [f"/t/{trace['id']}/{value}/overview/128" for value in trace["kept"]]
    answer = client.get("/many", params={"key": [*keys, f"/t/{trace['id']}/99999/stats"]})
    blob = load(answer.content)
    assert len(blob) == len(keys) + 1
    types = orjson.loads(metadata(answer.content)["types"])
    assert types[-1] == "application/problem+json"
    inner = load(blob["3"].tobytes())
    told = metadata(blob["3"].tobytes())
    level = orjson.loads(told["json"])["levels"][int(told["level"])]
    assert inner["cells"].shape[1:] == (level["height"], level["width"])
    assert max(inner["cells"].shape) <= 128


def test_times_are_measured_for_a_run(client: httpx.Client, opened: dict[str, Any]) -> None:
    trace = run(client, opened["model"], 3)["id"]
    started = time.perf_counter()
    answer = client.get(f"/t/{trace}/times")
    elapsed = time.perf_counter() - started
    seconds = load(answer.content)["seconds"]
    assert seconds.dtype == np.float64
    assert len(seconds) == len(client.get(f"/m/{opened['model']}/graph").json()["nodes"])
    assert (seconds > 0).all()
    assert seconds.sum() < elapsed
    again = load(client.get(f"/t/{trace}/times").content)["seconds"]
    np.testing.assert_array_equal(again, seconds)


def test_times_of_a_run_that_was_fed_nothing_are_unknown(
    client: httpx.Client, opened: dict[str, Any]
) -> None:
    sent = client.post("/uploads", params={"name": "no.png"}, content=b"no picture").json()
    args = {"input": {"upload": sent["upload"]}}
    trace = client.post(f"/m/{opened['model']}/run", json=args).json()["trace"]
    assert client.get(f"/t/{trace}/info").json()["state"] == "failed"
    answer = client.get(f"/t/{trace}/times")
    assert answer.status_code == 404
    assert "run the model again" in answer.json()["message"]


def metadata(blob: bytes) -> dict[str, str]:
    length = int.from_bytes(blob[:8], "little")
    return orjson.loads(blob[8 : 8 + length])["__metadata__"]


def test_the_cells_and_the_array_are_the_same_numbers(
    client: httpx.Client, opened: dict[str, Any]
) -> None:
    trace = run(client, opened["model"], 1)
    value = trace["answer"]["value"]
    array = np.load(io.BytesIO(client.get(f"/t/{trace['id']}/{value}/array.npy").content))
    cells = client.get(f"/t/{trace['id']}/{value}/cells/0").json()
    np.testing.assert_array_equal(np.array(cells["text"], np.float32), array.ravel())


def test_a_tensor_is_seen_as_the_query_says_alone_and_among_many(
    client: httpx.Client, opened: dict[str, Any]
) -> None:
    trace = run(client, opened["model"], 1)
    key = f"/t/{trace['id']}/{trace['answer']['value']}/stats"
    answer = client.get(f"{key}?grid=1&rows=0&columns=")
    assert answer.json()["arrangement"]["axes"]["grid"] == [1]
    blob = client.get("/many", params={"key": [f"{key}?grid=1&rows=0&columns=", f"{key}?rows=9"]})
    assert orjson.loads(metadata(blob.content)["types"]) == [
        "application/json",
        "application/problem+json",
    ]
    assert answer.content in blob.content
    refused = client.get(f"{key}?rows=9")
    assert refused.status_code == 422
    assert "axis 9" in refused.json()["message"]


def test_what_is_wrong_is_a_sentence(client: httpx.Client, opened: dict[str, Any]) -> None:
    model = opened["model"]
    for path, body in (
        (f"/m/{model}/run", {"input": {"upload": "99"}}),
        (f"/m/{model}/run", {"input": {}}),
        ("/open", {}),
        (f"/m/{model}/preparation", {"steps": [{"step": "no such step"}]}),
        (f"/m/{model}/labels", {"builtin": "no such labels"}),
    ):
        answer = client.post(path, json=body)
        assert answer.status_code == 422, path
        assert len(answer.json()["message"]) > 20
    for key in ("/m/1/graph", "/t/1/info", f"/m/{model}/layouts/7777", f"/m/{model}/nothing"):
        assert client.get(key).status_code == 404, key


def test_a_model_that_cannot_be_opened_leaves_the_server_answering(
    client: httpx.Client, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.onnx"
    bad.write_bytes(b"nothing of the sort")
    model = client.post("/open", json={"path": str(bad)}).json()["model"]
    answer = client.get(f"/m/{model}/graph")
    assert answer.status_code == 422
    assert "bad.onnx" in answer.json()["message"]
    assert client.get("/state").status_code == 200


def test_events_tell_what_happens_and_wait_for_it(
    client: httpx.Client, opened: dict[str, Any]
) -> None:
    last = client.get("/events", params={"after": 0}).json()["last"]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.get, "/events", params={"after": last})
        time.sleep(0.3)
        assert not waiting.done()
        trace = run(client, opened["model"], 2)["id"]
        told = waiting.result(10).json()
    assert {(e["type"], e["trace"]) for e in told["events"]} == {("run", trace)}


def test_foreign_requests_are_refused(server: Server) -> None:
    assert httpx.get(f"{server.url}state", headers={"host": "evil.example"}).status_code == 403
    headers = {"origin": "http://evil.example"}
    assert httpx.post(f"{server.url}open", json={"demo": True}, headers=headers).status_code == 403


def test_it_listens_on_this_machine_only(server: Server) -> None:
    (address,) = {
        c.laddr.ip
        for c in psutil.Process(server.process.pid).net_connections()
        if c.status == "LISTEN"
    }
    assert address == "127.0.0.1"


def test_a_large_upload_is_not_held_in_memory(server: Server, client: httpx.Client) -> None:
    process = psutil.Process(server.process.pid)
    before = process.memory_info().rss

    def pieces() -> Iterator[bytes]:
        block = os.urandom(1 << 20)
        for _ in range(300):
            yield block

    sent = client.post("/uploads", params={"name": "large.bin"}, content=pieces()).json()
    assert sent["bytes"] == 300 << 20
    assert process.memory_info().rss - before < 60 << 20


def test_another_host_needs_the_token(tmp_path: Path) -> None:
    running = start(tmp_path / "home", "--host", "0.0.0.0")
    try:
        assert "token=" in running.url
        bare = running.url.partition("?")[0]
        assert httpx.get(f"{bare}state").status_code == 401
        with httpx.Client() as visitor:
            assert visitor.get(running.url).status_code == 200
            assert visitor.get(f"{bare}state").status_code == 200
    finally:
        running.stop()


def test_stopping_ends_the_workers(tmp_path: Path) -> None:
    running = start(tmp_path / "home", "open", str(demo.model(prefer_keras=False)))
    workers = psutil.Process(running.process.pid).children(recursive=True)
    assert workers
    running.stop()
    _, alive = psutil.wait_procs(workers, timeout=5)
    assert alive == []


def test_try_all_lists_usual_ranges_and_inversions(
    client: httpx.Client, opened: dict[str, Any]
) -> None:
    rows = client.post(f"/m/{opened['model']}/tryall", json={"input": {"sample": 0}}).json()["rows"]
    assert len(rows) >= 6
    assert any(row["top"]["index"] == 1 for row in rows)
    assert len({row["name"] for row in rows}) == len(rows)


def test_the_page_is_served_and_its_parts_are_kept(client: httpx.Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-cache"
    script = page.text.partition('src="./')[2].partition('"')[0]
    part = client.get(f"/{script}")
    assert part.status_code == 200
    assert "immutable" in part.headers["cache-control"]


def test_files_sent_together_lie_in_one_folder(client: httpx.Client) -> None:
    first = client.post("/uploads", params={"name": "m/model.onnx"}, content=b"x").json()
    beside = {"name": "m/data/far.bin", "beside": first["upload"]}
    second = client.post("/uploads", params=beside, content=b"data").json()
    assert (second["name"], second["bytes"]) == ("far.bin", 4)
    again = client.post("/uploads", params=beside, content=b"data")
    assert again.status_code == 422
    assert "far.bin" in again.json()["message"]
    wanted = {"upload": first["upload"], "part": "m/nothing.xml"}
    missing = client.post("/open", json=wanted)
    assert missing.status_code == 422
    assert "nothing.xml" in missing.json()["message"]
    lost = client.post("/uploads", params={"name": "a", "beside": "999"}, content=b"")
    assert "upload 999" in lost.json()["message"]


@pytest.mark.parametrize(
    "name", ["../../m.onnx", "/etc/m.onnx", "C:\\m.onnx", "a/../m.onnx", "a//m.onnx", "./m.onnx"]
)
def test_a_sent_file_never_leaves_its_folder(name: str) -> None:
    from cutaway.server.hub import Hub

    hub = Hub()
    try:
        key, place = hub.place_upload(name)
        assert place.name == "m.onnx"
        assert place.parent.name == key
    finally:
        hub.close()
