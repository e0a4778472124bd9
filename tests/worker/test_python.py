"""Cutaway from Python, in the ways that people call it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import httpx
import numpy as np
import psutil
import pytest
from PIL import Image

import cutaway
from cutaway import demo
from cutaway.errors import BrokenFile, InputError, WorkerEnded

SCRIPT = """
import cutaway
model = cutaway.open({model!r})
trace = model.run({picture!r})
print(trace.top(1)[0].index, trace["conv2d"].shape, trace["conv2d:linear"].min() < 0)
"""


@pytest.fixture(scope="module", params=["onnx", "keras"])
def model(request: pytest.FixtureRequest):
    with cutaway.open(demo.model(prefer_keras=request.param == "keras")) as opened:
        yield opened


def test_a_trace_holds_every_tensor_by_name(model: cutaway.Model) -> None:
    trace = model.run(demo.sample(0).path)
    after, before = trace["conv2d"], trace["conv2d:linear"]
    assert after.shape[0] == 1
    np.testing.assert_array_equal(after, np.maximum(before, 0))
    assert before.min() < 0
    # A node's name stands for its first output.
    np.testing.assert_array_equal(trace["conv2d/relu"], after)
    kernel = trace.weights["conv2d/kernel"]
    assert kernel.size == 5 * 5 * 1 * 16
    assert trace.weights["conv2d/bias"].shape == (16,)
    best = trace.top(5)
    assert [len(best), best[0].index, best[0].label] == [5, 1, "Trouser"]
    assert best[0].score == pytest.approx(1, abs=0.5)
    assert set(trace.names()) >= {"conv2d", "conv2d:linear", "flatten"}


def test_what_is_not_there_is_told_with_what_is_near(model: cutaway.Model) -> None:
    trace = model.run(demo.sample(0).path)
    with pytest.raises(KeyError, match="conv2d"):
        trace["conv2dd"]
    with pytest.raises(KeyError, match="conv2d/kernel"):
        trace.weights["conv2d/kernl"]


def test_arrays_pictures_and_nothing_can_be_fed(model: cutaway.Model) -> None:
    picture = np.asarray(Image.open(demo.sample(0).path).convert("L"))
    from_file = model.run(demo.sample(0).path)
    from_pixels = model.run(picture)
    np.testing.assert_allclose(from_pixels["dense_2"], from_file["dense_2"], atol=1e-5)
    name = model.graph["values"][model.graph["inputs"][0]]["name"]
    from_array = model.run(from_file[name])
    np.testing.assert_array_equal(from_array["dense_2"], from_file["dense_2"])
    assert model.run().info["synthetic"] is True


def test_what_does_not_fit_is_an_input_error(model: cutaway.Model, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        model.run(np.zeros((1, 2, 3, 4, 5, 6), np.float32))
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no picture")
    with pytest.raises(InputError, match=r"bad\.png"):
        model.run(bad)


def test_the_two_models_agree_axes_apart() -> None:
    with (
        cutaway.open(demo.model(prefer_keras=False)) as ours,
        cutaway.open(demo.model(prefer_keras=True)) as theirs,
    ):
        first, second = ours.run(demo.sample(5).path), theirs.run(demo.sample(5).path)
        shared = [n for n in second.names() if n in first.names()]
        assert len(shared) >= 22
        for name in shared:
            a, b = first[name], second[name]
            if a.ndim == 4:
                a = a.transpose(0, 2, 3, 1)
            if name == "flatten":  # the same numbers, channels first
                maps = first["max_pooling2d_2"].shape
                a = a.reshape(maps).transpose(0, 2, 3, 1).reshape(1, -1)
            np.testing.assert_allclose(a, b, atol=1e-4, err_msg=name)


def run_script(text: str, *, piped: bool, folder: Path) -> str:
    if piped:
        command, given = [sys.executable, "-"], text
    else:
        path = folder / "unguarded.py"
        path.write_text(text)
        command, given = [sys.executable, str(path)], None
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, check=False, timeout=120, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("piped", [False, True])
def test_an_unguarded_script_and_python_from_a_pipe_work(piped: bool, tmp_path: Path) -> None:
    text = SCRIPT.format(
        model=str(demo.model(prefer_keras=False)), picture=str(demo.sample(0).path)
    )
    said = run_script(text, piped=piped, folder=tmp_path)
    assert said.split() == ["1", "(1,", "16,", "56,", "56)", "True"]


def test_no_process_is_left_behind(tmp_path: Path) -> None:
    text = SCRIPT.format(
        model=str(demo.model(prefer_keras=False)), picture=str(demo.sample(0).path)
    )
    said = run_script(text + "\nprint(model.session.process_id)", piped=False, folder=tmp_path)
    pid = int(said.split()[-1])
    for _ in range(50):
        if not psutil.pid_exists(pid):
            return
        time.sleep(0.1)
    raise AssertionError(f"worker {pid} is still there")


def test_importing_is_quick_and_brings_no_framework() -> None:
    code = (
        "import sys, time; t = time.perf_counter(); import cutaway; "
        "print(time.perf_counter() - t); print(*sys.modules)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(3)
    ]
    assert min(float(run.stdout.split()[0]) for run in runs) < 0.3
    loaded = set(runs[0].stdout.split())
    heavy = {"onnx", "onnxruntime", "keras", "jax", "torch", "numpy", "fastapi", "h5py"}
    assert loaded & heavy == set()


def test_a_model_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile, match=r"none\.onnx"):
        cutaway.open(tmp_path / "none.onnx")


def test_a_killed_worker_is_an_error_with_words() -> None:
    with cutaway.open(demo.model(prefer_keras=False)) as opened:
        psutil.Process(opened.session.process_id).kill()
        with pytest.raises(WorkerEnded, match="open the model again"):
            opened.run()


def test_a_run_is_answered_beside_and_can_be_cancelled(tmp_path: Path) -> None:
    from cutaway.worker import RemoteSession

    session = RemoteSession(slow_model(tmp_path / "slow.onnx"))
    try:
        session.get(f"/m/{session.id}/graph").result(60)
        trace = session.run({"input": {"synthetic": True}})
        time.sleep(1)
        # It answers while it runs.
        begun = time.monotonic()
        graph = session.get(f"/m/{session.id}/graph").result(5).json()
        weight = next(v["id"] for v in graph["values"] if v["what"] == "weight")
        assert session.get(f"/m/{session.id}/v/{weight}/stats").result(5).json()["zeros"] > 0
        assert time.monotonic() - begun < 3
        begun = time.monotonic()
        session.cancel(trace)
        info = session.get(f"/t/{trace}/info").result(10).json()
        assert info["state"] == "cancelled"
        assert time.monotonic() - begun < 3
        # What was open stays open.
        assert session.get(f"/m/{session.id}/graph").result(5).json()["nodes"]
    finally:
        session.close()


def slow_model(path: Path) -> Path:
    """A network that would run for minutes."""
    import onnx
    from onnx import TensorProto, helper

    side = 1024
    nodes, x = [], "x"
    for i in range(3000):
        nodes.append(helper.make_node("MatMul", [x, "w"], [f"y{i}"], f"node{i}"))
        x = f"y{i}"
    weight = np.eye(side, dtype=np.float32)
    graph = helper.make_graph(
        nodes,
        "slow",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, (side, side))],
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, (side, side))],
        [onnx.numpy_helper.from_array(weight, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.save(model, path)
    return path


def test_show_serves_the_trace() -> None:
    with cutaway.open(demo.model(prefer_keras=False)) as opened:
        trace = opened.run(demo.sample(0).path)
        shown = cutaway.show(trace, browser=False)
        base = shown.url.partition("?")[0]
        for _ in range(100):
            try:
                state = httpx.get(f"{base}state").json()
                break
            except httpx.ConnectError:
                time.sleep(0.05)
        (held,) = state["models"]
        assert held["start"]["trace"] == trace.id
        info = httpx.get(f"{base}t/{trace.id}/info").json()
        assert info["answer"]["top"][0] == 1
        shown.close()
        # The model is the user's: it outlives the page.
        assert opened.run(demo.sample(0).path).top(1)[0].index == 1


def test_the_public_names_are_these() -> None:
    assert sorted(cutaway.__all__) == [
        "ClassScore", "CutawayError", "Model", "Trace", "open", "show",
    ]  # fmt: skip
    assert all(hasattr(cutaway, name) for name in cutaway.__all__)


def test_what_a_tensor_holds(model: cutaway.Model) -> None:
    trace = model.run(demo.sample(0).path)
    maps = trace["conv2d"][0]
    # Channels last where the first two are the picture's sides.
    maps = maps.transpose(2, 0, 1) if maps.shape[0] == maps.shape[1] else maps
    held, table = trace.statistics("conv2d"), trace.channels("conv2d")
    asked = [percent for percent, _ in held["percentiles"]]
    found = [value for _, value in held["percentiles"]]
    np.testing.assert_allclose(found, np.percentile(maps.astype(np.float64), asked), rtol=1e-6)
    np.testing.assert_allclose(table["mean"], maps.mean((1, 2), np.float64), rtol=1e-6)
    np.testing.assert_array_equal(table["zeros"], (maps == 0).sum((1, 2)))
    assert trace.statistics("conv2d/kernel")["size"] == model.weights["conv2d/kernel"].size
    with pytest.raises(KeyError, match="near: conv2d"):
        trace.statistics("conv2dd")


def test_what_a_number_depends_on(model: cutaway.Model) -> None:
    trace = model.run(demo.sample(0).path)
    seen = trace.field("conv2d", (0, 3, 4, 5))
    part = trace["conv2d:linear"][seen["conv2d:linear"]]
    assert part.shape == (1, 1, 1, 1)
    (fed,) = [v["name"] for v in model.graph["values"] if v["what"] == "input"]
    assert 1 < trace[fed][seen[fed]].size < trace[fed].size
    assert "conv2d/kernel" not in seen
    with pytest.raises(InputError):
        trace.field("conv2d", (0, 3, 4, 999))
    with pytest.raises(KeyError):
        trace.field("conv2dd", (0, 0, 0, 0))


def test_a_number_is_explained(model: cutaway.Model) -> None:
    trace = model.run(demo.sample(0).path)
    shape = trace["conv2d"].shape
    told = trace.explain("conv2d/relu", (0, 3, 4, 5))
    assert told["form"] == "formula"
    assert told["captured"] == float(trace["conv2d"][0, 3, 4, 5])
    said = str(told)
    assert "max(0, " in said
    assert f"captured {told['captured_text']}, computed {told['captured_text']}: equal" in said
    # From the end, as arrays are indexed.
    assert trace.explain("conv2d", (-1, -1, -1, -1))["index"] == [n - 1 for n in shape]
    products = trace.explain("dense:linear", [0, 7])
    kernel, fed = trace.weights["dense/kernel"], trace["flatten"]
    made = fed[0].astype(float) @ (kernel[7] if kernel.shape[1] == fed.shape[1] else kernel[:, 7])
    assert products["steps"][0]["number"] == pytest.approx(made)
    assert dict(products)["verdict"] in ("equal", "rounding")


@pytest.mark.parametrize("index", [(0, 3, 4), (0, 3, 4, 999), (0, 0, 0, 0.5), "abcd", 3])
def test_an_index_that_is_not_there_is_an_input_error(model: cutaway.Model, index) -> None:
    trace = model.run(demo.sample(0).path)
    with pytest.raises(InputError, match=r"an index within 'conv2d' of shape \(1, \d+"):
        trace.explain("conv2d", index)
    with pytest.raises(KeyError, match="conv2d"):
        trace.explain("conv2dd", (0, 0, 0, 0))
