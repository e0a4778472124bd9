"""Boosters and estimators: their own frameworks' answers, what they carry, and what is damaged."""

from __future__ import annotations

import importlib.util
import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
import sklearn
import xgboost
from lightgbm import LGBMClassifier, LGBMRegressor
from loaders.made_trees import (
    TREES,
    classes,
    lightgbm_booster,
    pickled,
    samples,
    saved,
    wanted,
    xgboost_booster,
)
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    GradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from xgboost import XGBClassifier, XGBRegressor

from cutaway.errors import (
    BrokenFile,
    MissingPackage,
    RefusedFile,
    UnsupportedModel,
)
from cutaway.loaders import Model, find, open_model
from cutaway.loaders.base import Options
from cutaway.loaders.trees.agreement import differing
from cutaway.loaders.trees.pickles import _message
from cutaway.loaders.trees.recognition import kind_of
from cutaway.trace import Control

TOLERANCE = {"rtol": 2e-5, "atol": 5e-6}
"""The engine adds up float32 numbers, LightGBM and scikit-learn float64 ones."""
ROWS = samples(300, seed=5)
FULL = samples(300, seed=5, holes=False)


def trusted(path: Path) -> Model:
    return open_model(path, lambda _: None, Options(trust=True))


def answers(model: Model, rows: np.ndarray) -> list[np.ndarray]:
    runner = model.start()
    capture = runner.run({model.graph.inputs[0]: rows}, Control())
    assert capture.failure is None
    runner.close()
    return [capture.tensors[value] for value in model.graph.outputs]


def same(given: np.ndarray, own: np.ndarray) -> None:
    assert given.size == own.size
    np.testing.assert_allclose(given.reshape(own.shape), own, **TOLERANCE)


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


ESTIMATORS = {
    "logistic": lambda x, y: make_pipeline(StandardScaler(), LogisticRegression()).fit(x, y),
    "forest": lambda x, y: RandomForestClassifier(15, random_state=0, n_jobs=1).fit(x, y),
    "regression": lambda x, _: RandomForestRegressor(15, random_state=0).fit(x, wanted(x)),
    "gradient": lambda x, _: GradientBoostingRegressor(n_estimators=9).fit(x, wanted(x)),
    "perceptron": lambda x, y: MLPClassifier((8,), max_iter=30, tol=1).fit(x, y),
    "search": lambda x, _: GridSearchCV(Ridge(), {"alpha": [1, 2]}).fit(x, wanted(x)),
    "projection": lambda x, _: PCA(2).fit(x),
    "xgboost": lambda x, y: XGBClassifier(n_estimators=5, n_jobs=1).fit(x, y),
    "lightgbm": lambda x, y: LGBMClassifier(n_estimators=5, verbose=-1, n_jobs=1).fit(x, y),
    "xgboost behind": lambda x, y: make_pipeline(
        StandardScaler(), XGBClassifier(n_estimators=5, n_jobs=1)
    ).fit(x, y),
    "lightgbm behind": lambda x, _: make_pipeline(
        StandardScaler(), LGBMRegressor(n_estimators=5, verbose=-1, n_jobs=1)
    ).fit(x, wanted(x)),
    "only a booster": lambda x, _: make_pipeline(XGBRegressor(n_estimators=5)).fit(x, wanted(x)),
}


@pytest.mark.parametrize("written", ["pickle", "joblib", "compressed", "protocol 0"])
@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_says_the_same(tmp_path: Path, name: str, written: str) -> None:
    rows = samples(holes=False)
    estimator = ESTIMATORS[name](rows, classes(rows))
    path = tmp_path / "estimator"
    if written == "joblib":
        joblib.dump(estimator, path)
    elif written == "compressed":
        joblib.dump(estimator, path, compress=("gzip", 3))
    else:
        path.write_bytes(pickle.dumps(estimator, 0 if written == "protocol 0" else None))
    model = trusted(path)
    assert model.graph.notes == ()
    for method in ("predict_proba", "predict", "transform"):
        if hasattr(estimator, method):
            own = getattr(estimator, method)(FULL)
            break
    same(answers(model, FULL)[-1], own)


def test_what_a_pipeline_tells(tmp_path: Path) -> None:
    model = trusted(TREES["trees sklearn pipeline"](tmp_path))
    assert model.labels == ("high", "low", "middle")
    assert model.facts.format == "scikit-learn"
    assert (model.facts.producer or "").startswith("scikit-learn 1.")
    assert model.facts.metadata["estimator"] == "Pipeline(StandardScaler, LogisticRegression)"
    label, chances = answers(model, FULL)
    assert set(label) <= {"high", "low", "middle"}
    assert chances.shape == (300, 3)
    assert trusted(TREES["trees sklearn perceptron"](tmp_path)).labels is None


class Counting(Ridge):
    """Gives other answers than what it inherits from, which its converter does not know."""

    def predict(self, X):  # noqa: N803
        return super().predict(X) + 1


def test_a_conversion_that_says_something_else_is_noted() -> None:
    rows = samples(holes=False)
    message = _message(Ridge().fit(rows, wanted(rows)), 5, "a")
    assert differing(Ridge().fit(rows, wanted(rows)), message) is None
    told = differing(Counting().fit(rows, wanted(rows)), message)
    assert told is not None
    assert "numbers in 64 of 64 samples" in told
    forest = IsolationForest(n_estimators=5, random_state=0).fit(rows)
    assert differing(forest, _message(forest, 5, "a")) is None


def test_a_pickle_is_not_executed_unless_it_is_trusted(tmp_path: Path) -> None:
    mark = tmp_path / "mark"

    class Executed:
        def __reduce__(self):
            return Path.touch, (mark,)

    path = tmp_path / "a.pkl"
    path.write_bytes(pickle.dumps([StandardScaler(), Executed()]))
    with pytest.raises(RefusedFile) as refused:
        open_model(path, lambda _: None)
    assert str(refused.value).endswith(
        "a pickle can run any code when it is read; where you trust its author open it with "
        "--trust (trust=True in Python)"
    )
    assert not mark.exists()
    with pytest.raises(UnsupportedModel, match="saved before it was fitted"):
        trusted(path)
    assert mark.exists()


def test_other_pickles_are_not_taken_for_estimators(tmp_path: Path) -> None:
    path = tmp_path / "a.pkl"
    for held in ({"a": 1}, "sklearn", ["about sklearn. And more"], np.ones(3)):
        path.write_bytes(pickle.dumps(held))
        assert kind_of(path, path.read_bytes()[:4096]) is None


def test_what_is_no_estimator_is_told(tmp_path: Path) -> None:
    rows = samples(holes=False)
    ridge = Ridge().fit(rows, wanted(rows))
    alone = trusted(pickled({"model": ridge, "score": 0.5}, tmp_path / "a"))
    same(answers(alone, FULL)[0], ridge.predict(FULL))
    with pytest.raises(UnsupportedModel, match="holds 2 estimators in a list; wanted was one"):
        trusted(pickled([ridge, ridge], tmp_path / "b"))
    with pytest.raises(UnsupportedModel, match="saved before it was fitted"):
        trusted(pickled(Ridge(), tmp_path / "c"))


def test_an_older_scikit_learn_is_noted(tmp_path: Path) -> None:
    rows = samples(holes=False)
    content = pickle.dumps(Ridge().fit(rows, wanted(rows)), 0)
    path = tmp_path / "a.pkl"
    path.write_bytes(content.replace(f"V{sklearn.__version__}\n".encode(), b"V1.2.1\n"))
    model = trusted(path)
    assert model.facts.producer == "scikit-learn 1.2.1"
    assert any("saved by scikit-learn 1.2.1" in note for note in model.graph.notes)


@pytest.mark.parametrize("missing", ["joblib", "sklearn", "skl2onnx"])
def test_a_missing_package_is_told(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = TREES["trees sklearn pipeline"](tmp_path)
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == missing else real(name)
    )
    with pytest.raises(MissingPackage, match=r"pip install 'cutaway\[trees\]'"):
        trusted(path)


def test_a_truncated_pickle_is_told(tmp_path: Path) -> None:
    path = TREES["trees sklearn perceptron"](tmp_path)
    path.write_bytes(path.read_bytes()[:1500])
    with pytest.raises(BrokenFile, match="cannot be read"):
        trusted(path)


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
