"""How OpenVINO runs a model: failures, what is left out, stopping, states."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from loaders import made_tensorflow
from loaders.made import random
from loaders.made_openvino import OPENVINO, made, saved
from loaders.opened import opened

from cutaway.errors import (
    Cancelled,
)
from cutaway.loaders import open_model
from cutaway.loaders.openvino.framework import load_openvino
from cutaway.trace import Control

ov: Any = load_openvino("a test")  # which keeps it from writing into the home folder


def test_what_a_node_fails_on_is_told_with_what_came_before(tmp_path: Path) -> None:
    o: Any = ov.opset13
    x = o.parameter([1, 1, -1, -1], ov.Type.f32, name="x")
    before = o.relu(x, name="before")
    pooled = o.max_pool(before, [1, 1], [1, 1], [0, 0], [0, 0], [3, 3], name="pooled")
    after = o.negative(pooled.output(0), name="after")
    aside = o.exp(before, name="aside")
    path = saved(tmp_path, "small", [after, aside], [x])
    model = open_model(path, lambda _: None)
    runner, graph = model.start(), model.graph
    picture = random(1, 1, 2, 2)
    capture = runner.run({graph.inputs[0]: picture}, Control())
    failed = graph.node_named["pooled"]
    assert capture.failure is not None
    assert capture.failure.node == failed.id
    assert "larger than the data shape" in capture.failure.message
    kept = {graph.values[value].name for value in capture.tensors}
    assert kept == {"x", "before", "aside"}
    (value,) = graph.node_named["aside"].writes
    np.testing.assert_allclose(capture.tensors[value], np.exp(np.maximum(picture, 0)), rtol=1e-5)
    assert runner.times({graph.inputs[0]: picture}, Control()) == {}
    assert runner.run({graph.inputs[0]: random(1, 1, 4, 4)}, Control()).failure is None


def test_what_numpy_has_no_elements_for_is_left_out(tmp_path: Path) -> None:
    o: Any = ov.opset13
    x = o.parameter([2, 4], ov.Type.f32, name="x")
    back = o.convert(o.convert(x, "nf4", name="quarter"), "f32", name="back")
    case = opened(saved(tmp_path, "quarter", [o.negative(back, name="last")], [x]))
    graph = case.model.graph
    (value,) = graph.node_named["quarter"].writes
    assert list(case.capture.left_out) == [value]
    assert "elements of type nf4" in case.capture.left_out[value]
    kept = {graph.values[one].name for one in case.capture.tensors}
    assert kept == {"x", "back", "last"}


def test_what_the_engine_cannot_hand_out_is_found_and_left_out(tmp_path: Path) -> None:
    """Asked for an output that an operation does not have, it hands out all others."""
    from cutaway.loaders.openvino.engine import Engine

    core = ov.Core()
    model = core.read_model(str(OPENVINO["openvino names"](tmp_path)))
    computing = [
        one
        for one in model.get_ordered_ops()
        if one.get_type_name() not in ("Parameter", "Constant", "Result")
    ]
    ports = {at: (one.get_instance_id(), 0) for at, one in enumerate(computing)}
    for odd in (2, 4):
        ports[odd] = (ports[odd][0], 7)
    nodes = {one.get_instance_id(): at for at, one in enumerate(computing)}
    compiled = Engine(model, ports, nodes).compiled(list(ports))
    assert set(compiled.left_out) == {2, 4}
    assert set(compiled.places) == set(ports) - {2, 4}
    assert all("cannot hand it out" in reason for reason in compiled.left_out.values())
    outputs = compiled.model(random(2, 6))
    np.testing.assert_array_equal(outputs[compiled.places[0]], np.maximum(random(2, 6), 0))


def test_a_run_is_stopped_within_the_network(tmp_path: Path) -> None:
    o: Any = ov.opset13
    x = o.parameter([1400, 1400], ov.Type.f32, name="x")
    last = x
    for _ in range(24):
        last = o.matmul(last, x, False, False)
    model = open_model(saved(tmp_path, "long", [last], [x]), lambda _: None)
    runner, feeds = model.start(), {model.graph.inputs[0]: np.eye(1400, dtype=np.float32)}
    started = time.perf_counter()
    runner.run(feeds, Control(), ())
    whole = time.perf_counter() - started
    control = Control()
    threading.Timer(whole / 10, control.cancel).start()
    started = time.perf_counter()
    with pytest.raises(Cancelled):
        runner.run(feeds, control, ())
    assert time.perf_counter() - started < whole * 0.7
    assert control.on_cancel is None


def test_states_begin_anew_in_every_run(tmp_path: Path) -> None:
    case = made("stateful", tmp_path)
    (given,) = case.feeds.values()
    for _ in range(2):
        capture = case.runner.run(case.feeds, Control())
        np.testing.assert_array_equal(capture.tensors[case.model.graph.outputs[0]], given)


def test_nothing_is_written_into_the_home_folder(tmp_path: Path) -> None:
    """The package that counts uses of OpenVINO is never imported."""
    home = tmp_path / "home"
    home.mkdir()
    path = made_tensorflow.frozen(tmp_path)
    code = (
        "import sys; from pathlib import Path; from cutaway.loaders import open_model\n"
        "from cutaway.trace import Control; import numpy as np\n"
        f"model = open_model(Path({str(path)!r}), print); run = model.start()\n"
        "run.run({model.graph.inputs[0]: np.ones((1, 12, 12, 3), np.float32)}, Control())\n"
        "assert not any(name.startswith('openvino_telemetry') for name in sys.modules)\n"
    )
    places = {"HOME": str(home), "USERPROFILE": str(home), "XDG_CONFIG_HOME": str(home)}
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, **places})
    assert list(home.iterdir()) == []
