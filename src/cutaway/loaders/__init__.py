"""Files to models: what recognizes a format, and one folder per framework."""

from cutaway.loaders.base import Facts, LiveLoader, Loader, Model, Options, Report, TensorLoader
from cutaway.loaders.registry import find, open_model, open_object, read_tensor

__all__ = [
    "Facts",
    "LiveLoader",
    "Loader",
    "Model",
    "Options",
    "Report",
    "TensorLoader",
    "find",
    "open_model",
    "open_object",
    "read_tensor",
]
