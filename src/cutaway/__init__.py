"""Open any neural network, feed it an input, and look at every number inside it.

>>> import cutaway
>>> model = cutaway.open("alexnet.h5")
>>> trace = model.run("trousers.png")
>>> trace["conv2d"].shape
(1, 54, 54, 96)
>>> trace.top(1)
[ClassScore(index=1, label='Trouser', score=0.998)]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cutaway.errors import CutawayError

if TYPE_CHECKING:
    from cutaway.server import show
    from cutaway.worker import ClassScore, Model, Trace
    from cutaway.worker import open_model as open  # noqa: A004 - as `tarfile.open` is

__all__ = ["ClassScore", "CutawayError", "Model", "Trace", "open", "show"]

__version__ = "0.1.0"

_HOMES = {
    "ClassScore": ("cutaway.worker", "ClassScore"),
    "Model": ("cutaway.worker", "Model"),
    "Trace": ("cutaway.worker", "Trace"),
    "open": ("cutaway.worker", "open_model"),
    "show": ("cutaway.server", "show"),
}


def __getattr__(name: str) -> Any:
    """A public name, imported when it is asked for: importing Cutaway costs next to nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'cutaway' has no attribute '{name}'")
    from importlib import import_module

    room, inner = _HOMES[name]
    return getattr(import_module(room), inner)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
