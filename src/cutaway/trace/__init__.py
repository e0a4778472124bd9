"""One run: what went in, what was captured, and what runs it."""

from cutaway.trace.runner import (
    Array,
    Capabilities,
    Capture,
    Control,
    Failure,
    Predictor,
    Runner,
    kept_outputs,
    predict,
)
from cutaway.trace.spill import Store

__all__ = [
    "Array",
    "Capabilities",
    "Capture",
    "Control",
    "Failure",
    "Predictor",
    "Runner",
    "Store",
    "kept_outputs",
    "predict",
]
