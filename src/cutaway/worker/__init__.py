"""A session in a process of its own, and the Python face on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cutaway.worker.held import HeldSession
from cutaway.worker.remote import RemoteSession

if TYPE_CHECKING:
    from cutaway.worker.face import Model, Trace, open_model
    from cutaway.worker.predicting import ClassScore

__all__ = ["ClassScore", "HeldSession", "Model", "RemoteSession", "Trace", "open_model"]


def __getattr__(name: str) -> Any:
    """The Python face, imported when asked for: the server needs no NumPy to start."""
    if name not in __all__:
        raise AttributeError(f"module 'cutaway.worker' has no attribute '{name}'")
    from cutaway.worker import face

    return getattr(face, name)
