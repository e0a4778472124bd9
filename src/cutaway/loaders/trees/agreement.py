"""Whether a converted estimator gives the estimator's own answers."""
# pyright: standard

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import onnxruntime as ort
from onnx import ModelProto

from cutaway.trace import Array

_ROWS: Final = 64
_RELATIVE: Final = 1e-3
"""Of the largest number among the answers; the engine counts in float32."""


def differing(estimator: Any, message: ModelProto) -> str | None:
    """A note where the two disagree on random samples; None where they do not, or cannot tell.

    Args:
        estimator: of scikit-learn.
        message: what it was converted to, with one input.
    """
    known = getattr(estimator, "n_features_in_", None)
    if not isinstance(known, int):
        return None
    rows = np.random.default_rng(7919).standard_normal((_ROWS, known)).astype(np.float32)
    options = ort.SessionOptions()
    options.log_severity_level = 4
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            wanted = {
                method: np.asarray(getattr(estimator, method)(rows))
                for method in ("predict", "predict_proba", "transform")
                if hasattr(estimator, method)
            }
        session = ort.InferenceSession(message.SerializeToString(), options)
        given = session.run(None, {session.get_inputs()[0].name: rows})
    except Exception:  # noqa: BLE001 - what cannot be compared is shown all the same
        return None
    arrays = [np.asarray(one) for one in given]
    apart = _apart(arrays, wanted)
    if apart is None:
        return None
    return f"the conversion differs from scikit-learn's own answers: {apart} of {_ROWS} samples"


def _apart(given: list[Array], wanted: Mapping[str, Array]) -> str | None:
    """In how many samples the answers differ, where they do."""
    label, scores = wanted.get("predict"), wanted.get("predict_proba")
    if len(given) > 1 and label is not None:  # the label, then the probabilities
        different = int(np.sum(given[0].reshape(-1).astype(str) != label.reshape(-1).astype(str)))
        if different > _FEW:
            return f"the label in {different}"
    if scores is None and len(given) > 1:
        return None
    answers = scores if scores is not None else wanted.get("transform", label)
    found = given[-1]
    if answers is None or found.dtype.kind not in "fiu" or answers.dtype.kind not in "fiu":
        return None
    if scores is not None and scores.shape[1:] == (2,) and found.shape[1:] == (1,):
        answers = scores[:, 1]  # a booster gives the second class alone
    if found.size != answers.size:
        return None
    largest = float(np.max(np.abs(answers), initial=1e-30))
    off = np.abs(found.reshape(_ROWS, -1) - answers.reshape(_ROWS, -1)) > _RELATIVE * largest
    different = int(np.sum(np.any(off, axis=1)))
    return f"numbers in {different}" if different > _FEW else None


_FEW: Final = 3
"""Samples that may differ: some lie on a border, to the last digit of float32."""
