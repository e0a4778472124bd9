"""XGBoost's boosters, from the JSON or UBJSON document that they are saved as.

Source of the fields: https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html; of what
the objectives make of the sums: ``src/objective`` of XGBoost.
"""
# pyright: standard

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from cutaway.errors import BrokenFile, UnsupportedModel
from cutaway.loaders.trees.forest import DEEPEST, Forest, Step, Transform, Tree, walked

_LOGIT: Final = {"reg:logistic", "binary:logistic"}
"""Objectives that state what the sums begin with as a probability."""
_LOG: Final = {"count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft"}
"""Objectives that state what the sums begin with as a positive number."""
_TRANSFORMS: Final[dict[str, Transform]] = {
    "reg:logistic": "sigmoid",
    "binary:logistic": "sigmoid",
    "binary:hinge": "step",
    "multi:softprob": "softmax",
    "multi:softmax": "argmax",
    **dict.fromkeys(_LOG, "exp"),
}
_IDENTITIES: Final = {
    "binary:logitraw", "reg:squarederror", "reg:squaredlogerror", "reg:pseudohubererror",
    "reg:absoluteerror", "reg:quantileerror", "reg:expectileerror", "reg:linear", "rank:pairwise",
    "rank:ndcg", "rank:map",
}  # fmt: skip


def forest_of(document: Any, name: str) -> tuple[Forest, str | None]:
    """The booster in a document, and the version of XGBoost that wrote it.

    Args:
        document: of JSON or UBJSON.
        name: of the file, for messages.

    Raises:
        BrokenFile: something is missing, or a branch leads nowhere.
        UnsupportedModel: a linear booster, or leaves of several numbers.
    """
    try:
        with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite
            return _forest(document, name)
    except (
        KeyError,
        TypeError,
        ValueError,
        IndexError,
        AttributeError,
        ArithmeticError,
    ) as problem:
        raise BrokenFile(
            f"{name} is an XGBoost model that is damaged or incomplete ({type(problem).__name__}: "
            f"{problem}); fetch or save it again"
        ) from problem


def _forest(document: Any, name: str) -> tuple[Forest, str | None]:
    learner = document["learner"]
    objective = str(learner["objective"]["name"])
    booster, weights = _booster(learner["gradient_booster"], name)
    stated = learner["learner_model_param"]
    groups = max(1, *(int(stated.get(word, 0)) for word in ("num_class", "num_target")))
    features = int(stated["num_feature"])
    targets = [int(number) for number in booster["tree_info"]]
    if not 0 < features < _MOST_COLUMNS or groups > _MOST_COLUMNS:
        raise BrokenFile(f"{name} states {features:,} features and {groups:,} outputs")
    if len(targets) != len(booster["trees"]) or len(targets) != len(weights or targets):
        raise BrokenFile(f"{name} holds {len(booster['trees'])} trees, {len(targets)} are stated")
    if any(not 0 <= target < groups for target in targets):
        raise BrokenFile(f"{name} has a tree for an output that it has not; save it again")
    trees = [
        _Growing(held, targets[at], features, f"tree {at} of {name}").grown(
            1.0 if weights is None else float(weights[at])
        )
        for at, held in enumerate(booster["trees"])
    ]
    names = tuple(str(word) for word in learner.get("feature_names") or ())
    version = ".".join(str(int(number)) for number in document.get("version", ()))
    forest = Forest(
        trees,
        features,
        _base(stated, objective, groups, name),
        _TRANSFORMS.get(objective, "identity"),
        names=names,
        objective=objective,
        notes=_notes(learner, objective, trees),
    )
    return forest, f"XGBoost {version}" if version else None


_MOST_COLUMNS: Final = 1_000_000


def _booster(held: Mapping[str, Any], name: str) -> tuple[Mapping[str, Any], Any]:
    """The trees, and what the leaves of each are multiplied by, None for 1."""
    kind = held.get("name")
    if kind == "dart":
        return held["gbtree"]["model"], held["weight_drop"]
    if kind == "gbtree":
        return held["model"], None
    raise UnsupportedModel(
        f"{name} is an XGBoost model of the kind {kind}, which is no forest; Cutaway opens gbtree "
        "and dart"
    )


def _base(stated: Mapping[str, Any], objective: str, groups: int, name: str) -> list[float]:
    """What each sum begins with, by the objective's own scale turned into that of the sums."""
    held = json.loads(str(stated.get("base_score", "0.5")))
    numbers = [float(number) for number in (held if isinstance(held, list) else [held])]
    numbers = numbers * groups if len(numbers) == 1 else numbers
    if len(numbers) != groups:
        raise BrokenFile(f"{name} has {groups} outputs and {len(numbers)} base scores")
    if objective in _LOGIT:
        return [-math.log(1 / number - 1) for number in numbers]
    return [math.log(number) for number in numbers] if objective in _LOG else numbers


def _notes(learner: Mapping[str, Any], objective: str, trees: list[Tree]) -> tuple[str, ...]:
    notes: list[str] = []
    if objective not in _TRANSFORMS and objective not in _IDENTITIES:
        notes.append(f"what the objective {objective} makes of the sums is not known; they are raw")
    best = (learner.get("attributes") or {}).get("best_iteration")
    if best is not None:
        notes.append(
            f"training was best at round {best}; all {len(trees)} trees are run, as "
            "Booster.predict does"
        )
    if any(step.mode == "BRANCH_EQ" for tree in trees for step in tree.steps):
        notes.append("some features are categories: feed them as whole numbers")
    return tuple(notes)


class _Growing:
    """One tree of a document on its way to steps."""

    def __init__(self, held: Mapping[str, Any], target: int, features: int, place: str) -> None:
        if int(held["tree_param"].get("size_leaf_vector", 0)) > 1:
            raise UnsupportedModel(f"{place} has leaves of several numbers, which are not opened")
        self.place = place
        self.features = features
        self.tree = Tree(target)
        self.left = [int(number) for number in held["left_children"]]
        self.right = [int(number) for number in held["right_children"]]
        self.order = walked(self.left, self.right, place)
        self.split = [int(number) for number in held["split_indices"]]
        self.condition = np.asarray(held["split_conditions"], np.float32).tolist()
        self.default = [bool(number) for number in held["default_left"]]
        self.categories = _categories(held)

    def grown(self, weight: float) -> Tree:
        """The steps; a set of categories becomes one comparison after another."""
        lengths = {at: max(1, len(self.categories.get(at, ()))) for at in self.order}
        if max(lengths.values()) > DEEPEST:
            raise UnsupportedModel(f"{self.place} compares with {max(lengths.values())} categories")
        places: dict[int, int] = {}
        size = 0
        for at in self.order:
            places[at] = size
            size += lengths[at]
        for at in self.order:
            if self.left[at] < 0:
                value = float(np.float32(self.condition[at] * weight))
                self.tree.steps.append(Step("LEAF", 0, value, 0, 0, missing=False))
            else:
                self._decide(at, places)
        return self.tree

    def _decide(self, at: int, places: dict[int, int]) -> None:
        feature, default = self.split[at], self.default[at]
        if not 0 <= feature < self.features:
            raise BrokenFile(f"{self.place} asks for feature {feature}, of {self.features}")
        left, right = places[self.left[at]], places[self.right[at]]
        steps = self.tree.steps
        held = self.categories.get(at)
        if held is None:
            step = Step("BRANCH_LT", feature, self.condition[at], left, right, missing=default)
            steps.append(step)
            return
        # What is among the categories goes right. A missing number takes the first comparison's
        # way; where that is left, it goes on to the last one, which leads there.
        for number, category in enumerate(held):
            follows = left if number + 1 == len(held) else len(steps) + 1
            steps.append(
                Step("BRANCH_EQ", feature, float(category), right, follows, missing=not default)
            )


def _categories(held: Mapping[str, Any]) -> dict[int, list[int]]:
    """The categories that a node asks for, by its id; empty where none does."""
    nodes = held.get("categories_nodes")
    if nodes is None or len(nodes) == 0:
        return {}
    found: dict[int, list[int]] = {}
    for node, start, size in zip(
        nodes, held["categories_segments"], held["categories_sizes"], strict=True
    ):
        chosen = [int(number) for number in held["categories"][int(start) : int(start) + int(size)]]
        if len(chosen) != int(size) or not chosen:
            raise ValueError("a list of categories is shorter than it is said to be")
        found[int(node)] = chosen
    return found
