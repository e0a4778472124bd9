"""Boosters: their own frameworks' answers, and what they carry."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xgboost
from lightgbm import LGBMRegressor
from loaders.made_trees import (
    ROWS,
    TREES,
    answers,
    classes,
    lightgbm_booster,
    same,
    samples,
    saved,
    wanted,
    xgboost_booster,
)

from cutaway.loaders import find, open_model
from cutaway.loaders.trees.recognition import kind_of
from cutaway.trace import Control


def titled(held: Any) -> str:
    return held["objective"] if isinstance(held, dict) else ""


NUMBERS = wanted(samples())
YES = (wanted(samples()) > 1).astype(np.float32)
POSITIVE = np.abs(NUMBERS) + 0.1
XGBOOST: list[tuple[np.ndarray, dict[str, Any]]] = [
    (NUMBERS, {"objective": "reg:squarederror"}),
    (NUMBERS, {"objective": "reg:absoluteerror"}),
    (NUMBERS, {"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.5, 0.9]}),
    (np.stack([NUMBERS, -NUMBERS], 1), {"objective": "reg:squarederror"}),
    (YES, {"objective": "binary:logistic"}),
    (YES, {"objective": "binary:logistic", "base_score": 0.2}),
    (YES, {"objective": "binary:logistic", "booster": "dart", "rate_drop": 0.4}),
    (YES, {"objective": "binary:logitraw"}),
    (YES, {"objective": "binary:hinge"}),
    (YES, {"objective": "reg:logistic"}),
    (YES, {"objective": "rank:pairwise"}),
    (classes(samples()), {"objective": "multi:softprob", "num_class": 3}),
    (
        classes(samples()),
        {"objective": "multi:softprob", "num_class": 3, "num_parallel_tree": 3, "subsample": 0.5},
    ),
    (classes(samples()), {"objective": "multi:softmax", "num_class": 3}),
    (POSITIVE, {"objective": "reg:gamma"}),
    (POSITIVE, {"objective": "reg:tweedie"}),
    (POSITIVE.round(), {"objective": "count:poisson"}),
    (POSITIVE, {"objective": "survival:cox"}),
]


@pytest.mark.parametrize("categories", [False, True])
@pytest.mark.parametrize("ending", ["json", "ubj"])
@pytest.mark.parametrize(("target", "settings"), XGBOOST, ids=titled)
def test_xgboost_says_the_same(
    tmp_path: Path, ending: str, target: np.ndarray, settings: dict[str, Any], categories: bool
) -> None:
    booster = xgboost_booster(target, categories=categories, **settings)
    model = open_model(saved(booster, tmp_path / f"a.{ending}"), lambda _: None)
    kinds = ["float"] * 4 + ["c" if categories else "float"]
    own = booster.predict(
        xgboost.DMatrix(
            ROWS, feature_names=booster.feature_names, feature_types=kinds, enable_categorical=True
        )
    )
    assert np.ptp(own) > 0
    same(answers(model, ROWS)[0], own)
    assert (model.facts.format, model.facts.producer) == (
        "XGBoost",
        f"XGBoost {xgboost.__version__}",
    )
    assert json.loads(model.facts.metadata["features"]) == booster.feature_names
    assert model.facts.metadata["trees"] == str(len(booster.get_dump()))


LIGHTGBM: list[tuple[np.ndarray, dict[str, Any]]] = [
    (NUMBERS, {"objective": "regression"}),
    (POSITIVE, {"objective": "regression", "reg_sqrt": True}),
    (NUMBERS, {"objective": "regression", "zero_as_missing": True}),
    (NUMBERS, {"objective": "regression", "use_missing": False}),
    (NUMBERS, {"objective": "huber"}),
    (YES, {"objective": "binary"}),
    (YES, {"objective": "binary", "sigmoid": 2.0}),
    (YES, {"objective": "binary", "boosting": "dart", "drop_rate": 0.5}),
    (
        YES,
        {"objective": "binary", "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5},
    ),
    (YES, {"objective": "cross_entropy"}),
    (YES, {"objective": "cross_entropy_lambda"}),
    (YES, {"objective": "lambdarank"}),
    (classes(samples()), {"objective": "multiclass", "num_class": 3}),
    (classes(samples()), {"objective": "multiclassova", "num_class": 3}),
    (
        classes(samples()),
        {
            "objective": "multiclass", "num_class": 3, "boosting": "rf", "bagging_freq": 1,
            "bagging_fraction": 0.5,
        },
    ),
    (POSITIVE.round(), {"objective": "poisson"}),
    (POSITIVE, {"objective": "gamma"}),
    (POSITIVE, {"objective": "tweedie"}),
]  # fmt: skip


@pytest.mark.parametrize("categories", [False, True])
@pytest.mark.parametrize(("target", "settings"), LIGHTGBM, ids=titled)
def test_lightgbm_says_the_same(
    tmp_path: Path, target: np.ndarray, settings: dict[str, Any], categories: bool
) -> None:
    booster = lightgbm_booster(target, categories=categories, **settings)
    model = open_model(saved(booster, tmp_path / "a.txt"), lambda _: None)
    own = booster.predict(ROWS.astype(np.float64))
    assert np.ptp(own) > 0
    same(answers(model, ROWS)[0], own)
    assert model.facts.format == "LightGBM"
    assert json.loads(model.facts.metadata["features"]) == booster.feature_name()
    assert model.facts.metadata["trees"] == str(booster.num_trees())


def test_the_sums_are_shown_before_what_is_made_of_them(tmp_path: Path) -> None:
    path = TREES["trees xgboost json"](tmp_path)
    model = open_model(path, lambda _: None)
    assert [node.op for node in model.graph.nodes] == ["TreeEnsembleRegressor", "Sigmoid"]
    margin, chance = model.graph.nodes[0].writes[0], model.graph.outputs[0]
    runner = model.start()
    tensors = runner.run({model.graph.inputs[0]: ROWS}, Control()).tensors
    booster = xgboost.Booster(model_file=path)
    own = booster.predict(
        xgboost.DMatrix(ROWS, feature_names=booster.feature_names), output_margin=True
    )
    same(tensors[margin], own)
    same(tensors[chance], 1 / (1 + np.exp(-own)))


def test_lightgbms_borders_stay_where_they_are(tmp_path: Path) -> None:
    """Its thresholds are float64: the nearest float32 can lie on the other side of a sample."""
    near = np.float32(1.1)
    pair = np.array([near, np.nextafter(near, np.float32(2))], np.float32)
    rows = np.repeat(pair, 50)[:, None].astype(np.float64)
    booster = LGBMRegressor(n_estimators=3, min_child_samples=5, verbose=-1, n_jobs=1).fit(
        rows, np.repeat([0.0, 1.0], 50)
    )
    model = open_model(saved(booster.booster_, tmp_path / "a.txt"), lambda _: None)
    own = booster.predict(pair[:, None].astype(np.float64))
    assert own[0] != own[1]
    same(answers(model, pair[:, None])[0], own)


def test_early_stopping_is_noted(tmp_path: Path) -> None:
    booster = xgboost_booster(NUMBERS, objective="reg:squarederror")
    booster.set_attr(best_iteration="4")
    model = open_model(saved(booster, tmp_path / "a.json"), lambda _: None)
    assert any("best at round 4; all 10 trees" in note for note in model.graph.notes)


def test_boosters_open_without_their_frameworks(tmp_path: Path) -> None:
    for name in TREES:
        if "sklearn" not in name:
            TREES[name](tmp_path)
    code = """
import sys
from pathlib import Path
for package in ("xgboost", "lightgbm", "sklearn", "skl2onnx", "joblib"):
    sys.modules[package] = None
from cutaway.loaders import open_model
for path in sorted(Path(sys.argv[1]).iterdir()):
    print(open_model(path, lambda _: None).facts.format)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert sorted(done.stdout.split()) == ["LightGBM", "LightGBM", "XGBoost", "XGBoost"]


def test_files_are_known_without_their_names(tmp_path: Path) -> None:
    for make in TREES.values():
        path = make(tmp_path)
        assert find(path.rename(tmp_path / "plain")).name == "trees"
    plain = tmp_path / "plain.json"
    plain.write_text('{"learner": 5}')
    assert kind_of(plain, plain.read_bytes()) is None
