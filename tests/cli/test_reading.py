"""What a run's outputs mean, on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from urllib.request import urlopen

import numpy as np
import pytest
from browser.driver import start
from session.made_outputs import constant_outputs

from cutaway.cli.reading import wish
from cutaway.errors import InputError


def cutaway(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "cutaway", *map(str, arguments)],
        capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip


def test_a_run_prints_its_boxes_and_can_be_told_otherwise(tmp_path):
    rows = np.zeros((1, 9, 126), np.float32)
    rows[0, :4] = 4
    rows[0, :, 7] = [48, 32, 16, 32, 0, 0, 0.9, 0, 0]
    path = constant_outputs(tmp_path / "detector.onnx", {"output0": rows})
    told = json.loads(cutaway("run", path, "--json").stdout)
    (reading,) = told["readings"]
    assert (reading["kind"], reading["outputs"]) == ("boxes", ["output0"])
    assert reading["content"]["items"][0]["box"] == pytest.approx([40, 16, 56, 48])
    plain = cutaway("run", path).stdout
    assert "Boxes: 1 box, 0.90 (guessed)" in plain
    assert "0.90  class 2  40.0 16.0 56.0 48.0" in plain
    fewer = json.loads(cutaway("run", path, "--read", "boxes:score=0.95", "--json").stdout)
    assert fewer["readings"][0]["content"]["items"] == []
    assert fewer["readings"][0]["chosen"] == "user"
    wrong = cutaway("run", path, "--read", "boxes:score=high")
    assert wrong.returncode == 2
    assert "score is a number from 0 to 1; got high" in wrong.stderr


def test_labels_that_are_one_short_are_said(tmp_path):
    path = constant_outputs(tmp_path / "six.onnx", {"logits": [[0, 0, 5, 0, 0, 0]]})
    names = tmp_path / "five.txt"
    names.write_text("a\nb\nc\nd\ne\n")
    said = cutaway("run", path, "--labels", names, "--json")
    assert "5 names for 6 classes" in said.stderr
    assert "--shift-labels 1" in said.stderr
    assert json.loads(said.stdout)["top"][0]["label"] == "c"
    moved = cutaway("run", path, "--labels", names, "--shift-labels", 1, "--json")
    assert json.loads(moved.stdout)["top"][0]["label"] == "b"
    assert "names for" not in moved.stderr


def test_open_takes_what_run_takes_and_keeps_nothing(tmp_path):
    path = constant_outputs(tmp_path / "six.onnx", {"logits": [[0, 0, 5, 0, 0, 0]]})
    names = tmp_path / "five.txt"
    names.write_text("a\nb\nc\nd\ne\n")
    server = start(
        tmp_path / "home", "open", str(path), "--labels", str(names), "--shift-labels", "1",
        "--read", "classes:activation=sigmoid",
    )  # fmt: skip
    try:
        base = "/".join(server.url.split("/")[:3])
        state = json.load(urlopen(f"{base}/state", timeout=60))
        info = json.load(urlopen(f"{base}/t/{state['models'][0]['start']['trace']}/info"))
        (reading,) = info["readings"]
        assert (reading["kind"], reading["chosen"]) == ("classes", "user")
        content = json.load(
            urlopen(f"{base}/t/{state['models'][0]['start']['trace']}/reading/{reading['id']}")
        )
        best = content["classes"][content["top"][0]]
        assert (best["label"], best["score"]) == ("b", pytest.approx(1 / (1 + np.exp(-5))))
    finally:
        server.stop()
    assert not (tmp_path / "six.onnx.cutaway.json").exists()
    wrong = cutaway("open", path, "--read", "boxen", "--no-browser")
    assert wrong.returncode == 2
    assert "a reading is one of" in wrong.stderr


def test_what_is_read_is_written_as_kind_and_settings():
    assert wish(None) is None
    assert wish("depth") == {"kind": "depth", "values": [], "settings": {}}
    said = wish("picture:range=[0,255],luma=true,order=first")
    assert said["settings"] == {"range": [0, 255], "luma": True, "order": "first"}
    with pytest.raises(InputError, match="--read wants"):
        wish("boxes:score")
