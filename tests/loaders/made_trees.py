"""Small boosters and estimators that the tests train."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import joblib
import lightgbm
import numpy as np
import xgboost
from loaders.made import Maker
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from cutaway.loaders import Model
from cutaway.trace import Control

CATEGORY = 4
"""The feature that holds whole numbers from 0 to 7."""


def samples(count: int = 400, *, seed: int = 0, holes: bool = True) -> np.ndarray:
    """Rows of five float32 features, some numbers missing, some zero."""
    draw = np.random.default_rng(seed)
    rows = draw.standard_normal((count, 5)).astype(np.float32)
    rows[:, CATEGORY] = draw.integers(0, 8, count)
    rows[draw.random(rows.shape) < 0.05] = 0
    if holes:
        rows[draw.random(rows.shape) < 0.1] = np.nan
    return rows


def wanted(rows: np.ndarray) -> np.ndarray:
    """A number for each row that trees can learn."""
    known = np.nan_to_num(rows)
    return known[:, 0] * 2 + known[:, 1] ** 2 + known[:, CATEGORY] % 3


def classes(rows: np.ndarray, count: int = 3) -> np.ndarray:
    return np.digitize(wanted(rows), np.quantile(wanted(rows), np.arange(1, count) / count))


def xgboost_booster(target: np.ndarray, *, categories: bool = False, **settings: Any) -> Any:
    rows = samples(len(target))
    kinds = ["float"] * 4 + ["c" if categories else "float"]
    matrix = xgboost.DMatrix(
        rows, target, feature_types=kinds, enable_categorical=True,
        feature_names=[f"column {at}" for at in range(5)],
    )  # fmt: skip
    if settings["objective"].startswith("rank"):
        matrix.set_group([len(target) // 10] * 10)
    return xgboost.train({"max_depth": 4, "nthread": 1, **settings}, matrix, 10)


def lightgbm_booster(target: np.ndarray, *, categories: bool = False, **settings: Any) -> Any:
    rows = samples(len(target)).astype(np.float64)
    asked = {
        "verbose": -1, "num_leaves": 12, "min_data_in_leaf": 5, "min_data_per_group": 5,
        "cat_smooth": 1, "max_cat_to_onehot": 1, "num_threads": 1, **settings,
    }  # fmt: skip
    data = lightgbm.Dataset(
        rows, target, params=asked, categorical_feature=[CATEGORY] if categories else [],
        feature_name=[f"column_{at}" for at in range(5)],
        group=[len(target) // 10] * 10 if settings["objective"] == "lambdarank" else None,
    )  # fmt: skip
    return lightgbm.train(asked, data, 10)


def saved(booster: Any, path: Path) -> Path:
    booster.save_model(path)
    return path


def pickled(estimator: Any, path: Path) -> Path:
    joblib.dump(estimator, path)
    return path


def xgboost_json(folder: Path) -> Path:
    target = wanted(samples()) > 1
    return saved(xgboost_booster(target, objective="binary:logistic"), folder / "binary.json")


def xgboost_ubj(folder: Path) -> Path:
    booster = xgboost_booster(
        classes(samples()), objective="multi:softprob", num_class=3, categories=True
    )
    return saved(booster, folder / "classes.ubj")


def lightgbm_text(folder: Path) -> Path:
    booster = lightgbm_booster(wanted(samples()), objective="regression", categories=True)
    return saved(booster, folder / "regression.txt")


def lightgbm_forest(folder: Path) -> Path:
    booster = lightgbm_booster(
        classes(samples()), objective="multiclass", num_class=3, boosting="rf", bagging_freq=1,
        bagging_fraction=0.5,
    )  # fmt: skip
    return saved(booster, folder / "forest.txt")


def sklearn_pipeline(folder: Path) -> Path:
    rows = samples(holes=False)
    words = np.array(["low", "middle", "high"])[classes(rows)]
    estimator = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, words)
    return pickled(estimator, folder / "pipeline.joblib")


def sklearn_perceptron(folder: Path) -> Path:
    rows = samples(holes=False)
    estimator = MLPClassifier((8,), max_iter=40, random_state=0, tol=1).fit(rows, classes(rows))
    return pickled(estimator, folder / "perceptron.joblib")


TREES: dict[str, Maker] = {
    "trees xgboost json": xgboost_json,
    "trees xgboost ubj": xgboost_ubj,
    "trees lightgbm": lightgbm_text,
    "trees lightgbm forest": lightgbm_forest,
    "trees sklearn pipeline": sklearn_pipeline,
    "trees sklearn perceptron": sklearn_perceptron,
}


TOLERANCE = {"rtol": 2e-5, "atol": 5e-6}
"""The engine adds up float32 numbers, LightGBM and scikit-learn float64 ones."""
ROWS = samples(300, seed=5)
FULL = samples(300, seed=5, holes=False)


def answers(model: Model, rows: np.ndarray) -> list[np.ndarray]:
    runner = model.start()
    capture = runner.run({model.graph.inputs[0]: rows}, Control())
    assert capture.failure is None
    runner.close()
    return [capture.tensors[value] for value in model.graph.outputs]


def same(given: np.ndarray, own: np.ndarray) -> None:
    assert given.size == own.size
    np.testing.assert_allclose(given.reshape(own.shape), own, **TOLERANCE)
