"""Trusted pickles of scikit-learn's estimators, converted by skl2onnx."""
# pyright: standard

from __future__ import annotations

import importlib.util
import json
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from onnx import ModelProto
from onnx.compose import merge_models
from onnx.helper import make_opsetid

from cutaway.errors import BrokenFile, MissingPackage, UnsupportedModel
from cutaway.loaders.base import Report
from cutaway.loaders.trees import histogram
from cutaway.loaders.trees import lightgbm as lightgbm_text
from cutaway.loaders.trees import xgboost as xgboost_document
from cutaway.loaders.trees.agreement import differing
from cutaway.loaders.trees.converted import Converted, of_forest
from cutaway.loaders.trees.message import OPSETS
from cutaway.loaders.trees.ubjson import read_ubjson

_PACKAGES: Final = ("joblib", "sklearn", "skl2onnx")


def converted_pickle(path: Path, report: Report) -> Converted:
    """The estimator in a pickle or joblib file, which is executed while it is read.

    Raises:
        MissingPackage: something that reads or converts it is not installed.
        BrokenFile: it cannot be read.
        UnsupportedModel: it holds no estimator, or one that cannot be converted.
    """
    for package in _PACKAGES:
        if importlib.util.find_spec(package) is None:
            raise MissingPackage(
                f"{path.name} is a scikit-learn pickle, which needs {package}: "
                "pip install 'cutaway[trees]'"
            )
    held, notes, written = _loaded(path)
    estimator = _estimator(held, path.name)
    report("converting it to ONNX")
    if (booster := _booster(estimator, path.name)) is not None:
        return booster
    message = _converted(estimator, path.name)
    if found := differing(estimator, message):
        notes = [*notes, found]
    from skl2onnx import __version__ as skl2onnx

    metadata = {"estimator": _titled(estimator), "converter": f"skl2onnx {skl2onnx}"}
    names = getattr(estimator, "feature_names_in_", None)
    if names is not None:
        metadata["features"] = json.dumps([str(name) for name in names], ensure_ascii=False)
    return Converted(
        message,
        "scikit-learn",
        _producer(written),
        metadata,
        _labels(estimator),
        tuple(notes),
    )


def _producer(written: str | None = None) -> str:
    """The scikit-learn that wrote a file: the one here where it does not differ."""
    from sklearn import __version__ as version

    return f"scikit-learn {written or version}"


def _loaded(path: Path) -> tuple[Any, list[str], str | None]:
    """What a pickle holds, notes on its age, and the version of scikit-learn that wrote it."""
    import joblib
    from sklearn.exceptions import InconsistentVersionWarning

    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            held = joblib.load(path)
    except ModuleNotFoundError as problem:
        package = (problem.name or "").partition(".")[0]
        raise MissingPackage(
            f"{path.name} needs the package {package}, which is not installed: "
            f"pip install {package}"
        ) from problem
    except Exception as problem:
        raise BrokenFile(
            f"{path.name} cannot be read ({type(problem).__name__}: {problem}); fetch it again, or "
            "save it with the scikit-learn that is installed here"
        ) from problem
    old = [one.message for one in told if isinstance(one.message, InconsistentVersionWarning)]
    if not old:
        return held, [], None
    first = old[0]
    note = (
        f"saved by scikit-learn {first.original_sklearn_version}, read by "
        f"{first.current_sklearn_version}: its answers may differ"
    )
    return held, [note], str(first.original_sklearn_version)


def _estimator(held: Any, name: str) -> Any:
    """The estimator itself, or the only one in a list or dictionary."""
    if _is_estimator(held):
        return held
    inside: Iterable[Any] = ()
    if isinstance(held, dict):
        inside = held.values()
    elif isinstance(held, list | tuple):
        inside = held
    found = [one for one in inside if _is_estimator(one)]
    if len(found) == 1:
        return found[0]
    raise UnsupportedModel(
        f"{name} holds {len(found)} estimators in a {type(held).__name__}; wanted was one: save "
        "the one you want to see, or a pipeline of them"
    )


def _is_estimator(held: Any) -> bool:
    if isinstance(held, type):
        return False
    return any(hasattr(held, method) for method in ("predict", "transform"))


def _booster(estimator: Any, name: str) -> Converted | None:
    """A booster that stands alone, read as its own file would be; None for all else."""
    package = type(estimator).__module__.partition(".")[0]
    labels = _labels(estimator)
    if package == "sklearn" and type(estimator).__name__ in histogram.NAMES:
        forest = histogram.forest_of(estimator, name)
        return of_forest(forest, name, "scikit-learn", _producer(), labels=labels)
    if package == "xgboost":
        booster = estimator.get_booster() if hasattr(estimator, "get_booster") else estimator
        document = read_ubjson(bytes(booster.save_raw("ubj")))
        forest, producer = xgboost_document.forest_of(document, name)
        return of_forest(forest, name, "XGBoost", producer, labels=labels)
    if package == "lightgbm":
        text = getattr(estimator, "booster_", estimator).model_to_string()
        forest = lightgbm_text.forest_of(text, name)
        return of_forest(forest, name, "LightGBM", None, labels=labels)
    return None


def _converted(estimator: Any, name: str) -> ModelProto:
    """The message of an estimator; a booster at a pipeline's end is put behind the rest of it."""
    features = _features(estimator, name)
    steps = getattr(estimator, "steps", None) or [("", estimator)]
    last = _booster(steps[-1][1], name)
    if last is None:
        return _message(estimator, features, name)
    if len(steps) == 1:
        return last.message
    before = _message(estimator[:-1], features, name)
    # Both were made for these versions; skl2onnx states the least that its operators need.
    for message in (before, last.message):
        del message.opset_import[:]
        message.opset_import.extend(make_opsetid(*version) for version in OPSETS.items())
    last.message.ir_version = before.ir_version
    joint = [(before.graph.output[0].name, last.message.graph.input[0].name)]
    return merge_models(before, last.message, joint, prefix1="steps/", prefix2="booster/")


def _labels(estimator: Any) -> tuple[str, ...] | None:
    """The classes' names; None where they are nothing but their positions."""
    # Some estimators have the property and raise where it makes no sense.
    try:
        classes = [one.item() if hasattr(one, "item") else one for one in estimator.classes_]
    except (AttributeError, TypeError):
        return None
    if classes == list(range(len(classes))) or not all(
        isinstance(one, str | int | float | bool) for one in classes
    ):
        return None
    return tuple(str(one) for one in classes)


def _titled(estimator: Any) -> str:
    """The class of an estimator; of a pipeline, its steps too."""
    name = type(estimator).__name__
    steps = getattr(estimator, "steps", None)
    return f"{name}({', '.join(_titled(step) for _, step in steps)})" if steps else name


def _features(estimator: Any, name: str) -> int:
    count = getattr(estimator, "n_features_in_", None)
    if not isinstance(count, int):
        raise UnsupportedModel(
            f"{name} holds a {_titled(estimator)}, which does not take rows of a fixed number of "
            "features, or was saved before it was fitted; convert it to ONNX with skl2onnx"
        )
    return count


def _message(estimator: Any, features: int, name: str) -> ModelProto:
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import FloatTensorType

    try:
        message = convert_sklearn(
            estimator,
            "estimator",
            [("features", FloatTensorType([None, features]))],
            target_opset=OPSETS,
            # Probabilities as one tensor, not as a list of dictionaries.
            options={id(estimator): {"zipmap": False}} if hasattr(estimator, "classes_") else {},
        )
    except Exception as problem:
        said = " ".join(str(problem).split())[:300]
        raise UnsupportedModel(
            f"{name} holds a {_titled(estimator)}, which skl2onnx does not convert: {said}"
        ) from problem
    if not isinstance(message, ModelProto):
        raise UnsupportedModel(f"{name} holds a {_titled(estimator)}, which gives no one model")
    return message
