"""The command line as a user calls it: real processes, real files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from loaders.made import info, save, tensor
from onnx import helper
from PIL import Image

from cutaway import demo
from cutaway import open as open_model


def cutaway(*arguments: object, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ)
    if home:
        environment["CUTAWAY_HOME"] = str(home)
    return subprocess.run(
        [sys.executable, "-m", "cutaway", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=180,
    )


def as_json(*arguments: object) -> dict[str, Any]:
    done = cutaway(*arguments, "--json")
    assert done.returncode == 0, done.stderr

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    return json.loads(done.stdout, parse_constant=refuse)


@pytest.fixture(scope="module")
def onnx_model() -> Path:
    return demo.model(prefer_keras=False)


@pytest.fixture(scope="module")
def keras_model() -> Path:
    return demo.model(prefer_keras=True)


def test_info_says_what_a_model_is(onnx_model: Path) -> None:
    told = as_json("info", onnx_model)
    assert set(told) == {"format", "producer", "parameters", "bytes", "inputs", "outputs", "nodes"}
    assert told["format"] == "ONNX"
    assert told["bytes"] == onnx_model.stat().st_size
    (fed,) = told["inputs"]
    assert fed["dtype"] == "float32"
    assert fed["shape"][1:] == [1, 28, 28]
    assert set(told["nodes"][0]) == {"name", "op", "scope"}


def test_both_demo_models_have_the_same_nodes_and_parameters(
    onnx_model: Path, keras_model: Path
) -> None:
    first, second = as_json("info", onnx_model), as_json("info", keras_model)
    assert [n["name"] for n in first["nodes"]] == [n["name"] for n in second["nodes"]]
    assert first["parameters"] == second["parameters"]


def test_info_in_words(onnx_model: Path) -> None:
    said = cutaway("info", onnx_model).stdout
    assert "ONNX" in said
    assert "Conv" in said
    assert "parameters" in said


def test_run_gives_every_tensor_and_the_answer(onnx_model: Path) -> None:
    picture = demo.sample(0).path
    told = as_json("run", onnx_model, "--input", picture, "--top", 3)
    assert [len(told["top"]), told["top"][0]["index"], told["top"][0]["label"]] == [3, 1, "Trouser"]
    assert 0.5 < told["top"][0]["score"] <= 1
    assert told["synthetic"] is False
    outputs = [o for node in told["nodes"] for o in node["outputs"]]
    assert len(outputs) == len(told["nodes"])
    keys = {"name", "shape", "dtype", "min", "max", "mean", "std", "zeros", "nan", "inf"}
    assert all(set(o) == keys for o in outputs)
    relu = next(n for n in told["nodes"] if n["name"] == "conv2d/relu")["outputs"][0]
    assert (relu["name"], relu["min"]) == ("conv2d", 0)


def test_run_agrees_between_the_two_engines(onnx_model: Path, keras_model: Path) -> None:
    picture = demo.sample(3).path
    told = [as_json("run", model, "--input", picture) for model in (onnx_model, keras_model)]
    for ours, theirs in zip(*(t["nodes"] for t in told), strict=True):
        for key in ("min", "max", "mean", "std"):
            assert ours["outputs"][0][key] == pytest.approx(theirs["outputs"][0][key], abs=1e-4)


def test_without_an_input_it_says_that_it_made_one_up(onnx_model: Path) -> None:
    assert as_json("run", onnx_model)["synthetic"] is True
    assert "synthetic" in cutaway("run", onnx_model).stdout


def test_without_labels_there_are_numbers_alone(onnx_model: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.onnx"
    bare.write_bytes(onnx_model.read_bytes())
    assert as_json("run", bare)["top"][0]["label"] is None
    (tmp_path / "bare.labels.txt").write_text("\n".join(f"class {i}" for i in range(10)))
    top = as_json("run", bare)["top"][0]
    assert top["label"] == f"class {top['index']}"
    other = tmp_path / "other.json"
    other.write_text(json.dumps([f"other {i}" for i in range(10)]))
    top = as_json("run", bare, "--labels", other)["top"][0]
    assert top["label"] == f"other {top['index']}"
    assert not (tmp_path / "bare.onnx.cutaway.json").exists()


@pytest.mark.data
def test_no_class_vector_no_top(data: Path) -> None:
    model = data / "models" / "onnx" / "super_resolution.onnx"
    assert as_json("run", model)["top"] == []


BAD = {
    "missing.onnx": None,
    "empty.onnx": b"",
    "noise.onnx": bytes(range(256)) * 40,
    "text.h5": b"not a model at all\n" * 50,
    "cut.h5": b"\x89HDF\r\n\x1a\n" + b"\0" * 400,
    "cut.keras": b"PK\x03\x04" + b"\0" * 60,
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("command", ["info", "run"])
def test_what_is_no_model_is_one_sentence_and_status_2(
    tmp_path: Path, name: str, command: str
) -> None:
    path = tmp_path / name
    if BAD[name] is not None:
        path.write_bytes(BAD[name])
    done = cutaway(command, path)
    assert done.returncode == 2
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("cutaway: ")
    assert name in lines[0]


def test_a_truncated_model_is_told(tmp_path: Path, onnx_model: Path, keras_model: Path) -> None:
    for model in (onnx_model, keras_model):
        path = tmp_path / model.name
        path.write_bytes(model.read_bytes()[: model.stat().st_size // 2])
        done = cutaway("run", path)
        assert done.returncode == 2
        assert model.name in done.stderr
        assert "Traceback" not in done.stderr


def test_inputs_that_do_not_fit_are_told(tmp_path: Path, onnx_model: Path) -> None:
    noise = tmp_path / "noise.png"
    noise.write_bytes(b"\x89PNG\r\n\x1a\n nothing")
    rank = tmp_path / "rank.npy"
    np.save(rank, np.zeros((2, 3, 4, 5, 6), np.float32))
    text = tmp_path / "text.jpg"
    text.write_text("hello")
    for path in (noise, rank, text, tmp_path / "missing.png"):
        done = cutaway("run", onnx_model, "--input", path)
        assert done.returncode == 2, path
        assert path.name in done.stderr
        assert "Traceback" not in done.stderr


def test_a_port_in_use_is_told(onnx_model: Path, tmp_path: Path) -> None:
    import socket

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        done = cutaway("open", onnx_model, "--port", port, "--no-browser", home=tmp_path)
    assert done.returncode == 2
    assert str(port) in done.stderr
    assert "--port" in done.stderr


def test_an_open_that_cannot_be_is_told_before_anything_is_served(tmp_path: Path) -> None:
    done = cutaway("open", tmp_path / "none.onnx", "--no-browser", home=tmp_path)
    assert done.returncode == 2
    assert "none.onnx" in done.stderr


def test_a_photograph_is_fitted(tmp_path: Path, onnx_model: Path) -> None:
    path = tmp_path / "photo.webp"
    pixels = np.random.default_rng(0).integers(0, 255, (300, 500, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    done = cutaway("run", onnx_model, "--input", path)
    assert done.returncode == 0
    assert "28" in done.stdout


def test_the_progress_goes_to_standard_error_only(onnx_model: Path) -> None:
    json.loads(cutaway("run", onnx_model, "--json").stdout)


def test_a_preparation_by_name_and_from_a_file(tmp_path: Path, onnx_model: Path) -> None:
    picture = demo.sample(0).path
    done = cutaway("run", onnx_model, "--input", picture, "--preprocess", "mnist")
    assert done.returncode == 0, done.stderr
    assert "normalize: mean [0.1307], std [0.3081]" in done.stdout
    file = tmp_path / "steps.json"
    with open_model(onnx_model) as model:
        steps = model.run(picture).info["preparation"]
        inverted = [*steps[:2], {"step": "invert"}, *steps[2:]]
        wanted = model.run(picture, preparation=inverted).top(1)[0]
    file.write_text(json.dumps({"preparation": inverted}))
    told = as_json("run", onnx_model, "--input", picture, "--preprocess", file)
    assert told["top"][0]["index"] == wanted.index
    assert told["top"][0]["score"] == pytest.approx(wanted.score)
    for said, why in (("msint", "presets are imagenet-torch"), ("no.json", "cannot be read")):
        for command in ("run", "open"):
            done = cutaway(command, onnx_model, "--input", picture, "--preprocess", said)
            assert done.returncode == 2
            assert why in done.stderr


@pytest.mark.parametrize("kind", ["noise", "constant", "gradient"])
def test_a_synthetic_input_of_a_kind(kind: str, onnx_model: Path) -> None:
    told = as_json("run", onnx_model, "--input", f"synthetic:{kind}")
    assert told["synthetic"]


def test_version_and_help() -> None:
    from cutaway import __version__

    assert cutaway("--version").stdout.strip() == __version__
    said = cutaway("--help").stdout
    assert all(command in said for command in ("demo", "open", "info", "run"))


def test_statistics_of_one_tensor(onnx_model: Path) -> None:
    fed = ("--input", str(demo.sample(0).path))
    told = as_json("statistics", onnx_model, "conv2d", *fed)
    rows = told["channels"]
    assert [row["channel"] for row in rows] == list(range(told["shape"][1]))
    assert sum(row["zeros"] for row in rows) == told["zeros"] > 0
    assert sum(row["size"] for row in rows) == told["size"] == sum(told["histogram"]["counts"])
    assert max(row["max"] for row in rows) == pytest.approx(told["max"])
    assert told["percentiles"][0][0] == 0.1
    done = cutaway("statistics", onnx_model, "conv2d", *fed)
    assert done.returncode == 0
    assert f"{told['max']:.4g}" in done.stdout
    assert cutaway("statistics", onnx_model, "conv9", *fed).returncode == 2


def test_compare_tells_the_first_that_differs(onnx_model: Path, tmp_path: Path) -> None:
    fed = ("--input", str(demo.sample(0).path))
    with open_model(onnx_model) as model:
        trace = model.run(demo.sample(0).path)
        held = {name: trace[name] for name in ("conv2d", "conv2d_1", "dense")}
    same, other = tmp_path / "same.npz", tmp_path / "other.npz"
    np.savez(same, **held)
    held["conv2d_1"] = held["conv2d_1"] + 1
    np.savez(other, **held)
    assert cutaway("compare", onnx_model, same, *fed).returncode == 0
    done = cutaway("compare", onnx_model, other, *fed)
    assert done.returncode == 1
    assert done.stdout.rstrip().endswith("first to differ: conv2d_1")
    assert cutaway("compare", onnx_model, other, *fed, "--absolute", "1.1").returncode == 0
    done = cutaway("compare", onnx_model, tmp_path / "none.npz", *fed)
    assert done.returncode == 2
    assert "there is no file" in done.stderr


def test_compare_of_a_run_that_ended_early_is_no_success(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Relu", ["x"], ["a"], "first"),
        helper.make_node("Gather", ["a", "i"], ["y"], "second"),
    ]
    path = save(tmp_path, "early", nodes, [info("x", "n", 2)], [info("y", 1, 2)], [
        tensor("i", np.array([9])),
    ])  # fmt: skip
    np.save(tmp_path / "x.npy", np.ones((2, 2), np.float32))
    np.savez(tmp_path / "a.npz", a=np.ones((2, 2), np.float32))
    done = cutaway("compare", path, tmp_path / "a.npz", "--input", tmp_path / "x.npy")
    assert done.returncode == 1
    assert "all within the tolerance" in done.stdout
    assert "the run ended early" in done.stderr


def test_explain_writes_out_one_number(onnx_model: Path) -> None:
    fed = ("--input", demo.sample(0).path)
    done = cutaway("explain", onnx_model, "conv2d:linear", "0,3,4,5", *fed)
    assert done.returncode == 0, done.stderr
    first, expression, compared = done.stdout.splitlines()
    assert first.startswith("conv2d[0, 3, 4, 5] = ")
    assert "(25 terms)" in expression
    assert compared.startswith("captured ")
    told = as_json("explain", onnx_model, "conv2d:linear", "0,3,4,5", *fed)
    assert told["expression"] == expression
    assert set(told) == {
        "value", "index", "node", "name", "op", "kind", "dtype", "form", "windows", "count",
        "shown", "terms", "steps", "expression", "computed", "computed_text", "captured",
        "captured_text", "difference", "bound", "absolute", "verdict", "note",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "index", "said"),
    [
        ("conv2d", "0,3,4,x", "an index such as 0,3,4,5 was wanted"),
        ("conv2d", "0,3,4", "give one number for each axis"),
        ("conv2d", "0,3,4,99", "99 is outside 0 to 55"),
        ("conv2dd", "0,3,4,5", "near: conv2d"),
    ],
)
def test_a_number_that_is_not_there(onnx_model: Path, name: str, index: str, said: str) -> None:
    done = cutaway("explain", onnx_model, name, index)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.data
def test_free_lengths_are_chosen_on_the_command_line(data: Path) -> None:
    model = data / "models" / "onnx" / "yunet_dynamic.onnx"
    for said in ("input=1x3x64x96", "1,3,64,96"):
        told = as_json("run", model, "--shape", said)
        assert told["nodes"][0]["outputs"][0]["shape"] == [1, 16, 32, 48]
    done = cutaway("run", model, "--shape", "input=large")
    assert (done.returncode, "was wanted; got 'input=large'" in done.stderr) == (2, True)
    done = cutaway("run", model, "--shape", "input=1x4x64x96")
    assert (done.returncode, "1x4x64x96 does not fit" in done.stderr) == (2, True)
