"""scikit-learn's histogram boosters, which skl2onnx's own converter trips over.

Source of how they decide: ``sklearn/ensemble/_hist_gradient_boosting/_predictor.pyx``.
"""
# pyright: standard

from __future__ import annotations

from typing import Any, Final

import numpy as np

from cutaway.errors import UnsupportedModel
from cutaway.loaders.trees.forest import Forest, Step, Transform, Tree, float_below, walked

NAMES: Final = {"HistGradientBoostingRegressor", "HistGradientBoostingClassifier"}
"""Classes that ``forest_of`` takes."""


def forest_of(estimator: Any, name: str) -> Forest:
    """The forest of a fitted histogram booster.

    Args:
        estimator: one of ``NAMES``.
        name: of the file, for messages.

    Raises:
        UnsupportedModel: some of its features are categories.
    """
    if np.any(estimator.is_categorical_):
        raise UnsupportedModel(
            f"{name} holds a {type(estimator).__name__} with features that are categories, which "
            "is not converted; encode them in a step of their own"
        )
    trees = [
        _tree(predictor.nodes, target, f"tree {at} of {name}")
        for at, round_ in enumerate(estimator._predictors)  # noqa: SLF001
        for target, predictor in enumerate(round_)
    ]
    base = np.asarray(estimator._baseline_prediction, np.float64)  # noqa: SLF001
    names = getattr(estimator, "feature_names_in_", ())
    return Forest(
        trees,
        int(estimator.n_features_in_),
        base.reshape(-1).tolist(),
        _transform(estimator),
        names=tuple(str(one) for one in names),
        objective=str(estimator.loss),
    )


def _transform(estimator: Any) -> Transform:
    """What is made of the sums: the inverse of the loss's link."""
    if hasattr(estimator, "classes_"):
        return "sigmoid" if len(estimator.classes_) == 2 else "softmax"
    return "exp" if estimator.loss in ("poisson", "gamma") else "identity"


def _tree(nodes: Any, target: int, place: str) -> Tree:
    leaf = nodes["is_leaf"].astype(bool)
    left = np.where(leaf, -1, nodes["left"].astype(np.int64)).tolist()
    right = np.where(leaf, -1, nodes["right"].astype(np.int64)).tolist()
    order = walked(left, right, place)
    places = {at: number for number, at in enumerate(order)}
    steps: list[Step] = []
    for at in order:
        node = nodes[at]
        if leaf[at]:
            value = float(np.float32(node["value"]))
            steps.append(Step("LEAF", 0, value, 0, 0, missing=False))
            continue
        steps.append(
            Step(
                "BRANCH_LEQ",
                int(node["feature_idx"]),
                float_below(float(node["num_threshold"])),
                places[left[at]],
                places[right[at]],
                missing=bool(node["missing_go_to_left"]),
            )
        )
    return Tree(target, steps)
