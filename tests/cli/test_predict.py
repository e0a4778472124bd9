"""``cutaway predict`` as a user calls it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from cli.test_commands import as_json, cutaway
from survey.made import labelled, zipped

from cutaway import demo


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = labelled(tmp_path_factory.mktemp("made") / "set")
    # One picture in the wrong place is a mistake to find.
    bag = root / "bag" / "bag-30.png"
    bag.rename(root / "coat" / "bag-30.png")
    return root


def test_a_folder_is_judged(folder: Path, tmp_path: Path) -> None:
    told = as_json("predict", demo.model(prefer_keras=False), folder)
    assert told["count"] == told["judged"] == 20
    assert told["right"] == 19
    (wrong,) = told["wrong"]
    assert told["predictions"][wrong] == {
        "name": "coat/bag-30.png",
        "predicted": 8,
        "label": "Bag",
        "score": pytest.approx(1, abs=0.01),
        "truth": 4,
    }
    place = tmp_path / "rows.csv"
    packed = zipped(folder, tmp_path / "set.zip")
    done = cutaway("predict", demo.model(prefer_keras=False), packed, "--csv", place)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(place.open(encoding="utf-8")))
    assert len(rows) == 20
    assert {"name", "predicted", "label", "score", "truth"} == set(rows[0])


def test_it_prints_what_a_person_wants_to_know(folder: Path) -> None:
    done = cutaway("predict", demo.model(prefer_keras=False), folder)
    assert done.returncode == 0, done.stderr
    assert "19 of 20 right: 95.00%" in done.stdout
    assert "coat/bag-30.png: 8 Bag" in done.stdout
    assert "is 4 Coat" in done.stdout


def test_bad_inputs_are_one_sentence(tmp_path: Path) -> None:
    model = demo.model(prefer_keras=False)
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.png").write_bytes(b"no picture")
    for bad in (tmp_path / "empty", tmp_path / "nowhere", tmp_path / "broken.png"):
        done = cutaway("predict", model, bad)
        assert done.returncode == 2
        assert len(done.stderr.strip().splitlines()) == 1
        assert done.stdout == ""
