"""Files to models: what recognizes a format, and one folder per framework."""

from cutaway.loaders.base import Facts, Loader, Model, Options, Report
from cutaway.loaders.registry import find, open_model

__all__ = ["Facts", "Loader", "Model", "Options", "Report", "find", "open_model"]
