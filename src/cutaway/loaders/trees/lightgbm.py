"""LightGBM's boosters, from the text that they are saved as.

Source of the fields and of how a decision is made: ``src/io/tree.cpp`` and ``include/LightGBM/
tree.h`` of LightGBM; of what the objectives make of the sums: ``src/objective``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from cutaway.errors import BrokenFile, UnsupportedModel
from cutaway.loaders.trees.forest import (
    DEEPEST,
    Forest,
    Step,
    Transform,
    Tree,
    float_below,
    walked,
)

_TRANSFORMS: Final[dict[str, Transform]] = {
    "binary": "sigmoid",
    "multiclassova": "sigmoid",
    "cross_entropy": "sigmoid",
    "multiclass": "softmax",
    "poisson": "exp",
    "gamma": "exp",
    "tweedie": "exp",
    "cross_entropy_lambda": "softplus",
}
_IDENTITIES: Final = {
    "regression", "regression_l1", "huber", "fair", "quantile", "mape", "lambdarank",
    "rank_xendcg", "custom", "",
}  # fmt: skip
_CATEGORICAL, _DEFAULT_LEFT = 1, 2
"""Bits of a decision's type; the two above them tell what is missing."""
_ZERO, _NAN = 1, 2
"""What counts as missing: zero and NaN, or NaN alone."""
_MOST_COLUMNS: Final = 1_000_000


def forest_of(text: str, name: str) -> Forest:
    """The booster in a text.

    Args:
        text: the whole file.
        name: of the file, for messages.

    Raises:
        BrokenFile: something is missing, or a branch leads nowhere.
        UnsupportedModel: its leaves are linear models.
    """
    try:
        with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite
            return _forest(text, name)
    except (KeyError, ValueError, IndexError, ArithmeticError) as problem:
        raise BrokenFile(
            f"{name} is a LightGBM model that is damaged or incomplete ({type(problem).__name__}: "
            f"{problem}); fetch or save it again"
        ) from problem


def _forest(text: str, name: str) -> Forest:
    blocks = _blocks(text)
    stated = next(blocks)
    per_round = int(stated.get("num_tree_per_iteration", stated.get("num_class", "1")))
    features = int(stated["max_feature_idx"]) + 1
    if not 0 < features < _MOST_COLUMNS or not 0 < per_round < _MOST_COLUMNS:
        raise BrokenFile(f"{name} states {features:,} features and {per_round:,} outputs")
    trees = [
        _Growing(block, at % per_round, features, f"tree {at} of {name}").grown()
        for at, block in enumerate(blocks)
    ]
    promised = len(stated.get("tree_sizes", "").split())
    if "tree_sizes" in stated and promised != len(trees):
        raise BrokenFile(
            f"{name} should hold {promised} trees and has {len(trees)}; fetch or save it again"
        )
    words = stated.get("objective", "").split()
    objective = words[0] if words else ""
    settings = {name: value for name, _, value in (word.partition(":") for word in words[1:])}
    transform = _TRANSFORMS.get(objective, "identity")
    if objective == "regression" and "sqrt" in settings:
        transform = "signed square"
    notes = [f"what the objective {objective} makes of the sums is not known; they are raw"]
    if objective in _IDENTITIES or objective in _TRANSFORMS:
        notes = []
    if any(step.mode == "BRANCH_EQ" for tree in trees for step in tree.steps):
        notes.append("some features are categories: feed them as whole numbers")
    return Forest(
        trees,
        features,
        [0.0] * per_round,
        transform,
        slope=float(settings.get("sigmoid", "1")) if transform == "sigmoid" else 1.0,
        averaged="average_output" in stated,
        names=tuple(stated.get("feature_names", "").split()),
        objective=objective,
        notes=tuple(notes),
    )


def _blocks(text: str) -> Iterator[dict[str, str]]:
    """What stands before the trees, then each tree, as words by their names."""
    block: dict[str, str] = {}
    for line in text.splitlines():
        word, _, rest = line.partition("=")
        if word == "Tree":
            yield block
            block = {}
        elif word == "end of trees":
            yield block
            return
        elif word:
            block[word] = rest
    raise ValueError("the end of its trees is missing")


class _Growing:
    """One tree of a text on its way to steps."""

    def __init__(self, held: Mapping[str, str], target: int, features: int, place: str) -> None:
        if held.get("is_linear", "0").strip() not in ("0", ""):
            raise UnsupportedModel(f"{place} has linear models as leaves, which are not opened")
        self.place = place
        self.features = features
        self.tree = Tree(target)
        self.leaves = [float(word) for word in held["leaf_value"].split()]
        if len(self.leaves) != int(held["num_leaves"]):
            raise ValueError(f"{place} should have {held['num_leaves']} leaves")
        self.inner = len(self.leaves) - 1
        self.split = _integers(held, "split_feature", self.inner)
        self.types = _integers(held, "decision_type", self.inner)
        self.threshold = [float(word) for word in _words(held, "threshold", self.inner)]
        self.left, self.right = (
            [self._id(number) for number in _integers(held, word, self.inner)]
            + [-1] * len(self.leaves)
            for word in ("left_child", "right_child")
        )
        self.order = walked(self.left, self.right, place)
        self.bounds = [int(word) for word in held.get("cat_boundaries", "").split()]
        self.bits = [int(word) for word in held.get("cat_threshold", "").split()]

    def _id(self, number: int) -> int:
        """Leaves, numbered below zero in the file, come after the decisions."""
        if not -len(self.leaves) <= number < self.inner:
            raise ValueError(f"{self.place} leads to node {number}")
        return number if number >= 0 else self.inner + ~number

    def grown(self) -> Tree:
        """The steps; a set of categories and a zero that is missing take several comparisons."""
        if self.inner == 0:
            self.tree.steps.append(Step("LEAF", 0, self.leaves[0], 0, 0, missing=False))
            return self.tree
        chosen = {at: self._chosen(at) for at in self.order if at < self.inner}
        places: dict[int, int] = {}
        size = 0
        for at in self.order:
            places[at] = size
            size += len(chosen[at]) if at in chosen else 1
        for at in self.order:
            if at >= self.inner:
                value = float(np.float32(self.leaves[at - self.inner]))
                self.tree.steps.append(Step("LEAF", 0, value, 0, 0, missing=False))
            else:
                self._decide(at, chosen[at], places[self.left[at]], places[self.right[at]])
        return self.tree

    def _chosen(self, at: int) -> list[int]:
        """The categories that go left; else one entry for each comparison."""
        if not self.types[at] & _CATEGORICAL:
            return [0] * (2 if self.types[at] >> 2 & 3 == _ZERO else 1)
        number = int(self.threshold[at])
        start, end = self.bounds[number], self.bounds[number + 1]
        if not 0 <= start < end <= len(self.bits) or 32 * (end - start) > 64 * DEEPEST:
            raise ValueError(f"{self.place} has no such list of categories")
        found = [
            32 * word + bit
            for word, held in enumerate(self.bits[start:end])
            for bit in range(32)
            if held >> bit & 1
        ]
        if not found or len(found) > DEEPEST:
            raise ValueError(f"{self.place} compares with {len(found)} categories")
        return found

    def _decide(self, at: int, chosen: list[int], left: int, right: int) -> None:
        feature, kind = self.split[at], self.types[at]
        if not 0 <= feature < self.features:
            raise ValueError(f"{self.place} asks for feature {feature}, of {self.features}")
        steps = self.tree.steps
        if kind & _CATEGORICAL:
            for number, category in enumerate(chosen):
                follows = right if number + 1 == len(chosen) else len(steps) + 1
                steps.append(Step("BRANCH_EQ", feature, float(category), left, follows, False))
            return
        default, missing = bool(kind & _DEFAULT_LEFT), kind >> 2 & 3
        if missing == _ZERO:
            # Zero and NaN leave by the default branch before anything is compared.
            zero = left if default else right
            steps.append(Step("BRANCH_EQ", feature, 0.0, zero, len(steps) + 1, missing=True))
        # Where nothing counts as missing, NaN is taken for zero.
        goes = default if missing == _NAN else self.threshold[at] >= 0
        value = float_below(self.threshold[at])
        steps.append(Step("BRANCH_LEQ", feature, value, left, right, missing=goes))


def _words(held: Mapping[str, str], word: str, count: int) -> list[str]:
    found = held.get(word, "").split()
    if len(found) != count:
        raise ValueError(f"{word} should have {count} entries and has {len(found)}")
    return found


def _integers(held: Mapping[str, str], word: str, count: int) -> list[int]:
    return [int(number) for number in _words(held, word, count)]
