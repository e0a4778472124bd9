"""Pickles of scikit-learn: its own answers, and that nothing in them is executed unasked."""

from __future__ import annotations

import importlib.util
import pickle
from functools import cache
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
import sklearn
from lightgbm import LGBMClassifier, LGBMRegressor
from loaders.made_trees import (
    FULL,
    ROWS,
    TREES,
    answers,
    classes,
    pickled,
    same,
    samples,
    wanted,
)
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
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
from cutaway.loaders import Model, open_model
from cutaway.loaders.base import Options
from cutaway.loaders.trees.agreement import differing
from cutaway.loaders.trees.pickles import _message
from cutaway.loaders.trees.recognition import kind_of


def trusted(path: Path) -> Model:
    return open_model(path, lambda _: None, Options(trust=True))


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
    "histogram": lambda x, y: HistGradientBoostingClassifier(max_iter=9).fit(x, y),
    "two classes": lambda x, y: HistGradientBoostingClassifier(max_iter=9).fit(x, y > 0),
    "counts": lambda x, y: HistGradientBoostingRegressor(max_iter=9, loss="poisson").fit(x, y),
    "histogram behind": lambda x, _: make_pipeline(
        StandardScaler(), HistGradientBoostingRegressor(max_iter=9)
    ).fit(x, wanted(x)),
    "only a booster": lambda x, _: make_pipeline(XGBRegressor(n_estimators=5)).fit(x, wanted(x)),
}


@cache
def fitted(name: str) -> Any:
    rows = samples(holes=False)
    return ESTIMATORS[name](rows, classes(rows))


@pytest.mark.parametrize("written", ["pickle", "joblib", "compressed", "protocol 0"])
@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_says_the_same(tmp_path: Path, name: str, written: str) -> None:
    estimator = fitted(name)
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
    if name == "two classes":
        own = own[:, 1]  # a booster gives the second class alone
    same(answers(model, FULL)[-1], own)


def test_a_histogram_of_rows_with_holes_and_one_with_categories(tmp_path: Path) -> None:
    rows = samples()
    estimator = HistGradientBoostingRegressor(max_iter=9).fit(rows, wanted(rows))
    model = trusted(pickled(estimator, tmp_path / "a"))
    same(answers(model, ROWS)[0], estimator.predict(ROWS))
    estimator = HistGradientBoostingRegressor(max_iter=9, categorical_features=[4])
    with pytest.raises(UnsupportedModel, match="features that are categories"):
        trusted(pickled(estimator.fit(rows, wanted(rows)), tmp_path / "b"))


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
